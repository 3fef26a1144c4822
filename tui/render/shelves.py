"""What differs between the two shelves where they are shown: columns, facets, ages. Words: `tui/shelf_words.py`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from core.domain.account import Account
from core.domain.facets import FACETS, Facet
from core.domain.ids import Shelf
from core.domain.sorting import COLUMNS as SORTABLE
from core.domain.standing import Standing

from msgspec.structs import replace

_COLUMNS_LEFT_OUT: Final[Mapping[Shelf, frozenset[str]]] = {
    Shelf.COLLECTION: frozenset({"owned"}),
    Shelf.WANTLIST: frozenset({"folder", "media", "sleeve"}),
}
"""What is said of none of them: a want lies in no folder and has no condition."""

_FACETS_LEFT_OUT: Final[Mapping[Shelf, frozenset[str]]] = {
    Shelf.COLLECTION: frozenset(),
    Shelf.WANTLIST: frozenset({"folder", "grade"}),
}


def other(shelf: Shelf) -> Shelf:
    """The one that is not open."""
    return next(one for one in Shelf if one is not shelf)


def has_column(shelf: Shelf, name: str) -> bool:
    """Whether a column says anything of what stands on a shelf."""
    return name not in _COLUMNS_LEFT_OUT[shelf]


def sortable(shelf: Shelf) -> tuple[str, ...]:
    """What a shelf can be sorted by."""
    return tuple(name for name in SORTABLE if has_column(shelf, name))


def facets_of(shelf: Shelf) -> Iterator[Facet]:
    """The sides from which a shelf can be looked at."""
    return (facet for facet in FACETS if facet.name not in _FACETS_LEFT_OUT[shelf])


def as_of(account: Account, standing: Standing | None, shelf: Shelf) -> Account:
    """An account with the ages of one of its shelves in the place of its collection's."""
    age = standing.ages.get(shelf) if standing else None
    if age is None:
        return account if shelf is Shelf.COLLECTION else replace(account, last_sync_at=None, checked_at=None)
    return replace(account, last_sync_at=age.walked_at, checked_at=age.checked_at)
