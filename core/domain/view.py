"""What is on the screen: a collection, the query that was typed, the order, and the copies that are left."""

from __future__ import annotations

from core.domain.collection import Collection, Copy
from core.domain.filters import Everything, Filter, matching
from core.domain.ids import InstanceId
from core.domain.query import parse
from core.domain.sorting import in_order

from msgspec import Struct
from msgspec.structs import replace


class View(Struct, frozen=True):
    """One immutable state of looking at a collection; every change makes another."""

    collection: Collection
    """In the order of the view, so that filtering needs no sorting."""
    copies: tuple[Copy, ...]
    text: str = ""
    filter: Filter = Everything()
    order: str = "artist"

    def filtered(self, text: str) -> View:
        """The view under another query. Raises QuerySyntaxError."""
        found = parse(text)
        return View(self.collection, matching(found, self.collection), text, found, self.order)

    def refreshed(self, collection: Collection) -> View:
        """The same query over another state of the collection, which is in the order of the view already."""
        return View(collection, matching(self.filter, collection), self.text, self.filter, self.order)

    def position_of(self, instance: InstanceId | None) -> int | None:
        """Where a copy stands in the view; None when it is not in it."""
        return next((index for index, copy in enumerate(self.copies) if copy.instance_id == instance), None)


def ordered(collection: Collection, order: str = "artist") -> Collection:
    """A collection with its copies in an order; of a large one that takes a while."""
    return replace(collection, copies=in_order(collection.copies, order))


def view_of(collection: Collection, order: str = "artist") -> View:
    """Everything, in an order."""
    shown = ordered(collection, order)
    return View(shown, shown.copies, order=order)
