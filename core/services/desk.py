"""Leave the terminal, and find it again as it was."""

from __future__ import annotations

from core.clock import Clock
from core.domain.account import Account
from core.domain.desk import TALLEST, Desk
from core.store.repositories import Repositories

from msgspec.structs import replace


class DeskService:
    """How the terminal was left, by account."""

    def __init__(self, stores: Repositories, clock: Clock) -> None:
        self._stores = stores
        self._clock = clock

    async def of(self, account: Account) -> Desk:
        """How it was left; as at the first start when that is not known."""
        return await self._stores.desks.of(account.id) or Desk()

    async def save(self, account: Account, desk: Desk) -> None:
        """Keep how it is left; of what was to be seen the first rows. Nothing, when the account has been deleted."""
        kept = replace(desk, screen=desk.screen[:TALLEST])
        async with self._stores.database.tx() as tx:
            await self._stores.desks.save(tx, account.id, kept, self._clock.now())
