"""The database side of a world: every release that somebody in it owns or wants, and the masters above them."""

from collections.abc import Iterator

from core.sandbox.accounts import Account, Accounts
from core.sandbox.details import body_of
from core.sandbox.holding import JsonObject, Want

_TELLING = ("tracklist", "community", "uri")  # what a whole recorded body has and a shortened one may lack


class Catalogue:
    """Releases and masters, found on the shelves and wantlists of all accounts; nobody else's exist here."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts
        self._recorded: dict[int, JsonObject] = {}

    def record(self, bodies: dict[int, JsonObject]) -> None:
        """Keep recorded answers of GET /releases/{id}."""
        self._recorded |= bodies

    def row(self, release_id: int) -> JsonObject | None:
        """Return the list row of a release, or None."""
        for account in self._accounts:
            copies = account.shelf.of_release(release_id)
            if copies:
                return copies[0].release
        return next((want.release for want in self._wanted() if want.release["id"] == release_id), None)

    def body(self, release_id: int) -> JsonObject | None:
        """Return what GET /releases/{id} says: as recorded if it was, else made from the row; None if unknown."""
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
        """Change facts of a recorded body, as an editor of the database does."""
        if release_id in self._recorded:
            self._recorded[release_id] = self._recorded[release_id] | facts

    def of_master(self, master_id: int) -> list[JsonObject]:
        """Return the bodies of all releases under a master, by number; none if there is no such master."""
        found: dict[int, JsonObject] = {}
        for account in self._accounts:
            found |= account.shelf.of_master(master_id)
        found |= {want.release["id"]: want.release for want in self._wanted() if want.release["master_id"] == master_id}
        bodies = [self.body(number) for number in sorted(found)] if master_id else []
        return [body for body in bodies if body is not None]

    def _wanted(self) -> Iterator[Want]:
        for account in self._accounts:
            yield from account.wants


def owned(account: Account | None, release_id: int) -> int:
    """Whether a release lies on somebody's shelf, as Discogs counts it: 1 or 0."""
    return int(account is not None and bool(account.shelf.of_release(release_id)))


def wanted(account: Account | None, release_id: int) -> int:
    """Whether somebody wants a release: 1 or 0."""
    return int(account is not None and any(want.release["id"] == release_id for want in account.wants))
