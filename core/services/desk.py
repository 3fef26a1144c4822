"""Leave the terminal, and find it again as it was."""

from __future__ import annotations

from core.clock import Clock
from core.domain.account import Account
from core.domain.desk import TALLEST, Desk
from core.domain.ids import Shelf
from core.store.repositories import Repositories

from msgspec.structs import replace


class DeskService:
    """How the terminal was left, by account and shelf."""

    def __init__(self, stores: Repositories, clock: Clock) -> None:
        self._stores = stores
        self._clock = clock

    async def of(self, account: Account, shelf: Shelf = Shelf.COLLECTION) -> Desk:
        """How it was left; as at the first start when that is not known."""
        return await self._stores.desks.of(account.id, shelf) or Desk()

    async def last(self, account: Account) -> Shelf:
        """The shelf that was open last; the collection when that is not known."""
        return await self._stores.desks.last(account.id)

    async def save(self, account: Account, desk: Desk, shelf: Shelf = Shelf.COLLECTION) -> None:
        """Keep how it is left; of what was to be seen the first rows. Nothing, when the account has been deleted."""
        kept = replace(desk, screen=desk.screen[:TALLEST])
        async with self._stores.database.tx() as tx:
            await self._stores.desks.save(tx, account.id, kept, self._clock.now(), shelf)
