"""Textual's own DataTable with the same rows and the same filter line, to be driven as the program is.

Run by `benchmarks.terminal`, with the settings of the environment: `python -m benchmarks.datatable`.
"""

from __future__ import annotations

import asyncio
from typing import Any

from core.app import open_core
from core.config import load
from core.domain.collection import Copy
from core.domain.view import View, view_of
from core.text import count, counted
from tui.render.rows import place
from tui.widgets.filter_bar import PAUSE

from rich.text import Text
from textual.app import App, ComposeResult
from textual.containers import Horizontal
from textual.timer import Timer
from textual.widgets import DataTable, Input, Label, Static

_WIDTH = 158


class TableApp(App[None]):
    """A filter line, a table, a count."""

    CSS = "#line { height: 1 } #prompt { width: 8 } DataTable { height: 1fr } #status { height: 1 }"
    BINDINGS = [("slash", "filter", "Filter"), ("escape", "leave", "Leave")]  # noqa: RUF012 - as Textual has it

    def __init__(self) -> None:
        super().__init__()
        self._view: View | None = None
        self._table: DataTable[Text] = DataTable(cursor_type="row")
        self._input = Input(compact=True, select_on_focus=False)
        self._status = Static("", id="status", markup=False)
        self._pause: Timer | None = None
        self._rows: dict[int, tuple[Text, ...]] = {}

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        with Horizontal(id="line"):
            yield Label("Filter", id="prompt")
            yield self._input
        yield self._table
        yield self._status

    def on_mount(self) -> None:
        """Show the frame, then fetch the rows."""
        self._table.focus()
        self.run_worker(self._fetch())

    async def _fetch(self) -> None:
        async with open_core(load()) as core:
            account = await core.library.account()
            assert account is not None  # noqa: S101 - one was connected before
            self._view = await asyncio.to_thread(view_of, await core.library.collection(account))
        for placed in place(_WIDTH):
            self._table.add_column(placed.column.title, width=placed.width)
        self._show(self._view)

    def on_input_changed(self, _event: Input.Changed) -> None:
        """Filter after the same pause."""
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(PAUSE, self._filter)

    def action_filter(self) -> None:
        """To the line."""
        self._input.focus()

    def action_leave(self) -> None:
        """Back to the rows."""
        self._table.focus()

    def _filter(self) -> None:
        if self._view is not None:
            self._show(self._view.filtered(self._input.value, self._view.today))

    def _show(self, view: View) -> None:
        self._table.clear()
        self._table.add_rows(self._row(copy, view) for copy in view.copies)
        self._status.update(f"{count(len(view.copies))} of {counted(len(view.collection.copies), 'copy', 'copies')}")

    def _row(self, copy: Copy, view: View) -> tuple[Text, ...]:
        found = self._rows.get(copy.instance_id)
        if found is None:
            columns: Any = place(_WIDTH)
            found = tuple(Text(placed.column.text(copy, view.collection)) for placed in columns)
            self._rows[copy.instance_id] = found
        return found


if __name__ == "__main__":
    TableApp().run()
