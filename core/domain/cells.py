"""What stands in the fields of the copies of a collection, one value or several each: what an index is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from core.domain.collection import Collection, Copy
from core.domain.discs import sizes, speeds
from core.domain.release import Release
from core.text import without_number

OWN: Final = "field:"
"""Before the name of one of the collection's own fields, where it stands for a column."""

OF_THE_MASTER: Final = "original of the master"
"""The original year without the pressing's in its place."""

YEARS: Final = range(1, 10_000)
RATINGS: Final = range(1, 6)


def texts_of(collection: Collection, name: str) -> Iterator[tuple[str, ...]]:
    """The texts of each copy in a field; see `core.domain.index.Index.column`."""
    of_release = _OF_RELEASE.get(name)
    if of_release is not None:
        return (of_release(copy.release) for copy in collection.copies)
    if name.startswith(OWN):
        fields = collection.fields_named(name.removeprefix(OWN))
        return (tuple(copy.value(number) for number in fields) for copy in collection.copies)
    of_copy = _OF_COPY[name]
    return ((of_copy(copy, collection),) for copy in collection.copies)


def numbers_of(collection: Collection, name: str) -> list[int | None]:
    """The number of each copy in a field; see `core.domain.index.Index.numbers`."""
    number_of = _NUMBERS[name]
    return [number_of(copy, collection) for copy in collection.copies]


def _artists(release: Release) -> tuple[str, ...]:
    """As printed and as in the database, because people search by either."""
    return tuple(name for artist in release.artists for name in (artist.shown, without_number(artist.name)))


def _formats(release: Release) -> tuple[str, ...]:
    return tuple(text for form in release.formats for text in (form.name, form.text, *form.descriptions))


_OF_RELEASE: Final[Mapping[str, Callable[[Release], tuple[str, ...]]]] = {
    "artist": _artists,
    "title": lambda release: (release.title,),
    "label": lambda release: release.label_names,
    "number": lambda release: release.numbers,
    "genre": lambda release: release.genres,
    "style": lambda release: release.styles,
    "format": _formats,
    "size": lambda release: sizes(release.formats),
    "speed": lambda release: speeds(release.formats),
    "colour": lambda release: tuple(form.text for form in release.formats),
}
_OF_COPY: Final[Mapping[str, Callable[[Copy, Collection], str]]] = {
    "folder": lambda copy, collection: collection.folder_of(copy),
    "media": lambda copy, _collection: copy.media,
    "sleeve": lambda copy, _collection: copy.sleeve,
    "notes": lambda copy, _collection: copy.notes,
    "country": lambda copy, collection: collection.country_of(copy.release),
}


def _original(copy: Copy, collection: Collection) -> int | None:
    master = collection.master_of(copy.release)
    return None if master is None else _within(YEARS, master.year)


def _played(copy: Copy, collection: Collection) -> int | None:
    played = collection.plays.get(copy.release.id)
    return None if played is None else played.last.toordinal()


_NUMBERS: Final[Mapping[str, Callable[[Copy, Collection], int | None]]] = {
    "year": lambda copy, _collection: _within(YEARS, copy.release.year),
    OF_THE_MASTER: _original,
    "rating": lambda copy, _collection: _within(RATINGS, copy.rating),
    "added": lambda copy, _collection: None if copy.added is None else copy.added.toordinal(),
    "played": _played,
    "release": lambda copy, _collection: copy.release.id,
    "master": lambda copy, _collection: copy.release.master_id,
}


def _within(known: range, number: int | None) -> int | None:
    return number if number is not None and number in known else None
