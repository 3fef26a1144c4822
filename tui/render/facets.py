"""The lines of the facet panel: which there are, where each of them stands, and what is on it."""

from __future__ import annotations

from bisect import bisect_right
from typing import Final

from core.text import count, printable
from tui.render.rows import cell

from msgspec import Struct

_MARKS: Final = {1: "✓", -1: "✗", 0: " "}
_STYLES: Final = {1: "included", -1: "excluded", 0: ""}
_LEAD: Final = 3
"""Cells before a name: a blank, the mark, a blank."""
_LEAST: Final = 4
"""Cells that a name keeps before its count gives way."""

Piece = tuple[str, str]
"""A text and the name of its style: heading, muted, included, excluded, or nothing for the plain one."""


class FacetLine(Struct, frozen=True, gc=False):
    """A value of a facet, with the number of copies that have it."""

    value: str
    """What the value is called in messages."""
    label: str
    """What is shown for it. Foreign text."""
    count: int
    state: int = 0
    """1 when the filter asks for it, -1 when the filter leaves it out, else 0."""


class FacetGroup(Struct, frozen=True):
    """A facet. What is not open needs no values; those that are chosen are summed up beside its title."""

    name: str
    title: str
    values: tuple[FacetLine, ...] = ()
    is_open: bool = False


class Row(Struct, frozen=True):
    """One line of the panel. Without a value it is the heading, or says that there is no value."""

    group: FacetGroup
    line: FacetLine | None = None
    is_heading: bool = False


class Outline:
    """The rows of all groups, one below the other. Building it takes the time of the groups, not of their values."""

    def __init__(self, groups: tuple[FacetGroup, ...]) -> None:
        self.groups = groups
        self._starts: list[int] = []
        self._length = 0
        for group in groups:
            self._starts.append(self._length)
            self._length += 1 + (max(1, len(group.values)) if group.is_open else 0)

    def __len__(self) -> int:
        return self._length

    def row(self, index: int) -> Row:
        """The row at an index from 0 to the length."""
        number = bisect_right(self._starts, index) - 1
        group, inside = self.groups[number], index - self._starts[number] - 1
        if inside < 0:
            return Row(group, is_heading=True)
        return Row(group, group.values[inside] if group.values else None)

    def heading(self, facet: str) -> int | None:
        """Where a group begins."""
        return next((at for group, at in zip(self.groups, self._starts, strict=True) if group.name == facet), None)

    def find(self, row: Row) -> int | None:
        """Where the same heading or value stands in this outline; None when it does not."""
        start = self.heading(row.group.name)
        if start is None or row.is_heading:
            return start
        group, value = self.row(start).group, row.line.value if row.line else None
        if not group.is_open or value is None:
            return None
        return next((start + 1 + at for at, line in enumerate(group.values) if line.value == value), None)

    def place_after(self, before: Outline, index: int) -> int:
        """Where the row stands that stood there before; where it is gone, a place as far below its heading."""
        row = before.row(min(index, len(before) - 1))
        found, start = self.find(row), self.heading(row.group.name)
        if found is not None or start is None:
            return found or 0
        group, distance = self.row(start).group, index - (before.heading(row.group.name) or 0)
        return start + (min(distance, max(1, len(group.values))) if group.is_open else 0)


def pieces(row: Row, width: int) -> list[Piece]:
    """What stands on a line of that many cells, numbers at its right end."""
    if row.is_heading:
        return _heading(row.group, width)
    if row.line is None:
        return [((" " * _LEAD + "none")[:width], "muted")]
    return _value(row.line, width)


def _heading(group: FacetGroup, width: int) -> list[Piece]:
    arrow, chosen = "▾ " if group.is_open else "▸ ", [] if group.is_open else _chosen(group)
    room = width - len(arrow) - sum(len(text) for text, _ in chosen)
    if room < _LEAST:
        return [(cell(arrow + printable(group.title), width), "heading")]
    return [(arrow + cell(group.title, room), "heading"), *chosen]


def _chosen(group: FacetGroup) -> list[Piece]:
    """What a closed group would show: ` ✓2 ✗1`."""
    numbers = {state: sum(line.state == state for line in group.values) for state in (1, -1)}
    return [(f" {_MARKS[state]}{count(number)}", _STYLES[state]) for state, number in numbers.items() if number]


def _value(line: FacetLine, width: int) -> list[Piece]:
    style, lead, number = _STYLES[line.state], f" {_MARKS[line.state]} ", count(line.count)
    name, room = printable(line.label) or "–", width - _LEAD - 1 - len(number)
    if room < _LEAST:
        return [(cell(f"{lead.strip()} {name}", width), style)]
    return [(lead + cell(name, room), style), (f" {number}", "included" if line.state > 0 else "muted")]
