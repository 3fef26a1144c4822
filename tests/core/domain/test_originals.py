"""Original years: what is asked of them, and what becomes known of them while somebody looks."""

from __future__ import annotations

from datetime import UTC, date, datetime

from core.domain.cells import OF_THE_MASTER
from core.domain.collection import Collection
from core.domain.describing import sentence
from core.domain.details import InShort
from core.domain.filters import speaks_of
from core.domain.ids import MasterId, ReleaseId
from core.domain.index import OF_MASTERS, Index, positions_of
from core.domain.master import Master
from core.domain.plays import Played
from core.domain.query import parse
from core.domain.sorting import COLUMNS, SortKey
from core.domain.view import View
from tests.core.domain.queries import COLLECTIONS, QUERIES
from tests.factories import make_copy, make_release

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

TODAY = date(2024, 3, 31)
NO_MASTER, UNREAD, OF_1968, OF_1976, WITHOUT_YEAR, WITHOUT_ANY = range(1, 7)
SHELF = Collection(
    tuple(
        make_copy(
            at,
            make_release(at, year=None if at == WITHOUT_ANY else 2000 + at, master_id=None if at == NO_MASTER else at),
        )
        for at in range(1, 7)
    ),
    masters={
        MasterId(OF_1968): Master(MasterId(OF_1968), year=1968),
        MasterId(OF_1976): Master(MasterId(OF_1976), year=1976),
        MasterId(WITHOUT_YEAR): Master(MasterId(WITHOUT_YEAR)),
    },
)


def left(text: str, collection: Collection = SHELF) -> set[int]:
    """The copies that a query leaves."""
    return {copy.instance_id for copy in View.of(collection, text=text, today=TODAY).copies}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("original:<1970", {OF_1968}),
        ("original:1968..1976", {OF_1968, OF_1976}),
        ("-original:<1970", {NO_MASTER, UNREAD, OF_1976, WITHOUT_YEAR, WITHOUT_ANY}),
        ("original:2000..2002", {NO_MASTER, UNREAD}),
        ("original:none", {WITHOUT_ANY}),
        ("original:1976 year:2004", {OF_1976}),
        ("original:2004", set()),
        ("has:original", {OF_1968, OF_1976}),
        ("-has:original original:>1980", {NO_MASTER, UNREAD, WITHOUT_YEAR}),
        ("is:enriched", {OF_1968, OF_1976, WITHOUT_YEAR}),
    ],
)
def test_copies_are_found_by_it(query: str, expected: set[int]) -> None:
    assert left(query) == expected


def test_it_is_told_where_the_year_of_the_pressing_stands_in_for_it() -> None:
    index = Index(SHELF)
    assert index.numbers("original") == [2001, 2002, 1968, 1976, 2005, None]
    assert index.numbers(OF_THE_MASTER) == [None, None, 1968, 1976, None, None]
    assert positions_of(index.fallback, index.size) == [0, 1, 4]


INSTEAD = " (or pressed then, where the original year is not known)"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("original:1970..1979", f"first out in the 1970s{INSTEAD}"),
        ("original:<=1980", f"first out in 1980 or earlier{INSTEAD}"),
        ("-original:none", "of a known year, the original or the pressing's"),
        ("original:none", "of an unknown year, the original as the pressing's"),
    ],
)
def test_it_is_said_in_words(query: str, said: str) -> None:
    assert sentence(parse(query)) == said


@pytest.mark.parametrize(
    ("query", "speaks"),
    [
        ("original:1976", True),
        ("dub -original:none", True),
        ("-has:notes,original", True),
        ("is:played,enriched", True),
        ("year:1976", False),
        ("has:year", False),
        ("field:original=1976", False),
        ("original", False),
        ("", False),
    ],
)
def test_it_is_known_whether_a_query_goes_by_it(query: str, speaks: bool) -> None:
    assert speaks_of(parse(query).filter, OF_MASTERS) is speaks


