"""The budget of requests in a few lines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from core.domain.ledger import Lane
from core.domain.progress import Phase
from core.domain.spending import BudgetStatus, SyncUnderWay, WindowStatus
from core.text import ago, count, counted, duration

from msgspec import to_builtins

_LANES = {Lane.PEOPLE: "by people", Lane.SYNC: "by syncs", Lane.BACKGROUND: "in the background"}


def budget_lines(status: BudgetStatus, now: datetime) -> Iterator[str]:
    """What is used, what is left, who waits, which syncs run, and what Discogs said last."""
    used = sum(status.taken.values())
    by_lane = ", ".join(f"{count(number)} {_LANES[lane]}" for lane, number in status.taken.items() if number)
    yield f"{count(used)} of {counted(status.per_minute, 'request')} a minute used{f' ({by_lane})' if by_lane else ''}"
    if status.others:
        yield f"about {count(status.others)} more by other programs on this address"
    yield f"{count(status.free)} free now" + (f", the next in {duration(status.next_free_in)}" if used else "")
    if status.closed_for:
        why = "refused too often; then one request will try" if status.tripped else "Discogs said that we are too fast"
        yield f"nothing is sent for {duration(status.closed_for)}: {why}"
    for queue in status.waiting:
        yield f"{counted(queue.count, 'request')} waiting, {_LANES[queue.lane]}"
    if status.anybody is not None:
        yield from _of_anybody(status.anybody)
    for sync in status.running:
        left = "" if sync.seconds_left is None else f", about {duration(sync.seconds_left)} left"
        yield f"a sync{'' if sync.signed_in else ' without sign-in'} {_doing(sync)}{left}"
    if status.answered_at is not None:
        yield f"Discogs answered {ago(status.answered_at, now)}: {status.said}"
    elif status.asked_at is None and status.anybody is None:
        yield "Discogs has not been asked yet"


def budget_object(status: BudgetStatus) -> dict[str, Any]:
    """All of it for a machine, the lanes by their names."""
    found: dict[str, Any] = to_builtins(status)
    for part in filter(None, (found, found.get("anybody"))):
        if "taken" in part:
            part["taken"] = {Lane(int(lane)).name.lower(): number for lane, number in part["taken"].items()}
        for queue in part.get("waiting", ()):
            queue["lane"] = Lane(queue["lane"]).name.lower()
    return found


def _of_anybody(limit: WindowStatus) -> Iterator[str]:
    """The other limit, as long as anything is to be said of it."""
    if limit.used:
        free = f"{count(limit.free)} free, the next in {duration(limit.next_free_in)}"
        yield f"without sign-in {count(limit.used)} of {counted(limit.per_minute, 'request')} a minute used, {free}"
    if limit.closed_for:
        yield f"without sign-in nothing is sent for {duration(limit.closed_for)}: Discogs said that we are too fast"
    if waiting := sum(queue.count for queue in limit.waiting):
        yield f"{counted(waiting, 'request')} waiting without sign-in"


def _doing(sync: SyncUnderWay) -> str:
    page = f"{count(sync.page)} of {count(sync.pages)}"
    match sync.phase:
        case Phase.PROBING:
            return "asks for the newest copies"
        case Phase.READING if not sync.page:
            return "begins reading"
        case Phase.READING:
            return f"reads page {page}, {count(sync.seen)} of {counted(sync.told, 'copy', 'copies')}"
        case Phase.SECOND_LOOK:
            return f"reads once more, page {page}"
        case Phase.CONFIRMING:
            return f"confirms what was not seen, {page}"
        case Phase.PUBLISHING | Phase.DONE:
            return "is publishing"
