"""The record table, driven by keys and mouse and read as it stands."""

from __future__ import annotations

from collections.abc import Sequence

from core.domain.collection import Collection
from core.domain.ids import InstanceId
from core.domain.sorting import SortKey
from core.domain.view import View
from tests.factories import make_copy, make_release
from tests.tui.bare import shown, style_of
from tests.tui.records import TODAY, Shelf, huge, many, name, on_screen, settled, under_cursor, widths
from tui.render.rows import DEFAULT_COLUMNS
from tui.themes import DARK, LIGHT
from tui.widgets.record_table import RecordTable

import pytest
from textual import events
from textual.widgets import Input

HOSTILE = (
    "[/]",
    "[b]bold[/b]",
    "[untitled]",
    "[@click=app.quit]quit[/]",
    "שלום עולם, שלום עולם, שלום עולם",
    "مرحبا",
    "👩‍👩‍👧‍👦 family 👍🏽 🇯🇲 ❤️",
    "日本の音楽と日本の音楽と日本の音楽",
    "e\u0301 combining" + "\u0301" * 40,
    "क्षत्रिय क्\u200dष",
    "\u200djoined \u200d to \u200dnothing\u200d",
    "\u202eevil\u202c",
    "tab\tand\nbreak",
    "\x1b[31mred\x1b[0m",
    "$money {brace} \\back\\",
    "x" * 300,
    "東" * 300,
)


@pytest.mark.parametrize("width", [80, 110, 160, 200])
@pytest.mark.parametrize("columns", [DEFAULT_COLUMNS, ("genres", "folder", "label", "number", "title")])
async def test_foreign_text_keeps_every_line_as_wide_as_the_terminal(width: int, columns: Sequence[str]) -> None:
    copies = tuple(
        make_copy(
            at,
            make_release(at, text, artist=text, label=text, catno=text, genres=[text]),
            fields={1: text, 2: text},
        )
        for at, text in enumerate(HOSTILE)
    )
    async with on_screen(View.of(Collection(copies), today=TODAY), (width, 12), columns) as (pilot, app):
        seen = ""
        for _ in HOSTILE:
            seen += shown(app)
            assert widths(app) == {width}
            await pilot.press("down")
    for text in ("[/]", "[b]bold[/b]", "[untitled]", "שלום עולם", "مرحبا", "日本の音楽", "tab and break", "{brace}"):
        assert text in seen
    assert not set(seen) & set("\x1b\u202e\t")


@pytest.mark.parametrize(
    ("width", "last"), [(12, "Artist"), (20, "Artist"), (80, "Label"), (114, "Sleeve"), (160, "Added"), (200, "Added")]
)
async def test_as_many_columns_are_shown_as_there_is_room_for(width: int, last: str) -> None:
    async with on_screen(many(3), (width, 10)) as (_, app):
        header = shown(app).splitlines()[0]
        assert header.split()[-1].rstrip("▲") == last
        assert widths(app) == {width}


async def test_columns_are_shown_in_the_order_asked_for() -> None:
    async with on_screen(many(3)) as (pilot, app):
        app.table.show_columns(("year", "nonsense", "rating", "artist"))
        await pilot.pause()
        assert shown(app).splitlines()[0].split() == ["Year", "Rating", "Artist▲"]
        assert shown(app).splitlines()[1].split() == ["1976", "Artist", "00000"]
        app.table.show_columns(("nonsense",))
        await pilot.pause()
        assert shown(app).splitlines()[0].split()[:3] == ["Artist▲", "Title", "Year"]


async def test_the_header_says_by_what_the_records_are_sorted() -> None:
    async with on_screen(many(3)) as (pilot, app):
        assert "Artist▲  " in shown(app)
        await settled(pilot, app, many(3).sorted((SortKey("year", descending=True), SortKey("artist"))))
        assert "Artist▲²  " in shown(app)
        assert "Year▼¹  " in shown(app)


