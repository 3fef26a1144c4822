"""A collection turned on its side: for every field its distinct values, and which copies have them, as bit sets.

Bit `i` of a set stands for `collection.copies[i]`, so that a negation is exactly the rest and a conjunction is one `&`.
Each part is made when it is first asked for, which is work for a thread, and kept for as long as the index is.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import reduce
from itertools import accumulate, compress, pairwise
from operator import or_
from typing import Final, TypeVar, cast

from core.domain import collection as shelf
from core.domain.cells import OF_THE_MASTER, numbers_of, texts_of
from core.domain.conditions import WORST, rank_of
from core.domain.ids import InstanceId
from core.text import fold, without_number

T = TypeVar("T")
Texts = tuple[str, ...]

BIT_SETS: Final = 1_000
"""A column of more values is selected by its positions: bit sets of 30,000 labels over 100,000 copies are 225 MB."""

_DIGITS: Final = b"0" + b"1" * 255
_FLAGS: Final = bytes(int(byte == ord("1")) for byte in range(256))

OF_MASTERS: Final = frozenset({"original", OF_THE_MASTER, "has:original", "is:enriched"})
"""What of a copy is known from its master, and so may become known while somebody looks."""

OF_FACTS: Final = frozenset({"country", "barcode", "track", "has:country", "has:barcode", "has:tracks"})
"""What of a copy is known from the details of its release, and so may become known as well."""

OF_PLAYS: Final = frozenset({"played", "is:played"})
"""What of a copy is known from the listening log, which is written while somebody looks."""


def bits_of(flags: Iterable[bool | int]) -> int:
    """The bit set of flags, the first being bit 0; any number from 1 to 255 counts as set."""
    return int(b"0" + bytes(flags)[::-1].translate(_DIGITS), 2)


def flags_of(bits: int, size: int) -> bytes:
    """A 0 or 1 for each of `size` positions: `bits_of` turned round."""
    return f"{bits:0{size}b}".encode()[: -size - 1 : -1].translate(_FLAGS)


def positions_of(bits: int, size: int) -> list[int]:
    """The positions below `size` whose bits are set, in order."""
    return list(compress(range(size), flags_of(bits, size)))


def same(text: str) -> str:
    """Texts of the same are one value: case, accents and punctuation aside, if there is anything else to them."""
    return fold(text) or text.strip().casefold()


class Column:
    """The texts of one field: which there are, and which copies have them. All of it is made at once, by one thread."""

    def __init__(self, texts: Iterable[Texts]) -> None:
        numbers: dict[str, int] = {}
        known: dict[Texts, tuple[int, ...]] = {}
        of: list[tuple[int, ...]] = []
        for some in texts:
            found = known.get(some)
            if found is None:
                written = (text for text in some if text.strip())
                found = tuple(dict.fromkeys(numbers.setdefault(text, len(numbers)) for text in written))
                known[some] = found
            of.append(found)
        self.values: Texts = tuple(numbers)
        """Each distinct text once, as written; blank ones are no values. Their order means nothing."""
        self.folded: Texts = tuple(map(fold, self.values))
        """The same as `fold` has them; nothing but punctuation is empty."""
        self.of: Sequence[tuple[int, ...]] = of
        """The numbers of each copy's values, in the order of the release."""
        self._starts, self._positions = _by_value(of, len(self.values))
        self.bit_sets = tuple(self._bit_sets()) if len(self.values) <= BIT_SETS else ()
        """The copies of each value, unless there are very many values."""

    def bits(self, value_numbers: Collection[int]) -> int:
        """The copies that have at least one of these values."""
        if self.bit_sets:
            return reduce(or_, map(self.bit_sets.__getitem__, value_numbers)) if value_numbers else 0
        flags = bytearray(len(self.of))
        for number in value_numbers:
            for position in self._having(number):
                flags[position] = 1
        return bits_of(flags)

    def counts(self) -> list[int]:
        """How many copies each value has."""
        return [end - start for start, end in pairwise(self._starts)]

    def exactly(self, text: str) -> list[int]:
        """The values that are this text as a whole, folded; its namesake number is dropped if none has one."""
        bare = without_number(text)
        return self._same(text) or (self._same(bare) if bare != text else [])

    def groups(self) -> dict[str, list[int]]:
        """The values that differ in case, accents and punctuation only, by what `same` has of them."""
        found: dict[str, list[int]] = {}
        for number, (folded, value) in enumerate(zip(self.folded, self.values, strict=True)):
            found.setdefault(folded or same(value), []).append(number)
        return found

    def _same(self, text: str) -> list[int]:
        sought = fold(text)
        found = list(compress(range(len(self.values)), map(sought.__eq__, self.folded)))
        return found if sought else [number for number in found if same(self.values[number]) == same(text)]

    def _having(self, number: int) -> array[int]:
        return self._positions[self._starts[number] : self._starts[number + 1]]

    def _bit_sets(self) -> Iterator[int]:
        for number in range(len(self.values)):
            octets = bytearray(len(self.of) // 8 + 1)
            for position in self._having(number):
                octets[position >> 3] |= 1 << (position & 7)
            yield int.from_bytes(octets, "little")


def _by_value(of: Sequence[tuple[int, ...]], values: int) -> tuple[array[int], array[int]]:
    """The positions of the copies, value by value, and before them where those of each value begin."""
    counts = [0] * values
    for numbers in of:
        for number in numbers:
            counts[number] += 1
    starts = array("I", accumulate(counts, initial=0))
    # Written one by one: sorting them in one go would hold up whoever presses a key.
    free, positions = list(starts), array("I", bytes(array("I").itemsize * starts[-1]))
    for position, numbers in enumerate(of):
        for number in numbers:
            positions[free[number]] = position
            free[number] += 1
    return starts, positions


class Index:
    """What is asked of a collection again and again while somebody filters, counts and sorts it.

    May be asked from several threads: at worst a part is made twice.
    """

    def __init__(self, collection: shelf.Collection) -> None:
        self.collection = collection
        self.size = len(collection.copies)
        self.everything = (1 << self.size) - 1
        """The bits of all copies."""
        self._kept: dict[tuple[object, str], object] = {}

    @property
    def folded(self) -> list[str]:
        """The folded lines of each copy's release, as bare words are matched against."""
        return self.keep(_folded, "")

    def column(self, name: str) -> Column:
        """The texts of a field.

        artist, title, label, number, genre, style, format, folder, media or sleeve (in Discogs' words), size (`7`, in
        inches), speed (`33`), colour (free text), country, notes; or a field of the collection's own: `OWN` and its
        name. Of details that were never read nothing is there.
        """
        return self.keep(_column, name)

    def numbers(self, name: str) -> list[int | None]:
        """Of each copy the number of a field; None is not known, or cannot be: a year of five digits, a rating of -1.

        year, original (the pressing's where the master's is not known: see `fallback`; `OF_THE_MASTER` is without
        that), decade (its first year), rating, media or sleeve (the rank, of media a grade's), added and played (the
        day in UTC, that of the last time, as `date.toordinal` has it), release or master.
        """
        return self.keep(_numbers, name)

    @property
    def fallback(self) -> int:
        """The copies whose `original` is only the pressing's year."""
        return self.keep(_fallback, "original")

    def position(self, instance: InstanceId) -> int | None:
        """Where a copy stands in the collection, in a millisecond or two; None when it is not there."""
        try:
            return self.keep(_instances, "").index(instance)
        except ValueError:
            return None

    def learned(self, collection: shelf.Collection) -> frozenset[str]:
        """What is asked of copies, fields and states, of which another state of the same collection says otherwise."""
        before = self.collection
        news = (
            (collection.masters is not before.masters, OF_MASTERS),
            (collection.facts is not before.facts, OF_FACTS),
            (collection.plays is not before.plays, OF_PLAYS),
        )
        return frozenset[str]().union(*(names for is_new, names in news if is_new))

    def over(self, collection: shelf.Collection) -> Index:
        """The same of a collection that differs in what is known of its masters, releases and plays only."""
        index, learned = Index(collection), self.learned(collection)
        # As a whole, before anything is taken from it: another thread may be at it.
        kept = self._kept.copy()
        index._kept = {key: part for key, part in kept.items() if key[1] not in learned}
        return index

    def keep(self, make: Callable[[Index, str], T], name: str) -> T:
        """What a function makes of this index and a name; made once."""
        found = self._kept.get((make, name))
        if found is None:
            found = self._kept.setdefault((make, name), make(self, name))
        return cast("T", found)


def _folded(index: Index, _name: str) -> list[str]:
    return [copy.release.folded for copy in index.collection.copies]


def _instances(index: Index, _name: str) -> list[InstanceId]:
    return [copy.instance_id for copy in index.collection.copies]


def _column(index: Index, name: str) -> Column:
    return Column(texts_of(index.collection, name))


def _numbers(index: Index, name: str) -> list[int | None]:
    match name:
        case "original":
            known = index.numbers(OF_THE_MASTER)
            return [first or year for first, year in zip(known, index.numbers("year"), strict=True)]
        case "decade":
            years = index.numbers("year")
            decades = {year: None if year is None else year - year % 10 for year in set(years)}
            return list(map(decades.__getitem__, years))
        case "media" | "sleeve":
            return _ranks(index.column(name), WORST if name == "media" else None)
        case _:
            return numbers_of(index.collection, name)


def _fallback(index: Index, name: str) -> int:
    known = zip(index.numbers(OF_THE_MASTER), index.numbers(name), strict=True)
    return bits_of([first is None and year is not None for first, year in known])


def _ranks(conditions: Column, worst: int | None) -> list[int | None]:
    ranks = [rank_of(condition) for condition in conditions.values]
    if worst is not None:
        ranks = [rank if rank is not None and rank <= worst else None for rank in ranks]
    return [ranks[numbers[0]] if numbers else None for numbers in conditions.of]
