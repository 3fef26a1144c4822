"""What a sync says while it runs, and what it reports at the end."""

from __future__ import annotations

from enum import StrEnum

from core.errors import RunoutError

from msgspec import Struct


class SyncOutcome(StrEnum):
    """How a run ended."""

    DONE = "done"
    """What Discogs has is what we have."""
    INCOMPLETE = "incomplete"
    """Discogs answered, but not with everything it told of: the copy stayed as it was."""
    FAILED = "failed"
    """Discogs could not be read: the copy stayed as it was."""
    CANCELLED = "cancelled"
    """Stopped by hand: the copy stayed as it was."""


class SyncReport(Struct, frozen=True):
    """The end of a run."""

    outcome: SyncOutcome
    copies: int
    """Copies that can be browsed now."""
    releases: int
    added: int = 0
    changed: int = 0
    removed: int = 0
    skipped: int = 0
    """Rows that could not be read; what was known of them before is kept."""
    requests: int = 0
    seconds: float = 0.0
    problems: tuple[RunoutError, ...] = ()


class SyncStarted(Struct, frozen=True):
    """The run has begun; nothing is known yet."""


class PageFetched(Struct, frozen=True):
    """A page has arrived and is kept."""

    page: int
    """How many pages have arrived, this one included; they arrive in any order."""
    pages: int
    seen: int
    told: int


class WaitReason(StrEnum):
    """Why nothing is sent."""

    LIMIT = "limit"
    """The requests of this minute are spent."""
    REFUSED = "refused"
    """Discogs said that we are too fast."""
    RETRY = "retry"
    """Discogs failed, and is asked again."""


class Waiting(Struct, frozen=True):
    """Nothing is sent for a while."""

    seconds: float
    reason: WaitReason


class SyncFinished(Struct, frozen=True):
    """The run is over."""

    report: SyncReport


SyncEvent = SyncStarted | PageFetched | Waiting | SyncFinished
