from __future__ import annotations

from datetime import UTC, date, datetime

from core.domain.collection import Collection, Field, Folder
from core.domain.filters import Everything
from core.domain.ids import FieldId, FolderId, InstanceId
from core.domain.index import Index, positions_of
from core.domain.matching import select
from core.domain.query import canonical, parse
from core.domain.sorting import COLUMNS, DEFAULT, Order, SortKey, in_order, parse_order
from core.domain.view import View, view_of
from core.errors import QuerySyntaxError
from tests.core.domain.queries import ASKED, COLLECTIONS, FOLDERS, QUERIES
from tests.factories import make_copy, make_release

import pytest
from hypothesis import given
from hypothesis import strategies as st

TODAY = date(2024, 3, 31)
FIELDS = (Field(FieldId(1), "Media Condition"),)
YEARS = {4: 1971, 1: 1985, 3: 1979, 2: None}


def record(instance: int, year: int | None) -> Collection:
    return Collection((make_copy(instance, make_release(instance, f"Version {instance}", year=year)),))


SHELF = Collection(
    tuple(copy for instance, year in YEARS.items() for copy in record(instance, year).copies), FOLDERS, FIELDS
)


def shown(view: View) -> list[int]:
    return [int(copy.instance_id) for copy in view.copies]


def test_a_new_view_shows_everything_in_order() -> None:
    view = view_of(SHELF)
    assert shown(view) == [1, 2, 3, 4]
    assert (view.text, view.filter, view.order) == ("", Everything(), DEFAULT)
    assert view.collection is SHELF
    assert view.bits == view.index.everything


def test_a_view_is_of_a_collection_or_of_its_index() -> None:
    index = Index(SHELF)
    assert View.of(index).index is index
    assert shown(View.of(index)) == shown(View.of(SHELF)) == shown(view_of(SHELF))


def test_a_view_opens_as_it_was_left() -> None:
    view = View.of(SHELF, parse_order("-year"), "year:>1975", TODAY)
    assert (shown(view), view.text, view.order) == ([1, 3], "year:>1975", (SortKey("year", descending=True),))
    with pytest.raises(QuerySyntaxError):
        View.of(SHELF, text="year:late")


@pytest.mark.parametrize(("order", "expected"), [("year", [4, 3, 1, 2]), ("-year", [1, 3, 4, 2])])
def test_filtering_keeps_the_order(order: str, expected: list[int]) -> None:
    view = view_of(SHELF, parse_order(order))
    assert shown(view) == expected
    narrowed = view.filtered("-year:1985", TODAY)
    assert shown(narrowed) == [instance for instance in expected if instance != 1]
    assert narrowed.order == parse_order(order)


def test_sorting_keeps_the_filter() -> None:
    view = view_of(SHELF).filtered("year:>1975", TODAY)
    turned = view.sorted(parse_order("-year"))
    assert (shown(view), shown(turned)) == ([1, 3], [1, 3])
    assert shown(view.sorted(parse_order("year"))) == [3, 1]
    assert (turned.text, turned.filter, turned.bits) == (view.text, view.filter, view.bits)


def test_a_filter_looks_at_the_whole_collection_again() -> None:
    narrowed = view_of(SHELF).filtered("year:1985", TODAY)
    assert shown(narrowed) == [1]
    assert shown(narrowed.filtered("year:1971", TODAY)) == [4]
    assert shown(narrowed.filtered("", TODAY)) == [1, 2, 3, 4]


def test_a_view_says_what_it_was_made_with() -> None:
    view = view_of(SHELF).filtered(" year:<1980 ", TODAY)
    assert view.text == " year:<1980 "
    assert view.query == parse("year:<1980")
    assert view.today == TODAY


def test_a_query_that_is_not_understood_leaves_the_view_as_it_is() -> None:
    view = view_of(SHELF).filtered("year:1985", TODAY)
    with pytest.raises(QuerySyntaxError):
        view.filtered("year:late", TODAY)
    assert (shown(view), view.text) == ([1], "year:1985")


def test_a_refreshed_view_keeps_query_and_order() -> None:
    view = view_of(SHELF, parse_order("-year")).filtered("year:>1975", TODAY)
    assert shown(view) == [1, 3]
    more = Collection((*SHELF.copies, *record(9, 1980).copies, *record(8, 1960).copies), FOLDERS[:1], FIELDS)
    after = view.refreshed(Index(more))
    assert shown(after) == [1, 9, 3]
    assert (after.text, after.order, after.today) == (view.text, view.order, TODAY)
    assert shown(after.filtered("", TODAY)) == [1, 9, 3, 4, 8, 2]
    assert (after.collection.folders, after.collection.fields) == (FOLDERS[:1], FIELDS)


def test_a_refreshed_view_reads_folders_by_their_new_names() -> None:
    view = view_of(SHELF).filtered("folder:dub", TODAY)
    assert shown(view) == []
    renamed = Collection(SHELF.copies, (Folder(FolderId(1), "Dub"),), FIELDS)
    assert shown(view.refreshed(renamed)) == [1, 2, 3, 4]


def test_ages_count_from_the_day_of_the_view() -> None:
    copy = make_copy(1, added=datetime(2024, 3, 1, tzinfo=UTC))
    view = View.of(Collection((copy,)), text="added:30d", today=TODAY)
    assert shown(view) == shown(view.refreshed(view.index)) == shown(view.sorted(parse_order("year"))) == [1]
    assert shown(view.filtered(view.text, date(2024, 6, 1))) == []


ORDERS = st.lists(st.builds(SortKey, st.sampled_from(COLUMNS), st.booleans()), max_size=3).map(tuple)


