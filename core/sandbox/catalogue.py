"""The database side of a world: every release that somebody in it owns or wants, and the masters above them."""

from collections.abc import Iterable, Iterator

from core.sandbox.accounts import Account, Accounts
from core.sandbox.details import body_of
from core.sandbox.holding import Gaps, JsonObject

_TELLING = ("tracklist", "community", "uri")  # what a whole recorded body has and a shortened one may lack


class Catalogue:
    """Releases and masters, found on the shelves and wantlists of all accounts; nobody else's exist here.

    What was deleted may still stand in lists: only its own page is gone.
    """

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts
        self._recorded: dict[int, JsonObject] = {}
        self._gone: set[int] = set()
        self._gone_masters: set[int] = set()
        self._facts: dict[int, JsonObject] = {}

    def record(self, bodies: dict[int, JsonObject]) -> None:
        """Keep recorded answers of GET /releases/{id}."""
        self._recorded |= bodies

    def lose(self, gaps: Gaps) -> None:
        """Let releases and masters be gone, and masters have no year."""
        self._gone |= gaps.releases
        self._gone_masters |= gaps.masters
        for number in gaps.undated:
            self.rewrite_master(number, {"year": 0})

    def row(self, release_id: int) -> JsonObject | None:
        """Return the list row of a release, deleted or not; None if nobody has or wants it."""
        for account in self._accounts:
            copies = account.shelf.of_release(release_id)
            if copies:
                return copies[0].release
        wants = (account.wanted.by_release.get(release_id) for account in self._accounts)
        return next((want.release for want in wants if want), None)

    def rows(self) -> Iterator[JsonObject]:
        """Return the list row of every release that is not deleted, by number."""
        found: dict[int, JsonObject] = {}
        for account in self._accounts:
            found |= {want.release["id"]: want.release for want in account.wants}
            found |= {copy.release["id"]: copy.release for copy in account.shelf.copies}
        return (found[number] for number in sorted(found) if number not in self._gone)

    def is_gone(self, release_id: int) -> bool:
        """Whether a release was deleted."""
        return release_id in self._gone

    def body(self, release_id: int) -> JsonObject | None:
        """Return what GET /releases/{id} says: as recorded if it was, else made from the row; None if there is none."""
        if release_id in self._gone:
            return None
        recorded = self._recorded.get(release_id, {})
        if all(key in recorded for key in _TELLING):
            return recorded
        row = self.row(release_id)
        if row is None:
            return None
        whole = body_of(row) | recorded
        if recorded:
            whole = {
                key: value for key, value in whole.items() if key != "released_formatted" or "released" in recorded
            }
        return whole

    def rewrite(self, release_id: int, facts: JsonObject) -> None:
        """Change facts of a recorded body, as an editor of the database does. Without master it has no such keys."""
        if release_id not in self._recorded:
            return
        whole = self._recorded[release_id] | facts
        if not whole.get("master_id"):
            whole = {key: value for key, value in whole.items() if key not in ("master_id", "master_url")}
        self._recorded[release_id] = whole

    def delete(self, release_id: int) -> None:
        """Let the page of a release be gone."""
        self._gone.add(release_id)

    def succeed(self, release_id: int, number: int, address: str) -> None:
        """Let what was recorded of a release be said of another number, if nothing was recorded of that."""
        recorded = self._recorded.get(release_id)
        if recorded and number not in self._recorded:
            self._recorded[number] = recorded | {"id": number, "resource_url": address}

    def delete_master(self, master_id: int) -> None:
        """Let the page of a master be gone."""
        self._gone_masters.add(master_id)

    def rewrite_master(self, master_id: int, facts: JsonObject) -> None:
        """Let a master say something else than its releases."""
        self._facts[master_id] = self._facts.get(master_id, {}) | facts

    def facts_of_master(self, master_id: int) -> JsonObject:
        """Return what was rewritten of a master."""
        return self._facts.get(master_id, {})

    def of_master(self, master_id: int) -> list[JsonObject]:
        """Return the bodies of all releases under a master, by number; none if there is no such master."""
        if master_id in self._gone_masters:
            return []
        bodies = (self.body(number) for number in sorted(self._under(master_id)))
        return [body for body in bodies if body is not None]

    def named_under(self, master_id: int) -> Iterable[int]:
        """Return the numbers of all releases whose rows name a master, deleted or not."""
        return sorted(self._under(master_id))

    def masters(self) -> list[int]:
        """Return the numbers of all masters, in ascending order."""
        named: set[int] = set()
        for account in self._accounts:
            named |= account.shelf.masters() | account.wanted.by_master.keys()
        return sorted(
            number
            for number in named - self._gone_masters
            if not self._gone or any(release not in self._gone for release in self._under(number))
        )

    def _under(self, master_id: int) -> dict[int, JsonObject]:
        found: dict[int, JsonObject] = {}
        for account in self._accounts if master_id else ():
            found |= account.shelf.of_master(master_id)
            found |= account.wanted.by_master.get(master_id, {})
        return found


def owned(account: Account | None, release_id: int) -> int:
    """Whether a release lies on somebody's shelf, as Discogs counts it: 1 or 0."""
    return int(account is not None and bool(account.shelf.of_release(release_id)))


def wanted(account: Account | None, release_id: int) -> int:
    """Whether somebody wants a release: 1 or 0."""
    return int(account is not None and release_id in account.wanted.by_release)
