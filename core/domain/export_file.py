"""Discogs' own CSV export of a collection: its columns, and each row as a value or as one that cannot be read.

Source of the facts: four real exports of 5,400 rows. Artists, labels and numbers are joined by commas there, and names
hold commas themselves, so none of them is ever split: whoever wants them apart has to ask by the release's number.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from types import MappingProxyType
from typing import IO, Any, Final

from core.domain.export_cells import NotReadError, Why, moment_in, number_in, rating_in, year_in
from core.domain.export_formats import formats_in
from core.domain.export_more import ADDED, MARK, OF_RELEASE, more_in
from core.domain.export_more import COLUMNS as OURS
from core.domain.export_text import Lines
from core.domain.exporting_cells import date_cell, unguarded
from core.domain.ids import ReleaseId
from core.domain.release import Artist, LabelNumber, Release
from core.errors import Found, NotAnExport
from core.text import fold, without_number

from msgspec import Struct
from msgspec.structs import replace

_TEXTS: Final = ("catalog#", "artist", "title", "label", "format", "released")
"""The columns that tell of the release, as its editors have it."""

_OWN: Final = ("rating", "release_id", "collectionfolder", "date added")
_FIELD: Final = "collection "
_WHOLE: Final = (
    *("Catalog#", "Artist", "Title", "Label", "Format", "Rating", "Released", "release_id", "CollectionFolder"),
    *("Date Added", "Collection Media Condition", "Collection Sleeve Condition", "Collection Notes"),
)
"""As they are spelled there."""
_NEEDED: Final = ("artist", "title")
_DELIMITERS: Final = {";": "semicolons", "\t": "tabs", "|": "bars"}

_TOLD: Final = 10
"""Columns that are named when the one that is needed is not among them."""

Written = tuple[str, ...]
"""What the file says of a release, as it stands there: number, artist, title, label, format and year.

A file of ours says more, which is a seventh text: see `core.domain.export_more`.
"""

DISCOGS_TEXTS: Final = 6
"""Those of `Written` that are in every export."""


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
    ours: Mapping[str, int] = MappingProxyType({})
    """Where our own columns stand, in a file that was written by `runout export`."""

    @property
    def is_ours(self) -> bool:
        """Whether it was: then texts stand in it that begin with an apostrophe of ours, and a blank folder is none."""
        return bool(self.ours)

    @property
    def missing(self) -> tuple[str, ...]:
        """The columns of every whole export that are not there, as they are called: of these the file says nothing."""
        there = {*self.places, *(f"{_FIELD}{name.casefold()}" for name in self.field_names)}
        return tuple(title for title in _WHOLE if title.casefold() not in there)

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
    ours = {title: at for at, title in enumerate(known) if title in OURS} if MARK in known else {}
    read = {*places.values(), *(at for _, at in fields), *ours.values()}
    unread = tuple(title for at, title in enumerate(titles) if at not in read and title)
    return Header(len(cells), places, fields, unread, ours)


def retold(export: Export, told: Mapping[ReleaseId, Written]) -> Export:
    """The same, with what was told before in the texts of which this file says nothing."""
    absent = [at for at, column in enumerate(_TEXTS) if column not in export.header.places]
    if not absent:
        return export
    parser = _Parser(export.header)
    return replace(export, rows=tuple(parser.retold(row, told.get(row.release.id), absent) for row in export.rows))


def plain_artists(written: Written) -> tuple[Artist, ...]:
    """A credit in one text, which is never taken apart."""
    return (Artist(written[1]),) if written[1].strip() else ()


def plain_labels(written: Written) -> tuple[LabelNumber, ...]:
    """The same of labels and their numbers."""
    return (LabelNumber(written[3], written[0]),) if written[3].strip() or written[0].strip() else ()


class _Parser:
    """Reads the rows under one header. What is the same in many of them is kept once."""

    def __init__(self, header: Header) -> None:
        self._size = header.size
        # A column that is not there is one more cell, in which nothing stands.
        places = [header.places.get(column, header.size) for column in (*_TEXTS, *_OWN)]
        self._cells_of = itemgetter(*places)
        self._fields = [at for _, at in header.fields]
        self._is_ours = header.is_ours
        ours = [header.ours.get(column, header.size) for column in (*OF_RELEASE, MARK, ADDED)]
        self._ours_of = itemgetter(*ours)
        self._kept: dict[Any, Any] = {}
        self._artists: dict[str, tuple[tuple[Artist, ...], str]] = {}
        self._labels: dict[str, str] = {}

    def row(self, line: int, cells: list[str]) -> ExportRow | Unreadable:
        """The row that these cells are."""
        if len(cells) != self._size:
            return Unreadable(line, Why.CELLS, f"{len(cells)} of {self._size}")
        if self._is_ours:
            cells = [unguarded(cell) for cell in cells]
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
        written: Written = (number, artist, title, label, form, same(released, released))
        release = self._of(release_id, written, year)
        if self._is_ours:
            *more, exactly = self._ours_of(cells)
            written, added = (*written, more_in(more, written)), _exactly(exactly, dated, added)
        return ExportRow(line, release, written, same(folder, folder), rating, added, same(values, values))

    def retold(self, row: ExportRow, told: Written | None, absent: Sequence[int]) -> ExportRow:
        """A row with these of its texts as they were told before."""
        if told is None:
            return row
        texts = [*row.written]
        for at in absent:
            texts[at] = told[at]
        written = tuple(texts)
        released = year_in(written[_TEXTS.index("released")])
        return replace(row, written=written, release=self._of(row.release.id, written[:DISCOGS_TEXTS], released))

    def _of(self, release: ReleaseId, written: Written, year: int | None) -> Release:
        _, artist, title, label, form, _ = written
        artists, credit = self._artists.get(artist) or self._artist(written)
        labels = plain_labels(written)
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

    def _artist(self, written: Written) -> tuple[tuple[Artist, ...], str]:
        """A credit, and how it is folded."""
        artists = plain_artists(written)
        known = self._artists[written[1]] = artists, fold(artists[0].shown) if artists else ""
        return known


def _exactly(cell: str, dated: str, added: datetime | None) -> datetime | None:
    """When something was added, by a cell in UTC as long as the one without a zone says the same."""
    try:
        moment = moment_in(cell)
    except NotReadError:
        return added
    return moment if moment is not None and date_cell(moment) == dated else added
