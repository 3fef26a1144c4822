"""The record table in an app with nothing else in it, and views of as many records as a test needs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import ClassVar

import tui
from core.domain.collection import Collection, Copy
from core.domain.sorting import DEFAULT, Order
from core.domain.view import View
from tests.factories import make_copy, make_release
from tests.tui.bare import Bare, shown
from tui.render.rows import DEFAULT_COLUMNS
from tui.widgets.record_table import RecordTable

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.pilot import Pilot
from textual.strip import Strip

TODAY = date(2024, 6, 1)


class Table(RecordTable):
    """Counts the lines that it is asked for."""

    lines = 0

    def render_line(self, y: int) -> Strip:
        self.lines += 1
        return super().render_line(y)


class Shelf(Bare):
    """The table, and what it says."""

    CSS_PATH: ClassVar[list[str | Path]] = [Path(tui.__path__[0]) / "styles" / "table.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [Binding("q", "heard", "Anything")]

    def __init__(self, view: View, columns: Sequence[str] = DEFAULT_COLUMNS) -> None:
        super().__init__()
        self.table = Table(view, columns, id="table")
        self.highlighted: list[Copy | None] = []
        self.sort_wanted: list[tuple[str, bool]] = []
        self.opened = self.heard = 0

    def compose(self) -> ComposeResult:
        yield self.table

    def on_record_table_highlighted(self, event: RecordTable.Highlighted) -> None:
        self.highlighted.append(event.copy)

    def on_record_table_opened(self) -> None:
        self.opened += 1

    def on_record_table_sort_wanted(self, event: RecordTable.SortWanted) -> None:
        self.sort_wanted.append((event.column, event.add))

    def action_heard(self) -> None:
        self.heard += 1


@asynccontextmanager
async def on_screen(
    view: View, size: tuple[int, int] = (80, 24), columns: Sequence[str] = DEFAULT_COLUMNS
) -> AsyncIterator[tuple[Pilot[None], Shelf]]:
    app = Shelf(view, columns)
    async with app.run_test(size=size) as pilot:
        app.table.focus()
        await pilot.pause()
        yield pilot, app


def shelf(artists: Iterable[str], order: Order = DEFAULT, text: str = "") -> View:
    """One record of each artist, numbered as they come."""
    copies = tuple(make_copy(at, make_release(at, f"Version {at}", artist=name)) for at, name in enumerate(artists))
    return View.of(Collection(copies), order, text, TODAY)


def many(count: int) -> View:
    return shelf(f"Artist {number:05}" for number in range(count))


def huge(count: int = 100_000) -> View:
    """As many copies as one likes, of few releases, that are in order already."""
    releases = [make_release(number, artist=f"Artist {number:03}") for number in range(100)]
    copies = (make_copy(number, releases[number * 100 // count]) for number in range(count))
    return View.in_this_order(Collection(tuple(copies)))


def widths(app: Shelf) -> set[int]:
    """Measured anew, as a terminal does: a line is no wider for being said to be."""
    return {cell_len(strip.text) for strip in app.screen._compositor.render_strips()}


def under_cursor(app: Shelf) -> str:
    """The line that is painted as the highlight, up to the first wide gap."""
    return shown(app).splitlines()[app.table.highlighted_line + 1].split("  ")[0].strip()


def name(app: Shelf) -> str:
    """The artist of the highlighted record."""
    return app.table.highlighted.release.artist if app.table.highlighted else ""


async def settled(pilot: Pilot[None], app: Shelf, view: View) -> None:
    app.table.show(view)
    await pilot.pause()
