"""Which automatic backups stay: seven days and four weeks of them, however often the computer was on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from core.domain.backup import DAYS, WEEKS, kept

import pytest

NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def after(days: int, *, every: int = 1) -> tuple[list[datetime], datetime]:
    """What is left after so many days with a backup every so many, and the last moment."""
    left: set[datetime] = set()
    now = NOON
    for number in range(0, days, every):
        now = NOON + number * DAY
        left = set(kept(left | {now}, now))
    return sorted(left), now


def test_after_years_there_are_seven_daily_and_four_weekly_ones() -> None:
    left, now = after(800)

    assert len(left) == DAYS + WEEKS
    assert left[-DAYS:] == [now - number * DAY for number in reversed(range(DAYS))]
    weeks = [moment.isocalendar()[:2] for moment in left[:WEEKS]]
    assert len(set(weeks)) == WEEKS


@pytest.mark.parametrize("days", range(40, 60))
def test_on_every_day_the_oldest_is_three_weeks_old_or_more_and_no_gap_is_longer_than_a_week(days: int) -> None:
    left, now = after(days)

    assert now - left[0] >= 21 * DAY
    assert max(late - early for early, late in pairwise(left)) <= 7 * DAY


def test_a_computer_that_was_off_for_a_year_keeps_what_it_has() -> None:
    left, now = after(60)

    assert kept([*left, now + 365 * DAY], now + 365 * DAY) >= set(left[-DAYS + 1 :])


def test_one_that_is_on_once_a_week_keeps_eleven_weeks() -> None:
    left, now = after(200, every=7)

    assert left == [now - number * 7 * DAY for number in reversed(range(DAYS + WEEKS))]


def test_of_several_of_a_day_the_newest_stays() -> None:
    made = [NOON + timedelta(hours=hour) for hour in (0, 2, 5)]

    assert kept(made, NOON + timedelta(hours=6)) == {made[-1]}


def test_a_clock_that_is_years_behind_lets_nothing_go() -> None:
    left, _ = after(60)
    wrong = datetime(1970, 1, 1, tzinfo=UTC)

    assert kept([*left, wrong], wrong) == {*left, wrong}


def test_a_clock_that_was_years_ahead_pushes_nothing_out() -> None:
    left, now = after(60)
    wrong = [now + 2_000 * DAY + number * DAY for number in range(20)]

    assert kept([*left, *wrong], now) == {*left, *wrong}
