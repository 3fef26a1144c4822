"""What can be told of the budget of requests at one moment."""

from __future__ import annotations

from datetime import UTC, datetime

from core.domain.budget import free
from core.domain.ids import AccountId
from core.domain.ledger import Lane, Ledger, Terms, read_at

from msgspec import Struct


class WaitingRequests(Struct, frozen=True):
    """Requests of one lane and account that wait, of all processes."""

    lane: Lane
    account: AccountId | None
    count: int


class BudgetStatus(Struct, frozen=True):
    """The budget at one moment."""

    per_minute: int
    taken: dict[Lane, int]
    """Slots that are taken now, by lane."""
    others: int
    """Requests of the last minute that seem to be other programs' on the same address."""
    free: int
    next_free_in: float
    """Seconds until another slot comes back; 0 when none is taken."""
    closed_for: float
    """Seconds for which nothing is sent, because Discogs said that we are too fast."""
    tripped: bool
    """It said so again and again: one request will try whether it listens again."""
    waiting: tuple[WaitingRequests, ...]
    asked_at: datetime | None
    answered_at: datetime | None
    said: str
    """The status of the last answer."""


def spending(ledger: Ledger, now: float, terms: Terms) -> BudgetStatus:
    """The ledger in the terms of whoever looks at it."""
    ledger = read_at(ledger, now, terms)
    held = [slot for slot in ledger.slots if slot.until > now]
    queued = [(one.lane, one.account) for queue in ledger.queues for one in queue.waiting]
    return BudgetStatus(
        per_minute=terms.per_minute,
        taken={lane: sum(slot.lane is lane for slot in held) for lane in Lane},
        others=round(ledger.foreign),
        free=free(ledger, now, terms) if held else terms.per_minute,
        next_free_in=max(0.0, min((slot.until for slot in held), default=now) - now),
        closed_for=max(0.0, ledger.closed_until - now),
        tripped=ledger.tripped,
        waiting=tuple(WaitingRequests(*key, queued.count(key)) for key in dict.fromkeys(queued)),
        asked_at=_moment(ledger.asked_at),
        answered_at=_moment(ledger.answered_at),
        said=ledger.said,
    )


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
