"""What a sync says while it runs, and what it reports at the end."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from core.domain.ids import AccountId, RunId, Shelf
from core.errors import RunoutError

from msgspec import Struct


class SyncOutcome(StrEnum):
    """How a run ended."""

    DONE = "done"
    """What Discogs has is what we have."""
    NEEDS_WORD = "needs your word"
    """Everything that was seen is published; so much seems to be gone that its owner is asked first."""
    INCOMPLETE = "incomplete"
    """Discogs did not show everything it told of: what was seen is published, nothing was removed."""
    FAILED = "failed"
    """Discogs could not be read: the copy stayed as it was."""
    CANCELLED = "cancelled"
    """Stopped by hand: the copy stayed as it was."""


class Kind(StrEnum):
    """How much a run looks at."""

    PROBE = "probe"
    """The newest copies, in one request: whether any came or went."""
    READ = "read"
    """The copies of a few releases, one by one: those that somebody looks at."""
    WALK = "walk"
    """Everything."""


def brings(done: Kind, asked: Kind) -> bool:
    """Whether a run that did the one has done the other, too."""
    return done is Kind.WALK or (done is asked and done is Kind.PROBE)


class AskedBy(StrEnum):
    """Why a run was begun."""

    PERSON = "person"
    SCHEDULE = "schedule"
    LOOK = "look"
    """Somebody looked at data that had become old."""
    CONNECT = "connect"


class Word(StrEnum):
    """What the owner says of copies that Discogs no longer shows, when there are too many to be believed."""

    ASK = "ask"
    """Nothing yet."""
    KEEP = "keep"
    """They stay, and are not asked about again."""
    ACCEPT = "accept"
    """They go."""


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
    unseen: int = 0
    """Copies that were told of and not shown, or that are here and wait for their owner's word."""
    queued: int = 0
    """Releases of this copy whose master is still to be read for the original year."""
    requests: int = 0
    seconds: float = 0.0
    problems: tuple[RunoutError, ...] = ()
    shelf: Shelf = Shelf.COLLECTION
    kind: Kind = Kind.WALK

    @property
    def is_published(self) -> bool:
        """Whether anything of the run can be browsed now."""
        return self.outcome not in (SyncOutcome.FAILED, SyncOutcome.CANCELLED)


class SyncStarted(Struct, frozen=True):
    """The run has begun; nothing is known yet."""


class Phase(StrEnum):
    """What a run is doing."""

    PROBING = "probing"
    """Asking for the newest copies alone."""
    READING = "reading"
    SECOND_LOOK = "second look"
    """Reading everything once more in another order, because the first walk came short."""
    CONFIRMING = "confirming"
    """Asking for each copy that was not seen by itself."""
    PUBLISHING = "publishing"
    DONE = "done"


class SyncProgress(Struct, frozen=True):
    """How far a run is: said with every page, and when a phase begins."""

    phase: Phase = Phase.READING
    page: int = 0
    """How many pages have arrived; they arrive in any order. When confirming, how many copies were asked for."""
    pages: int = 1
    seen: int = 0
    told: int = 0
    new: int = 0
    changed: int = 0
    gone: int = 0
    skipped: int = 0
    """Rows that could not be read."""
    errors: int = 0
    """Answers that failed or came spoiled, and were asked for again."""
    requests: int | None = None
    """Only at the end: how many were sent."""
    queued: int | None = None
    """Only at the end: releases whose master is still to be read."""


class PastRun(Struct, frozen=True):
    """A run as the history has it."""

    run: RunId
    shelf: Shelf
    kind: Kind
    by: AskedBy
    started_at: datetime
    finished_at: datetime | None
    """None while it goes on. Of one that crashed: when that was found out."""
    outcome: SyncOutcome | None
    """None while it goes on, and when it crashed."""
    crashed: bool = False
    added: int = 0
    changed: int = 0
    removed: int = 0
    skipped: int = 0
    unseen: int = 0
    requests: int = 0
    copies: int | None = None
    """Copies that could be browsed at its end; None when it is not known."""
    problems: tuple[RunoutError, ...] = ()


class RunningSync(Struct, frozen=True):
    """A run under way, as every process of this machine can see it."""

    run: RunId
    account: AccountId
    started_at: float
    """Seconds of the program's wall clock."""
    progress: SyncProgress
    shelf: Shelf = Shelf.COLLECTION


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


SyncEvent = SyncStarted | SyncProgress | Waiting | SyncFinished
