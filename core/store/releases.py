"""What is known of releases: facts that everybody shares who has them, and that change for all of them at once."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal, TypeVar

from core.domain.ids import AccountId, InstanceId, ReleaseId, Shelf
from core.domain.release import Release
from core.store.database import Database, Tx

import msgspec

T = TypeVar("T")

Source = Literal["api", "file"]
"""Who said so: a list row of the API, or an export, which knows less and never replaces what the API has said."""

_AT_ONCE: Final = 500
"""Releases that are compared between two looks at what else is to be done: some milliseconds."""
_ENCODE: Final = msgspec.json.encode
_RELEASE: Final = msgspec.json.Decoder(Release)


class ReleaseRepository:
    """Releases are kept even when nobody owns them any more."""

    async def write(
        self, tx: Tx, releases: Mapping[ReleaseId, Release], source: Source = "api"
    ) -> dict[ReleaseId, tuple[Release, Release]]:
        """Write what is said of releases now; of those that were said otherwise, what was and what is."""
        edited: dict[ReleaseId, tuple[Release, Release]] = {}
        # In the order in which they lie in the table.
        for some in _parts(sorted(releases), _AT_ONCE):
            known = await tx.fetch(
                "SELECT release_id, body, source FROM releases WHERE release_id IN (SELECT value FROM json_each(?))",
                (_ENCODE(some).decode(),),
            )
            better = {release for release, _, told in known if source == "file" and told == "api"}
            bodies = {release: _ENCODE(releases[release]) for release in some if release not in better}
            same = {
                ReleaseId(release) for release, body, told in known if (body, told) == (bodies.get(release), source)
            }
            for release, body, _ in known:
                if release in bodies and body != bodies[release]:
                    # What was damaged is mended by it; nobody can say what it was.
                    with contextlib.suppress(msgspec.MsgspecError, ValueError):
                        edited[release] = (_RELEASE.decode(body), releases[release])
            await tx.execute_many(
                "INSERT INTO releases (release_id, master_id, body, source) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (release_id) DO UPDATE SET"
                " master_id = excluded.master_id, body = excluded.body, source = excluded.source",
                [
                    (release, releases[release].master_id, body, source)
                    for release, body in bodies.items()
                    if release not in same
                ],
            )
        return edited

    async def told_by_api(self, tx: Tx, releases: Sequence[ReleaseId]) -> dict[ReleaseId, Release]:
        """What the API has said of these releases, of those of which it has said anything."""
        found: dict[ReleaseId, Release] = {}
        for some in _parts(releases, _AT_ONCE):
            rows = await tx.fetch(
                "SELECT release_id, body FROM releases WHERE source = 'api'"
                " AND release_id IN (SELECT value FROM json_each(?))",
                (_ENCODE(some).decode(),),
            )
            found |= {ReleaseId(release): _RELEASE.decode(body) for release, body in rows}
        return found

    async def pictures(self, database: Database, releases: Sequence[ReleaseId]) -> dict[ReleaseId, tuple[str, str]]:
        """The addresses of the small and the large picture, of the releases of which they are known."""
        found: dict[ReleaseId, tuple[str, str]] = {}
        for some in _parts(releases, _AT_ONCE):
            rows = await database.fetch_many(
                "SELECT release_id, coalesce(json_extract(body, '$.thumb'), ''),"
                " coalesce(json_extract(body, '$.cover_image'), '')"
                " FROM (SELECT release_id, CAST(body AS TEXT) AS body FROM releases"
                " WHERE release_id IN (SELECT value FROM json_each(?))) WHERE json_valid(body)",
                (_ENCODE(some).decode(),),
            )
            found |= {ReleaseId(release): (thumb, cover) for release, thumb, cover in rows if thumb or cover}
        return found

    async def holders(
        self, tx: Tx, releases: Sequence[ReleaseId]
    ) -> list[tuple[AccountId, Shelf, InstanceId, ReleaseId]]:
        """Who has any of these releases, on which shelf and as which copies."""
        rows: list[tuple[AccountId, Shelf, InstanceId, ReleaseId]] = []
        for some in _parts(releases, _AT_ONCE):
            found = await tx.fetch(
                "SELECT account_id, shelf, instance_id, release_id FROM items"
                " WHERE release_id IN (SELECT value FROM json_each(?))",
                (_ENCODE(some).decode(),),
            )
            rows += [(AccountId(one), Shelf(shelf), InstanceId(copy), ReleaseId(of)) for one, shelf, copy, of in found]
        return rows


def _parts(some: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (some[start : start + size] for start in range(0, len(some), size))
