"""A copy for other programs: as an object a line (JSON), or as a row (CSV). Both are UTF-8."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final, Self

from core.domain.collection import Collection, Copy
from core.domain.release import Format
from core.text import printable
from tui.output import seen

import msgspec
from msgspec import Struct

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""What spreadsheets take for the beginning of a formula. Source: OWASP, CSV injection."""


class ExportedRow(Struct, frozen=True):
    """What is told of a copy and of a want, in this order. What is not known is None."""

    instance_id: int
    release_id: int
    master_id: int | None
    artist: str | None
    title: str | None
    labels: tuple[str, ...]
    catnos: tuple[str, ...]
    formats: tuple[str, ...]
    """Each as `2 x Vinyl, LP, Album (red)`."""
    genres: tuple[str, ...]
    styles: tuple[str, ...]
    year: int | None
    folder: str | None
    rating: int | None
    media: str | None
    """In Discogs' words, as the sleeve."""
    sleeve: str | None
    added: datetime | None
    notes: str | None


class Exported(ExportedRow, frozen=True):
    """What is told of a copy; there is more to it than to the row."""

    original: int | None
    """The year in which it first came out; None also when nobody knows, or when it was not read yet."""

    @classmethod
    def of(cls, copy: Copy, collection: Collection) -> Self:
        """A copy of a collection."""
        return cls(*(*_row(copy, collection), _original(copy, collection)))


class ExportedWant(ExportedRow, frozen=True):
    """The same of a want, which is told by its release."""

    owned: str | None
    """Whether this pressing or another one is in the collection; None when no pressing that is known of is."""
    original: int | None

    @classmethod
    def of(cls, copy: Copy, collection: Collection) -> Self:
        """A want of a wantlist."""
        owned = collection.owned.get(copy.instance_id)
        return cls(*(*_row(copy, collection), owned, _original(copy, collection)))


COLUMNS: Final = Exported.__struct_fields__


def json_line(row: Struct | Mapping[str, object]) -> str:
    """One object. The texts are whole; what would not be seen in a terminal, or would harm it, is escaped."""
    return f"{seen(msgspec.json.encode(row).decode('utf-8'))}\n"


def csv_header(kind: type[ExportedRow] = Exported) -> str:
    """The names of the columns."""
    return _csv(kind.__struct_fields__)


def csv_line(row: ExportedRow) -> str:
    """One row, as RFC 4180 has it. Texts are safe to show and to open: see `_cell`."""
    return _csv(map(_cell, msgspec.structs.astuple(row)))


def _row(copy: Copy, collection: Collection) -> tuple[Any, ...]:
    release = copy.release
    row = ExportedRow(
        instance_id=copy.instance_id,
        release_id=release.id,
        master_id=release.master_id,
        artist=release.artist or None,
        title=release.title or None,
        labels=release.label_names,
        catnos=release.numbers,
        formats=tuple(map(shown_format, release.formats)),
        genres=release.genres,
        styles=release.styles,
        year=release.year,
        folder=collection.folder_of(copy) or None,
        rating=copy.rating,
        media=copy.media or None,
        sleeve=copy.sleeve or None,
        added=copy.added,
        notes=copy.notes or None,
    )
    return msgspec.structs.astuple(row)


def _original(copy: Copy, collection: Collection) -> int | None:
    master = collection.master_of(copy.release)
    return master.year if master else None


def _csv(cells: Iterable[object]) -> str:
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\r\n").writerow(cells)
    return written.getvalue()


def _cell(value: object) -> object:
    """A text that would be taken for a formula begins with an apostrophe; of a list that is one text."""
    match value:
        case datetime():
            return msgspec.to_builtins(value)
        case str():
            text = printable(value)
        case tuple():
            text = "; ".join(map(printable, value))
        case _:
            return value
    return f"'{text}" if text.startswith(_FORMULA) else text


def shown_format(form: Format) -> str:
    """`2 x Vinyl, LP, Album (red)`, as somebody typed it."""
    quantity = f"{form.quantity} x " if form.quantity not in ("", "1") else ""
    words = ", ".join(filter(None, (form.name, *form.descriptions)))
    return f"{quantity}{words}" + (f" ({form.text})" if form.text else "")
