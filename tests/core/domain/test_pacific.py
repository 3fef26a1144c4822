"""Times of Discogs' own zone, held against the system's own knowledge of it where there is any."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, datetime, timedelta

from core.domain.pacific import from_pacific

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

ZONE = zoneinfo.ZoneInfo("America/Los_Angeles")


@pytest.mark.parametrize(
    ("wall", "moment"),
    [
        ("2020-11-18T19:17:05", datetime(2020, 11, 19, 3, 17, 5, tzinfo=UTC)),
        ("2022-05-11T18:29:49", datetime(2022, 5, 12, 1, 29, 49, tzinfo=UTC)),
        ("2006-03-20T12:00:00", datetime(2006, 3, 20, 20, tzinfo=UTC)),
        ("2007-03-20T12:00:00", datetime(2007, 3, 20, 19, tzinfo=UTC)),
        ("2024-11-03T01:30:00", datetime(2024, 11, 3, 8, 30, tzinfo=UTC)),
    ],
    ids=["winter", "summer", "before the new rule", "by the new rule", "the hour that comes twice"],
)
def test_a_time_there_is(wall: str, moment: datetime) -> None:
    assert from_pacific(datetime.fromisoformat(wall)) == moment


@given(st.datetimes(datetime.fromisoformat("1990-01-01"), datetime.fromisoformat("2037-12-31")))
@example(datetime.fromisoformat("2000-04-02T03:00"))
@example(datetime.fromisoformat("2006-10-29T00:59"))
def test_it_is_what_the_zone_says_whenever_a_clock_there_can_show_it(wall: datetime) -> None:
    wall = wall.replace(fold=0)
    there = wall.replace(tzinfo=ZONE)
    if there.astimezone(UTC).astimezone(ZONE).replace(tzinfo=None) != wall:
        wall += timedelta(hours=1)  # An hour that is left out in spring.
        there = wall.replace(tzinfo=ZONE)

    assert from_pacific(wall) == there.astimezone(UTC)
