"""How long something takes, before it begins and while it runs: rounded, for nothing is known exactly."""

from __future__ import annotations

from typing import Final

from core.domain.eta import seconds_left
from core.domain.ids import AccountId, RunId
from core.domain.ledger import WINDOW, Lane, Ledger, Slot, Terms
from core.domain.progress import RunningSync, SyncProgress
from core.text import count, counted

_A_PAGE: Final = 100
"""Copies that come with one request."""

_BESIDE: Final = 4
"""Requests of a first sync besides the pages: who asks, the newest copies, the folders, the fields."""

_AN_ANSWER: Final = 1.0
"""Seconds that an answer takes, before any came."""


def foretold(copies: int, per_minute: int) -> str:
    """What fetching so many copies takes, in a sentence."""
    requests = _requests(copies)
    takes = about(seconds_to_fetch(copies, per_minute))
    come = f"{counted(copies, 'copy', 'copies')} {'comes' if copies == 1 else 'come'}"
    return f"{come} with {count(requests)} requests, which takes {takes}."


def seconds_to_fetch(copies: int, per_minute: int) -> float:
    """Seconds of a first sync, by the rules by which requests are sent, when nobody else sends any."""
    answered = Slot(0, Lane.SYNC, taken_at=-WINDOW - _AN_ANSWER, until=0.0)
    progress = SyncProgress(page=1, pages=_requests(copies))
    beginning = RunningSync(RunId(""), AccountId(""), 0.0, progress)
    (seconds,) = seconds_left(Ledger(slots=(answered,)), (beginning,), 0.0, Terms(per_minute=per_minute))
    return seconds or 0.0


def about(seconds: float) -> str:
    """A length of time that is not known exactly: `a few seconds`, `about 40 seconds`, `about 18 minutes`."""
    if seconds < 15:
        return "a few seconds"
    if seconds < 55:
        return f"about {10 * round(seconds / 10)} seconds"
    minutes = round(seconds / 60)
    if minutes < 100:
        return "about a minute" if minutes <= 1 else f"about {minutes} minutes"
    return f"about {counted(round(minutes / 60), 'hour')}"


def left(seconds: float) -> str:
    """The same of what runs, as short as it can be said: `40 s left`, `18 min left`."""
    if seconds < 55:
        return f"{max(5, 5 * round(seconds / 5))} s left"
    minutes = round(seconds / 60)
    return f"{minutes} min left" if minutes < 100 else f"{round(minutes / 60)} h left"


def _requests(copies: int) -> int:
    return max(1, -(-copies // _A_PAGE)) + _BESIDE
