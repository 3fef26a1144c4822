"""Values that have an order: how spans of years, ratings and grades are read and written. Days are in `days`."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Final

from core.domain.conditions import BEST, NAMES, WORST, rank_written
from core.domain.filters import Ago, Span, Value

from msgspec import Struct
from msgspec.structs import replace

_COMPARED: Final = re.compile(r"(<=|>=|<|>)(.*)", re.DOTALL)
_OPEN: Final = Span(None, None)
_TURNED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


class Scale(Struct, frozen=True):
    """One kind of ordered values, as it stands in a query."""

    read: Callable[[str], Span | str]
    """The span that a written value stands for, or in words what was expected instead."""
    write: Callable[[Span], str]
    """A span as a text that is read as the same span."""


def ranged(text: str, point: Callable[[str], Span | None], *, expected: str, lesser: str) -> Span | str:
    """Read `a`, `a..b`, `a..`, `..b`, `<a`, `<=a`, `>a` or `>=a`.

    `point` says what one written value covers: a year itself, of a month its first to its last day.
    """
    first, dots, last = text.partition("..")
    if dots:
        low, high = (point(end) if end else _OPEN for end in (first, last))
        if low is None or high is None or low is high:
            return expected
        if _is_turned(low.low, high.high):
            return f"the {lesser} first, as in {last}..{first}"
        return Span(low.low, high.high)
    compared = _COMPARED.fullmatch(text)
    found = point(compared[2] if compared else text)
    if found is None:
        return expected
    if isinstance(found.low, Ago):
        # An age alone is a limit, and the less of it, the later the day.
        return _beyond(_TURNED[compared[1]] if compared else ">=", found)
    return _beyond(compared[1], found) if compared else found


def _beyond(sign: str, point: Span) -> Span:
    match sign:
        case "<":
            return Span(None, _step(point.low, -1))
        case "<=":
            return Span(None, point.high)
        case ">":
            return Span(_step(point.high, 1), None)
        case _:
            return Span(point.low, None)


def _step(value: Value | None, by: int) -> Value | None:
    match value:
        case int():
            return value + by
        case date():
            return value + timedelta(days=by)
        case Ago():
            return replace(value, days_on=by)
        case None:
            return None


def _is_turned(low: Value | None, high: Value | None) -> bool:
    match low, high:
        case (int(), int()) | (date(), date()):
            return low > high  # type: ignore[operator]  # both are of one kind
        case Ago(), Ago():
            return low.about < high.about
        case _:
            return False


def numbers(least: int, most: int, *, expected: str, lesser: str, is_padded: bool = True) -> Scale:
    """A scale of whole numbers, each written with as many digits as the greatest has, unless they are not padded."""
    digits = len(str(most)) if is_padded else 1
    number = re.compile(rf"\d{{{digits},{len(str(most))}}}")

    def point(text: str) -> Span | None:
        if number.fullmatch(text) is None or not least <= int(text) <= most:
            return None
        return Span(int(text), int(text))

    def write(span: Span) -> str:
        match span:
            case Span(int(low), int(high)):
                return f"{low:0{digits}}" if low == high else f"{low:0{digits}}..{high:0{digits}}"
            case Span(int(low), None):
                return f">{most}" if low > most else f">={low:0{digits}}"
            case Span(None, int(high)):
                return f"<{least:0{digits}}" if high < least else f"<={high:0{digits}}"
            case _:
                return f">={least:0{digits}}"

    return Scale(partial(ranged, point=point, expected=expected, lesser=lesser), write)


def grades(most: int, *, expected: str) -> Scale:
    """A scale of conditions up to the rank `most`. The better is the greater; what is no grade cannot be compared."""

    def goodness(text: str) -> Span | None:
        rank = rank_written(text)
        return None if rank is None or rank > WORST else Span(-rank, -rank)

    def read(text: str) -> Span | str:
        rank = rank_written(text)
        if rank is not None and rank <= most:
            return Span(rank, rank)
        match ranged(text, goodness, expected=expected, lesser="worse grade"):
            case Span(low, high):
                return Span(_rank(high, BEST), _rank(low, WORST))
            case wrong:
                return wrong

    return Scale(read, _write_grades)


def _rank(goodness: Value | None, end: int) -> int:
    return -goodness if isinstance(goodness, int) else end


def _write_grades(span: Span) -> str:
    match span:
        case Span(int(low), int(high)) if low > high:
            return f">{NAMES[BEST]}" if low == BEST else f"<{NAMES[WORST]}"
        case Span(int(low), int(high)) if low == high:
            return NAMES[low]
        case Span(low, int(high)) if low in (None, BEST):
            return f">={NAMES[high]}"
        case Span(int(low), high) if high in (None, WORST):
            return f"<={NAMES[low]}"
        case Span(int(low), int(high)):
            return f"{NAMES[high]}..{NAMES[low]}"
        case _:
            return f">={NAMES[WORST]}"
