"""Original years: what is asked of them, and what becomes known of them while somebody looks."""

from __future__ import annotations

from datetime import date

from core.domain.collection import Collection
from core.domain.describing import sentence
from core.domain.filters import speaks_of
from core.domain.ids import MasterId
from core.domain.index import OF_MASTERS, Index
from core.domain.master import Master
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
NO_MASTER, UNREAD, OF_1968, OF_1976, WITHOUT_YEAR = range(1, 6)
SHELF = Collection(
    tuple(make_copy(at, make_release(at, year=2001, master_id=None if at == NO_MASTER else at)) for at in range(1, 6)),
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
        ("-original:<1970", {NO_MASTER, UNREAD, OF_1976, WITHOUT_YEAR}),
        ("original:none", {NO_MASTER, UNREAD, WITHOUT_YEAR}),
        ("original:1976 year:2001", {OF_1976}),
    ],
)
def test_copies_are_found_by_it(query: str, expected: set[int]) -> None:
    assert left(query) == expected


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("original:1970..1979", "first out in the 1970s"),
        ("original:<=1980", "first out in 1980 or earlier"),
        ("-original:none", "of a known original year"),
    ],
)
def test_it_is_said_in_words(query: str, said: str) -> None:
    assert sentence(parse(query)) == said


@pytest.mark.parametrize(
    ("query", "speaks"),
    [("original:1976", True), ("dub -original:none", True), ("year:1976", False), ("original", False), ("", False)],
)
def test_it_is_known_whether_a_query_goes_by_it(query: str, speaks: bool) -> None:
    assert speaks_of(parse(query), OF_MASTERS) is speaks


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
