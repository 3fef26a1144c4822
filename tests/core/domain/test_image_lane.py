"""The lane to the image host: its pace, how many are under way, and when it rests."""

from __future__ import annotations

from itertools import pairwise

from core.domain import image_lane
from core.domain.covers import Key, Size
from core.domain.ids import ReleaseId
from core.domain.image_lane import AT_ONCE, FLIGHT, PACE, Elsewhere, Hold, ImageLane, denied, hold, landed, refused

import pytest
from hypothesis import given
from hypothesis import strategies as st

NOW = 1_000_000.0
A, B, C = (Key(ReleaseId(number), Size.LARGE) for number in (1, 2, 3))


def asked(lane: ImageLane, key: Key, now: float) -> ImageLane:
    lane, held = image_lane.ask(lane, key, now)
    assert held is None
    return lane


def test_pictures_are_asked_for_at_an_even_pace() -> None:
    lane = asked(ImageLane(), A, NOW)
    assert image_lane.ask(lane, B, NOW + 1.0)[1] == Hold(PACE - 1.0)
    assert 60 / PACE == 15
    asked(lane, B, NOW + PACE)


def test_two_are_under_way_and_the_third_waits_for_one_to_land() -> None:
    lane = asked(asked(ImageLane(), A, NOW), B, NOW + PACE)
    assert AT_ONCE == 2
    held = image_lane.ask(lane, C, NOW + 2 * PACE)[1]
    assert isinstance(held, Hold)
    assert not held.is_rest
    asked(landed(lane, A), C, NOW + 2 * PACE)


def test_what_is_under_way_elsewhere_is_not_asked_for_twice() -> None:
    lane = asked(ImageLane(), A, NOW)
    assert image_lane.ask(lane, A, NOW + PACE)[1] == Elsewhere()


def test_a_process_that_was_killed_blocks_nothing_for_long() -> None:
    lane = asked(asked(ImageLane(), A, NOW), B, NOW + PACE)
    asked(lane, A, NOW + PACE + FLIGHT)


def test_a_refusal_rests_a_minute_and_then_twice_as_long_up_to_an_hour() -> None:
    lane, now, rests = ImageLane(), NOW, []
    for _ in range(8):
        lane = refused(lane, now)
        held = hold(lane, now)
        assert held is not None
        assert held.is_rest
        rests.append(held.seconds)
        now += held.seconds
    assert rests == [60, 120, 240, 480, 960, 1_920, 3_600, 3_600]


def test_the_host_may_say_how_long_and_a_good_answer_begins_anew() -> None:
    lane = refused(ImageLane(), NOW, 17.0)
    assert hold(lane, NOW) == Hold(17.0, is_rest=True)
    assert hold(refused(ImageLane(), NOW, 1e9), NOW) == Hold(86_400.0, is_rest=True)
    lane = landed(refused(refused(ImageLane(), NOW), NOW + 60), A)
    assert hold(refused(lane, NOW + 500), NOW + 500) == Hold(60.0, is_rest=True)


def test_those_that_were_under_way_together_are_refused_once() -> None:
    lane = refused(refused(ImageLane(), NOW), NOW + 1.0)
    assert (lane.refusals, lane.rests_until) == (1, NOW + 60)


def test_new_addresses_that_are_refused_again_and_again_rest_the_lane() -> None:
    lane = denied(denied(ImageLane(), NOW), NOW)
    assert hold(lane, NOW) is None
    assert hold(denied(lane, NOW), NOW) == Hold(60.0, is_rest=True)
    assert hold(denied(landed(lane, A), NOW), NOW) is None


@pytest.mark.parametrize("ahead", [3_600.0, 1e9])
def test_a_clock_that_was_ahead_does_not_stop_the_lane(ahead: float) -> None:
    lane = asked(ImageLane(), A, NOW + ahead)
    assert hold(lane, NOW) == Hold(PACE)
    lane = refused(ImageLane(), NOW + 1e9)
    held = hold(lane, NOW)
    assert held is not None
    assert held.seconds <= 86_400


@given(st.lists(st.tuples(st.sampled_from((A, B, C)), st.floats(0, 10), st.booleans()), max_size=60))
def test_whatever_comes_the_pace_and_the_number_under_way_hold(moves: list[tuple[Key, float, bool]]) -> None:
    lane, now, at = ImageLane(), NOW, []
    under_way: set[Key] = set()
    for key, passed, lands in moves:
        now += passed
        if lands:
            lane = landed(lane, key)
            under_way.discard(key)
            continue
        lane, held = image_lane.ask(lane, key, now)
        if held is None:
            at.append(now)
            under_way = {one.key for one in lane.flights}
        assert len(under_way) <= AT_ONCE
    assert all(later - earlier >= PACE for earlier, later in pairwise(at))
