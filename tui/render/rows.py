"""One copy as one row of the table: which columns fit a width, and what stands in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Final

from core.domain.collection import Collection, Copy
from core.domain.conditions import short_grade
from core.domain.ids import Shelf
from core.domain.release import Format
from core.domain.sorting import SortKey
from core.text import printable
from tui.render.shelves import has_column

from msgspec import Struct
from rich.cells import cell_len, chop_cells, set_cell_size

GAP: Final = 2
"""Cells between two columns."""

_JOINER: Final = "\u200d"
_EMOJI: Final = "\u2600-\u27bf\u2b1b-\u2b55\ufe0f\U0001f000-\U0001faff"
_LOOSE_JOINER: Final = re.compile(f"(?<![{_EMOJI}]){_JOINER}|{_JOINER}(?![\u2194-\u21aa{_EMOJI}])")
"""Only emoji are drawn as one where they are joined; beside anything else a joiner is measured in as many ways as there
are terminals."""

_SMALL: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


class Column(Struct, frozen=True):
    """A column that can be shown."""

    name: str
    title: str
    least: int
    """The narrowest width at which it is worth showing, its heading with the marks of the order included."""
    share: int
    """Its part of the room that is left; 0 stays at its least."""
    text: Callable[[Copy, Collection], str]
    muted: bool = False
    sorted_as: str = ""
    meaning: str = ""

    @property
    def full_title(self) -> str:
        """The title for where there is room for it."""
        return self.meaning or self.title

    @property
    def sort(self) -> str:
        """What a sort key calls the column."""
        return self.sorted_as or self.name


class Placed(Struct, frozen=True):
    """A column with the width it got."""

    column: Column
    width: int


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


@lru_cache(maxsize=4_096)
def formats_in_short(formats: tuple[Format, ...]) -> str:
    """`2xLP, RE, Ltd` for the whole set. `All Media` is no medium of its own; free text is left to the details."""
    return " + ".join(text for form in formats if form.name != "All Media" and (text := _format_in_short(form)))


def _format_in_short(form: Format) -> str:
    quantity = f"{form.quantity}x" if form.quantity not in ("", "1") and len(form.quantity) < 4 else ""
    size = next((size for size in _SIZES if size in form.descriptions), "")
    rest = [_SHORT.get(word, word) for word in form.descriptions if word != size]
    words = [quantity + (size or form.name), *(word for word in rest if word)]
    return ", ".join(words)


def _year(copy: Copy, _collection: Collection) -> str:
    return str(copy.release.year) if copy.release.year else "–"


def _original(copy: Copy, collection: Collection) -> str:
    """The year; in brackets the pressing's in its place; `…` while it may still become known, `–` when nobody knows."""
    release = copy.release
    master = collection.master_of(release)
    if master is not None and master.year:
        return str(master.year)
    instead = f"({release.year})" if release.year else ""
    if master is None and release.master_id is not None:
        return f"{instead}…"
    return instead or "–"


def stars(rating: int | None) -> str:
    """`★★★★☆`; nothing for what is not rated."""
    return "★" * rating + "☆" * (5 - rating) if rating else ""


COLUMNS: Final[Mapping[str, Column]] = {
    column.name: column
    for column in (
        Column("artist", "Artist", 18, 5, lambda copy, _: copy.release.artist),
        Column("title", "Title", 20, 6, lambda copy, _: copy.release.title),
        Column("year", "Year", 6, 0, _year),
        Column("original", "Original", 10, 0, _original, meaning="Original year"),
        Column("format", "Format", 10, 2, lambda copy, _: formats_in_short(copy.release.formats), muted=True),
        Column("label", "Label", 14, 3, lambda copy, _: ", ".join(copy.release.label_names), muted=True),
        Column(
            "number",
            "Number",
            12,
            1,
            lambda copy, _: ", ".join(copy.release.numbers),
            muted=True,
            meaning="Catalogue number",
        ),
        Column("media", "Media", 7, 0, lambda copy, _: short_grade(copy.media), meaning="Media condition"),
        Column("sleeve", "Sleeve", 8, 0, lambda copy, _: short_grade(copy.sleeve), meaning="Sleeve condition"),
        Column(
            "owned",
            "Owned",
            16,
            0,
            lambda copy, collection: collection.owned.get(copy.instance_id, ""),
            meaning="Owned already",
        ),
        Column("rating", "Rating", 8, 0, lambda copy, _: stars(copy.rating)),
        Column("folder", "Folder", 10, 2, lambda copy, collection: collection.folder_of(copy), muted=True),
        Column(
            "added",
            "Added",
            10,
            0,
            lambda copy, _: copy.added.date().isoformat() if copy.added else "",
            muted=True,
            meaning="Added on",
        ),
        Column(
            "genres", "Genres", 12, 3, lambda copy, _: ", ".join(copy.release.genres), muted=True, sorted_as="genre"
        ),
    )
}
"""Every column there is, by name."""

