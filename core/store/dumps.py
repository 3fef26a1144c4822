"""Imports of monthly dumps: what they have staged, whose turn it is, and the publish."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final

from core.domain.dump import PastDump, Published, Reached, Wanted, moment_of
from core.domain.ids import MasterId, ReleaseId, RunId
from core.domain.master import Master
from core.store.database import Database, Row, Tx
from core.store.leases import is_alive, this_process
from core.store.masters import stamp
from core.store.staged_masters import forget_given_up, let_go_of, publish_staged, rows_of

from msgspec import Struct

GIVEN_UP: Final = timedelta(days=7)
"""How long what is staged waits for somebody who goes on with it."""

_UNDERWAY: Final[set[str]] = set()
"""The imports of this process: one that it has a row for and is not at any more could not be let go of."""

_COVERED: Final = """
SELECT count(*), coalesce(sum(EXISTS (
    SELECT 1 FROM masters WHERE masters.master_id = releases.master_id AND masters.year IS NOT NULL
) OR (releases.source = 'file' AND releases.master_id IS NULL AND EXISTS (
    SELECT 1 FROM masters WHERE masters.main_release = releases.release_id AND masters.year IS NOT NULL
))), 0)
FROM releases WHERE EXISTS (SELECT 1 FROM items WHERE items.release_id = releases.release_id)
"""
_PAST: Final = (
    "SELECT name, day, everything, entries, kept, read, size, started_at, published_at, run_id, holder, renewed_at"
    " FROM dumps WHERE published_at IS NOT NULL OR (staged_at IS NOT NULL AND mark IS NOT NULL) OR run_id IS NOT NULL"
    " ORDER BY coalesce(published_at, staged_at, started_at) DESC"
)


class Dump(Struct, frozen=True):
    """What tells one import from another."""

    id: str
    name: str
    day: date
    mark: str | None
    """None when it can be read only once."""
    size: int | None
    wanted: Wanted


class Begun(Struct, frozen=True):
    """An import that may be gone on with."""

    id: str
    reached: Reached
    kept: int
    before: datetime | None
    """When a dump of the same day was published last, in the same extent."""
    latest: date | None
    """The day of the latest dump that was published."""


class DumpRepository:
    """One import has its turn at a time. Only whoever has it stages and publishes: who was replaced does no harm."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def wanted(self) -> Wanted:
        """The masters of all releases that are known here, and the releases of which no master is."""
        masters = await self._database.fetch_many(
            "SELECT master_id FROM releases WHERE master_id > 0"
            " UNION SELECT master_id FROM release_details WHERE master_id > 0"
        )
        releases = await self._database.fetch_many(
            "SELECT release_id FROM releases WHERE source = 'file' AND master_id IS NULL"
        )
        return Wanted(
            masters=frozenset(MasterId(row[0]) for row in masters),
            releases=frozenset(ReleaseId(row[0]) for row in releases),
        )

    async def underway(self, tx: Tx) -> str | None:
        """The name of the file that a living process is at."""
        rows = await tx.fetch("SELECT name, run_id, holder, renewed_at FROM dumps WHERE run_id IS NOT NULL")
        return next((str(name) for name, *lease in rows if _goes_on(*lease)), None)

    async def begin(self, tx: Tx, dump: Dump, run: RunId, now: datetime) -> Begun:
        """Take the turn, and go on where the same import was stopped, if there is one."""
        wanted = dump.wanted.fingerprint
        stopped = await tx.fetch(
            "SELECT dump_id, position, text_check, entries, unnumbered, read, kept FROM dumps WHERE mark = ?"
            " AND everything = ? AND wanted = ? AND day = ? AND published_at IS NULL ORDER BY staged_at DESC LIMIT 1",
            (dump.mark, dump.wanted.everything, wanted, dump.day.isoformat()),
        )
        _UNDERWAY.add(run)
        # What was looked for then is something else: what was passed over may be wanted now.
        await tx.execute(
            "UPDATE dumps SET mark = NULL WHERE mark = ? AND everything = ? AND wanted <> ? AND published_at IS NULL",
            (dump.mark, dump.wanted.everything, wanted),
        )
        if not stopped:
            await tx.execute(
                "INSERT INTO dumps (dump_id, name, day, mark, everything, wanted, size, started_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    dump.id,
                    dump.name,
                    dump.day.isoformat(),
                    dump.mark,
                    dump.wanted.everything,
                    wanted,
                    dump.size,
                    now.isoformat(),
                ),
            )
        number, *reached, kept = stopped[0] if stopped else (dump.id, 0, 0, 0, 0, 0, 0)
        await tx.execute(
            "UPDATE dumps SET run_id = ?, holder = ?, renewed_at = ?, name = ? WHERE dump_id = ?",
            (run, this_process(), time.time(), dump.name, number),
        )
        before = await tx.fetch(
            "SELECT max(published_at) FROM dumps WHERE day = ? AND everything = ?",
            (dump.day.isoformat(), dump.wanted.everything),
        )
        latest = await tx.fetch("SELECT max(day) FROM dumps WHERE published_at IS NOT NULL")
        return Begun(
            id=number,
            reached=Reached(*reached),
            kept=kept,
            before=_moment(before[0][0]),
            latest=None if latest[0][0] is None else date.fromisoformat(latest[0][0]),
        )

    async def stage(
        self, tx: Tx, dump: str, run: RunId, reached: Reached, masters: Iterable[Master], now: datetime
    ) -> bool:
        """Keep some more masters, and how far the dump was read for them; whether it still is this run's turn."""
        rows = rows_of(dump, masters)
        if not await tx.execute(
            "UPDATE dumps SET position = ?, text_check = ?, read = ?, entries = ?, unnumbered = ?, kept = kept + ?,"
            " staged_at = ?, renewed_at = ? WHERE dump_id = ? AND run_id = ?",
            (
                reached.position,
                reached.check,
                reached.read,
                reached.entries,
                reached.unnumbered,
                len(rows),
                now.isoformat(),
                time.time(),
                dump,
                run,
            ),
        ):
            return False
        await tx.execute_many("INSERT OR REPLACE INTO staged_masters VALUES (?, ?, ?, ?, ?, ?)", rows)
        return True

    async def renew(self, tx: Tx, run: RunId) -> None:
        """Say that an import goes on."""
        await tx.execute("UPDATE dumps SET renewed_at = ? WHERE run_id = ?", (time.time(), run))

    async def publish(self, tx: Tx, dump: str, run: RunId, day: date, now: datetime) -> Published | None:
        """Let everything that is staged be known, where nothing newer is; None when it is no longer this run's turn."""
        if not await tx.fetch("SELECT 1 FROM dumps WHERE dump_id = ? AND run_id = ?", (dump, run)):
            return None
        found = await publish_staged(tx, dump, moment_of(day), await stamp(tx, now))
        await tx.execute(
            "DELETE FROM dumps WHERE published_at IS NOT NULL AND dump_id <> ?1"
            " AND (day, everything) = (SELECT day, everything FROM dumps WHERE dump_id = ?1)",
            (dump,),
        )
        await tx.execute(
            "UPDATE dumps SET published_at = ?, kept = ?, run_id = NULL, holder = NULL, renewed_at = NULL"
            " WHERE dump_id = ?",
            (now.isoformat(), found.kept, dump),
        )
        return found

    async def let_go(self, tx: Tx, run: RunId) -> None:
        """The turn is over; what is staged stays."""
        await tx.execute("UPDATE dumps SET run_id = NULL, holder = NULL, renewed_at = NULL WHERE run_id = ?", (run,))

    async def give_up(self, tx: Tx, dump: str) -> None:
        """Nobody goes on with an import."""
        await tx.execute("UPDATE dumps SET mark = NULL, run_id = NULL WHERE dump_id = ?", (dump,))

    @staticmethod
    def forget(run: RunId) -> None:
        """The turn is over, even if that could not be written down."""
        _UNDERWAY.discard(run)

    async def clean(self, tx: Tx, now: datetime) -> dict[str, int]:
        """Let go of what was staged and published, and of what nobody goes on with; how much of each.

        A great deal of it takes several calls.
        """
        rows = await tx.fetch("SELECT dump_id, mark, staged_at, published_at, run_id, holder, renewed_at FROM dumps")
        stale = [
            dump
            for dump, mark, staged_at, published_at, *lease in rows
            if (published_at or not mark or not staged_at or staged_at < (now - GIVEN_UP).isoformat())
            and not (lease[0] and _goes_on(*lease))
        ]
        if not stale:
            return {}
        gone = await let_go_of(tx, stale)
        return {"staged masters": gone, "imports of dumps": await forget_given_up(tx, stale)}

    async def coverage(self) -> tuple[int, int]:
        """How many releases are on anybody's shelf, and of how many of them the original year is known."""
        rows = await self._database.fetch_many(_COVERED)
        return int(rows[0][0]), int(rows[0][1])

    async def past(self) -> tuple[PastDump, ...]:
        """What was imported, is being imported or was stopped, the latest first."""
        found = []
        for row in await self._database.fetch(_PAST):
            with contextlib.suppress(ValueError):
                found.append(_past(row))
        return tuple(found)


def _past(row: Row) -> PastDump:
    name, day, everything, entries, kept, read, size, started_at, published_at, *lease = row
    return PastDump(
        name=name,
        day=date.fromisoformat(day),
        everything=bool(everything),
        entries=entries,
        kept=kept,
        part=min(1.0, read / size) if size else None,
        started_at=datetime.fromisoformat(started_at),
        published_at=_moment(published_at),
        is_underway=lease[0] is not None and _goes_on(*lease),
    )


def _goes_on(run: str, holder: str, renewed_at: float) -> bool:
    return is_alive(holder, renewed_at) and (holder != this_process() or run in _UNDERWAY)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
