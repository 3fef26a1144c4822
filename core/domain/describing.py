"""A filter in plain English: `dub, style Roots, not format CD, pressed 1970 to 1985, added in the last 30 days`."""

from __future__ import annotations

import re
from typing import Final

from core.domain.fields import Field, Kind, Phrases, field_named
from core.domain.filters import AllOf, Everything, FieldHas, FieldIn, Filter, Holds, Not, Says, Text, Words
from core.domain.query import Query, spans_written
from core.domain.sorting import SortKey
from core.text import count, counted, printable

_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_UNITS: Final = {"d": "day", "w": "week", "m": "month", "y": "year"}
_AGE: Final = re.compile(r"(\d+)([dwmy])")
_STATES: Final = {
    "wanted": ("on the wantlist", "not on the wantlist"),
    "owned": ("owned in some pressing", "owned in no pressing"),
    "duplicate": ("owned more than once", "owned only once"),
    "enriched": ("with a master that was read", "with no master that was read"),
    "shaped": ("of an odd shape", "of no odd shape"),
    "picture": ("a picture disc", "no picture disc"),
    "box": ("a box set", "no box set"),
    "played": ("played at least once", "never played"),
    "notes": ("with notes", "without notes"),
    "rating": ("with a rating", "without a rating"),
    "media": ("with a media grade", "without a media grade"),
    "sleeve": ("with a sleeve grade", "without a sleeve grade"),
    "year": ("of a known year", "of an unknown year"),
    "original": ("of a known original year", "of an unknown original year"),
    "number": ("with a catalogue number", "without a catalogue number"),
    "folder": ("in a folder", "in no folder"),
    "country": ("of a known country", "of an unknown country"),
    "barcode": ("with a known barcode", "without a known barcode"),
    "tracks": ("with a known tracklist", "without a known tracklist"),
}
"""What a copy is said to be, and what it is said to be otherwise."""


def sentence(asked: Query | Filter) -> str:
    """What is asked for, in one line that is safe to show. It says neither more nor less than the query."""
    if not isinstance(asked, Query):
        return _said(asked)
    said = [_said(asked.filter)]
    if asked.order is not None:
        said.append(f"sorted by {' and then by '.join(map(_key, asked.order))}")
    if asked.limit is not None:
        said.append(f"the first {count(asked.limit)} of them" if asked.limit > 1 else "the first of them")
    return ", ".join(said)


def _key(key: SortKey) -> str:
    return f"{key.column} (descending)" if key.descending else key.column


def _said(node: Filter) -> str:
    match node:
        case Everything():
            return "everything"
        case Words(text):
            return _value(text)
        case FieldHas(name, values):
            return _says(name, values)
        case FieldIn(name, spans, unknown):
            field = field_named(name)
            said = [_span(field, text) for text in spans_written(name, spans)]
            found = [f"{_phrases(field).before} {_or(said)}{_phrases(field).after}"] if said else []
            return _or([*found, _phrases(field).unknown] if unknown else found)
        case Holds(_, states):
            return _or([_STATES[state][0] for state in states])
        case Says(name, values):
            return _says(f"field {_value(name)}", values) if values else f"with anything in field {_value(name)}"
        case Not(part):
            return _negated(part)
        case AllOf(parts):
            return ", ".join(map(_said, parts)) or "everything"


def _says(name: str, values: tuple[Text, ...]) -> str:
    if _are_whole(values):
        return f"{name} is {_or([_value(value.text) for value in values])}"
    return f"{name} {_or([_text(value) for value in values])}"


def _negated(part: Filter) -> str:
    match part:
        case FieldIn(name, (), True):
            return _phrases(field_named(name)).known
        case FieldHas(name, values) if _are_whole(values):
            return f"{name} is not {_or([_value(value.text) for value in values])}"
        case Holds(_, states):
            return " and ".join(_STATES[state][1] for state in states)
        case Says(name, ()):
            return f"with nothing in field {_value(name)}"
        case Says(name, values) if _are_whole(values):
            return f"field {_value(name)} is not {_or([_value(value.text) for value in values])}"
        case Everything():
            return "nothing"
        case AllOf():
            return f"not ({_said(part)})"
        case _:
            return f"not {_said(part)}"


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
    if field.name == "decade":
        return f"the {point}"
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
