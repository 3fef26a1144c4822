"""Discogs' own CSV export of a collection: its columns, and each row as a value or as one that cannot be read.

Source of the facts: four real exports of 5,400 rows. Artists, labels and numbers are joined by commas there, and names
hold commas themselves, so none of them is ever split: whoever wants them apart has to ask by the release's number.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from datetime import datetime
from operator import itemgetter
from typing import IO, Any, Final

from core.domain.export_cells import NotReadError, Why, moment_in, number_in, rating_in, year_in
from core.domain.export_formats import formats_in
from core.domain.export_text import Lines
from core.domain.ids import ReleaseId
from core.domain.release import Artist, LabelNumber, Release
from core.errors import Found, NotAnExport
from core.text import fold, without_number

from msgspec import Struct

_TEXTS: Final = ("catalog#", "artist", "title", "label", "format", "released")
"""The columns that tell of the release, as its editors have it."""

_OWN: Final = ("rating", "release_id", "collectionfolder", "date added")
_FIELD: Final = "collection "
_NEEDED: Final = ("artist", "title")
_DELIMITERS: Final = {";": "semicolons", "\t": "tabs", "|": "bars"}

_TOLD: Final = 10
"""Columns that are named when the one that is needed is not among them."""

Written = tuple[str, str, str, str, str, str]
"""What the file says of a release, as it stands there: number, artist, title, label, format and year."""


class Unreadable(Struct, frozen=True, gc=False):
    """A row that could not be understood."""

    line: int
    """In which it begins; 1 is the header's."""
    why: Why
    found: str = ""
    """What stands there instead."""
    release: ReleaseId | None = None
    """None when not even that could be read: then nobody can say which copy it is."""


class ExportRow(Struct, frozen=True, gc=False):
    """One copy, as the file has it."""

    line: int
    release: Release
    written: Written
    folder: str
    rating: int | None
    added: datetime | None
    """UTC. The file names no zone: it is taken as Discogs' own, US Pacific."""
    values: tuple[str, ...]
    """Of the collector's own fields, in the order of the header."""


class Header(Struct, frozen=True):
    """The columns of a file, in whatever order."""

    size: int
    places: Mapping[str, int]
    """Where the columns stand that are known, by their names in small letters."""
    fields: tuple[tuple[str, int], ...]
    """The collector's own fields: the name of each without `Collection`, and where it stands."""
    unread: tuple[str, ...] = ()
    """Columns of which nothing is known."""

    @property
    def field_names(self) -> tuple[str, ...]:
        """What the fields are called, in the order of the values of a row."""
        return tuple(name for name, _ in self.fields)


class Export(Struct, frozen=True):
    """A whole file."""

    header: Header
    rows: tuple[ExportRow, ...]
    unreadable: tuple[Unreadable, ...]

    def __repr__(self) -> str:
        return f"Export({len(self.rows)} rows)"


def read_export(stream: IO[bytes], name: str) -> Export:
    """The export in a stream of bytes; `name` is what the file is called.

    Raises NotAnExport when it is none. A row that cannot be understood costs nothing but itself.
    """
    rows: list[ExportRow] = []
    unreadable: list[Unreadable] = []
    found = _cells(Lines(stream, name), name)
    first = next(found, None)
    if first is None:
        raise NotAnExport(name, Found.EMPTY)
    header = header_of(first[1] or [""], name)
    parse = _Parser(header).row
    for line, cells in found:
        row = Unreadable(line, Why.QUOTES) if cells is None else parse(line, cells)
        if isinstance(row, ExportRow):
            rows.append(row)
        else:
            unreadable.append(row)
    return Export(header, tuple(rows), tuple(unreadable))


def _cells(lines: Lines, name: str) -> Iterator[tuple[int, list[str] | None]]:
    """The number of the line in which each row begins, with its cells; None for cells that cannot be told apart.

    Rows in which nothing stands are none.
    """
    reader = csv.reader(lines, strict=True)
    while True:
        line = lines.begin_row()
        try:
            cells = next(reader, None)
        except csv.Error:
            if lines.is_over:
                raise NotAnExport(name, Found.OPEN_QUOTE, line=line) from None
            yield line, None
            continue
        if cells is None:
            return
        if any(cells):
            yield line, cells


