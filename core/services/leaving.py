"""Leave: see what is kept, stop being read, take everything away."""

from __future__ import annotations

import asyncio
from pathlib import Path

from core.domain.account import Account
from core.services.sync import SyncService
from core.store.personal import Rows
from core.store.repositories import Repositories
from core.store.slots import SlotStore

from msgspec import Struct


class Deletion(Struct, frozen=True):
    """What went."""

    rows: dict[str, int]
    """By table."""
    copies: tuple[str, ...]
    """Copies of the whole database, from before upgrades, that were deleted because the account was in them."""
    is_clean: bool
    """Whether nothing of it is left in the file either. Another process that reads it can stand in the way."""


class LeavingService:
    """Nothing of an account stays that its owner wants gone."""

    def __init__(self, stores: Repositories, slots: SlotStore, sync: SyncService) -> None:
        self._stores = stores
        self._slots = slots
        self._sync = sync

    async def counts(self, account: Account) -> dict[str, int]:
        """How many rows of an account the database has, by table."""
        return await self._stores.personal.counts(account.id)

    async def everything(self, account: Account) -> dict[str, Rows]:
        """Every row that is kept about an account, by table: of the database, and of the budget's file beside it."""
        return {**await self._stores.personal.rows(account.id), **await self._slots.rows(account.id)}

    def copies(self) -> tuple[str, ...]:
        """The copies of the whole database from before upgrades, by name: they hold what was there then."""
        return tuple(copy.name for copy in _copies_beside(self._stores.database.path))

    async def disconnect(self, account: Account) -> None:
        """Forget what reads the account's collection; the collection stays."""
        await self._sync.stop(account)
        async with self._stores.database.tx() as tx:
            await self._stores.accounts.disconnect(tx, account.id)

    async def delete(self, account: Account) -> Deletion:
        """Take an account and everything that names it away, from the file and from the copies beside it."""
        await self._sync.stop(account)
        rows = await self.counts(account)
        async with self._stores.database.tx() as tx:
            await self._stores.accounts.delete(tx, account.id)
        await self._slots.forget_account(account.id)
        copies = await asyncio.to_thread(_deleted_copies, self._stores.database.path)
        return Deletion(rows=rows, copies=copies, is_clean=await self._stores.database.compact())


def _copies_beside(path: Path) -> list[Path]:
    return sorted(path.parent.glob(f"*{path.stem}-before-*{path.suffix}*"))


def _deleted_copies(path: Path) -> tuple[str, ...]:
    found = _copies_beside(path)
    for copy in found:
        copy.unlink(missing_ok=True)
    return tuple(copy.name for copy in found)
