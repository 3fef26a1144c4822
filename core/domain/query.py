"""The language in which a collection is filtered: text -> tokens with their places -> a tree of `filters`.

    query   = term*
    term    = ["-"] (field ":" value ("," value)* | word | "quoted phrase")
    field   = genre | style | format | label | folder | year
    value   = word | "quoted phrase"; of a year: 1977, 1970..1985, 1970.., ..1985, <1980, <=1980, >1980, >=1980

Terms are joined by AND, the values of one field by OR. A quote opens a phrase only where a word could begin, so `12"`
needs none; a phrase that is not closed yet ends with the text, because people look at the screen while they type. An
empty phrase says nothing, nor does a dash that stands alone: `King Tubby - Dub` is how records are written down.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from enum import Enum, auto
from typing import Final

from core.domain.filters import AllOf, Everything, FieldHas, Filter, Not, Words, YearIn, YearSpan
from core.errors import QuerySyntaxError

from msgspec import Struct

FIELDS: Final = ("genre", "style", "format", "label", "folder", "year")

_FIELD: Final = re.compile(r"([A-Za-z]+):")
_BETWEEN: Final = re.compile(r"(?:\s|[-–—](?=\s|$))+")
_YEAR: Final = re.compile(r"(?P<exact>\d{4})|(?P<low>\d{4})?\.\.(?P<high>\d{4})?|(?P<sign><=|>=|<|>)(?P<bound>\d{4})")


class Kind(Enum):
    """What a token is."""

    NOT = auto()
    FIELD = auto()
    VALUE = auto()
    COMMA = auto()


class Token(Struct, frozen=True):
    """A piece of the text with its place, as a half-open span."""

    kind: Kind
    text: str
    start: int
    end: int


def parse(text: str) -> Filter:
    """The tree of a query. Raises QuerySyntaxError with the span that is not understood."""
    parts = tuple(_terms(tokens(text)))
    match parts:
        case ():
            return Everything()
        case (one,):
            return one
        case _:
            return AllOf(parts)


def tokens(text: str) -> list[Token]:
    """The tokens of a query; white space, and dashes that stand alone, only tell them apart."""
    found: list[Token] = []
    position = 0
    while position < len(text):
        between = _BETWEEN.match(text, position)
        if between is not None:
            position = between.end()
            continue
        term = list(_term_tokens(text, position))
        found += term
        position = term[-1].end
    return found


def _term_tokens(text: str, start: int) -> Iterator[Token]:
    """The tokens of the term that begins here."""
    if text[start] == "-" and start + 1 < len(text) and not text[start + 1].isspace():
        yield Token(Kind.NOT, "-", start, start + 1)
        start += 1
    field = _FIELD.match(text, start)
    if field is None:
        yield _value(text, start, stops="")
        return
    yield Token(Kind.FIELD, field[1].lower(), start, field.end())
    position = field.end()
    while position < len(text) and not text[position].isspace():
        if text[position] == ",":
            yield Token(Kind.COMMA, ",", position, position + 1)
            position += 1
        else:
            value = _value(text, position, stops=",")
            yield value
            position = value.end


def _value(text: str, start: int, *, stops: str) -> Token:
    if text[start] == '"':
        close = text.find('"', start + 1)
        end = len(text) if close < 0 else close + 1
        return Token(Kind.VALUE, text[start + 1 : end if close < 0 else close], start, end)
    end = start
    while end < len(text) and not text[end].isspace() and text[end] not in stops:
        end += 1
    return Token(Kind.VALUE, text[start:end], start, end)


def _terms(found: list[Token]) -> Iterator[Filter]:
    position = 0
    while position < len(found):
        negated = found[position].kind is Kind.NOT
        position += negated
        first = found[position]
        position += 1
        if first.kind is Kind.FIELD:
            values: list[Token] = []
            while position < len(found) and found[position].start == found[position - 1].end:
                if found[position].kind is Kind.VALUE:
                    values.append(found[position])
                position += 1
            part = _field(first, values)
        elif first.text.strip():
            part = Words(first.text)
        else:
            continue
        yield Not(part) if negated else part


def _field(field: Token, values: list[Token]) -> Filter:
    if field.text not in FIELDS:
        nearest = difflib.get_close_matches(field.text, FIELDS, n=1)
        expected = "a field" if nearest else "one of the fields " + ", ".join(FIELDS)
        raise QuerySyntaxError(
            start=field.start, end=field.end, expected=expected, nearest=nearest[0] if nearest else ""
        )
    values = [value for value in values if value.text.strip()]
    if not values:
        raise QuerySyntaxError(start=field.start, end=field.end, expected=f"a value after {field.text}:")
    if field.text == "year":
        return YearIn(tuple(_span(value) for value in values))
    return FieldHas(field.text, tuple(value.text for value in values))


def _span(value: Token) -> YearSpan:
    found = _YEAR.fullmatch(value.text)
    if found is None or value.text == "..":
        raise QuerySyntaxError(
            start=value.start, end=value.end, expected="a year such as 1977, 1970..1985, <1980 or >=1990"
        )
    if found["exact"]:
        return YearSpan(int(found["exact"]), int(found["exact"]))
    if found["sign"]:
        bound = int(found["bound"])
        match found["sign"]:
            case "<":
                return YearSpan(None, bound - 1)
            case "<=":
                return YearSpan(None, bound)
            case ">":
                return YearSpan(bound + 1, None)
            case _:
                return YearSpan(bound, None)
    low, high = (int(found[end]) if found[end] else None for end in ("low", "high"))
    if low is not None and high is not None and low > high:
        raise QuerySyntaxError(
            start=value.start, end=value.end, expected=f"the earlier year first, as in {high}..{low}"
        )
    return YearSpan(low, high)
