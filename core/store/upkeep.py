"""What keeps the file small and quick: rows that are of no use any more go, and SQLite looks after itself."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from core.domain.ids import AccountId
from core.domain.schedule import IDLE
from core.store.accounts import SIGN_IN_LIVES
from core.store.database import Database, Tx
from core.store.dumps import DumpRepository
from core.store.leases import is_alive, this_process
from core.store.runs import RESUMED_WITHIN

import msgspec

REMEMBERED: Final = timedelta(days=1)
"""How long a sign-in that is over is told from one that never was."""

QUIET_RUNS_KEPT: Final = timedelta(days=30)
"""How long the history tells of looks that found nothing new: at four a day they would be most of it."""


class UpkeepRepository:
    """Rows of all accounts; nothing of it can be seen by anybody."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def clean(self, tx: Tx, now: datetime) -> dict[str, int]:
        """Let go of everything that has expired; how many rows of each kind."""
        leases = await tx.fetch("SELECT run_id, holder, renewed_at FROM leases")
        # A machine that has slept finds its own leases expired, and goes on with them.
        going_on = _json(
            [run for run, holder, renewed_at in leases if is_alive(holder, renewed_at) or holder == this_process()]
        )
        return {
            "runs that crashed": await tx.execute(
                "UPDATE sync_runs SET outcome = 'crashed', finished_at = ?"
                " WHERE outcome IS NULL AND run_id NOT IN (SELECT value FROM json_each(?))",
                (now.isoformat(), going_on),
            ),
            "leases": await tx.execute(
                "DELETE FROM leases WHERE run_id NOT IN (SELECT value FROM json_each(?))", (going_on,)
            ),
            "pages": await tx.execute(
                "DELETE FROM staged_pages WHERE EXISTS (SELECT 1 FROM sync_runs WHERE sync_runs.run_id ="
                " staged_pages.run_id AND outcome IS NOT NULL AND (staged_at IS NULL OR staged_at < ?))",
                ((now - RESUMED_WITHIN).isoformat(),),
            ),
            "marks of runs": await tx.execute(
                "UPDATE sync_runs SET newest = NULL WHERE newest IS NOT NULL AND outcome IS NOT NULL"
                " AND run_id NOT IN (SELECT run_id FROM staged_pages)"
            ),
            "secrets of sign-ins": await tx.execute(
                "UPDATE pending_connections SET sealed = NULL WHERE sealed IS NOT NULL AND began_at < ?",
                ((now - SIGN_IN_LIVES).isoformat(),),
            ),
            "sign-ins": await tx.execute(
                "DELETE FROM pending_connections WHERE began_at < ?", ((now - REMEMBERED).isoformat(),)
            ),
            "quiet runs": await tx.execute(
                "DELETE FROM sync_runs WHERE kind = 'probe' AND outcome = 'done' AND finished_at < ?"
                " AND added = 0 AND changed = 0 AND removed = 0 AND skipped = 0",
                ((now - QUIET_RUNS_KEPT).isoformat(),),
            ),
            **await DumpRepository(self._database).clean(tx, now),
        }

    async def noted_ahead(self, now: datetime) -> tuple[AccountId, ...]:
        """The accounts whose shelves were looked at by a clock that was ahead, or are due further away than can be."""
        rows = await self._database.fetch_many(
            "SELECT DISTINCT account_id FROM shelves WHERE checked_at > ?1 OR walked_at > ?1 OR tried_at > ?1"
            " OR due_at > ?2",
            (now.isoformat(), (now + IDLE).isoformat()),
        )
        return tuple(AccountId(row[0]) for row in rows)

    async def set_back(self, tx: Tx, account: AccountId, now: datetime) -> None:
        """What was noted by a clock that was ahead has happened just now, or it would be waited for twice."""
        await tx.execute(
            "UPDATE shelves SET checked_at = min(checked_at, ?1), walked_at = min(walked_at, ?1),"
            " tried_at = min(tried_at, ?1) WHERE account_id = ?2",
            (now.isoformat(), account),
        )


def _json(runs: list[str]) -> str:
    return msgspec.json.encode(runs).decode()
