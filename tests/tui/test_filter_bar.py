"""The filter bar alone, above something that can have the focus too."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import ClassVar

import tui
from core.domain.completing import Completion
from core.errors import QuerySyntaxError
from tests.tui.bare import SMALL, WIDE, shown, until
from tui.widgets.completions import LINES, Completions
from tui.widgets.filter_bar import FilterBar

import pytest
from textual import events, on
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.pilot import Pilot
from textual.widgets import Button, Input

FIELDS = ("genre", "grade", "style")
VALUES = ("Reggae", "Electronic", "Rock", "Funk / Soul", *(f"Genre {number}" for number in range(8)))
HOSTILE = ("[/]", "[b]x[/b]", "שלום", "👩‍👩‍👧‍👦 family", "日本" * 40, "\x1b[31mred", "\u202eevil", "a\tb\nc")
KEYS = {" ": "space", ":": "colon", '"': "quotation_mark", ",": "comma", "-": "minus"}


def fields_then_values(text: str, cursor: int) -> tuple[Completion, ...]:
    """As the real one does it, without a collection."""
    start = max(text.rfind(sign, 0, cursor) for sign in " :,-") + 1
    typed = text[start:cursor]
    if text[start - 1 : start] in (":", ","):
        return tuple(Completion(start, cursor, one, one, 7) for one in VALUES if one.startswith(typed))
    return tuple(Completion(start, cursor, f"{one}:", f"{one}:") for one in FIELDS if one.startswith(typed))


class Desk(App[None]):
    """Keeps what the bar posts."""

    CSS_PATH: ClassVar[list[str | Path]] = [Path(str(tui.__file__)).with_name("styles") / "filter.tcss"]  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.bar = FilterBar(id="filter")
        self.records = Button("the records", id="records")
        self.posted: list[str] = []
        self.asked: list[tuple[str, int]] = []

    def compose(self) -> ComposeResult:
        yield self.bar
        yield self.records

    @on(FilterBar.Changed)
    def changed(self, event: FilterBar.Changed) -> None:
        self.posted.append(event.text)

    @on(FilterBar.Left)
    def left(self) -> None:
        self.posted.append("<left>")

    def complete(self, text: str, cursor: int) -> Sequence[Completion]:
        self.asked.append((text, cursor))
        return fields_then_values(text, cursor)

    @property
    def line(self) -> Input:
        return self.bar.query_one(Input)

    @property
    def offered(self) -> Completions:
        return self.bar.query_one(Completions)


@asynccontextmanager
async def desk(size: tuple[int, int] = SMALL) -> AsyncIterator[tuple[Desk, Pilot[None]]]:
    app = Desk()
    async with app.run_test(size=size) as pilot:
        app.bar.complete_with(app.complete)
        app.bar.start_typing()
        await until(pilot, lambda: app.line.has_focus)
        yield app, pilot


async def type_in(pilot: Pilot[None], text: str) -> None:
    await pilot.press(*(KEYS.get(char, char) for char in text))


async def open_values(app: Desk, pilot: Pilot[None]) -> None:
    await type_in(pilot, "genre:")
    await until(pilot, lambda: app.offered.is_open and "Reggae" in shown(app))


@pytest.fixture
def no_pause_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if somebody typed faster than any pause."""
    monkeypatch.setattr("tui.widgets.filter_bar.PAUSE", 600)


async def test_what_was_typed_is_posted_after_a_pause() -> None:
    async with desk() as (app, pilot):
        await type_in(pilot, "dub")
        await until(pilot, lambda: app.posted[-1:] == ["dub"])
        await pilot.press("enter")
        await until(pilot, lambda: app.posted[-2:] == ["dub", "<left>"])


@pytest.mark.usefixtures("no_pause_ends")
async def test_a_letter_is_shown_before_anything_is_filtered_or_looked_for() -> None:
    async with desk() as (app, pilot):
        await type_in(pilot, "genre:re")
        assert "genre:re" in shown(app)
        assert (app.posted, app.asked) == ([], [])


@pytest.mark.usefixtures("no_pause_ends")
async def test_enter_sooner_than_the_pause_applies_what_was_typed() -> None:
    async with desk() as (app, pilot):
        await type_in(pilot, "dub")
        await pilot.press("enter")
        assert app.posted == ["dub", "<left>"]


@pytest.mark.usefixtures("no_pause_ends")
async def test_a_text_that_is_set_is_posted_once_and_what_was_being_typed_is_dropped() -> None:
    async with desk() as (app, pilot):
        await type_in(pilot, "du")
        app.bar.set_text("style:roots")
        app.bar.set_text("style:roots")
        await pilot.pause()
        assert app.posted == ["style:roots"]
        assert app.line.value == "style:roots"
        assert not app.offered.is_open
        await type_in(pilot, "!")
        assert app.line.value == "style:roots!"


