"""The two shelves side by side in one line: which of them is open, and how much stands on each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from core.domain.ids import Shelf
from core.text import count
from tui.shelf_words import TITLES

from rich.cells import cell_len
from textual.content import Content

BETWEEN: Final = "  |  "
"""Between the two; whoever clicks on it means neither."""


def labels(counts: Mapping[Shelf, int | None], *, short: bool = False) -> dict[Shelf, str]:
    """`Collection 621`; without the number while it is not known, or where there is no room for it."""
    return {shelf: TITLES[shelf] + ("" if short else _number(counts.get(shelf))) for shelf in Shelf}


def _number(known: int | None) -> str:
    return "" if known is None else f" {count(known)}"


def tab_line(said: Mapping[Shelf, str], opened: Shelf) -> Content:
    """All in one line, the open one emphasised, also where no colour is wanted."""
    styles = {shelf: "bold $primary" if shelf is opened else "$text-muted" for shelf in said}
    between = Content.styled(BETWEEN, "$text-muted")
    return between.join(Content.styled(text, styles[shelf]) for shelf, text in said.items())


def shelf_at(said: Mapping[Shelf, str], x: int) -> Shelf | None:
    """The shelf whose words a cell of the line belongs to."""
    return next((shelf for shelf, start, end in _places(said.items()) if start <= x < end), None)


def _places(said: Iterable[tuple[Shelf, str]]) -> Iterable[tuple[Shelf, int, int]]:
    start = 0
    for shelf, text in said:
        end = start + cell_len(text)
        yield shelf, start, end
        start = end + len(BETWEEN)
