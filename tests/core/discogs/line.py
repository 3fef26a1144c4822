"""Buckets, and those who stand in line for their slots."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.discogs.throttle import TokenBucket
from core.domain.ids import AccountId
from core.domain.ledger import Lane
from tests.fakes import FakeClock

ANN, BEN, CY = AccountId("ann"), AccountId("ben"), AccountId("cy")

Made = Callable[..., TokenBucket]


async def answered(bucket: TokenBucket, count: int, **headers: int) -> None:
    """Calls that are answered at once."""
    for _ in range(count):
        await bucket.answered(await bucket.take(Lane.PEOPLE), "200", **headers)


async def ran() -> None:
    """Everything that can run without time passing has run."""
    for _ in range(20):
        await asyncio.sleep(0)


@dataclass
class Line:
    """Who stands in line, and in which order they were served."""

    bucket: TokenBucket
    clock: FakeClock

    def __post_init__(self) -> None:
        self.served: list[str] = []
        self.at: list[float] = []
        self._tasks: list[asyncio.Task[None]] = []

    async def joins(self, name: str, lane: Lane = Lane.PEOPLE, account: AccountId | None = None, **more: Any) -> None:
        async def wait() -> None:
            slot = await self.bucket.take(lane, account, **more)
            self.served.append(name)
            self.at.append(self.clock.monotonic())
            await self.bucket.answered(slot, "200")

        self._tasks.append(asyncio.create_task(wait()))
        await asyncio.sleep(0)

    async def is_served(self) -> list[str]:
        await asyncio.gather(*self._tasks)
        return self.served