async def test_every_record_can_be_reached_by_keys_and_the_way_back_is_the_same() -> None:
    view = many(500)
    async with on_screen(view) as (pilot, app):
        seen = {name(app)}
        for _ in range(499):
            await app.run_action("move(1)", app.table)
            seen.add(name(app))
        assert len(seen) == 500
        await pilot.press("home")
        await pilot.press("j", "pagedown", "ctrl+f", "ctrl+d")
        assert name(app) == "Artist 00056"
        assert app.table.highlighted_line == 1
        await pilot.press("ctrl+u", "ctrl+b", "pageup", "k")
        assert name(app) == "Artist 00000"
        await pilot.press("end")
        assert name(app) == "Artist 00499" == under_cursor(app)
        assert app.table.top == 500 - 23
        await pilot.press("down", "pagedown", "G")
        assert name(app) == "Artist 00499"
        await pilot.press("g", "up", "pageup")
        assert name(app) == "Artist 00000" == under_cursor(app)
        assert app.highlighted[0] == app.highlighted[-1] == view.copies[0]


async def test_keys_do_nothing_where_there_is_no_record() -> None:
    async with on_screen(many(0)) as (pilot, app):
        await pilot.press("down", "up", "pagedown", "pageup", "end", "home", "ctrl+d", "f", "enter", "q")
        assert (app.opened, app.heard, app.highlighted) == (0, 1, [None])
        await pilot.click("#table", offset=(5, 0))
        await pilot.click("#table", offset=(5, 3))
        assert app.table.highlighted is None


@pytest.mark.parametrize("width", [80, 20])
async def test_where_there_is_no_record_it_says_why_in_the_middle(width: int) -> None:
    async with on_screen(many(0), (width, 11)) as (pilot, app):
        app.table.explain_nothing(("Nothing here.", "Press s to fetch the collection."))
        await pilot.pause()
        lines = shown(app).splitlines()
        said = [line for line in lines if line.strip()]
        assert " ".join(" ".join(said).split()) == "Nothing here. Press s to fetch the collection."
        for line in said:
            before, after = len(line) - len(line.lstrip()), width - len(line.rstrip())
            assert abs(before - after) <= 2
        assert abs(lines.index(said[0]) - (11 - lines.index(said[-1]) - 1)) <= 1
        assert widths(app) == {width}


async def test_the_highlight_stays_on_its_record_and_its_line_when_the_order_changes() -> None:
    view = many(500)
    async with on_screen(view) as (pilot, app):
        app.table.restore(InstanceId(250), 7)
        turned = view.sorted((SortKey("artist", descending=True),))
        await settled(pilot, app, turned)
        assert (name(app), app.table.highlighted_line) == ("Artist 00250", 7)
        assert under_cursor(app) == "Artist 00250"
        assert app.table.top == turned.position_of(InstanceId(250)) - 7  # type: ignore[operator]
        await settled(pilot, app, view)
        assert (name(app), app.table.highlighted_line, app.table.top) == ("Artist 00250", 7, 243)


async def test_the_highlight_stays_when_a_filter_comes_and_goes() -> None:
    view = many(500)
    async with on_screen(view) as (pilot, app):
        app.table.restore(InstanceId(255), 7)
        await settled(pilot, app, view.filtered("version 255", TODAY))
        assert (name(app), app.table.highlighted_line, app.table.top) == ("Artist 00255", 0, 0)
        await settled(pilot, app, view)
        assert name(app) == "Artist 00255" == under_cursor(app)


async def test_a_record_that_left_the_view_leaves_the_highlight_beside_it() -> None:
    view = many(500)
    async with on_screen(view) as (pilot, app):
        app.table.restore(InstanceId(250), 7)
        await settled(pilot, app, shelf_without(view, 250))
        assert (name(app), app.table.highlighted_line) == ("Artist 00251", 7)
        await settled(pilot, app, shelf_without(view, *range(230, 500)))
        assert name(app) == "Artist 00229" == under_cursor(app)


async def test_a_filter_that_matches_nothing_forgets_no_place() -> None:
    view = many(500)
    async with on_screen(view) as (pilot, app):
        app.table.restore(InstanceId(250), 7)
        await settled(pilot, app, view.filtered("nothing at all", TODAY))
        await settled(pilot, app, view.filtered("nothing at all either", TODAY))
        assert app.highlighted[-1] is None
        await settled(pilot, app, view)
        assert (name(app), app.table.highlighted_line) == ("Artist 00250", 7)
        assert app.highlighted[-1] == view.copies[250]


