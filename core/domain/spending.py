"""What can be told of the budget of requests, and of the syncs that spend it, at one moment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from core.domain.budget import free
from core.domain.eta import seconds_left
from core.domain.ids import AccountId, RunId
from core.domain.ledger import Lane, Ledger, Terms, others, read_at
from core.domain.progress import Phase, RunningSync

from msgspec import Struct


class WaitingRequests(Struct, frozen=True):
    """Requests of one lane and account that wait, of all processes."""

    lane: Lane
    account: AccountId | None
    count: int


class SyncUnderWay(Struct, frozen=True):
    """A sync of any process of this machine, and how long it still takes."""

    run: RunId
    account: AccountId
    phase: Phase
    page: int
    """How many pages have arrived; when confirming, how much was asked for."""
    pages: int
    seen: int
    """Copies that have arrived."""
    told: int
    """Copies that Discogs told of."""
    since: datetime
    seconds_left: float | None
    """Until its phase ends; None when nothing can be said."""


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
    running: tuple[SyncUnderWay, ...] = ()
    """Of all processes, the one that began first in front."""


def spending(ledger: Ledger, now: float, terms: Terms, running: Sequence[RunningSync] = ()) -> BudgetStatus:
    """The ledger, and the syncs under way, in the terms of whoever looks at them."""
    ledger = read_at(ledger, now, terms)
    held = [slot for slot in ledger.slots if slot.until > now]
    queued = [(one.lane, one.account) for queue in ledger.queues for one in queue.waiting]
    return BudgetStatus(
        per_minute=terms.per_minute,
        taken={lane: sum(slot.lane is lane for slot in held) for lane in Lane},
        others=others(ledger),
        free=free(ledger, now, terms) if held else terms.per_minute,
        next_free_in=max(0.0, min((slot.until for slot in held), default=now) - now),
        closed_for=max(0.0, ledger.closed_until - now),
        tripped=ledger.tripped,
        waiting=tuple(WaitingRequests(*key, queued.count(key)) for key in dict.fromkeys(queued)),
        asked_at=_moment(ledger.asked_at),
        answered_at=_moment(ledger.answered_at),
        said=ledger.said,
        running=_under_way(ledger, running, now, terms),
    )


def _under_way(ledger: Ledger, running: Sequence[RunningSync], now: float, terms: Terms) -> tuple[SyncUnderWay, ...]:
    running = sorted(running, key=lambda sync: sync.started_at)
    return tuple(
        SyncUnderWay(
            run=sync.run,
            account=sync.account,
            phase=sync.progress.phase,
            page=sync.progress.page,
            pages=sync.progress.pages,
            seen=sync.progress.seen,
            told=sync.progress.told,
            since=datetime.fromtimestamp(sync.started_at, UTC),
            seconds_left=seconds,
        )
        for sync, seconds in zip(running, seconds_left(ledger, running, now, terms), strict=True)
    )


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