def header_of(cells: list[str], name: str) -> Header:
    """The columns that a first row names. Raises NotAnExport when they are not those of a collection export."""
    titles = [cell.strip() for cell in cells]
    known = [title.casefold() for title in titles]
    if "listing_id" in known:
        raise NotAnExport(name, Found.INVENTORY)
    if "release_id" not in known:
        delimiter = next((word for sign, word in _DELIMITERS.items() if len(cells) < 3 and sign in cells[0]), None)
        if delimiter:
            raise NotAnExport(name, Found.DELIMITER, delimiter)
        raise NotAnExport(name, Found.NO_RELEASE_ID, ", ".join(filter(None, titles[:_TOLD])))
    first = {title: at for at, title in reversed(list(enumerate(known)))}
    if twice := next((title for at, title in enumerate(titles) if title and first[known[at]] != at), None):
        raise NotAnExport(name, Found.COLUMN_TWICE, twice)
    places = {title: at for at, title in enumerate(known) if title in (*_TEXTS, *_OWN)}
    fields = tuple((titles[at][len(_FIELD) :], at) for at, title in enumerate(known) if title.startswith(_FIELD))
    if not (fields or "collectionfolder" in places or "date added" in places):
        raise NotAnExport(name, Found.WANTLIST)
    for needed in _NEEDED:
        if needed not in places:
            raise NotAnExport(name, Found.COLUMN_MISSING, needed.capitalize())
    read = {*places.values(), *(at for _, at in fields)}
    unread = tuple(title for at, title in enumerate(titles) if at not in read and title)
    return Header(len(cells), places, fields, unread)


class _Parser:
    """Reads the rows under one header. What is the same in many of them is kept once."""

    def __init__(self, header: Header) -> None:
        self._size = header.size
        # A column that is not there is one more cell, in which nothing stands.
        places = [header.places.get(column, header.size) for column in (*_TEXTS, *_OWN)]
        self._cells_of = itemgetter(*places)
        self._fields = [at for _, at in header.fields]
        self._kept: dict[Any, Any] = {}
        self._artists: dict[str, tuple[tuple[Artist, ...], str]] = {}
        self._labels: dict[str, str] = {}

    def row(self, line: int, cells: list[str]) -> ExportRow | Unreadable:
        """The row that these cells are."""
        if len(cells) != self._size:
            return Unreadable(line, Why.CELLS, f"{len(cells)} of {self._size}")
        values = tuple([cells[at] for at in self._fields])
        cells.append("")
        number, artist, title, label, form, released, rated, identity, folder, dated = self._cells_of(cells)
        release_id = number_in(identity)
        if release_id is None:
            return Unreadable(line, Why.RELEASE, identity)
        try:
            rating, added, year = rating_in(rated), moment_in(dated), year_in(released)
        except NotReadError as error:
            return Unreadable(line, error.why, error.found, release_id)
        same = self._kept.setdefault
        artist, label, form = same(artist, artist), same(label, label), same(form, form)
        written = number, artist, title, label, form, same(released, released)
        release = self._of(release_id, written, year)
        return ExportRow(line, release, written, same(folder, folder), rating, added, same(values, values))

    def _of(self, release: ReleaseId, written: Written, year: int | None) -> Release:
        number, artist, title, label, form, _ = written
        artists, credit = self._artists.get(artist) or self._artist(artist)
        labels = (LabelNumber(label, number),) if label.strip() or number.strip() else ()
        folded_label = self._labels.get(label)
        if folded_label is None:
            folded_label = self._labels[label] = fold(without_number(label)) if label.strip() else ""
        folded_number = fold(labels[0].number) if labels else ""
        return Release(
            id=release,
            title=title,
            artists=artists,
            labels=labels,
            formats=formats_in(form),
            year=year,
            # As `folded_text` has it; here most of it is the same in many rows.
            folded=f"{credit}\n{fold(title)}\n{folded_label}\n{folded_number}",
        )

    def _artist(self, name: str) -> tuple[tuple[Artist, ...], str]:
        """A credit, and how it is folded."""
        artists = (Artist(name),) if name.strip() else ()
        known = self._artists[name] = artists, fold(artists[0].shown) if artists else ""
        return known
