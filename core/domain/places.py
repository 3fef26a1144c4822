"""Where the cursor stands in a query: in a word that could become a field, or in a value of a field."""

from __future__ import annotations

from core.domain.fields import NAMES, Field, field_named
from core.domain.tokens import OWN, Kind, Token, tokens, written

from msgspec import Struct


class Place(Struct, frozen=True):
    """A part of the text that could be replaced by something better."""

    start: int
    end: int
    typed: str = ""
    """What stands there before the cursor, without quotes."""
    field: Field | None = None
    """The field whose value it is; None of a word."""
    before: str = ""
    """What the value follows: `label:` or `label:=`."""
    own: str = ""
    """The name of the collection's own field whose value it is."""


def place_of(text: str, cursor: int) -> Place | None:
    """The place of the cursor; None in a phrase and in a value of an unknown field."""
    found = tokens(text)
    touched = next((number for number, token in enumerate(found) if token.start < cursor <= token.end), None)
    if touched is None or found[touched].kind is Kind.NOT:
        return Place(cursor, cursor)
    token = found[touched]
    if token.kind is Kind.FIELD and cursor < token.end:
        return Place(token.start, token.end, text[token.start : cursor])
    term = _term(found, touched)
    if term is None:
        is_word = text[token.start] != '"'
        return Place(token.start, token.end, text[token.start : cursor]) if is_word else None
    return _value(text, cursor, found[term : touched + 2])


def _term(found: list[Token], place: int) -> int | None:
    """Where in the tokens the field stands to which one belongs."""
    while found[place].kind is not Kind.FIELD:
        if place == 0 or found[place - 1].end < found[place].start or found[place - 1].kind is Kind.NOT:
            return None
        place -= 1
    return place


def _value(text: str, cursor: int, term: list[Token]) -> Place | None:
    """The place of a value, from the tokens of its field to the one the cursor touches, and the one after."""
    name = term[0].text
    if name not in NAMES:
        return None
    says = next((token for token in term if token.kind is Kind.SAYS and token.end <= cursor), None)
    own, before, begin = _own(term, says) if says else ("", f"{name}:", term[0].end)
    if says and not own:
        return None
    values = (token for token in term if token.kind is Kind.VALUE and token.start >= begin)
    token = next((token for token in values if token.start <= cursor <= token.end), None)
    start = cursor if token is None else token.start
    if any(one.kind is Kind.EXACT and one.end == start for one in term):
        before += "="
    end = start if token is None else cursor if token.is_open else token.end
    # The name of a field is written with the sign that comes after it.
    end = next((one.end for one in term if one.kind is Kind.SAYS and one.start == end), end)
    if token is None:
        return Place(start, end, "", field_named(name), before, own)
    typed = tokens(before + text[start:cursor])[-1]
    return Place(start, end, typed.text if typed.kind is Kind.VALUE else "", field_named(name), before, own)


def _own(term: list[Token], says: Token) -> tuple[str, str, int]:
    """The name of a field of the collection's own, what stands before its values, and where they begin."""
    named = term[1].text if term[1].kind is Kind.VALUE else ""
    return named, f"{term[0].text}:{written(named, after=f'{OWN}:')}=", says.end
