"""The terms of a query: what each group of tokens says, and what was expected where one says nothing."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from typing import Final

from core.domain import fields
from core.domain.conditions import NAMES
from core.domain.fields import Field, field_named
from core.domain.fields import Kind as Kinds
from core.domain.filters import FieldHas, FieldIn, Filter, Holds, Not, Says, Span, Text, Words
from core.domain.scales import Scale
from core.domain.sorting import COLUMNS, Order, SortKey
from core.domain.tokens import Kind, Token
from core.errors import QuerySyntaxError

from msgspec import Struct

NOT_KNOWN: Final = "none"
"""The value that stands for copies of which a year, rating, grade or day is not known."""

_LIMIT: Final = re.compile(r"0*[1-9][0-9]{0,8}")


class Term(Struct, frozen=True):
    """The tokens of one term."""

    head: Token
    """The field with its colon, or the word."""
    values: tuple[tuple[Token, bool], ...] = ()
    """Of a field, and whether each is meant exactly."""
    dash: Token | None = None
    """The sign before it that negates it."""
    says: Token | None = None
    """Of a field of the collection's own: the sign between its name and its values."""

    @property
    def end(self) -> int:
        """Where it ends in the text."""
        return self.values[-1][0].end if self.values else self.head.end


def terms_of(found: list[Token]) -> Iterator[Term]:
    """The terms of a query; blank phrases are none."""
    position = 0
    while position < len(found):
        dash = found[position] if found[position].kind is Kind.NOT else None
        position += dash is not None
        head = found[position]
        position += 1
        if head.kind is Kind.FIELD:
            begin = position
            while position < len(found) and found[position].start == found[position - 1].end:
                position += 1
            says = next((token for token in found[begin:position] if token.kind is Kind.SAYS), None)
            yield Term(head, tuple(_values(found[begin:position])), dash, says)
        elif head.text.strip():
            yield Term(head, (), dash)


def _values(found: list[Token]) -> Iterator[tuple[Token, bool]]:
    """The values among the tokens of a field, and whether each is meant exactly."""
    exact = False
    for token in found:
        if token.kind is Kind.VALUE and token.text.strip():
            yield token, exact
        exact = token.kind is Kind.EXACT


def field_of(term: Term) -> Field | None:
    """The field of a term; None of a word. Raises QuerySyntaxError where there is none by that name, or no value."""
    if term.head.kind is not Kind.FIELD:
        return None
    if term.head.text not in fields.NAMES:
        raise _unknown_field(term.head)
    if not term.values:
        raise QuerySyntaxError(start=term.head.start, end=term.head.end, expected=f"a value after {term.head.text}:")
    return field_named(term.head.text)


def conditions(term: Term, field: Field | None) -> tuple[Filter, ...]:
    """The conditions that a term is, all of which hold. Raises QuerySyntaxError."""
    is_negated = term.dash is not None
    parts: tuple[Filter, ...]
    if field is not None and field.kind is Kinds.REST:
        parts = _rest(term)
        if is_negated and len(parts) > 1:
            raise QuerySyntaxError(
                start=term.values[0][0].start, end=term.end, expected="only words of is:, or only words of has:"
            )
        is_negated = not is_negated
    else:
        parts = (_condition(term, field),)
    return tuple(map(Not, parts)) if is_negated else parts


def _condition(term: Term, field: Field | None) -> Filter:
    """What a term says, its dash aside."""
    if field is None:
        return Words(term.head.text)
    match field.kind:
        case Kinds.STATE:
            return Holds(field.name, tuple(_state(token, field) for token, _ in term.values))
        case Kinds.OWN:
            return _own(term)
    if field.scale is None:
        return FieldHas(field.name, tuple(Text(_cleaned(token, field), exact) for token, exact in term.values))
    unknown = {NOT_KNOWN, field.unknown}
    sought = [token for token, _ in term.values if token.text.casefold() not in unknown]
    spans = tuple(_span(field, field.scale, token) for token in sought)
    return FieldIn(field.name, spans, unknown=len(sought) < len(term.values))


