"""The language in which a collection is asked: text -> tokens with their places -> a query, and back.

    query   = term*
    term    = ["-"] (field ":" value ("," value)* | own | word | "quoted phrase")
    field   = a name or an alias of the table in `fields`
    own     = "field:" name ["=" value ("," value)*]
    value   = ["="] (word | "quoted phrase"), in which "" is a quote
              of years, ratings, grades and days also a..b, a.., ..b, <a, <=a, >a, >=a, and none: not known

Terms are joined by AND, the values of one field by OR. `=` asks for the whole value. `sort:` and `limit:` are no
conditions: at most one of each, anywhere, and never with a dash. A quote opens a phrase only where a word could begin,
so `12"` needs none; a phrase that is not closed yet ends with the text, because people look at the screen while they
type. An empty phrase says nothing, nor does a dash that stands alone: `King Tubby - Dub` is how records are written
down.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from core.domain import fields, terms
from core.domain.fields import Kind, field_named
from core.domain.filters import AllOf, Everything, FieldHas, FieldIn, Filter, Holds, Not, Says, Span, Text, Words
from core.domain.sorting import Order, order_text
from core.domain.tokens import OWN, tokens, written

from msgspec import Struct

FIELDS: Final = tuple(field.name for field in fields.FIELDS)


class Query(Struct, frozen=True):
    """What a text asks for."""

    filter: Filter = Everything()
    """Which copies."""
    order: Order | None = None
    """In which order; None when the text leaves that to whoever shows them."""
    limit: int | None = None
    """How many of them at most, the first in that order; 1 or more."""


def parse(text: str) -> Query:
    """What a text asks for. Raises QuerySyntaxError with the span that is not understood."""
    parts: list[Filter] = []
    order: Order | None = None
    limit: int | None = None
    for term in terms.terms_of(tokens(text)):
        field = terms.field_of(term)
        match field and field.kind:
            case Kind.ORDER:
                terms.must_stand_alone(term, is_second=order is not None)
                order = terms.order_of(term)
            case Kind.LIMIT:
                terms.must_stand_alone(term, is_second=limit is not None)
                limit = terms.limit_of(term)
            case _:
                parts += terms.conditions(term, field)
    return Query(_joined(parts), order, limit)


def canonical(asked: Query | Filter) -> str:
    """The text of a query or a tree: the same when it is parsed, and the same text for all ways to write it.

    Ages stay ages: `added:30d` means the thirty days before the day of reading. Raises ValueError of a tree that no
    text has, because the language has no brackets: a negated conjunction or negation.
    """
    return " ".join(filter(None, _of_query(asked) if isinstance(asked, Query) else [_of_filter(asked)]))


def _of_query(query: Query) -> Iterator[str]:
    yield _of_filter(query.filter)
    if query.order is not None:
        yield f"sort:{order_text(query.order)}"
    if query.limit is not None:
        yield f"limit:{query.limit}"


def _of_filter(node: Filter) -> str:
    match node:
        case Everything():
            return ""
        case Words(text):
            return written(text)
        case FieldHas(name, values):
            return _listed(name, (_after(f"{name}:", value) for value in values))
        case FieldIn(name, spans, unknown):
            texts = [written(text, after=f"{name}:") for text in spans_written(name, spans)]
            return _listed(name, [*texts, field_named(name).unknown] if unknown else texts)
        case Holds(name, states):
            return _listed(name, states)
        case Says(name, values):
            named = OWN + ":" + written(name, after=f"{OWN}:")
            return f"{named}={','.join(_after(f'{named}=', value) for value in values)}" if values else named
        case Not(Words() | FieldHas() | FieldIn() | Holds() | Says() as part):
            return f"-{_of_filter(part)}"
        case AllOf(parts):
            return " ".join(filter(None, map(_of_filter, parts)))
        case Not():
            raise ValueError(node)


def spans_written(name: str, spans: Iterable[Span]) -> list[str]:
    """Each span of a field as it stands in a query, but for quotes."""
    scale = field_named(name).scale
    return [] if scale is None else [scale.write(span) for span in spans]


def _listed(name: str, values: Iterable[str]) -> str:
    return f"{name}:{','.join(values)}"


def _after(before: str, value: Text) -> str:
    sign = "=" if value.exact else ""
    return sign + written(value.text, after=before + sign)


def _joined(parts: list[Filter]) -> Filter:
    match parts:
        case []:
            return Everything()
        case [one]:
            return one
        case _:
            return AllOf(tuple(parts))
