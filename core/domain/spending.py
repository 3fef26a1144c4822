"""What can be told of the budget of requests, and of the syncs that spend it, at one moment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from core.domain.budget import free
from core.domain.eta import seconds_left
from core.domain.ids import AccountId, RunId, Shelf
from core.domain.ledger import ANONYMOUS_PER_MINUTE, Lane, Ledger, Terms, others, read_at
from core.domain.progress import Phase, RunningSync

from msgspec import Struct
from msgspec.structs import replace


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
    signed_in: bool = True
    """Whether it spends what is allowed to those who are signed in, else what is allowed to anybody."""
    shelf: Shelf = Shelf.COLLECTION


class WindowStatus(Struct, frozen=True, kw_only=True):
    """One of the two limits at one moment: that of those who are signed in, or that of anybody."""

    per_minute: int
    used: int = 0
    """Slots that are taken now."""
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


class BudgetStatus(WindowStatus, frozen=True, kw_only=True):
    """The budget at one moment: of those who are signed in, with what is told of everybody."""

    taken: dict[Lane, int]
    """Slots that are taken now, by lane."""
    running: tuple[SyncUnderWay, ...] = ()
    """Of all processes, the one that began first in front."""
    anybody: WindowStatus | None = None
    """Of those who are not signed in; None when nobody has ever asked so."""


def spending(
    ledger: Ledger, now: float, terms: Terms, running: Sequence[RunningSync] = (), anybody: Ledger | None = None
) -> BudgetStatus:
    """Both ledgers, and the syncs under way, in the terms of whoever looks at them."""
    few = replace(terms, per_minute=min(ANONYMOUS_PER_MINUTE, terms.per_minute))
    ledger, unsigned = read_at(ledger, now, terms), read_at(anybody or Ledger(), now, few)
    strangers = {sync.run for sync in running if _last_named(unsigned, sync) > _last_named(ledger, sync)}
    under_way = (
        *_under_way(ledger, [sync for sync in running if sync.run not in strangers], now, terms, signed_in=True),
        *_under_way(unsigned, [sync for sync in running if sync.run in strangers], now, few, signed_in=False),
    )
    found = _window(ledger, now, terms)
    held = [slot.lane for slot in ledger.slots if slot.until > now]
    return BudgetStatus(
        **{name: getattr(found, name) for name in found.__struct_fields__},
        taken={lane: held.count(lane) for lane in Lane},
        running=tuple(sorted(under_way, key=lambda sync: sync.since)),
        anybody=None if unsigned.asked_at is None and not unsigned.queues else _window(unsigned, now, few),
    )


def _last_named(ledger: Ledger, sync: RunningSync) -> float:
    """When a window heard of a sync last: it spends one of the two, by whether there is a key to sign with."""
    asked = (slot.taken_at for slot in ledger.slots if slot.account == sync.account)
    waits = (queue.seen for queue in ledger.queues for one in queue.waiting if one.account == sync.account)
    return max((moment for moment in (*asked, *waits) if moment >= sync.started_at), default=0.0)


def _window(ledger: Ledger, now: float, terms: Terms) -> WindowStatus:
    held = [slot for slot in ledger.slots if slot.until > now]
    queued = [(one.lane, one.account) for queue in ledger.queues for one in queue.waiting]
    return WindowStatus(
        per_minute=terms.per_minute,
        used=len(held),
        others=others(ledger),
        free=free(ledger, now, terms) if held else terms.per_minute,
        next_free_in=max(0.0, min((slot.until for slot in held), default=now) - now),
        closed_for=max(0.0, ledger.closed_until - now),
        tripped=ledger.tripped,
        waiting=tuple(WaitingRequests(*key, queued.count(key)) for key in dict.fromkeys(queued)),
        asked_at=_moment(ledger.asked_at),
        answered_at=_moment(ledger.answered_at),
        said=ledger.said,
    )


def _under_way(
    ledger: Ledger, running: Sequence[RunningSync], now: float, terms: Terms, *, signed_in: bool
) -> tuple[SyncUnderWay, ...]:
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
            signed_in=signed_in,
            shelf=sync.shelf,
        )
        for sync, seconds in zip(running, seconds_left(ledger, running, now, terms), strict=True)
    )


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
