"""What somebody means by the moment at which they played something, and by the name of a release."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from core.domain.ids import ReleaseId
from core.domain.plays import check, heard, number_of, release_of
from core.errors import PlayAhead, PlayTooEarly

import pytest
from hypothesis import given
from hypothesis import strategies as st

NOW: Final = datetime(2026, 3, 14, 20, 30, tzinfo=UTC)
EAST: Final = timezone(timedelta(hours=9))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("now", NOW),
        (" NOW ", NOW),
        ("20min", NOW - timedelta(minutes=20)),
        ("2h", NOW - timedelta(hours=2)),
        ("2 H", NOW - timedelta(hours=2)),
        ("3d", NOW - timedelta(days=3)),
        ("2w", NOW - timedelta(days=14)),
        ("1m", NOW - timedelta(days=30)),
        ("1y", NOW - timedelta(days=365)),
        ("today", datetime(2026, 3, 14, 12, tzinfo=UTC)),
        ("yesterday", datetime(2026, 3, 13, 12, tzinfo=UTC)),
        ("2026-03-01", datetime(2026, 3, 1, 12, tzinfo=UTC)),
        ("20260301", datetime(2026, 3, 1, 12, tzinfo=UTC)),
        ("2026-03-01T21:30", datetime(2026, 3, 1, 21, 30)),  # noqa: DTZ001 - whose zone it is, the caller knows
        ("2026-03-01 21:30", datetime(2026, 3, 1, 21, 30)),  # noqa: DTZ001 - as above
        ("2026-03-01t21:30z", datetime(2026, 3, 1, 21, 30, tzinfo=UTC)),
        ("2026-03-01T21:30+09:00", datetime(2026, 3, 1, 12, 30, tzinfo=UTC)),
    ],
)
def test_a_moment_is_what_is_meant(said: str, expected: datetime) -> None:
    assert heard(said, NOW) == expected


@pytest.mark.parametrize(
    "said", ["", "soon", "2", "2x", "-2h", "1700", "12:30", "2026-13-01", "2026-02-30", "٢h", "3 d 4"]
)
def test_what_is_no_moment_is_none(said: str) -> None:
    assert heard(said, NOW) is None


def test_today_before_noon_is_now() -> None:
    morning = NOW.replace(hour=7)
    assert heard("today", morning) == heard("2026-03-14", morning) == morning


def test_where_something_begins_a_day_is_its_midnight() -> None:
    for said in ("2026-03-14", "today"):
        assert heard(said, NOW, begins=True) == NOW.replace(hour=0, minute=0)
    assert heard("yesterday", NOW, begins=True) == datetime(2026, 3, 13, tzinfo=UTC)
    assert heard("2h", NOW, begins=True) == heard("2h", NOW)


def test_yesterday_is_that_of_whoever_says_it() -> None:
    """At half past eight in the evening in London it is the next day in Tokyo."""
    assert heard("yesterday", NOW.astimezone(EAST)) == datetime(2026, 3, 14, 12, tzinfo=UTC)


@given(st.text(max_size=30) | st.from_regex(r"\d{1,6}(min|[hdwmy])", fullmatch=True))
def test_no_text_ends_in_anything_but_a_moment_or_none(said: str) -> None:
    found = heard(said, NOW)
    assert found is None or isinstance(found, datetime)


def test_what_is_to_come_is_refused_and_what_is_now_is_not() -> None:
    check(NOW, NOW)
    with pytest.raises(PlayAhead) as refused:
        check(NOW + timedelta(microseconds=1), NOW)
    assert refused.value.at == NOW + timedelta(microseconds=1)


def test_what_was_before_there_were_records_is_refused() -> None:
    check(datetime(1877, 1, 1, tzinfo=UTC), NOW)
    for at in (datetime(1876, 12, 31, 23, 59, tzinfo=UTC), datetime.min.replace(tzinfo=UTC)):
        with pytest.raises(PlayTooEarly):
            check(at, NOW)


@pytest.mark.parametrize(
    "text",
    [
        "r123",
        "R123",
        "[r123]",
        "[r=123]",
        " r123 ",
        "https://www.discogs.com/release/123",
        "http://discogs.com/release/123",
        "www.discogs.com/release/123-The-Gunmen-Kingston-Echoes",
        "https://www.discogs.com/release/123-%C5%81%C3%B3d%C5%BA?ev=rr#tracks",
        "https://www.discogs.com/de/release/123-X",
        "https://www.discogs.com/pt_BR/release/123-X",
        "https://www.discogs.com/The-Gunmen-Kingston-Echoes/release/123",
        "https://api.discogs.com/release/123",
    ],
)
def test_a_release_is_known_by_its_number_in_many_forms(text: str) -> None:
    assert release_of(text) == ReleaseId(123)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "123",
        "r",
        "r0",
        "r12x",
        "dub r123",
        "m123",
        "r99999999999999999999",
        "https://www.discogs.com/master/123",
        "https://www.discogs.example/release/123",
        "https://evil.example/?discogs.com/release/123",
        "https://www.discogs.com/release/",
        "r١٢٣",
    ],
)
def test_what_names_no_release_for_certain_is_none(text: str) -> None:
    assert release_of(text) is None


def test_a_number_alone_may_be_one() -> None:
    assert number_of(" 123 ") == ReleaseId(123)
    assert [number_of(text) for text in ("", "0", "r1", "1.5", "-1", "٣", "9" * 17, "9007199254740992")] == [None] * 8


@given(st.text(max_size=60))
def test_no_text_is_too_odd_to_be_looked_at(text: str) -> None:
    for found in (release_of(text), number_of(text)):
        assert found is None or 0 < found < 2**53
