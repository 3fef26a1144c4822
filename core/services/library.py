"""Look at what is here. Nothing of this module waits for Discogs."""

from __future__ import annotations

import asyncio
from typing import Final

from core.clock import Clock
from core.domain.account import Account
from core.domain.collection import Collection
from core.domain.desk import TALLEST, Desk
from core.domain.ids import Shelf
from core.domain.walk import Order, gather
from core.errors import NoSuchAccount
from core.store.repositories import Repositories

from msgspec import Struct
from msgspec.structs import replace

_SCREENFUL: Final = 50


class FirstRows(Struct, frozen=True):
    """What can be shown before a collection has been read."""

    collection: Collection
    """A screenful of its copies, as they stood or would stand on the screen, with all folders and fields."""
    total: int
    """How many copies there are in all."""


class LibraryService:
    """The local copy."""

    def __init__(self, stores: Repositories, clock: Clock) -> None:
        self._stores = stores
        self._clock = clock

    async def accounts(self) -> tuple[Account, ...]:
        """The accounts that the terminal may open, the one that was used last first."""
        return await self._stores.accounts.of_terminal()

    async def account(self, name: str = "") -> Account | None:
        """The account of that name, or the one that was used last; None before anybody has connected.

        Raises NoSuchAccount.
        """
        known = await self.accounts()
        if not name:
            return known[0] if known else None
        found = next((account for account in known if account.username.casefold() == name.casefold()), None)
        if found is None:
            raise NoSuchAccount(name=name, known=tuple(account.username for account in known))
        return found

    async def use(self, account: Account) -> None:
        """Open this account next time, too."""
        async with self._stores.database.tx() as tx:
            await self._stores.accounts.use_in_terminal(tx, account.id, self._clock.now())

    async def first_rows(self, account: Account, desk: Desk, shelf: Shelf = Shelf.COLLECTION) -> FirstRows | None:
        """The copies that were to be seen when the terminal was left, else the first by artist, title and year.

        Takes some milliseconds, however large the collection is. None while nothing is published.
        """
        total, first = await asyncio.gather(
            self._stores.collections.count(account.id, shelf), self._screenful(account, desk, shelf)
        )
        if shelf is Shelf.WANTLIST and total:
            first = replace(first, owned=await self._stores.collections.owned_of_wanted(account.id))
        return FirstRows(first, total) if total else None

    async def _screenful(self, account: Account, desk: Desk, shelf: Shelf) -> Collection:
        collections = self._stores.collections
        left = await collections.some(account.id, desk.screen[:TALLEST], shelf)
        # Under a filter that left nothing, any rows would be the wrong ones.
        return left if left.copies or desk.text else await collections.first(account.id, _SCREENFUL, shelf)

    async def missing(self, account: Account, shelf: Shelf = Shelf.COLLECTION) -> Collection:
        """The copies that wait for their owner's word, because Discogs no longer shows them; folders and fields too."""
        asked = await self._stores.doubts.asked(account.id, shelf)
        here = await self._stores.collections.load(account.id, shelf, facts=True)
        return replace(here, copies=tuple(copy for copy in here.copies if copy.instance_id in asked))

    async def names(self, account: Account) -> Collection:
        """The folders and fields of an account, without any copy."""
        return await self._stores.collections.some(account.id, ())

    async def collection(self, account: Account, shelf: Shelf = Shelf.COLLECTION) -> Collection:
        """The published copy of a shelf; before there is one, what the first walk has brought so far."""
        published = await self._stores.collections.load(account.id, shelf, facts=True)
        if published.copies:
            if shelf is Shelf.WANTLIST:
                return replace(published, owned=await self._stores.collections.owned_of_wanted(account.id))
            return published
        run = await self._stores.runs.latest_staged(account.id, shelf)
        pages = (await self._stores.runs.staged(run))[Order.ADDED] if run else {}
        if not pages:
            return published
        walk = await asyncio.to_thread(gather, [pages[number] for number in sorted(pages)])
        return replace(published, copies=tuple(walk.copies.values()), arriving=walk.told)
