"""When a shelf has its turn: never later than promised, no oftener than needed, whatever the clock has been through."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from core.domain.progress import Kind
from core.domain.schedule import (
    ACTIVE,
    AHEAD,
    IDLE,
    KNOWN,
    LONGEST_UNWALKED,
    LONGEST_WAIT,
    Due,
    Every,
    ShelfState,
    backoff,
    due,
    kind_when_pressed,
)

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

NOW = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TURN = 6 * HOUR - AHEAD

FRESH = ShelfState(
    active_at=NOW, is_readable=True, every=Every.SIX_HOURS, walked_at=NOW, checked_at=NOW, tried_at=NOW, failures=0
)
NEW = replace(FRESH, walked_at=None, checked_at=None, tried_at=None)

SCHEDULED = st.sampled_from([every for every in Every if every is not Every.OFF])
# Half a year to each side: what lies ahead was noted by a clock that was wrong.
MOMENTS = st.timedeltas(-180 * DAY, 180 * DAY).map(lambda away: NOW + away)
STATES = st.builds(
    ShelfState,
    active_at=MOMENTS,
    is_readable=st.just(value=True),
    every=SCHEDULED,
    walked_at=st.none() | MOMENTS,
    checked_at=st.none() | MOMENTS,
    tried_at=st.none() | MOMENTS,
    failures=st.integers(0, 2_000),
)


def turns(state: ShelfState, until: timedelta, *, late: timedelta = timedelta()) -> list[tuple[timedelta, Kind]]:
    """The turns of a shelf that is looked at whenever it is due, by how long after NOW they come."""
    found: list[tuple[timedelta, Kind]] = []
    now = NOW
    while (turn := due(state, now)) is not None and turn.at - NOW < until:
        now = max(turn.at, now) + late
        ready = due(state, now)
        if ready is None:
            break
        if ready.at > now:
            continue
        found.append((now - NOW, ready.kind))
        walked = now if ready.kind is Kind.WALK else state.walked_at
        state = replace(state, walked_at=walked, checked_at=now, tried_at=now, failures=0)
    return found


def test_what_was_never_read_is_read_whole_at_once() -> None:
    assert due(NEW, NOW) == Due(NOW, Kind.WALK)


def test_an_active_account_has_its_turn_half_an_hour_before_six_hours_are_over() -> None:
    assert due(FRESH, NOW) == Due(NOW + TURN, Kind.PROBE)


@pytest.mark.parametrize(
    ("every", "interval"),
    [
        (Every.SIX_HOURS, 5.5 * HOUR),
        (Every.TWELVE_HOURS, 11.5 * HOUR),
        (Every.DAILY, 23.5 * HOUR),
        (Every.WEEKLY, 7 * DAY - 0.5 * HOUR),
    ],
)
def test_each_pace_keeps_half_an_hour_in_hand(every: Every, interval: timedelta) -> None:
    found = due(replace(FRESH, every=every), NOW)
    assert found is not None
    assert found.at == NOW + interval


def test_three_probes_and_a_walk_make_a_day() -> None:
    kinds = [kind for _, kind in turns(FRESH, 5 * DAY)]
    assert kinds[:8] == [Kind.PROBE, Kind.PROBE, Kind.PROBE, Kind.WALK] * 2


@pytest.mark.parametrize("every", [Every.DAILY, Every.WEEKLY])
def test_whoever_is_synced_once_a_day_or_less_is_always_read_whole(every: Every) -> None:
    active = replace(FRESH, every=every, active_at=NOW + 180 * DAY)
    found = turns(active, 60 * DAY)
    assert len(found) >= 8
    assert {kind for _, kind in found} == {Kind.WALK}


@given(
    st.sampled_from([Every.SIX_HOURS, Every.TWELVE_HOURS, Every.DAILY]),
    st.timedeltas(timedelta(), AHEAD),
)
def test_of_an_active_account_nothing_gets_older_than_promised(every: Every, late: timedelta) -> None:
    """However late a turn comes within the half hour that is kept in hand."""
    promised = {Every.SIX_HOURS: 6 * HOUR, Every.TWELVE_HOURS: 12 * HOUR, Every.DAILY: 24 * HOUR}[every]
    found = turns(replace(FRESH, every=every, active_at=NOW + 30 * DAY), 10 * DAY, late=late)
    looks = [timedelta(), *(at for at, _ in found)]
    walks = [timedelta(), *(at for at, kind in found if kind is Kind.WALK)]
    assert max(later - before for before, later in itertools.pairwise(looks)) <= promised
    assert max(later - before for before, later in itertools.pairwise(walks)) <= DAY
    assert 10 * DAY - walks[-1] <= DAY + AHEAD


@given(STATES)
def test_a_turn_is_never_further_away_than_one_interval(state: ShelfState) -> None:
    found = due(state, NOW)
    if found is not None:
        interval = state.every.interval
        assert interval is not None
        assert found.at - NOW <= max(interval, IDLE if NOW - state.active_at > ACTIVE else interval)


@given(STATES)
def test_a_shelf_has_turns_exactly_while_its_owner_is_known(state: ShelfState) -> None:
    assert (due(state, NOW) is None) == (NOW - state.active_at > KNOWN)


@given(STATES, st.booleans())
def test_nothing_is_due_that_cannot_be_read_or_was_switched_off(state: ShelfState, is_off: bool) -> None:
    never = replace(state, every=Every.OFF) if is_off else replace(state, is_readable=False)
    assert due(never, NOW) is None


def test_an_idle_account_is_looked_at_in_one_request_a_week() -> None:
    last = NOW - 2 * DAY
    idle = replace(FRESH, active_at=NOW - ACTIVE - HOUR, walked_at=last, checked_at=last)
    assert due(idle, NOW) == Due(last + IDLE, Kind.PROBE)


def test_an_idle_account_is_forgotten_after_three_months_and_read_whole_when_its_owner_comes_back() -> None:
    found = turns(FRESH, 365 * DAY)
    assert found[-1][0] <= KNOWN
    assert [kind for at, kind in found if at > ACTIVE] == [Kind.PROBE] * 11
    later = NOW + 200 * DAY
    seen = replace(FRESH, walked_at=NOW + 7 * DAY, checked_at=NOW + 84 * DAY, active_at=later)
    back = due(seen, later)
    assert back is not None
    assert (back.at <= later, back.kind) == (True, Kind.WALK)


def test_who_becomes_idle_loses_the_turn_that_was_foreseen() -> None:
    last = NOW + ACTIVE - HOUR
    foreseen = due(replace(FRESH, walked_at=last, checked_at=last), last)
    assert foreseen is not None
    now_idle = due(replace(FRESH, walked_at=last, checked_at=last), foreseen.at)
    assert now_idle == Due(last + IDLE, Kind.PROBE)


def test_after_failures_the_next_turn_is_further_and_further_away_up_to_an_hour() -> None:
    long_ago = NOW - 2 * DAY
    failing = replace(FRESH, walked_at=long_ago, checked_at=long_ago, tried_at=NOW)
    waits = []
    for failures in range(1, 9):
        found = due(replace(failing, failures=failures), NOW)
        assert found is not None
        waits.append((found.at - NOW).total_seconds() / 60)
    assert waits == [2, 4, 8, 16, 32, 60, 60, 60]


def test_a_first_read_that_failed_is_tried_again() -> None:
    assert due(replace(NEW, tried_at=NOW, failures=1), NOW) == Due(NOW + timedelta(minutes=2), Kind.WALK)


def test_a_failure_makes_nothing_due_that_was_not() -> None:
    assert due(replace(FRESH, failures=3), NOW) == due(FRESH, NOW)


@given(st.integers(1, 10_000))
def test_the_wait_after_failures_has_an_end(failures: int) -> None:
    assert timedelta() < backoff(failures) <= LONGEST_WAIT
    assert backoff(failures) <= backoff(failures + 1)


@given(STATES)
def test_a_clock_that_was_ahead_counts_as_right_now(state: ShelfState) -> None:
    def known(moment: datetime | None) -> datetime | None:
        return None if moment is None else min(moment, NOW)

    right = replace(
        state,
        active_at=min(state.active_at, NOW),
        walked_at=known(state.walked_at),
        checked_at=known(state.checked_at),
        tried_at=known(state.tried_at),
    )
    assert due(state, NOW) == due(right, NOW)


@given(st.timedeltas(timedelta(), 2 * TURN))
def test_a_clock_set_back_an_hour_brings_a_turn_no_later(since: timedelta) -> None:
    """By the time that really passed: who waits for 5 h 30 min waits for no 6 h 30 min."""
    really = NOW + since
    shown = really - HOUR
    before, after = due(FRESH, really), due(FRESH, shown)
    assert before is not None
    assert after is not None
    assert after.at - shown <= max(before.at - really, timedelta()) + HOUR
    if since <= HOUR:
        assert after.at - shown == TURN


@given(
    STATES,
    st.sampled_from(["America/Los_Angeles", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu"]),
    st.integers(-180, 180),
)
def test_no_time_zone_and_no_summer_time_has_a_say(state: ShelfState, name: str, days: int) -> None:
    zone, now = ZoneInfo(name), NOW + days * DAY

    def local(moment: datetime | None) -> datetime | None:
        return None if moment is None else moment.astimezone(zone)

    there = replace(
        state,
        active_at=state.active_at.astimezone(zone),
        walked_at=local(state.walked_at),
        checked_at=local(state.checked_at),
        tried_at=local(state.tried_at),
    )
    assert due(there, now.astimezone(zone)) == due(state, now)


@pytest.mark.parametrize("every", [every for every in Every if every is not Every.OFF])
def test_three_days_asleep_are_made_up_for_by_one_turn(every: Every) -> None:
    asleep = replace(FRESH, every=every)
    woken = NOW + 3 * DAY
    missed = due(asleep, woken)
    assert missed is not None
    if every is Every.WEEKLY:
        assert missed.at > woken
        return
    assert (missed.at <= woken, missed.kind) == (True, Kind.WALK)
    caught_up = due(replace(asleep, walked_at=woken, checked_at=woken, tried_at=woken), woken)
    assert caught_up is not None
    assert caught_up.at == woken + (every.interval or DAY)


@given(STATES, st.timedeltas(timedelta(), timedelta(days=400)))
def test_while_many_are_late_a_walk_gives_way_to_a_probe_for_a_day_and_a_half_at_most(
    state: ShelfState, since: timedelta
) -> None:
    now = NOW + since
    turn = Due(now, Kind.WALK)
    is_old = state.walked_at is None or now - min(state.walked_at, now) >= LONGEST_UNWALKED
    assert kind_when_pressed(state, turn, now) is (Kind.WALK if is_old else Kind.PROBE)