def test_a_collection_learns_of_its_own_masters_only_and_stays_what_it_was() -> None:
    learned = {MasterId(UNREAD): Master(MasterId(UNREAD), year=1955), MasterId(99): Master(MasterId(99), year=1950)}
    _ = (SHELF.by_release, SHELF.folder_names, SHELF.release_count)
    knowing = SHELF.knowing(learned)
    assert set(knowing.masters) == {UNREAD, OF_1968, OF_1976, WITHOUT_YEAR}
    assert UNREAD not in SHELF.masters
    assert knowing.copies is SHELF.copies
    assert knowing.by_release is SHELF.by_release
    assert left("original:1955", knowing) == {UNREAD}


def test_what_was_known_of_a_master_before_gives_way_to_what_was_learned() -> None:
    corrected = SHELF.knowing({MasterId(OF_1976): Master(MasterId(OF_1976), year=1975)})
    assert left("original:1975", corrected) == {OF_1976}


def of_masters(collection: Collection) -> Collection:
    """The same, each copy's release of a master with the copy's own number; some have none."""
    copies = tuple(
        replace(copy, release=replace(copy.release, master_id=MasterId(at) if at % 3 else None))
        for at, copy in enumerate(collection.copies)
    )
    return replace(collection, copies=copies)


YEARS = st.dictionaries(st.integers(0, 8).map(MasterId), st.none() | st.integers(1960, 1990), max_size=6)


@given(COLLECTIONS.map(of_masters), QUERIES, st.sampled_from(COLUMNS), YEARS, YEARS)
def test_an_index_that_learned_says_the_same_as_one_that_is_made_anew(
    collection: Collection,
    query: str,
    column: str,
    before: dict[MasterId, int | None],
    after: dict[MasterId, int | None],
) -> None:
    """Of everything, in whichever order and under whichever query; the places stay where they go by no master."""
    told, later = ({n: Master(n, year=year) for n, year in years.items()} for years in (before, after))
    index = Index(replace(collection, masters=told))
    order = (SortKey(column),)
    view = View.of(index, order, query, TODAY)
    _ = View.of(index, (SortKey("original"),), "original:1976", TODAY)
    knowing = index.collection.knowing(later)
    anew, over = View.of(knowing, order, query, TODAY), index.over(knowing)
    assert [copy.instance_id for copy in View.of(over, order, query, TODAY).copies] == [
        copy.instance_id for copy in anew.copies
    ]
    assert over.numbers("original") == Index(knowing).numbers("original")
    if column not in OF_MASTERS and not speaks_of(view.filter, OF_MASTERS):
        assert view.over(over).copies == anew.copies
        assert view.over(over).collection is knowing


@given(COLLECTIONS, COLLECTIONS, QUERIES, st.sampled_from([(), ("facts",), ("plays",), ("facts", "plays", "masters")]))
def test_whatever_is_learned_an_index_says_the_same_as_one_that_is_made_anew(
    collection: Collection, other: Collection, query: str, news: tuple[str, ...]
) -> None:
    """And what the news do not speak of stands where it stood."""
    before = View.of(collection, text=query, today=TODAY)
    knowing = collection.knowing(**{name: getattr(other, name) for name in news})
    learned = before.index.learned(knowing)
    over = before.index.over(knowing)
    after = View.of(over, text=query, today=TODAY)
    assert after.bits == View.of(knowing, text=query, today=TODAY).bits
    if not speaks_of(before.filter, learned):
        assert after.bits == before.bits


def test_nothing_new_is_the_same_collection() -> None:
    known = replace(SHELF, plays={ReleaseId(1): Played(1, datetime(2024, 1, 1, tzinfo=UTC))})
    assert known.knowing() is known
    elsewhere = {MasterId(99): Master(MasterId(99))}
    assert known.knowing(elsewhere, {ReleaseId(99): InShort("UK")}, dict(known.plays)) is known
    assert known.knowing(plays={}).plays == {}
    assert known.knowing(facts={ReleaseId(1): InShort("UK"), ReleaseId(99): InShort()}).facts.keys() == {1}
