"""What is on the screen: a collection, the query that was typed, the order, and the copies that are left."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import compress, islice
from operator import attrgetter, itemgetter
from typing import Final

from core.domain.collection import Collection, Copy
from core.domain.filters import Filter
from core.domain.ids import InstanceId
from core.domain.index import Index, bits_of, flags_of
from core.domain.matching import select
from core.domain.query import Query, parse
from core.domain.sorting import DEFAULT, Order, SortKey, in_order

from msgspec import Struct
from msgspec.structs import replace

_ANY_DAY: Final = date(2000, 1, 1)


class Arranged(Struct, frozen=True, eq=False):
    """Copies of a collection in an order: all of them, so that filtering sorts nothing while only the filter changes.

    Only those that are left, where the query asks for the order itself.
    """

    index: Index
    order: Order
    copies: tuple[Copy, ...]
    instances: list[InstanceId]
    """The numbers of the copies, in the same order."""
    rearranged: Callable[[Sequence[int]], tuple[int, ...]]
    """Flags by position, and one more that is 0, as flags in this order, and two more that are 0."""

    def __repr__(self) -> str:
        # See `Collection`.
        return f"Arranged({self.order!r}, {len(self.copies)} copies)"

    @classmethod
    def of(cls, index: Index, order: Order, positions: list[int]) -> Arranged:
        """The copies of an index at some positions."""
        every = index.collection.copies
        copies = tuple([every[position] for position in positions])
        # Twice as fast as a loop. Of less than two items a getter gives no tuple: hence the two past the end.
        rearranged = itemgetter(*positions, index.size, index.size)
        return cls(index, order, copies, list(map(attrgetter("instance_id"), copies)), rearranged)


class View(Struct, frozen=True, eq=False):
    """One immutable state of looking at a collection; every change makes another."""

    arranged: Arranged
    text: str
    query: Query
    """What the text says."""
    chosen: Order
    """The order that holds where the text asks for none."""
    today: date
    """From which the filter counts ages."""
    bits: int
    """The copies that are left, by their positions in the index."""
    left: bytes
    """For each copy that was arranged, in order, whether it is left; then two zeros."""
    copies: tuple[Copy, ...]
    """Those that are left, in order."""

    def __repr__(self) -> str:
        # See `Collection`.
        return f"View({self.text!r}, {len(self.copies)} copies)"

    @property
    def index(self) -> Index:
        """What the view is of."""
        return self.arranged.index

    @property
    def collection(self) -> Collection:
        """All that there is, in no particular order."""
        return self.arranged.index.collection

    @property
    def filter(self) -> Filter:
        """The conditions of the query."""
        return self.query.filter

    @property
    def order(self) -> Order:
        """What it is sorted by: the order of the query, else the one that was chosen."""
        return self.arranged.order

    @classmethod
    def of(
        cls,
        source: Collection | Index,
        order: Iterable[SortKey] = DEFAULT,
        text: str = "",
        today: date = _ANY_DAY,
    ) -> View:
        """A collection in an order, under a query in which ages count from `today`. Raises QuerySyntaxError.

        Of 100,000 copies that is work for a thread.
        """
        return _filtered(_index(source), None, text, parse(text), tuple(order), today)

    @classmethod
    def in_this_order(cls, collection: Collection, order: Iterable[SortKey] = DEFAULT) -> View:
        """All of a collection whose copies are in an order already, such as the first of a screen."""
        arranged = Arranged.of(Index(collection), tuple(order), list(range(len(collection.copies))))
        return _shown(arranged, "", Query(), arranged.order, _ANY_DAY, arranged.index.everything)

    def is_arranged_for(self, query: Query) -> bool:
        """Whether nothing is to be sorted for another query: then it is filtered while somebody types."""
        return query.order is None and self._whole is not None

    def filtered(self, text: str, today: date) -> View:
        """The view under another query, in which ages count from `today`. Raises QuerySyntaxError.

        Of 100,000 copies that is work for a thread when the query asks for another order; see `is_arranged_for`.
        """
        return _filtered(self.index, self._whole, text, parse(text), self.chosen, today)

    def sorted(self, order: Iterable[SortKey]) -> View:
        """The view in another order, unless its query asks for one: then that goes on.

        Of 100,000 copies, the first time by a column, that is work for a thread.
        """
        chosen = tuple(order)
        if self.query.order is not None:
            return replace(self, chosen=chosen)
        arranged = self.arranged if chosen == self.chosen else _arranged(self.index, chosen)
        if self.query.limit is not None:
            return _filtered(self.index, arranged, self.text, self.query, chosen, self.today)
        return _shown(arranged, self.text, self.query, chosen, self.today, self.bits)

    def refreshed(self, source: Collection | Index) -> View:
        """The same query and order over another state of the collection."""
        return _filtered(_index(source), None, self.text, self.query, self.chosen, self.today)

    @property
    def _whole(self) -> Arranged | None:
        """All copies in the chosen order, where the query asks for no other."""
        return self.arranged if self.query.order is None else None

    def over(self, index: Index) -> View:
        """The same copies in the same places; of an index that differs in what neither query nor order go by."""
        return replace(self, arranged=replace(self.arranged, index=index))

    def position_of(self, instance: InstanceId | None) -> int | None:
        """Where a copy stands in the view; None when it is not in it."""
        if instance is None:
            return None
        try:
            place = self.arranged.instances.index(instance)
        except ValueError:
            return None
        return self.left.count(1, 0, place) if self.left[place] else None


def view_of(collection: Collection, order: Iterable[SortKey] = DEFAULT) -> View:
    """Everything, in an order."""
    return View.of(collection, order)


def _index(source: Collection | Index) -> Index:
    return source if isinstance(source, Index) else Index(source)


def _arranged(index: Index, order: Order) -> Arranged:
    return Arranged.of(index, order, in_order(index, order))


def _filtered(index: Index, whole: Arranged | None, text: str, query: Query, chosen: Order, today: date) -> View:
    """What a query leaves; `whole` is all in the chosen order, if that is there already."""
    bits = select(query.filter, index, today)
    if query.order is None:
        return _shown(whole or _arranged(index, chosen), text, query, chosen, today, bits)
    found = in_order(index, query.order, None if bits == index.everything else bits)
    if query.limit is not None and query.limit < len(found):
        found = found[: query.limit]
        bits = _bits_of(found, index.size)
    arranged = Arranged.of(index, query.order, found)
    left = b"\1" * len(found) + b"\0\0"
    return View(arranged, text, query, chosen, today, bits, left, arranged.copies)


def _shown(arranged: Arranged, text: str, query: Query, chosen: Order, today: date, bits: int) -> View:
    left = bytes(arranged.rearranged(flags_of(bits, arranged.index.size) + b"\0"))
    if query.limit is not None:
        bits, left = _cut(arranged, bits, left, query.limit)
    return View(arranged, text, query, chosen, today, bits, left, tuple(compress(arranged.copies, left)))


def _cut(arranged: Arranged, bits: int, left: bytes, limit: int) -> tuple[int, bytes]:
    """Only the first so many of what is left: by position, and in order."""
    end = next(islice(compress(range(len(left)), left), limit, None), None)
    if end is None:
        return bits, left
    size = arranged.index.size
    kept = left[:end] + bytes(len(left) - end)
    return _bits_of(compress(arranged.rearranged(range(size + 1)), kept), size), kept


def _bits_of(positions: Iterable[int], size: int) -> int:
    flags = bytearray(size)
    for position in positions:
        flags[position] = 1
    return bits_of(flags)
