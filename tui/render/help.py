"""The help as text: what can be done by which keys, and how a filter is written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from core.domain.query import FIELDS
from tui.keys import Row
from tui.render.rows import cell, wrapped

from msgspec import Struct
from textual.content import Content

WIDTH: Final = 68
"""Cells of a line."""

_KEYS: Final = 14
_EXAMPLE: Final = 27
_INDENT: Final = 2

_FIRST: Final = ("Everywhere", "Order, columns, facets")

HEADINGS: Final = (
    ("browse.order", _FIRST[1]),
    ("browse.columns", _FIRST[1]),
    ("browse.facets", _FIRST[1]),
    ("browse.", _FIRST[0]),
    ("past.", _FIRST[0]),
    ("changes.", _FIRST[0]),
    ("history.", _FIRST[0]),
    ("duplicates.", _FIRST[0]),
    ("having.", _FIRST[0]),
    ("app.", _FIRST[0]),
    ("table.", "In the records"),
    ("facets.", "In the facets"),
    ("filter.", "In the filter line"),
    ("detail.", "In the details"),
)
"""How the name of a binding begins, and where it is said; the first that fits."""

LANGUAGE: Final = (
    ("dub plate", "both, in artist, title, label or number"),
    ('"studio one"', "these words in this order"),
    ("genre:reggae", "a word in one field"),
    ('label:island,"studio one"', "one of several values"),
    ("label:=island", "the whole value, not a part of it"),
    ("-live -format:cd", "everything but that"),
    ("year:1970..1985", "also 1977, <1980, >=1990, 1970.., none"),
    ("media:>=vg+ rating:4..", "grades and ratings, in the same way"),
    ("added:30d", "the last 30 days; also 2024, 2024-03.."),
    ("original:<1980 decade:90s", "first out; this pressing"),
    ("played:never", "or played:<30d, not:played, is:played"),
    ("is:wanted,duplicate", "also picture, shaped, box, played"),
    ("has:notes -has:country", "what is known of it, and what is not"),
    ("field:Shelf=A3", "one of your own fields"),
    ("sort:-added limit:20", "in this order, only so many"),
)
"""Examples, and what they ask for. `none` asks for what is not known."""


class Block(Struct, frozen=True):
    """A heading with lines under it."""

    heading: str
    lines: tuple[Content, ...]

    @property
    def height(self) -> int:
        """Lines, the heading and the blank one after the last included."""
        return len(self.lines) + 2

    def text(self) -> Content:
        """All of it."""
        return Content("\n").join((Content.styled(self.heading, "bold $primary"), *self.lines, Content("")))


def blocks(rows: Iterable[Row]) -> tuple[Block, ...]:
    """Everything that there is to say, in the order in which it is read: first what is wanted most."""
    found: dict[str, list[Content]] = {}
    for row in sorted(rows, key=lambda row: _place(row.id)):
        found.setdefault(_heading(row.id), []).append(_key_line(row))
    written = (_language_line(example, meaning) for example, meaning in LANGUAGE)
    fields = (_line(line) for line in wrapped("Fields: " + " ".join(f"{name}:" for name in FIELDS), WIDTH - _INDENT))
    language = Block("How a filter is written", (*written, *fields))
    keys = [Block(heading, tuple(lines)) for heading, lines in found.items()]
    first = sum(block.heading in _FIRST for block in keys)
    return (*keys[:first], language, *keys[first:])


def in_two(found: Sequence[Block]) -> tuple[Content, Content]:
    """The blocks in two columns that are about as long, read one after the other."""

    def difference(cut: int) -> int:
        return abs(sum(block.height for block in found[:cut]) - sum(block.height for block in found[cut:]))

    best = min(range(len(found) + 1), key=difference)
    return _joined(found[:best]), _joined(found[best:])


def _joined(found: Sequence[Block]) -> Content:
    return Content("\n").join(block.text() for block in found)


def _place(name: str) -> int:
    """Where it comes; what has no heading of its own comes last."""
    heading = _heading(name)
    order = list(dict.fromkeys((*_FIRST, *(known for _prefix, known in HEADINGS))))
    return order.index(heading) if heading in order else len(order)


def _heading(name: str) -> str:
    known = next((heading for prefix, heading in HEADINGS if name.startswith(prefix)), "")
    return known or name.partition(".")[0].capitalize()


def _key_line(row: Row) -> Content:
    """The keys, what they do, and what the settings call it."""
    keys = cell(", ".join(row.keys), _KEYS - 1) + " "
    room = WIDTH - _INDENT - _KEYS - 1 - len(row.id)
    return Content.assemble(" " * _INDENT, (keys, "bold"), cell(row.what, max(1, room)), " ", (row.id, "$text-muted"))


def _language_line(example: str, meaning: str) -> Content:
    return Content.assemble(" " * _INDENT, (cell(example, _EXAMPLE - 1) + " ", "bold"), meaning)


def _line(text: str) -> Content:
    return Content.assemble(" " * _INDENT, (text, "$text-muted"))
