"""The runs that nobody asked for: up to four at once, the longest overdue first, until no shelf is due."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from core.clock import Clock
from core.domain.ids import AccountId, Shelf
from core.domain.progress import AskedBy, Kind, SyncEvent, SyncOutcome
from core.domain.schedule import due, kind_when_pressed
from core.domain.turns import Turn
from core.errors import NotConnected, RunoutError
from core.services.sync import NotDue, SyncService
from core.store.repositories import Repositories
from core.text import counted

from msgspec.structs import replace

AT_ONCE: Final = 4

WALKS_AT_ONCE: Final = 3
"""A place is left for probes, which take a second: walks of large collections take half an hour."""

_LOOKED_AT: Final = 100
_NOT_AGAIN: Final = timedelta(minutes=1)
"""No shelf has a second turn sooner: after a failure it waits longer, and one that is held elsewhere takes its time."""

_Key = tuple[AccountId, Shelf]


class Turns:
    """From the first shelf that is due until none is. `tell` hears of every turn when it is over."""

    def __init__(
        self, stores: Repositories, sync: SyncService, clock: Clock, now: datetime, tell: Callable[[Turn], None]
    ) -> None:
        self._stores = stores
        self._sync = sync
        self._clock = clock
        self._tell = tell
        self._ahead = now - clock.now()
        self._running: dict[asyncio.Task[Turn | None], tuple[_Key, Kind]] = {}
        self._looked_at: dict[_Key, datetime] = {}
        self._walks: set[_Key] = set()
        """Those that are due, and wait for a walk to end."""
        self._nudged = asyncio.Event()
        self._is_pressed = False
        self._good = self._bad = 0

    async def run(self) -> str:
        """Run them all; how many there were. Cancelled, every run that goes on is stopped, and can be gone on with."""
        try:
            await self._fill()
            while self._running:
                for task in await self._ended_or_nudged():
                    self._count(task)
                await self._fill()
        finally:
            for task in self._running:
                task.cancel()
            await asyncio.gather(*self._running, return_exceptions=True)
        failed = f", {self._bad} of them in vain" if self._bad else ""
        return f"{counted(self._good + self._bad, 'run')}{failed}"

    def nudge(self) -> None:
        """Look again now who is due: a long walk may be all that runs, and others cannot wait for its end."""
        self._nudged.set()

    async def _ended_or_nudged(self) -> set[asyncio.Task[Turn | None]]:
        """The runs that have ended; none, when it is time to look again."""
        nudged = asyncio.ensure_future(self._nudged.wait())
        try:
            await asyncio.wait((*self._running, nudged), return_when=asyncio.FIRST_COMPLETED)
        finally:
            nudged.cancel()
        self._nudged.clear()
        return {task for task in self._running if task.done()}

    def _now(self) -> datetime:
        return self._clock.now() + self._ahead

    def _count(self, task: asyncio.Task[Turn | None]) -> None:
        key, _ = self._running.pop(task)
        self._looked_at[key] = self._now()
        # Somebody may stop a run, or leave, while it has its turn.
        turn = None if task.cancelled() else task.result()
        if turn is not None:
            self._good, self._bad = self._good + turn.is_good, self._bad + (not turn.is_good)

    async def _fill(self) -> None:
        """Begin as many as there are places for."""
        held_up = -1
        # Behind those that are held up, however many they are, are others that are not.
        while len(self._running) < AT_ONCE and held_up < len(self._walks):
            held_up = len(self._walks)
            await self._begin_some(_LOOKED_AT + held_up + len(self._running))

    async def _begin_some(self, number: int) -> None:
        """Begin those for which there are places, of so many that have been due for the longest time."""
        now = self._now()
        self._is_pressed = await self._stores.shelves.are_pressed(now)
        for key in await self._stores.shelves.due(now, number):
            if len(self._running) >= AT_ONCE:
                return
            if self._may_begin(key, now):
                try:
                    await self._begin(key, now)
                except RunoutError:
                    raise  # The database cannot be used, for anybody.
                except Exception:
                    self._looked_at[key], self._bad = now, self._bad + 1
                    reference = secrets.token_hex(4)
                    logging.getLogger(__name__).exception("a shelf cannot have its turn, reference %s", reference)

    def _may_begin(self, key: _Key, now: datetime) -> bool:
        running = [other for other, _ in self._running.values()]
        last = self._looked_at.get(key)
        is_held_up = key in self._walks and self._are_walks_full()
        return key not in running and not is_held_up and not (last and timedelta() <= now - last < _NOT_AGAIN)

    def _are_walks_full(self) -> bool:
        return sum(kind is Kind.WALK for _, kind in self._running.values()) >= WALKS_AT_ONCE

    async def _begin(self, key: _Key, now: datetime) -> None:
        """Give a shelf its turn, if that is still due, and if nobody is at it."""
        account, shelf = key
        # In this order: whoever has ended between the two is seen by what they left.
        is_held = await self._stores.leases.holder(account, shelf) is not None
        state = await self._stores.shelves.state(account, shelf)
        turn = due(state, now) if state else None
        if state is not None and turn is not None and self._is_pressed:
            turn = replace(turn, kind=kind_when_pressed(state, turn, now))
        if is_held:
            self._looked_at[key] = now
        elif turn is None or turn.at > now:
            self._looked_at[key] = now
            async with self._stores.database.tx() as tx:
                await self._stores.shelves.set_due(tx, account, now)
        elif turn.kind is Kind.WALK and self._are_walks_full():
            self._walks.add(key)
        else:
            self._walks.discard(key)
            task = asyncio.create_task(self._turn(key, turn.kind, state.tried_at if state else None))
            self._running[task] = key, turn.kind

    async def _turn(self, key: _Key, kind: Kind, tried_at: datetime | None) -> Turn | None:
        """One run; None when its account is gone, or somebody else has had it. What goes wrong is this shelf's own."""
        at, began, (account_id, shelf) = self._clock.now(), self._clock.monotonic(), key
        outcome, requests, reference = SyncOutcome.FAILED, 0, ""
        problems: tuple[RunoutError, ...] = ()
        username = ""
        try:
            account = await self._stores.accounts.by_id(account_id)
            username = account.username
            report = await self._sync.run(account, _unheard, shelf=shelf, kind=kind, by=AskedBy.SCHEDULE)
            outcome, requests, problems, kind = report.outcome, report.requests, report.problems, report.kind
        except (NotConnected, NotDue):
            return None
        except RunoutError as error:
            problems = (error,)
        except Exception:
            reference = secrets.token_hex(4)
            logging.getLogger(__name__).exception("a run ended unexpectedly, reference %s", reference)
        if outcome is SyncOutcome.FAILED:
            await self._note_failure(key, tried_at)
        seconds = self._clock.monotonic() - began
        turn = Turn(at, account_id, username, shelf, kind, outcome, requests, seconds, problems, reference)
        self._tell(turn)
        return turn

    async def _note_failure(self, key: _Key, tried_at: datetime | None) -> None:
        """Let the shelf wait, unless the run has seen to that: one that could not even begin has left no mark."""
        with contextlib.suppress(RunoutError):
            after = await self._stores.shelves.state(*key)
            if after is not None and after.tried_at == tried_at:
                async with self._stores.database.tx() as tx:
                    await self._stores.shelves.mark_tried(tx, *key, self._clock.now(), failed=True)


def _unheard(_event: SyncEvent) -> None:
    """Nobody looks on."""