DEFAULT_COLUMNS: Final[tuple[str, ...]] = (
    "artist",
    "title",
    "year",
    "format",
    "label",
    "number",
    "media",
    "sleeve",
    "original",
    "folder",
    "added",
)
"""For whoever has chosen none; those at the end give way first when the terminal is narrow."""

_WANTED: Final = ("artist", "title", "year", "owned", "format", "label", "number", "original", "added")


def usual_columns(shelf: Shelf) -> tuple[str, ...]:
    """Those of whoever has chosen none."""
    return _WANTED if shelf is Shelf.WANTLIST else DEFAULT_COLUMNS


def columns_of(shelf: Shelf) -> tuple[str, ...]:
    """All that say anything of what stands on a shelf."""
    return tuple(name for name in COLUMNS if has_column(shelf, name))


def known_columns(names: Iterable[str], shelf: Shelf = Shelf.COLLECTION) -> tuple[str, ...]:
    """The names that are columns of a shelf, each once; the usual columns when none is."""
    known = (name for name in dict.fromkeys(names) if name in COLUMNS and has_column(shelf, name))
    return tuple(known) or usual_columns(shelf)


def place(width: int, names: Iterable[str] = DEFAULT_COLUMNS) -> tuple[Placed, ...]:
    """The columns that fit, in the order of their names, with widths that fill the room.

    Those at the end are left out where there is no room for them; the first is always there.
    """
    shown: list[Column] = []
    taken = -GAP
    for name in tuple(name for name in dict.fromkeys(names) if name in COLUMNS) or DEFAULT_COLUMNS:
        column = COLUMNS[name]
        if taken + GAP + column.least > width and shown:
            break
        shown.append(column)
        taken += GAP + column.least
    if taken > width:
        return (Placed(shown[0], max(1, width)),)
    spare = width - taken
    shares = sum(column.share for column in shown)
    widths = [column.least + (spare * column.share // shares if shares else 0) for column in shown]
    # The few cells that cannot be parted evenly; where no column grows, the last one has the empty room.
    rest = width - sum(widths) - GAP * (len(widths) - 1)
    widths[next((at for at, column in enumerate(shown) if column.share), -1)] += rest
    return tuple(map(Placed, shown, widths))


def heading(placed: Placed, order: tuple[SortKey, ...]) -> str:
    """The title of a column in its width: `Year▲` when sorted by it, `Year▼²` when it is the second of several keys."""
    title = placed.column.title
    mark = next((_mark(at, key, len(order)) for at, key in enumerate(order, 1) if key.column == placed.column.sort), "")
    mark = mark[: placed.width]
    room = placed.width - len(mark)
    return cell(f"{title}{mark}" if len(title) <= room else f"{cell(title, room)}{mark}", placed.width)


def _mark(place_of_key: int, key: SortKey, keys: int) -> str:
    return ("▼" if key.descending else "▲") + (str(place_of_key).translate(_SMALL) if keys > 1 else "")


def column_at(placed: Iterable[Placed], x: int) -> Column | None:
    """The column that a cell of a line belongs to, the gap behind it included."""
    end = 0
    for item in placed:
        end += item.width + GAP
        if 0 <= x < end:
            return item.column
    return None


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
    shown = printable(text)
    if _JOINER in shown:
        shown = _LOOSE_JOINER.sub("", shown)
    if cell_len(shown) <= width:
        return set_cell_size(shown, width)
    return set_cell_size(set_cell_size(shown, width - 1).rstrip(f" {_JOINER}") + "…", width)
