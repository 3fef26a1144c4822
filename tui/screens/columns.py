"""Choose which columns the record table has, and in which order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from core.domain.ids import Shelf
from tui.render.rows import COLUMNS, columns_of, known_columns, usual_columns
from tui.screens.choosing import ChoosingScreen

from rich.text import Text
from textual.binding import Binding, BindingType


class ColumnsScreen(ChoosingScreen[tuple[str, ...]]):
    """All columns, those that are shown first; closed with the names of those to show, in their order."""

    HEADING = "Columns"
    APPLY = "Show these columns"
    TOLD = (
        ("columns.toggle", "columns.earlier", "columns.later", "columns.reset"),
        ("choosing.apply", "choosing.cancel"),
    )

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "enter", "show or hide", show=False, id="columns.enter"),
        Binding("space", "show_or_hide", "show or hide", show=False, id="columns.toggle"),
        Binding("K,shift+up", "shift(-1)", "move up", show=False, id="columns.earlier"),
        Binding("J,shift+down", "shift(1)", "move down", show=False, id="columns.later"),
        Binding("r", "reset", "the usual ones", show=False, id="columns.reset"),
    ]

    def __init__(self, current: Iterable[str], shelf: Shelf = Shelf.COLLECTION) -> None:
        super().__init__()
        self._shelf = shelf
        self._arrange(known_columns(current, shelf))

    def _arrange(self, shown: tuple[str, ...]) -> None:
        self._order = [*shown, *(name for name in columns_of(self._shelf) if name not in shown)]
        self._shown = set(shown)

    def rows(self) -> list[Text]:
        """A mark for each that is shown."""
        return [
            Text(f"✓ {COLUMNS[name].full_title}")
            if name in self._shown
            else Text(f"  {COLUMNS[name].full_title}", "dim")
            for name in self._order
        ]

    def chosen(self) -> tuple[str, ...]:
        """The names of those that are shown."""
        return tuple(name for name in self._order if name in self._shown)

    def act_on(self, row: int) -> None:
        """Show or hide a column; the last that is shown stays."""
        name = self._order[row]
        if self._shown == {name}:
            self.notify("One column has to stay.", markup=False)
            return
        self._shown ^= {name}
        self.redraw()

    def action_show_or_hide(self) -> None:
        """Show or hide the column under the cursor."""
        if self.row is not None:
            self.act_on(self.row)

    def action_shift(self, direction: int) -> None:
        """Move the column under the cursor by one."""
        row = self.row
        if row is not None and 0 <= row + direction < len(self._order):
            self._order.insert(row + direction, self._order.pop(row))
            self.redraw(row + direction)

    def action_reset(self) -> None:
        """The columns of whoever has chosen none."""
        self._arrange(usual_columns(self._shelf))
        self.redraw(0)
