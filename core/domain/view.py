"""What is on the screen: a collection, the query that was typed, the order, and the copies that are left."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from itertools import compress
from operator import itemgetter
from typing import Final

from core.domain.collection import Collection, Copy
from core.domain.filters import Everything, Filter
from core.domain.ids import InstanceId
from core.domain.index import Index, flags_of
from core.domain.matching import select
from core.domain.query import parse
from core.domain.sorting import DEFAULT, Order, SortKey, in_order

from msgspec import Struct
from msgspec.structs import replace

_ANY_DAY: Final = date(2000, 1, 1)


class Arranged(Struct, frozen=True, eq=False):
    """All copies of a collection in an order; kept while only the filter changes, so that filtering sorts nothing."""

    index: Index
    order: Order
    copies: tuple[Copy, ...]
    instances: list[InstanceId]
    """The numbers of the copies, in the same order."""
    rearranged: Callable[[bytes], tuple[int, ...]]
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
        return cls(index, order, copies, [copy.instance_id for copy in copies], rearranged)


class View(Struct, frozen=True, eq=False):
    """One immutable state of looking at a collection; every change makes another."""

    arranged: Arranged
    text: str
    filter: Filter
    today: date
    """From which the filter counts ages."""
    bits: int
    """The copies that are left, by their positions in the index."""
    left: bytes
    """For each copy of the collection, in order, whether it is left; then two zeros."""
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
    def order(self) -> Order:
        """What it is sorted by."""
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
        index, node = _index(source), parse(text)
        return _filtered(_arranged(index, tuple(order)), text, node, today)

    @classmethod
    def in_this_order(cls, collection: Collection, order: Iterable[SortKey] = DEFAULT) -> View:
        """All of a collection whose copies are in an order already, such as the first of a screen."""
        arranged = Arranged.of(Index(collection), tuple(order), list(range(len(collection.copies))))
        return _filtered(arranged, "", Everything(), _ANY_DAY)

    def filtered(self, text: str, today: date) -> View:
        """The view under another query, in which ages count from `today`. Raises QuerySyntaxError."""
        return _filtered(self.arranged, text, parse(text), today)

    def sorted(self, order: Iterable[SortKey]) -> View:
        """The same copies in another order; of 100,000, the first time by a column, that is work for a thread."""
        return _shown(_arranged(self.index, tuple(order)), self.text, self.filter, self.today, self.bits)

    def refreshed(self, source: Collection | Index) -> View:
        """The same query and order over another state of the collection."""
        return _filtered(_arranged(_index(source), self.order), self.text, self.filter, self.today)

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


def _filtered(arranged: Arranged, text: str, node: Filter, today: date) -> View:
    return _shown(arranged, text, node, today, select(node, arranged.index, today))


def _shown(arranged: Arranged, text: str, node: Filter, today: date, bits: int) -> View:
    left = bytes(arranged.rearranged(flags_of(bits, arranged.index.size) + b"\0"))
    return View(arranged, text, node, today, bits, left, tuple(compress(arranged.copies, left)))
