"""Collection exports as Discogs writes them, for tests: name what matters, the rest is there."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

from core.domain.collection import Collection
from core.domain.deciding import Import, Said, decided
from core.domain.export_file import Export, read_export
from core.domain.importing import Held, Preview, compare

HEADER: Final = (
    *("Catalog#", "Artist", "Title", "Label", "Format", "Rating", "Released", "release_id", "CollectionFolder"),
    *("Date Added", "Collection Media Condition", "Collection Sleeve Condition", "Collection Notes"),
)
_USUAL: Final = {
    "Catalog#": "HM 001",
    "Artist": "The Gunmen",
    "Title": "Kingston Echoes",
    "Label": "Hall Of Mirrors",
    "Format": "LP, Album",
    "Released": "1976",
    "CollectionFolder": "Uncategorized",
    "Date Added": "2024-05-11 11:29:49",
}
_NAMES: Final = {
    "catno": "Catalog#",
    "form": "Format",
    "folder": "CollectionFolder",
    "added": "Date Added",
    "media": "Collection Media Condition",
    "sleeve": "Collection Sleeve Condition",
    "notes": "Collection Notes",
}

Row = dict[str, str]


def row(release: int | str, **facts: str) -> Row:
    """One row: `row(12, artist="X", folder="Jamaica")`."""
    named = {_NAMES.get(name, name.capitalize()): value for name, value in facts.items()}
    return {**_USUAL, "release_id": str(release), **named}


def csv_of(*rows: Row, header: Sequence[str] = HEADER) -> bytes:
    """The bytes of an export."""
    return cells_of([header, *([one.get(column, "") for column in header] for one in rows)])


def cells_of(cells: Iterable[Sequence[str]], **style: str) -> bytes:
    """The bytes of any rows."""
    text = io.StringIO(newline="")
    csv.writer(text, **style).writerows(cells)  # type: ignore[arg-type]  # its own options
    return text.getvalue().encode()


def export_of(*rows: Row, header: Sequence[str] = HEADER) -> Export:
    """An export that was read."""
    return read(csv_of(*rows, header=header))


def read(content: bytes) -> Export:
    """What these bytes say."""
    return read_export(io.BytesIO(content), "collection.csv")


def seen(held: Held, export: Export) -> Preview:
    """What importing it would do."""
    return compare(held, export)


def brought(held: Held, export: Export, said: Said | None = None) -> Held:
    """What is here after importing it; without a word, everything is agreed to."""
    preview = compare(held, export)
    if said is None:
        said = Said(frozenset(match.row.line for match in preview.probable), removals=True)
    return applied(held, decided(held, export, preview, said))


def applied(held: Held, result: Import) -> Held:
    """The state after an import, as the store would have it."""
    copies = {copy.instance_id: copy for copy in held.collection.copies}
    for copy in (*result.changes.added, *result.changes.changed):
        copies[copy.instance_id] = copy
    for instance in result.changes.removed:
        del copies[instance]
    return Held(Collection(tuple(copies.values()), result.folders, result.fields), result.texts, result.numbered)
