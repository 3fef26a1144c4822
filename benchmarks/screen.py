"""What a terminal shows: as much of xterm as Textual uses to paint, without colours.

Places are counted from 0. A wide character stands in the first of its two cells, the second is empty.
"""

from __future__ import annotations

import codecs
import re
from typing import Final, NamedTuple

from rich.cells import get_character_cell_size

_TOKEN: Final = re.compile(
    r"\x1b\[(?P<private>[<-?]?)(?P<numbers>[\d;:]*)[ -/]*(?P<final>[@-~])"  # a control sequence
    r"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)"  # a message to the window
    r"|\x1b[^\[\]]"
    r"|(?P<control>[\r\n\x08])"
    r"|(?P<text>[^\x00-\x1f]+)"
    r"|[\x00-\x1a\x1c-\x1f]"
)


class Span(NamedTuple):
    """Cells of one line that were written to."""

    row: int
    start: int
    end: int


class Screen:
    """The cells of a terminal, brought up to date by `feed`."""

    def __init__(self, rows: int, columns: int) -> None:
        self.rows, self.columns = rows, columns
        self._cells = [[" "] * columns for _ in range(rows)]
        self._row = self._column = 0
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._rest = ""
        """The beginning of a sequence whose end has not come yet."""

    @property
    def lines(self) -> list[str]:
        """The text of every line."""
        return ["".join(line) for line in self._cells]

    def text(self, row: int, start: int, end: int | None = None) -> str:
        """What stands in some cells of a line."""
        return "".join(self._cells[row][start:end])

    def feed(self, data: bytes) -> list[Span]:
        """Take output; which cells it wrote to."""
        text = self._rest + self._decode(data)
        place, written = 0, list[Span]()
        while found := _TOKEN.match(text, place):
            place = found.end()
            if found["text"]:
                written.append(self._write(found["text"]))
            elif found["control"]:
                self._control(found["control"])
            elif found["final"] and not found["private"]:
                written += self._command(found["final"], found["numbers"])
        self._rest = text[place:]
        return written

    def _write(self, text: str) -> Span:
        line, start = self._cells[self._row], self._column
        if text.isascii():
            end = min(self.columns, start + len(text))
            line[start:end] = text[: end - start]
            self._column = end
            return Span(self._row, start, end)
        for character in text:
            width = get_character_cell_size(character)
            if width and self._column + width <= self.columns:
                line[self._column : self._column + width] = [character, *[""] * (width - 1)]
                self._column += width
            elif not width and self._column:
                line[self._column - 1] += character
        return Span(self._row, start, self._column)

    def _control(self, character: str) -> None:
        if character == "\n":
            self._row = min(self.rows - 1, self._row + 1)
        else:
            self._column = 0 if character == "\r" else max(0, self._column - 1)

    def _command(self, final: str, numbers: str) -> list[Span]:
        given = [int(number or 0) for number in re.split("[;:]", numbers)]
        if final in "Hf":
            row, column = (*given, 0, 0)[:2]
            self._row = min(self.rows, max(1, row)) - 1
            self._column = min(self.columns, max(1, column)) - 1
        elif final in "JK":
            return self._erase(final, given[0])
        return []

    def _erase(self, final: str, how: int) -> list[Span]:
        """From the cursor on, up to it, or all: of the line (K), or of the screen (J)."""
        start = 0 if how else self._column
        end = self._column + 1 if how == 1 else self.columns
        wiped = [Span(self._row, start, end)]
        if final == "J":
            rows = (range(self._row + 1, self.rows), range(self._row), range(self.rows))[min(how, 2)]
            wiped += [Span(row, 0, self.columns) for row in rows]
        for span in wiped:
            self._cells[span.row][span.start : span.end] = " " * (span.end - span.start)
        return wiped
