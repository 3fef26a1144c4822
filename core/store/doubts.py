"""What is not sure about a shelf: copies that Discogs no longer shows, and rows that cannot be read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from core.domain.ids import AccountId, InstanceId, Shelf
from core.domain.walk import UnreadableRow
from core.store.database import Database, Tx


class DoubtRepository:
    """Doubts by account and shelf."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def asked(self, account: AccountId, shelf: Shelf = Shelf.COLLECTION) -> frozenset[InstanceId]:
        """The missing copies that wait for their owner's word."""
        return await self._missing(account, shelf, kept=False)

    async def kept(self, account: AccountId, shelf: Shelf = Shelf.COLLECTION) -> frozenset[InstanceId]:
        """The missing copies that stay because their owner said so."""
        return await self._missing(account, shelf, kept=True)

    async def unread(self, account: AccountId, shelf: Shelf) -> int:
        """How many copies are known of that have never been read."""
        rows = await self._database.fetch(
            "SELECT count(*) FROM unreadable_items WHERE account_id = ? AND shelf = ? AND instance_id NOT IN"
            " (SELECT instance_id FROM items WHERE account_id = ?1 AND shelf = ?2)",
            (account, shelf),
        )
        return int(rows[0][0])

    async def replace_missing(
        self,
        tx: Tx,
        account: AccountId,
        shelf: Shelf,
        asked: Iterable[InstanceId],
        kept: Iterable[InstanceId],
        now: datetime,
    ) -> None:
        """What is missing now; copies that came back are no longer asked about."""
        await tx.execute("DELETE FROM missing_items WHERE account_id = ? AND shelf = ?", (account, shelf))
        await tx.execute_many(
            "INSERT OR REPLACE INTO missing_items (account_id, shelf, instance_id, kept, since) VALUES (?, ?, ?, ?, ?)",
            [
                (account, shelf, instance, said, now.isoformat())
                for said, some in ((0, asked), (1, kept))
                for instance in some
            ],
        )

    async def note_unreadable(
        self, tx: Tx, account: AccountId, shelf: Shelf, rows: Iterable[UnreadableRow], now: datetime, *, whole: bool
    ) -> None:
        """Keep rows that cannot be read as they came; after a whole walk those that were read meanwhile go."""
        if whole:
            await tx.execute("DELETE FROM unreadable_items WHERE account_id = ? AND shelf = ?", (account, shelf))
        await tx.execute_many(
            "INSERT OR REPLACE INTO unreadable_items (account_id, shelf, instance_id, reason, body, seen_at)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            [(account, shelf, row.instance_id, row.reason, row.raw, now.isoformat()) for row in rows],
        )

    async def _missing(self, account: AccountId, shelf: Shelf, *, kept: bool) -> frozenset[InstanceId]:
        rows = await self._database.fetch(
            "SELECT instance_id FROM missing_items WHERE account_id = ? AND shelf = ? AND kept = ?",
            (account, shelf, int(kept)),
        )
        return frozenset(InstanceId(row[0]) for row in rows)
