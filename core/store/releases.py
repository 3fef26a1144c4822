"""What is known of releases: facts that everybody shares who has them, and that change for all of them at once."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TypeVar

from core.domain.ids import AccountId, InstanceId, ReleaseId, Shelf
from core.domain.release import Release
from core.store.database import Database, Tx

import msgspec

T = TypeVar("T")

_AT_ONCE: Final = 500
"""Releases that are compared between two looks at what else is to be done: some milliseconds."""
_ENCODE: Final = msgspec.json.encode
_RELEASE: Final = msgspec.json.Decoder(Release)


class ReleaseRepository:
    """Releases are kept even when nobody owns them any more."""

    async def write(self, tx: Tx, releases: Mapping[ReleaseId, Release]) -> dict[ReleaseId, tuple[Release, Release]]:
        """Write what is said of releases now; of those that were said otherwise, what was and what is."""
        edited: dict[ReleaseId, tuple[Release, Release]] = {}
        for some in _parts(tuple(releases), _AT_ONCE):
            bodies = {release: _ENCODE(releases[release]) for release in some}
            known = await tx.fetch(
                "SELECT release_id, body FROM releases WHERE release_id IN (SELECT value FROM json_each(?))",
                (_ENCODE(some).decode(),),
            )
            same = {ReleaseId(release) for release, body in known if body == bodies[release]}
            for release, body in known:
                if release not in same:
                    # What was damaged is mended by it; nobody can say what it was.
                    with contextlib.suppress(msgspec.MsgspecError, ValueError):
                        edited[release] = (_RELEASE.decode(body), releases[release])
            await tx.execute_many(
                "INSERT INTO releases (release_id, master_id, body) VALUES (?, ?, ?) ON CONFLICT (release_id)"
                " DO UPDATE SET master_id = excluded.master_id, body = excluded.body",
                [
                    (release, releases[release].master_id, body)
                    for release, body in bodies.items()
                    if release not in same
                ],
            )
        return edited

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
