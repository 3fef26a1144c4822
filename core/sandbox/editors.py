"""What the editors of the database do: to texts, to masters, and to releases that are deleted or merged."""

from collections.abc import Mapping
from dataclasses import replace

from core.sandbox.accounts import Accounts
from core.sandbox.catalogue import Catalogue
from core.sandbox.holding import Copy, JsonObject, Want
from core.sandbox.release import API

TEXTS = ("title", "year", "formats", "labels", "artists", "genres", "styles", "master_id")
MASTER_TEXTS = ("title", "year", "artists", "genres", "styles", "notes", "data_quality")


class Editors:
    """Changes to what a world's database says, for everybody who has or wants it.

    Wrong numbers, names and values are a ValueError whose text says which.
    """

    def __init__(self, accounts: Accounts, catalogue: Catalogue) -> None:
        self._accounts, self._catalogue = accounts, catalogue

    def rename(self, release_id: int, title: str) -> None:
        """Change the title of a release, for everybody who has it."""
        self.rewrite(release_id, {"title": title})

    def rewrite(self, release_id: int, facts: JsonObject) -> None:
        """Change facts of a release, for everybody who has it: title, year, formats, labels and so on.

        A master_id of 0 takes it from its master.
        """
        _known(facts, TEXTS, "release")
        self._row(release_id)
        self._rewrite({release_id: facts})

    def rewrite_master(self, master_id: int, facts: JsonObject) -> None:
        """Change facts of a master, whatever its releases say: a year of 0 is none."""
        _known(facts, MASTER_TEXTS, "master")
        self._master(master_id)
        self._catalogue.rewrite_master(master_id, facts)

    def delete_release(self, release_id: int) -> None:
        """Delete a release: its page is 404. Copies and wants of it stay where they are."""
        self._row(release_id)
        self._catalogue.delete(release_id)

    def delete_master(self, master_id: int, *, detach: bool = False) -> None:
        """Delete a master: its page is 404. Its releases go on naming it unless they are detached too."""
        self._master(master_id)
        releases = self._catalogue.named_under(master_id)
        self._catalogue.delete_master(master_id)
        if detach:
            self._rewrite({number: {"master_id": 0} for number in releases})

    def merge_release(self, release_id: int, into: int) -> None:
        """Merge a release into another, known or not: its own page is 404, and rows carry the other's number.

        Copies keep instance number, date, folder and notes. Assumed: no recording tells what the real service does.
        """
        row = self._row(release_id)
        if into == release_id or self._catalogue.is_gone(into):
            message = f"release {release_id} cannot be merged into {into}"
            raise ValueError(message)
        address = f"{API}/releases/{into}"
        target = self._catalogue.row(into) or row | {"id": into, "resource_url": address}
        for account in self._accounts:
            there = account.shelf.of_release(into)
            moved = [
                replace(copy, release=target, rating=there[0].rating if there else copy.rating)
                for copy in account.shelf.of_release(release_id)
            ]
            if moved:
                account.shelf.put(moved)
            if release_id in account.wanted.by_release:
                account.wants = _merged(account.wants, release_id, target)
        self._catalogue.succeed(release_id, into, address)
        self._catalogue.delete(release_id)

    def _rewrite(self, changes: Mapping[int, JsonObject]) -> None:
        changes = {number: _with_address(facts) for number, facts in changes.items()}
        for account in self._accounts:
            had: list[Copy] = [copy for number in changes for copy in account.shelf.of_release(number)]
            if had:
                account.shelf.put(replace(copy, release=copy.release | changes[copy.release["id"]]) for copy in had)
            if not changes.keys().isdisjoint(account.wanted.by_release):
                account.wants = tuple(
                    replace(want, release=want.release | changes.get(want.release["id"], {})) for want in account.wants
                )
        for number, facts in changes.items():
            self._catalogue.rewrite(number, facts)

    def _row(self, release_id: int) -> JsonObject:
        row = self._catalogue.row(release_id)
        if row is None:
            message = f"nobody has release {release_id}"
            raise ValueError(message)
        return row

    def _master(self, master_id: int) -> None:
        if not self._catalogue.of_master(master_id):
            message = f"there is no master {master_id}"
            raise ValueError(message)


def _known(facts: JsonObject, names: tuple[str, ...], what: str) -> None:
    wrong = [name for name in facts if name not in names]
    if wrong:
        message = f"a {what} has no {wrong[0]!r} to change; there are {', '.join(names)}"
        raise ValueError(message)


def _with_address(facts: JsonObject) -> JsonObject:
    """What belongs to a master's number goes with it."""
    if "master_id" not in facts:
        return facts
    number = facts["master_id"]
    return facts | {"master_url": f"{API}/masters/{number}" if number else None}


def _merged(wants: tuple[Want, ...], release_id: int, target: JsonObject) -> tuple[Want, ...]:
    """The same wants under the new number, each release wanted once."""
    wanted = {want.release["id"] for want in wants}
    return tuple(
        replace(want, release=target) if want.release["id"] == release_id else want
        for want in wants
        if want.release["id"] != release_id or target["id"] not in wanted
    )
