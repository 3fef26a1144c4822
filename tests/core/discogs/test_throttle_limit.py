"""The bucket over minutes: refusals, what others use, who is told, and the limit under any pattern of calls."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from core.discogs.throttle import TokenBucket
from core.domain.ids import AccountId
from core.domain.ledger import SIGNED_IN, WINDOW, Lane, Terms
from core.domain.progress import Waiting, WaitReason
from tests.core.discogs.line import ANN, BEN, CY, Line, Made, answered
from tests.fakes import FakeClock, MemorySlots

import pytest
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("retry_after", "least", "most"),
    [(None, 2, 2.5), (17.0, 17, 21.25), (90.0, 90, 112.5)],
)
async def test_a_refusal_closes_the_bucket_for_everybody(
    made: Made, clock: FakeClock, retry_after: float | None, least: float, most: float
) -> None:
    bucket = made()
    for slot in [await bucket.take(Lane.SYNC) for _ in range(5)]:
        await bucket.refused(slot, retry_after)

    await bucket.take(Lane.PEOPLE)

    assert least <= clock.monotonic() <= most


async def test_after_a_refusal_one_a_second_is_sent_until_a_minute_was_quiet(made: Made, clock: FakeClock) -> None:
    bucket = made()
    await bucket.refused(await bucket.take(Lane.PEOPLE), None)
    await bucket.answered(await bucket.take(Lane.PEOPLE), "200")
    opened = clock.monotonic()

    await answered(bucket, 10)
    assert clock.monotonic() == pytest.approx(opened + 10)
    await clock.sleep(51)
    later = clock.monotonic()
    await answered(bucket, 10)
    assert clock.monotonic() == later


async def test_three_closings_let_a_single_probe_decide(made: Made, clock: FakeClock) -> None:
    bucket = made()
    for _ in range(3):
        await bucket.refused(await bucket.take(Lane.SYNC), None)
    tripped = clock.monotonic()
    probe = await bucket.take(Lane.SYNC)
    assert clock.monotonic() >= tripped + 60
    waiting = asyncio.create_task(bucket.take(Lane.PEOPLE))
    await clock.sleep(20)
    assert not waiting.done()

    await bucket.answered(probe, "200")
    before = clock.monotonic()
    await waiting

    assert clock.monotonic() - before <= 2


async def test_a_probe_that_is_never_answered_makes_room_for_another(made: Made, clock: FakeClock) -> None:
    bucket = made()
    for _ in range(3):
        await bucket.refused(await bucket.take(Lane.SYNC), None)
    await bucket.take(Lane.SYNC)
    before = clock.monotonic()

    await bucket.take(Lane.PEOPLE)

    assert clock.monotonic() - before <= 30 + WINDOW + 2


async def test_a_quiet_minute_forgives_earlier_refusals(made: Made, clock: FakeClock) -> None:
    bucket = made()
    for _ in range(2):
        await bucket.refused(await bucket.take(Lane.PEOPLE), None)
    await clock.sleep(70)
    await answered(bucket, 1)
    await bucket.refused(await bucket.take(Lane.PEOPLE), None)
    before = clock.monotonic()

    await bucket.take(Lane.PEOPLE)

    assert clock.monotonic() - before <= 2.5


async def test_a_low_remaining_after_a_restart_holds_us_back(made: Made, clock: FakeClock) -> None:
    """A new process knows nothing of the calls of the last minute; Discogs does."""
    bucket = made()
    await answered(bucket, 1, limit=60, remaining=3)
    line = Line(bucket, clock)
    for number in range(5):
        await line.joins(str(number))

    await line.is_served()

    assert [moment == 0 for moment in line.at] == [True, True, True, False, False]


async def test_what_others_use_is_forgotten_bit_by_bit(made: Made, clock: FakeClock) -> None:
    bucket = made()
    await answered(bucket, 1, limit=60, remaining=3)
    for _ in range(40):
        await answered(bucket, 1, limit=60, remaining=59)
    await clock.sleep(2 * WINDOW)
    before = clock.monotonic()

    await answered(bucket, 50)

    assert clock.monotonic() == before


@pytest.mark.parametrize(
    "headers",
    [{"limit": 60, "remaining": 59}, {"limit": 25, "remaining": 1}, {"remaining": 1}, {"limit": 60}],
    ids=["it lags", "of strangers", "no limit", "no remaining"],
)
async def test_a_header_that_tells_nothing_new_changes_nothing(
    made: Made, clock: FakeClock, headers: dict[str, int]
) -> None:
    await answered(made(), 60, **headers)

    assert clock.monotonic() == 0


async def test_a_waiter_is_told_once_why_and_how_long(made: Made, clock: FakeClock) -> None:
    bucket = made(1)
    await answered(bucket, 1)
    told: list[Waiting] = []
    line = Line(bucket, clock)
    await line.joins("first")
    await line.joins("second", on_wait=told.append)

    await line.is_served()

    assert told == [Waiting(seconds=WINDOW, reason=WaitReason.LIMIT)]


async def test_a_waiter_is_told_of_a_refusal(made: Made, clock: FakeClock) -> None:
    bucket = made()
    await bucket.refused(await bucket.take(Lane.PEOPLE), 17.0)
    told: list[Waiting] = []

    await bucket.take(Lane.PEOPLE, on_wait=told.append)

    assert [waiting.reason for waiting in told] == [WaitReason.REFUSED]
    assert told[0].seconds == pytest.approx(clock.monotonic())


async def test_who_is_served_at_once_is_told_nothing(made: Made) -> None:
    told: list[Waiting] = []

    await made().take(Lane.PEOPLE, on_wait=told.append)

    assert told == []


@dataclass(frozen=True)
class Call:
    """One call of a pattern of arrivals."""

    pause: float
    lane: Lane
    account: AccountId
    latency: float
    end: str


CALLS = st.lists(
    st.builds(
        Call,
        pause=st.just(0.0) | st.floats(0, 90),
        lane=st.sampled_from(Lane),
        account=st.sampled_from([ANN, BEN, CY]),
        latency=st.floats(0, 29),
        end=st.sampled_from(["answered"] * 4 + ["unanswered", "refused", "given up"]),
    ),
    max_size=40,
)


@asynccontextmanager
async def window_of(clock: FakeClock, limit: int, windows: list[list[float]]) -> AsyncIterator[None]:
    """From sending until 60 s after the answer a call counts; more than the limit at once would be refused."""
    counts = [clock.monotonic(), float("inf")]
    windows.append(counts)
    now = clock.monotonic()
    assert sum(begin <= now < end - 1e-3 for begin, end in windows) <= limit
    yield
    counts[1] = clock.monotonic() + WINDOW


async def run_pattern(calls: Sequence[Call], limit: int) -> int:
    clock = FakeClock()
    slots = MemorySlots()
    bucket = TokenBucket(slots, clock, random.Random(1), window=SIGNED_IN, terms=Terms(per_minute=limit))
    windows: list[list[float]] = []

    async def make(call: Call) -> None:
        slot = await bucket.take(call.lane, call.account)
        async with window_of(clock, limit, windows):
            await clock.sleep(call.latency)
            if call.end == "answered":
                await bucket.answered(slot, "200")
            elif call.end == "refused":
                await bucket.refused(slot, None)
            else:
                await bucket.unanswered(slot)

    tasks: list[asyncio.Task[None]] = []
    for call in calls:
        await clock.sleep(call.pause)
        tasks.append(asyncio.create_task(make(call)))
        if call.end == "given up":
            await asyncio.sleep(0)
            tasks[-1].cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    await bucket.close()
    errors = [error for error in results if isinstance(error, Exception)]
    assert not errors, errors
    return len(windows)


@given(calls=CALLS, limit=st.integers(1, 12))
def test_no_sixty_seconds_ever_hold_more_than_the_limit(calls: list[Call], limit: int) -> None:
    sent = asyncio.run(run_pattern(calls, limit))

    assert sent >= sum(call.end != "given up" for call in calls)


@pytest.mark.parametrize(
    "calls",
    [
        pytest.param([Call(0.0, Lane.PEOPLE, ANN, 0.0, "answered")] * 200, id="200 at once"),
        pytest.param([Call(0.0, Lane.PEOPLE, ANN, 20.0, "answered")] * 130, id="130 at once, answered late"),
        pytest.param([Call(0.5, Lane.SYNC, ANN, 1.0, "answered")] * 300, id="two a second"),
    ],
)
def test_crowds_never_exceed_sixty_a_minute(calls: list[Call]) -> None:
    assert asyncio.run(run_pattern(calls, 60)) == len(calls)
