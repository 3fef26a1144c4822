"""Jumping by typing: which row begins with the letters that were typed."""

from __future__ import annotations

from itertools import compress, islice, repeat
from typing import Final

from core.domain.collection import Copy
from core.domain.view import View
from core.text import fold
from tui.render.rows import COLUMNS, cell

from rich.cells import cell_len

_LINES: Final = {"artist": 0, "title": 1, "label": 2, "number": 3}
"""The columns whose folded text a release has at hand, as lines of it: to fold 100,000 texts takes a second."""

_BY_SORT: Final = {column.sort: column for column in COLUMNS.values()}

_AT_ONCE: Final = 4_000
"""So many rows are got ready in the time that a key may take; all 100,000 of them take up to 150 ms."""


class Finding:
    """The letters typed so far, and the row of a view to which they lead."""

    def __init__(self, view: View, origin: int) -> None:
        self._view = view
        self._origin = origin
        self._column = next((_BY_SORT[key.column] for key in view.order if key.column in _BY_SORT), COLUMNS["artist"])
        self._texts: list[str] = []
        self._wanted = ""
        self.typed = ""
        self.row: int | None = origin
        """The first that begins with the letters, from where the search began round to it; None when none does."""

    def prepare(self) -> bool:
        """Get some more rows ready to be compared; whether that were all. What is left, the first letter does."""
        begin = len(self._texts)
        self._texts += map(self._text, self._view.copies[begin : begin + _AT_ONCE])
        return len(self._texts) == len(self._view.copies)

    def type(self, typed: str) -> None:
        """Look for other letters; case, accents and punctuation do not matter."""
        wanted = fold(typed)
        if wanted and typed[-1].isspace():
            wanted += " "
        while not self.prepare():
            pass
        # What begins with more letters comes no sooner than what begins with fewer.
        begin = self.row if wanted.startswith(self._wanted) else self._origin
        self.typed, self._wanted = typed, wanted
        self.row = None if begin is None else self._next(begin)

    def moved_to(self, view: View, origin: int) -> Finding:
        """The same letters in another view."""
        other = Finding(view, origin)
        other.typed = self.typed
        return other

    def prompt(self, width: int) -> str:
        """What stands in the header meanwhile, in that many cells."""
        asked = f"Find in {self._column.title}: {self.typed}█"
        told = "nothing begins with this" if self.row is None else "Enter: done"
        room = width - cell_len(told)
        return cell(asked, room) + told if room > cell_len(asked) else cell(asked, width)

    def _text(self, copy: Copy) -> str:
        number = _LINES.get(self._column.name)
        if number is not None:
            lines = copy.release.folded.split("\n", number + 1)
            return lines[number] if number < len(lines) else ""
        if self._column.name == "rating":
            return str(copy.rating or "")
        return fold(self._column.text(copy, self._view.collection))

    def _next(self, begin: int) -> int | None:
        if begin < self._origin:
            return self._first(begin, self._origin)
        found = self._first(begin, len(self._texts))
        return self._first(0, self._origin) if found is None else found

    def _first(self, begin: int, end: int) -> int | None:
        hits = map(str.startswith, islice(self._texts, begin, end), repeat(self._wanted))
        return next(compress(range(begin, end), hits), None)
