"""What could stand at the cursor of a query: fields, and the values that a field has in this very collection."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from heapq import nsmallest
from itertools import accumulate, chain, islice
from typing import Final

from core.domain.cells import OWN
from core.domain.conditions import NAMES, RANKS, WORST
from core.domain.describing import sentence
from core.domain.fields import NAMES as FIELD_NAMES
from core.domain.fields import STATES, Field, Kind, field_named
from core.domain.filters import FieldIn, Span
from core.domain.index import Index, same
from core.domain.matching import words_of
from core.domain.offers import Offer, codes, columns, limits, lines, own_fields, states
from core.domain.places import Place, place_of
from core.domain.scales import Scale
from core.domain.tokens import written
from core.text import fold, printable, without_number

from msgspec import Struct

MOST: Final = 12
"""So many are offered at once."""

_HEAD: Final = re.compile(r"(.*\.\.|<=|>=|<|>|)(.*)", re.DOTALL)
_AGES: Final = ("7d", "30d", "3m", "6m", "1y", "2y")


class Completion(Struct, frozen=True):
    """One thing that could stand there."""

    start: int
    """It takes the place of `query[start:end]`."""
    end: int
    text: str
    """What to write: a field with its colon, a value in quotes where it needs them."""
    label: str
    """What to show."""
    count: int | None = None
    """How many copies of the collection have the value; None where nobody counted."""


def complete(text: str, cursor: int, index: Index) -> tuple[Completion, ...]:
    """At most 12 completions for one place: fields, or the values of a field, of texts the most frequent first."""
    place = place_of(text, max(0, min(cursor, len(text))))
    if place is None:
        return ()
    offers = _fields(place.typed) if place.field is None else _of_field(place, place.field, index)
    return tuple(Completion(place.start, place.end, *offer) for offer in islice(offers, MOST))


def _of_field(place: Place, field: Field, index: Index) -> Iterator[Offer]:
    match field.kind:
        case Kind.ORDER:
            return columns(place.typed)
        case Kind.LIMIT:
            return limits(place.typed)
        case Kind.STATE:
            return states(field.states, place.typed, index)
        case Kind.REST:
            return states(STATES, place.typed, index)
        case Kind.CODE:
            return codes(place.typed, index)
        case Kind.LINES:
            return lines(place, index)
        case Kind.OWN if not place.own:
            return own_fields(place.typed, index)
        case Kind.OWN:
            return _texts(place, field, f"{OWN}{same(place.own)}", index)
    return (
        _texts(place, field, field.name, index) if field.scale is None else _ordered(place, field, field.scale, index)
    )


def _fields(typed: str) -> Iterator[Offer]:
    """Each field once, under the name that was begun."""
    begun = typed.casefold()
    offered: set[str] = set()
    for name in FIELD_NAMES:
        field = field_named(name).name
        if name.startswith(begun) and field not in offered:
            offered.add(field)
            yield f"{name}:", f"{name}:", None


def _texts(place: Place, field: Field, name: str, index: Index) -> Iterator[Offer]:
    typed = without_number(place.typed) if field.namesakes else place.typed
    typed = typed if field.cleaned is None else field.cleaned(typed)
    column, known = index.column(name), index.keep(_by_frequency, name)
    folded, raw = fold(typed), typed.strip().casefold()
    begun = known.beginning(folded) if folded or not raw else known.numbers
    for number in begun:
        # What is nothing but punctuation is looked for as it is written.
        if folded or raw in column.values[number].casefold():
            value = printable(column.values[number])
            if value and same(value) == same(column.values[number]):
                yield written(value, after=place.before), value, known.counts[number]


class _Known(Struct, frozen=True):
    """The values of a column, the most frequent first. One text is searched twenty times as fast as 30,000."""

    numbers: list[int]
    counts: Mapping[int, int]
    words: str
    """A line for each of them: its folded words, each after a blank."""
    starts: list[int]

    def beginning(self, folded: str) -> Iterator[int]:
        """The numbers of the values with a word that begins so."""
        place = self.words.find(f" {folded}")
        while place >= 0:
            line = bisect_right(self.starts, place) - 1
            yield self.numbers[line]
            place = self.words.find(f" {folded}", self.starts[line + 1])


def _by_frequency(index: Index, name: str) -> _Known:
    column, words = index.column(name), words_of(index, name)
    counts = Counter(chain.from_iterable(column.of))
    numbers = sorted(counts, key=lambda number: (-counts[number], words[number]))
    lines = [f"{words[number]}\n" for number in numbers]
    return _Known(numbers, counts, "".join(lines), list(accumulate(map(len, lines), initial=0)))


def _ordered(place: Place, field: Field, scale: Scale, index: Index) -> Iterator[Offer]:
    """The values of a scale. After `>=` or `1970..` they are limits, of which the copies are not counted."""
    found = _HEAD.fullmatch(place.typed)
    head, typed = (found[1], found[2].casefold()) if found else ("", place.typed.casefold())
    counts = index.keep(_counts, field.name)
    for text, label, count in _values(field, scale, counts, typed, is_limit=bool(head)):
        if isinstance(scale.read(head + text), Span):
            yield written(head + text, after=place.before), head + label, None if head else count
    if not head and counts[None] and field.unknown.startswith(typed):
        yield field.unknown, field.unknown, counts[None]


def _counts(index: Index, name: str) -> Counter[int | None]:
    return Counter(index.numbers(name))


def _values(
    field: Field, scale: Scale, counts: Mapping[int | None, int], typed: str, *, is_limit: bool
) -> Iterator[Offer]:
    known = {value: number for value, number in counts.items() if value is not None}
    match field.kind:
        case Kind.GRADE:
            return _grades(known, typed, is_limit=is_limit)
        case Kind.DATE:
            return _days(field, scale, known, typed, is_limit=is_limit)
        case _ if field.name in ("release", "master"):
            return _identities(known, typed)
        case _:
            return _numbers(scale, known, typed, is_limit=is_limit)


def _grades(counts: Mapping[int, int], typed: str, *, is_limit: bool) -> Iterator[Offer]:
    """By the short form or by Discogs' words; what nothing is compared with is no limit."""
    for (condition, rank), name in zip(RANKS.items(), NAMES, strict=True):
        is_begun = name.casefold().startswith(typed) or condition.casefold().startswith(typed)
        if is_begun and (rank <= WORST if is_limit else rank in counts):
            yield name, name, counts.get(rank)


