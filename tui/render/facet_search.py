"""The search inside one facet: what a key makes of it, what it leaves, and the line in which it is typed."""

from __future__ import annotations

from typing import Final

from core.text import count, fold
from tui.render.facets import FacetGroup, FacetLine, Piece

from msgspec import Struct
from msgspec.structs import replace
from rich.cells import cell_len

_SPARE: Final = 4
"""Cells that stay free between what is typed and the numbers, or there are no numbers."""


class Search(Struct, frozen=True):
    """What is typed, and the facet that it narrows."""

    facet: str
    text: str = ""

    def after(self, key: str, character: str | None) -> Search | None:
        """The search after a key; None when the key is none of its own."""
        match key:
            case "backspace":
                return replace(self, text=self.text[:-1])
            case "ctrl+u":
                return replace(self, text="")
            case "ctrl+w":
                return replace(self, text=self.text.rstrip().rpartition(" ")[0])
        is_letter = character is not None and character.isprintable()
        return replace(self, text=f"{self.text}{character}") if is_letter else None

    def narrow(self, group: FacetGroup) -> FacetGroup:
        """The group with the values of which some word begins with each word here; those that are chosen stay."""
        if group.name != self.facet or not group.is_open:
            return group
        values = group.values
        for start in self._starts:
            values = tuple(line for line in values if line.state or start in _words(line))
        return replace(group, values=values)

    def first(self, group: FacetGroup) -> int | None:
        """The place of the first value that is meant; those that are only there as chosen are not."""
        starts = self._starts
        return next(
            (at for at, line in enumerate(group.values) if all(start in _words(line) for start in starts)), None
        )

    def pieces(self, found: int, total: int, width: int) -> list[Piece]:
        """The line in which it is typed: its end is kept in sight, and the numbers stand where there is room."""
        numbers = f" {count(found)} of {count(total)}"
        if cell_len(self.text) + _SPARE > width - len(numbers):
            numbers = ""
        shown = self.text
        while shown and cell_len(shown) + 2 > width:
            shown = shown[1:]
        blank = " " * max(0, width - len(numbers) - cell_len(shown) - 2)
        return [(f"/{shown}", "search"), (" ", "search-cursor"), (blank, "search"), (numbers, "search")]

    @property
    def _starts(self) -> list[str]:
        return [f" {word}" for word in fold(self.text).split()]


def _words(line: FacetLine) -> str:
    return f" {fold(line.label)}"
