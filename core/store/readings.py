"""How the reading of facts goes, by what is read: failures, rests, and how often somebody opened it."""

from __future__ import annotations

from datetime import datetime

from core.domain.enrichment import Reading, State, What
from core.domain.ids import ReleaseId
from core.store.database import Database, Tx


class ReadingRepository:
    """One row for whatever failed, is not there, or was opened; they name nobody."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, what: What, number: int) -> Reading:
        """What is known of the tries to read something."""
        rows = await self._database.fetch(
            "SELECT state, tries, next_at, looks FROM readings WHERE kind = ? AND number = ?", (what, number)
        )
        if not rows:
            return Reading()
        state, tries, next_at, looks = rows[0]
        return Reading(
            State(state) if state else None, tries, datetime.fromisoformat(next_at) if next_at else None, looks
        )

    async def note(self, tx: Tx, what: What, number: int, reading: Reading, reason: str, now: datetime) -> None:
        """A try has brought nothing."""
        next_at = reading.next_at.isoformat() if reading.next_at else None
        await tx.execute(
            "INSERT INTO readings (kind, number, state, tries, tried_at, next_at, reason) VALUES (?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (kind, number) DO UPDATE SET state = excluded.state, tries = excluded.tries,"
            " tried_at = excluded.tried_at, next_at = excluded.next_at, reason = excluded.reason",
            (what, number, reading.state, reading.tries, now.isoformat(), next_at, reason),
        )

    async def clear(self, tx: Tx, what: What, number: int) -> None:
        """It was read, so that no failure counts any more."""
        await tx.execute(
            "UPDATE readings SET state = NULL, tries = 0, next_at = NULL, reason = NULL WHERE kind = ? AND number = ?",
            (what, number),
        )

    async def look(self, tx: Tx, release: ReleaseId, now: datetime) -> None:
        """Somebody has opened the record."""
        await tx.execute(
            "INSERT INTO readings (kind, number, looks, looked_at) VALUES ('release', ?, 1, ?)"
            " ON CONFLICT (kind, number) DO UPDATE SET looks = looks + 1, looked_at = excluded.looked_at",
            (release, now.isoformat()),
        )
