"""What could stand after a field that has words or codes of its own, for completion."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from core.domain.cells import OWN
from core.domain.details import barcode
from core.domain.fields import STATES
from core.domain.ids import NOTES_FIELD
from core.domain.index import Index, same
from core.domain.matching import barcodes_of, tracks_of
from core.domain.places import Place
from core.domain.sorting import COLUMNS
from core.domain.states import of_state
from core.domain.tokens import written
from core.text import fold, printable

Offer = tuple[str, str, int | None]
"""What to write, what to show, how many copies."""

_LIMITS: Final = ("10", "20", "50", "100")


def columns(typed: str) -> Iterator[Offer]:
    """What can be sorted by; after a dash turned round."""
    dash = "-" * typed.startswith("-")
    for name in COLUMNS:
        if name.startswith(typed.removeprefix("-").casefold()):
            yield dash + name, dash + name, None


def limits(typed: str) -> Iterator[Offer]:
    """Some numbers."""
    return ((number, number, None) for number in _LIMITS if number.startswith(typed))


def states(words: Iterable[str], typed: str, index: Index) -> Iterator[Offer]:
    """Words of `is:` and `has:`, with how many copies they hold of."""
    for word in words:
        if word.startswith(typed.casefold()):
            yield word, word, of_state(index, f"{STATES[word]}:{word}").bit_count()


def own_fields(typed: str, index: Index) -> Iterator[Offer]:
    """The fields that the owner has made, with how many copies have anything there."""
    for field in index.collection.fields:
        name = printable(field.name)
        if field.id > NOTES_FIELD and name and same(name).startswith(fold(typed)):
            having = sum(map(bool, index.column(f"{OWN}{same(name)}").of))
            yield f"{written(name, after=OWN)}=", name, having


def codes(typed: str, index: Index) -> Iterator[Offer]:
    """Barcodes that begin so, each once."""
    begun = barcode(typed)
    known = index.keep(barcodes_of, "barcode").texts
    return ((code, code, None) for code in _once(code for code in known if code.startswith(begun)))


def lines(place: Place, index: Index) -> Iterator[Offer]:
    """Titles and artists of tracklists with a word that begins so, as they are compared."""
    begun = fold(place.typed)
    texts = index.keep(tracks_of, "track") if begun else []
    found = (line for text in texts if begun in text for line in text.split("\n") if f" {begun}" in f" {line}")
    return ((written(line, after=place.before), line, None) for line in _once(found))


def _once(texts: Iterable[str]) -> Iterator[str]:
    seen: set[str] = set()
    for text in texts:
        if text not in seen:
            seen.add(text)
            yield text
