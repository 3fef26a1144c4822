"""Looking through a collection: filter, order and columns, and a highlight that stays where it is."""

from __future__ import annotations

from pathlib import Path

from tests.tui.journeys import (
    SIZES,
    filter_text,
    gone,
    header,
    highlighted,
    key_event,
    nearest_line,
    paste,
    press,
    rows,
    sees,
    synced,
    write,
)
from tests.tui.screen import SMALL, WIDE, browse, opened, shown, status, table, to_records, until
from tui.widgets.filter_line import FilterLine

from textual.pilot import Pilot


def marked(pilot: Pilot[None]) -> str:
    """What is underlined in the filter line."""
    line = browse(pilot).query_one(FilterLine).region.y
    strip = pilot.app.screen._compositor.render_strips()[line]
    return "".join(segment.text for segment in strip if segment.style and segment.style.underline)


def years(pilot: Pilot[None]) -> list[int]:
    """The years of the records that can be seen."""
    place = header(pilot).index("Year")
    return [int(row[place : place + 4]) for row in rows(pilot)]


async def click_on(pilot: Pilot[None], title: str, *, shift: bool = False, control: bool = False) -> None:
    place = (table(pilot).gutter.left + header(pilot).index(title), 0)
    await pilot.click(table(pilot), offset=place, shift=shift, control=control)


@SIZES
async def test_a_filter_is_typed_with_errors_and_completions_on_the_way(tmp_path: Path, size: tuple[int, int]) -> None:
    async with synced(tmp_path) as tonight, opened(tonight.core, size) as pilot:
        await write(pilot, "alder")
        await until(pilot, lambda: status(pilot).startswith("5 of 60 copies"))
        good = rows(pilot)
        await paste(pilot, " gnre:r")
        await sees(pilot, "Expected a field; did you mean genre:?")
        assert marked(pilot) == "gnre:"
        assert rows(pilot) == good
        assert status(pilot).startswith("5 of 60 copies")
        await press(pilot, *["backspace"] * 6)
        await gone(pilot, "Expected")
        assert marked(pilot) == ""
        await press(pilot, *"ge", "tab")
        assert filter_text(pilot) == "alder genre:"
        await sees(pilot, "Reggae 30")
        await sees(pilot, "Rock 25")
        await press(pilot, *"ro", "tab")
        assert filter_text(pilot) == "alder genre:Rock"
        await until(pilot, lambda: status(pilot).startswith("3 of 60 copies"))
        await sees(pilot, "alder, genre Rock")
        await to_records(pilot)
        assert ["Side 03" in row or "Side 04" in row or "Side 05" in row for row in rows(pilot)] == [True] * 3
        await press(pilot, "down")
        assert highlighted(pilot).release.title == "Side 04"


async def test_keys_that_come_in_one_piece_go_where_those_typed_one_by_one_go(tmp_path: Path) -> None:
    async with synced(tmp_path) as tonight, opened(tonight.core) as pilot:
        for key in ("/", *"quid", "enter", "escape", "/", *"gum", "enter", "j"):
            pilot.app.post_message(key_event(key))
        await until(pilot, lambda: filter_text(pilot) == "gum" and status(pilot).startswith("5 of 60 copies"))
        await until(pilot, lambda: table(pilot).has_focus and highlighted(pilot).release.title == "Side 32")
        assert browse(pilot)._account is not None
        assert not browse(pilot).is_syncing


async def test_escape_takes_every_filter_away_and_the_highlight_stays(tmp_path: Path) -> None:
    async with synced(tmp_path) as tonight, opened(tonight.core, SMALL) as pilot:
        await write(pilot, "genre:jazz -year:1966 hazel")
        await to_records(pilot)
        await until(pilot, lambda: status(pilot).startswith("1 of 60 copies"))
        copy = highlighted(pilot)
        await press(pilot, "escape")
        await until(pilot, lambda: status(pilot).startswith("60 of 60 copies"))
        assert filter_text(pilot) == ""
        assert highlighted(pilot) == copy
        await write(pilot, "hazel year:x")
        await sees(pilot, "Expected a year")
        await to_records(pilot)
        await press(pilot, "escape")
        await until(pilot, lambda: status(pilot).startswith("60 of 60 copies"))
        await gone(pilot, "Expected a year")
        assert highlighted(pilot) == copy


