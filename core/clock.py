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
