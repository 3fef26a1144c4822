"""What one walk over a collection saw, and whether that is fit to be published."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet

from core.domain.collection import Copy
from core.domain.ids import InstanceId
from core.errors import EmptyAnswer, ReadAsStranger, RowsUnreadable, RunoutError, TotalMoved, WalkIncomplete

from msgspec import Struct


class UnreadableRow(Struct, frozen=True):
    """A row that could not be understood."""

    reason: str
    instance_id: InstanceId | None = None
    """None when not even that could be read: then nobody can say which copy it is."""


class CollectionPage(Struct, frozen=True):
    """One page of a collection as it arrived."""

    number: int
    pages: int
    told: int
    """How many copies Discogs says there are in all."""
    rows: tuple[Copy, ...] = ()
    unreadable: tuple[UnreadableRow, ...] = ()
    anonymous_limit: bool = False
    """The answer was counted against the limit of somebody who is not signed in."""


class Walk(Struct, frozen=True):
    """All pages together; a copy that was seen on two pages counts once."""

    copies: Mapping[InstanceId, Copy]
    unreadable: AbstractSet[InstanceId]
    nameless: int
    totals: tuple[int, ...]
    as_stranger: bool

    @property
    def seen(self) -> int:
        """Distinct copies seen, those that could not be read included."""
        return len(self.copies) + len(self.unreadable)


def gather(pages: Iterable[CollectionPage]) -> Walk:
    """Put pages together in their order."""
    copies: dict[InstanceId, Copy] = {}
    unreadable: set[InstanceId] = set()
    nameless = 0
    totals: dict[int, None] = {}
    anonymous = False
    for page in pages:
        totals[page.told] = None
        anonymous = anonymous or page.anonymous_limit
        copies.update((copy.instance_id, copy) for copy in page.rows)
        for row in page.unreadable:
            if row.instance_id is None:
                nameless += 1
            else:
                unreadable.add(row.instance_id)
    no_folders = bool(copies) and all(copy.folder_id is None for copy in copies.values())
    return Walk(
        copies=copies,
        unreadable=unreadable - copies.keys(),
        nameless=nameless,
        totals=tuple(totals),
        as_stranger=no_folders and anonymous,
    )


def objection(walk: Walk, published: Mapping[InstanceId, Copy]) -> RunoutError | None:
    """Why a walk must not be published, or None when it may be.

    Absence proves nothing before everything that Discogs told of was seen. And an owner who is served as a stranger
    (a header that Discogs did not understand is no error there) would lose folders and private fields.
    """
    had_folders = any(copy.folder_id is not None for copy in published.values())
    lost_folders = bool(walk.copies) and all(copy.folder_id is None for copy in walk.copies.values())
    if walk.as_stranger or (had_folders and lost_folders):
        return ReadAsStranger()
    if len(walk.totals) > 1:
        return TotalMoved(first=walk.totals[0], last=walk.totals[-1])
    told = walk.totals[0] if walk.totals else 0
    if walk.nameless:
        return RowsUnreadable(count=walk.nameless)
    if walk.unreadable and not walk.copies:
        return RowsUnreadable(count=len(walk.unreadable))
    if walk.seen != told:
        return WalkIncomplete(told=told, seen=walk.seen)
    if told == 0 and published:
        return EmptyAnswer(published=len(published))
    return None
