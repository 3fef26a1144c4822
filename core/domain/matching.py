"""What a filter means: the set of the copies for which it holds, as bits over the positions of an index.

One meaning for every front end, matched in memory. A text is judged once for all copies that have it, and words are
looked for in text that was folded when it was read: 100,000 copies are matched while somebody types.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Sequence
from datetime import date
from functools import reduce
from itertools import compress
from operator import or_
from typing import Final

from core.domain.cells import OWN
from core.domain.days import ordinal
from core.domain.details import barcode
from core.domain.fields import Field, Kind, field_named
from core.domain.filters import AllOf, Everything, FieldHas, FieldIn, Filter, Holds, Not, Says, Span, Text, Words
from core.domain.index import Column, Index, bits_of, positions_of, same
from core.domain.ranked import ranked
from core.domain.states import of_state
from core.text import fold, without_number

from msgspec import Struct

_SEARCHED: Final = ("title", "artist", "label", "number")
"""The columns in which a name of nothing but punctuation is looked for."""


def select(node: Filter, index: Index, today: date) -> int:
    """The copies for which a filter holds: bit `i` is `index.collection.copies[i]`. Ages are counted from `today`."""
    match node:
        case Everything():
            return index.everything
        case Words(text):
            return _words(text, index, index.everything)
        case FieldHas(name, values):
            return _has(name, values, index, index.everything)
        case FieldIn(name, spans, unknown):
            return _in(name, spans, index, today, unknown=unknown)
        case Holds(name, states):
            return reduce(or_, (of_state(index, f"{name}:{state}") for state in states), 0)
        case Says(name, values):
            return _says(f"{OWN}{same(name)}", values, index)
        case Not(part):
            return index.everything ^ select(part, index, today)
        case AllOf(parts):
            return _all_of(parts, index, today)


def _all_of(parts: Iterable[Filter], index: Index, today: date) -> int:
    """What takes long is looked for last, and only in the copies that are left by then."""
    bits, later = index.everything, list[Filter]()
    for part in parts:
        if _takes_long(part):
            later.append(part)
        else:
            bits &= select(part, index, today)
    for part in later:
        bits &= _among(part, index, today, bits)
    return bits


def _takes_long(node: Filter) -> bool:
    """Whether the text of each copy is looked through."""
    match node:
        case Words():
            return True
        case FieldHas(name):
            return field_named(name).kind is Kind.LINES
        case Not(part):
            return _takes_long(part)
        case _:
            return False


def _among(node: Filter, index: Index, today: date, among: int) -> int:
    """Of some copies those for which a filter holds; whichever of the others."""
    match node:
        case Words(text):
            return _words(text, index, among)
        case FieldHas(name, values):
            return _has(name, values, index, among)
        case Not(part):
            return index.everything ^ _among(part, index, today, among)
        case _:
            return select(node, index, today)


def _words(text: str, index: Index, among: int) -> int:
    # A namesake's number is in no text that is searched: whoever copies a name from Discogs has it on the clipboard.
    text = without_number(f" {text}").strip()
    folded = fold(text)
    if folded:
        return _with(folded, index.folded, index, among)
    # A name of nothing but punctuation, such as `!!!`, folds to nothing: look for it as it is written.
    raw = text.casefold()
    bits = bits_of([raw in credit for credit in index.keep(_joined_credits, "artist")])
    for name in _SEARCHED:
        column = index.column(name)
        bits |= column.bits(_containing(raw, column))
    return bits


def _with(folded: str, texts: Sequence[str], index: Index, among: int) -> int:
    """The copies in whose text it is; of many, all are looked at, which is less work for each."""
    if among.bit_count() > index.size // 2:
        return bits_of([folded in text for text in texts])
    flags = bytearray(index.size)
    for position in positions_of(among, index.size):
        flags[position] = folded in texts[position]
    return bits_of(flags)


def _joined_credits(index: Index, _name: str) -> list[str]:
    """The credits of several artists, whose commas and slashes are in none of the names."""
    releases = (copy.release for copy in index.collection.copies)
    return [release.artist.casefold() if len(release.artists) > 1 else "" for release in releases]


def _containing(raw: str, column: Column) -> list[int]:
    return [number for number, value in enumerate(column.values) if raw in value.casefold()]


def _has(name: str, values: Iterable[Text], index: Index, among: int) -> int:
    field = field_named(name)
    match field.kind:
        case Kind.CODE:
            return _codes(values, index)
        case Kind.LINES:
            return _lines(values, index, among)
        case _:
            return _in_column(field, name, values, index)


def _says(name: str, values: tuple[Text, ...], index: Index) -> int:
    """In a field of the collection's own; without any values, that there is one."""
    if values:
        return _in_column(field_named("field"), name, values, index)
    return bits_of(map(bool, index.column(name).of))


