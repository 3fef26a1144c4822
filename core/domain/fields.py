"""The fields of the query language, a row each: what is not in this table, no part of the language knows of."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto
from typing import Final

from core.domain.conditions import RANKS, WORST
from core.domain.days import DAYS
from core.domain.decades import DECADES
from core.domain.details import barcode
from core.domain.discs import size_written, speed_written
from core.domain.scales import Scale, grades, numbers

from msgspec import Struct


class Kind(Enum):
    """What the values of a field are, and so how they are matched, said and completed."""

    TEXT = auto()
    NUMBER = auto()
    GRADE = auto()
    DATE = auto()
    CODE = auto()
    """Digits, of which a beginning is enough."""
    LINES = auto()
    """Lines of a longer text that is kept folded."""
    OWN = auto()
    """A field of the collection's own, by its name."""
    STATE = auto()
    """One of a few words."""
    REST = auto()
    """The negation of any such word."""
    ORDER = auto()
    LIMIT = auto()


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
    after: str = ""
    """What has to be said of every value besides."""


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
    unknown: str = "none"
    """The value that stands for copies of which it is not known."""
    cleaned: Callable[[str], str] | None = None
    """How a value is written at its shortest; nothing is left of one that is none."""
    expected: str = ""
    """What a value is, for whoever wrote one that is none."""
    states: tuple[str, ...] = ()
    """Its words, if it has no others."""


def _identities(what: str) -> Scale:
    expected = f"the number of a {what} such as 77{', or none' if what == 'master' else ''}"
    return numbers(1, 9_999_999_999, expected=expected, lesser="lower number", is_padded=False)


def _of_identity(what: str) -> Phrases:
    return Phrases(what, "or higher", "or lower", f"with a {what}", f"without a {what}")


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
            "first out",
            "or later",
            "or earlier",
            "of a known year, the original or the pressing's",
            "of an unknown year, the original as the pressing's",
            "in ",
            after=" (or pressed then, where the original year is not known)",
        ),
    ),
    Field(
        "decade",
        Kind.NUMBER,
        scale=DECADES,
        phrases=Phrases("pressed in", "or later", "or earlier", "of a known decade", "of an unknown decade"),
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
    Field(
        "played",
        Kind.DATE,
        unknown="never",
        scale=DAYS,
        phrases=Phrases("last played", "or later", "or earlier", "played at least once", "never played"),
    ),
    Field("country"),
    Field("notes"),
    Field("field", Kind.OWN),
    Field("barcode", Kind.CODE, cleaned=barcode, expected="the digits of a barcode"),
    Field("size", cleaned=size_written, expected='a size such as 7, 10 or 12"'),
    Field("speed", cleaned=speed_written, expected="a speed such as 33, 45 or 78"),
    Field("colour", aliases=("color",)),
    Field("track", Kind.LINES),
    Field("master", Kind.NUMBER, scale=_identities("master"), phrases=_of_identity("master")),
    Field("release", Kind.NUMBER, scale=_identities("release"), phrases=_of_identity("release")),
    Field(
        "is",
        Kind.STATE,
        states=("wanted", "owned", "duplicate", "enriched", "shaped", "picture", "box", "played"),
    ),
    Field(
        "has",
        Kind.STATE,
        states=(
            *("notes", "rating", "media", "sleeve", "year", "original"),
            *("number", "folder", "country", "barcode", "tracks"),
        ),
    ),
    Field("not", Kind.REST),
    Field("sort", Kind.ORDER),
    Field("limit", Kind.LIMIT),
)

_BY_NAME: Final = {name: field for field in FIELDS for name in (field.name, *field.aliases)}

NAMES: Final = tuple(_BY_NAME)
"""Everything that may stand before a colon, in small letters."""


STATES: Final = {state: field.name for field in FIELDS for state in field.states}
"""Every word of `is:` and `has:`, with the one of them that knows it."""


def field_named(name: str) -> Field:
    """The field of a name or an alias, in small letters. Raises KeyError."""
    return _BY_NAME[name]
