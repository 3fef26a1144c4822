"""The ledger as it is read: what is forgotten, what is cut when somebody has moved the clock."""

from __future__ import annotations

from core.domain.ledger import (
    LONGEST_BREAK,
    REMEMBERED,
    WINDOW,
    Candidate,
    Lane,
    Ledger,
    Queue,
    Slot,
    Terms,
    read_at,
    settled,
    taken,
)

import pytest
from hypothesis import given
from hypothesis import strategies as st

NOW = 1_000_000.0
TERMS = Terms(per_minute=60, time_out=30.0)
MOMENTS = st.floats(NOW - 10_000, NOW + 10_000)
SLOTS = st.lists(st.builds(Slot, st.integers(1, 99), st.sampled_from(Lane), MOMENTS, MOMENTS), max_size=8).map(tuple)


def slot(number: int = 1, *, taken_at: float = NOW, until: float = NOW + WINDOW) -> Slot:
    return Slot(number, Lane.SYNC, taken_at, until)


@pytest.mark.parametrize(
    ("one", "kept"),
    [
        (slot(taken_at=NOW - 10, until=NOW + 50), True),
        (slot(taken_at=NOW - 100, until=NOW - 40), True),
        (slot(taken_at=NOW - REMEMBERED, until=NOW - 200), False),
        (slot(taken_at=NOW - REMEMBERED - 1, until=NOW + 1), True),
    ],
    ids=["taken", "came back lately", "long ago", "long ago but taken"],
)
def test_slots_are_remembered_for_five_minutes_and_while_they_are_taken(one: Slot, *, kept: bool) -> None:
    assert bool(read_at(Ledger(slots=(one,)), NOW, TERMS).slots) is kept


def test_a_slot_is_taken_until_the_moment_it_comes_back() -> None:
    ledger = Ledger(slots=(slot(1), slot(2, until=NOW), slot(3, until=NOW + 0.001)))

    assert taken(ledger, NOW) == 2


def test_settling_moves_one_slot_and_no_other() -> None:
    ledger = Ledger(slots=(slot(1), slot(2)))

    after = settled(ledger, 2, NOW + 7)

    assert after.slots == (slot(1), slot(2, until=NOW + 7))
    assert settled(ledger, 3, NOW + 7) == ledger


def test_a_booking_too_far_ahead_is_cut() -> None:
    """Somebody has set the clock back by an hour."""
    ledger = Ledger(slots=(slot(taken_at=NOW + 3600, until=NOW + 3690),))

    assert read_at(ledger, NOW, TERMS).slots == (slot(taken_at=NOW, until=NOW + 30 + WINDOW),)


@given(SLOTS, st.floats(0, 300))
def test_after_time_out_and_window_every_slot_has_come_back(slots: tuple[Slot, ...], later: float) -> None:
    ledger = read_at(Ledger(slots=slots), NOW, TERMS)

    assert taken(ledger, NOW + 30 + WINDOW + later) == 0


@given(SLOTS, MOMENTS, MOMENTS)
def test_reading_twice_is_reading_once(slots: tuple[Slot, ...], closed: float, careful: float) -> None:
    once = read_at(Ledger(slots=slots, closed_until=closed, careful_until=careful), NOW, TERMS)

    assert read_at(once, NOW, TERMS) == once


def test_a_closing_too_far_ahead_is_cut() -> None:
    ledger = read_at(Ledger(closed_until=NOW + 9999, careful_until=NOW + 9999), NOW, TERMS)

    assert ledger.closed_until == NOW + 2 * LONGEST_BREAK
    assert ledger.careful_until == NOW + 2 * LONGEST_BREAK + WINDOW


@pytest.mark.parametrize(("seen", "kept"), [(0, True), (-5, True), (-5.1, False), (5, True), (3600, False)])
def test_a_process_that_no_longer_says_that_it_waits_is_gone(seen: float, *, kept: bool) -> None:
    queue = Queue("other", NOW + seen, (Candidate(Lane.PEOPLE, NOW),))

    assert read_at(Ledger(queues=(queue,)), NOW, TERMS).queues == ((queue,) if kept else ())


@pytest.mark.parametrize(
    ("slots", "probe"),
    [((slot(7),), 7), ((slot(7, until=NOW),), None), ((slot(8),), None), ((), None)],
    ids=["under way", "never answered", "another", "nothing"],
)
def test_a_probe_that_came_to_nothing_makes_room_for_another(slots: tuple[Slot, ...], probe: int | None) -> None:
    assert read_at(Ledger(slots=slots, tripped=True, probe=7), NOW, TERMS).probe == probe
