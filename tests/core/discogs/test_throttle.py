"""The budget: never over the limit, and whoever waits is served in a fair order."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from core.discogs.throttle import WINDOW, Lane, MemorySlots, TokenBucket
from core.domain.ids import AccountId
from core.domain.progress import Waiting, WaitReason
from core.errors import DatabaseUnusable
from tests.fakes import FakeClock

import pytest
from hypothesis import given
from hypothesis import strategies as st

ANN, BEN, CY = AccountId("ann"), AccountId("ben"), AccountId("cy")

Made = Callable[..., TokenBucket]


@pytest.fixture
async def made(clock: FakeClock) -> AsyncIterator[Made]:
    """Makes buckets, and closes them."""
    buckets: list[TokenBucket] = []

    def make(per_minute: int = 60, slots: MemorySlots | None = None) -> TokenBucket:
        buckets.append(TokenBucket(slots or MemorySlots(), clock, random.Random(1), per_minute=per_minute))
        return buckets[-1]

    yield make
    for bucket in buckets:
        await bucket.close()


async def answered(bucket: TokenBucket, count: int, **headers: int) -> None:
    """Calls that are answered at once."""
    for _ in range(count):
        await bucket.answered(await bucket.take(Lane.PEOPLE), **headers)


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
            await self.bucket.answered(slot)

        self._tasks.append(asyncio.create_task(wait()))
        await asyncio.sleep(0)

    async def is_served(self) -> list[str]:
        await asyncio.gather(*self._tasks)
        return self.served


async def test_a_free_slot_is_taken_at_once(made: Made, clock: FakeClock) -> None:
    bucket = made()

    await answered(bucket, 60)

    assert clock.monotonic() == 0


async def test_a_slot_comes_back_sixty_seconds_after_its_answer(made: Made, clock: FakeClock) -> None:
    bucket = made(1)
    slot = await bucket.take(Lane.PEOPLE)
    await clock.sleep(7)
    await bucket.answered(slot)

    await bucket.take(Lane.PEOPLE)

    assert clock.monotonic() == pytest.approx(7 + WINDOW, abs=0.1)


@pytest.mark.parametrize("settle", [TokenBucket.unanswered, lambda bucket, slot: bucket.refused(slot, 1.0)])
async def test_a_request_that_failed_may_have_been_counted(
    made: Made, clock: FakeClock, settle: Callable[[TokenBucket, int], Awaitable[object]]
) -> None:
    bucket = made(1)
    await settle(bucket, await bucket.take(Lane.PEOPLE))

    await bucket.take(Lane.PEOPLE)

    assert clock.monotonic() == pytest.approx(WINDOW, abs=0.1)


async def test_a_slot_that_nobody_settles_comes_back_by_itself(made: Made, clock: FakeClock) -> None:
    """A process that dies in the middle of a call must not cost a slot for good."""
    bucket = made(1)
    await bucket.take(Lane.PEOPLE)

    await bucket.take(Lane.PEOPLE)

    assert clock.monotonic() == pytest.approx(30 + WINDOW, abs=0.1)


async def test_people_come_before_syncs_before_the_background(made: Made, clock: FakeClock) -> None:
    bucket = made(2)
    await answered(bucket, 2)
    line = Line(bucket, clock)
    for name, lane in [("b1", Lane.BACKGROUND), ("s1", Lane.SYNC), ("p1", Lane.PEOPLE)] * 2:
        await line.joins(name, lane)

    assert await line.is_served() == ["p1", "p1", "s1", "s1", "b1", "b1"]


async def test_somebody_who_comes_late_passes_a_sync_that_waits(made: Made, clock: FakeClock) -> None:
    bucket = made(2)
    await answered(bucket, 2)
    line = Line(bucket, clock)
    await line.joins("sync", Lane.SYNC)
    await clock.sleep(30)
    await line.joins("person", Lane.PEOPLE)

    assert await line.is_served() == ["person", "sync"]


@pytest.mark.parametrize(("lane", "free"), [(Lane.PEOPLE, 60), (Lane.SYNC, 55), (Lane.BACKGROUND, 44)], ids=str)
async def test_a_lane_leaves_slots_to_those_before_it(made: Made, clock: FakeClock, lane: Lane, free: int) -> None:
    line = Line(made(), clock)
    for number in range(61):
        await line.joins(str(number), lane)

    await line.is_served()

    assert sum(moment == 0 for moment in line.at) == free


@pytest.mark.parametrize("per_minute", [1, 2, 25, 240])
@pytest.mark.parametrize("lane", Lane, ids=str)
async def test_no_lane_starves_under_another_limit(made: Made, lane: Lane, per_minute: int) -> None:
    async with asyncio.timeout(10):
        await made(per_minute).take(lane)


async def test_accounts_take_turns_within_a_lane(made: Made, clock: FakeClock) -> None:
    bucket = made(2)
    await answered(bucket, 2)
    line = Line(bucket, clock)
    for name in ["a1", "a2", "a3", "a4"]:
        await line.joins(name, Lane.SYNC, ANN)
    for name in ["b1", "b2"]:
        await line.joins(name, Lane.SYNC, BEN)
    await line.joins("c1", Lane.SYNC, CY)

    assert await line.is_served() == ["a1", "b1", "c1", "a2", "b2", "a3", "a4"]


async def test_who_comes_later_is_not_owed_the_turns_of_before(made: Made, clock: FakeClock) -> None:
    bucket = made(2)
    line = Line(bucket, clock)
    for name in ["a1", "a2", "a3", "a4"]:
        await line.joins(name, Lane.PEOPLE, ANN)
    await clock.sleep(30)
    for name in ["b1", "b2", "b3"]:
        await line.joins(name, Lane.PEOPLE, BEN)

    assert (await line.is_served())[2:] == ["b1", "a3", "b2", "a4", "b3"]


async def test_a_long_sync_does_not_put_its_account_last_among_people(made: Made, clock: FakeClock) -> None:
    bucket = made(2)
    await answered(bucket, 2)
    line = Line(bucket, clock)
    for number in range(6):
        await line.joins(f"sync {number}", Lane.SYNC, ANN)
    await line.joins("ann", Lane.PEOPLE, ANN)
    await line.joins("ben", Lane.PEOPLE, BEN)

    assert (await line.is_served())[:2] == ["ann", "ben"]


async def test_a_request_that_was_refused_goes_back_to_the_head_of_its_lane(made: Made, clock: FakeClock) -> None:
    bucket = made(2)
    await answered(bucket, 2)
    line = Line(bucket, clock)
    await line.joins("sync", Lane.SYNC, ANN)
    await line.joins("refused", Lane.SYNC, ANN, again=True)
    await line.joins("person", Lane.PEOPLE, BEN)

    assert await line.is_served() == ["person", "refused", "sync"]


async def test_who_gives_up_waiting_makes_room(made: Made, clock: FakeClock) -> None:
    slots = MemorySlots()
    bucket = made(1, slots)
    await answered(bucket, 1)
    gives_up = asyncio.create_task(bucket.take(Lane.PEOPLE))
    line = Line(bucket, clock)
    await line.joins("next")
    await asyncio.sleep(0)
    gives_up.cancel()

    assert await line.is_served() == ["next"]
    assert line.at == [pytest.approx(WINDOW, abs=0.1)]
    assert gives_up.cancelled()


class CancelledWhileBooked(MemorySlots):
    """The waiter gives up just when the slot becomes its own."""

    def __init__(self, when: str) -> None:
        super().__init__()
        self.when = when
        self.waiting: asyncio.Task[int] | None = None

    async def book(self, now: float, until: float, most: int) -> int | None:
        slot = await super().book(now, until, most)
        if self.waiting is not None and self.when == "before":
            self.waiting.cancel()
        elif self.waiting is not None:
            asyncio.get_running_loop().call_soon(self.waiting.cancel)
        return slot


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_waiter_that_gives_up_as_it_is_served_gives_its_slot_back(
    made: Made, clock: FakeClock, when: str
) -> None:
    slots = CancelledWhileBooked(when)
    bucket = made(1, slots)
    slots.waiting = asyncio.create_task(bucket.take(Lane.PEOPLE))
    with pytest.raises(asyncio.CancelledError):
        await slots.waiting
    slots.waiting = None
    await ran()

    assert await slots.taken(clock.now().timestamp()) == (0, clock.now().timestamp())
    await bucket.take(Lane.PEOPLE)
    assert clock.monotonic() == 0


async def test_a_request_that_was_not_sent_gives_its_slot_to_the_next(made: Made, clock: FakeClock) -> None:
    bucket = made(1)
    slot = await bucket.take(Lane.PEOPLE)
    line = Line(bucket, clock)
    await line.joins("next")
    await bucket.give_back(slot)

    await line.is_served()

    assert line.at == [0]


@pytest.mark.parametrize(
    ("refusals", "retry_after", "least"),
    [
        (1, None, 2),
        (2, None, 4),
        (3, None, 8),
        (4, None, 16),
        (5, None, 30),
        (9, None, 30),
        (1, 17.0, 17),
        (3, 90.0, 90),
    ],
)
async def test_a_refusal_closes_the_bucket_for_everybody(
    made: Made, clock: FakeClock, refusals: int, retry_after: float | None, least: float
) -> None:
    bucket = made()
    slots = [await bucket.take(Lane.SYNC) for _ in range(refusals)]
    closings = [await bucket.refused(slot, retry_after) for slot in slots]

    await bucket.take(Lane.PEOPLE)

    assert least <= closings[-1] <= least * 1.25
    assert clock.monotonic() == pytest.approx(max(closings), abs=0.1)


async def test_an_answer_forgives_earlier_refusals(made: Made) -> None:
    bucket = made()
    for _ in range(4):
        await bucket.refused(await bucket.take(Lane.PEOPLE), None)
    await answered(bucket, 1)

    assert await bucket.refused(await bucket.take(Lane.PEOPLE), None) <= 2.5


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


async def test_a_waiter_is_told_of_a_refusal(made: Made) -> None:
    bucket = made()
    seconds = await bucket.refused(await bucket.take(Lane.PEOPLE), 17.0)
    told: list[Waiting] = []

    await bucket.take(Lane.PEOPLE, on_wait=told.append)

    assert [waiting.reason for waiting in told] == [WaitReason.REFUSED]
    assert told[0].seconds == pytest.approx(seconds)


async def test_who_is_served_at_once_is_told_nothing(made: Made) -> None:
    told: list[Waiting] = []

    await made().take(Lane.PEOPLE, on_wait=told.append)

    assert told == []


class Failing(MemorySlots):
    """The file that the slots are written in is gone, for a while."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error: Exception | None = error

    async def taken(self, now: float) -> tuple[int, float]:
        if self.error is not None:
            raise self.error
        return await super().taken(now)


