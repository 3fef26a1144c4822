"""The tokens of a query, with their places, and how a text is written so that it comes back as one token."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum, auto
from typing import Final

from msgspec import Struct

_FIELD: Final = re.compile(r"([A-Za-z]+):")
_BETWEEN: Final = re.compile(r"(?:\s|[-–—](?=\s|$))+")
_PHRASE: Final = re.compile(r'"((?:[^"]|"")*)("|\Z)')
_WORD: Final = re.compile(r"\S+")
_VALUE: Final = re.compile(r"[^\s,]+")
_NAME: Final = re.compile(r"[^\s,=]+")

OWN: Final = "field"
"""Before the name of one of the collection's own fields: `field:Shelf=A3`."""


class Kind(Enum):
    """What a token is."""

    NOT = auto()
    FIELD = auto()
    EXACT = auto()
    SAYS = auto()
    VALUE = auto()
    COMMA = auto()


class Token(Struct, frozen=True):
    """A piece of the text with its place, as a half-open span."""

    kind: Kind
    text: str
    """A field's name without its colon and in small letters, a phrase without its quotes."""
    start: int
    end: int
    is_open: bool = False
    """Of a phrase: its closing quote is not there yet."""


def tokens(text: str) -> list[Token]:
    """The tokens of a query; white space, and dashes that stand alone, only tell them apart."""
    found: list[Token] = []
    position = 0
    while position < len(text):
        between = _BETWEEN.match(text, position)
        if between is not None:
            position = between.end()
            continue
        found += _term(text, position)
        position = found[-1].end
    return found


def _term(text: str, start: int) -> Iterator[Token]:
    """The tokens of the term that begins here."""
    if text[start] == "-" and start + 1 < len(text) and not text[start + 1].isspace():
        yield Token(Kind.NOT, "-", start, start + 1)
        start += 1
    field = _FIELD.match(text, start)
    if field is None:
        yield _value(text, start, _WORD)
        return
    yield Token(Kind.FIELD, field[1].lower(), start, field.end())
    yield from (_named if field[1].lower() == OWN else _values)(text, field.end())


def _named(text: str, position: int) -> Iterator[Token]:
    """The name of a field, and its values after a sign of their own: the second one asks for the whole value."""
    if position < len(text) and text[position] not in ",=" and not text[position].isspace():
        name = _value(text, position, _NAME)
        yield name
        position = name.end
    if position < len(text) and text[position] == "=":
        yield Token(Kind.SAYS, "=", position, position + 1)
        position += 1
    yield from _values(text, position)


def _values(text: str, position: int) -> Iterator[Token]:
    begins = True
    while position < len(text) and not text[position].isspace():
        if text[position] == ",":
            token = Token(Kind.COMMA, ",", position, position + 1)
        elif text[position] == "=" and begins:
            token = Token(Kind.EXACT, "=", position, position + 1)
        else:
            token = _value(text, position, _VALUE)
        yield token
        begins = token.kind is Kind.COMMA
        position = token.end


def _value(text: str, start: int, bare: re.Pattern[str]) -> Token:
    found = _PHRASE.match(text, start)
    if found is not None:
        return Token(Kind.VALUE, found[1].replace('""', '"'), start, found.end(), is_open=not found[2])
    found = bare.match(text, start)
    assert found is not None, "a value begins where there is neither white space nor a comma"  # noqa: S101
    return Token(Kind.VALUE, found[0], start, found.end())


def written(text: str, *, after: str = "") -> str:
    """A text as one value after `after` (a field with its colon, or nothing): quoted where it would read otherwise."""
    bare = tokens(after + text)[-1:]
    if bare and (bare[0].kind, bare[0].text, bare[0].start) == (Kind.VALUE, text, len(after)):
        return text
    doubled = text.replace('"', '""')
    return f'"{doubled}"'
