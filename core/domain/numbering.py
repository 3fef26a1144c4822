"""Numbers for what an export knows by name only: its folders and its owner's fields. A name keeps its number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from core.domain.changes import fields_changed
from core.domain.collection import Collection, Copy, Field, FieldValue, Folder
from core.domain.export_file import Export, ExportRow
from core.domain.ids import MEDIA_FIELD, NOTES_FIELD, SLEEVE_FIELD, FieldId, FolderId, InstanceId

UNCATEGORIZED: Final = "Uncategorized"
"""The folder of what lies in none; its number is Discogs' own."""

_FIRST_FOLDER, _FIRST_FIELD = 2, 4
_EVERYBODYS: Final = {
    "Media Condition": Field(MEDIA_FIELD, "Media Condition", "dropdown", 1),
    "Sleeve Condition": Field(SLEEVE_FIELD, "Sleeve Condition", "dropdown", 2),
    "Notes": Field(NOTES_FIELD, "Notes", position=3),
}


class Numbers:
    """The numbers by name, and copies made with them. Made by `numbers_of`."""

    def __init__(self, folders: Mapping[str, FolderId], fields: Mapping[str, FieldId], columns: Sequence[str]) -> None:
        self._folders = folders
        self._fields = fields
        self._names = {number: name for name, number in fields.items()}
        self._columns = columns
        # Fields stand in the order of their numbers, in whatever order the file has them.
        self._order = sorted((fields[name], at) for at, name in enumerate(columns))
        self._values: dict[tuple[str, ...], tuple[FieldValue, ...]] = {}

    def copy(self, row: ExportRow, instance: InstanceId) -> Copy:
        """The copy that a row tells of."""
        values = self._values.get(row.values)
        if values is None:
            found = ((number, row.values[at]) for number, at in self._order)
            values = self._values[row.values] = tuple(FieldValue(number, value) for number, value in found if value)
        return Copy(
            instance_id=instance,
            release=row.release,
            folder_id=self._folders.get(row.folder) or self._folders[UNCATEGORIZED],
            rating=row.rating,
            added=row.added,
            fields=values,
        )

    def differing(self, before: Copy, after: Copy) -> list[str]:
        """The names of the fields in which two copies differ."""
        changed = fields_changed(before.fields, after.fields)
        return [self._names.get(number, f"field {number}").casefold() for number, _, _ in changed]

    def folders(self, copies: Iterable[Copy]) -> tuple[Folder, ...]:
        """The folders in which these copies lie."""
        counts = Counter(copy.folder_id for copy in copies)
        named = sorted((number, name) for name, number in self._folders.items())
        return tuple(Folder(number, name, counts[number]) for number, name in named if counts[number])

    def fields(self, copies: Iterable[Copy]) -> tuple[Field, ...]:
        """The fields of the file, and those that any of these copies has besides."""
        used = {one.field_id for copy in copies for one in copy.fields}
        known = {*_EVERYBODYS, *self._columns, *(name for name, number in self._fields.items() if number in used)}
        named = sorted((self._fields[name], name) for name in known)
        return tuple(_EVERYBODYS.get(name) or Field(number, name, position=number) for number, name in named)


def numbers_of(here: Collection, export: Export) -> Numbers:
    """Those that the names have here already, and the next free ones for the names that the file brings."""
    folders = {folder.name: folder.id for folder in here.folders} | {UNCATEGORIZED: FolderId(1)}
    next_folder = max((*folders.values(), FolderId(_FIRST_FOLDER - 1))) + 1
    for at, name in enumerate(sorted({_folder(row.folder) for row in export.rows} - folders.keys())):
        folders[name] = FolderId(next_folder + at)
    fields = {field.name: field.id for field in here.fields} | {name: one.id for name, one in _EVERYBODYS.items()}
    columns = [_everybodys(name) for name in export.header.field_names]
    next_field = max((*fields.values(), FieldId(_FIRST_FIELD - 1))) + 1
    for at, name in enumerate(name for name in columns if name not in fields):
        fields[name] = FieldId(next_field + at)
    return Numbers(folders, fields, columns)


def _folder(name: str) -> str:
    return name if name.strip() else UNCATEGORIZED


def _everybodys(name: str) -> str:
    return next((known for known in _EVERYBODYS if known.casefold() == name.casefold()), name)
