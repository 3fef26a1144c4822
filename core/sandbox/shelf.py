"""One user's collection as the server keeps it: counted, sorted, cut into pages, and changed by its owner."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from core.sandbox.holding import ALL, Copy, Field, Folder, Holding, JsonObject, Want, completed
from core.sandbox.shelf_index import Index

DEFAULT_SORT = "label"
Row = Copy | Want


def _first(list_name: str, key: str) -> Callable[[Row], str]:
    def text(row: Row) -> str:
        rows = row.release[list_name]
        return str(rows[0][key]).lower() if rows else ""

    return text


def _added(row: Row) -> float:
    try:
        return datetime.fromisoformat(row.date_added).timestamp()
    except ValueError:
        return 0.0


# The first artist, label, catno and format name count, case does not (official documentation and recorded pages).
SORTS: dict[str, Callable[[Row], Any]] = {
    "label": _first("labels", "name"),
    "artist": _first("artists", "name"),
    "title": lambda row: str(row.release["title"]).lower(),
    "catno": _first("labels", "catno"),
    "format": _first("formats", "name"),
    "rating": lambda row: row.rating,
    "added": _added,
    "year": lambda row: row.release["year"],
}


class Shelf:
    """The copies, folders and fields of one user. Sorted orders are made once and kept until something changes."""

    def __init__(self, holding: Holding) -> None:
        whole = completed(holding)
        self.fields: tuple[Field, ...] = whole.fields
        self._folders = {ALL: Folder(ALL, "All")} | {one.folder_id: one for one in whole.folders}
        self._copies = {copy.instance_id: copy for copy in whole.copies}
        self._counts = Counter(copy.folder_id for copy in self._copies.values())
        self._orders: dict[tuple[int, str], list[Copy]] = {}
        self._index: Index | None = None

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

    def copy(self, instance_id: int) -> Copy | None:
        """Return the copy of that number, or None."""
        return self._copies.get(instance_id)

    def count(self, folder_id: int) -> int:
        """Count the copies that lie in a folder; all of them for 0."""
        return len(self._copies) if folder_id == ALL else self._counts[folder_id]

    def of_release(self, release_id: int) -> list[Copy]:
        """Return all copies of a release. Not to be changed."""
        return self._indexed().of_release(release_id)

    def of_master(self, master_id: int) -> dict[int, JsonObject]:
        """Return the releases of a master that lie here, by number. Not to be changed."""
        return self._indexed().of_master(master_id)

    def masters(self) -> set[int]:
        """Return the numbers of all masters of which a release lies here."""
        return set(self._indexed().masters())

    def ordered(self, folder_id: int, sort: str = DEFAULT_SORT, salt: int = 0) -> list[Copy]:
        """Return the copies of a folder, ascending. Not to be changed. An unknown sort is the default one.

        Another `salt` holds equal copies in another order.
        """
        sort = sort if sort in SORTS else DEFAULT_SORT
        if salt:
            return self._sorted(folder_id, sort, salt)
        if (folder_id, sort) not in self._orders:
            self._orders[folder_id, sort] = self._sorted(folder_id, sort, salt)
        return self._orders[folder_id, sort]

    def cut(
        self, folder_id: int, sort: str, start: int, size: int, *, descending: bool = False, salt: int = 0
    ) -> list[Copy]:
        """Return `size` copies of an order from place `start` on."""
        order = self.ordered(folder_id, sort, salt)
        if not descending:
            return order[start : start + size]
        last = len(order) - start
        return order[max(0, last - size) : last][::-1]

    def put(self, copies: Iterable[Copy]) -> None:
        """Add copies; one whose number is known takes the place of the other."""
        for copy in copies:
            if self._index:
                self._index.put(copy, self._copies.get(copy.instance_id))
            self._copies[copy.instance_id] = copy
        self._changed()

    def take(self, instance_ids: Iterable[int]) -> None:
        """Remove copies; numbers that are not there are passed over."""
        for number in instance_ids:
            gone = self._copies.pop(number, None)
            if self._index and gone:
                self._index.drop(gone)
        self._changed()

    def _changed(self) -> None:
        self._counts = Counter(copy.folder_id for copy in self._copies.values())
        self._orders.clear()

    def _indexed(self) -> Index:
        if self._index is None:
            self._index = Index(self._copies.values())
        return self._index

    def _sorted(self, folder_id: int, sort: str, salt: int) -> list[Copy]:
        chosen = [copy for copy in self._copies.values() if folder_id in (ALL, copy.folder_id)]
        # Recorded pages hold ties neither by date nor by instance number, so no reader may count on one.
        if salt:
            chosen.sort(key=lambda copy: hash((copy.instance_id, salt)))
        else:
            chosen.sort(key=lambda copy: copy.instance_id * 2_654_435_761 % 4_294_967_291)
        chosen.sort(key=SORTS[sort])
        return chosen
