"""Time that runs faster, the same for everybody who shares factor and epoch."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from core.clock import ScaledClock, SystemClock


def test_scaled_time_has_passed_so_many_times_as_fast_since_its_epoch() -> None:
    epoch = time.time() - 60.0
    before, after = time.time(), ScaledClock(100.0, epoch).now().timestamp()
    assert epoch + (before - epoch) * 100.0 <= after <= epoch + (time.time() - epoch) * 100.0


def test_two_clocks_of_one_epoch_read_the_same_hour() -> None:
    epoch = time.time() - 3.0
    first = ScaledClock(1_000.0, epoch).now()
    second = ScaledClock(1_000.0, epoch).now()
    third = ScaledClock(1_000.0, epoch).now()
    assert first <= second <= third
    assert first.tzinfo is UTC


async def test_sleeping_passes_scaled_seconds() -> None:
    clock = ScaledClock(3_600.0, time.time())
    begun, began = clock.monotonic(), clock.now()
    await clock.sleep(36.0)
    assert clock.monotonic() - begun >= 36.0
    assert (clock.now() - began).total_seconds() >= 35.0
    await clock.sleep(-1.0)


def test_the_clock_of_the_machine_is_aware_and_utc() -> None:
    assert SystemClock().now().tzinfo is UTC
    assert abs((SystemClock().now() - datetime.now(UTC)).total_seconds()) < 60
