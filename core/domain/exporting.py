"""Which records are exported, in which order, and as what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from enum import StrEnum

from core.domain.collection import Collection, Copy
from core.domain.exporting_about import About
from core.domain.exporting_csv import Sheet
from core.domain.exporting_json import Records
from core.domain.exporting_markdown import markdown
from core.domain.ids import InstanceId
from core.domain.sorting import SortKey
from core.domain.view import View

from msgspec import Struct
from msgspec.structs import replace


class Kind(StrEnum):
    """What is written."""

    CSV = "csv"
    JSON = "json"
    JSONL = "jsonl"
    """JSON Lines: what is said of the whole in the first line, then a record a line."""
    MARKDOWN = "md"


class Export(Struct, frozen=True):
    """Records that are to be written."""

    kind: Kind
    copies: tuple[Copy, ...]
    collection: Collection
    about: About

    def __repr__(self) -> str:
        # See `Collection`.
        return f"Export({self.kind}, {len(self.copies)} copies)"

    def lines(self) -> Iterator[str]:
        """The whole text in parts, about one for each record."""
        match self.kind:
            case Kind.CSV:
                return Sheet(self.collection, self.about.shelf).lines(self.copies)
            case Kind.JSON:
                return Records(self.collection, self.about).document(self.copies)
            case Kind.JSONL:
                return Records(self.collection, self.about).lines(self.copies)
            case Kind.MARKDOWN:
                return markdown(self.copies, self.collection, self.about)


def selected(collection: Collection, order: Iterable[SortKey], text: str, today: date) -> tuple[Copy, ...]:
    """The copies that a query leaves, in an order that is the same for every copy of the collection.

    Where nothing else tells them apart, releases stand by number: instances have other numbers in a collection that
    came from a file. Raises QuerySyntaxError.
    """
    copies = tuple(sorted(collection.copies, key=_identity))
    numbered = tuple(replace(copy, instance_id=InstanceId(at)) for at, copy in enumerate(copies))
    numbers = {copy.instance_id: InstanceId(at) for at, copy in enumerate(copies)}
    owned = {numbers[instance]: kind for instance, kind in collection.owned.items() if instance in numbers}
    view = View.of(replace(collection, copies=numbered, owned=owned), order, text, today)
    return tuple([copies[copy.instance_id] for copy in view.copies])


def _identity(copy: Copy) -> tuple[int, int]:
    return copy.release.id, copy.instance_id
