"""Discogs' CSV export of a collection.

Facts used, from four real exports: the header names, the abbreviated formats, `Released` 0 for unknown, dates without
a zone, no instance numbers. Names hold commas themselves, so artists, labels and numbers are never split.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime

from core.sandbox import formats
from core.sandbox.holding import (
    DEFAULT_FIELDS,
    MEDIA,
    NOTES,
    SLEEVE,
    UNCATEGORIZED,
    UNKNOWN_DATE,
    Copy,
    Field,
    Folder,
    Holding,
    JsonObject,
)
from core.sandbox.pacific import with_offset
from core.sandbox.release import artist_row, basic_information, label_row, pictured
from core.sandbox.unreadable import UnreadableError

_LONGEST_CELL = 2**31 - 1  # the most that csv takes on every platform
_COLUMN = "Collection "
_KNOWN_FIELDS = {"Media Condition": MEDIA, "Sleeve Condition": SLEEVE, "Notes": NOTES}
_LARGEST_ID = 2**32
_FIRST_FOLDER, _FIRST_FIELD = 100_000, 4

Row = Mapping[str, str]


def read(text: str, name: str) -> Holding:
    """Read a whole export; `name` is what messages call the file. One row is one copy. Raises UnreadableError."""
    csv.field_size_limit(_LONGEST_CELL)
    numbered = list(_rows(text, name))
    folders = _folders(row.get("CollectionFolder", "").strip() for _, row in numbered)
    fields = _fields(numbered[0][1] if numbered else {})
    releases: dict[int, JsonObject] = {}
    owned: Counter[int] = Counter()
    copies = []
    for line, row in numbered:
        number = _release_id(row, line, name)
        owned[number] += 1
        copies.append(
            Copy(
                # Above the release ids, and the same again in a later export of the same collection.
                instance_id=owned[number] * _LARGEST_ID + number,
                folder_id=folders[row.get("CollectionFolder", "").strip() or "Uncategorized"],
                rating=_rating(row.get("Rating", "")),
                date_added=_date(row.get("Date Added", "")),
                notes=tuple((fields[column], row[column]) for column in fields if row[column].strip()),
                release=releases.setdefault(number, _release(number, row)),
            )
        )
    made = [Folder(number, folder) for folder, number in sorted(folders.items(), key=lambda pair: pair[0].lower())]
    return Holding(tuple(copies), tuple(made), (*DEFAULT_FIELDS, *_custom(fields)))


def _rows(text: str, name: str) -> Iterator[tuple[int, Row]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [column.strip() for column in next(reader, [])]
        if "release_id" not in header:
            found = ", ".join(header)[:300] or "none"
            message = (
                f"{name} has no release_id column (columns found: {found}); export the collection anew from Discogs "
                "as CSV and give that file unchanged."
            )
            raise UnreadableError(message)
        for row in reader:
            if len(row) > len(header):
                message = (
                    f"{name}, line {reader.line_num}: {len(row)} cells under {len(header)} columns; quote cells that "
                    "hold commas, or export the collection anew."
                )
                raise UnreadableError(message)
            if any(row):
                yield reader.line_num, dict(zip(header, row + [""] * (len(header) - len(row)), strict=True))
    except csv.Error as error:
        message = f"{name}, line {reader.line_num}: the CSV is broken ({error}); export the collection anew."
        raise UnreadableError(message) from error


def _release_id(row: Row, line: int, name: str) -> int:
    written = row["release_id"].strip()
    if not re.fullmatch(r"[0-9]{1,10}", written) or not 0 < int(written) < _LARGEST_ID:
        message = (
            f"{name}, line {line}: release_id {written[:40]!r} is not a release number; mend that row or export the "
            "collection anew."
        )
        raise UnreadableError(message)
    return int(written)


def _release(number: int, row: Row) -> JsonObject:
    year = row.get("Released", "").strip()
    whole = basic_information(
        number,
        row.get("Title", ""),
        int(year) if re.fullmatch(r"[0-9]{4}", year) else 0,
        formats=formats.parsed(row.get("Format", "")),
        labels=[label_row(row.get("Label", ""), row.get("Catalog#", ""))],
        artists=[artist_row(row.get("Artist", ""))],
    )
    return pictured(whole)


def _folders(names: Iterator[str]) -> dict[str, int]:
    others = sorted({name for name in names if name} - {"Uncategorized"})
    return {"Uncategorized": UNCATEGORIZED} | {name: _FIRST_FOLDER + place for place, name in enumerate(others)}


def _fields(row: Row) -> dict[str, int]:
    columns = [column for column in row if column.startswith(_COLUMN)]
    known = {column: number for column in columns if (number := _KNOWN_FIELDS.get(column.removeprefix(_COLUMN)))}
    custom = [column for column in columns if column not in known]
    return known | {column: _FIRST_FIELD + place for place, column in enumerate(custom)}


def _custom(fields: Mapping[str, int]) -> list[Field]:
    custom = [(column, number) for column, number in fields.items() if number >= _FIRST_FIELD]
    return [Field(number, column.removeprefix(_COLUMN), position=number) for column, number in custom]


def _rating(written: str) -> int:
    return int(written) if re.fullmatch(r"[0-5]", written.strip()) else 0


def _date(written: str) -> str:
    try:
        return with_offset(datetime.fromisoformat(written.strip()).replace(tzinfo=None))
    except ValueError:
        return UNKNOWN_DATE
