"""The records that stand out among those that a view leaves: the last that came, the oldest, the first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from itertools import islice
from typing import Any, Final

from core.domain.apart import sorted_by
from core.domain.collection import Copy
from core.domain.index import Index
from core.domain.stats_columns import giving_way
from core.domain.stats_counts import Seen

from msgspec import Struct

NEWEST: Final = 6
"""Copies that are told as the last that came."""

_YEAR: Final = 365.25
"""Days."""


class Landmark(Struct, frozen=True, gc=False):
    """A copy, with the year for which it is told."""

    copy: Copy
    year: int | None = None


class Landmarks(Struct, frozen=True):
    """What is None has no copy of which the year, or the day, is known."""

    newest: tuple[Copy, ...]
    """Those that were added last, the last one first."""
    first_added: Copy | None
    last_added: Copy | None
    per_year: float | None
    """Copies that were added in a year, from the first to today; in less than a year, those of a whole one."""
    oldest: Landmark | None
    """The earliest pressing; of several, the one that was entered first."""
    latest: Landmark | None
    oldest_original: Landmark | None
    """By the master's year, else by that of the pressing."""
    latest_original: Landmark | None


def landmarks(seen: Seen, today: date) -> Landmarks:
    """What stands out among the copies that are counted."""
    index, copies = seen.index, seen.index.collection.copies
    by_day = index.keep(_by_day, "")
    pressings, years = index.keep(_by_year, ""), index.numbers("year")
    originals_first, original_years = index.keep(_by_original, "original"), index.numbers("original")
    newest = tuple(copies[position] for position in islice(_left(seen, reversed(by_day)), NEWEST))
    first = next(_left(seen, iter(by_day)), None)
    return Landmarks(
        newest=newest,
        first_added=None if first is None else copies[first],
        last_added=newest[0] if newest else None,
        per_year=_per_year(seen, by_day, today),
        oldest=_landmark(seen, iter(pressings), years),
        latest=_landmark(seen, reversed(pressings), years),
        oldest_original=_landmark(seen, iter(originals_first), original_years),
        latest_original=_landmark(seen, reversed(originals_first), original_years),
    )


def _left(seen: Seen, positions: Iterator[int]) -> Iterator[int]:
    return filter(seen.flags.__getitem__, positions)


def _landmark(seen: Seen, positions: Iterator[int], years: Sequence[int | None]) -> Landmark | None:
    found = next(_left(seen, positions), None)
    return None if found is None else Landmark(seen.index.collection.copies[found], years[found])


def _per_year(seen: Seen, by_day: Sequence[int], today: date) -> float | None:
    dated = list(_left(seen, iter(by_day)))
    if not dated:
        return None
    first, last = (seen.index.collection.copies[position].added for position in (dated[0], dated[-1]))
    if first is None or last is None:  # Those are not among them.
        return None
    # A day of a clock that is wrong may lie ahead of today.
    until = max(today, last.date())
    years = max(1.0, (until - first.date()) / timedelta(days=_YEAR))
    return len(dated) / years


def _ordered(index: Index, key: Callable[[int], Any], positions: Sequence[int]) -> list[int]:
    copies = index.collection.copies
    return sorted_by(positions, key, lambda position: copies[position].instance_id)


def _by_day(index: Index, _name: str) -> list[int]:
    """The positions of the copies of which it is known when they were added, the first one first."""
    copies = index.collection.copies
    dated = [position for position, copy in enumerate(giving_way(copies)) if copy.added is not None]
    return _ordered(index, lambda position: copies[position].added, dated)


def _by_year(index: Index, _name: str) -> list[int]:
    return _by(index, index.numbers("year"))


def _by_original(index: Index, _name: str) -> list[int]:
    return _by(index, index.numbers("original"))


def _by(index: Index, years: Sequence[int | None]) -> list[int]:
    return _ordered(index, years.__getitem__, [position for position, year in enumerate(years) if year is not None])
