"""One user's collection as the server keeps it: counted, sorted and cut into pages."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

from core.sandbox.holding import ALL, Copy, Field, Folder, Holding, completed

DEFAULT_SORT = "label"


def _first(list_name: str, key: str) -> Callable[[Copy], str]:
    def text(copy: Copy) -> str:
        rows = copy.release[list_name]
        return str(rows[0][key]).lower() if rows else ""

    return text


def _added(copy: Copy) -> float:
    try:
        return datetime.fromisoformat(copy.date_added).timestamp()
    except ValueError:
        return 0.0


# The first artist, label, catno and format name count, case does not (official documentation and recorded pages).
SORTS: dict[str, Callable[[Copy], Any]] = {
    "label": _first("labels", "name"),
    "artist": _first("artists", "name"),
    "title": lambda copy: str(copy.release["title"]).lower(),
    "catno": _first("labels", "catno"),
    "format": _first("formats", "name"),
    "rating": lambda copy: copy.rating,
    "added": _added,
    "year": lambda copy: copy.release["year"],
}


class Shelf:
    """The copies, folders and fields of one user. Sorted orders are made once and kept."""

    def __init__(self, holding: Holding) -> None:
        whole = completed(holding)
        self.fields: tuple[Field, ...] = whole.fields
        self._folders = {ALL: Folder(ALL, "All")} | {one.folder_id: one for one in whole.folders}
        self._copies = {copy.instance_id: copy for copy in whole.copies}
        self._counts = Counter(copy.folder_id for copy in self._copies.values())
        self._orders: dict[tuple[int, str], list[Copy]] = {}

    def __len__(self) -> int:
        """Count the copies in all folders."""
        return len(self._copies)

    @property
    def folders(self) -> tuple[Folder, ...]:
        """All first, then as the owner has them."""
        return tuple(self._folders.values())

    @property
    def copies(self) -> tuple[Copy, ...]:
        """Every copy, in no promised order."""
        return tuple(self._copies.values())

    def folder(self, folder_id: int) -> Folder | None:
        """Return the folder of that number, or None."""
        return self._folders.get(folder_id)

    def count(self, folder_id: int) -> int:
        """Count the copies that lie in a folder; all of them for 0."""
        return len(self._copies) if folder_id == ALL else self._counts[folder_id]

    def ordered(self, folder_id: int, sort: str = DEFAULT_SORT) -> list[Copy]:
        """Return the copies of a folder, ascending. Not to be changed. An unknown sort is the default one."""
        sort = sort if sort in SORTS else DEFAULT_SORT
        if (folder_id, sort) not in self._orders:
            chosen = [copy for copy in self._copies.values() if folder_id in (ALL, copy.folder_id)]
            # Recorded pages hold ties neither by date nor by instance number, so no reader may count on one.
            chosen.sort(key=lambda copy: copy.instance_id * 2_654_435_761 % 4_294_967_291)
            chosen.sort(key=SORTS[sort])
            self._orders[folder_id, sort] = chosen
        return self._orders[folder_id, sort]

    def cut(self, folder_id: int, sort: str, start: int, size: int, *, descending: bool = False) -> list[Copy]:
        """Return `size` copies of an order from place `start` on."""
        order = self.ordered(folder_id, sort)
        if not descending:
            return order[start : start + size]
        last = len(order) - start
        return order[max(0, last - size) : last][::-1]
