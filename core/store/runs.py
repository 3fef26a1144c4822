"""Runs of a sync, and the pages they have brought so far."""

from __future__ import annotations

import contextlib
from datetime import datetime, timedelta
from typing import Final

from core.domain.ids import AccountId, RunId
from core.domain.progress import SyncOutcome, SyncReport
from core.domain.walk import CollectionPage, Newest, Order
from core.store.database import Database, Tx

import msgspec

RESUMED_WITHIN: Final = timedelta(minutes=30)
"""How long the pages of a run that was stopped are good for the next one."""

_PAGE: Final = msgspec.json.Decoder(CollectionPage)
_NEWEST: Final = msgspec.json.Decoder(Newest)

Pages = dict[Order, dict[int, CollectionPage]]
"""Pages by the order in which they were read and the number that was asked for."""


class RunRepository:
    """The history of syncs, and the staging of the one that runs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def start(self, tx: Tx, run: RunId, account: AccountId, now: datetime) -> None:
        """A run has begun: whoever calls this holds the account's lease, so a run that is still open has crashed."""
        await tx.execute(
            "UPDATE sync_runs SET outcome = 'crashed', finished_at = ? WHERE account_id = ? AND outcome IS NULL",
            (now.isoformat(), account),
        )
        await tx.execute(
            "DELETE FROM staged_pages WHERE run_id IN"
            " (SELECT run_id FROM sync_runs WHERE outcome IS NOT NULL AND (staged_at IS NULL OR staged_at < ?))",
            ((now - RESUMED_WITHIN).isoformat(),),
        )
        await tx.execute(
            "INSERT INTO sync_runs (run_id, account_id, started_at) VALUES (?, ?, ?)", (run, account, now.isoformat())
        )

    async def adopt(self, tx: Tx, run: RunId, account: AccountId) -> Newest | None:
        """Give a run the pages of the last one that was stopped; what the newest copies were then, if there is one."""
        stopped = await tx.fetch(
            "SELECT run_id, newest, staged_at FROM sync_runs WHERE account_id = ? AND newest IS NOT NULL"
            " AND run_id IN (SELECT run_id FROM staged_pages) ORDER BY staged_at DESC LIMIT 1",
            (account,),
        )
        last = stopped[0][0] if stopped else None
        await tx.execute(
            "DELETE FROM staged_pages WHERE run_id IN (SELECT run_id FROM sync_runs WHERE account_id = ?)"
            " AND run_id IS NOT ?",
            (account, last),
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
        """Let go of the pages of a run."""
        await tx.execute("DELETE FROM staged_pages WHERE run_id = ?", (run,))

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

    async def latest_staged(self, account: AccountId) -> RunId | None:
        """The run of an account that has brought pages last and has not published them."""
        rows = await self._database.fetch(
            "SELECT run_id FROM sync_runs WHERE account_id = ? AND run_id IN (SELECT run_id FROM staged_pages)"
            " ORDER BY staged_at DESC LIMIT 1",
            (account,),
        )
        return RunId(rows[0][0]) if rows else None

    async def close(self, tx: Tx, run: RunId, report: SyncReport, now: datetime) -> None:
        """The run is over: keep how it ended, unless it is over already."""
        await tx.execute(
            "UPDATE sync_runs SET finished_at = ?, outcome = ?, reason = ?, added = ?, changed = ?, removed = ?,"
            " skipped = ?, requests = ? WHERE run_id = ? AND outcome IS NULL",
            (
                now.isoformat(),
                report.outcome,
                "; ".join(repr(problem) for problem in report.problems) or None,
                report.added,
                report.changed,
                report.removed,
                report.skipped,
                report.requests,
                run,
            ),
        )

    async def ended(self, run: RunId) -> SyncReport | None:
        """How a run ended, without what it left behind; None while it is open or when it crashed."""
        rows = await self._database.fetch(
            "SELECT outcome, added, changed, removed, skipped, requests FROM sync_runs"
            " WHERE run_id = ? AND outcome IS NOT NULL AND outcome <> 'crashed'",
            (run,),
        )
        if not rows:
            return None
        outcome, added, changed, removed, skipped, requests = rows[0]
        return SyncReport(
            outcome=SyncOutcome(outcome),
            copies=0,
            releases=0,
            added=added,
            changed=changed,
            removed=removed,
            skipped=skipped,
            requests=requests,
        )