@pytest.mark.parametrize("error", [DatabaseUnusable("budget.db", "gone"), ZeroDivisionError()], ids=["ours", "a bug"])
async def test_an_error_of_the_slots_reaches_all_who_wait(made: Made, error: Exception) -> None:
    slots = Failing(error)
    bucket = made(60, slots)

    async with asyncio.timeout(10):
        results = await asyncio.gather(*(bucket.take(lane) for lane in Lane for _ in range(3)), return_exceptions=True)

    assert results == [error] * 9
    slots.error = None
    assert await bucket.take(Lane.PEOPLE) == 0


async def test_who_gives_up_as_the_slots_fail_has_given_up(made: Made) -> None:
    class FailingLate(Failing):
        async def taken(self, now: float) -> tuple[int, float]:
            asyncio.get_running_loop().call_soon(waiting.cancel)
            return await super().taken(now)

    bucket = made(60, FailingLate(DatabaseUnusable("budget.db", "gone")))
    waiting = asyncio.create_task(bucket.take(Lane.PEOPLE))

    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_closing_lets_nobody_wait_for_ever(made: Made) -> None:
    bucket = made(1)
    await answered(bucket, 1)
    waiting = [asyncio.create_task(bucket.take(lane)) for lane in Lane]
    await asyncio.sleep(0)

    await bucket.close()

    async with asyncio.timeout(10):
        results = await asyncio.gather(*waiting, return_exceptions=True)
    assert all(isinstance(result, asyncio.CancelledError) for result in results)


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
    bucket = TokenBucket(MemorySlots(), clock, random.Random(1), per_minute=limit)
    windows: list[list[float]] = []

    async def make(call: Call) -> None:
        slot = await bucket.take(call.lane, call.account)
        async with window_of(clock, limit, windows):
            await clock.sleep(call.latency)
            if call.end == "answered":
                await bucket.answered(slot)
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
