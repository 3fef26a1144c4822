"""The orders in which a collection is read: by any of its columns, one after the other, either way.

What is not known comes last in both directions. Copies that are alike in everything that was asked for stand by artist,
title, year (the earlier pressing first) and instance, so that the same collection always reads the same.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import compress
from typing import Any, Final

from core.domain.apart import sorted_by
from core.domain.collection import Owned
from core.domain.index import OF_MASTERS, Index, flags_of, same
from core.domain.release import Format, Release

from msgspec import Struct


class SortKey(Struct, frozen=True):
    """One column of an order."""

    column: str
    descending: bool = False


COLUMNS: Final = (
    "artist",
    "title",
    "label",
    "number",
    "format",
    "year",
    "original",
    "folder",
    "media",
    "sleeve",
    "rating",
    "added",
    "genre",
    "owned",
)
"""The best grade comes first, and of wants the very pressing that is owned; formats stand by medium, then size; in
numbers and folders 9 comes before 10."""

DEFAULT: Final = (SortKey("artist"),)

Order = tuple[SortKey, ...]

_SHELF: Final = (SortKey("artist"), SortKey("title"), SortKey("year"))
_SHARE: Final = 8
"""Of more than so large a part of all copies it is less work to leave the others out of an order that is kept."""

_LAST: Final = "\U0010ffff"
_NOT_COMPARED: Final = dict.fromkeys((*range(ord(" ")), ord(_LAST)))
"""The first and the last of all characters tell texts and numbers apart here, and so are in none."""

_DIGITS: Final = re.compile(r" ?0*([0-9]+) ?")


class UnknownColumnError(ValueError):
    """There is no order by that name."""

    def __init__(self, column: str) -> None:
        super().__init__(f"nothing is sorted by {column!r}")
        self.column = column


def parse_order(text: str) -> Order:
    """The order that is written as `-added,artist`: a dash turns a column round. Raises UnknownColumnError."""
    keys = [SortKey(name.removeprefix("-"), name.startswith("-")) for name in map(str.strip, text.split(","))]
    for key in keys:
        if key.column not in COLUMNS:
            raise UnknownColumnError(key.column)
    return tuple(keys)


def order_text(order: Iterable[SortKey]) -> str:
    """An order as `parse_order` reads it."""
    return ",".join("-" * key.descending + key.column for key in order)


def in_order(index: Index, order: Iterable[SortKey], among: int | None = None) -> list[int]:
    """The positions of all copies, or of some, in an order. The first time by a column takes a while: it is kept."""
    keys = tuple(order)
    if among is None or among.bit_count() * _SHARE > index.size:
        whole = index.keep(_Sorted(keys), _learned_of(keys))
        return whole.copy() if among is None else _some(whole, among, index)
    found = _some(index.keep(_shelf, ""), among, index)
    if keys == _SHELF[: len(keys)]:
        return found
    numbers = _numbers_of(index, keys, found)
    return [found[at] for at in sorted_by(range(len(found)), numbers.__getitem__)]


class _Sorted(Struct, frozen=True):
    """All copies in an order, which is kept: whoever goes on typing sorts them once, and not with every letter."""

    keys: Order

    def __call__(self, index: Index, _name: str) -> list[int]:
        shelf = index.keep(_shelf, "")
        if self.keys == _SHELF[: len(self.keys)]:
            return shelf
        return sorted_by(shelf, _numbers_of(index, self.keys, None).__getitem__)


def _learned_of(keys: Order) -> str:
    """Under what an order is kept: one that goes by masters has to be made anew when more is known of them."""
    return next((key.column for key in keys if key.column in OF_MASTERS), "")


def _some(positions: list[int], among: int, index: Index) -> list[int]:
    """Those of some copies, in the same order."""
    return list(compress(positions, map(flags_of(among, index.size).__getitem__, positions)))


def _numbers_of(index: Index, keys: Order, positions: list[int] | None) -> list[int]:
    """A number for all copies, or one by one for those at some positions, by which they sort."""
    first, *others = [_placed(index, key, positions) for key in keys]
    numbers = list(first.of)
    for column in others:
        # The places of a copy become one number: numbers are compared several times as fast as tuples.
        count = column.count
        numbers = [number * count + place for number, place in zip(numbers, column.of, strict=True)]
    return numbers


class _Places(Struct, frozen=True):
    """The place of each copy among the values of a column; those of equal values share theirs."""

    of: Sequence[int]
    count: int
    """How many places there are. The last is that of what is not known, whether or not anything is."""


def _placed(index: Index, key: SortKey, positions: list[int] | None) -> _Places:
    """The places of all copies, or one by one of those at some positions."""
    places = index.keep(_places, key.column)
    of = places.of if positions is None else list(map(places.of.__getitem__, positions))
    if not key.descending:
        return _Places(of, places.count)
    last = places.count - 1
    return _Places([place if place == last else last - 1 - place for place in of], places.count)


def _places(index: Index, column: str) -> _Places:
    keys = list(_KEYS[column](index, column))
    values = sorted_by(list({key for key in keys if key is not None}), lambda key: key)
    known = {key: place for place, key in enumerate(values)}
    known[None] = len(known)
    return _Places(array("I", [known[key] for key in keys]), len(known))


def _shelf(index: Index, _name: str) -> list[int]:
    """Where copies stand if nothing else is asked for: by one text, which is faster than by places of its parts."""
    artists, titles = (_KEYS[name](index, name) for name in ("artist", "title"))
    texts = [f"{artist or _LAST}\0{title or _LAST}" for artist, title in zip(artists, titles, strict=True)]
    years = list(index.keep(_places, "year").of)
    instances = [copy.instance_id for copy in index.collection.copies]
    return sorted_by(range(index.size), texts.__getitem__, years.__getitem__, instances.__getitem__)


Keys = Iterable[Any]
"""What each copy is sorted by in a column; None is not known."""


def _line(number: int, written: Callable[[Release], str], index: Index, _column: str) -> Keys:
    """By a line of the folded text; as it is written if that is nothing but punctuation."""
    lines = (folded.split("\n", number + 1)[number] if folded else "" for folded in index.folded)
    copies = index.collection.copies
    return (line or _text(written(copy.release)) or None for line, copy in zip(lines, copies, strict=True))


def _text(written: str) -> str:
    return same(written).translate(_NOT_COMPARED)


def _values(index: Index, name: str) -> Keys:
    """By the values one after the other, in the order in which they are shown."""
    column = index.column(name)
    texts = [folded or _text(value) for folded, value in zip(column.folded, column.values, strict=True)]
    keys = {numbers: "\0".join(filter(None, map(texts.__getitem__, numbers))) or None for numbers in set(column.of)}
    return [keys[numbers] for numbers in column.of]


def _folder(index: Index, name: str) -> Keys:
    return [key and _natural(key) for key in _values(index, name)]


def _number(index: Index, _column: str) -> Keys:
    """Nearly every number is one of its own, so where there is only one, its folded line saves the folding."""
    keys: list[str] = []
    for folded, copy in zip(index.folded, index.collection.copies, strict=True):
        release = copy.release
        line = folded.split("\n", 4)[3] if folded and len(release.labels) == 1 else ""
        keys.append(_natural(line or "\0".join(filter(None, map(_text, release.numbers)))))
    return [key or None for key in keys]


def _natural(text: str) -> str:
    """Numbers in it compare as numbers, and before letters: their length comes before their digits."""
    return _DIGITS.sub(lambda found: f"\1{chr(len(found[1]))}{found[1]}", text)


def _format(index: Index, _column: str) -> Keys:
    """By medium, then size and the rest; free text, such as a colour, says nothing."""
    formats = [copy.release.formats for copy in index.collection.copies]
    known = {some: tuple(_format_texts(some)) or None for some in set(formats)}
    return [known[some] for some in formats]


def _format_texts(formats: tuple[Format, ...]) -> Iterable[str]:
    for form in formats:
        if form.name != "All Media":
            yield from filter(None, map(_text, (form.name, *form.descriptions)))


def _numbers(index: Index, column: str) -> Keys:
    return index.numbers(column)


def _owned(index: Index, _column: str) -> Keys:
    places: dict[Owned | None, int] = {kind: place for place, kind in enumerate(Owned)}
    owned = index.collection.owned
    return [places.get(owned.get(copy.instance_id)) for copy in index.collection.copies]


_KEYS: Final[Mapping[str, Callable[[Index, str], Keys]]] = {
    "artist": partial(_line, 0, lambda release: release.artist),
    "title": partial(_line, 1, lambda release: release.title),
    "label": _values,
    "number": _number,
    "format": _format,
    "year": _numbers,
    "original": _numbers,
    "folder": _folder,
    "media": _numbers,
    "sleeve": _numbers,
    "rating": _numbers,
    "added": lambda index, _column: [copy.added for copy in index.collection.copies],
    "genre": _values,
    "owned": _owned,
}