async def test_a_text_that_is_set_quietly_is_not_posted_and_typing_goes_on_behind_it() -> None:
    async with desk() as (app, pilot):
        app.bar.set_text("style:roots", quietly=True)
        await type_in(pilot, " x")
        await until(pilot, lambda: app.posted[-1:] == ["style:roots x"])
        assert "style:roots" not in app.posted


async def test_a_text_can_be_set_before_the_bar_is_on_the_screen() -> None:
    app = Desk()
    app.bar.set_text("style:roots", quietly=True)
    async with app.run_test() as pilot:
        app.bar.start_typing()
        await type_in(pilot, "!")
        assert app.line.value == "style:roots!"


async def test_the_part_that_is_not_understood_is_marked_and_the_nearest_field_is_named() -> None:
    async with desk() as (app, pilot):
        await type_in(pilot, "dub gnre:x")
        app.bar.describe("Dub")
        app.bar.explain(QuerySyntaxError(4, 9, "a field", "genre:"))
        await pilot.pause()
        assert "did you mean genre:?" in shown(app)
        assert "Dub" not in shown(app)
        assert underlined(app) == "gnre:"
        app.bar.explain(None)
        await pilot.pause()
        assert "did you mean" not in shown(app)
        assert "Dub" in shown(app)
        assert underlined(app) == ""


@pytest.mark.parametrize("span", [(4, 4), (9, 9), (7, 30), (0, 0)], ids=str)
async def test_an_error_that_has_no_letters_of_its_own_is_marked_all_the_same(span: tuple[int, int]) -> None:
    async with desk() as (app, pilot):
        app.bar.set_text("dub year:")
        app.bar.explain(QuerySyntaxError(*span, "a year"))
        await pilot.pause()
        assert underlined(app)


async def test_a_sentence_says_what_the_filter_means_for_as_long_as_the_bar_has_the_focus() -> None:
    async with desk() as (app, pilot):
        app.bar.describe("Genre is [b]Dub[/b] [/] \x1b[31m" + "and more " * 30)
        await until(pilot, lambda: "Genre is [b]Dub[/b] [/] [31m" in shown(app))
        assert "…" in shown(app)
        app.records.focus()
        await until(pilot, lambda: "Genre is" not in shown(app))
        app.bar.start_typing()
        await until(pilot, lambda: "Genre is" in shown(app))


async def test_an_error_is_still_there_when_the_bar_is_left() -> None:
    async with desk() as (app, pilot):
        app.bar.explain(QuerySyntaxError(0, 1, "a year"))
        app.records.focus()
        await until(pilot, lambda: app.records.has_focus)
        assert "Expected a year" in shown(app)


@pytest.mark.parametrize("size", [SMALL, WIDE], ids=["80x24", "160x48"])
async def test_tab_takes_a_field_and_then_one_of_its_values(size: tuple[int, int]) -> None:
    async with desk(size) as (app, pilot):
        await type_in(pilot, "x -ge")
        await until(pilot, lambda: app.offered.is_open)
        await pilot.press("tab")
        await until(pilot, lambda: app.line.value == "x -genre:" and app.offered.is_open)
        assert "Reggae" in shown(app)
        await pilot.press("down", "down", "tab")
        assert app.line.value == "x -genre:Electronic"
        assert not app.offered.is_open
        await until(pilot, lambda: app.posted[-1] == "x -genre:Electronic")
        assert app.line.has_focus


async def test_a_completion_in_the_middle_leaves_what_is_behind_it() -> None:
    async with desk() as (app, pilot):
        app.bar.set_text("st dub")
        app.line.cursor_position = 2
        await pilot.press("ctrl+space", "enter")
        assert app.line.value == "style: dub"
        assert app.line.cursor_position == 6


async def test_one_letter_of_a_word_offers_nothing_and_asking_offers_what_fits() -> None:
    async with desk() as (app, pilot):
        await type_in(pilot, "g")
        await until(pilot, lambda: app.asked == [("g", 1)])
        await pilot.pause()
        assert not app.offered.is_open
        await pilot.press("ctrl+@", "down")
        assert app.offered.highlighted == Completion(0, 1, "grade:", "grade:")


@pytest.mark.usefixtures("no_pause_ends")
async def test_tab_sooner_than_the_pause_takes_the_first() -> None:
    async with desk() as (app, pilot):
        await type_in(pilot, "genre:Fu")
        await pilot.press("tab")
        assert app.line.value == "genre:Funk / Soul"


@pytest.mark.usefixtures("no_pause_ends")
async def test_a_key_typed_while_the_list_is_open_makes_it_new_before_anything_is_taken() -> None:
    async with desk() as (app, pilot):
        await type_in(pilot, "genre:")
        await pilot.press("ctrl+space")
        await type_in(pilot, "Ro")
        assert app.offered.highlighted is None
        await pilot.press("tab")
        assert app.line.value == "genre:Rock"


