"""The budget: never over the limit, and whoever waits is served in a fair order."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from core.discogs.throttle import TokenBucket
from core.domain.budget import Granted
from core.domain.ledger import SIGNED_IN, WINDOW, Lane, Ledger, taken
from core.errors import DatabaseUnusable
from tests.core.discogs.line import ANN, BEN, CY, Line, Made, answered, ran
from tests.fakes import FakeClock, MemorySlots

import pytest

T = TypeVar("T")


async def test_a_free_slot_is_taken_at_once(made: Made, clock: FakeClock) -> None:
    bucket = made()

    await answered(bucket, 60)

    assert clock.monotonic() == 0


async def test_a_slot_comes_back_sixty_seconds_after_its_answer(made: Made, clock: FakeClock) -> None:
    bucket = made(1)
    slot = await bucket.take(Lane.PEOPLE)
    await clock.sleep(7)
    await bucket.answered(slot, "200")

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


@pytest.mark.parametrize(("lane", "free"), [(Lane.PEOPLE, 60), (Lane.SYNC, 55), (Lane.BACKGROUND, 1)], ids=str)
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

    async def update(self, window: str, change: Callable[[Ledger], tuple[Ledger, T]]) -> T:
        result = await super().update(window, change)
        if self.waiting is not None and isinstance(result, Granted):
            if self.when == "before":
                self.waiting.cancel()
            else:
                asyncio.get_running_loop().call_soon(self.waiting.cancel)
        return result


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

    assert taken(slots.ledgers[SIGNED_IN], clock.now().timestamp()) == 0
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


class Failing(MemorySlots):
    """The file that the slots are written in is gone, for a while."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error: Exception | None = error

    async def update(self, window: str, change: Callable[[Ledger], tuple[Ledger, T]]) -> T:
        if self.error is not None:
            raise self.error
        return await super().update(window, change)


@pytest.mark.parametrize("error", [DatabaseUnusable("budget.db", "gone"), ZeroDivisionError()], ids=["ours", "a bug"])
async def test_an_error_of_the_slots_reaches_all_who_wait(made: Made, error: Exception) -> None:
    slots = Failing(error)
    bucket = made(60, slots)

    async with asyncio.timeout(10):
        results = await asyncio.gather(*(bucket.take(lane) for lane in Lane for _ in range(3)), return_exceptions=True)

    assert results == [error] * 9
    slots.error = None
    await bucket.take(Lane.PEOPLE)


async def test_who_gives_up_as_the_slots_fail_has_given_up(made: Made) -> None:
    class FailingLate(Failing):
        async def update(self, window: str, change: Callable[[Ledger], tuple[Ledger, T]]) -> T:
            asyncio.get_running_loop().call_soon(waiting.cancel)
            return await super().update(window, change)

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
