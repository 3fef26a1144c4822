"""Figures drawn with characters: bars that lie one under the other, and columns that stand side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from core.text import count
from tui.render.rows import cell

from msgspec import Struct
from rich.cells import cell_len

_LYING: Final = " ▏▎▍▌▋▊▉"
_STANDING: Final = " ▁▂▃▄▅▆▇"
_WHOLE: Final = "█"
_PLAIN: Final = "#"
"""For terminals that have no blocks."""

_INDENT, _GAP = 2, 2
_SHARE: Final = 4
"""Cells of `100%`."""

_NAME: Final = 28
"""The most cells of a name before its bar."""

_LEAST: Final = 4
"""A bar of less cells tells nothing."""

HEIGHT: Final = 6
"""Lines of columns."""

_WIDEST: Final = 4
"""Cells of a column, the gap behind it included."""


class Bar(Struct, frozen=True, gc=False):
    """One line of a figure."""

    name: str
    """Foreign text."""
    number: int | None
    """None of a line that only says something."""
    is_rest: bool = False
    """What is not a value of its own, such as the unknown: it is told, but not drawn beside what is."""


def share(number: int, whole: int) -> str:
    """`68%`; a part that is not nothing is never `0%`, and one that is not all is never `100%`."""
    if not whole:
        return ""
    percent = round(100 * number / whole)
    if number and not percent:
        return "<1%"
    return ">99%" if percent == 100 and number < whole else f"{percent}%"


def bars(found: Sequence[Bar], whole: int, width: int, *, plain: bool = False) -> Iterator[str]:
    """A line for each: its name, a bar, its number, and its share of all copies. None is wider than that."""
    if not found:
        return
    numbers = max(len(count(bar.number or 0)) for bar in found)
    fixed = _INDENT + _GAP + numbers + _GAP + _SHARE
    longest = max((cell_len(cell(bar.name, _NAME).rstrip()) for bar in found if bar.number is not None), default=1)
    name = max(1, min(longest, (width - fixed) * 2 // 3 if width < 60 else _NAME))
    room = width - fixed - name - _GAP
    most = max((bar.number or 0 for bar in found if not bar.is_rest), default=0)
    for bar in found:
        if bar.number is None:
            yield cut(f"{' ' * _INDENT}{bar.name}", width)
            continue
        part = 0 if bar.is_rest or not most else bar.number / most
        drawn = f"{lying(part, room, plain=plain)}  " if room >= _LEAST else ""
        told = f"{count(bar.number):>{numbers}}  {share(bar.number, whole):>{_SHARE}}"
        yield cut(f"{' ' * _INDENT}{cell(bar.name, name)}  {drawn}{told}", width)


def cut(line: str, width: int) -> str:
    """As much of a line as there is room for, without blanks at its end."""
    while cell_len(line) > max(1, width):
        line = line[:-1]
    return line.rstrip()


def lying(part: float, width: int, *, plain: bool = False) -> str:
    """A bar that takes a part of so many cells, and blanks; of what is not nothing something can be seen."""
    if plain:
        whole = max(round(part * width), 1 if part else 0)
        return _PLAIN * whole + " " * (width - whole)
    eighths = max(round(part * width * 8), 1 if part else 0)
    rest = _LYING[eighths % 8] if eighths % 8 else ""
    return (_WHOLE * (eighths // 8) + rest).ljust(width)


class Columns(Struct, frozen=True):
    """Numbers side by side, several of them added up where there is no room for each."""

    first: int
    """What the first column begins with, such as a year."""
    step: int
    """So much is in each column."""
    sums: tuple[int, ...]

    @property
    def last(self) -> int:
        """What the last column begins with."""
        return self.first + self.step * (len(self.sums) - 1)


STEPS: Final = (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1_000, 10_000)
"""Years that may be one column."""


def columns_of(found: Sequence[tuple[int, int]], room: int, steps: Sequence[int] = STEPS) -> Columns:
    """Places and numbers, in order, as no more columns than there is room for; where nothing is, that is a column."""
    first, last = found[0][0], found[-1][0]
    step = next((step for step in steps if last // step - first // step < max(1, room)), steps[-1])
    start = first // step
    sums = [0] * (last // step - start + 1)
    for place, number in found:
        sums[place // step - start] += number
    return Columns(start * step, step, tuple(sums))


def standing(columns: Columns, width: int, *, height: int = HEIGHT, plain: bool = False) -> Iterator[str]:
    """The columns from top to bottom, with the most of them at the side; none of the lines is wider than that."""
    most = max(columns.sums)
    side = len(count(most))
    room = width - _INDENT - side - 2
    cells = max(1, min(_WIDEST, room // len(columns.sums)))
    for level in range(height, 0, -1):
        label = count(most) if level == height else "0" if level == 1 else ""
        line = "".join(_piece(number / most, level, height, cells, plain=plain) for number in columns.sums)
        yield cut(f"{' ' * _INDENT}{label:>{side}} {'|' if plain else '│'}{line}", width)


def _piece(part: float, level: int, height: int, cells: int, *, plain: bool) -> str:
    """What a column shows at a level, from 1 at the bottom."""
    eighths = max(round(part * height * 8), 1 if part else 0) - (level - 1) * 8
    if plain:
        char = _PLAIN if eighths > 3 or (eighths > 0 and level == 1) else " "
    else:
        char = _WHOLE if eighths >= 8 else _STANDING[max(0, eighths)]
    return char * max(1, cells - 1) + " " * min(1, cells - 1)


def under(columns: Columns, width: int, names: Sequence[str]) -> str:
    """The names of the first and the last column, under them; only the first where there is no room for both."""
    side = len(count(max(columns.sums)))
    begin = _INDENT + side + 2
    cells = max(1, min(_WIDEST, (width - begin) // len(columns.sums)))
    first, last = names[0], names[-1]
    end = begin + cells * len(columns.sums) - (1 if cells > 1 else 0)
    blank = max(end, begin + len(first) + 2 + len(last)) - begin - len(first) - len(last)
    whole = f"{' ' * begin}{first}{' ' * blank}{last}"
    return whole if len(whole) <= width and len(columns.sums) > 1 else cut(f"{' ' * begin}{first}", width)
