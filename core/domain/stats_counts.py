"""How many copies, and how many releases, have each value of a column, among those that a view leaves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import reduce
from itertools import chain, compress, repeat
from operator import or_
from typing import Final, Self

from core.domain.apart import AT_ONCE, GIVE_WAY
from core.domain.ids import ReleaseId
from core.domain.index import Index, bits_of, flags_of
from core.domain.stats_columns import Sorted, column, giving_way
from core.domain.view import View

from msgspec import Struct

TOP: Final = 10
"""Artists, and labels, that are told by name."""

_COUNTED_AT_ONCE: Final = 5 * AT_ONCE
"""Copies of which the values are counted between two looks at whether a key was pressed: about a millisecond."""


class Line(Struct, frozen=True, gc=False, omit_defaults=True):
    """A value, and how many have it."""

    value: str | None
    """None is not known."""
    copies: int
    releases: int | None = None
    """Each release once; None where a release may have one value by one copy, and another one by another."""


Lines = tuple[Line, ...]


class Top(Struct, frozen=True):
    """The values that most copies have. The copies in all of it are each in one part only, but in `lines`."""

    known: int
    """How many different values there are."""
    lines: Lines
    """No more than `TOP` of them, the most frequent first."""
    others: int
    """Copies that have other values only."""
    apart: int
    """Copies that have a name only that is no artist's, or no label's: `Various`, `Not On Label`."""
    unknown: int
    """Copies that have no name at all."""


class Seen(Struct, frozen=True, eq=False):
    """The copies that are counted."""

    index: Index
    bits: int
    flags: bytes
    """The same, a 0 or 1 for each copy of the collection."""
    firsts: int
    """Of each release one of the copies, as bits."""

    @classmethod
    def of(cls, view: View) -> Self:
        """Those that a view leaves."""
        index = view.index
        flags = flags_of(view.bits, index.size)
        return cls(index, view.bits, flags, view.bits & ~_others(index, flags))


def lines(seen: Seen, name: str, order: Callable[[Line], object] | None = None, *, by_copy: bool = False) -> Lines:
    """Every value that occurs, the most frequent first or in an order, and last what is not known, if it occurs.

    `by_copy` is for what a release may have in several ways, as its folder.
    """
    values = column(seen.index, name)
    copies = _counted(values, seen.bits, seen.index.size)
    releases: Sequence[int | None] = [None] * len(copies)
    if not by_copy:
        releases = copies if seen.firsts == seen.bits else _counted(values, seen.firsts, seen.index.size)
    found = [Line(values.shown[at], number, releases[at]) for at, number in enumerate(copies) if number]
    # Values of the same count stay in the order of their names.
    found.sort(key=order or (lambda line: -line.copies))  # type: ignore[arg-type]  # orders are comparable
    unknown = seen.bits & ~values.having
    if unknown:
        singly = None if by_copy else (seen.firsts & ~values.having).bit_count()
        found.append(Line(None, unknown.bit_count(), singly))
    return tuple(found)


def top(seen: Seen, name: str, nobody: int) -> Top:
    """The most frequent values; `nobody` are the copies with a name that is none."""
    values = column(seen.index, name)
    copies = _counted(values, seen.bits, seen.index.size)
    present = [at for at, number in enumerate(copies) if number]
    places = sorted(present, key=copies.__getitem__, reverse=True)[:TOP]
    releases = _some(values, places, seen.firsts, seen.index.size)
    among = reduce(or_, (bits for bits, _count in releases), 0)
    named, nameless = seen.bits & values.having, seen.bits & ~values.having
    return Top(
        known=len(present),
        lines=tuple(
            Line(values.shown[at], copies[at], number) for at, (_bits, number) in zip(places, releases, strict=True)
        ),
        others=(named & ~among).bit_count(),
        apart=(nameless & nobody).bit_count(),
        unknown=(nameless & ~nobody).bit_count(),
    )


def _some(values: Sorted, places: Sequence[int], firsts: int, size: int) -> list[tuple[int, int]]:
    """Of some values the copies of the whole collection, and how many of the firsts are among them."""
    if not values.of:
        return [(values.sets[at], (values.sets[at] & firsts).bit_count()) for at in places]
    flags = {at: bytearray(size) for at in places}
    for position, numbers in enumerate(giving_way(values.of)):
        for number in numbers:
            if number in flags:
                flags[number][position] = 1
    found = map(bits_of, flags.values())
    return [(bits, (bits & firsts).bit_count()) for bits in found]


def _counted(values: Sorted, bits: int, size: int) -> Sequence[int]:
    """How many of some copies have each value."""
    give_way = GIVE_WAY.get()
    give_way()
    if not values.of:
        return [(bits & one).bit_count() for one in giving_way(values.sets)]
    found: Counter[int] = Counter()
    flags = flags_of(bits, size)
    for begin in range(0, size, _COUNTED_AT_ONCE):
        end = begin + _COUNTED_AT_ONCE
        found.update(chain.from_iterable(compress(values.of[begin:end], flags[begin:end])))
        give_way()
    return list(map(found.get, range(len(values.shown)), repeat(0)))


def _others(index: Index, flags: bytes) -> int:
    """The second and further copies of each release, among some."""
    further = [
        position
        for places in index.keep(_together, "")
        for position in list(compress(places, map(flags.__getitem__, places)))[1:]
    ]
    if not further:
        return 0
    found = bytearray(index.size)
    for position in further:
        found[position] = 1
    return bits_of(found)


def _together(index: Index, _name: str) -> list[list[int]]:
    """The positions of the copies of each release that is owned more than once."""
    first: dict[ReleaseId, int] = {}
    found: dict[ReleaseId, list[int]] = {}
    for position, copy in enumerate(giving_way(index.collection.copies)):
        release = copy.release.id
        before = first.setdefault(release, position)
        if before != position:
            found.setdefault(release, [before]).append(position)
    return list(found.values())
