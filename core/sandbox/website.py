"""What an owner does to a collection on the website. What the editors of the database do is in `editors.py`."""

import random
from dataclasses import replace
from datetime import datetime

from core.sandbox.accounts import Account, Accounts
from core.sandbox.catalogue import Catalogue
from core.sandbox.editors import Editors
from core.sandbox.holding import ALL, NOTES, UNCATEGORIZED, Copy, JsonObject
from core.sandbox.pacific import written
from core.sandbox.release import artist_row, basic_information, label_row, pictured
from core.sandbox.timing import Clock

_FIRST_INVENTED = 900_000_001
_TEXT = 2  # of three edits, the one that changes what the database says


class Website(Editors):
    """Changes to the collections of one world. Without a username they are the first account's.

    Wrong numbers, names and values are a ValueError whose text says which.
    """

    def __init__(self, accounts: Accounts, catalogue: Catalogue, clock: Clock) -> None:
        super().__init__(accounts, catalogue)
        self._clock = clock
        self._next_release = _FIRST_INVENTED
        self._put_away: dict[str, tuple[Copy, ...]] = {}

    def add(
        self,
        release_id: int | None = None,
        *,
        count: int = 1,
        folder_id: int = UNCATEGORIZED,
        username: str | None = None,
    ) -> list[int]:
        """Add copies, newer than all others; return their instance numbers.

        A release that nobody here has is invented, under the given number or, without one, each under its own.
        """
        account = self._account(username)
        self._folder(account, folder_id)
        first = max((copy.instance_id for copy in account.shelf.copies), default=0) + 1
        date = written(max([self._clock(), *(_moment(copy) + 1 for copy in account.shelf.copies)]))
        made = [Copy(first + place, folder_id, 0, date, (), self._release(release_id)) for place in range(count)]
        account.shelf.put(made)
        return [copy.instance_id for copy in made]

    def remove(self, instance_id: int, *, username: str | None = None) -> None:
        """Remove one copy."""
        account = self._account(username)
        account.shelf.take([self._copy(account, instance_id).instance_id])

    def move(self, instance_id: int, folder_id: int, *, username: str | None = None) -> None:
        """Put a copy into another folder."""
        account = self._account(username)
        self._folder(account, folder_id)
        account.shelf.put([replace(self._copy(account, instance_id), folder_id=folder_id)])

    def rate(self, instance_id: int, rating: int, *, username: str | None = None) -> None:
        """Rate the release of a copy, and so all copies of it, with 1 to 5; 0 takes the rating back."""
        if not 0 <= rating <= 5:
            message = f"a rating is a number from 0 to 5, not {rating}"
            raise ValueError(message)
        account = self._account(username)
        release_id = self._copy(account, instance_id).release["id"]
        account.shelf.put([replace(copy, rating=rating) for copy in account.shelf.of_release(release_id)])

    def set_field(self, instance_id: int, field_id: int, value: str, *, username: str | None = None) -> None:
        """Write a notes field. "" leaves an empty note, as on the real site; a dropdown takes its options only."""
        account = self._account(username)
        copy = self._copy(account, instance_id)
        field = next((one for one in account.shelf.fields if one.field_id == field_id), None)
        if field is None:
            message = f"{account.username} has no field {field_id}"
            raise ValueError(message)
        if value and field.options is not None and value not in field.options:
            message = f"{field.name} takes one of {', '.join(field.options)}"
            raise ValueError(message)
        notes = {**dict(copy.notes), field_id: value}
        account.shelf.put([replace(copy, notes=tuple(sorted(notes.items())))])

    def edit_many(self, count: int, *, seed: int = 1, username: str | None = None) -> list[int]:
        """Change folder, notes or title of `count` copies drawn by chance; return their instance numbers."""
        account = self._account(username)
        chance = random.Random(seed)  # noqa: S311 - it draws records, not secrets
        copies = sorted(account.shelf.copies, key=lambda copy: copy.instance_id)
        drawn = chance.sample(copies, min(count, len(copies)))
        account.shelf.put([_edited(copy, place, account) for place, copy in enumerate(drawn) if place % 3 != _TEXT])
        texts = [copy.release for place, copy in enumerate(drawn) if place % 3 == _TEXT]
        self._rewrite({release["id"]: {"title": f"{release['title']} (edited)"} for release in texts})
        return [copy.instance_id for copy in drawn]

    def remove_all(self, *, username: str | None = None) -> int:
        """Empty the collection; return how many copies went."""
        account = self._account(username)
        gone = account.shelf.copies
        self._put_away[account.username] = gone
        account.shelf.take(copy.instance_id for copy in gone)
        return len(gone)

    def restore(self, *, username: str | None = None) -> int:
        """Bring back what `remove_all` took last, with its old instance numbers; return how many copies came."""
        account = self._account(username)
        back = self._put_away.pop(account.username, ())
        account.shelf.put(back)
        return len(back)

    def _account(self, username: str | None) -> Account:
        account = next(iter(self._accounts)) if username is None else self._accounts.named(username)
        if account is None:
            message = f"no account is called {username!r}"
            raise ValueError(message)
        return account

    def _copy(self, account: Account, instance_id: int) -> Copy:
        copy = account.shelf.copy(instance_id)
        if copy is None:
            message = f"{account.username} has no copy {instance_id}"
            raise ValueError(message)
        return copy

    def _folder(self, account: Account, folder_id: int) -> None:
        if folder_id == ALL or account.shelf.folder(folder_id) is None:
            message = f"{account.username} has no folder {folder_id} of their own"
            raise ValueError(message)

    def _release(self, release_id: int | None) -> JsonObject:
        known = None if release_id is None else self._catalogue.row(release_id)
        if release_id is not None and self._catalogue.is_gone(release_id):
            message = f"release {release_id} was deleted"
            raise ValueError(message)
        if known is not None:
            return known
        if release_id is None:
            release_id, self._next_release = self._next_release, self._next_release + 1
        made = basic_information(
            release_id,
            f"Invented {release_id}",
            1999,
            formats=[{"name": "Vinyl", "qty": "1", "descriptions": ["LP", "Album"]}],
            labels=[label_row("!Invented", f"INV {release_id}")],  # before every other label
            artists=[artist_row("Somebody")],
            genres=["Electronic"],
            styles=["Dub"],
        )
        return pictured(made)


def _edited(copy: Copy, place: int, account: Account) -> Copy:
    others = [one.folder_id for one in account.shelf.folders if one.folder_id not in (ALL, copy.folder_id)]
    if place % 3 == 0 and others:
        return replace(copy, folder_id=others[place % len(others)])
    return replace(copy, notes=tuple(sorted({**dict(copy.notes), NOTES: f"Edit {place}"}.items())))


def _moment(copy: Copy) -> float:
    try:
        return datetime.fromisoformat(copy.date_added).timestamp()
    except ValueError:
        return 0.0
