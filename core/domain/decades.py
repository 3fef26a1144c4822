"""The decades of a query: `1970s`, `70s`, `1970`, by their first years."""

from __future__ import annotations

import re
from typing import Final

from core.domain.filters import Span, Value
from core.domain.scales import Scale, ranged

_DECADE: Final = re.compile(r"(\d{3}0|\d0)s?", re.IGNORECASE)
_PIVOT: Final = 30
"""Of two digits, those from 30 to 90 are meant in the twentieth century: nobody owns a record of the 2030s."""
_LAST: Final = 9990


def _point(text: str) -> Span | None:
    found = _DECADE.fullmatch(text)
    if found is None:
        return None
    first = int(found[1])
    if len(found[1]) == 2:
        first += 1900 if first >= _PIVOT else 2000
    return Span(first, first)


def _read(text: str) -> Span | str:
    expected = "a decade such as 1970s, 1960s..1980s, <1980s, >=1990s or none"
    match ranged(text, _point, expected=expected, lesser="earlier decade"):
        case Span(low, high):
            return Span(_first(low, up=True), _first(high, up=False))
        case wrong:
            return wrong


def _first(year: Value | None, *, up: bool) -> int | None:
    """The first year of a decade, or of the one after."""
    if not isinstance(year, int):
        return None
    return -(-year // 10) * 10 if up else year // 10 * 10


def _write(span: Span) -> str:
    match _first(span.low, up=True), _first(span.high, up=False):
        case int(low), int(high):
            return f"{low:04}s" if low == high else f"{low:04}s..{high:04}s"
        case int(low), None:
            return f">{_LAST}s" if low > _LAST else f">={low:04}s"
        case None, int(high):
            return "<0000s" if high < 0 else f"<={high:04}s"
        case _:
            return ">=0000s"


DECADES: Final = Scale(_read, _write)
