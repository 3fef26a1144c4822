"""What a walk over a collection saw, whether a page is to be read again, and what of it may be published.

Offset paging lies when the collection changes under the reader, and Discogs has bad days. So everything that was seen
may be published, but a copy that was not seen is only suspected to be gone, and only when all that was told of was
seen.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from enum import StrEnum
from typing import Final

from core.domain.collection import Copy
from core.domain.ids import InstanceId
from core.errors import ReadAsStranger, RowsUnreadable, TotalMoved, WalkError, WalkIncomplete

import msgspec
from msgspec import Struct

MOST_CONFIRMED: Final = 20
"""Missing copies that are confirmed one by one; more than that are asked about."""

_TELLING: Final = 20
"""Rows that have to be left for the newest page to tell anything, when its oldest second is left out."""


class Order(StrEnum):
    """The orders in which a collection is walked."""

    ADDED = "added"
    """Oldest first, so that what is added meanwhile lands at the end."""
    LABEL = "label"
    """The second look, when the first saw fewer copies than told of."""


class UnreadableRow(Struct, frozen=True):
    """A row that could not be understood."""

    reason: str
    instance_id: InstanceId | None = None
    """None when not even that could be read: then nobody can say which copy it is."""
    raw: bytes = b""
    """The row as it came."""


class CollectionPage(Struct, frozen=True):
    """One page of a collection as it arrived."""

    number: int
    told: int
    """How many copies Discogs says there are in all."""
    rows: tuple[Copy, ...] = ()
    unreadable: tuple[UnreadableRow, ...] = ()
    per_page: int = 100
    anonymous_limit: bool = False
    """The answer was counted against the limit of somebody who is not signed in."""

    @property
    def pages(self) -> int:
        """How many pages there are, the first always counted."""
        return max(1, -(-self.told // self.per_page))

    @property
    def size(self) -> int:
        """How many rows it has."""
        return len(self.rows) + len(self.unreadable)

    @property
    def instances(self) -> frozenset[InstanceId]:
        """The copies on the page, as far as their numbers could be read."""
        named = (row.instance_id for row in self.unreadable if row.instance_id is not None)
        return frozenset((*(copy.instance_id for copy in self.rows), *named))

    @property
    def without_folders(self) -> bool:
        """Whether no row names its folder, which the owner's rows always do."""
        return bool(self.rows) and all(copy.folder_id is None for copy in self.rows)


def is_spoiled(page: CollectionPage, number: int, told: int) -> bool:
    """Whether a page is to be read again: of another total, or shorter or longer than that total makes it."""
    return page.told != told or page.size != min(page.per_page, max(0, told - page.per_page * (number - 1)))


def for_a_stranger(page: CollectionPage, *, had_folders: bool) -> bool:
    """Whether the owner was served as somebody else: publishing that would lose folders and private fields.

    A header that Discogs does not understand is no error there: the rows come without folders, under the limit of
    somebody who is not signed in.
    """
    return page.without_folders and (had_folders or page.anonymous_limit)


def repeated(pages: Mapping[int, CollectionPage]) -> tuple[int, ...]:
    """The numbers of pages that hold the very copies of another one: one of them came in the other's place."""
    prints = {number: hash(page.instances) for number, page in pages.items() if page.size}
    often = Counter(prints.values())
    return tuple(number for number in sorted(prints) if often[prints[number]] > 1)


class Walk(Struct, frozen=True):
    """All pages together; a copy that was seen on two pages counts once."""

    copies: Mapping[InstanceId, Copy]
    unreadable: Mapping[InstanceId, UnreadableRow]
    nameless: int
    """Rows of which not even the copy's number could be read."""
    totals: tuple[int, ...]
    """Every total that was told, the first one first."""

    @property
    def told(self) -> int:
        """How many copies there are, as was told first."""
        return self.totals[0] if self.totals else 0

    @property
    def instances(self) -> AbstractSet[InstanceId]:
        """Every copy that was seen, those that could not be read included."""
        return self.copies.keys() | self.unreadable.keys()

    @property
    def seen(self) -> int:
        """How many copies that is."""
        return len(self.copies) + len(self.unreadable)

    @property
    def is_short(self) -> bool:
        """Whether fewer, or more, copies were seen than told of, which another order may mend."""
        return not self.seen <= self.told <= self.seen + self.nameless


