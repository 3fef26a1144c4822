"""What is known of each release beyond its row, and rows that came from a file and can be known better."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from core.domain.details import KnownDetails, ReleaseDetails, as_row
from core.domain.ids import AccountId, MasterId, ReleaseId, Shelf
from core.domain.release import Release
from core.store.collections import sorted_as
from core.store.database import Database, Tx
from core.store.facts import FactRepository

import msgspec
from msgspec.structs import replace

_TOLD: Final = (
    "SELECT release_id, release_details.body FROM releases INDEXED BY releases_from_files"
    " JOIN release_details USING (release_id) WHERE source = 'file'"
)
_MAIN: Final = (
    "SELECT release_id, min(masters.master_id) FROM releases INDEXED BY releases_from_files"
    " JOIN masters ON main_release = release_id WHERE releases.source = 'file' AND releases.master_id IS NULL"
    " GROUP BY release_id"
)
"""Rows of files that nothing has to be asked for: the answer is here, or the dump tells whose main release it is."""

_ENCODE: Final = msgspec.json.encode
_DETAILS: Final = msgspec.json.Decoder(ReleaseDetails)
_RELEASE: Final = msgspec.json.Decoder(Release)


class DetailRepository:
    """Details by release. They stay when nobody has the release any more, as the release itself does."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._facts = FactRepository(database)

    async def known(self, release: ReleaseId) -> KnownDetails | None:
        """What was told of a release last; None when it was never read, and when that was damaged."""
        rows = await self._database.fetch("SELECT body, as_of FROM release_details WHERE release_id = ?", (release,))
        for body, as_of in rows:
            with contextlib.suppress(msgspec.MsgspecError, ValueError):
                return KnownDetails(_DETAILS.decode(body), datetime.fromisoformat(as_of))
        return None

    async def master_of(self, release: ReleaseId) -> MasterId | None:
        """The master of a release, as the API's row says it; of others as the details do."""
        rows = await self._database.fetch(
            "SELECT iif(source = 'api', releases.master_id, coalesce(releases.master_id, told.master_id))"
            " FROM releases LEFT JOIN release_details AS told USING (release_id) WHERE release_id = ?1"
            " UNION ALL SELECT master_id FROM release_details WHERE release_id = ?1 LIMIT 1",
            (release,),
        )
        return None if not rows or rows[0][0] is None else MasterId(rows[0][0])

    async def write(self, tx: Tx, told: Iterable[KnownDetails]) -> None:
        """Keep what was told of releases, in the place of what was told before."""
        some = list(told)
        await self._facts.write(tx, some)
        await tx.execute_many(
            "INSERT OR REPLACE INTO release_details (release_id, master_id, body, as_of) VALUES (?, ?, ?, ?)",
            [
                (one.details.id, one.details.master_id, _ENCODE(one.details), one.as_of.astimezone(UTC).isoformat())
                for one in some
            ],
        )

    async def can_fill(self) -> bool:
        """Whether any row of a file can be known better without asking."""
        for sql in (_TOLD, _MAIN):
            if await self._database.fetch_many(f"{sql} LIMIT 1"):
                return True
        return False

    async def fill(self, tx: Tx, only: ReleaseId | None = None) -> tuple[tuple[AccountId, Shelf], ...]:
        """Let rows of files say what is known of their releases; on which shelves another row is to be shown then.

        Rows of the API say it themselves.
        """
        where, values = ("", ()) if only is None else (" AND release_id = ?", (only,))
        better: list[tuple[str, Release]] = []
        for _, body in await tx.fetch(f"{_TOLD}{where}", values):
            with contextlib.suppress(msgspec.MsgspecError, ValueError):
                better.append(("api", as_row(_DETAILS.decode(body))))
        filled = {row.id for _, row in better}
        for release, master in await tx.fetch(_MAIN) if only is None else ():
            if release not in filled and (row := await self._row(tx, release)) is not None:
                better.append(("file", replace(row, master_id=MasterId(master))))
        return await self._replace(tx, better)

    async def _row(self, tx: Tx, release: ReleaseId) -> Release | None:
        for (body,) in await tx.fetch("SELECT body FROM releases WHERE release_id = ?", (release,)):
            with contextlib.suppress(msgspec.MsgspecError, ValueError):
                return _RELEASE.decode(body)
        return None

    async def _replace(self, tx: Tx, rows: list[tuple[str, Release]]) -> tuple[tuple[AccountId, Shelf], ...]:
        if not rows:
            return ()
        await tx.execute_many(
            "UPDATE releases SET master_id = ?, body = ?, source = ? WHERE release_id = ? AND source = 'file'",
            [(row.master_id, _ENCODE(row), source, row.id) for source, row in rows],
        )
        await tx.execute_many(
            "UPDATE items SET sorted_as = ?1 WHERE release_id = ?2 AND sorted_as <> ?1",
            [(sorted_as(row), row.id) for _, row in rows],
        )
        shelves = await tx.fetch(
            "SELECT DISTINCT account_id, shelf FROM items WHERE release_id IN (SELECT value FROM json_each(?))",
            (_ENCODE([row.id for _, row in rows]).decode(),),
        )
        return tuple((AccountId(account), Shelf(shelf)) for account, shelf in shelves)