@SIZES
async def test_the_highlight_stays_on_its_copy_and_its_line(tmp_path: Path, size: tuple[int, int]) -> None:
    async with synced(tmp_path) as tonight, opened(tonight.core, size) as pilot:
        await press(pilot, "down", "down", "down", "down", "pagedown")
        copy, line = highlighted(pilot), table(pilot).highlighted_line
        assert line >= 4
        await write(pilot, "-alder")
        await to_records(pilot)
        await until(pilot, lambda: status(pilot).startswith("55 of 60 copies"))
        assert (highlighted(pilot), table(pilot).highlighted_line) == (copy, line)
        await press(pilot, "escape")
        await until(pilot, lambda: status(pilot).startswith("60 of 60 copies"))
        assert (highlighted(pilot), table(pilot).highlighted_line) == (copy, line)
        await click_on(pilot, "Title")
        await click_on(pilot, "Title")
        await until(pilot, lambda: "Title▼" in header(pilot))
        assert highlighted(pilot) == copy
        assert table(pilot).highlighted_line == nearest_line(pilot, line)
        line = table(pilot).highlighted_line
        await press(pilot, "c")
        await sees(pilot, "Show these columns")
        await press(pilot, "enter", "a")
        await until(pilot, lambda: not header(pilot).strip().startswith("Artist"))
        assert (highlighted(pilot), table(pilot).highlighted_line) == (copy, line)
        await press(pilot, "down")
        assert highlighted(pilot) != copy


async def test_headings_sort_turn_round_and_add_keys(tmp_path: Path) -> None:
    async with synced(tmp_path) as tonight, opened(tonight.core, WIDE) as pilot:
        await click_on(pilot, "Year")
        await until(pilot, lambda: "Year▲ " in header(pilot))
        await press(pilot, "home")
        assert years(pilot) == sorted(years(pilot))
        await click_on(pilot, "Year")
        await until(pilot, lambda: "Year▼ " in header(pilot))
        await press(pilot, "home")
        assert years(pilot) == sorted(years(pilot), reverse=True)
        assert [row.split()[0] for row in rows(pilot)[:1]] == ["Hazel"]
        await click_on(pilot, "Artist", control=True)
        await until(pilot, lambda: "Year▼¹" in header(pilot) and "Artist▲²" in header(pilot))
        await click_on(pilot, "Artist", shift=True)
        await until(pilot, lambda: "Artist▼²" in header(pilot))
        await press(pilot, "end")
        assert [row.split()[0] for row in rows(pilot)[-3:]] == ["Ironwood", "Alder", "Hazel"]
        await click_on(pilot, "Artist", shift=True)
        await until(pilot, lambda: "Year▼ " in header(pilot) and "Artist " in header(pilot))


@SIZES
async def test_order_and_columns_are_chosen_in_dialogs_and_left_as_they_were(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with synced(tmp_path) as tonight, opened(tonight.core, size) as pilot:
        usual = header(pilot).split()
        await press(pilot, "o")
        await sees(pilot, "1 ▲ Artist A to Z")
        await press(pilot, "down", "space", "space")
        await sees(pilot, "2 ▼ Title Z to A")
        await press(pilot, "a")
        await until(pilot, lambda: "Artist▲¹" in header(pilot) and "Title▼²" in header(pilot))
        await press(pilot, "home")
        assert [row.split()[2] for row in rows(pilot)[:3]] == ["05", "04", "03"]
        await press(pilot, "o", "down", "enter", "escape")
        await gone(pilot, "Sort like this")
        assert "Artist▲¹" in header(pilot)
        await press(pilot, "c", "J", "down", "enter", "a")
        await until(pilot, lambda: header(pilot).split()[:2] == ["Title▼²", "Artist▲¹"])
        assert "Year" not in header(pilot)
        await press(pilot, "c", "down", "enter", "escape")
        await gone(pilot, "Show these columns")
        assert header(pilot).split()[:2] == ["Title▼²", "Artist▲¹"]
        await press(pilot, "c", "r", "a", "o", "enter", "a")
        await until(pilot, lambda: header(pilot).split() == usual)
        assert table(pilot).has_focus


async def test_while_a_filter_is_typed_the_last_line_says_how_to_leave_it(tmp_path: Path) -> None:
    async with synced(tmp_path) as tonight, opened(tonight.core, SMALL) as pilot:
        await write(pilot, "")
        await sees(pilot, "Keep the filter")
        last = shown(pilot).split("\n")[-1]
        assert " ".join(last.split()) == "⏎ Keep the filter tab Take the completion esc Clear the filter"
        await press(pilot, "/")
        assert filter_text(pilot) == "/"
        await press(pilot, "escape")
        await sees(pilot, "/ Filter")
