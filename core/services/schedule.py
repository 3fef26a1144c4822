"""Keep accounts fresh without being asked, and say how often."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from core.clock import Clock
from core.domain.account import Account
from core.domain.ids import Shelf
from core.domain.ledger import Terms
from core.domain.schedule import ACTIVE, AHEAD, Due, Every, Load, due, granted_a_day, requests_a_day
from core.domain.turns import Turn
from core.errors import StoreError
from core.services.sync import SyncService
from core.services.turns import Turns
from core.store.repositories import Repositories
from core.store.upkeep import UpkeepRepository
from core.text import duration

from msgspec import Struct

TOUCHED: Final = timedelta(hours=1)
"""How exactly it is known when somebody was there."""

_WEIGHED: Final = timedelta(hours=1)
"""How often it is looked at whether there are too many accounts."""

_SET_BACK: Final = timedelta(seconds=10)
"""A clock that is corrected by less makes nobody late."""


class Schedule(Struct, frozen=True):
    """How an account is looked at by itself."""

    every: Every
    turns: dict[Shelf, Due | None]
    """The next one of each shelf; None when there is none."""


class ScheduleService:
    """Turns by the clock. Each run goes the way of any other: through `SyncService`."""

    def __init__(self, stores: Repositories, sync: SyncService, terms: Terms, clock: Clock) -> None:
        self._stores = stores
        self._terms = terms
        self._upkeep = UpkeepRepository(stores.database)
        self._sync = sync
        self._clock = clock
        self._listeners: list[Callable[[Turn], None]] = []
        self._last_look: datetime | None = None
        self._weighed_at: datetime | None = None
        self._turns: Turns | None = None

    def listen(self, listener: Callable[[Turn], None]) -> None:
        """Be told of every turn of this process when it is over."""
        self._listeners.append(listener)

    async def is_anything_due(self, now: datetime) -> bool:
        """Whether any shelf waits for its turn: one read by an index, however many accounts there are."""
        await self._mend(now)
        return bool(await self._stores.shelves.due(now, 1))

    async def run_due(self, now: datetime) -> str:
        """Look at every shelf that is due, and at those that become so meanwhile; how many that were.

        A failure is one shelf's own. Cancelled, every run that goes on is stopped, and can be gone on with.
        """
        await self._mend(now)
        await self._warn(now)
        self._turns = Turns(self._stores, self._sync, self._clock, now, self._tell)
        try:
            return await self._turns.run()
        finally:
            self._turns = None

    async def nudge(self, now: datetime) -> None:
        """Time has passed: those that have become due begin, beside what runs."""
        await self._warn(now)
        if self._turns is not None:
            self._turns.nudge()

    async def load(self, now: datetime) -> Load:
        """Whether everybody can be kept as fresh as was promised: what that takes, and what there is."""
        shelves = await self._stores.shelves.in_use(now - ACTIVE)
        needed = sum(requests_a_day(every, shelf, copies) for _, every, shelf, copies in shelves)
        late, first = await self._stores.shelves.late(now - AHEAD)
        accounts, longest = len({account for account, *_ in shelves}), now - first if first else timedelta()
        return Load(accounts, needed, granted_a_day(self._terms), late, longest)

    async def touch(self, account: Account) -> None:
        """Somebody uses the account now. Who comes back after long is caught up with by the next beat.

        That it cannot be written down keeps nobody from what they came for.
        """
        now = self._clock.now()
        with contextlib.suppress(StoreError):
            last = await self._stores.shelves.active_at(account.id)
            if last is None or timedelta() <= now - last < TOUCHED:
                return
            async with self._stores.database.tx() as tx:
                await self._stores.shelves.touch(tx, account.id, now)

    async def settings(self, account: Account) -> Schedule:
        """How often an account is looked at, and when next."""
        now, shelves = self._clock.now(), self._stores.shelves
        states = {shelf: await shelves.state(account.id, shelf) for shelf in Shelf}
        turns = {shelf: due(state, now) if state else None for shelf, state in states.items()}
        return Schedule(await shelves.every(account.id), turns)

    async def set_every(self, account: Account, every: Every) -> None:
        """Look at an account so often from now on."""
        async with self._stores.database.tx() as tx:
            await self._stores.shelves.set_every(tx, account.id, every, self._clock.now())

    async def _warn(self, now: datetime) -> None:
        """Say in the log, once an hour, that there are too many."""
        if self._weighed_at is not None and abs(now - self._weighed_at) < _WEIGHED:
            return
        self._weighed_at = now
        load: Load | None = None
        with contextlib.suppress(StoreError):  # Nobody's turn depends on it.
            load = await self.load(now)
        if load is not None and load.is_too_much:
            logging.getLogger(__name__).warning(
                "%d accounts in use need about %d requests a day, and about %d can be had for them; %d shelves are late"
                " for their turn, the longest by %s",
                load.accounts,
                load.needed,
                load.granted,
                load.late,
                duration(load.longest.total_seconds()),
            )

    def _tell(self, turn: Turn) -> None:
        for listener in self._listeners:
            listener(turn)

    async def _mend(self, now: datetime) -> None:
        """Turns that were worked out by a clock that was ahead come when they should."""
        before, self._last_look = self._last_look, now
        if before is not None and now >= before - _SET_BACK:
            return
        for account in await self._upkeep.noted_ahead(now):
            try:
                async with self._stores.database.tx() as tx:
                    await self._upkeep.set_back(tx, account, now)
                    await self._stores.shelves.set_due(tx, account, now)
            except ValueError:
                # What is damaged is one account's own, and told of when it has its turn.
                logging.getLogger(__name__).warning("the turns of an account cannot be put right")
