"""The fields of the query language, a row each: what is not in this table, no part of the language knows of."""

from __future__ import annotations

from enum import Enum, auto
from typing import Final

from core.domain.conditions import RANKS, WORST
from core.domain.days import DAYS
from core.domain.scales import Scale, grades, numbers

from msgspec import Struct


class Kind(Enum):
    """What the values of a field are, and so how they are matched, said and completed."""

    TEXT = auto()
    NUMBER = auto()
    GRADE = auto()
    DATE = auto()


class Phrases(Struct, frozen=True):
    """How a sentence says the ordered values of a field."""

    before: str
    """Before a value: `pressed`."""
    more: str
    """After a limit: `or later`."""
    less: str
    known: str
    """That there is a value at all."""
    unknown: str
    at: str = ""
    """Before a value that is no range: `in `."""


class Field(Struct, frozen=True):
    """One field. Its name is that of its column or its numbers in the index."""

    name: str
    kind: Kind = Kind.TEXT
    aliases: tuple[str, ...] = ()
    namesakes: bool = False
    """Whether Discogs tells namesakes apart by a number, `Gunmen (2)`, which is not shown and so not looked for."""
    whole_numbers: bool = True
    """Whether a number in a text is meant whole, so that `7` is not in `78 rpm`."""
    scale: Scale | None = None
    """How its values are read and written; texts have none."""
    phrases: Phrases | None = None


FIELDS: Final = (
    Field("artist", namesakes=True),
    Field("title"),
    Field("label", namesakes=True),
    Field("number", aliases=("catno",), whole_numbers=False),
    Field("genre"),
    Field("style"),
    Field("format"),
    Field("folder"),
    Field(
        "media",
        Kind.GRADE,
        scale=grades(WORST, expected="a grade such as VG+, >=VG, G..NM or none"),
        phrases=Phrases("media", "or better", "or worse", "with a media grade", "without a media grade"),
    ),
    Field(
        "sleeve",
        Kind.GRADE,
        scale=grades(len(RANKS) - 1, expected='a grade such as VG+, >=VG, G..NM, generic, "no cover" or none'),
        phrases=Phrases("sleeve", "or better", "or worse", "with a sleeve grade", "without a sleeve grade"),
    ),
    Field(
        "year",
        Kind.NUMBER,
        scale=numbers(0, 9999, expected="a year such as 1977, 1970..1985, <1980 or >=1990", lesser="earlier year"),
        phrases=Phrases("pressed", "or later", "or earlier", "of a known year", "of an unknown year", "in "),
    ),
    Field(
        "original",
        Kind.NUMBER,
        scale=numbers(0, 9999, expected="a year such as 1977, 1970..1985, <1980 or >=1990", lesser="earlier year"),
        phrases=Phrases(
            "first out", "or later", "or earlier", "of a known original year", "of an unknown original year", "in "
        ),
    ),
    Field(
        "rating",
        Kind.NUMBER,
        scale=numbers(1, 5, expected="a rating such as 4, 3..5, >=4 or none", lesser="lower rating"),
        phrases=Phrases("rated", "or more", "or less", "with a rating", "without a rating"),
    ),
    Field(
        "added",
        Kind.DATE,
        scale=DAYS,
        phrases=Phrases("added", "or later", "or earlier", "with a known day of adding", "with no known day of adding"),
    ),
)

_BY_NAME: Final = {name: field for field in FIELDS for name in (field.name, *field.aliases)}

NAMES: Final = tuple(_BY_NAME)
"""Everything that may stand before a colon, in small letters."""


def field_named(name: str) -> Field:
    """The field of a name or an alias, in small letters. Raises KeyError."""
    return _BY_NAME[name]
