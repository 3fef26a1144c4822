"""Turns in the lane to the image host, which all processes of this machine share."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from core.clock import Clock
from core.discogs.pictures import Came, Missing, Picture, Refused, TooFast
from core.domain import image_lane
from core.domain.cover_steps import Step
from core.domain.covers import Key
from core.domain.image_lane import Elsewhere, Hold, ImageLane
from core.domain.progress import Waiting, WaitReason
from core.store.covers import CoverRepository
from core.store.database import Database, Tx

OnWait = Callable[[Waiting], None]

_LOOKED_AGAIN: Final = 30.0
"""Seconds after which somebody who waits out a rest looks whether it still holds."""


class PictureTurns:
    """Takes turns and ends them. Of one process only one at a time stands in line."""

    def __init__(self, database: Database, covers: CoverRepository, clock: Clock) -> None:
        self._database = database
        self._covers = covers
        self._clock = clock
        self._line = asyncio.Lock()

    async def take(
        self, key: Key, todo: Callable[[Tx], Awaitable[Step]], on_wait: OnWait | None = None
    ) -> Step | Elsewhere:
        """Wait for a turn and take it, if the picture is still `todo` then: no turn is taken unless it says to ask.

        Elsewhere when somebody else is at that very picture.
        """
        told = False
        async with self._line:
            while True:
                async with self._database.tx() as tx:
                    if (found := await todo(tx)) is not Step.ASK:
                        return found
                    held = await self._covers.change_lane(tx, lambda lane: image_lane.ask(lane, key, self._now()))
                if not isinstance(held, Hold):
                    return held or Step.ASK
                if held.is_rest and on_wait is not None and not told:
                    told = True
                    on_wait(Waiting(seconds=held.seconds, reason=WaitReason.REFUSED))
                await self._clock.sleep(min(held.seconds, _LOOKED_AGAIN))

    async def landed(self, key: Key, came: Came | None) -> None:
        """A turn is over, with what came of it; None when it was given up."""
        await self._change(lambda lane: _after(lane, key, came, self._now()))

    async def denied(self) -> None:
        """An address that was new has been refused."""
        await self._change(lambda lane: image_lane.denied(lane, self._now()))

    async def rests_for(self) -> float:
        """Seconds for which nothing is asked."""
        found = image_lane.hold(await self._covers.lane(), self._now())
        return found.seconds if found is not None and found.is_rest else 0.0

    async def _change(self, change: Callable[[ImageLane], ImageLane]) -> None:
        async with self._database.tx() as tx:
            await self._covers.change_lane(tx, lambda lane: (change(lane), None))

    def _now(self) -> float:
        return self._clock.now().timestamp()


def _after(lane: ImageLane, key: Key, came: Came | None, now: float) -> ImageLane:
    match came:
        case TooFast(seconds):
            return image_lane.refused(image_lane.landed(lane, key, answered=False), now, seconds)
        case Picture() | Refused() | Missing():
            return image_lane.landed(lane, key)
        case _:
            return image_lane.landed(lane, key, answered=False)
