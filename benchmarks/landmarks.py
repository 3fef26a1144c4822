"""What is looked for on the screen, and the keys that are pressed: all that the figures know of the program's looks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

from benchmarks.pty_driver import Paint
from benchmarks.screen import Screen
from core.text import count, printable

UP, DOWN, PAGE_UP, PAGE_DOWN = b"\x1b[A", b"\x1b[B", b"\x1b[5~", b"\x1b[6~"
HOME, END, ESCAPE, BACKSPACE = b"\x1b[H", b"\x1b[F", b"\x1b", b"\x7f"
FILTER, SYNC, QUIT = b"/", b"s", b"q"

PROMPT: Final = "Filter"
"""Stands before what is typed."""

READING: Final = " page "
"""Stands in the status line while a sync reads."""

PUBLISHING: Final = "publishing"
"""Stands in the status line while a sync publishes."""

_BETWEEN: Final = " :/>›❯│"
"""May stand between the prompt and what is typed."""

_HEADER: Final = ("Artist", "Title")
_ENOUGH: Final = 12
"""Cells of an artist or a title that are compared."""

_BELOW: Final = 2
"""Lines below the table: the status line and the keys."""

Look = Callable[[Screen], bool]


class Table(NamedTuple):
    """Where the record table is: the line of its header, and where its first two columns begin."""

    header: int
    artist: int
    title: int


def table(screen: Screen) -> Table | None:
    """The table, once its header is there."""
    for row, line in enumerate(screen.lines):
        if all(title in line for title in _HEADER):
            return Table(row, *(line.index(title) for title in _HEADER))
    return None


def first_row(artist: str, title: str) -> Look:
    """That record is the first one of the table."""

    def look(screen: Screen) -> bool:
        found = table(screen)
        return found is not None and _stands(screen, found, found.header + 1, artist, title)

    return look


def some_row(screen: Screen) -> bool:
    """Something stands in the first row of the table, whatever it is."""
    found = table(screen)
    return found is not None and bool(screen.text(found.header + 1, found.title).strip(" │▎▊"))


def last_row(artist: str, title: str) -> Look:
    """That record is in the table, below the first row."""

    def look(screen: Screen) -> bool:
        found = table(screen)
        rows = range(found.header + 2, screen.rows) if found else ()
        return found is not None and any(_stands(screen, found, row, artist, title) for row in rows)

    return look


def shown(number: int, total: int) -> Look:
    """The status line says that so many records are left."""
    words = f"{count(number)} of {count(total)} "
    return lambda screen: any(words in line.replace("\xa0", " ") for line in screen.lines[-4:])


def counted(total: int) -> Look:
    """The status line says how many of so many records are left, or that all are there."""
    return lambda screen: any(f"{count(total)} " in line.replace("\xa0", " ") for line in screen.lines[-4:])


def says(words: str) -> Look:
    """The words are somewhere on the screen."""
    return lambda screen: any(words in line for line in screen.lines)


def stands_in_filter(screen: Screen, text: str) -> bool:
    """Whether the filter line begins with the text; a suggestion may follow it."""
    row = _filter_line(screen)
    return row is not None and screen.lines[row].partition(PROMPT)[2].lstrip(_BETWEEN).startswith(text)


def echo(screen: Screen, paints: Sequence[Paint]) -> Paint | None:
    """The first paint of the filter line."""
    row = _filter_line(screen)
    return next((paint for paint in paints if any(span.row == row for span in paint.spans)), None)


def of_table(screen: Screen, paints: Sequence[Paint]) -> Paint | None:
    """The last paint of the table, of what is to the right of it, or of the status line."""
    found = table(screen)
    if found is None:
        return None
    return _last(paints, lambda span: span.row >= found.header and span.end > found.artist)


def of_records(screen: Screen, paints: Sequence[Paint]) -> Paint | None:
    """The last paint of the table or of what is to the right of it; the status line may tell of a sync meanwhile."""
    found = table(screen)
    if found is None:
        return None
    lines = range(found.header, screen.rows - _BELOW)
    return _last(paints, lambda span: span.row in lines and span.end > found.artist)


def of_all_but_filter(screen: Screen, paints: Sequence[Paint]) -> Paint | None:
    """The last paint of anything below the filter line, whose cursor may blink."""
    row = _filter_line(screen)
    return _last(paints, lambda span: span.row > (row or 0))


def rows_text(screen: Screen) -> str:
    """The rows of the table as they stand there, to see whether it scrolled."""
    found = table(screen)
    rows = range(found.header + 1, screen.rows - _BELOW) if found else ()
    return "\n".join(screen.text(row, found.artist, found.title + _ENOUGH) for row in rows) if found else ""


def _filter_line(screen: Screen) -> int | None:
    return next((row for row, line in enumerate(screen.lines[:5]) if PROMPT in line), None)


def _last(paints: Sequence[Paint], counts: Callable[[Any], bool]) -> Paint | None:
    return next((paint for paint in reversed(paints) if any(counts(span) for span in paint.spans)), None)


def _stands(screen: Screen, where: Table, row: int, artist: str, title: str) -> bool:
    there = (screen.text(row, where.artist), screen.text(row, where.title))
    return all(text.startswith(printable(known)[:_ENOUGH]) for text, known in zip(there, (artist, title), strict=True))
