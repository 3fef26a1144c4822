"""What is told of the time a sync still takes comes true: in minutes of traffic, and in the corner cases."""

from __future__ import annotations

from collections.abc import Callable

from core.domain.eta import HEAD_START, seconds_left
from core.domain.ids import AccountId, RunId
from core.domain.ledger import ANONYMOUS_PER_MINUTE, WINDOW, Lane, Ledger, Slot, Terms
from core.domain.progress import Phase, RunningSync, SyncProgress
from tests.core.domain.simulated import START, Ask, Latency, World, shaky, steady

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace

NOW = 1_000_000.0
TERMS = Terms()
ANN, BEN = AccountId("ann"), AccountId("ben")

BEGUN = 300.0
"""When the syncs of the simulations begin: the ledger remembers as much."""


class Told(Struct, frozen=True):
    """What was told at one answer of a sync, and what came true; in seconds."""

    gone: float
    told: float
    real: float

    def is_true(self, close: float = 0.5) -> bool:
        """Within a fifth, or so many seconds that nobody minds."""
        return abs(self.told - self.real) <= max(close, 0.2 * self.real)


def running(page: int, pages: int, account: AccountId = ANN, phase: Phase = Phase.READING) -> RunningSync:
    return RunningSync(RunId(account), account, NOW - 100, SyncProgress(phase, page=page, pages=pages))


def answered(count: int, *, ago: float = 10.0, took: float = 0.5, first: int = 1) -> tuple[Slot, ...]:
    """Slots of Ann's sync whose answers came a while ago."""
    return tuple(
        Slot(number, Lane.SYNC, NOW - ago - took, NOW - ago + WINDOW, ANN) for number in range(first, first + count)
    )


def asked(count: int, *, ago: float = 0.1, first: int = 100) -> tuple[Slot, ...]:
    """Slots of Ann's sync whose answers are still to come."""
    return tuple(
        Slot(number, Lane.SYNC, NOW - ago, NOW - ago + TERMS.time_out + WINDOW, ANN)
        for number in range(first, first + count)
    )


def left(slots: tuple[Slot, ...], *syncs: RunningSync, **more: object) -> list[float | None]:
    ledger = replace(Ledger(slots=slots, next_number=len(slots) + 200), **more)
    return list(seconds_left(ledger, syncs, NOW, TERMS))


def watched(world: World, *requests: int) -> list[Told]:
    """Let syncs of so many requests run side by side; what was told at each answer once half of them had come."""
    walks = {
        AccountId(f"account {number}"): (
            size,
            world.sync(size, account=f"account {number}", at=BEGUN, head_start=HEAD_START),
        )
        for number, size in enumerate(requests)
    }
    moments: list[tuple[float, AccountId, float]] = []

    def look(one: Ask) -> None:
        syncs = {
            account: RunningSync(RunId(account), account, START + BEGUN, SyncProgress(page=page, pages=size))
            for account, (size, walk) in walks.items()
            if (page := sum(ask.answered is not None for ask in walk)) < size
        }
        if one.account in syncs and syncs[one.account].progress.page * 2 >= walks[one.account][0]:
            told = seconds_left(world.ledger, list(syncs.values()), world.wall, world.terms)
            seconds = dict(zip(syncs, told, strict=True))[one.account]
            assert seconds is not None
            moments.append((world.now, one.account, seconds))

    world.on_answer = look
    world.run(BEGUN + 1500)
    ends = {account: max(ask.answered or 1e9 for ask in walk) for account, (_, walk) in walks.items()}
    return [Told(moment - BEGUN, told, ends[account] - moment) for moment, account, told in moments]


def call_evenly(world: World, per_minute: int) -> None:
    for number in range(per_minute * 10):
        world.ask(Lane.PEOPLE, at=1 + number * WINDOW / per_minute)


def call_now_and_then(world: World, per_minute: int) -> None:
    world.people(per_minute, until=600)


def nobody(world: World, per_minute: int) -> None:
    assert not per_minute


