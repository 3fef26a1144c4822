"""Look at what is here. Nothing of this module waits for Discogs."""

from __future__ import annotations

from core.domain.account import Account
from core.domain.collection import Collection
from core.store.accounts import AccountRepository
from core.store.collections import CollectionRepository


class LibraryService:
    """The local copy."""

    def __init__(self, accounts: AccountRepository, collections: CollectionRepository) -> None:
        self._accounts = accounts
        self._collections = collections

    async def account(self) -> Account | None:
        """The account that was used last; None before anybody has connected."""
        return await self._accounts.last_used()

    async def collection(self, account: Account) -> Collection:
        """The published copy of a collection; empty before the first sync."""
        return await self._collections.load(account.id)
