from __future__ import annotations

from core.domain.collection import Collection, Field, Folder
from core.domain.filters import Everything
from core.domain.ids import FieldId, FolderId, InstanceId
from core.domain.query import parse
from core.domain.view import View, ordered, view_of
from core.errors import QuerySyntaxError
from tests.factories import make_copy, make_release

import pytest

FOLDERS = (Folder(FolderId(1), "Uncategorized"), Folder(FolderId(2), "Dub"))
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
    assert (view.text, view.filter, view.order) == ("", Everything(), "artist")


@pytest.mark.parametrize(("order", "expected"), [("year", [4, 3, 1, 2]), ("-year", [2, 1, 3, 4])])
def test_filtering_keeps_the_order(order: str, expected: list[int]) -> None:
    view = view_of(SHELF, order)
    assert shown(view) == expected
    narrowed = view.filtered("-year:1985")
    assert shown(narrowed) == [instance for instance in expected if instance != 1]
    assert narrowed.order == order


def test_a_filter_looks_at_the_whole_collection_again() -> None:
    narrowed = view_of(SHELF).filtered("year:1985")
    assert shown(narrowed) == [1]
    assert shown(narrowed.filtered("year:1971")) == [4]
    assert shown(narrowed.filtered("")) == [1, 2, 3, 4]


def test_a_view_says_what_it_was_made_with() -> None:
    view = view_of(SHELF).filtered(" year:<1980 ")
    assert view.text == " year:<1980 "
    assert view.filter == parse("year:<1980")


def test_a_query_that_is_not_understood_leaves_the_view_as_it_is() -> None:
    view = view_of(SHELF).filtered("year:1985")
    with pytest.raises(QuerySyntaxError):
        view.filtered("year:late")
    assert (shown(view), view.text) == ([1], "year:1985")


def test_a_refreshed_view_keeps_query_and_order() -> None:
    view = view_of(SHELF, "-year").filtered("year:>1975")
    assert shown(view) == [1, 3]
    more = Collection((*SHELF.copies, *record(9, 1980).copies, *record(8, 1960).copies), FOLDERS[:1], FIELDS)
    after = view.refreshed(ordered(more, view.order))
    assert shown(after) == [1, 9, 3]
    assert (after.text, after.order) == (view.text, view.order)
    assert shown(after.filtered("")) == [2, 1, 9, 3, 4, 8]
    assert (after.collection.folders, after.collection.fields) == (FOLDERS[:1], FIELDS)


def test_a_refreshed_view_reads_folders_by_their_new_names() -> None:
    view = view_of(SHELF).filtered("folder:dub")
    assert shown(view) == []
    assert shown(view.refreshed(ordered(Collection(SHELF.copies, (Folder(FolderId(1), "Dub"),), FIELDS)))) == [
        1,
        2,
        3,
        4,
    ]


def test_a_view_of_nothing_is_empty() -> None:
    view = view_of(Collection())
    assert shown(view) == []
    assert view.position_of(InstanceId(1)) is None


def test_a_copy_stands_where_the_view_has_it() -> None:
    view = view_of(SHELF, "year").filtered("-year:1979")
    assert [view.position_of(InstanceId(instance)) for instance in (4, 1, 2)] == [0, 1, 2]
    assert view.position_of(InstanceId(3)) is None
    assert view.position_of(None) is None
