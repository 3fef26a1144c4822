"""The facets of a collection: which values there are under a filter, how many copies each has, and filtering by one.

A facet's values are part of the query like everything that is typed. Those that are included stand in one term, joined
by "or", those that are excluded in one negated term: `genre:=Reggae,=Rock -style:=Disco`. A term of the same field that
says anything else is the user's own, and stays as it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain, compress, repeat
from typing import Final

from core.domain.conditions import NAMES
from core.domain.filters import AllOf, Everything, FieldHas, FieldIn, Filter, Not, Span, Text
from core.domain.index import BIT_SETS, Column, Index, flags_of, same

from msgspec import Struct

UNKNOWN: Final = "unknown"
"""The value of copies whose year or media condition is not known, or that are not rated."""


class Facet(Struct, frozen=True):
    """A side from which a collection is looked at."""

    name: str
    title: str


class FacetCount(Struct, frozen=True):
    """A value and how many copies have it, never 0."""

    value: str
    count: int


FACETS: Final = (
    Facet("genre", "Genre"),
    Facet("style", "Style"),
    Facet("format", "Format"),
    Facet("decade", "Decade"),
    Facet("label", "Label"),
    Facet("folder", "Folder"),
    Facet("grade", "Media condition"),
    Facet("rating", "Rating"),
)

_NUMBERS: Final[Mapping[str, str]] = {"decade": "year", "grade": "media", "rating": "rating"}
"""The field in which the values of a facet are spans of numbers; every other facet is a field of texts."""


def counts(index: Index, facet: str, bits: int) -> tuple[FacetCount, ...]:
    """The values that occur among some copies: the most frequent first, or newest, best and highest, then unknown."""
    values = index.keep(_values, facet)
    found = values.counted(bits, index.size)
    present = [number for number, count in enumerate(found) if count]
    if facet not in _NUMBERS:
        present.sort(key=found.__getitem__, reverse=True)
    return tuple(FacetCount(values.shown[number], found[number]) for number in present)


def term(facet: str, value: str) -> Filter:
    """The filter that a value stands for."""
    return _term(facet, (value,))


def state(node: Filter, facet: str, value: str) -> int:
    """Whether a filter includes a value (1), excludes it (-1), or does not speak of it (0)."""
    sought = same(value)
    spoken = (own for part in _parts(node) if (own := _own(facet, part)) is not None)
    held = {own.negated for own in spoken if sought in map(same, own.values)}
    return 0 if not held else 1 if False in held else -1


def values_spoken_of(node: Filter, facet: str) -> tuple[str, ...]:
    """The values that a filter includes or excludes, each once; a panel shows them even where no copy is left."""
    spoken: dict[str, str] = {}
    for part in _parts(node):
        own = _own(facet, part)
        for value in own.values if own is not None else ():
            spoken.setdefault(same(value), value)
    return tuple(spoken.values())


def toggled(node: Filter, facet: str, value: str) -> Filter:
    """The filter with a value one step on: from not spoken of to included, to excluded, to not spoken of again."""
    was = state(node, facet, value)
    parts = [rest for part in _parts(node) if (rest := _without(part, facet, value)) is not None]
    if was >= 0:
        _add(parts, facet, value, negated=was == 1)
    match parts:
        case []:
            return Everything()
        case [one]:
            return one
        case _:
            return AllOf(tuple(parts))


class _Values(Struct, frozen=True):
    """The values of a facet, in the order in which they stand among those of the same count."""

    shown: tuple[str, ...]
    sets: tuple[int, ...]
    """The copies of each value; none when there are too many values."""
    of: Sequence[tuple[int, ...]]
    """The values of each copy; none when there are sets."""

    def counted(self, bits: int, size: int) -> Sequence[int]:
        """How many of some copies have each value."""
        if not self.of:
            return [(bits & one).bit_count() for one in self.sets]
        found = Counter(chain.from_iterable(compress(self.of, flags_of(bits, size))))
        return list(map(found.get, range(len(self.shown)), repeat(0)))


def _values(index: Index, facet: str) -> _Values:
    """Values that differ in case, accents and punctuation only are one, as they are to the filter."""
    column = _column(index, facet)
    groups = [group for _name, group in sorted(column.groups().items())]
    if facet in _NUMBERS:
        groups.sort(key=lambda group: _rank(facet, column.values[group[0]]))
    counts_of, values = column.counts(), column.values
    shown = tuple(min((-counts_of[number], values[number]) for number in group)[1] for group in groups)
    if len(values) <= BIT_SETS:
        return _Values(shown, tuple(map(column.bits, groups)), ())
    place = {number: place for place, group in enumerate(groups) for number in group}
    known = {numbers: tuple(dict.fromkeys(map(place.__getitem__, numbers))) for numbers in set(column.of)}
    return _Values(shown, (), list(map(known.__getitem__, column.of)))


def _column(index: Index, facet: str) -> Column:
    if facet not in _NUMBERS:
        return index.column(facet)
    numbers = index.numbers("decade" if facet == "decade" else _NUMBERS[facet])
    names = {number: (_name(facet, number),) for number in set(numbers)}
    return Column(map(names.__getitem__, numbers))


def _name(facet: str, number: int | None) -> str:
    """The value that a number stands for: `1970s`, `VG+`, `5`."""
    if number is None:
        return UNKNOWN
    match facet:
        case "decade":
            return f"{number}s"
        case "grade":
            return NAMES[number]
        case _:
            return str(number)


def _rank(facet: str, value: str) -> tuple[bool, int]:
    """Newest, best and highest first; what is not known last."""
    if value == UNKNOWN:
        return True, 0
    low = _number(facet, value)
    return False, low if facet == "grade" else -low


def _number(facet: str, value: str) -> int:
    """The number that a value stands for; `_name` turned round."""
    match facet:
        case "decade":
            return int(value.removesuffix("s"))
        case "grade":
            return NAMES.index(value)
        case _:
            return int(value)


def _span(facet: str, low: int) -> Span:
    return Span(low, low + 9 if facet == "decade" else low)


def _value(facet: str, span: Span) -> str | None:
    """The value whose span it is; None of any other span."""
    low = span.low
    if not isinstance(low, int) or span != _span(facet, low) or (facet == "decade" and low % 10):
        return None
    return None if facet == "grade" and not 0 <= low < len(NAMES) else _name(facet, low)


class _Own(Struct, frozen=True):
    """A part of a filter that says nothing but values of a facet."""

    values: tuple[str, ...]
    negated: bool

    def part(self, facet: str) -> Filter:
        """Written as a filter."""
        return Not(_term(facet, self.values)) if self.negated else _term(facet, self.values)


def _term(facet: str, values: tuple[str, ...]) -> Filter:
    field = _NUMBERS.get(facet)
    if field is None:
        return FieldHas(facet, tuple(Text(value, exact=True) for value in values))
    spans = tuple(_span(facet, _number(facet, value)) for value in values if value != UNKNOWN)
    return FieldIn(field, spans, unknown=UNKNOWN in values)


def _own(facet: str, part: Filter) -> _Own | None:
    """What a part says of a facet, if that is all it says."""
    negated = isinstance(part, Not)
    match part.part if isinstance(part, Not) else part:
        case FieldHas(field, texts) if field == facet and all(text.exact for text in texts):
            return _Own(tuple(text.text for text in texts), negated)
        case FieldIn(field, spans, unknown) if field == _NUMBERS.get(facet):
            values = [_value(facet, span) for span in spans] + [UNKNOWN] * unknown
            known = tuple(value for value in values if value is not None)
            return _Own(known, negated) if len(known) == len(values) else None
        case _:
            return None


def _parts(node: Filter) -> tuple[Filter, ...]:
    match node:
        case Everything():
            return ()
        case AllOf(parts):
            return parts
        case _:
            return (node,)


def _without(part: Filter, facet: str, value: str) -> Filter | None:
    """A part that does not speak of a value any more; None when it spoke of nothing else."""
    own = _own(facet, part)
    if own is None:
        return part
    kept = tuple(one for one in own.values if same(one) != same(value))
    if len(kept) == len(own.values):
        return part
    return _Own(kept, own.negated).part(facet) if kept else None


def _add(parts: list[Filter], facet: str, value: str, *, negated: bool) -> None:
    """Speak of a value: in the part that speaks of others in the same way, or at the end."""
    for place, part in enumerate(parts):
        own = _own(facet, part)
        if own is not None and own.negated == negated:
            parts[place] = _Own((*own.values, value), negated).part(facet)
            return
    parts.append(_Own((value,), negated).part(facet))
