"""What is not sure about a collection: copies that Discogs no longer shows, and rows that cannot be read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from core.domain.ids import AccountId, InstanceId
from core.domain.walk import UnreadableRow
from core.store.database import Database, Tx


class DoubtRepository:
    """Doubts by account."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def asked(self, account: AccountId) -> frozenset[InstanceId]:
        """The missing copies that wait for their owner's word."""
        return await self._missing(account, kept=False)

    async def kept(self, account: AccountId) -> frozenset[InstanceId]:
        """The missing copies that stay because their owner said so."""
        return await self._missing(account, kept=True)

    async def replace_missing(
        self, tx: Tx, account: AccountId, asked: Iterable[InstanceId], kept: Iterable[InstanceId], now: datetime
    ) -> None:
        """What is missing now; copies that came back are no longer asked about."""
        await tx.execute("DELETE FROM missing_items WHERE account_id = ?", (account,))
        rows = [
            (account, instance, said, now.isoformat()) for said, some in ((0, asked), (1, kept)) for instance in some
        ]
        await tx.execute_many(
            "INSERT OR REPLACE INTO missing_items (account_id, instance_id, kept, since) VALUES (?, ?, ?, ?)", rows
        )

    async def note_unreadable(
        self, tx: Tx, account: AccountId, rows: Iterable[UnreadableRow], now: datetime, *, whole: bool
    ) -> None:
        """Keep rows that cannot be read as they came; after a whole walk those that were read meanwhile go."""
        if whole:
            await tx.execute("DELETE FROM unreadable_items WHERE account_id = ?", (account,))
        await tx.execute_many(
            "INSERT OR REPLACE INTO unreadable_items (account_id, instance_id, reason, body, seen_at)"
            " VALUES (?, ?, ?, ?, ?)",
            [(account, row.instance_id, row.reason, row.raw, now.isoformat()) for row in rows],
        )

    async def _missing(self, account: AccountId, *, kept: bool) -> frozenset[InstanceId]:
        rows = await self._database.fetch(
            "SELECT instance_id FROM missing_items WHERE account_id = ? AND kept = ?", (account, int(kept))
        )
        return frozenset(InstanceId(row[0]) for row in rows)
