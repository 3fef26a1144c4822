"""Runs of a sync, and the pages they have brought so far."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from core.domain.ids import AccountId, RunId
from core.domain.progress import SyncReport
from core.domain.walk import CollectionPage
from core.errors import DatabaseUnusable
from core.store.database import Database, Tx

import msgspec

_ABANDONED_AFTER: Final = timedelta(hours=2)
"""No run takes that long: one of 700,000 copies would."""

_PAGE: Final = msgspec.json.Decoder(CollectionPage)


class RunRepository:
    """The history of syncs, and the staging of the one that runs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def start(self, tx: Tx, run: RunId, account: AccountId, now: datetime) -> None:
        """A run has begun. Those of before that were never closed, because their process was killed, are now."""
        long_ago = (now - _ABANDONED_AFTER).isoformat()
        await tx.execute(
            "DELETE FROM staged_pages WHERE run_id IN (SELECT run_id FROM sync_runs"
            " WHERE account_id = ? AND outcome IS NULL AND started_at < ?)",
            (account, long_ago),
        )
        await tx.execute(
            "UPDATE sync_runs SET outcome = 'crashed', finished_at = ?"
            " WHERE account_id = ? AND outcome IS NULL AND started_at < ?",
            (now.isoformat(), account, long_ago),
        )
        await tx.execute(
            "INSERT INTO sync_runs (run_id, account_id, started_at) VALUES (?, ?, ?)", (run, account, now.isoformat())
        )

    async def stage(self, tx: Tx, run: RunId, number: int, page: CollectionPage) -> None:
        """Keep the page that was asked for by this number until the run is over."""
        await tx.execute(
            "INSERT OR REPLACE INTO staged_pages (run_id, page, body) VALUES (?, ?, ?)",
            (run, number, msgspec.json.encode(page)),
        )

    async def staged(self, run: RunId) -> list[CollectionPage]:
        """The pages of a run in their order."""
        rows = await self._database.fetch_many("SELECT body FROM staged_pages WHERE run_id = ? ORDER BY page", (run,))
        try:
            return [_PAGE.decode(row[0]) for row in rows]
        except msgspec.MsgspecError as error:
            raise DatabaseUnusable(path=str(self._database.path), reason=f"a damaged page ({error})") from error

    async def close(self, tx: Tx, run: RunId, report: SyncReport, now: datetime) -> None:
        """The run is over: keep how it ended, let go of its pages."""
        await tx.execute("DELETE FROM staged_pages WHERE run_id = ?", (run,))
        await tx.execute(
            "UPDATE sync_runs SET finished_at = ?, outcome = ?, reason = ?, added = ?, changed = ?, removed = ?,"
            " skipped = ?, requests = ? WHERE run_id = ?",
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
