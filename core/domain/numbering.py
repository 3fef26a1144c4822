"""Numbers for what an export knows by name only: its folders and its owner's fields. A name keeps its number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection as Some
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from core.domain.changes import fields_changed
from core.domain.collection import Collection, Copy, Field, FieldValue, Folder
from core.domain.export_file import Export, ExportRow
from core.domain.ids import MEDIA_FIELD, NOTES_FIELD, SLEEVE_FIELD, FieldId, FolderId, InstanceId

from msgspec.structs import replace

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

    def __init__(
        self,
        folders: Mapping[str, FolderId],
        fields: Mapping[str, FieldId],
        columns: Sequence[str],
        *,
        is_ours: bool = False,
        missing: Some[str] = (),
    ) -> None:
        """`is_ours`: the file was written by us, and where it names no folder, none is known.

        `missing`: columns of a whole export of which the file says nothing.
        """
        self._folders = folders
        self._elsewhere = None if is_ours else folders[UNCATEGORIZED]
        self._fields = fields
        self._names = {number: name for name, number in fields.items()}
        self._columns = columns
        # Fields stand in the order of their numbers, in whatever order the file has them.
        self._order = sorted((fields[name], at) for at, name in enumerate(columns))
        self._values: dict[tuple[str, ...], tuple[FieldValue, ...]] = {}
        self._missing = frozenset(missing)

    def copy(self, row: ExportRow, instance: InstanceId, was: Copy | None = None) -> Copy:
        """The copy that a row tells of; what the file says nothing of is as it was."""
        values = self._values.get(row.values)
        if values is None:
            found = ((number, row.values[at]) for number, at in self._order)
            values = self._values[row.values] = tuple(FieldValue(number, value) for number, value in found if value)
        copy = Copy(
            instance_id=instance,
            release=row.release,
            folder_id=self._folders.get(row.folder) or self._elsewhere,
            rating=row.rating,
            added=row.added,
            fields=values,
        )
        return self._completed(copy, was) if was is not None and self._missing else copy

    def _completed(self, copy: Copy, was: Copy) -> Copy:
        told = {number for number, _ in self._order}
        # A whole export has all of its owner's fields: one that is not in it is no more. Any other says nothing of it.
        others = [one for one in was.fields if one.field_id not in told]
        return replace(
            copy,
            folder_id=was.folder_id if "CollectionFolder" in self._missing else copy.folder_id,
            rating=was.rating if "Rating" in self._missing else copy.rating,
            added=was.added if "Date Added" in self._missing else copy.added,
            fields=tuple(sorted((*copy.fields, *others), key=lambda one: one.field_id)),
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
    is_ours = export.header.is_ours
    named = {row.folder for row in export.rows} - {""} if is_ours else {_folder(row.folder) for row in export.rows}
    for at, name in enumerate(sorted(named - folders.keys())):
        folders[name] = FolderId(next_folder + at)
    fields = {field.name: field.id for field in here.fields} | {name: one.id for name, one in _EVERYBODYS.items()}
    columns = [_everybodys(name) for name in export.header.field_names]
    next_field = max((*fields.values(), FieldId(_FIRST_FIELD - 1))) + 1
    for at, name in enumerate(name for name in columns if name not in fields):
        fields[name] = FieldId(next_field + at)
    return Numbers(folders, fields, columns, is_ours=is_ours, missing=export.header.missing)


def _folder(name: str) -> str:
    return name if name.strip() else UNCATEGORIZED


def _everybodys(name: str) -> str:
    return next((known for known in _EVERYBODYS if known.casefold() == name.casefold()), name)
