"""Leave: see what is kept, stop being read, take everything away."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from core.domain.account import Account
from core.services.sync import SyncService
from core.store.backup import all_backups
from core.store.erase import copies_beside, erase_from_copies, named, others_beside, replaced_beside
from core.store.personal import Rows
from core.store.repositories import Repositories
from core.store.slots import SlotStore

from msgspec import Struct


class Deletion(Struct, frozen=True):
    """What went."""

    rows: dict[str, int]
    """By table."""
    copies: tuple[str, ...]
    """Copies of the whole database, from before upgrades or made since, that were deleted because it was in them."""
    is_clean: bool
    """Whether nothing of it is left in the file either. Another process that reads it can stand in the way."""
    rewritten: tuple[str, ...] = ()
    """Copies that hold others too, and were written anew without the account."""


class LeavingService:
    """Nothing of an account stays that its owner wants gone."""

    def __init__(
        self,
        stores: Repositories,
        slots: SlotStore,
        sync: SyncService,
        forget_covers: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._stores = stores
        self._slots = slots
        self._sync = sync
        self._forget_covers = forget_covers

    async def counts(self, account: Account) -> dict[str, int]:
        """How many rows of an account the database has, by table."""
        return await self._stores.personal.counts(account.id)

    async def everything(self, account: Account) -> dict[str, Rows]:
        """Every row that is kept about an account, by table: of the database, and of the budget's file beside it."""
        return {**await self._stores.personal.rows(account.id), **await self._slots.rows(account.id)}

    def copies(self) -> tuple[str, ...]:
        """The copies of the whole database from before upgrades, by name: they hold what was there then."""
        path = self._stores.database.path
        return named(path, copies_beside(path))

    def backups(self) -> tuple[str, ...]:
        """The same of backups that lie beside the database, and of what a backup has replaced."""
        path = self._stores.database.path
        return named(path, (*replaced_beside(path), *all_backups(path), *others_beside(path)))

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
        if self._forget_covers is not None:
            await self._forget_covers()
        await self._slots.forget_account(account.id)
        deleted, rewritten = await asyncio.to_thread(_gone_from_copies, self._stores.database.path, account)
        is_clean = await self._stores.database.compact()
        return Deletion(rows=rows, copies=deleted, is_clean=is_clean, rewritten=rewritten)


def _gone_from_copies(path: Path, account: Account) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What was deleted, and what was written anew."""
    older = copies_beside(path)
    for copy in older:
        copy.unlink(missing_ok=True)
    deleted, rewritten = erase_from_copies(path, account.id, account.discogs_id)
    return named(path, (*older, *deleted)), named(path, rewritten)
