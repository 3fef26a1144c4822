"""What a filter says: the tree that a query is parsed into. `query` reads and writes it, `matching` means it."""

from __future__ import annotations

from collections.abc import Container
from datetime import date

from msgspec import Struct


class Everything(Struct, frozen=True):
    """No condition at all."""


class Words(Struct, frozen=True):
    """A word or a quoted phrase, somewhere in artist, title, label, number or the artists' other names."""

    text: str


class Text(Struct, frozen=True):
    """What is looked for in a field of texts: at the start of a word, or `exact`, the whole value as it is shown.

    Both are compared folded.
    """

    text: str
    exact: bool = False


class FieldHas(Struct, frozen=True):
    """A field of texts in which one of some values occurs."""

    field: str
    values: tuple[Text, ...]


class Ago(Struct, frozen=True):
    """A day that moves with today: `count` days (d), weeks (w), months (m) or years (y) before it, and some days on."""

    count: int
    unit: str
    days_on: int = 0
    """1 or -1 where the day itself is left out."""

    @property
    def about(self) -> float:
        """Its length in days, with months and years of the mean length."""
        return self.count * {"d": 1, "w": 7, "m": 30.44, "y": 365.25}[self.unit]


Value = int | date | Ago
"""A year, a rating, the rank of a grade (0 is the best, see `conditions`), or a day in UTC."""


class Span(Struct, frozen=True):
    """Values from `low` to `high`, both included; None is an open end. Of grades, the better has the lower rank."""

    low: Value | None
    high: Value | None


class FieldIn(Struct, frozen=True):
    """A field of ordered values: the value is in one of some spans, or is not known and `unknown` is asked for."""

    field: str
    spans: tuple[Span, ...]
    unknown: bool = False


class Holds(Struct, frozen=True):
    """A copy is something, or has something: one of some words of a field, `is:wanted` or `has:notes`."""

    field: str
    states: tuple[str, ...]


class Says(Struct, frozen=True):
    """A field of the collection's own, by its name, in which one of some values occurs; without any, anything."""

    name: str
    values: tuple[Text, ...] = ()


class Not(Struct, frozen=True):
    """Exactly the rest: what is unknown is in it."""

    part: Filter


class AllOf(Struct, frozen=True):
    """Every part holds."""

    parts: tuple[Filter, ...]


def speaks_of(node: Filter, fields: Container[str]) -> bool:
    """Whether some of these fields decide for which copies a filter holds; states are written as `is:played`."""
    match node:
        case FieldHas(field) | FieldIn(field):
            return field in fields
        case Holds(field, states):
            return any(f"{field}:{state}" in fields for state in states)
        case Not(part):
            return speaks_of(part, fields)
        case AllOf(parts):
            return any(speaks_of(part, fields) for part in parts)
        case _:
            return False


Filter = Everything | Words | FieldHas | FieldIn | Holds | Says | Not | AllOf