def _in_column(field: Field, name: str, values: Iterable[Text], index: Index) -> int:
    column = index.column(name)
    found: set[int] = set()
    for value in values:
        found.update(column.exactly(value.text) if value.exact else _beginning(value.text, field, name, index))
    return column.bits(found)


def _beginning(text: str, field: Field, name: str, index: Index) -> Sequence[int]:
    """The values with a word that begins so. But for catalogue numbers, a number is meant whole: `7` is not `78`."""
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


def _codes(values: Iterable[Text], index: Index) -> int:
    codes = index.keep(barcodes_of, "barcode")
    flags = bytearray(index.size)
    for value in values:
        text = barcode(value.text)
        begins = [text == code if value.exact else code.startswith(text) for code in codes.texts]
        for position in compress(codes.positions, begins):
            flags[position] = 1
    return bits_of(flags)


class Barcodes(Struct, frozen=True):
    """The barcodes of all copies, one after the other, and whose each is."""

    texts: list[str]
    positions: Sequence[int]


def barcodes_of(index: Index, _name: str) -> Barcodes:
    """Those that are known."""
    facts, found = index.collection.facts, Barcodes([], array("I"))
    for position, copy in enumerate(index.collection.copies):
        known = facts.get(copy.release.id)
        for code in known.barcodes if known else ():
            found.texts.append(code)
            found.positions.append(position)  # type: ignore[attr-defined]  # an array
    return found


def _lines(values: Iterable[Text], index: Index, among: int) -> int:
    texts, found = index.keep(tracks_of, "track"), 0
    for folded, exact in ((fold(value.text), value.exact) for value in values):
        if not folded:
            continue
        # Most tracklists do not have it anywhere, which is told soonest.
        flags = bytearray(index.size)
        for position in positions_of(_with(folded, texts, index, among & ~found), index.size):
            flags[position] = _in_line(folded, texts[position], exact=exact)
        found |= bits_of(flags)
    return found


def _in_line(folded: str, text: str, *, exact: bool) -> bool:
    """Whether it is a line, or begins one, or a word in one: after a line break or a blank."""
    if exact:
        return f"\n{folded}\n" in f"\n{text}\n"
    if folded[-1].isdigit():
        return re.search(rf"(?:^|[ \n]){re.escape(folded)}(?!\d)", text) is not None
    return text.startswith(folded) or f" {folded}" in text or f"\n{folded}" in text


def tracks_of(index: Index, _name: str) -> list[str]:
    """Of each copy the folded lines of its tracklist; empty when it is not known."""
    facts = index.collection.facts
    return ["" if (known := facts.get(copy.release.id)) is None else known.tracks for copy in index.collection.copies]


def words_of(index: Index, name: str) -> tuple[str, ...]:
    """The folded values of a column, each with a blank before, so that every word begins after one."""
    return tuple(f" {folded}" for folded in index.column(name).folded)


def _in(name: str, spans: Iterable[Span], index: Index, today: date, *, unknown: bool) -> int:
    found = ranked(index, name)
    bits = index.everything ^ found.known if unknown else 0
    for span in spans:
        low, high = (None if end is None else ordinal(end, today) for end in (span.low, span.high))
        bits |= found.between(low, high)
    return bits
