"""When the schedule has to look at a shelf, and how much of it. Intervals only: no time zone has a say in them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from core.domain.budget import kept_free
from core.domain.ids import Shelf
from core.domain.ledger import Lane, Terms
from core.domain.progress import Kind

from msgspec import Struct

ACTIVE: Final = timedelta(days=7)
"""How long after somebody was there an account is kept as fresh as they asked for."""

KNOWN: Final = timedelta(days=90)
"""How long after that it is looked at at all."""

IDLE: Final = timedelta(days=7)
"""From one look at an idle account to the next."""

WHOLE: Final = timedelta(days=1)
"""How old the details of a copy may become: edits on Discogs leave no trace that a probe could find."""

AHEAD: Final = timedelta(minutes=30)
"""How much earlier than promised a turn comes, so that waiting and reading fit in."""

MOST_PER_PAGE: Final = 100
"""Copies that one request brings. Source: developer documentation."""

_NAMES: Final = 2
"""Requests of a walk for what folders and fields are called."""

MANY: Final = 20
"""Shelves that are late at a time, when it is because there are too many of them."""

PRESSED: Final = timedelta(minutes=10)
MANY_PRESSED: Final = 100
"""So many that are so late, and what can wait has to wait, so that all keep their turn. Fewer take minutes."""

LONGEST_UNWALKED: Final = timedelta(hours=36)
"""How old details may become while there is no time for walks."""

FIRST_WAIT: Final = timedelta(minutes=2)
LONGEST_WAIT: Final = timedelta(hours=1)

SHORTEST_CAP: Final = timedelta(minutes=10)
"""A job that comes every few seconds, and fails, may wait this long nevertheless."""


class Every(StrEnum):
    """How often an account is synced by itself."""

    SIX_HOURS = "6h"
    TWELVE_HOURS = "12h"
    DAILY = "daily"
    WEEKLY = "weekly"
    OFF = "off"

    @property
    def interval(self) -> timedelta | None:
        """From one turn to the next; None when there are none."""
        promised = _PROMISED.get(self)
        return None if promised is None else promised - AHEAD


_PROMISED: Final = {
    Every.SIX_HOURS: timedelta(hours=6),
    Every.TWELVE_HOURS: timedelta(hours=12),
    Every.DAILY: timedelta(days=1),
    Every.WEEKLY: timedelta(days=7),
}


class ShelfState(Struct, frozen=True):
    """What is known of a shelf and of its owner. Times are UTC and aware; None is never."""

    active_at: datetime
    """When somebody used a command, a button or an open terminal last."""
    is_readable: bool
    """Whether there is anything to read it with that Discogs accepts."""
    every: Every
    walked_at: datetime | None
    checked_at: datetime | None
    """When it was last known what had come or gone; a walk tells that, too."""
    tried_at: datetime | None
    failures: int = 0
    """Runs in a row that brought nothing."""
    is_private: bool = False
    """Whether Discogs showed it to nobody but its owner, when it was last asked as anybody."""


class Due(Struct, frozen=True):
    """The next turn of a shelf."""

    at: datetime
    """It may have passed."""
    kind: Kind
    """As it would be now. A turn that comes late may have to be a walk."""


def due(state: ShelfState, now: datetime) -> Due | None:
    """The next turn of a shelf by itself; None for never, as things are.

    However wrong the clock was before, a turn is never further away than one interval, or one wait after a failure.
    """
    now = now.astimezone(UTC)
    away = now - state.active_at.astimezone(UTC)
    interval = IDLE if away > ACTIVE else state.every.interval
    if not state.is_readable or state.every is Every.OFF or interval is None or away > KNOWN:
        return None
    checked = _known(state.checked_at or state.walked_at, now)
    walked = _known(state.walked_at, now)
    tried = _known(state.tried_at, now)
    turn = now if checked is None else checked + interval
    if state.is_private and tried is not None:
        turn = max(turn, tried + IDLE)
    elif state.failures > 0 and tried is not None:
        turn = max(turn, tried + backoff(state.failures))
    if walked is None:
        return Due(turn, Kind.WALK)
    # The next turn may come as late as it was promised.
    would_be_late = max(turn, now) + interval + AHEAD > walked + WHOLE
    return Due(turn, Kind.WALK if would_be_late and away <= ACTIVE else Kind.PROBE)


def kind_when_pressed(state: ShelfState, turn: Due, now: datetime) -> Kind:
    """What is looked at while many are late: a walk takes the time of ten others, and can wait for a quieter hour."""
    walked = _known(state.walked_at, now)
    can_wait = walked is not None and now - walked < LONGEST_UNWALKED
    return Kind.PROBE if can_wait else turn.kind


def backoff(failures: int) -> timedelta:
    """How long to wait after so many failures in a row, at least one."""
    # More would not fit into a timedelta, and is cut off anyway.
    return min(LONGEST_WAIT, FIRST_WAIT * (1 << min(failures - 1, 10)))


def _known(moment: datetime | None, now: datetime) -> datetime | None:
    """A moment of the past. One to come was noted by a clock that was wrong: it counts as now.

    In UTC: Python adds to the time that a clock on the wall shows, which in other zones leaps twice a year.
    """
    return None if moment is None else min(moment.astimezone(UTC), now)


class Load(Struct, frozen=True):
    """What the turns of all shelves need that somebody uses, and what there is for them: requests a day."""

    accounts: int
    needed: float
    granted: float
    late: int = 0
    """Shelves that wait for their turn for so long that they are no longer as fresh as was promised."""
    longest: timedelta = timedelta()
    """How long the first of them has waited."""

    @property
    def is_too_much(self) -> bool:
        """Whether not everybody can be kept as fresh as was promised.

        A few are late for reasons of their own. More are at the busiest hours long before a day is too short.
        """
        return self.needed > self.granted or self.late >= MANY


def requests_a_day(every: Every, shelf: Shelf, copies: int) -> float:
    """What the turns of a shelf take that is in use, when little changes on it."""
    interval = every.interval
    if interval is None:
        return 0.0
    # The first request of a walk is the newest page, which is everything there is on a small shelf.
    pages = -(-copies // MOST_PER_PAGE)
    walk = (1 if pages <= 1 else 1 + pages) + (_NAMES if shelf is Shelf.COLLECTION else 0)
    turns = max(1, (WHOLE - AHEAD) // interval)
    return timedelta(days=1) / interval * (turns - 1 + walk) / turns


def granted_a_day(terms: Terms) -> float:
    """What is left for turns of what Discogs allows, when people call as often as slots are kept for them."""
    return (terms.per_minute - kept_free((), Lane.BACKGROUND, 0.0, terms)) * (timedelta(days=1) / timedelta(minutes=1))


class JobOutcome(StrEnum):
    """How a turn of a job ended."""

    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"
    """The program was closed: whoever is next goes on."""


def job_is_due(at: datetime | None, failures: int, every: timedelta, now: datetime) -> bool:
    """Whether a job has its turn that was to come at a moment; None is never yet.

    A turn that is further away than one can be was set by a clock that was wrong.
    """
    return at is None or at <= now or at - now > (retry(failures, every) if failures else every)


def retry(failures: int, every: timedelta) -> timedelta:
    """How long a job waits after so many failures in a row, at least one."""
    return min(backoff(failures), max(every, SHORTEST_CAP))
