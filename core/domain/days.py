"""The days of a query: `2024`, `2024-05`, `2024-05-17` in UTC, and ages such as `30d`, which move with today."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Final

from core.domain.filters import Ago, Span, Value
from core.domain.scales import Scale, ranged

# Years 1000 to 2999: no day before or after them is ever needed, and so none is out of what a date can hold.
_DAY: Final = re.compile(r"(?P<year>[12]\d{3})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d))?)?")
_AGE: Final = re.compile(r"(?P<count>\d{1,4})(?P<unit>[dwmy])", re.IGNORECASE)


def ordinal(value: Value, today: date) -> int:
    """The number of a day, as `date.toordinal` has it; days before year 1 are the first."""
    match value:
        case Ago(count, unit, days_on):
            return max(1, _before(today, count, unit)) + days_on
        case date():
            return value.toordinal()
        case int():
            return value


def _before(today: date, count: int, unit: str) -> int:
    if unit in "dw":
        return today.toordinal() - count * (7 if unit == "w" else 1)
    months = today.year * 12 + today.month - 1 - count * (12 if unit == "y" else 1)
    year, month = divmod(months, 12)
    return 1 if year < 1 else date(year, month + 1, min(today.day, monthrange(year, month + 1)[1])).toordinal()


def _point(text: str) -> Span | None:
    age = _AGE.fullmatch(text)
    if age is not None:
        ago = Ago(int(age["count"]), age["unit"].lower())
        return Span(ago, ago)
    found = _DAY.fullmatch(text)
    if found is None:
        return None
    year, month, day = (int(found[name] or 0) for name in ("year", "month", "day"))
    try:
        first = date(year, month if found["month"] else 1, day if found["day"] else 1)
    except ValueError:
        return None
    return Span(first, first if found["day"] else _last_of_month(first) if found["month"] else date(year, 12, 31))


def _last_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def first_in_short(day: date) -> str:
    """The shortest text that begins on this day: `2024` on its first of January."""
    if day.day > 1:
        return day.isoformat()
    return f"{day:%Y}" if day.month == 1 else f"{day:%Y-%m}"


def last_in_short(day: date) -> str:
    """The shortest text that ends on this day: `2024` on its last of December."""
    if day != _last_of_month(day):
        return day.isoformat()
    return f"{day:%Y}" if day.month == 12 else f"{day:%Y-%m}"


def in_short(low: date, high: date) -> str:
    """The shortest text that covers these days, both included."""
    for text in (f"{low:%Y}", f"{low:%Y-%m}", low.isoformat()):
        if _point(text) == Span(low, high):
            return text
    return f"{first_in_short(low)}..{last_in_short(high)}"


def _write(span: Span) -> str:
    match span:
        case Span(date() as low, date() as high):
            return in_short(low, high)
        case Span(Ago() as low, None):
            return f"<{_age(low)}" if low.days_on else _age(low)
        case Span(None, Ago() as high):
            return f">{_age(high)}" if high.days_on else f">={_age(high)}"
        case Span(None, date() as high):
            return f"<={last_in_short(high)}"
        case Span(date() as low, None):
            return f">={first_in_short(low)}"
        case _:
            return f"{_end(span.low, first_in_short)}..{_end(span.high, last_in_short)}"


def _end(day: Value | None, in_short: Callable[[date], str]) -> str:
    match day:
        case date():
            return in_short(day)
        case Ago():
            return _age(day)
        case _:
            return "" if day is None else str(day)


def _age(ago: Ago) -> str:
    return f"{ago.count}{ago.unit}"


DAYS: Final = Scale(
    partial(
        ranged,
        point=_point,
        expected="a day or an age such as 2024, 2024-05, 2024-05-17, 2020..2022, <2020 or 30d",
        lesser="earlier day",
    ),
    _write,
)
