"""What keeps a walk over a collection from being the whole truth."""

from __future__ import annotations

from dataclasses import dataclass

from core.errors.base import RunoutError


class WalkError(RunoutError):
    """Discogs answered, but what it said does not make the copy complete, or must not replace it."""


@dataclass(unsafe_hash=True)
class WalkIncomplete(WalkError):
    """Fewer, or more, copies seen than told of."""

    told: int
    seen: int


@dataclass(unsafe_hash=True)
class NeedsYourWord(WalkError):
    """So many copies seem to be gone that their owner has to say whether they are; until then they stay."""

    missing: int
    here: int
    """Copies that can be browsed, the missing ones included."""


@dataclass(unsafe_hash=True)
class CopiesUnconfirmed(WalkError):
    """Copies that were not seen and could not be asked for one by one; they stay."""

    count: int


@dataclass(unsafe_hash=True)
class CopiesKept(WalkError):
    """Copies that Discogs no longer shows, and that stay because their owner said so."""

    count: int


@dataclass(unsafe_hash=True)
class TotalMoved(WalkError):
    """The collection changed while it was read."""

    first: int
    last: int


@dataclass(unsafe_hash=True)
class RowsUnreadable(WalkError):
    """Rows of which not even the copy's number could be read."""

    count: int


@dataclass(unsafe_hash=True)
class RowsSkipped(WalkError):
    """Rows that could not be read, of copies that are known by number; the rest was published."""

    instances: tuple[int, ...]
    missing: int = 0
    """Of these, those of which nothing was known before."""


@dataclass(unsafe_hash=True)
class ReadAsStranger(WalkError):
    """The owner was served as somebody who is not signed in: copies, or names that can be done without."""

    what: str = "copies"


@dataclass(unsafe_hash=True)
class TakenOver(WalkError):
    """Another process has begun to sync the same account, because this one seemed to be gone; it published nothing."""
