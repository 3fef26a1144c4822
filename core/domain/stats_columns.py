"""What figures are counted by: of every copy its genres, carriers, artists, year and so on, each as a column.

A column is made when it is first asked for and kept in the index. Making one of 100,000 copies is work for a thread;
it gives way to whoever presses a key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Final, TypeVar

from core.domain.apart import AT_ONCE, GIVE_WAY
from core.domain.collection import Copy
from core.domain.conditions import RANKS
from core.domain.index import BIT_SETS, Column, Index, Texts, bits_of
from core.domain.release import Release
from core.text import without_number

from msgspec import Struct

T = TypeVar("T")

NOBODY: Final = frozenset({"Various", "Unknown Artist", "No Artist"})
"""Names in Discogs' database that are no artist's. A namesake has a number: `Various (2)`."""

NOT_ON_LABEL: Final = "Not On Label"
"""How the names begin that stand where there is no label: `Not On Label (Gunmen Self-released)`."""

ALL_MEDIA: Final = "All Media"
"""The name of a row of formats that is no carrier of its own."""

_MASTER, _DETAILS = "original", "country"
"""Under these the index keeps what is to be made anew when masters, or details, become known."""


class Sorted(Struct, frozen=True):
    """The values of a column, those that differ in case, accents and punctuation only as one; and who has them."""

    shown: Texts
    """Each value as most copies have it."""
    sets: tuple[int, ...]
    """The copies of each value; none when there are too many values."""
    of: Sequence[tuple[int, ...]]
    """The values of each copy; none when there are sets."""
    having: int
    """The copies that have any."""


def column(index: Index, name: str) -> Sorted:
    """The column of one of the names below. Months are those of the addition, in UTC."""
    make, kept = _COLUMNS[name]
    return index.keep(make, kept)


def no_artists(index: Index) -> int:
    """The copies of releases that are credited to `NOBODY`, whoever else is."""
    return index.keep(_no_artists, "")


def no_labels(index: Index) -> int:
    """The copies of releases that are `NOT_ON_LABEL`, whatever else they are on."""
    return index.keep(_no_labels, "")


def giving_way(items: Iterable[T]) -> Iterator[T]:
    """The same, with looks at whether a key was pressed."""
    give_way = GIVE_WAY.get()
    for at, item in enumerate(items):
        if not at % AT_ONCE:
            give_way()
        yield item


def _sorted(made: Column) -> Sorted:
    groups = [group for _name, group in sorted(made.groups().items())]
    counts, values = made.counts(), made.values
    shown = tuple(min((-counts[number], values[number]) for number in group)[1] for group in groups)
    having = bits_of(map(bool, made.of)) if made.of else 0
    if len(values) <= BIT_SETS:
        sets = tuple(reduce(or_, map(made.bit_sets.__getitem__, group)) for group in groups)
        return Sorted(shown, sets, (), having)
    place = {number: at for at, group in enumerate(groups) for number in group}
    known = {numbers: tuple(dict.fromkeys(map(place.__getitem__, numbers))) for numbers in set(made.of)}
    return Sorted(shown, (), list(map(known.__getitem__, made.of)), having)


def _of_releases(texts: Callable[[Release], Texts]) -> Callable[[Index, str], Sorted]:
    def make(index: Index, _name: str) -> Sorted:
        return _sorted(Column(texts(copy.release) for copy in giving_way(index.collection.copies)))

    return make


def _of_copies(text: Callable[[Copy], str]) -> Callable[[Index, str], Sorted]:
    def make(index: Index, _name: str) -> Sorted:
        return _sorted(Column((text(copy),) for copy in giving_way(index.collection.copies)))

    return make


def _of_masters(texts: Callable[[Release], Texts], of_master: str) -> Callable[[Index, str], Sorted]:
    """The master's where it was read and names any, else the release's."""

    def make(index: Index, _name: str) -> Sorted:
        collection = index.collection
        releases = (copy.release for copy in giving_way(collection.copies))
        return _sorted(
            Column(getattr(collection.master_of(release), of_master, ()) or texts(release) for release in releases)
        )

    return make


def _of_numbers(name: str) -> Callable[[Index, str], Sorted]:
    """Numbers that the index has, as they are written."""

    def make(index: Index, _name: str) -> Sorted:
        numbers = index.numbers(name)
        texts: dict[int | None, Texts] = {number: () if number is None else (str(number),) for number in set(numbers)}
        return _sorted(Column(map(texts.__getitem__, giving_way(numbers))))

    return make


def _artists(release: Release) -> Texts:
    return tuple(artist.name for artist in release.artists if artist.name not in NOBODY)


def _labels(release: Release) -> Texts:
    return tuple(label.name for label in release.labels if not _is_no_label(label.name))


def _is_no_label(name: str) -> bool:
    return without_number(name) == NOT_ON_LABEL or name.startswith(f"{NOT_ON_LABEL} (")


def _no_artists(index: Index, _name: str) -> int:
    copies = giving_way(index.collection.copies)
    return bits_of(any(artist.name in NOBODY for artist in copy.release.artists) for copy in copies)


def _no_labels(index: Index, _name: str) -> int:
    copies = giving_way(index.collection.copies)
    return bits_of(any(_is_no_label(label.name) for label in copy.release.labels) for copy in copies)


def _carriers(release: Release) -> Texts:
    return tuple(form.name for form in release.formats if form.name != ALL_MEDIA)


def _month(copy: Copy) -> str:
    return f"{copy.added.year:04}-{copy.added.month:02}" if copy.added else ""


def _ready(name: str) -> Callable[[Index, str], Sorted]:
    """A column that the index has."""
    return lambda index, _name: _sorted(index.column(name))


def rank(condition: str) -> tuple[bool, int, str]:
    """What conditions are sorted by: the best first, other words last."""
    known = RANKS.get(condition)
    return known is None, known or 0, condition


_COLUMNS: Final[Mapping[str, tuple[Callable[[Index, str], Sorted], str]]] = {
    "artist": (_of_releases(_artists), ""),
    "label": (_of_releases(_labels), ""),
    "genre": (_of_masters(lambda release: release.genres, "genres"), _MASTER),
    "style": (_of_masters(lambda release: release.styles, "styles"), _MASTER),
    "carrier": (_of_releases(_carriers), ""),
    "size": (_ready("size"), ""),
    "speed": (_ready("speed"), ""),
    "country": (_ready("country"), _DETAILS),
    "folder": (_ready("folder"), ""),
    "media": (_ready("media"), ""),
    "sleeve": (_ready("sleeve"), ""),
    "rating": (_of_numbers("rating"), ""),
    "year": (_of_numbers("year"), ""),
    "original": (_of_numbers("original"), _MASTER),
    "month": (_of_copies(_month), ""),
}
"""How each is made, and under which name it is kept."""
