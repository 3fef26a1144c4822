"""A shelf as CSV: the columns of Discogs' own export first, as it spells and orders them, then ours.

A collection that is imported from such a file and exported again is the same bytes. Source of the columns: four real
exports of collections; of a wantlist they are the same without folder, date and grades.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Final

from core.domain.collection import Collection, Copy, Field
from core.domain.export_more import ADDED, MARK, OF_RELEASE, more_cells, more_of
from core.domain.exporting_cells import (
    artist_cell,
    date_cell,
    guarded,
    label_cell,
    moment_cell,
    number_cell,
    rating_cell,
    year_cell,
)
from core.domain.exporting_formats import formats_out
from core.domain.ids import MEDIA_FIELD, NOTES_FIELD, SLEEVE_FIELD, FieldId, ReleaseId, Shelf
from core.domain.release import Release

_RELEASE: Final = ("Catalog#", "Artist", "Title", "Label", "Format", "Rating", "Released", "release_id")
_COPY: Final = ("CollectionFolder", "Date Added")
_USUAL: Final = {
    "Collection Media Condition": MEDIA_FIELD,
    "Collection Sleeve Condition": SLEEVE_FIELD,
    "Collection Notes": NOTES_FIELD,
}
_NOTES: Final = "Notes"
_OWNED: Final = "owned"
_FIELD: Final = "Collection "
_LINES_END: Final = "\r\n"


class Sheet:
    """The rows of one shelf."""

    def __init__(self, collection: Collection, shelf: Shelf) -> None:
        self._collection = collection
        self._is_wantlist = shelf is Shelf.WANTLIST
        fields = {_NOTES: NOTES_FIELD} if self._is_wantlist else {**_USUAL, **_own(collection)}
        kinds = {field.id: field.kind for field in collection.fields}
        # A grade is chosen from a list, and a list's values may end with a line break, which no export has.
        stripped = {number for number, kind in kinds.items() if kind == "dropdown"} | {MEDIA_FIELD, SLEEVE_FIELD}
        self._fields = [(number, number in stripped) for number in fields.values()]
        self._titles = tuple(fields)
        self._known: dict[ReleaseId, tuple[tuple[str, ...], tuple[str, ...]]] = {}

    def lines(self, copies: Iterable[Copy]) -> Iterator[str]:
        """The header, and a row for each copy."""
        yield _line(self.header)
        for copy in copies:
            yield _line(map(guarded, self.cells(copy)))

    @property
    def header(self) -> tuple[str, ...]:
        """What the columns are called."""
        mine = (_OWNED,) if self._is_wantlist else ()
        of_copy = () if self._is_wantlist else _COPY
        return (*_RELEASE, *of_copy, *self._titles, *mine, *OF_RELEASE, ADDED, MARK)

    def cells(self, copy: Copy) -> tuple[str, ...]:
        """What stands in them."""
        texts, (*more, mark) = self._of(copy.release)
        values = {one.field_id: one.value for one in reversed(copy.fields)}
        fields = (values.get(number, "") for number, _ in self._fields)
        shown = [value.strip() if cut else value for value, (_, cut) in zip(fields, self._fields, strict=True)]
        number, artist, title, label, form, year = texts
        owned = (self._collection.owned.get(copy.instance_id, ""),) if self._is_wantlist else ()
        of_copy = () if self._is_wantlist else (self._collection.folder_of(copy), date_cell(copy.added))
        return (
            *(number, artist, title, label, form, rating_cell(copy.rating), year, str(copy.release.id)),
            *of_copy,
            *shown,
            *owned,
            *more,
            moment_cell(copy.added),
            mark,
        )

    def _of(self, release: Release) -> tuple[tuple[str, ...], tuple[str, ...]]:
        known = self._known.get(release.id)
        if known is None:
            texts = (
                number_cell(release.labels),
                artist_cell(release.artists),
                release.title,
                label_cell(release.labels),
                formats_out(release.formats),
                year_cell(release.year),
            )
            known = self._known[release.id] = texts, more_cells(more_of(release, self._collection))
        return known


def _own(collection: Collection) -> dict[str, FieldId]:
    """The titles of the collector's own fields, of which no two are alike."""
    named = {field.id: field for field in collection.fields}
    used = {one.field_id for copy in collection.copies for one in copy.fields}
    unnamed = (Field(number, "", position=2**31) for number in sorted(used - named.keys()))
    fields = sorted((*named.values(), *unnamed), key=lambda field: (field.position, field.id))
    taken = {title.casefold() for title in _USUAL}
    found: dict[str, FieldId] = {}
    for field in fields:
        if field.id in _USUAL.values():
            continue
        name = field.name.replace("\0", "").strip() or f"Field {field.id}"
        title = _free(f"{_FIELD}{name}", taken)
        taken.add(title.casefold())
        found[title] = field.id
    return found


def _free(title: str, taken: Iterable[str]) -> str:
    """A title that none has yet: import knows fields by their names, whatever the case."""
    tried, number = title, 1
    while tried.casefold() in taken:
        number += 1
        tried = f"{title} ({number})"
    return tried


def _line(cells: Iterable[str]) -> str:
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator=_LINES_END).writerow(cells)
    return written.getvalue()
