"""Lines of a list with headings: what stands in them, and the columns that fit a width."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from typing import Protocol

from tui.render.rows import GAP, cell

from msgspec import Struct
from rich.cells import cell_len


class ListColumn(Struct, frozen=True):
    """A column of such a list."""

    title: str
    least: int
    share: int = 0
    """Its part of the room that is left; 0 stays at its least."""
    is_number: bool = False


class ListLine(Protocol):
    """What a list needs to know of one of its lines."""

    @property
    def key(self) -> int | str:
        """What tells it from the others."""
        raise NotImplementedError

    @property
    def cells(self) -> tuple[str, ...]:
        """One for each column."""
        raise NotImplementedError

    @property
    def heading(self) -> Hashable:
        """Under what it stands; lines of one heading stand together."""
        raise NotImplementedError


def heading_of(columns: Sequence[ListColumn], width: int) -> str:
    """The titles of the columns."""
    return laid_out([column.title for column in columns], columns, width)


def laid_out(texts: Sequence[str], columns: Sequence[ListColumn], width: int) -> str:
    """Texts in their columns; those at the end are cut off where there is no room."""
    return cell_line((" " * GAP).join(_cells(texts, columns, width)), width)


def cell_line(text: str, width: int) -> str:
    """A line that is exactly so wide; blanks in it stay as they are."""
    while cell_len(text) > width:
        text = text[:-1]
    return text + " " * (width - cell_len(text))


def _cells(texts: Sequence[str], columns: Sequence[ListColumn], width: int) -> Iterator[str]:
    spare = max(0, width - sum(column.least for column in columns) - GAP * (len(columns) - 1))
    shares = sum(column.share for column in columns)
    for text, column in zip(texts, columns, strict=True):
        room = column.least + spare * column.share // shares
        yield cell(text, room).strip().rjust(room) if column.is_number else cell(text, room)
