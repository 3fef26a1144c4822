"""Saved views as lines of a list."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from core.domain.ids import Shelf
from core.domain.views import SavedView
from core.text import printable
from tui.render.list_lines import ListColumn

from msgspec import Struct

COLUMNS: Final = (
    ListColumn("Name", 18, 2),
    ListColumn("Query", 24, 5),
    ListColumn("Sort", 12, 1),
    ListColumn("Columns", 8, 1),
)
_TITLES: Final = {Shelf.COLLECTION: "Collection", Shelf.WANTLIST: "Wantlist"}


class ViewLine(Struct, frozen=True):
    """One view."""

    key: str
    cells: tuple[str, ...]
    heading: Shelf


def view_lines(views: Iterable[SavedView]) -> list[ViewLine]:
    """The views of each shelf, in the order in which they are given."""
    found = [ViewLine(view.key, _cells(view), view.shelf) for view in views]
    return sorted(found, key=lambda line: list(Shelf).index(line.heading))


def shelf_title(shelf: Shelf) -> str:
    """What a shelf is called above its views."""
    return _TITLES[shelf]


def _cells(view: SavedView) -> tuple[str, ...]:
    query = printable(view.text) or "everything"
    return printable(view.name), query, printable(view.order), ", ".join(map(printable, view.columns))
