"""Requests under way that others want the answer of, too: asked once, answered to everybody who waits."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Hashable
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(slots=True)
class _Flight:
    """A request that is under way, and how many wait for its answer."""

    task: asyncio.Task[Any]
    waiting: int = 0


class Flights:
    """One request for each key at a time. It is given up when nobody waits for it any more."""

    def __init__(self) -> None:
        self._flights: dict[Hashable, _Flight] = {}

    async def join(self, key: Hashable, work: Coroutine[Any, Any, T]) -> T:
        """What comes of the work, or of the same work that was begun before."""
        flight = self._flights.get(key)
        if flight is None:
            flight = self._flights[key] = _Flight(asyncio.create_task(work))
            flight.task.add_done_callback(lambda task: self._landed(key, task))
        else:
            work.close()
        flight.waiting += 1
        try:
            answer: T = await asyncio.shield(flight.task)
        finally:
            flight.waiting -= 1
            if not flight.waiting and not flight.task.done():
                del self._flights[key]
                flight.task.cancel()
        return answer

    def _landed(self, key: Hashable, task: asyncio.Task[Any]) -> None:
        """Forget a flight; one that was given up has been forgotten already, and another may have begun since."""
        if key in self._flights and self._flights[key].task is task:
            del self._flights[key]
        if not task.cancelled():
            # Looked at here, because nobody may be left who waits for it.
            task.exception()