def _identities(counts: Mapping[int, int], typed: str) -> Iterator[Offer]:
    """Of which there are most copies first; nearly every one has one only."""
    texts = ((str(value), number) for value, number in counts.items())
    for text, number in nsmallest(MOST, (one for one in texts if one[0].startswith(typed)), lambda one: -one[1]):
        yield text, text, number


def _numbers(scale: Scale, counts: Mapping[int, int], typed: str, *, is_limit: bool) -> Iterator[Offer]:
    """The highest first; of many, decades until most of one is typed."""
    if len(counts) <= MOST or len(typed) > 2:
        for value in sorted(counts, reverse=True):
            text = scale.write(Span(value, value))
            if text.startswith(typed):
                yield text, text, counts[value]
        return
    decades: Counter[int] = Counter()
    for value, number in counts.items():
        decades[value - value % 10] += number
    for low in sorted(decades, reverse=True):
        text = scale.write(Span(low, low if is_limit else low + 9))
        if text.startswith(typed):
            yield text, text if is_limit else f"{low}s", decades[low]


def _days(field: Field, scale: Scale, counts: Mapping[int, int], typed: str, *, is_limit: bool) -> Iterator[Offer]:
    """Ages, then the years in which copies were added; of a year its months, of a month its days."""
    ages = tuple(f"{typed}{unit}" for unit in "dwmy") if typed.isdecimal() and len(typed) < 4 else ()
    for age in dict.fromkeys((*ages, *_AGES)):
        span = scale.read(age)
        if age.startswith(typed) and isinstance(span, Span):
            yield age, age if is_limit else sentence(FieldIn(field.name, (span,))), None
    length = next((length for length in (4, 7) if len(typed) < length), 10)
    periods: Counter[str] = Counter()
    for day, number in counts.items():
        periods[date.fromordinal(day).isoformat()[:length]] += number
    for period in sorted(periods, reverse=True):
        if period.startswith(typed):
            yield period, period, periods[period]
