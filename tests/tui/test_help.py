from __future__ import annotations

from typing import ClassVar

from core.domain.query import FIELDS, parse
from tests.tui.bare import SMALL, WIDE, Bare, links, said, shown, style_of
from tui.keys import Row
from tui.render.help import HEADINGS, LANGUAGE, WIDTH, blocks, in_two
from tui.screens.help import HelpScreen
from tui.themes import THEMES

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widget import Widget


class Shelf(Widget, can_focus=True):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "app.bell", "Down", id="table.down"),
        Binding("x", "app.bell", "No name, so it cannot be changed"),
    ]


class Room(Screen[None]):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "app.bell", "Sync", id="browse.sync"),
        Binding("o", "app.bell", "Order", id="browse.order"),
        Binding("z", "app.bell", "Zebra [/] crossing", id="zebra.cross"),
        *(
            Binding(f"f{number}", "app.bell", f"Nothing {number}", id=f"browse.nothing_{number}")
            for number in range(1, 13)
        ),
    ]

    def compose(self) -> ComposeResult:
        yield Shelf()
        yield Shelf()


def order_of(words: tuple[str, ...], text: str) -> list[str]:
    return sorted((word for word in words if word in text), key=text.index)


@pytest.mark.parametrize("size", [SMALL, WIDE])
@pytest.mark.parametrize("theme", [theme.name for theme in THEMES])
async def test_it_names_every_key_of_the_screen_and_of_its_widgets_once(size: tuple[int, int], theme: str) -> None:
    app = Bare(theme)
    async with app.run_test(size=(size[0], 60)) as pilot:
        room = Room()
        app.push_screen(room)
        await pilot.pause()
        app.push_screen(HelpScreen(room, site_url="https://records.example"))
        await pilot.pause()
        lines = shown(app)
        for row in (
            "s             Sync",
            "o             Order",
            "↓, j          Down",
            "z             Zebra [/] crossing",
        ):
            assert lines.count(row) == 1
        for name in ("browse.sync", "browse.order", "table.down", "zebra.cross"):
            assert name in lines
        assert "No name" not in lines
        headings = ("Everywhere", "Order, columns, facets", "How a filter is written", "In the records", "Zebra")
        if size == SMALL:
            assert order_of(headings, lines) == list(headings)
        assert "not affiliated with" in said(app)
        assert links(app) == {"https://records.example"}


async def test_two_columns_stand_side_by_side_where_there_is_room() -> None:
    async def line_of(heading: str, width: int) -> int:
        app = Bare()
        async with app.run_test(size=(width, 48)) as pilot:
            room = Room()
            app.push_screen(room)
            app.push_screen(HelpScreen(room))
            await pilot.pause()
            return next(number for number, line in enumerate(shown(app).split("\n")) if heading in line)

    assert await line_of("How a filter is written", 160) == await line_of("Everywhere", 160)
    assert await line_of("How a filter is written", 100) > await line_of("Everywhere", 100)


async def test_it_is_right_after_the_keys_were_changed() -> None:
    app = Bare()
    async with app.run_test(size=(80, 60)) as pilot:
        room = Room()
        app.push_screen(room)
        await pilot.pause()
        app.set_keymap({"browse.sync": "ctrl+r,f5", "table.down": "n"})
        app.push_screen(HelpScreen(room))
        await pilot.pause()
        lines = shown(app)
        assert "^r, f5        Sync" in lines
        assert "n             Down" in lines
        assert "↓, j" not in lines


async def test_what_is_wrong_is_said_in_full_above_everything_else() -> None:
    app = Bare()
    long = "[keys] there is nothing called [/] browse.snyc. Did you mean browse.sync? " + "More words. " * 12
    async with app.run_test(size=(80, 60)) as pilot:
        room = Room()
        app.push_screen(room)
        app.push_screen(HelpScreen(room, [long, "[terminal] theme: there is no theme nrod. Did you mean nord?"]))
        await pilot.pause()
        words = said(app)
        assert " ".join(long.split()) in words
        assert words.index("there is no theme nrod") < words.index("Everywhere")
        assert style_of(app, "nothing called").bold


@pytest.mark.parametrize("key", ["escape", "q", "enter", "question_mark"])
async def test_it_is_closed_by_any_key_that_one_would_try(key: str) -> None:
    app = Bare()
    async with app.run_test(size=SMALL) as pilot:
        room = Room()
        app.push_screen(room)
        app.push_screen(HelpScreen(room))
        await pilot.pause()
        await pilot.press(key)
        assert app.screen is room


async def test_it_scrolls_by_the_keys_of_the_records() -> None:
    app = Bare()
    async with app.run_test(size=SMALL) as pilot:
        room = Room()
        app.push_screen(room)
        app.push_screen(HelpScreen(room))
        await pilot.pause()
        text = app.screen.query_one("#help")
        places = []
        for key in ("j", "down", "k", "up", "space", "pageup", "G", "g", "end", "home"):
            await pilot.press(key)
            await pilot.pause()
            places.append(round(text.scroll_y))
        page = places[4]
        assert places[:4] == [1, 2, 1, 0]
        assert page > 10
        assert places[5:] == [0, text.max_scroll_y, 0, text.max_scroll_y, 0]


@pytest.mark.parametrize("size", [(30, 8), (10, 3)])
async def test_where_there_is_hardly_any_room_it_opens_and_closes(size: tuple[int, int]) -> None:
    app = Bare()
    async with app.run_test(size=size) as pilot:
        room = Room()
        app.push_screen(room)
        app.push_screen(HelpScreen(room))
        await pilot.pause()
        await pilot.press("G", "escape")
        assert app.screen is room


@pytest.mark.parametrize("example", [example for example, _meaning in LANGUAGE])
def test_every_example_of_the_language_is_understood(example: str) -> None:
    parse(example)


def test_every_field_is_named() -> None:
    (language,) = (block for block in blocks(()) if block.heading == "How a filter is written")
    written = language.text().plain
    assert all(f"{name}:" in written for name in FIELDS)
    assert all(cell_len(line) <= WIDTH for line in written.split("\n"))


NAMES = [f"{prefix.rstrip('.')}.{number}" for prefix, _heading in HEADINGS for number in range(9)]


@given(st.lists(st.tuples(st.sampled_from([*NAMES, "odd.one"]), st.text(max_size=60)), unique_by=lambda row: row[0]))
def test_nothing_is_lost_on_the_way_into_two_columns(given_rows: list[tuple[str, str]]) -> None:
    found = blocks([Row(name, ("k",), what) for name, what in given_rows])
    left, right = in_two(found)
    written = f"{left.plain}\n{right.plain}"
    assert all(f" {name}\n" in written for name, _what in given_rows)
    assert all(cell_len(line) <= WIDTH for line in written.split("\n"))
    longest = max(block.height for block in found)
    assert abs(left.plain.count("\n") - right.plain.count("\n")) <= longest + 2
