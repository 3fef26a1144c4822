"""A filter in plain English: `dub, style Roots, not format CD, pressed 1970 to 1985, added in the last 30 days`."""

from __future__ import annotations

import re
from typing import Final

from core.domain.fields import Field, Kind, Phrases, field_named
from core.domain.filters import AllOf, Everything, FieldHas, FieldIn, Filter, Not, Text, Words
from core.domain.query import spans_written
from core.text import counted, printable

_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_UNITS: Final = {"d": "day", "w": "week", "m": "month", "y": "year"}
_AGE: Final = re.compile(r"(\d+)([dwmy])")


def sentence(node: Filter) -> str:
    """What a filter asks for, in one line that is safe to show. It says neither more nor less than the filter."""
    match node:
        case Everything():
            return "everything"
        case Words(text):
            return _value(text)
        case FieldHas(name, values) if _are_whole(values):
            return f"{name} is {_or([_value(value.text) for value in values])}"
        case FieldHas(name, values):
            return f"{name} {_or([_text(value) for value in values])}"
        case FieldIn(name, spans, unknown):
            field = field_named(name)
            said = [_span(field, text) for text in spans_written(name, spans)]
            found = [f"{_phrases(field).before} {_or(said)}"] if said else []
            return _or([*found, _phrases(field).unknown] if unknown else found)
        case Not(part):
            return _negated(part)
        case AllOf(parts):
            return ", ".join(map(sentence, parts)) or "everything"


def _negated(part: Filter) -> str:
    match part:
        case FieldIn(name, (), True):
            return _phrases(field_named(name)).known
        case FieldHas(name, values) if _are_whole(values):
            return f"{name} is not {_or([_value(value.text) for value in values])}"
        case Everything():
            return "nothing"
        case AllOf():
            return f"not ({sentence(part)})"
        case _:
            return f"not {sentence(part)}"


def _or(values: list[str]) -> str:
    *first, last = values or ["nothing"]
    return f"{', '.join(first)} or {last}" if first else last


def _are_whole(values: tuple[Text, ...]) -> bool:
    """Whether each is looked for as the whole value, as those that are chosen from a list."""
    return bool(values) and all(value.exact for value in values)


def _text(value: Text) -> str:
    return f"exactly {_value(value.text)}" if value.exact else _value(value.text)


def _value(text: str) -> str:
    """A text as it was typed, in quotation marks where it could be taken for something else."""
    shown = printable(text)
    return shown if shown and not re.search(r"[\s,]", shown) else f"“{shown}”"


def _phrases(field: Field) -> Phrases:
    assert field.phrases is not None, "whoever has a scale has phrases"  # noqa: S101
    return field.phrases


def _span(field: Field, text: str) -> str:
    """A span, from the text it is written as."""
    first, dots, last = text.partition("..")
    if dots and field.name in ("year", "original") and _is_decade(first, last):
        return f"{_phrases(field).at}the {first}s"
    if dots:
        return f"{_point(field, first)} to {_point(field, last)}"
    bound = text.lstrip("<=>")
    sign = text.removesuffix(bound)
    if _AGE.fullmatch(bound):
        return _age(sign, bound)
    point = f"{_before(field, bound)}{_point(field, bound)}"
    match sign:
        case "<":
            return f"below {_point(field, bound)}"
        case "<=":
            return f"{point} {_phrases(field).less}"
        case ">":
            return f"above {_point(field, bound)}"
        case ">=":
            return f"{point} {_phrases(field).more}"
        case _:
            return point


def _is_decade(first: str, last: str) -> bool:
    return first[3:] == "0" and last == f"{first[:3]}9"


def _before(field: Field, point: str) -> str:
    if field.kind is Kind.DATE:
        return "on " if point.count("-") == 2 else "in "
    return _phrases(field).at


def _point(field: Field, point: str) -> str:
    """`17 May 2024`, `May 2024`, `30 days ago`; years, ratings and grades are said as they are written."""
    if field.kind is not Kind.DATE:
        return point
    if _AGE.fullmatch(point):
        return _age(">=", point).removesuffix(" or earlier")
    year, *rest = point.split("-")
    words = [year, *(_MONTHS[int(month) - 1] for month in rest[:1]), *(str(int(day)) for day in rest[1:])]
    return " ".join(reversed(words))


def _age(sign: str, age: str) -> str:
    length = counted(int(age[:-1]), _UNITS[age[-1]])
    match sign:
        case "":
            return f"in the last {length.removeprefix('1 ')}" if int(age[:-1]) else "today"
        case "<":
            return f"less than {length} ago"
        case ">":
            return f"more than {length} ago"
        case _:
            return f"{length} ago or earlier"
