"""What a filter means: the set of the copies for which it holds, as bits over the positions of an index.

One meaning for every front end, matched in memory. A text is judged once for all copies that have it, and words are
looked for in text that was folded when it was read: 100,000 copies are matched while somebody types.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from core.domain.days import ordinal
from core.domain.fields import Kind, field_named
from core.domain.filters import AllOf, Everything, FieldHas, FieldIn, Filter, Not, Span, Text, Words
from core.domain.index import Column, Index, bits_of
from core.text import fold, without_number

_SEARCHED: Final = ("title", "artist", "label", "number")
"""The columns in which a name of nothing but punctuation is looked for."""


def select(node: Filter, index: Index, today: date) -> int:
    """The copies for which a filter holds: bit `i` is `index.collection.copies[i]`. Ages are counted from `today`."""
    match node:
        case Everything():
            return index.everything
        case Words(text):
            return _words(text, index)
        case FieldHas(name, values):
            return _has(name, values, index)
        case FieldIn(name, spans, unknown):
            return _in(ordered_values(index, name), spans, unknown=unknown, today=today)
        case Not(part):
            return index.everything ^ select(part, index, today)
        case AllOf(parts):
            bits = index.everything
            for part in parts:
                bits &= select(part, index, today)
            return bits


def _words(text: str, index: Index) -> int:
    # A namesake's number is in no text that is searched: whoever copies a name from Discogs has it on the clipboard.
    text = without_number(f" {text}").strip()
    folded = fold(text)
    if folded:
        return bits_of([folded in lines for lines in index.folded])
    # A name of nothing but punctuation, such as `!!!`, folds to nothing: look for it as it is written.
    raw = text.casefold()
    bits = bits_of([raw in credit for credit in index.keep(_joined_credits, "artist")])
    for name in _SEARCHED:
        column = index.column(name)
        bits |= column.bits(_containing(raw, column))
    return bits


def _joined_credits(index: Index, _name: str) -> list[str]:
    """The credits of several artists, whose commas and slashes are in none of the names."""
    releases = (copy.release for copy in index.collection.copies)
    return [release.artist.casefold() if len(release.artists) > 1 else "" for release in releases]


def _containing(raw: str, column: Column) -> list[int]:
    return [number for number, value in enumerate(column.values) if raw in value.casefold()]


def _has(name: str, values: Iterable[Text], index: Index) -> int:
    column = index.column(name)
    found: set[int] = set()
    for value in values:
        found.update(column.exactly(value.text) if value.exact else _beginning(value.text, name, index))
    return column.bits(found)


def _beginning(text: str, name: str, index: Index) -> Sequence[int]:
    """The values with a word that begins so. But for catalogue numbers, a number is meant whole: `7` is not `78`."""
    field = field_named(name)
    if field.namesakes:
        text = without_number(text)
    folded = fold(text)
    if not folded:
        return _containing(text.casefold(), index.column(name))
    sought = f" {folded}"
    texts = index.keep(words_of, name)
    found = [number for number, words in enumerate(texts) if sought in words]
    if not (field.whole_numbers and folded[-1].isdigit()):
        return found
    whole = re.compile(rf"{re.escape(sought)}(?!\d)")
    return [number for number in found if whole.search(texts[number])]


def words_of(index: Index, name: str) -> tuple[str, ...]:
    """The folded values of a column, each with a blank before, so that every word begins after one."""
    return tuple(f" {folded}" for folded in index.column(name).folded)


def _in(values: list[int | None], spans: Iterable[Span], *, unknown: bool, today: date) -> int:
    limits = [tuple(None if end is None else ordinal(end, today) for end in (span.low, span.high)) for span in spans]
    wanted: set[int | None] = {value for value in set(values) if value is not None and _within(value, limits)}
    if unknown:
        wanted.add(None)
    return bits_of([value in wanted for value in values])


def _within(value: int, limits: Iterable[tuple[int | None, ...]]) -> bool:
    return any((low is None or low <= value) and (high is None or value <= high) for low, high in limits)


def ordered_values(index: Index, name: str) -> list[int | None]:
    """Of each copy the value of a field that has an order; days by their ordinals. None is not known."""
    return index.keep(_days, name) if field_named(name).kind is Kind.DATE else index.numbers(name)


def _days(index: Index, _name: str) -> list[int | None]:
    return [None if copy.added is None else copy.added.toordinal() for copy in index.collection.copies]
