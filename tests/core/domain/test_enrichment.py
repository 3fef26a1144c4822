"""Reading of facts: tries, rests, and how long it still takes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from core.domain.budget import background_pace
from core.domain.enrichment import (
    REST,
    TRIES,
    Left,
    Reading,
    State,
    failed,
    missing,
    pace,
    put_off,
    seconds_left,
)
from core.domain.ledger import Lane, Ledger, Slot, Terms, Work

import pytest
from hypothesis import given
from hypothesis import strategies as st

NOW = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)
SECONDS = NOW.timestamp()
SIGNED, ANYBODY = Terms(60), Terms(25)
NOBODY = Ledger()


def sent(*moments: float, work: Work = Work.ENRICHMENT, lane: Lane = Lane.BACKGROUND, **more: float) -> Ledger:
    """A ledger of requests so many seconds ago."""
    slots = tuple(
        Slot(number, lane, SECONDS - moment, SECONDS - moment + 60.2, work=work)
        for number, moment in enumerate(sorted(moments, reverse=True), 1)
    )
    return Ledger(slots=slots, closed_until=more.get("closed_until", 0.0))


def every(seconds: float, number: int, *, last: float = 0.5) -> list[float]:
    return [last + seconds * place for place in range(number)]


def left(ledger: Ledger, number: int) -> float:
    return seconds_left((ledger, NOBODY), Left(0, number), SECONDS, (SIGNED, ANYBODY), Work.ENRICHMENT)


def test_three_tries_a_day_of_rest_and_three_tries_again() -> None:
    reading, waits = Reading(looks=4), []
    for _ in range(2 * TRIES):
        reading = failed(reading, NOW)
        assert reading.next_at is not None
        waits.append(reading.next_at - NOW)
        assert reading.rests(NOW) == (waits[-1] == REST)
        assert reading.looks == 4

    assert waits[:TRIES] == waits[TRIES:]
    assert [wait < REST for wait in waits[:TRIES]] == [True] * (TRIES - 1) + [False]
    assert all(earlier < later for earlier, later in pairwise(waits[:TRIES]))


def test_a_rest_ends_and_one_that_a_wrong_clock_has_set_is_none() -> None:
    resting = Reading(State.FAILED, TRIES, NOW + REST)

    assert resting.rests(NOW)
    assert not resting.rests(NOW + REST)
    assert not resting.rests(NOW - timedelta(days=30))


def test_what_is_put_off_may_be_opened_and_what_is_not_there_rests_for_a_day() -> None:
    before = Reading(State.FAILED, 2, None, 1)

    assert not put_off(before, NOW).rests(NOW)
    assert put_off(before, NOW).tries == 2
    assert missing(before, NOW).rests(NOW)
    assert not missing(before, NOW).rests(NOW + REST)


def test_before_anything_was_sent_the_pace_is_what_is_allowed() -> None:
    assert pace(NOBODY, SECONDS, SIGNED, Work.ENRICHMENT) == background_pace(SIGNED)
    assert left(NOBODY, 440) == pytest.approx(600)


@given(gap=st.floats(1.4, 20.0), number=st.integers(1, 2_000))
def test_at_a_steady_pace_what_is_told_comes_true(gap: float, number: int) -> None:
    ledger = sent(*every(gap, min(200, int(290 / gap)), last=gap / 2))

    assert left(ledger, number) == pytest.approx(number * gap, rel=0.2)


def test_other_work_and_people_say_nothing_of_the_pace() -> None:
    ledger = sent(*every(10, 20), work=Work.DETAILS)
    people = sent(*every(10, 20), lane=Lane.PEOPLE)

    assert pace(ledger, SECONDS, SIGNED, Work.ENRICHMENT) == background_pace(SIGNED)
    assert pace(people, SECONDS, SIGNED, Work.ENRICHMENT) == background_pace(SIGNED)


def test_what_was_before_a_pause_says_nothing() -> None:
    ledger = sent(*every(2, 20), *every(2, 20, last=200))

    assert pace(ledger, SECONDS, SIGNED, Work.ENRICHMENT) == pytest.approx(2, rel=0.1)


def test_who_waits_for_longer_than_usual_goes_slower() -> None:
    quick, held_up = sent(*every(2, 20)), sent(*every(2, 20, last=60))

    assert left(held_up, 100) > left(quick, 100)


def test_a_closed_bucket_is_waited_for() -> None:
    assert left(sent(closed_until=SECONDS + 45), 10) == pytest.approx(45 + 10 * background_pace(SIGNED))


def test_the_two_limits_are_used_side_by_side() -> None:
    both = Left(0, 44, 18)
    seconds = seconds_left((NOBODY, NOBODY), both, SECONDS, (SIGNED, ANYBODY), Work.ENRICHMENT)

    assert seconds == pytest.approx(60)
    assert both.pending == 62


def test_when_nothing_is_left_it_takes_no_time() -> None:
    assert left(sent(closed_until=SECONDS + 45), 0) == 0
