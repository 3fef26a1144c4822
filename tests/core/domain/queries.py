"""Queries, trees of queries, and collections in which they find something."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final

from core.domain.collection import Collection, Copy, Folder
from core.domain.conditions import RANKS
from core.domain.fields import FIELDS, NAMES, Kind
from core.domain.filters import Ago, AllOf, FieldHas, FieldIn, Filter, Not, Span, Text, Words
from core.domain.ids import FolderId
from core.domain.release import Artist, Format, LabelNumber
from tests.factories import make_copy, make_release

from hypothesis import strategies as st

TODAY: Final = date(2024, 3, 31)
"""A month later there is no such day, and the day a year and a month before it is not there either."""

FOLDERS: Final = (Folder(FolderId(1), "Uncategorized"), Folder(FolderId(7), 'Jamaica 7"s'), Folder(FolderId(8), "Été"))
UNKNOWN_FOLDER: Final = 99

TEXT_FIELDS: Final = tuple(field.name for field in FIELDS if field.kind is Kind.TEXT)

PIECES: Final = (
    *("dub", "!!!", "Été", "東京", "a'b", "[b]", '12"', "x", "1", "", "(2)", "\ud800", "\u200b", "K﷽", "ß"),
    *("Kitchen / Sink", "none", "=x", "a,b", "dubstep", "78", "ete", '"'),
)
NAMES_OF_THINGS: Final = st.lists(st.sampled_from(PIECES), max_size=3).map(" ".join)

MOMENTS: Final = st.builds(
    lambda day, hour: datetime(day.year, day.month, day.day, hour, 59, tzinfo=UTC),
    st.dates(date(2022, 11, 1), date(2024, 4, 2)) | st.sampled_from([date(2024, 3, 1), date(2024, 2, 29), TODAY]),
    st.integers(0, 23),
)


@st.composite
def copies(draw: st.DrawFn) -> Copy:
    """A copy of which anything may be unknown."""
    name = NAMES_OF_THINGS
    release = make_release(
        1,
        draw(name),
        artists=[Artist(draw(name), draw(name), draw(name)) for _ in range(draw(st.integers(0, 2)))],
        labels=[LabelNumber(draw(name), draw(name)) for _ in range(draw(st.integers(0, 2)))],
        formats=[Format(draw(name), "1", draw(name), (draw(name),)) for _ in range(draw(st.integers(0, 2)))],
        genres=draw(st.lists(name, max_size=2)),
        styles=draw(st.lists(name, max_size=2)),
        year=draw(st.none() | st.integers(1968, 1972)),
    )
    grades = st.sampled_from(["", "Played to bits", *RANKS])
    return make_copy(
        draw(st.integers(1, 9)),
        release,
        folder_id=draw(st.sampled_from([None, 1, 7, 8, UNKNOWN_FOLDER])),
        rating=draw(st.none() | st.integers(1, 5)),
        added=draw(st.none() | MOMENTS),
        fields={1: draw(grades), 2: draw(grades)},
    )


COLLECTIONS: Final = st.lists(copies(), max_size=6).map(lambda some: Collection(tuple(some), FOLDERS))


def _phrase(text: str) -> str:
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


PHRASES: Final = NAMES_OF_THINGS.map(_phrase)
VALUES: Final = NAMES_OF_THINGS.filter(lambda text: bool(text.strip())).map(_phrase)
ORDERED: Final = {
    "year": ("1970", "1969..1971", "1970..", "..1970", "<1970", "<=1970", ">1970", ">=1970", "<0000", ">9999", "none"),
    "rating": ("4", "2..4", "3..", "..2", "<2", "<=4", ">3", ">=4", ">5", "<1", "none"),
    "media": ("vg+", "M-", '"near mint"', "g..vg", "VG..", "..g+", "<vg", "<=vg", ">vg", ">=vg+", ">m", "<p", "none"),
    "sleeve": ("nm", "generic", '"no cover"', '"Not Graded"', "f..m", "<vg", ">=p", "<=m", "none"),
    "added": (
        *("30d", "0d", "2w", "6m", "1M", "1y", "<30d", "<=1m", ">30d", ">=1y", "1y..30d", "1y..", "..2m", "9999y"),
        *("2024", "2023-12", "2024-03-31", "2022..2023", "2023-05..2024", "<2024", "<=2023-11", ">2023-06-30"),
        *(">=2024-02", "2023..30d", "none"),
    ),
}
"""Ways to write the values that have an order."""

ORDERED_TERMS: Final = st.sampled_from([f"{name}:{value}" for name, values in ORDERED.items() for value in values])
TERMS: Final = (
    PHRASES
    | st.builds("{}:{}{}".format, st.sampled_from(TEXT_FIELDS), st.sampled_from(["", "="]), VALUES)
    | ORDERED_TERMS
)
QUERIES: Final = st.lists(st.builds(str.__add__, st.sampled_from(["", "-"]), TERMS), max_size=3).map(" ".join)
"""Queries that are understood."""

QUERYISH: Final = st.lists(
    st.sampled_from([f"{name}:" for name in NAMES])
    | st.sampled_from(
        ["year:1970..", "foo:", "-", "–", ",", '"', '""', "=", "..", "<=", ">", "<", " ", "\t", "　", "none"]
    )
    | st.sampled_from([value for values in ORDERED.values() for value in values])
    | st.text(max_size=4)
    | st.integers(0, 99_999).map(str)
).map("".join)
"""What comes close to a query, most of it not understood."""

_SAID: Final = (st.text(min_size=1) | st.sampled_from(PIECES) | NAMES_OF_THINGS).filter(lambda text: bool(text.strip()))
_DAYS: Final = st.dates(date(1000, 1, 1), date(2999, 12, 31)) | st.sampled_from(
    [date(2024, 1, 1), date(2024, 2, 29), date(2024, 12, 31), date(2024, 5, 1), date(2024, 5, 31)]
)
_AGES: Final = st.builds(Ago, st.integers(0, 9999), st.sampled_from("dwmy"))


def _closed(values: st.SearchStrategy[int] | st.SearchStrategy[date]) -> st.SearchStrategy[Span]:
    return st.builds(lambda one, other: Span(min(one, other), max(one, other)), values, values)


def _spans(values: st.SearchStrategy[int] | st.SearchStrategy[date]) -> st.SearchStrategy[Span]:
    return _closed(values) | values.map(lambda low: Span(low, None)) | values.map(lambda high: Span(None, high))


_ORDERED_SPANS: Final = {
    "year": _spans(st.integers(0, 9999)),
    "rating": _spans(st.integers(1, 5)),
    "media": _closed(st.integers(0, 7)),
    "sleeve": _closed(st.integers(0, 7)) | st.integers(0, 10).map(lambda rank: Span(rank, rank)),
    "added": _spans(_DAYS) | _AGES.map(lambda age: Span(age, None)) | _AGES.map(lambda age: Span(None, age)),
}


def _field_in(name: str) -> st.SearchStrategy[FieldIn]:
    spans = st.lists(_ORDERED_SPANS[name], min_size=1, max_size=3).map(tuple)
    return st.builds(FieldIn, st.just(name), spans, st.booleans()) | st.just(FieldIn(name, (), unknown=True))


_VALUES: Final = st.lists(st.builds(Text, _SAID, st.booleans()), min_size=1, max_size=3).map(tuple)
_TERM_TREES: Final = (
    st.builds(Words, _SAID)
    | st.builds(FieldHas, st.sampled_from(TEXT_FIELDS), _VALUES)
    | st.sampled_from(list(_ORDERED_SPANS)).flatmap(_field_in)
)
_PARTS: Final = _TERM_TREES | st.builds(Not, _TERM_TREES)
TREES: Final[st.SearchStrategy[Filter]] = _PARTS | st.lists(_PARTS, min_size=2, max_size=4).map(
    lambda parts: AllOf(tuple(parts))
)
"""Trees that a query can say, among them those that a facet makes of a name as Discogs has it."""
