"""A shelf as JSON: one document, or a line for each record. `docs/exporting.md` tells of every field.

Keys come and go with `VERSION` only. What is not known is null, and never 0 or a guess; moments are in UTC.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final

from core.domain.collection import Collection, Copy
from core.domain.exporting_about import About
from core.domain.ids import MEDIA_FIELD, NOTES_FIELD, SLEEVE_FIELD
from core.domain.release import Artist, Format, LabelNumber
from core.text import SOURCE_NOTICE

import msgspec
from msgspec import Struct

VERSION: Final = 1
FORMAT: Final = "runout-export"

_APART: Final = frozenset({MEDIA_FIELD, SLEEVE_FIELD, NOTES_FIELD})
"""Fields that have a key of their own."""


class Head(Struct, frozen=True):
    """What is said of the whole."""

    format: str
    version: int
    notice: str
    source: str
    account: str
    shelf: str
    query: str
    sort: str
    exported_at: datetime
    count: int


class Record(Struct, frozen=True):
    """One copy or want."""

    instance_id: int
    release_id: int
    master_id: int | None
    url: str
    artist: str | None
    title: str | None
    artists: tuple[dict[str, Any], ...]
    labels: tuple[dict[str, Any], ...]
    formats: tuple[dict[str, Any], ...]
    genres: tuple[str, ...]
    styles: tuple[str, ...]
    year: int | None
    original_year: int | None
    country: str | None
    barcodes: tuple[str, ...] | None
    folder: str | None
    rating: int | None
    media: str | None
    sleeve: str | None
    added: datetime | None
    notes: str | None
    fields: dict[str, str]
    owned: str | None
    plays: int
    last_played: datetime | None


class Records:
    """The records of one shelf."""

    def __init__(self, collection: Collection, about: About) -> None:
        self._collection = collection
        self._about = about
        self._names = {field.id: field.name for field in collection.fields}

    def document(self, copies: tuple[Copy, ...]) -> Iterator[str]:
        """One object with everything in it; a record stands on a line of its own."""
        yield f'{_written(self.head(len(copies)))[:-1]},"records":['
        for at, copy in enumerate(copies):
            yield f"{',' if at else ''}\n{_written(self.record(copy))}"
        yield "\n]}\n"

    def lines(self, copies: tuple[Copy, ...]) -> Iterator[str]:
        """What is said of the whole, and then each record, an object a line."""
        yield f"{_written(self.head(len(copies)))}\n"
        for copy in copies:
            yield f"{_written(self.record(copy))}\n"

    def head(self, number: int) -> Head:
        """What is said of so many records."""
        about = self._about
        return Head(
            format=FORMAT,
            version=VERSION,
            notice=SOURCE_NOTICE,
            source=about.source,
            account=about.account,
            shelf=about.shelf,
            query=about.query,
            sort=about.order,
            exported_at=about.made_at,
            count=number,
        )

    def record(self, copy: Copy) -> Record:
        """What is said of one of them."""
        release, collection = copy.release, self._collection
        master, facts = collection.master_of(release), collection.facts.get(release.id)
        played = collection.plays.get(release.id)
        return Record(
            instance_id=copy.instance_id,
            release_id=release.id,
            master_id=release.master_id,
            url=f"{self._about.site_url.rstrip('/')}/release/{release.id}",
            artist=release.artist or None,
            title=release.title or None,
            artists=tuple(map(_artist, release.artists)),
            labels=tuple(map(_label, release.labels)),
            formats=tuple(map(_format, release.formats)),
            genres=release.genres,
            styles=release.styles,
            year=release.year,
            original_year=master.year if master else None,
            country=facts.country if facts else None,
            barcodes=facts.barcodes if facts else None,
            folder=collection.folder_of(copy) or None,
            rating=copy.rating,
            media=copy.media or None,
            sleeve=copy.sleeve or None,
            added=copy.added,
            notes=copy.notes or None,
            fields=dict(self._fields(copy)),
            owned=collection.owned.get(copy.instance_id),
            plays=played.count if played else 0,
            last_played=played.last if played else None,
        )

    def _fields(self, copy: Copy) -> Iterable[tuple[str, str]]:
        """The collector's own fields by name; a name that another has too says its number."""
        taken: set[str] = set()
        for one in copy.fields:
            if one.field_id not in _APART and one.value.strip():
                name = self._names.get(one.field_id) or f"Field {one.field_id}"
                name = f"{name} ({one.field_id})" if name in taken else name
                taken.add(name)
                yield name, one.value.strip()


def _artist(artist: Artist) -> dict[str, Any]:
    return {"id": artist.id or None, "name": artist.name, "shown": artist.shown, "join": artist.join}


def _label(label: LabelNumber) -> dict[str, Any]:
    return {"id": label.id or None, "name": label.name, "number": label.number or None}


def _format(form: Format) -> dict[str, Any]:
    return {"name": form.name, "quantity": form.quantity, "text": form.text, "descriptions": form.descriptions}


def _written(value: Struct) -> str:
    """In one line, in which what would not be seen in a terminal, or would harm it, is escaped."""
    written = msgspec.json.encode(value).decode("utf-8")
    if written.isprintable():
        return written
    return "".join(char if char.isprintable() else json.dumps(char)[1:-1] for char in written)