@pytest.mark.parametrize("between", ["version 7", "nothing at all", "version 7, nothing at all"])
async def test_a_record_that_is_filtered_away_for_a_moment_is_highlighted_again(between: str) -> None:
    view = many(500)
    async with on_screen(view) as (pilot, app):
        app.table.restore(InstanceId(250), 7)
        for text in between.split(", "):
            await settled(pilot, app, view.filtered(text, TODAY))
            assert app.table.highlighted is None or name(app) != "Artist 00250"
        await settled(pilot, app, view.filtered("version 25", TODAY))
        assert name(app) == "Artist 00250" == under_cursor(app)
        await settled(pilot, app, view)
        assert name(app) == "Artist 00250" == under_cursor(app)


async def test_who_goes_elsewhere_meanwhile_stays_there() -> None:
    view = many(500)
    async with on_screen(view) as (pilot, app):
        app.table.restore(InstanceId(250), 7)
        await settled(pilot, app, view.filtered("version 7", TODAY))
        await pilot.press("home", "down")
        chosen = name(app)
        await settled(pilot, app, view)
        assert name(app) == chosen == under_cursor(app)


async def test_a_sync_keeps_the_highlight_and_tells_of_the_copy_as_it_is_now() -> None:
    async with on_screen(many(100)) as (pilot, app):
        await pilot.press("pagedown", "pagedown")
        before, told, top = name(app), len(app.highlighted), app.table.top
        again = many(100)
        await settled(pilot, app, again)
        assert (name(app), app.table.top, len(app.highlighted)) == (before, top, told + 1)
        await settled(pilot, app, again.filtered("artist", TODAY))
        assert len(app.highlighted) == told + 1


def shelf_without(view: View, *gone: int) -> View:
    """Another state of the same collection, in which some copies are no more."""
    copies = tuple(copy for copy in view.collection.copies if copy.instance_id not in gone)
    return view.refreshed(Collection(copies))


@pytest.mark.parametrize("is_early", [True, False], ids=["before the rows", "with the rows"])
async def test_a_position_of_the_last_time_is_put_back(is_early: bool) -> None:
    view = many(500)
    async with on_screen(many(0) if is_early else view) as (pilot, app):
        assert app.table.restore(InstanceId(300), 11) is not is_early
        await settled(pilot, app, view)
        assert (name(app), app.table.highlighted_line, app.table.top) == ("Artist 00300", 11, 289)
        assert under_cursor(app) == "Artist 00300"
        assert not app.table.restore(InstanceId(999), 3)
        assert not app.table.restore(None, 3)
        await settled(pilot, app, view)
        assert name(app) == "Artist 00300"
        app.table.restore(InstanceId(2), 20)
        assert (app.table.top, app.table.highlighted_line) == (0, 2)


async def test_a_position_can_be_put_back_before_the_table_has_a_size() -> None:
    app = Shelf(many(500))
    app.table.restore(InstanceId(300), 11)
    async with app.run_test(size=(80, 24)):
        assert (name(app), app.table.highlighted_line) == ("Artist 00300", 11)
        assert under_cursor(app) == "Artist 00300"


