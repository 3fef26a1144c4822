"""The time zone of every date that Discogs writes: US Pacific."""

from datetime import datetime, timedelta


def with_offset(moment: datetime) -> str:
    """Write a local Pacific time as Discogs does, such as `2022-05-11T18:29:49-07:00`.

    Summer time by the rule since 2007 (second Sunday of March to first of November); older years a few weeks off.
    """
    begins = _sunday(datetime(moment.year, 3, 8, 2))  # noqa: DTZ001 - a wall clock, which is what the rule is about
    ends = _sunday(datetime(moment.year, 11, 1, 2))  # noqa: DTZ001
    return f"{moment:%Y-%m-%dT%H:%M:%S}{'-07:00' if begins <= moment < ends else '-08:00'}"


def written(seconds: float) -> str:
    """Write a moment, given in seconds since 1970, as Discogs does."""
    moment = datetime(1970, 1, 1) + timedelta(seconds=int(seconds))  # noqa: DTZ001
    summer = with_offset(moment - timedelta(hours=7))
    return summer if summer.endswith("-07:00") else with_offset(moment - timedelta(hours=8))


def _sunday(day: datetime) -> datetime:
    return day + timedelta(days=6 - day.weekday())
