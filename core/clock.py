"""Time, handed in: whoever waits or asks for the hour gets a clock."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """The three things a program wants of time."""

    def now(self) -> datetime:
        """The wall clock, UTC and aware."""

    def monotonic(self) -> float:
        """Seconds that never go back."""

    async def sleep(self, seconds: float) -> None:
        """Wait; not at all when `seconds` is 0 or less."""


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        """The wall clock, UTC and aware."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that never go back."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait; not at all when `seconds` is 0 or less."""
        await asyncio.sleep(max(0.0, seconds))


class ScaledClock:
    """A clock that runs some times as fast since an epoch, so that an hour of limits passes in minutes.

    Processes that share factor and epoch (seconds since 1970) read the same hour, and so does the stand-in Discogs.
    """

    def __init__(self, factor: float, epoch: float) -> None:
        self._factor = factor
        self._epoch = epoch

    def now(self) -> datetime:
        """The scaled wall clock, UTC and aware."""
        return datetime.fromtimestamp(self._epoch + (time.time() - self._epoch) * self._factor, UTC)

    def monotonic(self) -> float:
        """Scaled seconds that never go back."""
        return time.monotonic() * self._factor

    async def sleep(self, seconds: float) -> None:
        """Wait that many scaled seconds; not at all when `seconds` is 0 or less."""
        await asyncio.sleep(max(0.0, seconds) / self._factor)


def clock_at(factor: float, epoch: float) -> Clock:
    """The clock that runs so fast since then: the system's own for a factor of 1."""
    return SystemClock() if factor == 1 else ScaledClock(factor, epoch)