def test_the_order_of_the_query_wins_over_the_one_that_was_chosen() -> None:
    view = view_of(SHELF, parse_order("-year"))
    asked = view.filtered("sort:year", TODAY)
    assert shown(asked) == [4, 3, 1, 2]
    assert (asked.order, asked.chosen) == (parse_order("year"), parse_order("-year"))
    turned = asked.sorted(parse_order("-added"))
    assert (shown(turned), turned.order, turned.chosen) == ([4, 3, 1, 2], parse_order("year"), parse_order("-added"))
    assert shown(turned.filtered("", TODAY)) == shown(view.sorted(parse_order("-added")))
    assert shown(asked.refreshed(SHELF)) == [4, 3, 1, 2]
    assert asked.refreshed(SHELF).chosen == parse_order("-year")


def test_it_is_known_whether_a_query_sorts_anew() -> None:
    view = view_of(SHELF, parse_order("-year"))
    assert view.is_arranged_for(parse("dub"))
    assert view.filtered("dub", TODAY).is_arranged_for(parse("limit:1"))
    assert not view.is_arranged_for(parse("sort:year"))
    asked = view.filtered("sort:year", TODAY)
    assert not asked.is_arranged_for(parse("sort:year dub"))
    assert not asked.is_arranged_for(parse("dub"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("limit:2", [1, 3]),
        ("limit:9", [1, 3, 4, 2]),
        ("limit:4", [1, 3, 4, 2]),
        ("sort:year limit:3", [4, 3, 1]),
        ("-year:1985 limit:1", [3]),
        ("year:none limit:1", [2]),
        ("year:1901 limit:1", []),
    ],
)
def test_a_limit_leaves_the_first_of_the_order(text: str, expected: list[int]) -> None:
    view = View.of(SHELF, parse_order("-year"), text, TODAY)
    assert shown(view) == expected
    places = {number for number, copy in enumerate(SHELF.copies) if copy.instance_id in expected}
    assert set(positions_of(view.bits, view.index.size)) == places
    assert [view.position_of(InstanceId(number)) for number in expected] == list(range(len(expected)))
    assert all(view.position_of(InstanceId(number)) is None for number in {1, 2, 3, 4} - set(expected))


def test_a_limit_leaves_others_when_the_order_is_another() -> None:
    view = view_of(SHELF, parse_order("year")).filtered("limit:1", TODAY)
    assert shown(view) == [4]
    assert shown(view.sorted(parse_order("-year"))) == [1]
    assert shown(view.sorted(parse_order("-year")).filtered("", TODAY)) == [1, 3, 4, 2]


@given(COLLECTIONS, ASKED, ORDERS)
def test_order_and_limit_do_what_they_say(collection: Collection, text: str, order: Order) -> None:
    query = parse(text)
    view = View.of(collection, order, text, TODAY)
    whole = View.of(collection, query.order or order, canonical(query.filter), TODAY)
    assert view.copies == whole.copies[: query.limit]
    assert view.bits.bit_count() == len(view.copies)
    assert view.copies == view_of(collection).filtered(text, TODAY).sorted(order).copies


def test_rows_that_are_in_order_already_are_taken_as_they_are() -> None:
    view = View.in_this_order(SHELF, parse_order("-added"))
    assert shown(view) == [4, 1, 3, 2]
    assert view.order == parse_order("-added")
    assert shown(view.filtered("-year:1985", TODAY)) == [4, 3, 2]
    assert view.position_of(InstanceId(3)) == 2


def test_a_view_of_nothing_is_empty() -> None:
    view = view_of(Collection())
    assert shown(view) == shown(view.filtered("dub", TODAY)) == shown(view.sorted(parse_order("-year"))) == []
    assert view.position_of(InstanceId(1)) is None


def test_a_copy_stands_where_the_view_has_it() -> None:
    view = view_of(SHELF, parse_order("year")).filtered("-year:1979", TODAY)
    assert [view.position_of(InstanceId(instance)) for instance in (4, 1, 2)] == [0, 1, 2]
    assert view.position_of(InstanceId(3)) is None
    assert view.position_of(InstanceId(99)) is None
    assert view.position_of(None) is None


NUMBERED = COLLECTIONS.map(
    lambda one: Collection(
        tuple(make_copy(number, copy.release, rating=copy.rating) for number, copy in enumerate(one.copies)),
        one.folders,
    )
)


@given(COLLECTIONS, QUERIES, ORDERS)
def test_it_is_the_same_to_filter_first_or_to_sort_first(collection: Collection, text: str, order: Order) -> None:
    view = view_of(collection)
    one = view.filtered(text, TODAY).sorted(order)
    other = view.sorted(order).filtered(text, TODAY)
    whole = View.of(collection, order, text, TODAY)
    again = view_of(Collection(), order).filtered(text, TODAY).refreshed(collection)
    assert one.copies == other.copies == whole.copies == again.copies
    assert one.bits == other.bits == whole.bits == again.bits
    assert one.order == other.order == whole.order == again.order


@given(COLLECTIONS, QUERIES, ORDERS)
def test_a_view_shows_what_the_filter_selects_in_order(collection: Collection, text: str, order: Order) -> None:
    view = View.of(collection, order, text, TODAY)
    index = Index(collection)
    left = set(positions_of(select(parse(text).filter, index, TODAY), index.size))
    assert view.copies == tuple(collection.copies[place] for place in in_order(index, order) if place in left)


@given(NUMBERED, QUERIES, ORDERS)
def test_every_copy_is_found_where_it_stands(collection: Collection, text: str, order: Order) -> None:
    view = View.of(collection, order, text, TODAY)
    for place, copy in enumerate(view.copies):
        assert view.position_of(copy.instance_id) == place
    for instance in {copy.instance_id for copy in collection.copies} - {copy.instance_id for copy in view.copies}:
        assert view.position_of(instance) is None
