"""What the newest copies of a shelf tell of the rest: whether any came or went since it was read last.

One request instead of hundreds. It is believed only when it explains the whole difference; else everything is walked.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

from core.domain.collection import Copy
from core.domain.ids import InstanceId
from core.domain.walk import CollectionPage, is_spoiled

from msgspec import Struct

TELLING: Final = 20
"""Rows that have to be left of the page when its oldest second is left out."""


class Doubt(StrEnum):
    """Why the newest copies do not tell enough."""

    NEVER_WALKED = "never walked"
    SPOILED = "the page is not whole"
    UNREADABLE = "a row cannot be read"
    UNDATED = "a row has no date"
    TOO_FEW = "too many were added in one second"
    ALL_NEW = "nothing on the page was known before"
    TOTAL = "the total does not fit"
    MEMBERS = "others are there than were"


class Here(Struct, frozen=True):
    """What is published of a shelf, as far as a probe has to know it."""

    total: int
    """How many copies Discogs is thought to have: those that are only kept by a word are not among them."""
    known: Mapping[InstanceId, Copy]
    """The published ones among the copies on the page."""
    newer: frozenset[InstanceId]
    """All that are thought to be at Discogs and are newer than the oldest second on the page."""
    missing: frozenset[InstanceId] = frozenset()
    """Those that are published and are thought to be no longer at Discogs."""


class Found(Struct, frozen=True):
    """All that came or went."""

    added: tuple[Copy, ...] = ()
    changed: tuple[Copy, ...] = ()
    """Others on the page that are not as they were; nothing is said of those that are on no page."""


def oldest(page: CollectionPage) -> datetime | None:
    """The second that is left out, because it may go on behind the page; None when nothing is behind it."""
    dates = [copy.added for copy in page.rows if copy.added is not None]
    return min(dates) if dates and page.told > page.size else None


def doubtful(page: CollectionPage) -> Doubt | None:
    """Why a page can tell nothing, whatever is here."""
    if is_spoiled(page, 1, page.told):
        return Doubt.SPOILED
    if page.unreadable:
        return Doubt.UNREADABLE
    if len(page.instances) < page.size:
        # One of them came twice, and in another's place.
        return Doubt.SPOILED
    if any(copy.added is None for copy in page.rows):
        return Doubt.UNDATED
    cut = oldest(page)
    if cut is not None and sum(copy.added != cut for copy in page.rows) < TELLING:
        return Doubt.TOO_FEW
    return None


def compared(page: CollectionPage, here: Here) -> Found | Doubt:
    """What the newest copies say against what is here; a doubt when that does not explain the whole difference."""
    if (doubt := doubtful(page)) is not None:
        return doubt
    added = tuple(copy for copy in page.rows if copy.instance_id not in here.known)
    if page.told != here.total + len(added):
        return Doubt.TOTAL
    if not here.newer <= page.instances or here.missing & page.instances:
        return Doubt.MEMBERS
    if (cut := oldest(page)) is not None and not _reaches_back(page, here, cut):
        return Doubt.ALL_NEW
    changed = tuple(copy for copy in page.rows if here.known.get(copy.instance_id, copy) != copy)
    return Found(added=added, changed=changed)


def _reaches_back(page: CollectionPage, here: Here, cut: datetime) -> bool:
    """Whether all that came since is on the page: nothing comes before what was there, so not behind it either."""
    return any(copy.added != cut and copy.instance_id in here.known for copy in page.rows)
