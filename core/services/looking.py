"""When somebody looks at data that have become old, they are refreshed behind the answer, as far as there is room.

Source of the six hours: terms of use of Discogs' API.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Coroutine, Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from core.clock import Clock
from core.domain.account import Access, Account
from core.domain.collection import Copy
from core.domain.ids import AccountId, ReleaseId, Shelf
from core.domain.ledger import Terms
from core.domain.progress import AskedBy, Kind, SyncEvent
from core.errors import RunoutError
from core.services.sync import SyncService
from core.store.repositories import Repositories

OLD: Final = timedelta(hours=6)
"""From which age on data are refreshed when somebody looks at them."""

MOST_READ: Final = 5
"""Releases that are read one by one for a look."""

_REMEMBERED: Final = 10_000
"""Copies of which it is known when they were read, before those are let go of that were read long ago."""

_SHARE: Final = 0.5
"""Of the budget of the next hours: as much of it as due work and one more walk may take together."""


class LookService:
    """Told of what is looked at; nobody waits for what it does."""

    def __init__(self, stores: Repositories, sync: SyncService, terms: Terms, clock: Clock) -> None:
        self._stores = stores
        self._sync = sync
        self._terms = terms
        self._clock = clock
        self._behind: dict[object, asyncio.Task[None]] = {}
        self._read_at: dict[tuple[AccountId, ReleaseId], datetime] = {}

    async def close(self) -> None:
        """Stop what goes on behind."""
        for task in tuple(self._behind.values()):
            task.cancel()
        await asyncio.gather(*self._behind.values(), return_exceptions=True)

    def at_shelf(self, account: Account, shelf: Shelf = Shelf.COLLECTION) -> None:
        """Somebody looks at which copies there are."""
        self._begin((account.id, shelf), self._probe(account, shelf))

    def at_copies(self, account: Account, copies: Iterable[Copy], shelf: Shelf = Shelf.COLLECTION) -> None:
        """Somebody looks at the details of these copies."""
        releases = tuple(dict.fromkeys(copy.release.id for copy in copies))[:MOST_READ]
        if releases:
            self._begin((account.id, shelf, releases), self._refresh(account, shelf, releases))

    def _begin(self, what: object, work: Coroutine[Any, Any, None]) -> None:
        """One of a kind at a time."""
        if what in self._behind:
            work.close()
            return
        task = self._behind[what] = asyncio.create_task(self._quietly(work))
        task.add_done_callback(lambda _task: self._behind.pop(what, None))

    async def _quietly(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except RunoutError as error:
            logging.getLogger(__name__).info("nothing was refreshed behind a look: %r", error)

    async def _probe(self, account: Account, shelf: Shelf) -> None:
        age = (await self._stores.shelves.ages(account.id)).get(shelf)
        if age is None or not await self._is_readable(account):
            return
        # A shelf that was never read is read when somebody says so, or by the schedule.
        if age.checked_at is not None and self._is_old(age.checked_at):
            await self._sync.run(account, _unheard, shelf=shelf, kind=Kind.PROBE, by=AskedBy.LOOK)

    async def _refresh(self, account: Account, shelf: Shelf, releases: tuple[ReleaseId, ...]) -> None:
        """Read these few if that can be done one by one; and everything, where there is room for it.

        Nothing while many shelves are late for their turn: which copies there are comes before their details.
        """
        age = (await self._stores.shelves.ages(account.id)).get(shelf)
        if age is None or age.walked_at is None or not self._is_old(age.walked_at):
            return
        if not await self._is_readable(account) or await self._stores.shelves.are_pressed(self._clock.now()):
            return
        if shelf is Shelf.COLLECTION and account.access is Access.OWNER:
            wanted = [one for one in releases if self._is_old(self._read_at.get((account.id, one)))]
            if wanted:
                self._forget_old()
                self._read_at |= dict.fromkeys(((account.id, one) for one in wanted), self._clock.now())
                await self._sync.run(account, _unheard, shelf=shelf, kind=Kind.READ, by=AskedBy.LOOK, releases=wanted)
        if await self._is_room(account, shelf):
            await self._sync.run(account, _unheard, shelf=shelf, kind=Kind.WALK, by=AskedBy.LOOK)

    async def _is_room(self, account: Account, shelf: Shelf) -> bool:
        """Whether a walk leaves the next hours enough for what is due in them."""
        due = await self._stores.shelves.requests_due(self._clock.now() + OLD)
        walk = 4 + await self._stores.collections.count(account.id, shelf) // 100
        return due + walk <= self._terms.per_minute * (OLD / timedelta(minutes=1)) * _SHARE

    async def _is_readable(self, account: Account) -> bool:
        with contextlib.suppress(RunoutError):
            account = await self._stores.accounts.by_id(account.id)
            return account.access.is_open and account.refused_at is None
        return False

    def _forget_old(self) -> None:
        """What was read long ago is read again, so that it need not be remembered."""
        if len(self._read_at) >= _REMEMBERED:
            self._read_at = {what: moment for what, moment in self._read_at.items() if not self._is_old(moment)}

    def _is_old(self, moment: datetime | None) -> bool:
        return moment is None or self._clock.now() - moment > OLD


def _unheard(_event: SyncEvent) -> None:
    """Nobody waits."""