@pytest.mark.parametrize("seed", range(1, 4))
@pytest.mark.parametrize(
    ("latency", "close"), [(steady(0.125, 0.125), 0.5), (shaky(0.1, 0.6), 1.5)], ids=["steady", "shaky"]
)
@pytest.mark.parametrize(
    ("requests", "calls", "per_minute"),
    [
        ((15,), nobody, 0),
        ((104,), nobody, 0),
        ((504,), nobody, 0),
        ((104, 104), nobody, 0),
        ((104,), call_now_and_then, 5),
        ((104,), call_evenly, 12),
        ((114,), call_now_and_then, 12),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_from_halfway_on_what_is_told_comes_true_within_a_fifth(
    requests: tuple[int, ...],
    calls: Callable[[World, int], None],
    per_minute: int,
    latency: Latency,
    close: float,
    seed: int,
) -> None:
    world = World(latency=latency, seed=seed)
    calls(world, per_minute)

    told = watched(world, *requests)

    assert len(told) >= sum(requests) // 2 - len(requests)
    assert [one for one in told if not one.is_true(close)] == []


@pytest.mark.parametrize("seed", range(1, 4))
@pytest.mark.parametrize("requests", [15, 44, 104])
def test_the_same_holds_for_the_25_requests_of_anybody(requests: int, seed: int) -> None:
    told = watched(World(per_minute=ANONYMOUS_PER_MINUTE, seed=seed), requests)

    assert len(told) >= requests // 2 - 1
    assert [one for one in told if not one.is_true()] == []


def test_a_short_sync_beside_a_long_one_is_told_right_and_the_long_one_too() -> None:
    assert [one for one in watched(World(), 104, 504) if not one.is_true()] == []


@pytest.mark.parametrize("seed", range(4))
def test_people_who_begin_to_call_with_the_sync_are_known_once_half_of_the_time_has_passed(seed: int) -> None:
    world = World(seed=seed)
    world.people(12, at=BEGUN, until=BEGUN + 300)

    told = watched(world, 104)

    assert [one for one in told if one.gone >= one.real and not one.is_true()] == []


@pytest.mark.parametrize("seed", range(4))
def test_what_is_told_on_a_slow_line_is_a_few_seconds_off_at_most(seed: int) -> None:
    told = watched(World(latency=shaky(0.05, 3.0), seed=seed), 104)

    assert max(abs(one.told - one.real) for one in told) <= 3


@pytest.mark.parametrize("seed", range(4))
def test_another_program_on_the_address_is_reckoned_with(seed: int) -> None:
    world = World(seed=seed)
    world.others(20, until=1500)

    told = watched(world, 204)

    assert sum(not one.is_true() for one in told) <= len(told) * 0.05


def test_after_a_refusal_the_careful_minute_is_reckoned_with() -> None:
    world = World()
    world.outage = (BEGUN + 0.7, BEGUN + 0.9)

    told = watched(world, 60)

    assert [one for one in told if not one.is_true()] == []
    assert max(one.real for one in told) > 25


def test_without_the_limit_answers_come_eight_at_a_time() -> None:
    assert left(answered(8), running(8, 8 + 24)) == [pytest.approx(3 * 0.5)]


def test_requests_under_way_are_not_sent_again() -> None:
    assert left((*answered(8), *asked(8)), running(8, 16)) == [pytest.approx(0.4)]
    assert left((*answered(40), *asked(8, first=41)), running(40, 48)) == [pytest.approx(0.4)]


def test_requests_of_a_run_before_are_not_taken_for_this_ones() -> None:
    before = tuple(replace(slot, taken_at=NOW - 25, until=NOW + 65) for slot in asked(8))
    alone = replace(running(8, 16), started_at=NOW - 20)

    assert left((*answered(8), *before), alone) == [pytest.approx(0.5)]


def test_what_is_beyond_the_limit_waits_for_slots_to_come_back() -> None:
    assert left(answered(55), running(55, 60)) == [pytest.approx(WINDOW - 10 + 0.5)]


def test_syncs_take_turns() -> None:
    ledger = answered(30)

    alone, both = left(ledger, running(30, 54))[0], left(ledger, running(30, 54), running(1, 25, BEN))
    assert alone == pytest.approx(1.5)
    assert both == [pytest.approx(WINDOW - 10 + 2 * 0.5)] * 2
    assert left(ledger, running(30, 54), running(1, 2, BEN)) == [pytest.approx(1.5), pytest.approx(0.5)]


def test_while_nothing_is_sent_that_time_is_added() -> None:
    assert left(answered(8), running(8, 9), closed_until=NOW + 7) == [pytest.approx(7.5)]


@pytest.mark.parametrize(
    ("slots", "sync", "tripped"),
    [
        (answered(2), running(0, 1), False),
        (answered(2), running(3, 9, phase=Phase.PUBLISHING), False),
        (answered(2), running(9, 9, phase=Phase.DONE), False),
        (answered(2), running(3, 9), True),
        ((), running(3, 9), False),
        (asked(2), running(3, 9), False),
    ],
    ids=["no page yet", "publishing", "done", "one probe decides", "nothing is known", "no answer is known"],
)
def test_nothing_is_told_when_nothing_can_be_said(slots: tuple[Slot, ...], sync: RunningSync, *, tripped: bool) -> None:
    assert left(slots, sync, tripped=tripped) == [None]


def test_nothing_is_told_when_people_leave_no_slot() -> None:
    calls = tuple(Slot(number, Lane.PEOPLE, NOW - number / 2, NOW - number / 2 + WINDOW) for number in range(1, 121))

    assert left(calls, running(3, 9)) == [None]


def test_how_much_is_to_be_confirmed_is_known_from_the_beginning() -> None:
    assert left(answered(8), running(0, 8, phase=Phase.CONFIRMING)) == [pytest.approx(0.5)]


SLOTS = st.builds(
    lambda lane, ago, took, account: Slot(0, lane, NOW - ago, NOW - ago + min(took, 30) + WINDOW, account),
    st.sampled_from(Lane),
    st.floats(0, 300),
    st.floats(0, 40),
    st.sampled_from([None, ANN, BEN]),
)
LEDGERS = st.builds(
    Ledger,
    slots=st.lists(SLOTS, max_size=70).map(
        lambda slots: tuple(replace(slot, number=number) for number, slot in enumerate(slots, 1))
    ),
    next_number=st.just(100),
    foreign=st.just(0.0) | st.floats(0, 70),
    closed_until=st.just(0.0) | st.floats(NOW - 10, NOW + 600),
    careful_until=st.just(0.0) | st.floats(NOW - 10, NOW + 660),
)


@given(LEDGERS, st.integers(0, 150), st.integers(0, 150), st.integers(0, 50), st.sampled_from([1, 7, 25, 60]))
def test_more_requests_never_take_less_time_and_none_takes_less_than_none(
    ledger: Ledger, one: int, other: int, beside: int, per_minute: int
) -> None:
    fewer, more = sorted((one, other))

    first, last = (
        seconds_left(ledger, [running(1, 1 + size), running(1, 1 + beside, BEN)], NOW, Terms(per_minute))
        for size in (fewer, more)
    )

    assert all(seconds is None or seconds >= 0 for seconds in (*first, *last))
    assert last[0] is None or (first[0] is not None and first[0] <= last[0])
