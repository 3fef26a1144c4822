"""One copy as one row of the table: which columns fit a width, and what stands in them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from core.domain.collection import Collection, Copy
from core.domain.conditions import short_grade
from core.domain.release import Format
from core.text import printable

from msgspec import Struct
from rich.cells import cell_len, chop_cells, set_cell_size

GAP: Final = 2
"""Cells between two columns."""

_JOINER: Final = "\u200d"


class Column(Struct, frozen=True):
    """A column that can be shown."""

    name: str
    title: str
    least: int
    """The narrowest width at which it is worth showing."""
    share: int
    """Its part of the room that is left; 0 stays at its least."""
    text: Callable[[Copy, Collection], str]
    muted: bool = False


class Placed(Struct, frozen=True):
    """A column with the width it got."""

    column: Column
    width: int


def _year(copy: Copy, _collection: Collection) -> str:
    return str(copy.release.year) if copy.release.year else "–"


def _grades(copy: Copy, _collection: Collection) -> str:
    grades = [short_grade(grade) if grade else "–" for grade in (copy.media, copy.sleeve)]
    return "" if grades == ["–", "–"] else "/".join(grades)


COLUMNS: Final = (
    Column("artist", "Artist", 18, 5, lambda copy, _: copy.release.artist),
    Column("title", "Title", 20, 6, lambda copy, _: copy.release.title),
    Column("year", "Year", 4, 0, _year),
    Column("format", "Format", 10, 2, lambda copy, _: formats_in_short(copy.release.formats), muted=True),
    Column("label", "Label", 14, 3, lambda copy, _: ", ".join(copy.release.label_names), muted=True),
    Column("number", "Number", 12, 1, lambda copy, _: ", ".join(copy.release.numbers), muted=True),
    Column("grades", "Grade", 8, 0, _grades, muted=True),
    Column("folder", "Folder", 10, 1, lambda copy, collection: collection.folder_of(copy), muted=True),
)
"""In the order in which they stand; those at the end give way first when the terminal is narrow."""


def place(width: int) -> tuple[Placed, ...]:
    """The columns that fit, with widths that fill the room."""
    shown: list[Column] = []
    taken = -GAP
    for column in COLUMNS:
        if taken + GAP + column.least > width and shown:
            break
        shown.append(column)
        taken += GAP + column.least
    spare = max(0, width - taken)
    shares = sum(column.share for column in shown) or 1
    placed = [Placed(column, column.least + spare * column.share // shares) for column in shown]
    filled = sum(item.width for item in placed) + GAP * (len(placed) - 1)
    placed[0] = Placed(placed[0].column, max(1, placed[0].width + width - filled))
    return tuple(placed)


def wrapped(text: str, width: int) -> list[str]:
    """The lines of a text that is broken between words; what is longer than a line is cut."""
    width = max(1, width)
    lines: list[str] = []
    for word in printable(text).split(" "):
        if lines and cell_len(lines[-1]) + 1 + cell_len(word) <= width:
            lines[-1] += f" {word}"
        elif cell_len(word) <= width:
            lines.append(word)
        else:
            lines += chop_cells(word, width)
    return lines


def cell(text: str, width: int) -> str:
    """A text in exactly that many terminal cells, with an ellipsis where it was cut."""
    # A joiner at the end would take the blank behind it for the rest of an emoji.
    shown = printable(text).rstrip(_JOINER)
    if cell_len(shown) <= width:
        return set_cell_size(shown, width)
    return set_cell_size(set_cell_size(shown, width - 1).rstrip(f" {_JOINER}") + "…", width)


_SHORT: Final = {
    "Album": "",
    "Stereo": "",
    "Reissue": "RE",
    "Remastered": "RM",
    "Repress": "RP",
    "Limited Edition": "Ltd",
    "Compilation": "Comp",
    "Numbered": "Num",
    "33 ⅓ RPM": "33",
    "45 RPM": "45",
    "Unofficial Release": "Unofficial",
    "White Label": "W/Lbl",
    "Picture Disc": "Pic",
    "Single Sided": "S/Sided",
}
_SIZES: Final = ("LP", '12"', '10"', '7"')


def formats_in_short(formats: tuple[Format, ...]) -> str:
    """`2xLP, RE, Ltd` for the whole set. `All Media` is no medium of its own; free text is left to the details."""
    return " + ".join(text for form in formats if form.name != "All Media" and (text := _format_in_short(form)))


def _format_in_short(form: Format) -> str:
    quantity = f"{form.quantity}x" if form.quantity not in ("", "1") and len(form.quantity) < 4 else ""
    size = next((size for size in _SIZES if size in form.descriptions), "")
    rest = [_SHORT.get(word, word) for word in form.descriptions if word != size]
    words = [quantity + (size or form.name), *(word for word in rest if word)]
    return ", ".join(words)