async def test_the_terminal_can_be_made_smaller_and_larger_without_losing_the_highlight() -> None:
    async with on_screen(many(400), (160, 48)) as (pilot, app):
        await pilot.press("pagedown", "pagedown", "up", "up")
        for size in ((30, 8), (80, 24), (1, 1), (200, 60), (10, 3), (80, 24)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert name(app) == "Artist 00090"
            assert widths(app) == {size[0]}
        assert under_cursor(app) == "Artist 00090"
        await pilot.press("end")
        await pilot.resize_terminal(80, 40)
        await pilot.pause()
        assert app.table.top == 400 - 39
        assert name(app) == "Artist 00399" == under_cursor(app)


async def test_a_click_highlights_and_a_double_click_opens() -> None:
    async with on_screen(many(5)) as (pilot, app):
        await pilot.click("#table", offset=(4, 3))
        assert (name(app), app.opened) == ("Artist 00002", 0)
        await pilot.click("#table", offset=(4, 4))
        assert (name(app), app.opened) == ("Artist 00003", 0)
        await pilot.click("#table", offset=(4, 2), times=2)
        assert (name(app), app.opened) == ("Artist 00001", 1)
        await pilot.click("#table", offset=(4, 15), times=2)
        assert (name(app), app.opened) == ("Artist 00001", 1)
        await pilot.click("#table", offset=(4, 3), times=2, button=3)
        assert (name(app), app.opened) == ("Artist 00001", 1)
        await pilot.press("enter")
        assert app.opened == 2


async def test_a_click_on_a_heading_asks_for_another_order() -> None:
    async with on_screen(many(50), columns=("artist", "genres", "year")) as (pilot, app):
        line = shown(app).splitlines()[0]
        await pilot.click("#table", offset=(2, 0))
        await pilot.click("#table", offset=(line.index("Genres") + 3, 0), shift=True)
        await pilot.click("#table", offset=(line.index("Genres") - 1, 0))
        await pilot.click("#table", offset=(line.index("Year"), 0), control=True)
        assert app.sort_wanted == [("artist", False), ("genre", True), ("artist", False), ("year", True)]
        await pilot.click("#table", offset=(78, 0))
        await pilot.click("#table", offset=(78, 9))
        assert len(app.sort_wanted) == 4
        assert name(app) == "Artist 00000"


async def test_the_wheel_scrolls_and_takes_the_highlight_along() -> None:
    async with on_screen(many(100)) as (pilot, app):
        for _ in range(4):
            app.table.post_message(wheel(app.table, events.MouseScrollDown))
            await pilot.pause()
        assert app.table.top > 0
        assert app.table.highlighted_line == 0
        assert name(app) == f"Artist {app.table.top:05}" == under_cursor(app)
        assert app.highlighted[-1] == app.table.highlighted
        await pilot.press("end")
        for _ in range(4):
            app.table.post_message(wheel(app.table, events.MouseScrollUp))
            await pilot.pause()
        assert app.table.highlighted_line == 22
        assert name(app) == under_cursor(app) != "Artist 00099"


def wheel(table: RecordTable, kind: type[events.MouseEvent]) -> events.MouseEvent:
    return kind(table, 5, 5, 0, 0, 0, shift=False, meta=False, ctrl=False)


async def test_a_cursor_key_paints_two_lines_and_a_page_one_screen_of_a_hundred_thousand() -> None:
    async with on_screen(huge(), (160, 48)) as (pilot, app):
        await pilot.press("down")
        for keys, lines in ((("down",), 2), (("j", "k"), 4), (("pagedown",), 48), (("end",), 48), (("up",), 2)):
            app.table.lines = 0
            await pilot.press(*keys)
            assert app.table.lines == lines
        assert app.table.top == 100_000 - 47


async def test_showing_another_view_paints_the_table_and_no_more() -> None:
    view = huge()
    async with on_screen(view, (160, 48)) as (pilot, app):
        app.table.lines = 0
        await settled(pilot, app, view.sorted((SortKey("artist"),)))
        assert app.table.lines <= 48


async def test_another_theme_dresses_the_rows_that_were_painted_before() -> None:
    async with on_screen(many(50)) as (pilot, app):
        await pilot.press("down", "pagedown", "pageup")
        before = style_of(app, "Artist 00003")
        app.theme = LIGHT.name
        await pilot.pause()
        assert app.theme != DARK.name
        assert style_of(app, "Artist 00003").color != before.color


async def test_the_highlight_is_quieter_while_the_keys_go_elsewhere() -> None:
    async with on_screen(many(5)) as (pilot, app):
        loud = style_of(app, "Artist 00000")
        await app.mount(other := Input())
        other.focus()
        await pilot.pause()
        assert style_of(app, "Artist 00000").bgcolor not in (loud.bgcolor, style_of(app, "Artist 00001").bgcolor)


def test_every_key_has_an_id_and_says_what_it_does() -> None:
    bindings = [binding for _, binding in RecordTable(many(0))._bindings]
    assert bindings
    assert all(binding.id and binding.id.startswith("table.") and binding.description for binding in bindings)
    keys = {binding.key for binding in bindings}
    assert {"up", "k", "pageup", "ctrl+b", "ctrl+u", "home", "g", "f", "enter"} <= keys
