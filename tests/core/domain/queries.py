"""Queries, trees of queries, and collections in which they find something."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final

from core.domain.collection import Collection, Copy, Field, Folder, Owned
from core.domain.conditions import RANKS
from core.domain.details import InShort
from core.domain.fields import FIELDS, NAMES, STATES, Kind
from core.domain.filters import Ago, AllOf, FieldHas, FieldIn, Filter, Holds, Not, Says, Span, Text, Words
from core.domain.ids import FieldId, FolderId, InstanceId, MasterId, ReleaseId
from core.domain.master import Master
from core.domain.plays import Played
from core.domain.query import Query
from core.domain.release import Artist, Format, LabelNumber
from core.domain.sorting import COLUMNS, SortKey
from core.text import fold
from tests.factories import make_copy, make_release

from hypothesis import strategies as st

TODAY: Final = date(2024, 3, 31)
"""A month later there is no such day, and the day a year and a month before it is not there either."""

FOLDERS: Final = (Folder(FolderId(1), "Uncategorized"), Folder(FolderId(7), 'Jamaica 7"s'), Folder(FolderId(8), "Été"))
UNKNOWN_FOLDER: Final = 99
OWN_FIELDS: Final = tuple(
    Field(FieldId(number), name) for number, name in enumerate(("Notes", "Shelf", "My box", "SHELF."), 3)
)

TEXT_FIELDS: Final = tuple(field.name for field in FIELDS if field.kind is Kind.TEXT and field.cleaned is None)
SIZES: Final = ("7", "10", "12", "6.5", "25cm", "x")
SPEEDS: Final = ("33", "45", "78")
CODES: Final = ("50", "5012", "5012394144777", "a1", "9")
"""As they are written at their shortest."""

PIECES: Final = (
    *("dub", "!!!", "Été", "東京", "a'b", "[b]", '12"', "x", "1", "", "(2)", "\ud800", "\u200b", "K﷽", "ß"),
    *("Kitchen / Sink", "none", "=x", "a,b", "dubstep", "78", "ete", '"'),
)
DESCRIPTIONS: Final = st.sampled_from(
    ["LP", '7"', '10"', '12"', '6½"', "25 cm", "33 ⅓ RPM", "45 RPM", "Shape", "Picture Disc", "x", ""]
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
        draw(st.integers(1, 3)),
        draw(name),
        artists=[Artist(draw(name), draw(name), draw(name)) for _ in range(draw(st.integers(0, 2)))],
        labels=[LabelNumber(draw(name), draw(name)) for _ in range(draw(st.integers(0, 2)))],
        formats=[
            Format(draw(name | st.just("Box Set")), "1", draw(name), (draw(DESCRIPTIONS), draw(name)))
            for _ in range(draw(st.integers(0, 2)))
        ],
        genres=draw(st.lists(name, max_size=2)),
        styles=draw(st.lists(name, max_size=2)),
        year=draw(st.none() | st.integers(1968, 1972)),
        master_id=draw(st.none() | st.integers(1, 3)),
    )
    grades = st.sampled_from(["", "Played to bits", *RANKS])
    return make_copy(
        draw(st.integers(1, 9)),
        release,
        folder_id=draw(st.sampled_from([None, 1, 7, 8, UNKNOWN_FOLDER])),
        rating=draw(st.none() | st.integers(1, 5)),
        added=draw(st.none() | MOMENTS),
        fields={1: draw(grades), 2: draw(grades), **{field.id: draw(name) for field in OWN_FIELDS}},
    )


_TRACKS: Final = st.lists(NAMES_OF_THINGS, max_size=3).map(
    lambda lines: "\n".join(dict.fromkeys(filter(None, map(fold, lines))))
)
_FACTS: Final = st.builds(
    InShort,
    country=st.none() | st.sampled_from(["Jamaica", "UK", "Été"]),
    barcodes=st.lists(st.sampled_from(CODES), max_size=2, unique=True).map(tuple),
    tracks=_TRACKS,
)
_YEARS_OF_MASTERS: Final = st.none() | st.integers(1966, 1970)


@st.composite
def collections(draw: st.DrawFn) -> Collection:
    """A collection of which anything may be known: of masters, releases, wants and plays."""
    some = draw(st.lists(copies(), max_size=6))
    numbers = st.integers(1, 3)
    years = draw(st.dictionaries(numbers.map(MasterId), _YEARS_OF_MASTERS, max_size=3))
    plays = st.builds(Played, st.integers(1, 9), MOMENTS)
    return Collection(
        tuple(some),
        FOLDERS,
        OWN_FIELDS,
        owned=draw(st.dictionaries(st.integers(1, 9).map(InstanceId), st.sampled_from(Owned), max_size=3)),
        masters={number: Master(number, year=year) for number, year in years.items()},
        facts=draw(st.dictionaries(numbers.map(ReleaseId), _FACTS, max_size=3)),
        wanted=draw(st.frozensets(numbers.map(ReleaseId))),
        plays=draw(st.dictionaries(numbers.map(ReleaseId), plays, max_size=3)),
    )


COLLECTIONS: Final = collections()


def _phrase(text: str) -> str:
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


PHRASES: Final = NAMES_OF_THINGS.map(_phrase)
VALUES: Final = NAMES_OF_THINGS.filter(lambda text: bool(text.strip())).map(_phrase)
ORDERED: Final = {
    "original": ("1968", "1966..1968", "<1968", "none", "<=1969,none"),
    "decade": ("1970s", "70s", "1960", "60s..1970s", "<1970", ">=70s", ">1960s", "<=60S", "<0000", ">9990s", "none"),
    "release": ("1", "02", "1..2", "<3", ">=2", ">9999999999", "<1"),
    "master": ("1", "2..3", ">1", "none"),
    "year": ("1970", "1969..1971", "1970..", "..1970", "<1970", "<=1970", ">1970", ">=1970", "<0000", ">9999", "none"),
    "rating": ("4", "2..4", "3..", "..2", "<2", "<=4", ">3", ">=4", ">5", "<1", "none"),
    "media": ("vg+", "M-", '"near mint"', "g..vg", "VG..", "..g+", "<vg", "<=vg", ">vg", ">=vg+", ">m", "<p", "none"),
    "sleeve": ("nm", "generic", '"no cover"', '"Not Graded"', "f..m", "<vg", ">=p", "<=m", "none"),
    "added": (
        *("30d", "0d", "2w", "6m", "1M", "1y", "<30d", "<=1m", ">30d", ">=1y", "1y..30d", "1y..", "..2m", "9999y"),
        *("2024", "2023-12", "2024-03-31", "2022..2023", "2023-05..2024", "<2024", "<=2023-11", ">2023-06-30"),
        *(">=2024-02", "2023..30d", "none"),
    ),
    "played": ("30d", "<1y", ">6m", "2023", "2024-03-31", "2023..30d", "never", "none", "<2024,NEVER"),
}
"""Ways to write the values that have an order."""

ORDERED_TERMS: Final = st.sampled_from([f"{name}:{value}" for name, values in ORDERED.items() for value in values])
_SIGNS: Final = st.sampled_from(["", "="])
_NAMED: Final = st.sampled_from(["Shelf", "shelf", '"my BOX"', "Notes", "nowhere", '"!"'])
CODED_TERMS: Final = (
    st.builds("size:{}{}".format, _SIGNS, st.sampled_from(['7"', "10 in,7", "12", "6½", '"6.5 inch"', "25CM", "x"]))
    | st.builds("speed:{}{}".format, _SIGNS, st.sampled_from(["33", "33⅓", '"33 1/3",78', "45rpm"]))
    | st.builds("barcode:{}{}".format, _SIGNS, st.sampled_from(["0050", "5-012", "5012394144777", "A1,9", "9999"]))
    | st.builds("track:{}{}".format, _SIGNS, VALUES)
)
OWN_TERMS: Final = st.builds("field:{}".format, _NAMED) | st.builds("field:{}={}{}".format, _NAMED, _SIGNS, VALUES)
STATE_TERMS: Final = st.sampled_from(
    [f"{field}:{state}" for state, field in STATES.items()]
    + [f"not:{state}" for state in STATES]
    + ["is:wanted,Played", "has:notes,country,TRACKS", "not:duplicate,box"]
)
TERMS: Final = (
    PHRASES
    | st.builds("{}:{}{}".format, st.sampled_from(TEXT_FIELDS), _SIGNS, VALUES)
    | ORDERED_TERMS
    | CODED_TERMS
    | OWN_TERMS
    | STATE_TERMS
)
QUERIES: Final = st.lists(st.builds(str.__add__, st.sampled_from(["", "-"]), TERMS), max_size=3).map(" ".join)
"""Conditions that are understood."""

ASKED: Final = st.builds(
    lambda terms, order, limit, place: " ".join([*terms[:place], *order, *terms[place:], *limit]),
    QUERIES.map(lambda text: [text]),
    st.sampled_from([[], ["sort:-added"], ["SORT:catno,-year,number"], ["sort:original"]]),
    st.sampled_from([[], ["limit:1"], ["limit:02"], ["limit:999"]]),
    st.integers(0, 1),
)
"""Queries that are understood, with an order and a limit."""

QUERYISH: Final = st.lists(
    st.sampled_from([f"{name}:" for name in NAMES])
    | st.sampled_from(
        [
            "year:1970..",
            "foo:",
            "field:Shelf=",
            "sort:-added",
            "limit:5",
            "is:wanted",
            "not:notes",
            "decade:70s",
            "-",
            "–",
            ",",
            '"',
            '""',
            "=",
            "..",
            "<=",
            ">",
            "<",
            " ",
            "\t",
            "　",
            "none",
        ]
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


_DAY_SPANS: Final = _spans(_DAYS) | _AGES.map(lambda age: Span(age, None)) | _AGES.map(lambda age: Span(None, age))
_ORDERED_SPANS: Final = {
    "year": _spans(st.integers(0, 9999)),
    "rating": _spans(st.integers(1, 5)),
    "media": _closed(st.integers(0, 7)),
    "original": _spans(st.integers(0, 9999)),
    "decade": _spans(st.integers(0, 999).map(lambda number: number * 10)),
    "release": _spans(st.integers(1, 9_999_999_999)),
    "master": _spans(st.integers(1, 9_999_999_999)),
    "sleeve": _closed(st.integers(0, 7)) | st.integers(0, 10).map(lambda rank: Span(rank, rank)),
    "added": _DAY_SPANS,
    "played": _DAY_SPANS,
}


def _field_in(name: str) -> st.SearchStrategy[FieldIn]:
    spans = st.lists(_ORDERED_SPANS[name], min_size=1, max_size=3).map(tuple)
    return st.builds(FieldIn, st.just(name), spans, st.booleans()) | st.just(FieldIn(name, (), unknown=True))


def _values(texts: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[Text, ...]]:
    return st.lists(st.builds(Text, texts, st.booleans()), min_size=1, max_size=3).map(tuple)


def _holds(field: str) -> st.SearchStrategy[Holds]:
    known = [state for state, home in STATES.items() if home == field]
    return st.builds(Holds, st.just(field), st.lists(st.sampled_from(known), min_size=1, max_size=3).map(tuple))


_TERM_TREES: Final = (
    st.builds(Words, _SAID)
    | st.builds(FieldHas, st.sampled_from((*TEXT_FIELDS, "track")), _values(_SAID))
    | st.builds(FieldHas, st.just("size"), _values(st.sampled_from(SIZES)))
    | st.builds(FieldHas, st.just("speed"), _values(st.sampled_from(SPEEDS)))
    | st.builds(FieldHas, st.just("barcode"), _values(st.sampled_from(CODES)))
    | st.builds(Says, _SAID.map(str.strip), st.just(()) | _values(_SAID))
    | st.sampled_from(["is", "has"]).flatmap(_holds)
    | st.sampled_from(list(_ORDERED_SPANS)).flatmap(_field_in)
)
_PARTS: Final = _TERM_TREES | st.builds(Not, _TERM_TREES)
TREES: Final[st.SearchStrategy[Filter]] = _PARTS | st.lists(_PARTS, min_size=2, max_size=4).map(
    lambda parts: AllOf(tuple(parts))
)
"""Trees that a query can say, among them those that a facet makes of a name as Discogs has it."""

TREES_OF_QUERIES: Final = st.builds(
    Query,
    TREES,
    st.none()
    | st.lists(
        st.builds(SortKey, st.sampled_from(COLUMNS), st.booleans()), min_size=1, unique_by=lambda key: key.column
    ).map(tuple),
    st.none() | st.integers(1, 999_999_999),
)
"""What a query can say as a whole."""
