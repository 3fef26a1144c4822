"""The lines of the record table: what a view and a choice of columns look like in some width."""

from __future__ import annotations

from collections.abc import Container, Iterable
from itertools import groupby
from typing import Final

from core.domain.ids import MasterId
from core.domain.index import OF_MASTERS
from core.domain.view import View
from tui.render.rows import GAP, Column, Placed, cell, column_at, heading, place, wrapped

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

_BLANK: Final = " " * GAP
_KEPT: Final = 256
"""Lines that are kept for when the table scrolls by a few; with them a line further costs a fifth less."""


class TableLines:
    """Each line is exactly as wide as was asked."""

    def __init__(self, view: View, names: Iterable[str]) -> None:
        self._view = view
        self._names = tuple(names)
        self._width = 0
        self._placed: tuple[Placed, ...] = ()
        self._kept: dict[int, Strip] = {}

    def fit(self, width: int) -> None:
        """From now on the lines are that wide."""
        if width != self._width:
            self._width = width
            self._placed = place(width, self._names)
            self.forget()

    def forget(self) -> None:
        """The styles are others."""
        self._kept.clear()

    def learn(self, view: View, masters: Container[MasterId], rows: range) -> list[int]:
        """From now on the lines are of a view with the same rows; which of some rows look otherwise by that."""
        self._view = view
        self._kept.clear()
        if not any(placed.column.name in OF_MASTERS for placed in self._placed):
            return []
        seen = view.copies[rows.start : rows.stop]
        return [row for row, copy in zip(rows, seen, strict=False) if copy.release.master_id in masters]

    def column_at(self, x: int) -> Column | None:
        """The column that is under a cell."""
        return column_at(self._placed, x)

    def header(self, style: Style) -> Strip:
        """The titles of the columns."""
        return self.line(_BLANK.join(heading(placed, self._view.order) for placed in self._placed), style)

    def row(self, row: int, style: Style, muted: Style) -> Strip:
        """A row as it mostly is; always asked for with the same styles, until told to forget."""
        found = self._kept.get(row)
        if found is None:
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            found = self._kept[row] = self._row(row, style, muted)
        return found

    def highlighted(self, row: int, style: Style) -> Strip:
        """The row with the highlight."""
        return self._row(row, style, style)

    def line(self, text: str, style: Style) -> Strip:
        """A line with one text of our own."""
        return Strip([Segment(set_cell_size(text, self._width), style)], self._width)

    def middle(self, texts: Iterable[str], line: int, lines: int, style: Style) -> Strip:
        """One of so many lines with texts in the middle of them, the first in bold."""
        broken = [(part, not at) for at, text in enumerate(texts) for part in wrapped(text, self._width)]
        line -= max(0, lines - len(broken)) // 2
        text, is_first = broken[line] if 0 <= line < len(broken) else ("", False)
        before = " " * ((self._width - cell_len(text)) // 2)
        return self.line(before + text, style + Style(bold=True) if is_first else style)

    def _row(self, row: int, style: Style, muted: Style) -> Strip:
        copy, collection = self._view.copies[row], self._view.collection
        cells = [
            (muted if placed.column.muted else style, cell(placed.column.text(copy, collection), placed.width))
            for placed in self._placed
        ]
        # Neighbours of one style are one segment: the fewer there are, the sooner a page is painted.
        runs = [(of, _BLANK.join(text for _, text in run)) for of, run in groupby(cells, key=lambda cell: cell[0])]
        last = len(runs) - 1
        return Strip(
            [Segment(text if at == last else text + _BLANK, of) for at, (of, text) in enumerate(runs)], self._width
        )
