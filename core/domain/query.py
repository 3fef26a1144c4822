"""The language in which a collection is filtered: text -> tokens with their places -> a tree of `filters`, and back.

    query   = term*
    term    = ["-"] (field ":" value ("," value)* | word | "quoted phrase")
    field   = a name or an alias of the table in `fields`
    value   = ["="] (word | "quoted phrase"), in which "" is a quote
              of years, ratings, grades and days also a..b, a.., ..b, <a, <=a, >a, >=a, and none: not known

Terms are joined by AND, the values of one field by OR. `=` asks for the whole value. A quote opens a phrase only where
a word could begin, so `12"` needs none; a phrase that is not closed yet ends with the text, because people look at the
screen while they type. An empty phrase says nothing, nor does a dash that stands alone: `King Tubby - Dub` is how
records are written down.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from typing import Final

from core.domain import fields
from core.domain.fields import field_named
from core.domain.filters import AllOf, Everything, FieldHas, FieldIn, Filter, Not, Span, Text, Words
from core.domain.scales import Scale
from core.domain.tokens import Kind, Token, tokens, written
from core.errors import QuerySyntaxError

FIELDS: Final = tuple(field.name for field in fields.FIELDS)

NOT_KNOWN: Final = "none"
"""The value that stands for copies of which a year, rating, grade or day is not known."""


def parse(text: str) -> Filter:
    """The tree of a query. Raises QuerySyntaxError with the span that is not understood."""
    return _joined(list(_terms(tokens(text))))


def canonical(node: Filter) -> str:
    """The text of a tree: the same tree when it is parsed, and the same text for all ways to write it.

    Ages stay ages: `added:30d` means the thirty days before the day of reading. Raises ValueError of a tree that no
    text has, because the language has no brackets: a negated conjunction or negation.
    """
    match node:
        case Everything():
            return ""
        case Words(text):
            return written(text)
        case FieldHas(name, values):
            return _listed(name, (_text(name, value) for value in values))
        case FieldIn(name, spans, unknown):
            texts = [written(text, after=f"{name}:") for text in spans_written(name, spans)]
            return _listed(name, [*texts, NOT_KNOWN] if unknown else texts)
        case Not(Words() | FieldHas() | FieldIn() as part):
            return f"-{canonical(part)}"
        case AllOf(parts):
            return " ".join(filter(None, map(canonical, parts)))
        case Not():
            raise ValueError(node)


def spans_written(name: str, spans: Iterable[Span]) -> list[str]:
    """Each span of a field as it stands in a query, but for quotes."""
    scale = field_named(name).scale
    return [] if scale is None else [scale.write(span) for span in spans]


def _listed(name: str, values: Iterable[str]) -> str:
    return f"{name}:{','.join(values)}"


def _text(name: str, value: Text) -> str:
    sign = "=" if value.exact else ""
    return sign + written(value.text, after=f"{name}:{sign}")


def _joined(parts: list[Filter]) -> Filter:
    match parts:
        case []:
            return Everything()
        case [one]:
            return one
        case _:
            return AllOf(tuple(parts))


def _terms(found: list[Token]) -> Iterator[Filter]:
    position = 0
    while position < len(found):
        negated = found[position].kind is Kind.NOT
        position += negated
        first = found[position]
        position += 1
        if first.kind is Kind.FIELD:
            begin = position
            while position < len(found) and found[position].start == found[position - 1].end:
                position += 1
            part: Filter = _field(first, list(_values(found[begin:position])))
        elif first.text.strip():
            part = Words(first.text)
        else:
            continue
        yield Not(part) if negated else part


def _values(found: list[Token]) -> Iterator[tuple[Token, bool]]:
    """The values among the tokens of a field, and whether each is meant exactly."""
    exact = False
    for token in found:
        if token.kind is Kind.VALUE and token.text.strip():
            yield token, exact
        exact = token.kind is Kind.EXACT


def _field(name: Token, values: list[tuple[Token, bool]]) -> Filter:
    if name.text not in fields.NAMES:
        raise _unknown_field(name)
    field = field_named(name.text)
    if not values:
        raise QuerySyntaxError(start=name.start, end=name.end, expected=f"a value after {name.text}:")
    if field.scale is None:
        return FieldHas(field.name, tuple(Text(token.text, exact) for token, exact in values))
    sought = [token for token, _ in values if token.text.casefold() != NOT_KNOWN]
    spans = tuple(_span(field.scale, token) for token in sought)
    return FieldIn(field.name, spans, unknown=len(sought) < len(values))


def _span(scale: Scale, value: Token) -> Span:
    match scale.read(value.text):
        case str(expected):
            raise QuerySyntaxError(start=value.start, end=value.end, expected=expected)
        case span:
            return span


def _unknown_field(name: Token) -> QuerySyntaxError:
    nearest = difflib.get_close_matches(name.text, fields.NAMES, n=1)
    return QuerySyntaxError(
        start=name.start,
        end=name.end,
        expected="a field" if nearest else "one of the fields " + ", ".join(FIELDS),
        nearest=nearest[0] if nearest else "",
    )
