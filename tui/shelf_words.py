"""What the two shelves, and what stands on them, are called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from core.domain.ids import Shelf

THINGS: Final[Mapping[Shelf, tuple[str, str]]] = {
    Shelf.COLLECTION: ("copy", "copies"),
    Shelf.WANTLIST: ("want", "wants"),
}
"""What stands on a shelf: one, and several."""

RECORDS: Final[Mapping[Shelf, str]] = {Shelf.COLLECTION: "record", Shelf.WANTLIST: "want"}
"""The same where nothing hangs on a record being owned twice."""

TITLES: Final[Mapping[Shelf, str]] = {Shelf.COLLECTION: "Collection", Shelf.WANTLIST: "Wantlist"}