async def test_enter_with_nothing_highlighted_keeps_the_filter_as_it_is() -> None:
    async with desk() as (app, pilot):
        await open_values(app, pilot)
        await pilot.press("enter")
        assert app.line.value == "genre:"
        assert app.posted[-1] == "<left>"
        assert not app.offered.is_open


async def test_escape_closes_the_list_first_and_clears_the_filter_second() -> None:
    async with desk() as (app, pilot):
        await open_values(app, pilot)
        await pilot.press("escape")
        assert not app.offered.is_open
        assert app.line.value == "genre:"
        await pilot.press("escape")
        assert app.line.value == ""
        assert app.posted[-2:] == ["", "<left>"]


async def test_without_completions_down_and_tab_go_where_they_always_go() -> None:
    async with desk() as (app, pilot):
        await type_in(pilot, "dub")
        await until(pilot, lambda: bool(app.asked))
        await pilot.press("up", "down")
        assert app.posted[-1] == "<left>"
        await pilot.press("tab")
        await until(pilot, lambda: app.records.has_focus)


async def test_the_list_lies_over_the_records_and_shows_8_lines_that_scroll() -> None:
    async with desk() as (app, pilot):
        app.bar.describe("All records")
        await pilot.pause()
        before = app.records.region
        await open_values(app, pilot)
        assert app.records.region == before
        assert app.offered.region.height == LINES
        assert app.offered.region.y == app.bar.region.bottom
        column = shown(app).splitlines()[0].index("genre:") + len("genre:")
        assert shown(app).splitlines()[2][column:].startswith("Reggae")
        assert VALUES[-1] not in shown(app)
        await pilot.press(*["down"] * 20)
        assert app.offered.highlighted is not None
        assert app.offered.highlighted.label == VALUES[-1]
        assert VALUES[-1] in shown(app)
        await pilot.press(*["up"] * 20)
        assert app.offered.highlighted is None
        assert "Reggae" in shown(app)


async def test_the_mouse_scrolls_the_list_and_takes_from_it() -> None:
    async with desk() as (app, pilot):
        await open_values(app, pilot)
        await pilot._post_mouse_events([events.MouseScrollDown], app.offered, offset=(3, 3))
        await pilot.click(app.offered, offset=(3, 1))
        assert app.line.value == "genre:Rock"
        assert app.line.has_focus
        await until(pilot, lambda: app.posted[-1] == "genre:Rock")


async def test_the_list_is_gone_with_the_focus() -> None:
    async with desk() as (app, pilot):
        await open_values(app, pilot)
        app.records.focus()
        await until(pilot, lambda: not app.offered.is_open)
        assert "Reggae" not in shown(app)


@pytest.mark.parametrize("size", [(20, 10), SMALL, WIDE], ids=["20x10", "80x24", "160x48"])
async def test_hostile_texts_in_the_list_and_in_the_line_break_nothing(size: tuple[int, int]) -> None:
    async with desk(size) as (app, pilot):
        app.bar.complete_with(lambda text, cursor: [Completion(0, cursor, one, one, 12_345) for one in HOSTILE])
        await type_in(pilot, "zz")
        await until(pilot, lambda: app.offered.is_open)
        await pilot.pause()
        text = shown(app)
        for number, one in enumerate(HOSTILE):
            app.bar.set_text("zz")
            await pilot.press("ctrl+space", *["down"] * number, "enter")
            assert app.line.value == one
        app.bar.set_text("".join(HOSTILE))
        app.bar.explain(QuerySyntaxError(2, 400, "[/]", "[b]"))
        await pilot.pause()
        text += shown(app)
        assert {strip.cell_length for strip in app.screen._compositor.render_strips()} == {size[0]}
    assert "[/]" in text
    assert "…" in text
    assert not {"\x1b", "\u202e", "\t"} & set(text)


async def test_the_line_is_edited_as_in_a_shell() -> None:
    async with desk() as (app, pilot):
        await type_in(pilot, "dub style roots")
        await pilot.press("ctrl+w")
        assert app.line.value == "dub style "
        await pilot.press("ctrl+a", "ctrl+e", "ctrl+u")
        assert app.line.value == ""
        await until(pilot, lambda: app.posted[-1] == "")


def test_every_binding_has_a_name_and_a_description() -> None:
    bindings = [one for one in FilterBar.BINDINGS if isinstance(one, Binding)]
    assert len(bindings) == len(FilterBar.BINDINGS) == len({one.id for one in bindings})
    assert all(one.id and one.id.startswith("filter.") and one.description for one in bindings)


def underlined(app: Desk) -> str:
    """What of the line is marked."""
    return "".join(one.text for one in app.line.render_line(0) if one.style and one.style.underline).strip()
