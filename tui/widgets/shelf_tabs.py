"""Which of the two shelves is open, at the end of the filter's line; a click opens the other."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from core.domain.ids import Shelf
from tui.render.tabs import labels, shelf_at, tab_line

from rich.cells import cell_len
from textual import events
from textual.message import Message
from textual.widgets import Static

_ROOMY: Final = 72
"""Cells of a screen from which on the numbers are said, too."""

_TINY: Final = 44
"""Cells of a screen in which the filter needs the whole line."""


class ShelfTabs(Static):
    """Posts which shelf was clicked."""

    class Chosen(Message):
        """This shelf is wanted."""

        def __init__(self, shelf: Shelf) -> None:
            self.shelf = shelf
            super().__init__()

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__("", id=id, markup=False)
        self._opened = Shelf.COLLECTION
        self._counts: Mapping[Shelf, int | None] = MappingProxyType({})
        self._said: Mapping[Shelf, str] | None = None
        self._is_wanted = False
        self.display = False

    def show(self, opened: Shelf | None, counts: Mapping[Shelf, int | None]) -> None:
        """Say which is open and how much is on each, None where it is not known; nothing while nobody is connected."""
        self._is_wanted = opened is not None
        self._opened, self._counts = opened or self._opened, counts
        self.fit()

    def fit(self) -> None:
        """Say as much as the screen has room for."""
        width = self.app.size.width
        self.display = self._is_wanted and width >= _TINY
        before, self._said = self._said, labels(self._counts, short=width < _ROOMY)
        text = tab_line(self._said, self._opened)
        # What moves nothing lays nothing out.
        self.update(text, layout=before is None or _cells(before) != cell_len(text.plain))

    def on_click(self, event: events.Click) -> None:
        """Ask for the shelf whose name was clicked."""
        shelf = shelf_at(self._said or {}, event.x - self.gutter.left)
        if shelf is not None and event.button == 1:
            self.post_message(self.Chosen(shelf))


def _cells(said: Mapping[Shelf, str]) -> int:
    return cell_len(tab_line(said, Shelf.COLLECTION).plain)
