"""Look at what is here. Nothing of this module waits for Discogs."""

from __future__ import annotations

import asyncio

from core.domain.account import Account
from core.domain.collection import Collection
from core.domain.walk import Order, gather
from core.store.repositories import Repositories

from msgspec.structs import replace


class LibraryService:
    """The local copy."""

    def __init__(self, stores: Repositories) -> None:
        self._stores = stores

    async def account(self) -> Account | None:
        """The account that was used last; None before anybody has connected."""
        return await self._stores.accounts.last_used()

    async def collection(self, account: Account) -> Collection:
        """The published copy of a collection; before there is one, what the first walk has brought so far."""
        published = await self._stores.collections.load(account.id)
        if published.copies:
            return published
        run = await self._stores.runs.latest_staged(account.id)
        pages = (await self._stores.runs.staged(run))[Order.ADDED] if run else {}
        if not pages:
            return published
        walk = await asyncio.to_thread(gather, [pages[number] for number in sorted(pages)])
        return replace(published, copies=tuple(walk.copies.values()), arriving=walk.told)