def gather(pages: Iterable[CollectionPage]) -> Walk:
    """Put pages together in their order; a copy is as it was seen last."""
    copies: dict[InstanceId, Copy] = {}
    unreadable: dict[InstanceId, UnreadableRow] = {}
    nameless = 0
    totals: dict[int, None] = {}
    for page in pages:
        totals[page.told] = None
        copies.update((copy.instance_id, copy) for copy in page.rows)
        for row in page.unreadable:
            if row.instance_id is None:
                nameless += 1
            else:
                unreadable[row.instance_id] = row
    return Walk(
        copies=copies,
        unreadable={instance: row for instance, row in unreadable.items() if instance not in copies},
        nameless=nameless,
        totals=tuple(totals),
    )


def joined(first: Walk, second: Walk) -> Walk:
    """What was seen in either of two walks; the second is the newer."""
    copies = {**first.copies, **second.copies}
    unreadable = {**first.unreadable, **second.unreadable}
    return Walk(
        copies=copies,
        unreadable={instance: row for instance, row in unreadable.items() if instance not in copies},
        nameless=max(first.nameless, second.nameless),
        totals=tuple(dict.fromkeys((*first.totals, *second.totals))),
    )


class Verdict(Struct, frozen=True):
    """What a walk says of the published copies that it did not see."""

    suspects: tuple[Copy, ...] = ()
    """Those that may be gone; none when their absence proves nothing."""
    reasons: tuple[WalkError, ...] = ()
    """Why absence proves nothing."""


def judge(walk: Walk, published: Mapping[InstanceId, Copy]) -> Verdict:
    """What was seen is published in any case; who is suspected to be gone, if that can be said at all.

    Raises ReadAsStranger when nothing of it may be published.
    """
    had_folders = any(copy.folder_id is not None for copy in published.values())
    if had_folders and walk.copies and all(copy.folder_id is None for copy in walk.copies.values()):
        raise ReadAsStranger
    reasons: list[WalkError] = []
    if len(walk.totals) > 1:
        reasons.append(TotalMoved(first=walk.totals[0], last=walk.totals[-1]))
    elif walk.is_short:
        reasons.append(WalkIncomplete(told=walk.told, seen=walk.seen))
    if walk.nameless:
        reasons.append(RowsUnreadable(count=walk.nameless))
    elif walk.unreadable and not walk.copies:
        reasons.append(RowsUnreadable(count=len(walk.unreadable)))
    if reasons:
        return Verdict(reasons=tuple(reasons))
    # Not `walk.instances`: a set of all of them, made in one go, would hold up whoever presses a key.
    absent = ((instance, copy) for instance, copy in published.items() if instance not in walk.copies)
    return Verdict(suspects=tuple(copy for instance, copy in absent if instance not in walk.unreadable))


def must_ask(suspects: Sequence[Copy], told: int) -> bool:
    """Whether so much seems to be gone that its owner has to say so: more than 20, or everything."""
    return len(suspects) > MOST_CONFIRMED or (told == 0 and bool(suspects))


class Newest(Struct, frozen=True):
    """The newest copies of a collection, newest first, and how many there were in all."""

    told: int
    rows: tuple[tuple[InstanceId, str, int], ...]
    """Each with the moment it was added, as ISO text, and a checksum of the rest, which tells an edit."""
    since: datetime | None = None
    """When the pages began to be read that these tell about."""

    @classmethod
    def of(cls, page: CollectionPage) -> Newest:
        """What the first page of the newest says."""
        return cls(page.told, tuple((copy.instance_id, str(copy.added or ""), _sum(copy)) for copy in page.rows))


def is_reliable(page: CollectionPage, number: int, told: int) -> bool:
    """Whether a page that an earlier run brought need not be read again."""
    return not is_spoiled(page, number, told) and not page.unreadable


def _sum(copy: Copy) -> int:
    return zlib.crc32(msgspec.json.encode(copy))


def unchanged(before: Newest, now: Newest) -> bool:
    """Whether nothing was added, removed or edited in between, as far as the newest copies can tell.

    Equal moments come in any order, so the oldest second of the page may hold others of that second each time.
    """
    if before.told != now.told:
        return False
    if set(before.rows) == set(now.rows):
        return True
    telling = [{row for row in newest.rows if row[1] != newest.rows[-1][1]} for newest in (before, now) if newest.rows]
    return len(telling) == 2 and telling[0] == telling[1] and len(telling[0]) >= _TELLING
