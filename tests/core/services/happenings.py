"""What may happen on the website and on the way to it, drawn by hypothesis.

Draws are plain numbers and are never looked up in what is there: processes run at their own pace, so that the same
steps meet another state each time, and hypothesis has to be able to take the same steps again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from core.sandbox.holding import ALL, NOTES
from tests.core.services.watched import WatchedShelf, WatchedWorld

from hypothesis import strategies as st

_NUMBERS: Final = st.integers(0, 10_000)
_TEXTS: Final = ("", "Signed", "Warped, plays well", "Gift\nof Ann")

_WHAT: Final = (
    *("add", "remove", "replace", "move", "rate", "note", "retitle", "rename folder"),
    *("edit many", "remove many", "remove all", "restore", "restore"),
    *("want", "want", "unwant", "unwant many", "rate a want"),
)

_LOUD: Final = (
    "500",
    "502",
    "429",
    "reset",
    "truncated",
    "hang",
    "latency",
    "revoked token",
    "outage",
    "shuffled ties",
)
_QUIET: Final = (
    *("empty page", "short page", "page repeated", "total moves", "undecodable item", "item without instance_id"),
    *("item added", "item removed", "owner as anonymous", "owner as anonymous"),
)
_MOST_TIMES: Final = {"429": 1, "hang": 2}
"""What is waited out costs real time."""


class Edit(NamedTuple):
    """Something that the owner does, or the database's editors do."""

    what: str
    which: int
    how: int

    def happen(self, world: WatchedWorld) -> None:
        """Do it; with no copy there, many things mean nothing."""
        website, shelf, which, how = world.website, world.shelf, self.which, self.how
        copies = sorted(copy.instance_id for copy in shelf.copies)
        folders = [folder.folder_id for folder in shelf.folders if folder.folder_id != ALL]
        folder = folders[how % len(folders)]
        whole: dict[str, Callable[[], Any]] = {
            "add": lambda: website.add(100 + which % 50 if how % 2 else None, count=1 + how % 3, folder_id=folder),
            "rename folder": lambda: shelf.rename_folder(folders[which % len(folders)], f"Folder {how}"),
            "edit many": lambda: website.edit_many(1 + which % 40, seed=how),
            "remove all": website.remove_all,
            "remove many": lambda: shelf.take(copies[which % 9 :][: 15 + how % 20]),
            "restore": website.restore,
            "want": lambda: world.want(100 + which % 70, how % 6),
            "unwant": lambda: world.unwant(which % (1 + len(world.account.wants)), 1),
            "unwant many": lambda: world.unwant(which % 9, 15 + how % 20),
            "rate a want": lambda: world.rate_want(which, how % 6),
        }
        if self.what in whole:
            whole[self.what]()
        elif self.what == "replace an old one" and copies:
            _to_one(world, shelf, self, copies[which % (1 + len(copies) // 2)], folder)
        elif copies:
            _to_one(world, shelf, self, copies[which % len(copies)], folder)


def _to_one(world: WatchedWorld, shelf: WatchedShelf, edit: Edit, chosen: int, folder: int) -> None:
    website, how = world.website, edit.how
    match edit.what:
        case "remove":
            website.remove(chosen)
        case "replace" | "replace an old one":
            website.remove(chosen)
            website.add()
        case "move":
            website.move(chosen, folder)
        case "rate":
            website.rate(chosen, how % 6)
        case "note":
            website.set_field(chosen, NOTES, _TEXTS[how % len(_TEXTS)])
        case "retitle":
            copy = shelf.copy(chosen)
            assert copy is not None
            website.rename(copy.release["id"], f"Title {how % 100}")


class Fault(NamedTuple):
    """A bad day; without a name, the end of all of them."""

    name: str | None
    route: str | None = None
    page: int | None = None
    times: int = 0
    how: int = 0

    def happen(self, world: WatchedWorld) -> None:
        """Order it."""
        how, faults = self.how, world.faults
        if self.name is None:
            faults.clear()
            return
        if self.name == "outage":
            faults.add("outage", seconds=1 + how % 10, refused=how % 2 == 0)
            return
        given: dict[str, dict[str, Any]] = {
            "latency": {"seconds": how % 4},
            "hang": {"seconds": 2 if how % 4 else 40},
            "short page": {"rows": 1 + how % 30},
            "total moves": {"by": how % 7 - 3 or 1},
            "undecodable item": {"row": how % 25},
            "item without instance_id": {"row": how % 25},
            "item removed": {"before": how % 2 == 0},
        }
        times = min(self.times, _MOST_TIMES.get(self.name, self.times))
        faults.add(self.name, route=self.route, page=self.page, times=times, **given.get(self.name, {}))


NOTHING: Final = st.just(Edit("nothing", 0, 0))

EDITS: Final = st.builds(Edit, st.sampled_from(_WHAT), _NUMBERS, _NUMBERS)

REPLACEMENTS: Final = st.builds(Edit, st.just("replace an old one"), _NUMBERS, st.just(0))
"""One goes and one comes, so that no page tells another total: those behind it move up."""

GOOD_DAY: Final = st.just(Fault(None))

FAULTS: Final = st.builds(
    Fault,
    st.sampled_from(_LOUD) | st.sampled_from(_QUIET) | st.sampled_from(_QUIET),
    st.sampled_from(
        [
            "collection",
            "collection",
            "collection",
            "by_release",
            "by_release",
            "wants",
            "wants",
            "folders",
            "fields",
            None,
        ]
    ),
    st.none() | st.none() | st.integers(1, 12),
    st.integers(1, 4),
    _NUMBERS,
)

DOUBTS: Final = st.builds(
    Fault,
    st.sampled_from(["empty page", "short page", "undecodable item", "item without instance_id", "500", "truncated"]),
    st.just("by_release"),
    st.none(),
    st.integers(1, 9),
    _NUMBERS,
)
"""What may keep somebody from asking for a single copy."""
