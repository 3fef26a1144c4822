"""Jumping to a record by typing what it begins with."""

from __future__ import annotations

from datetime import UTC, datetime

from core.domain.collection import Collection
from core.domain.release import Format
from core.domain.sorting import SortKey
from core.domain.view import View
from core.text import fold
from tests.factories import make_copy, make_release
from tests.tui.bare import shown
from tests.tui.records import TODAY, huge, many, name, on_screen, settled, shelf, under_cursor
from tui.widgets.finding import Finding

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.widgets import Input

ARTISTS = ("Abba", "Björk", "Bob Marley", "Bob Dylan", "Burning Spear", "Can", "Çağrı", "The The", "The Upsetters")


async def test_typed_letters_lead_to_the_first_record_that_begins_with_them() -> None:
    async with on_screen(shelf(ARTISTS)) as (pilot, app):
        await pilot.press("f")
        assert shown(app).splitlines()[0].strip().startswith("Find in Artist: █")
        found = []
        for key in "Bob m":
            await pilot.press({" ": "space"}.get(key, key))
            found.append(name(app))
        assert found == ["Björk", "Bob Dylan", "Bob Dylan", "Bob Dylan", "Bob Marley"]
        assert "Find in Artist: Bob m█" in shown(app)
        await pilot.press("backspace", "backspace", "backspace", "backspace", "u")
        assert name(app) == "Burning Spear" == under_cursor(app)
        await pilot.press("x")
        assert name(app) == "Burning Spear"
        assert "nothing begins with this" in shown(app)
        await pilot.press("enter")
        assert "Find" not in shown(app)
        assert app.opened == 0


async def test_letters_are_letters_until_the_search_ends_and_commands_afterwards() -> None:
    async with on_screen(shelf(("Queen", *ARTISTS))) as (pilot, app):
        await pilot.press("f", "q")
        assert (name(app), app.heard) == ("Queen", 0)
        await pilot.press("escape", "q")
        assert (name(app), app.heard) == ("Queen", 1)
        await pilot.press("f", "c", "down")
        assert name(app) == "Can"
        assert "Find" not in shown(app)
        await pilot.press("f", "backspace", "q")
        assert app.heard == 2
        await pilot.press("f")
        await pilot.click("#table", offset=(4, 1))
        await pilot.press("q")
        assert (name(app), app.heard) == ("Abba", 3)


async def test_the_search_begins_at_the_highlight_and_goes_round() -> None:
    view = shelf(ARTISTS).sorted((SortKey("artist", descending=True),))
    async with on_screen(view) as (pilot, app):
        await pilot.press("f", "b", "escape")
        assert name(app) == "Burning Spear"
        await pilot.press("down", "f", "b", "escape")
        assert name(app) == "Bob Marley"
        await pilot.press("end", "f", "t", "h", "e", "space", "escape")
        assert name(app) == "The Upsetters"


async def test_what_is_found_far_away_is_seen_with_what_stands_around_it() -> None:
    async with on_screen(shelf([f"A {number:03}" for number in range(300)] + list(ARTISTS) * 30)) as (pilot, app):
        await pilot.press("f", "b", "o")
        assert name(app) == "Bob Dylan" == under_cursor(app)
        assert 3 <= app.table.highlighted_line <= 12


async def test_a_search_goes_on_in_the_view_that_a_sync_brings() -> None:
    async with on_screen(shelf(ARTISTS)) as (pilot, app):
        await pilot.press("f", "b")
        await settled(pilot, app, shelf(("Bobby", *ARTISTS)))
        await pilot.press("o", "b", "b")
        assert (name(app), app.heard) == ("Bobby", 0)
        await settled(pilot, app, many(0))
        await pilot.press("q", "escape")
        assert app.heard == 0


async def test_whoever_goes_elsewhere_searches_no_longer() -> None:
    async with on_screen(shelf(ARTISTS)) as (pilot, app):
        await app.mount(other := Input())
        await pilot.press("f")
        other.focus()
        await pilot.pause()
        app.table.focus()
        await pilot.press("q")
        assert app.heard == 1


FOUND = [
    ("title", "ver", 0),
    ("label", "stud", 1),
    ("number", "so 2", 2),
    ("format", "7", 1),
    ("year", "198", 2),
    ("folder", "r", None),
    ("media", "nm", 1),
    ("rating", "4", 2),
    ("added", "2023-0", 1),
    ("genre", "funk", 2),
]


@pytest.mark.parametrize(("column", "typed", "expected"), FOUND, ids=[column for column, *_ in FOUND])
def test_records_are_found_by_whatever_they_are_sorted_by(column: str, typed: str, expected: int | None) -> None:
    copies = (
        make_copy(0, make_release(0, "Version", artist="Z", label="Attack", catno="AT 1")),
        make_copy(
            1,
            make_release(1, "Wolf", label="Studio One", catno="SO 1", formats=[Format("Vinyl", "1", "", ('7"',))]),
            fields={1: "Near Mint (NM or M-)"},
            added=datetime(2023, 3, 4, tzinfo=UTC),
        ),
        make_copy(2, make_release(2, "Yard", label="Self", catno="SO 2", year=1983, genres=["Funk / Soul"]), rating=4),
    )
    view = View.of(Collection(copies), (SortKey(column),), today=TODAY)
    finding = Finding(view, 0)
    finding.type(typed)
    assert (None if finding.row is None else view.copies[finding.row].instance_id) == expected


LETTERS = st.text(st.sampled_from("ab é"), max_size=3)


@given(st.lists(LETTERS, min_size=1, max_size=12), st.integers(0, 11), st.lists(LETTERS, max_size=6), st.booleans())
def test_a_search_finds_what_looking_at_every_row_would(
    artists: list[str], origin: int, typed: list[str], by_title: bool
) -> None:
    """Whatever was typed before."""
    copies = (
        make_copy(at, make_release(at, title=text if by_title else "", artist="" if by_title else text))
        for at, text in enumerate(artists)
    )
    view = View.in_this_order(Collection(tuple(copies)), (SortKey("title" if by_title else "artist"),))
    origin %= len(artists)
    finding = Finding(view, origin)
    for text in typed:
        finding.type(text)
        wanted = fold(text) + (" " if fold(text) and text.endswith(" ") else "")
        rows = [*range(origin, len(artists)), *range(origin)]
        expected = next((row for row in rows if fold(artists[row]).startswith(wanted)), None)
        assert finding.row == (expected if wanted else origin)


def test_rows_are_got_ready_a_portion_at_a_time_and_the_first_letter_waits_for_none() -> None:
    view = huge(10_000)
    finding = Finding(view, 5_000)
    assert [finding.prepare() for _ in range(3)] == [False, False, True]
    finding.type("artist 049")
    early = Finding(view, 5_000)
    early.type("artist 049")
    assert finding.row == early.row == 4_900


async def test_a_search_among_a_hundred_thousand_paints_one_screen_a_letter() -> None:
    async with on_screen(huge(), (160, 48)) as (pilot, app):
        await pilot.press("f")
        app.table.lines = 0
        await pilot.press(*"artist", "space", "0")
        assert app.table.lines == 8  # The prompt each time: the first row begins with all of that.
        await pilot.press("9", "9")
        assert name(app) == "Artist 099"
        assert app.table.lines <= 8 + 2 * 49
