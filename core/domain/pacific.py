"""What a clock in Discogs' own time zone, US Pacific, means in UTC: an export writes its times without saying so.

Written out, because the zones of this machine may be missing. The rule of 1987 to 2006 and the one since; nothing was
added to a collection before 2000.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

_WINTER: Final = timedelta(hours=8)
_SUMMER: Final = timedelta(hours=7)
_NEW_RULE: Final = 2007
_SUNDAY: Final = 6


def from_pacific(wall: datetime) -> datetime:
    """The moment, UTC, at which a clock there showed this time. Of the hour that comes twice in autumn it is the first.

    Raises OverflowError at the very end of all years.
    """
    begins, ends = _summer(wall.year)
    return (wall + (_SUMMER if begins <= wall < ends else _WINTER)).replace(tzinfo=UTC)


def to_pacific(moment: datetime) -> datetime:
    """What a clock there shows at a moment: `from_pacific` turned round, but for the hour that comes twice in autumn.

    Raises OverflowError at the very ends of all years.
    """
    utc = moment.astimezone(UTC).replace(tzinfo=None)
    winter = utc - _WINTER
    begins, ends = _summer(winter.year)
    # Clocks are put back when they show two: before that they showed it for an hour, and summer's one is the first.
    return utc - _SUMMER if begins <= winter < ends - timedelta(hours=1) else winter


@lru_cache(maxsize=256)
def _summer(year: int) -> tuple[datetime, datetime]:
    """When clocks are put forward and back, by what they show before."""
    if year >= _NEW_RULE:
        return _sunday_from(year, 3, 8), _sunday_from(year, 11, 1)
    return _sunday_from(year, 4, 1), _sunday_from(year, 10, 25)


def _sunday_from(year: int, month: int, day: int) -> datetime:
    """Two o'clock on the first Sunday from that day on."""
    first = datetime(year, month, day, 2)  # noqa: DTZ001 - a clock on a wall, which is what the rule speaks of
    return first + timedelta(days=(_SUNDAY - first.weekday()) % 7)
