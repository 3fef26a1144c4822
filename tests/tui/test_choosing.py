"""The dialogs in which columns and sort keys are chosen, driven by keys and mouse and read as they stand."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, ClassVar

import tui
from core.domain.ids import Shelf
from core.domain.sorting import COLUMNS, DEFAULT, SortKey
from tests.tui.bare import SMALL, Bare, said, shown
from tui.render import rows
from tui.render.rows import DEFAULT_COLUMNS
from tui.screens.choosing import ChoosingScreen
from tui.screens.columns import ColumnsScreen
from tui.screens.sorting import SortScreen, alone, further

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.pilot import Pilot

STYLES = Path(tui.__path__[0]) / "styles"
KEPT: Any = object()
"""What stands for no answer yet."""


class Desk(Bare):
    """Asks one question and keeps the answer."""

    CSS_PATH: ClassVar[list[str | Path]] = [STYLES / "dialogs.tcss", STYLES / "choosing.tcss"]

    def __init__(self, dialog: ChoosingScreen[Any]) -> None:
        super().__init__()
        self.dialog = dialog
        self.answer: Any = KEPT

    def on_mount(self) -> None:
        super().on_mount()
        self.push_screen(self.dialog, self.answered)

    def answered(self, answer: Any) -> None:
        self.answer = answer

    @property
    def lines(self) -> list[str]:
        """The rows of the list, without marks and frame."""
        return [line.strip(" │") for line in shown(self).splitlines()]


@asynccontextmanager
async def asked(dialog: ChoosingScreen[Any], size: tuple[int, int] = SMALL) -> AsyncIterator[tuple[Pilot[None], Desk]]:
    app = Desk(dialog)
    async with app.run_test(size=size, notifications=True) as pilot:
        await pilot.pause()
        yield pilot, app


def dialogs() -> list[ChoosingScreen[Any]]:
    return [ColumnsScreen(DEFAULT_COLUMNS), SortScreen(DEFAULT)]


@pytest.mark.parametrize("at", [0, 1], ids=["columns", "sort"])
async def test_everything_is_seen_on_a_small_terminal_and_the_keys_are_told(at: int) -> None:
    async with asked(dialogs()[at]) as (_, app):
        for column in (rows.COLUMNS[name] for name in rows.columns_of(Shelf.COLLECTION)):
            assert any(column.full_title in line for line in app.lines)
        assert any(line == app.dialog.APPLY for line in app.lines)
        for words in ("Space", "a apply", "Escape leave as it was"):
            assert words in said(app)


async def test_of_wants_only_what_wants_have_is_offered() -> None:
    for dialog in (ColumnsScreen((), Shelf.WANTLIST), SortScreen(DEFAULT, Shelf.WANTLIST)):
        async with asked(dialog) as (_, app):
            assert "Owned already" in said(app)
            for title in ("Folder", "Media condition", "Sleeve condition"):
                assert title not in said(app)


@pytest.mark.parametrize("at", [0, 1], ids=["columns", "sort"])
@pytest.mark.parametrize("size", [(40, 12), (20, 8), (3, 3), (200, 60)])
async def test_every_row_can_be_reached_on_any_terminal(at: int, size: tuple[int, int]) -> None:
    async with asked(dialogs()[at], size) as (pilot, app):
        await pilot.press("G")
        if size[0] >= 40:
            assert app.dialog.APPLY in said(app)
        await pilot.press("enter")
        assert app.answer in {DEFAULT_COLUMNS, DEFAULT}


@pytest.mark.parametrize("at", [0, 1], ids=["columns", "sort"])
@pytest.mark.parametrize("key", ["escape", "q"])
async def test_leaving_changes_nothing(at: int, key: str) -> None:
    async with asked(dialogs()[at]) as (pilot, app):
        await pilot.press("down", "space", "j", "enter", key)
        assert app.answer is None


@pytest.mark.parametrize("at", [0, 1], ids=["columns", "sort"])
def test_every_key_has_an_id_and_says_what_it_does(at: int) -> None:
    dialog = dialogs()[at]
    bindings = {binding.id: binding for _, binding in dialog._bindings if binding.action != "screen.copy_text"}
    ours = [binding for name, binding in bindings.items() if name]
    assert all(binding.description for binding in ours)
    assert {name for line in dialog.TOLD for name in line} <= set(bindings)
    assert {"up", "k", "down", "j", "home", "end", "a", "escape", "enter", "space"} <= {
        binding.key for _, binding in dialog._bindings if binding.id
    }


async def test_the_keys_that_are_told_are_those_of_the_settings() -> None:
    app = Desk(ColumnsScreen(DEFAULT_COLUMNS))
    app.set_keymap({"columns.toggle": "t"})
    async with app.run_test(size=SMALL) as pilot:
        await pilot.pause()
        assert "t show or hide" in said(app)
        await pilot.press("t", "a")
        assert app.answer == DEFAULT_COLUMNS[1:]


async def test_columns_are_shown_and_hidden() -> None:
    async with asked(ColumnsScreen(("artist", "title"))) as (pilot, app):
        assert [line for line in app.lines if line.startswith("✓")] == ["✓ Artist", "✓ Title"]
        await pilot.press("space", "down", "down", "enter")
        assert [line for line in app.lines if line.startswith("✓")] == ["✓ Title", "✓ Year"]
        await pilot.press("a")
        assert app.answer == ("title", "year")


async def test_columns_are_moved_with_the_cursor_on_them() -> None:
    async with asked(ColumnsScreen(("artist", "title", "year"))) as (pilot, app):
        await pilot.press("shift+up", "J", "shift+down", "J", "shift+up", "a")
        assert app.answer == ("title", "year", "artist")
    async with asked(ColumnsScreen(("artist", "title", "year"))) as (pilot, app):
        await pilot.press("down", "down", "K", "shift+up", "K", "space", "space", "a")
        assert app.answer == ("year", "artist", "title")
    async with asked(ColumnsScreen(("artist",))) as (pilot, app):
        await pilot.press("end", "K", "space", "J", "up", "J", "J", "a")
        assert app.answer == ("artist",)


async def test_one_column_always_stays() -> None:
    async with asked(ColumnsScreen(("year",))) as (pilot, app):
        await pilot.press("space", "enter")
        assert "One column has to stay" in said(app)
        await pilot.press("a")
        assert app.answer == ("year",)


async def test_the_usual_columns_come_back() -> None:
    async with asked(ColumnsScreen(("year", "nonsense", "rating"))) as (pilot, app):
        await pilot.press("down", "space", "r", "a")
        assert app.answer == DEFAULT_COLUMNS


async def test_enter_sorts_by_one_column_alone_and_again_turns_it_round() -> None:
    async with asked(SortScreen((SortKey("artist"), SortKey("title")))) as (pilot, app):
        assert "1 ▲ Artist" in said(app)
        assert "2 ▲ Title" in said(app)
        await pilot.press("down", "down", "enter")
        assert "1 ▲ Label A to Z" in said(app)
        assert "▲ Artist" not in said(app)
        await pilot.press("enter")
        assert "1 ▼ Label Z to A" in said(app)
        await pilot.press("a")
        assert app.answer == (SortKey("label", descending=True),)


async def test_space_makes_a_further_key_turns_it_and_drops_it() -> None:
    async with asked(SortScreen((SortKey("year"),))) as (pilot, app):
        assert "1 ▲ Year oldest first" in said(app)
        await pilot.press("home", "space")
        assert "2 ▲ Artist A to Z" in said(app)
        await pilot.press("space")
        assert "2 ▼ Artist Z to A" in said(app)
        await pilot.press("end", "k", "space", "a")
        assert app.answer == (SortKey("year"), SortKey("artist", descending=True), SortKey("genre"))
    async with asked(SortScreen((SortKey("year"), SortKey("artist", descending=True)))) as (pilot, app):
        await pilot.press("home", "space", "a")
        assert app.answer == (SortKey("year"),)


async def test_a_grade_says_which_end_comes_first() -> None:
    async with asked(SortScreen((SortKey("media"), SortKey("rating", descending=True)))) as (_, app):
        assert "1 ▲ Media condition best first" in said(app)
        assert "2 ▼ Rating highest first" in said(app)


async def test_the_mouse_does_what_enter_does() -> None:
    async with asked(ColumnsScreen(DEFAULT_COLUMNS)) as (pilot, app):
        await click(pilot, app, "Title")
        await click(pilot, app, app.dialog.APPLY)
        assert app.answer == tuple(name for name in DEFAULT_COLUMNS if name != "title")
    async with asked(SortScreen(DEFAULT)) as (pilot, app):
        await click(pilot, app, "Year")
        await click(pilot, app, "Year")
        await click(pilot, app, app.dialog.APPLY)
        assert app.answer == (SortKey("year", descending=True),)


async def click(pilot: Pilot[None], app: Desk, text: str) -> None:
    row, line = next((at, line) for at, line in enumerate(shown(app).splitlines()) if text in line)
    await pilot.click(offset=(line.index(text), row))
    await pilot.pause()


ORDERS = st.lists(
    st.builds(SortKey, st.sampled_from(COLUMNS), st.booleans()),
    min_size=1,
    max_size=5,
    unique_by=lambda key: key.column,
).map(tuple)


@given(ORDERS, st.lists(st.tuples(st.sampled_from([alone, further]), st.sampled_from(COLUMNS)), max_size=12))
def test_whatever_is_chosen_is_an_order(order: tuple[SortKey, ...], steps: list[Any]) -> None:
    for step, column in steps:
        order = step(order, column)
        assert order
        assert len({key.column for key in order}) == len(order)
        assert step is further or [key.column for key in order] == [column]


@given(ORDERS, st.sampled_from(COLUMNS))
def test_three_times_space_on_a_new_key_is_the_order_that_was(order: tuple[SortKey, ...], column: str) -> None:
    other = tuple(key for key in order if key.column != column)
    if other:
        once = further(other, column)
        assert once == (*other, SortKey(column))
        assert further(further(once, column), column) == other
