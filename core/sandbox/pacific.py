"""The time zone of every date that Discogs writes: US Pacific."""

from datetime import datetime, timedelta

_SUMMER, _WINTER = "-07:00", "-08:00"


def with_offset(moment: datetime) -> str:
    """Write a local Pacific time as Discogs does, such as `2022-05-11T18:29:49-07:00`.

    Summer time by the rule since 2007 (second Sunday of March to first of November); older years a few weeks off.
    """
    begins, ends = _summer(moment.year)
    return f"{moment:%Y-%m-%dT%H:%M:%S}{_SUMMER if begins <= moment < ends else _WINTER}"


def written(seconds: float) -> str:
    """Write a moment, given in seconds since 1970, as Discogs does."""
    moment = datetime(1970, 1, 1) + timedelta(seconds=int(seconds))  # noqa: DTZ001 - UTC, as a wall clock
    winter, summer = moment - timedelta(hours=8), moment - timedelta(hours=7)
    begins, ends = _summer(winter.year)
    if begins <= winter and summer < ends:
        return f"{summer:%Y-%m-%dT%H:%M:%S}{_SUMMER}"
    return f"{winter:%Y-%m-%dT%H:%M:%S}{_WINTER}"


def _summer(year: int) -> tuple[datetime, datetime]:
    begins = _sunday(datetime(year, 3, 8, 2))  # noqa: DTZ001 - a wall clock, which is what the rule is about
    return begins, _sunday(datetime(year, 11, 1, 2))  # noqa: DTZ001


def _sunday(day: datetime) -> datetime:
    return day + timedelta(days=6 - day.weekday())
