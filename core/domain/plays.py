"""The listening log: which records were played, and when; and what can be said of that."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from typing import Final

from core.domain.ids import ReleaseId
from core.domain.release import Release
from core.errors import PlayAhead, PlayTooEarly

from msgspec import Struct

FIRST_RECORD: Final = datetime(1877, 1, 1, tzinfo=UTC)
"""The year in which the first sound was played from a record. Source: history of the phonograph."""

_NOON: Final = time(12, tzinfo=UTC)
_MIDNIGHT: Final = time(0, tzinfo=UTC)
_AGE: Final = re.compile(r"(\d{1,6}) ?(min|[hdwmy])", re.IGNORECASE | re.ASCII)
_MINUTES: Final = {"min": 1, "h": 60, "d": 1_440, "w": 7 * 1_440, "m": 30 * 1_440, "y": 365 * 1_440}
_DAYS: Final = {"today": 0, "yesterday": 1}

_LARGEST: Final = 2**53 - 1
_RELEASE: Final = re.compile(
    r"\[?r=?(?P<short>\d{1,16})\]?|(?:https?://)?(?:[a-z]+\.)?discogs\.com/(?:[a-z]{2}(?:-[a-z]{2})?/)?"
    r"(?:[^/\s?#]+/)?release/(?P<page>\d{1,16})(?:[-?#/]\S*)?",
    re.IGNORECASE | re.ASCII,
)


class Played(Struct, frozen=True, gc=False):
    """How often a release was played, and when last."""

    count: int
    last: datetime
    """UTC."""


class Play(Struct, frozen=True):
    """One row of the log. It is of a release, so it stays when a copy goes and another one comes."""

    number: int
    release_id: ReleaseId
    at: datetime
    """When it was heard, UTC."""
    logged_at: datetime
    """When that was said, UTC."""
    release: Release | None = None
    """What is known of the release; None when nothing is any more, or when it has not quite arrived."""


def heard(text: str, now: datetime, *, begins: bool = False) -> datetime | None:
    """The moment that somebody means: an ISO day or time, `now`, `today`, `yesterday`, or an age such as 20min, 2h, 3d.

    `now` is in the zone of whoever says it, and decides which day was yesterday. A day alone is noon UTC of that day,
    so that queries, which count days in UTC, find it there; today before noon it is now. Where something `begins`, a
    day alone is its midnight. A time without a zone comes back without one. None when it is nothing of this.
    """
    said, hour = text.strip().casefold(), _MIDNIGHT if begins else _NOON
    if said == "now":
        return now
    if said in _DAYS:
        return _on(datetime.combine(now.date() - timedelta(days=_DAYS[said]), hour), now)
    age = _AGE.fullmatch(said)
    try:
        if age:
            return now - timedelta(minutes=int(age[1]) * _MINUTES[age[2]])
        found = datetime.fromisoformat(said.upper())
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC)
    except ValueError:
        return None
    is_day = found.tzinfo is None and not re.search(r"[T :]", said.upper())
    return _on(datetime.combine(found.date(), hour), now) if is_day else found


def _on(day: datetime, now: datetime) -> datetime:
    """An hour of a day; now, when it is today and that hour is yet to come."""
    return now if day > now and day.date() == now.astimezone(UTC).date() else day


def check(at: datetime, now: datetime) -> None:
    """Refuse a moment at which nothing can have been played. Raises PlayAhead or PlayTooEarly."""
    if at > now:
        raise PlayAhead(at)
    if at < FIRST_RECORD:
        raise PlayTooEarly(at)


def release_of(text: str) -> ReleaseId | None:
    """The release that a text names without a doubt: `r123`, `[r123]`, `[r=123]`, or the address of its page.

    A number alone is none of these: it can be a word of a query.
    """
    found = _RELEASE.fullmatch(text.strip())
    return _numbered(found["short"] or found["page"]) if found else None


def number_of(text: str) -> ReleaseId | None:
    """The release that a number alone may name."""
    said = text.strip()
    return _numbered(said) if said.isascii() and said.isdecimal() and len(said) <= 16 else None


def _numbered(digits: str) -> ReleaseId | None:
    number = int(digits)
    return ReleaseId(number) if 0 < number <= _LARGEST else None
