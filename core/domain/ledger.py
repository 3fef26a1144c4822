"""What is written down of the limit: slots that are taken, who waits, what was learnt. Shared by all processes.

Times are seconds of the wall clock. Everything here is a value; `core.domain.budget` decides with it.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from core.domain.ids import AccountId

from msgspec import Struct
from msgspec.structs import replace

WINDOW: Final = 60.0
"""Seconds over which Discogs counts. Source: developer documentation."""

PER_MINUTE: Final = 60
"""Requests a minute for somebody who is signed in. Source: developer documentation."""

ANONYMOUS_PER_MINUTE: Final = 25
"""Requests a minute for somebody who is not. Source: developer documentation."""

NOT_SIGNED_IN: Final = "not signed in"
"""The window of those who ask as anybody."""

SIGNED_IN: Final = "signed in"
"""The window that all who are signed in share, whoever they are: Discogs counts by address."""

REMEMBERED: Final = 300.0
"""Seconds over which people's calls are counted."""

_FRESH: Final = 5.0
"""Seconds after which a process that no longer says that it waits is taken to be gone."""

LONGEST_BREAK: Final = 600.0
"""Seconds for which nothing is sent at most."""


class Lane(IntEnum):
    """Whose request comes first."""

    PEOPLE = 0
    SYNC = 1
    BACKGROUND = 2


class Work(IntEnum):
    """Kinds of background work, in the order in which they are done; alerts get at most every second slot."""

    ALERTS = 0
    PRICES = 1
    ENRICHMENT = 2
    DETAILS = 3


class Terms(Struct, frozen=True):
    """What was agreed on, and how long an answer may take."""

    per_minute: int = PER_MINUTE
    time_out: float = 30.0


class Slot(Struct, frozen=True):
    """A slot that was taken within the last five minutes. Times are seconds of the wall clock."""

    number: int
    lane: Lane
    taken_at: float
    until: float
    """When it comes back."""
    account: AccountId | None = None
    work: Work | None = None


class Candidate(Struct, frozen=True):
    """A request that waits."""

    lane: Lane
    since: float
    account: AccountId | None = None
    work: Work | None = None
    again: bool = False
    """It was refused for being too fast, so it goes back to the head of its lane."""


class Queue(Struct, frozen=True):
    """What one process waits with."""

    process: str
    seen: float
    waiting: tuple[Candidate, ...]


class Ledger(Struct, frozen=True):
    """Everything that is known of one window of the limit."""

    slots: tuple[Slot, ...] = ()
    queues: tuple[Queue, ...] = ()
    next_number: int = 1
    foreign: float = 0.0
    """How many of the window's requests are other programs' on the same address, for all that is known."""
    suspected: float = 0.0
    """How many may be, until an answer says it that comes while nothing else of ours is under way."""
    closed_until: float = 0.0
    careful_until: float = 0.0
    """Until then about one request a second is sent."""
    closings: int = 0
    """Refusals that came while the bucket was open, since the last quiet minute."""
    tripped: bool = False
    """The breaker is open: one probe decides."""
    probe: int | None = None
    asked_at: float | None = None
    answered_at: float | None = None
    said: str = ""
    """The last answer, in a few words."""


def others(ledger: Ledger) -> int:
    """How many requests are left to other programs on the same address."""
    return round(max(ledger.foreign, ledger.suspected))


def without(ledger: Ledger, account: AccountId) -> Ledger:
    """A ledger that does not name an account; those who wait for it say so again, if they still do."""
    queues = tuple(
        replace(queue, waiting=tuple(one for one in queue.waiting if one.account != account)) for queue in ledger.queues
    )
    slots = tuple(replace(slot, account=None) if slot.account == account else slot for slot in ledger.slots)
    return replace(ledger, queues=queues, slots=slots)


def settled(ledger: Ledger, slot: int, until: float) -> Ledger:
    """A slot comes back at another time."""
    slots = tuple(replace(one, until=until) if one.number == slot else one for one in ledger.slots)
    return replace(ledger, slots=slots)


def taken(ledger: Ledger, now: float) -> int:
    """How many slots are taken now."""
    return sum(slot.until > now for slot in ledger.slots)


def read_at(ledger: Ledger, now: float, terms: Terms) -> Ledger:
    """The ledger as it is to be read now: old slots forgotten, times too far ahead cut (the clock was moved)."""
    furthest = now + terms.time_out + WINDOW
    slots = tuple(
        replace(slot, until=furthest, taken_at=min(slot.taken_at, now)) if slot.until > furthest else slot
        for slot in ledger.slots
        if slot.until > now or slot.taken_at > now - REMEMBERED
    )
    probing = ledger.probe if any(slot.number == ledger.probe and slot.until > now for slot in slots) else None
    return replace(
        ledger,
        slots=slots,
        queues=tuple(queue for queue in ledger.queues if now - _FRESH <= queue.seen <= now + _FRESH),
        closed_until=min(ledger.closed_until, now + LONGEST_BREAK * 2),
        careful_until=min(ledger.careful_until, now + LONGEST_BREAK * 2 + WINDOW),
        probe=probing,
    )
