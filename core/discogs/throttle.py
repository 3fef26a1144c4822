"""The budget of requests: a token bucket whose tokens, called slots, come back one by one.

Discogs counts the requests of the last 60 s, for everybody behind one address together. So a slot that is taken stays
taken until 60 s after its answer, whatever the window's edges on the other side are. People who wait come before syncs,
and syncs before work that nobody waits for.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final, Protocol

from core.clock import Clock
from core.domain.ids import AccountId
from core.domain.progress import Waiting, WaitReason
from core.errors import RunoutError

WINDOW: Final = 60.0
"""Seconds over which Discogs counts. Source: developer documentation."""

PER_MINUTE: Final = 60
"""Requests a minute for somebody who is signed in. Source: developer documentation."""

OnWait = Callable[[Waiting], None]


class Lane(IntEnum):
    """Whose request comes first."""

    PEOPLE = 0
    SYNC = 1
    BACKGROUND = 2


RESERVED: Final = {Lane.PEOPLE: 0, Lane.SYNC: 5, Lane.BACKGROUND: 16}
"""Free slots of 60 that a lane leaves to those before it."""


class Slots(Protocol):
    """Where the slots that are taken are written down. Times are seconds of the wall clock."""

    async def book(self, now: float, until: float, most: int) -> int | None:
        """Take a slot until then, if fewer than `most` are taken now; its number, or None."""

    async def settle(self, slot: int, until: float) -> None:
        """Correct the time at which a slot comes back."""

    async def taken(self, now: float) -> tuple[int, float]:
        """How many are taken now, and when the next comes back (`now` when none is taken)."""


class MemorySlots:
    """Slots of this process alone."""

    def __init__(self) -> None:
        self._until: dict[int, float] = {}
        self._numbers = itertools.count()

    async def book(self, now: float, until: float, most: int) -> int | None:
        """Take a slot until then, if fewer than `most` are taken now; its number, or None."""
        if (await self.taken(now))[0] >= most:
            return None
        number = next(self._numbers)
        self._until[number] = until
        return number

    async def settle(self, slot: int, until: float) -> None:
        """Correct the time at which a slot comes back."""
        if slot in self._until:
            self._until[slot] = until

    async def taken(self, now: float) -> tuple[int, float]:
        """How many are taken now, and when the next comes back (`now` when none is taken)."""
        self._until = {number: until for number, until in self._until.items() if until > now}
        return len(self._until), min(self._until.values(), default=now)


@dataclass(order=True, slots=True)
class _Waiter:
    lane: Lane
    round: int
    turn: int
    granted: asyncio.Future[int] = field(compare=False)
    on_wait: OnWait | None = field(compare=False)
    told: bool = field(default=False, compare=False)

    @property
    def has_slot(self) -> bool:
        return self.granted.done() and not self.granted.cancelled() and self.granted.exception() is None


class TokenBucket:
    """Hands out slots one by one, in order of lane and arrival."""

    def __init__(
        self,
        slots: Slots,
        clock: Clock,
        rng: random.Random,
        *,
        per_minute: int = PER_MINUTE,
        time_out: float = 30.0,
    ) -> None:
        self._slots = slots
        self._clock = clock
        self._rng = rng
        self._limit = per_minute
        self._time_out = time_out
        self._waiters: list[_Waiter] = []
        self._turns = itertools.count()
        self._round = dict.fromkeys(Lane, 0)
        self._last_round: dict[tuple[Lane, AccountId | None], int] = {}
        self._arrived = asyncio.Event()
        self._server: asyncio.Task[None] | None = None
        self._foreign = 0.0
        self._closed_until = 0.0
        self._refusals = 0

    async def take(
        self, lane: Lane, account: AccountId | None = None, *, again: bool = False, on_wait: OnWait | None = None
    ) -> int:
        """Wait for a slot and take it; inside a lane the accounts take turns.

        `again` goes to the head of the lane: for a request that was refused.
        """
        round_ = -1 if again else max(self._round[lane], self._last_round.get((lane, account), -1) + 1)
        if not again:
            self._last_round[lane, account] = round_
        waiter = _Waiter(lane, round_, next(self._turns), asyncio.get_running_loop().create_future(), on_wait)
        heapq.heappush(self._waiters, waiter)
        self._arrived.set()
        if self._server is None or self._server.done():
            self._server = asyncio.create_task(self._serve(), name="token bucket")
        try:
            return await waiter.granted
        except asyncio.CancelledError:
            if waiter.has_slot:
                await asyncio.shield(self.give_back(waiter.granted.result()))
            raise

    async def answered(self, slot: int, *, limit: int | None = None, remaining: int | None = None) -> None:
        """An answer has come: the slot comes back 60 s from now, and the headers may tell of others on our address."""
        self._refusals = 0
        now = self._now()
        await self._slots.settle(slot, now + WINDOW)
        if remaining is None or limit is None or limit != self._limit:
            return
        believed = self._limit - (await self._slots.taken(now))[0]
        if remaining < believed - self._foreign:
            self._foreign = float(believed - remaining)
        else:
            self._foreign *= 0.9

    async def unanswered(self, slot: int) -> None:
        """No answer came, but Discogs may have counted the request."""
        await self._slots.settle(slot, self._now() + WINDOW)

    async def give_back(self, slot: int) -> None:
        """The request was never sent."""
        await self._slots.settle(slot, self._now())
        self._arrived.set()

    async def refused(self, slot: int, retry_after: float | None) -> float:
        """Discogs said that we are too fast: nothing is sent for the returned number of seconds."""
        self._refusals += 1
        seconds = retry_after if retry_after is not None else min(30.0, 2.0**self._refusals)
        seconds *= 1.0 + 0.25 * self._rng.random()
        now = self._now()
        await self._slots.settle(slot, now + WINDOW)
        self._closed_until = max(self._closed_until, now + seconds)
        return seconds

    async def close(self) -> None:
        """Stop serving; who still waits is cancelled."""
        if self._server is not None:
            self._server.cancel()
            await asyncio.gather(self._server, return_exceptions=True)
        for waiter in self._waiters:
            waiter.granted.cancel()
        self._waiters.clear()

    async def _serve(self) -> None:
        try:
            await self._serve_in_turn()
        except Exception as error:
            for waiter in self._waiters:
                if not waiter.granted.done():
                    waiter.granted.set_exception(error)
            self._waiters.clear()
            if not isinstance(error, RunoutError):
                raise

    async def _serve_in_turn(self) -> None:
        while self._waiters:
            waiter = self._waiters[0]
            if waiter.granted.done():
                heapq.heappop(self._waiters)
                self._round[waiter.lane] = max(self._round[waiter.lane], waiter.round)
                continue
            self._arrived.clear()
            seconds = await self._grant(waiter)
            if seconds > 0:
                self._tell(seconds)
                await self._sleep_or_arrival(seconds)

    async def _grant(self, waiter: _Waiter) -> float:
        """Serve the first in line, or the seconds after which to try again."""
        now = self._now()
        if now < self._closed_until:
            return self._closed_until - now
        taken, next_free = await self._slots.taken(now)
        reserve = min(RESERVED[waiter.lane], self._limit // 2)
        most = max(1, self._limit - reserve - round(self._foreign))
        slot = await self._slots.book(now, now + self._time_out + WINDOW, most)
        if slot is None:
            return max(0.05, min(next_free - now, WINDOW)) if taken else 1.0
        if waiter.granted.done():
            await self.give_back(slot)
        else:
            waiter.granted.set_result(slot)
        return 0.0

    def _tell(self, seconds: float) -> None:
        reason = WaitReason.REFUSED if self._now() < self._closed_until else WaitReason.LIMIT
        for waiter in self._waiters:
            if waiter.on_wait is not None and not waiter.told:
                waiter.told = True
                waiter.on_wait(Waiting(seconds=seconds, reason=reason))

    async def _sleep_or_arrival(self, seconds: float) -> None:
        sleeping = asyncio.ensure_future(self._clock.sleep(seconds))
        arriving = asyncio.ensure_future(self._arrived.wait())
        try:
            await asyncio.wait((sleeping, arriving), return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleeping.cancel()
            arriving.cancel()
            await asyncio.gather(sleeping, arriving, return_exceptions=True)

    def _now(self) -> float:
        return self._clock.now().timestamp()