def _rest(term: Term) -> tuple[Holds, ...]:
    """The words after `not:`, by the field that knows them."""
    states = [_state(token, None) for token, _ in term.values]
    homes = dict.fromkeys(fields.STATES[state] for state in states)
    return tuple(Holds(home, tuple(state for state in states if fields.STATES[state] == home)) for home in homes)


def _state(token: Token, field: Field | None) -> str:
    """A word that is one of a field's, or of any."""
    state = token.text.casefold().strip()
    known = fields.STATES.keys() if field is None else field.states
    if state in known:
        return state
    near = nearest(state, known)
    if field is not None and state in fields.STATES:
        near = f"{fields.STATES[state]}:{state}"
    raise QuerySyntaxError(start=token.start, end=token.end, expected="one of " + ", ".join(known), nearest=near)


def _own(term: Term) -> Says:
    """A field of the collection's own, with its values."""
    ends = term.head.end if term.says is None else term.says.start
    name, values = term.values[0][0], term.values[1:]
    if name.start > ends:
        raise QuerySyntaxError(
            start=term.head.start, end=term.head.end, expected="the name of a field, as in field:Shelf=A3"
        )
    if term.says is None and values:
        raise QuerySyntaxError(
            start=values[0][0].start, end=term.end, expected="= between the name of a field and its values"
        )
    if term.says is not None and not values:
        raise QuerySyntaxError(start=name.start, end=term.says.end, expected="a value after =")
    return Says(name.text.strip(), tuple(Text(token.text, exact) for token, exact in values))


def _cleaned(token: Token, field: Field) -> str:
    """A text in its shortest form."""
    text = token.text if field.cleaned is None else field.cleaned(token.text)
    if not text:
        raise QuerySyntaxError(start=token.start, end=token.end, expected=field.expected)
    return text


def order_of(term: Term) -> Order:
    """The order that a term asks for; what decides nothing any more is left out. Raises QuerySyntaxError."""
    keys: dict[str, SortKey] = {}
    for token, _ in term.values:
        key = _sort_key(token)
        keys.setdefault(key.column, key)
    return tuple(keys.values())


def limit_of(term: Term) -> int:
    """How many copies a term leaves. Raises QuerySyntaxError."""
    (token, _), *others = term.values
    if _LIMIT.fullmatch(token.text) is None:
        raise QuerySyntaxError(start=token.start, end=token.end, expected="a number of copies such as 50")
    if others:
        raise QuerySyntaxError(start=others[0][0].start, end=term.end, expected="only one number")
    return int(token.text)


def must_stand_alone(term: Term, *, is_second: bool) -> None:
    """Raise QuerySyntaxError for an order or a limit that is negated, or that is the second one."""
    name = term.head.text
    if term.dash is not None:
        raise QuerySyntaxError(start=term.dash.start, end=term.head.end, expected=f"{name}: without a dash before it")
    if is_second:
        raise QuerySyntaxError(start=term.head.start, end=term.end, expected=f"only one {name}:")


def _sort_key(token: Token) -> SortKey:
    name = token.text.removeprefix("-").strip().lower()
    column = field_named(name).name if name in fields.NAMES else name
    if column not in COLUMNS:
        raise QuerySyntaxError(
            start=token.start,
            end=token.end,
            expected="a column to sort by, such as artist or -added",
            nearest=nearest(name, COLUMNS),
        )
    return SortKey(column, token.text.startswith("-"))


def _span(field: Field, scale: Scale, value: Token) -> Span:
    match scale.read(value.text):
        case str(expected):
            near = nearest(value.text.strip("<=>").upper(), NAMES) if field.kind is Kinds.GRADE else ""
            raise QuerySyntaxError(start=value.start, end=value.end, expected=expected, nearest=near)
        case span:
            return span


def nearest(typed: str, known: Iterable[str]) -> str:
    """What of all that is known is most like it; empty when nothing is."""
    return next(iter(difflib.get_close_matches(typed, list(known), n=1)), "")


def _unknown_field(name: Token) -> QuerySyntaxError:
    near = nearest(name.text, fields.NAMES)
    names = ", ".join(field.name for field in fields.FIELDS)
    return QuerySyntaxError(
        start=name.start,
        end=name.end,
        expected="a field" if near else f"one of the fields {names}",
        nearest=near and f"{near}:",
    )
