"""How often an account is synced by itself, in words: what can be chosen, and what comes next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from core.domain.account import Access, Account
from core.domain.ids import Shelf
from core.domain.progress import Kind
from core.domain.schedule import Due, Every
from core.text import duration

PACES: Final = {
    Every.SIX_HOURS: ("Every 6 hours", "The newest records are looked at; once a day everything is read."),
    Every.TWELVE_HOURS: ("Every 12 hours", "The same, half as often."),
    Every.DAILY: ("Once a day", "Everything is read."),
    Every.WEEKLY: ("Once a week", "Everything is read; what you edit on Discogs may come here late."),
    Every.OFF: ("Not by itself", "Only when you ask for it. How old everything is stays in sight."),
}
"""What can be chosen, each with what it means."""

_LOOKS: Final = {Kind.PROBE: "for what is new", Kind.READ: "at a few", Kind.WALK: "at everything"}


def next_looks(account: Account, every: Every, turns: Mapping[Shelf, Due | None], now: datetime) -> Iterator[str]:
    """When each shelf is looked at next, or why none is."""
    if account.access is Access.LOCAL:
        yield "It came from a file: nothing is synced."
        return
    if every is Every.OFF:
        yield "Nothing is synced by itself."
        return
    known = {shelf: turn for shelf, turn in turns.items() if turn is not None}
    for shelf, turn in known.items():
        yield f"{str(shelf).capitalize()}: next look {_when(turn, now)}, {_LOOKS[turn.kind]}."
    if not known:
        refused = account.refused_at is not None or account.access is Access.NONE
        yield "Nothing is due: " + (
            "Discogs has to be connected again first." if refused else "nobody was here for long."
        )


def _when(turn: Due, now: datetime) -> str:
    """By the clock of whoever reads it."""
    left = (turn.at - now).total_seconds()
    if left <= 0:
        return "as soon as possible"
    at = turn.at.astimezone()
    days = (at.date() - now.astimezone().date()).days
    day = {0: "today", 1: "tomorrow"}.get(days, f"{at:%a} {at.day} {at:%b}")
    return f"{day} at {at:%H:%M}, in {duration(left)}"
