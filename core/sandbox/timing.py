"""The clock of a world: the machine's own, or one that runs N times as fast."""

import asyncio
import time
from collections.abc import Callable

Clock = Callable[[], float]


class ScaledClock:
    """Seconds since 1970 that pass `scale` times as fast, counted from `epoch` (in real seconds; now, if not given).

    now = epoch + (real - epoch) * scale. Processes that share epoch and scale read the same time.
    """

    def __init__(self, scale: float = 1.0, epoch: float | None = None) -> None:
        # Taken once and continued by the clock that nobody sets: a corrected wall clock must not stop the quota.
        self._began, self._ticked = time.time(), time.monotonic()
        self.scale = scale
        self.epoch = self._began if epoch is None else epoch

    def __call__(self) -> float:
        """The time of this world."""
        real = self._began + time.monotonic() - self._ticked
        return self.epoch + (real - self.epoch) * self.scale


async def pause(seconds: float, scale: float) -> None:
    """Wait so many seconds of a world; not at all for 0 or less."""
    if seconds > 0:
        await asyncio.sleep(seconds / scale)
