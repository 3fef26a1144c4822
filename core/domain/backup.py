"""Copies of the whole database: what is told of one, and which automatic ones are kept."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable
from datetime import datetime
from typing import Final

from msgspec import Struct

DAYS: Final = 7
"""Days of which an automatic backup is kept."""

WEEKS: Final = 4
"""Weeks before these of which one is kept."""


class Backup(Struct, frozen=True):
    """A copy of the whole database that was found whole."""

    path: str
    bytes: int
    schema: int
    accounts: int
    copies: int
    """Of all accounts."""
    wants: int


class Found(Struct, frozen=True):
    """A file that could take the database's place."""

    backup: Backup
    locked: tuple[str, ...]
    """Members whose credential in it does not open with the key that is here."""


class Restored(Struct, frozen=True):
    """What took the database's place."""

    backup: Backup
    locked: tuple[str, ...]
    aside: str
    """Where the file lies that was there before; empty when there was none."""


class Upkeep(Struct, frozen=True):
    """What was done about the automatic backups."""

    made: Backup | None
    """None when there was one of today already."""
    deleted: tuple[str, ...]
    """Names of older ones."""


def kept(made: Iterable[datetime], now: datetime) -> frozenset[datetime]:
    """Which of the automatic backups stay, by when they were made.

    The newest of each of the last seven days that have one, and the newest of each of the last four weeks that have one
    besides. Days without any are not counted: a computer that was off keeps what it has. What seems to be made later
    than now stays too: the clock was wrong then, or is wrong now.
    """
    known = frozenset(made)
    past = {moment for moment in known if moment <= now}
    daily = _newest_of_each([(moment.date(), moment) for moment in past], DAYS)
    earlier = {moment for moment in past if moment.date() not in {day.date() for day in daily}}
    weekly = _newest_of_each([(moment.isocalendar()[:2], moment) for moment in earlier], WEEKS)
    return (known - past) | daily | weekly


def _newest_of_each(moments: Collection[tuple[Hashable, datetime]], most: int) -> frozenset[datetime]:
    newest: dict[Hashable, datetime] = {}
    for period, moment in moments:
        newest[period] = max(moment, newest.get(period, moment))
    return frozenset(sorted(newest.values())[-most:])
