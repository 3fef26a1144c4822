"""Time that runs faster, a clock that processes share, foreign load, and latency."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

from core.sandbox.holding import Holding
from core.sandbox.limits import MovingWindow
from core.sandbox.pacific import written
from core.sandbox.timing import ScaledClock, pause
from core.sandbox.world import World

import pytest


class Real:
    """A wall clock and a steady one that a test moves."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.wall, self.steady = 1_700_000_000.0, 50.0
        monkeypatch.setattr(time, "time", lambda: self.wall)
        monkeypatch.setattr(time, "monotonic", lambda: self.steady)

    def passes(self, seconds: float) -> None:
        self.wall += seconds
        self.steady += seconds


@pytest.fixture
def real(monkeypatch: pytest.MonkeyPatch) -> Real:
    return Real(monkeypatch)


def test_without_a_scale_it_is_the_wall_clock(real: Real) -> None:
    clock = ScaledClock()
    real.passes(12.5)
    assert clock() == 1_700_000_012.5


def test_a_scaled_clock_runs_so_many_times_as_fast_from_its_epoch_on(real: Real) -> None:
    clock = ScaledClock(60)
    assert clock() == clock.epoch == 1_700_000_000.0
    real.passes(1)
    assert clock() == 1_700_000_060.0


def test_processes_that_share_the_epoch_share_the_time(real: Real) -> None:
    first = ScaledClock(300)
    real.passes(7)
    second = ScaledClock(300, first.epoch)
    real.passes(3)
    assert first() == second() == first.epoch + 3000


def test_a_wall_clock_that_is_set_back_does_not_stop_time(real: Real) -> None:
    clock = ScaledClock()
    real.wall -= 3600
    real.steady += 5
    assert clock() == 1_700_000_005.0


async def test_a_pause_is_shorter_by_the_scale(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    await pause(30, 60)
    await pause(0, 60)
    await pause(-1, 60)
    assert slept == [0.5]


def test_the_quota_and_a_verifier_live_by_the_scaled_clock(real: Real) -> None:
    world = World(Holding((), (), ()), time_scale=60, limit=1)
    window = world.limits.window("here", authenticated=True)
    consent = world.consents.begin(None)
    assert window.take()
    assert not window.take()
    real.passes(1)
    assert window.take()
    real.passes(13.9)
    assert world.consents.waiting(consent.token)
    real.passes(0.1)
    assert world.consents.waiting(consent.token) is None


def test_foreign_requests_take_their_share_at_even_pace(ticks: Any) -> None:
    window = MovingWindow(60, ticks, foreign=20)
    assert window.used == 0
    for _ in range(20):
        ticks.now += 3
    assert window.used == 20
    assert sum(window.take() for _ in range(60)) == 40
    ticks.now += 3
    assert window.used == 60, "one of theirs went, one came"
    assert not window.take()
    ticks.now += 57
    assert window.used == 20


@pytest.mark.parametrize("steps", [1, 7, 1000])
def test_foreign_requests_do_not_depend_on_how_often_the_window_is_asked(ticks: Any, steps: int) -> None:
    window = MovingWindow(60, ticks, foreign=24)
    for _ in range(steps):
        ticks.now += 86_400 / steps
        assert window.used in (24, 25), "25 where both ends of the minute hold one"


def test_more_foreign_requests_than_the_limit_leave_none(ticks: Any) -> None:
    window = MovingWindow(60, ticks, foreign=120)
    ticks.now += 60
    assert not window.take()
    assert window.used == 60


async def test_foreign_load_shows_in_the_headers_of_signed_in_callers_only(visit: Any, ticks: Any) -> None:
    visitor = await visit(foreign=30)
    for token in ("owner", None):
        await visitor.get("/users/{me}", token=token)
    ticks.now += 60
    assert (await visitor.get("/users/{me}")).headers["X-Discogs-Ratelimit-Used"] == "31"
    assert (await visitor.get("/users/{me}", token=None)).headers["X-Discogs-Ratelimit-Used"] == "1"


async def test_every_answer_waits_for_the_latency_of_the_world(visit: Any, copies_of: Callable[[int], Holding]) -> None:
    visitor = await visit(copies_of(1), latency=0.25)
    waited: list[float] = []

    async def pause(seconds: float) -> None:
        waited.append(seconds)

    visitor.world.pause = pause
    for path in ("/oauth/identity", "/nope"):
        await visitor.get(path)
    assert waited == [0.25, 0.25]


@pytest.mark.parametrize(
    ("seconds", "date"),
    [
        (1_652_318_989, "2022-05-11T18:29:49-07:00"),
        (1_643_113_081.9, "2022-01-25T04:18:01-08:00"),
        (1_667_725_199, "2022-11-06T01:59:59-07:00"),
        (1_667_725_200, "2022-11-06T01:00:00-08:00"),
        (1_647_165_599, "2022-03-13T01:59:59-08:00"),
        (1_647_165_600, "2022-03-13T03:00:00-07:00"),
    ],
)
def test_a_moment_is_written_in_pacific_time(seconds: float, date: str) -> None:
    assert written(seconds) == date
