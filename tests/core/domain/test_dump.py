"""What a dump is called, what a list of checksums says of it, and when it will be over."""

from __future__ import annotations

from datetime import UTC, date, datetime

from core.domain.dump import Wanted, day_in, day_of, list_of, listed, moment_of, name_of, seconds_left
from core.domain.ids import MasterId, ReleaseId

import pytest

A, B = "0a" * 32, "FF" * 32


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("discogs_20260801_masters.xml.gz", date(2026, 8, 1)),
        ("discogs_20240229_masters.xml", date(2024, 2, 29)),
        ("discogs_20260801_", date(2026, 8, 1)),
        ("discogs_20260231_masters.xml.gz", None),
        ("discogs_2026080_masters.xml.gz", None),
        ("discogs_２０２６０８０１_masters.xml.gz", None),
        ("my discogs_20260801_masters.xml.gz", None),
        ("masters.xml.gz", None),
        ("", None),
    ],
)
def test_the_day_of_a_dump_stands_in_its_name(name: str, day: date | None) -> None:
    assert day_in(name) == day


def test_a_day_has_a_file_a_list_and_a_first_moment() -> None:
    assert day_of("20260801") == date(2026, 8, 1)
    assert day_in(name_of(date(2026, 8, 1))) == date(2026, 8, 1)
    assert list_of(date(2026, 8, 1)) == "discogs_20260801_CHECKSUM.txt"
    assert moment_of(date(2026, 8, 1)) == datetime(2026, 8, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (f"{A} a.gz", {A}),
        (f"{B}  a.gz\r", {B.lower()}),
        (f"{A} *a.gz", {A}),
        (f"{A}\t./dumps/a.gz  ", {A}),
        (f"{A} b.gz\n{B} a.gz\n{A} a.gz.old", {B.lower()}),
        (f"{A} a.gz\n{B} a.gz", {A, B.lower()}),
        (f"{A[:-1]} a.gz", set()),
        (f"{A}a.gz", set()),
        (f"a.gz {A}", set()),
        (f"{A} ", set()),
        ("", set()),
        ("<html>Too many requests</html>", set()),
    ],
)
def test_a_list_gives_the_sums_of_a_name(line: str, found: set[str]) -> None:
    assert listed(line, "a.gz") == found


def test_the_same_wishes_have_the_same_fingerprint_and_others_another() -> None:
    masters, releases = [MasterId(number) for number in (9, 1, 5)], [ReleaseId(9)]
    wishes = [
        Wanted(),
        Wanted(masters=frozenset(masters)),
        Wanted(masters=frozenset(masters[1:])),
        Wanted(releases=frozenset(map(ReleaseId, (9, 1, 5)))),
        Wanted(masters=frozenset(masters), releases=frozenset(releases)),
        Wanted(everything=True),
    ]

    assert len({wanted.fingerprint for wanted in wishes}) == len(wishes)
    assert Wanted(masters=frozenset(reversed(masters))).fingerprint == wishes[1].fingerprint


def test_what_is_left_takes_as_long_as_what_was_read() -> None:
    assert seconds_left(300, 1_000, 100, 2.0) == 7.0
    assert seconds_left(1_000, 1_000, 100, 2.0) == 0.0
    assert seconds_left(2_000, 1_000, 100, 2.0) == 0.0
    assert [seconds_left(300, None, 100, 2.0), seconds_left(100, 1_000, 100, 2.0), seconds_left(9, 10, 0, 0)] == [
        None
    ] * 3
