"""Stand-ins for the world: time, and nothing else yet."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar

from core.domain.ledger import Ledger

T = TypeVar("T")

START: Final = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)


class FakeClock:
    """A clock whose time passes only by sleeping: five minutes of waiting cost nothing.

    Time jumps to the first sleeper as soon as nothing else in the loop is ready to run, so that sleepers and the work
    between them come in the order they would have. Work on threads and sockets does not hold it back.
    """

    def __init__(self, start: datetime = START) -> None:
        self._start = start
        self._passed = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._numbers = itertools.count()
        self._moving = False

    def now(self) -> datetime:
        """The wall clock, UTC and aware."""
        return self._start + timedelta(seconds=self._passed)

    def monotonic(self) -> float:
        """Seconds since the clock was made."""
        return self._passed

    async def sleep(self, seconds: float) -> None:
        """Wait; not at all when `seconds` is 0 or less."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        loop = asyncio.get_running_loop()
        woken: asyncio.Future[None] = loop.create_future()
        heapq.heappush(self._sleepers, (self._passed + seconds, next(self._numbers), woken))
        if not self._moving:
            self._moving = True
            loop.call_soon(self._move, loop)
        await woken

    def advance(self, seconds: float) -> None:
        """Let time pass by hand; who should have woken meanwhile wakes late."""
        self._passed += seconds

    def _move(self, loop: asyncio.AbstractEventLoop) -> None:
        ready: Any = getattr(loop, "_ready")  # noqa: B009 - the loop tells nobody openly whether it is idle
        while self._sleepers and self._sleepers[0][2].done():
            heapq.heappop(self._sleepers)
        if not self._sleepers:
            self._moving = False
            return
        if not ready:
            until, _, woken = heapq.heappop(self._sleepers)
            self._passed = max(self._passed, until)
            woken.set_result(None)
        loop.call_soon(self._move, loop)


class MemorySlots:
    """A ledger that one process keeps in mind."""

    def __init__(self) -> None:
        self.ledgers: dict[str, Ledger] = {}

    async def update(self, window: str, change: Callable[[Ledger], tuple[Ledger, T]]) -> T:
        """Apply a change to a window's ledger."""
        after, result = change(self.ledgers.get(window, Ledger()))
        self.ledgers[window] = after
        return result
