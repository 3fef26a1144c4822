"""Reading of facts that a list row does not carry: what is read next, when again after a failure, how long it takes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Final

from core.domain.budget import background_pace
from core.domain.ids import AccountId, Shelf
from core.domain.ledger import Lane, Ledger, Terms, Work, read_at
from core.domain.master import Coverage

from msgspec import Struct

OLD_DETAILS: Final = timedelta(hours=6)
"""From which age on details are read again when somebody opens the record. Source: terms of use of Discogs' API."""

OLD_MASTER: Final = timedelta(days=30)
"""The same of a master: its year hardly ever changes."""

TRIES: Final = 3
"""Failures in a row after which something rests."""

REST: Final = timedelta(days=1)

_BETWEEN: Final = (timedelta(minutes=10), timedelta(hours=1))
"""From one try to the next, before it rests."""

_FEW: Final = 5
"""Requests that are too few to tell a pace by."""

_PAUSE: Final = 90.0
"""Seconds without a request after which it is another spell of work."""


class What(StrEnum):
    """What is read."""

    MASTER = "master"
    RELEASE = "release"


class State(StrEnum):
    """How reading ended, where it brought nothing."""

    NONE = "none"
    """Discogs has no such thing, or no longer."""
    FAILED = "failed"


class Reading(Struct, frozen=True):
    """What is known of the tries to read something. Times are UTC."""

    state: State | None = None
    """None when it was never tried, and when it was read."""
    tries: int = 0
    """Failures in a row."""
    next_at: datetime | None = None
    looks: int = 0
    """How often somebody opened it."""

    def rests(self, now: datetime) -> bool:
        """Whether it is left alone for now, even if somebody looks at it.

        A rest that is further away than one can be was set by a clock that was wrong.
        """
        is_over = self.tries >= TRIES or self.state is State.NONE
        return is_over and self.next_at is not None and now < self.next_at <= now + REST


def failed(before: Reading, now: datetime) -> Reading:
    """One more failure: it is tried again soon twice, then not for a day."""
    tries = 1 if before.tries >= TRIES else before.tries + 1
    wait = REST if tries >= TRIES else _BETWEEN[tries - 1]
    return Reading(State.FAILED, tries, now + wait, before.looks)


def put_off(before: Reading, now: datetime) -> Reading:
    """A failure that may be everybody's: it counts as none, but others come first."""
    return Reading(before.state, before.tries, now + _BETWEEN[0], before.looks)


def missing(before: Reading, now: datetime) -> Reading:
    """Discogs has no such thing. Nobody asks by themselves again; who looks at it may, after a day."""
    return Reading(State.NONE, 0, now + REST, before.looks)


class Pending(Struct, frozen=True):
    """Something to be read."""

    what: What
    number: int
    holder: AccountId | None = None
    """A signed-in account that has it; None when only others have."""


class Left(Struct, frozen=True):
    """How much is known and how much is still to be read, of what anybody has; each master and release once."""

    done: int = 0
    signed_in: int = 0
    """To be read by whoever is signed in and has it."""
    anybody: int = 0
    """To be read as anybody."""

    @property
    def pending(self) -> int:
        """All that is to be read."""
        return self.signed_in + self.anybody


class EnrichProgress(Struct, frozen=True):
    """How far the reading of facts is, by whichever process."""

    done: int
    """Masters that are known, of those that somebody's records have."""
    left: int
    """Masters that are still to be read, with the releases of which it is not known whether they have one."""
    seconds: float | None
    """Until nothing is left, as things go now; None when nothing can be said, as when nobody is at it."""
    is_underway: bool
    """Whether a process is at it."""


class Facts(Struct, frozen=True):
    """How much is known of an account's records, and how far the reading is of everybody's."""

    coverage: Mapping[Shelf, Coverage]
    progress: EnrichProgress | None
    """None when nothing is to be read."""


def seconds_left(
    ledgers: tuple[Ledger, Ledger], left: Left, now: float, terms: tuple[Terms, Terms], work: Work
) -> float:
    """Seconds until everything is read, when it goes on as it does now.

    Both pairs are of those who are signed in, and of anybody: they are two limits, and are used side by side.
    """
    waiting = (left.signed_in, left.anybody)
    return max(
        max(0.0, ledger.closed_until - now) + number * pace(ledger, now, limit, work) if number else 0.0
        for ledger, limit, number in zip(ledgers, terms, waiting, strict=True)
    )


def pace(ledger: Ledger, now: float, terms: Terms, work: Work) -> float:
    """Seconds from one request of a kind of background work to the next: as they came lately, else as is allowed."""
    allowed = background_pace(terms)
    found = read_at(ledger, now, terms).slots
    moments = [slot.taken_at for slot in found if slot.lane is Lane.BACKGROUND and slot.work is work]
    gaps = [later - earlier for earlier, later in pairwise(moments)]
    # What was before a pause says nothing of how it goes now.
    begins = max((place + 1 for place, gap in enumerate(gaps) if gap > _PAUSE), default=0)
    gaps = gaps[begins:]
    if len(gaps) < _FEW:
        return allowed
    # Who waits for longer than usual right now goes at a slower pace.
    waits = max(0.0, now - moments[-1] - allowed)
    return max(allowed, (sum(gaps) + waits) / len(gaps))
