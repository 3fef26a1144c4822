"""Runs of a sync, and the pages they have brought so far."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from core.domain.ids import AccountId, RunId, Shelf
from core.domain.progress import AskedBy, Kind, PastRun, SyncOutcome, SyncReport
from core.domain.walk import CollectionPage, Newest, Order
from core.errors import facts
from core.store.database import Database, Row, Tx

import msgspec

RESUMED_WITHIN: Final = timedelta(minutes=30)
"""How long the pages of a run that was stopped are good for the next one."""

_OUTCOMES: Final = frozenset(map(str, SyncOutcome))
_PAGE: Final = msgspec.json.Decoder(CollectionPage)
_NEWEST: Final = msgspec.json.Decoder(Newest)

Pages = dict[Order, dict[int, CollectionPage]]
"""Pages by the order in which they were read and the number that was asked for."""


class RunRepository:
    """The history of syncs, and the staging of the one that runs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def start(
        self,
        tx: Tx,
        run: RunId,
        account: AccountId,
        now: datetime,
        shelf: Shelf = Shelf.COLLECTION,
        kind: Kind = Kind.WALK,
        by: AskedBy = AskedBy.PERSON,
    ) -> None:
        """A run has begun: whoever calls this holds the shelf's lease, so a run that is still open has crashed."""
        await tx.execute(
            "UPDATE sync_runs SET outcome = 'crashed', finished_at = ?"
            " WHERE account_id = ? AND shelf = ? AND outcome IS NULL",
            (now.isoformat(), account, shelf),
        )
        await tx.execute(
            # From the few pages to their runs: the other way round, a month of runs would be looked through.
            "DELETE FROM staged_pages WHERE EXISTS (SELECT 1 FROM sync_runs WHERE sync_runs.run_id ="
            " staged_pages.run_id AND outcome IS NOT NULL AND (staged_at IS NULL OR staged_at < ?))",
            ((now - RESUMED_WITHIN).isoformat(),),
        )
        await tx.execute(
            "INSERT INTO sync_runs (run_id, account_id, started_at, shelf, kind, asked_by) VALUES (?, ?, ?, ?, ?, ?)",
            (run, account, now.isoformat(), shelf, kind, by),
        )

    async def become(self, tx: Tx, run: RunId, kind: Kind) -> None:
        """The run looks at more than it was begun for."""
        await tx.execute("UPDATE sync_runs SET kind = ? WHERE run_id = ?", (kind, run))

    async def open_ones(self) -> frozenset[RunId]:
        """The runs that have not been said to be over."""
        return frozenset(
            RunId(row[0]) for row in await self._database.fetch("SELECT run_id FROM sync_runs WHERE outcome IS NULL")
        )

    async def mark_crashed(self, tx: Tx, now: datetime, going_on: Iterable[RunId]) -> None:
        """Every run that is open and that no living process goes on with has crashed."""
        await tx.execute(
            "UPDATE sync_runs SET outcome = 'crashed', finished_at = ? WHERE outcome IS NULL"
            " AND run_id NOT IN (SELECT value FROM json_each(?))",
            (now.isoformat(), msgspec.json.encode(list(going_on)).decode()),
        )

    async def adopt(self, tx: Tx, run: RunId, account: AccountId, shelf: Shelf = Shelf.COLLECTION) -> Newest | None:
        """Give a run the pages of the last one that was stopped; what the newest copies were then, if there is one."""
        stopped = await tx.fetch(
            "SELECT run_id, newest, staged_at FROM sync_runs WHERE account_id = ? AND shelf = ? AND newest IS NOT NULL"
            " AND run_id IN (SELECT run_id FROM staged_pages) ORDER BY staged_at DESC LIMIT 1",
            (account, shelf),
        )
        last = stopped[0][0] if stopped else None
        await tx.execute(
            "DELETE FROM staged_pages WHERE run_id IN"
            " (SELECT run_id FROM sync_runs WHERE account_id = ? AND shelf = ?) AND run_id IS NOT ?",
            (account, shelf, last),
        )
        if not stopped:
            return None
        _, newest, staged_at = stopped[0]
        await tx.execute("UPDATE staged_pages SET run_id = ? WHERE run_id = ?", (run, last))
        await tx.execute("UPDATE sync_runs SET newest = ?, staged_at = ? WHERE run_id = ?", (newest, staged_at, run))
        try:
            return _NEWEST.decode(newest)
        except msgspec.MsgspecError:
            await self.unstage(tx, run)
            return None

    async def note_newest(self, tx: Tx, run: RunId, newest: Newest) -> None:
        """Keep what the newest copies were when the run began."""
        await tx.execute("UPDATE sync_runs SET newest = ? WHERE run_id = ?", (msgspec.json.encode(newest), run))

    async def stage(self, tx: Tx, run: RunId, order: Order, number: int, page: CollectionPage, now: datetime) -> None:
        """Keep the page that was asked for by this number until the run is over."""
        await tx.execute(
            "INSERT OR REPLACE INTO staged_pages (run_id, sort, page, body) VALUES (?, ?, ?, ?)",
            (run, order, number, msgspec.json.encode(page)),
        )
        await tx.execute("UPDATE sync_runs SET staged_at = ? WHERE run_id = ?", (now.isoformat(), run))

    async def unstage(self, tx: Tx, run: RunId) -> None:
        """Let go of the pages of a run, and of what told whether they can be gone on with."""
        await tx.execute("DELETE FROM staged_pages WHERE run_id = ?", (run,))
        await tx.execute("UPDATE sync_runs SET newest = NULL WHERE run_id = ?", (run,))

    async def staged(self, run: RunId) -> Pages:
        """The pages of a run; one that cannot be read is as good as none."""
        rows = await self._database.fetch_many(
            "SELECT sort, page, body FROM staged_pages WHERE run_id = ? ORDER BY sort, page", (run,)
        )
        pages: Pages = {order: {} for order in Order}
        for sort, number, body in rows:
            with contextlib.suppress(msgspec.MsgspecError, ValueError):
                pages[Order(sort)][number] = _PAGE.decode(body)
        return pages

    async def latest_staged(self, account: AccountId, shelf: Shelf = Shelf.COLLECTION) -> RunId | None:
        """The run of a shelf that has brought pages last and has not published them."""
        rows = await self._database.fetch(
            "SELECT run_id FROM sync_runs WHERE account_id = ? AND shelf = ?"
            " AND run_id IN (SELECT run_id FROM staged_pages) ORDER BY staged_at DESC LIMIT 1",
            (account, shelf),
        )
        return RunId(rows[0][0]) if rows else None

    async def close(self, tx: Tx, run: RunId, report: SyncReport, now: datetime) -> None:
        """The run is over: keep how it ended, unless it is over already."""
        await tx.execute(
            "UPDATE sync_runs SET finished_at = ?, outcome = ?, reason = ?, added = ?, changed = ?, removed = ?,"
            " skipped = ?, requests = ?, unseen = ?, copies = ? WHERE run_id = ? AND outcome IS NULL",
            (
                now.isoformat(),
                report.outcome,
                facts.written(report.problems).decode() if report.problems else None,
                report.added,
                report.changed,
                report.removed,
                report.skipped,
                report.requests,
                report.unseen,
                report.copies,
                run,
            ),
        )

    async def ended(self, run: RunId) -> SyncReport | None:
        """How a run ended, without what it left behind; None while it is open or when it crashed."""
        rows = await self._database.fetch(f"{_RUNS} WHERE run_id = ? AND outcome <> 'crashed'", (run,))
        past = _past(rows[0]) if rows else None
        if past is None or past.outcome is None:
            return None
        return SyncReport(
            outcome=past.outcome,
            copies=0,
            releases=0,
            added=past.added,
            changed=past.changed,
            removed=past.removed,
            skipped=past.skipped,
            requests=past.requests,
            shelf=past.shelf,
            kind=past.kind,
        )

    async def scheduled_since(self, moment: datetime) -> tuple[int, int]:
        """How many runs of the schedule, of all accounts, have ended since, and how many of them well."""
        rows = await self._database.fetch(
            "SELECT count(*), coalesce(sum(outcome IN ('done', 'needs your word')), 0) FROM sync_runs"
            " WHERE asked_by = 'schedule' AND finished_at >= ? AND outcome <> 'cancelled'"
            # What its owner shows to nobody is no failure.
            " AND coalesce(reason, '') NOT LIKE '[[\"WantlistPrivate\"%'",
            (moment.isoformat(),),
        )
        return int(rows[0][0]), int(rows[0][1])

    async def past(self, account: AccountId, number: int) -> tuple[PastRun, ...]:
        """The last runs of an account, the newest first."""
        rows = await self._database.fetch(
            f"{_RUNS} WHERE account_id = ? ORDER BY started_at DESC, rowid DESC LIMIT ?", (account, number)
        )
        return tuple(map(_past, rows))


_RUNS: Final = (
    "SELECT run_id, shelf, kind, asked_by, started_at, finished_at, outcome, reason, added, changed, removed, skipped,"
    " unseen, requests, copies FROM sync_runs"
)


def _past(row: Row) -> PastRun:
    run, shelf, kind, by, started_at, finished_at, outcome, reason, *counts, copies = row
    added, changed, removed, skipped, unseen, requests = (number or 0 for number in counts)
    return PastRun(
        run=RunId(run),
        shelf=Shelf(shelf),
        kind=Kind(kind),
        by=AskedBy(by),
        started_at=datetime.fromisoformat(started_at),
        finished_at=datetime.fromisoformat(finished_at) if finished_at else None,
        outcome=SyncOutcome(outcome) if outcome in _OUTCOMES else None,
        crashed=outcome == "crashed",
        added=added,
        changed=changed,
        removed=removed,
        skipped=skipped,
        unseen=unseen,
        requests=requests,
        copies=copies,
        problems=facts.read(reason.encode()) if reason else (),
    )
