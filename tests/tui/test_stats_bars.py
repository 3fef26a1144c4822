"""Bars and columns: how long they are, that nothing is wider than the room there is, and that no part is lost."""

from __future__ import annotations

from tests.tui.hostile import HOSTILE
from tui.render.stats import MONTHS
from tui.render.stats_bars import Bar, bars, columns_of, lying, share, standing, under
from tui.render.stats_words import month_name, month_number

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

BARS = st.builds(
    Bar,
    name=st.sampled_from(HOSTILE) | st.text(max_size=30),
    number=st.none() | st.integers(1, 10**7),
    is_rest=st.booleans(),
)
PLACES = st.dictionaries(st.integers(1, 9_999), st.integers(1, 10**6), min_size=1, max_size=40).map(
    lambda found: sorted(found.items())
)


@given(st.lists(BARS, max_size=12), st.integers(1, 200), st.booleans())
def test_no_line_of_bars_is_wider_than_there_is_room(found: list[Bar], width: int, plain: bool) -> None:
    lines = list(bars(found, 10**7, width, plain=plain))
    assert len(lines) == len(found)
    assert all(cell_len(line) <= width for line in lines)


def test_bars_are_as_long_as_their_numbers_and_stand_one_under_the_other() -> None:
    lines = list(bars([Bar("Reggae", 40), Bar("東京", 10), Bar("no genre", 50, is_rest=True)], 100, 38))
    assert lines == [
        "  Reggae    ████████████████  40   40%",
        "  東京      ████              10   10%",
        "  no genre                    50   50%",
    ]
    assert list(bars([Bar("Dub", 4), Bar("and 2 more", None, is_rest=True)], 4, 30, plain=True)) == [
        "  Dub  ##############  4  100%",
        "  and 2 more",
    ]


@pytest.mark.parametrize(
    ("number", "whole", "said"),
    [(0, 0, ""), (0, 7, "0%"), (1, 1_000, "<1%"), (999, 1_000, ">99%"), (1, 3, "33%"), (7, 7, "100%")],
)
def test_a_share_never_says_none_or_all_where_it_is_not(number: int, whole: int, said: str) -> None:
    assert share(number, whole) == said


@given(st.floats(0, 1), st.integers(1, 80), st.booleans())
def test_of_what_is_not_nothing_something_can_be_seen(part: float, width: int, plain: bool) -> None:
    drawn = lying(part, width, plain=plain)
    assert len(drawn) == width
    assert bool(drawn.strip()) == bool(part)


@given(PLACES, st.integers(1, 150), st.sampled_from(["years", "months"]))
def test_columns_hold_everything_and_no_more_of_them_are_made_than_fit(
    found: list[tuple[int, int]], room: int, of: str
) -> None:
    columns = columns_of(found, room) if of == "years" else columns_of(found, room, MONTHS)
    assert sum(columns.sums) == sum(number for _place, number in found)
    assert len(columns.sums) <= room
    assert columns.first <= found[0][0] < columns.first + columns.step
    assert columns.last <= found[-1][0] < columns.last + columns.step


@given(PLACES, st.integers(1, 150), st.booleans())
def test_no_line_of_columns_is_wider_than_there_is_room(found: list[tuple[int, int]], width: int, plain: bool) -> None:
    columns = columns_of(found, width - 12)
    lines = [*standing(columns, width, plain=plain), under(columns, width, (str(columns.first), str(columns.last)))]
    assert all(cell_len(line) <= width for line in lines)


def test_columns_are_as_high_as_their_numbers() -> None:
    columns = columns_of([(1970, 4), (1972, 1), (1973, 2)], 60)
    assert columns.sums == (4, 0, 1, 2)
    assert list(standing(columns, 40, height=4)) == [
        "  4 │███",
        "    │███",
        "    │███         ███",
        "  0 │███     ███ ███",
    ]
    assert under(columns, 40, ("1970", "1973")) == "     1970       1973"


def test_a_month_is_the_one_after_the_one_before() -> None:
    assert month_number("2024-01") == month_number("2023-12") + 1
    assert [month_name(month_number(name)) for name in ("0001-01", "2023-12", "2024-01")] == [
        "0001-01",
        "2023-12",
        "2024-01",
    ]
