"""Choose what the records are sorted by: one column, or several that decide one after the other."""

from __future__ import annotations

from typing import ClassVar, Final

from core.domain.ids import Shelf
from core.domain.sorting import Order, SortKey
from tui.render.rows import COLUMNS
from tui.render.shelves import sortable
from tui.screens.choosing import ChoosingScreen

from msgspec.structs import replace
from rich.text import Text
from textual.binding import Binding, BindingType

_TITLES: Final = {column.sort: column.full_title for column in COLUMNS.values()}
_LETTERS: Final = ("A to Z", "Z to A")
_DIRECTIONS: Final = {
    "year": ("oldest first", "newest first"),
    "original": ("oldest first", "newest first"),
    "added": ("oldest first", "newest first"),
    "rating": ("lowest first", "highest first"),
    "media": ("best first", "worst first"),
    "sleeve": ("best first", "worst first"),
    "owned": ("this pressing first", "another pressing first"),
}


def alone(order: Order, column: str) -> Order:
    """The order by one column only; turned round if it is that already."""
    known = next((key for key in order if key.column == column), SortKey(column))
    return (replace(known, descending=not known.descending) if order == (known,) else known,)


def further(order: Order, column: str) -> Order:
    """The order with a column as its last key; if it is a key already, turned round, and then taken away.

    One key always stays.
    """
    known = next((key for key in order if key.column == column), None)
    if known is None:
        return (*order, SortKey(column))
    if known.descending and len(order) > 1:
        return tuple(key for key in order if key != known)
    return tuple(replace(key, descending=not key.descending) if key == known else key for key in order)


class SortScreen(ChoosingScreen[Order]):
    """All columns, with place and direction of those that are keys; closed with the keys."""

    HEADING = "Sort"
    APPLY = "Sort like this"
    TOLD = (("sorting.alone",), ("sorting.further",), ("choosing.apply", "choosing.cancel"))

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "enter", "sort by this alone, or turn it round", show=False, id="sorting.alone"),
        Binding("space", "further", "add it as the next key, turn it round, drop it", show=False, id="sorting.further"),
    ]

    def __init__(self, current: Order, shelf: Shelf = Shelf.COLLECTION) -> None:
        super().__init__()
        self._columns = sortable(shelf)
        self._order = current

    def on_mount(self) -> None:
        """Begin at the first key."""
        first = next((self._columns.index(key.column) for key in self._order if key.column in self._columns), 0)
        self.redraw(first)

    def rows(self) -> list[Text]:
        """`2 ▼ Year  newest first` for the second of several keys."""
        width = max(map(len, _TITLES.values()))
        keys = {key.column: (at, key) for at, key in enumerate(self._order, 1)}
        rows = []
        for column in self._columns:
            at, key = keys.get(column, (0, SortKey(column)))
            title = _TITLES.get(column, column)
            if not at:
                rows.append(Text(f"     {title}", "dim"))
                continue
            arrow, words = "▼" if key.descending else "▲", _DIRECTIONS.get(column, _LETTERS)[key.descending]
            rows.append(Text.assemble(f"{at:>2} {arrow} {title:<{width}}  ", (words, "dim")))
        return rows

    def chosen(self) -> Order:
        """The keys, the one that decides first."""
        return self._order

    def act_on(self, row: int) -> None:
        """Sort by one column only, or turn that round."""
        self._order = alone(self._order, self._columns[row])
        self.redraw()

    def action_further(self) -> None:
        """Add the column under the cursor to the keys, turn it round, or take it away."""
        if self.row is not None:
            self._order = further(self._order, self._columns[self.row])
            self.redraw()
