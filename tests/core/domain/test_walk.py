"""What a walk saw, and when it must not be published."""

from __future__ import annotations

from collections.abc import Sequence

from core.domain.collection import Copy
from core.domain.ids import InstanceId
from core.domain.walk import CollectionPage, UnreadableRow, gather, objection
from core.errors import EmptyAnswer, ReadAsStranger, RowsUnreadable, RunoutError, TotalMoved, WalkIncomplete
from tests.factories import make_copy

import pytest

ONE, TWO, THREE = make_copy(1), make_copy(2), make_copy(3)
FOLDERLESS = [make_copy(number, folder_id=None) for number in (1, 2)]
NAMELESS = UnreadableRow("no number")


def unreadable(number: int) -> UnreadableRow:
    return UnreadableRow("year as text", InstanceId(number))


def page(
    *rows: Copy, told: int, bad: Sequence[UnreadableRow] = (), number: int = 1, anonymous: bool = False
) -> CollectionPage:
    return CollectionPage(number, 2, told, rows, tuple(bad), anonymous)


def by_number(*copies: Copy) -> dict[InstanceId, Copy]:
    return {copy.instance_id: copy for copy in copies}


def test_a_copy_that_is_seen_twice_counts_once_and_as_it_was_seen_last() -> None:
    moved = make_copy(2, rating=5)

    walk = gather([page(ONE, TWO, told=3), page(moved, THREE, told=3, number=2)])

    assert walk.copies == by_number(ONE, moved, THREE)
    assert walk.seen == 3


def test_copies_stay_in_the_order_in_which_they_came() -> None:
    assert list(gather([page(THREE, ONE, told=3), page(TWO, told=3)]).copies) == [3, 1, 2]


def test_a_row_that_could_be_read_elsewhere_is_read() -> None:
    walk = gather([page(ONE, told=2, bad=[unreadable(1), unreadable(2)])])

    assert walk.unreadable == {2}
    assert walk.seen == 2


def test_rows_without_a_number_are_counted_one_by_one() -> None:
    assert gather([page(told=2, bad=[NAMELESS]), page(told=2, bad=[NAMELESS])]).nameless == 2


def test_each_total_is_kept_in_its_order() -> None:
    assert gather([page(told=3), page(told=2), page(told=3), page(told=4)]).totals == (3, 2, 4)


@pytest.mark.parametrize(
    ("pages", "published", "why"),
    [
        pytest.param([page(ONE, TWO, told=3), page(THREE, told=3)], [], None, id="complete"),
        pytest.param([page(ONE, told=1)], [ONE, TWO, THREE], None, id="complete with fewer than before"),
        pytest.param([page(told=0)], [], None, id="empty and always was"),
        pytest.param([], [], None, id="no page at all"),
        pytest.param([page(ONE, TWO, told=3)], [], WalkIncomplete(3, 2), id="short"),
        pytest.param(
            [page(ONE, told=3), page(ONE, TWO, told=3)], [], WalkIncomplete(3, 2), id="short by a repeated row"
        ),
        pytest.param([page(told=3)], [ONE, TWO, THREE], WalkIncomplete(3, 0), id="an empty page of three"),
        pytest.param([page(ONE, TWO, told=1)], [], WalkIncomplete(1, 2), id="more than told of"),
        pytest.param([page(ONE, told=2), page(TWO, told=3)], [], TotalMoved(2, 3), id="the total moved"),
        pytest.param(
            [page(ONE, told=2), page(told=3), page(TWO, told=2)],
            [],
            TotalMoved(2, 3),
            id="the total moved and came back",
        ),
        pytest.param([page(ONE, told=2, bad=[NAMELESS])], [], RowsUnreadable(1), id="a row without a number"),
        pytest.param(
            [page(ONE, TWO, told=2, bad=[NAMELESS])], [], RowsUnreadable(1), id="one without a number too many"
        ),
        pytest.param([page(ONE, told=2, bad=[unreadable(2)])], [ONE, TWO], None, id="an unreadable row is a seen one"),
        pytest.param([page(told=1, bad=[unreadable(1)])], [ONE], RowsUnreadable(1), id="only unreadable rows"),
        pytest.param([page(told=0)], [ONE, TWO], EmptyAnswer(2), id="empty over a copy that is not"),
        pytest.param([page(*FOLDERLESS, told=2)], [ONE, TWO], ReadAsStranger(), id="no folders where there were some"),
        pytest.param([page(*FOLDERLESS, told=2, anonymous=True)], [], ReadAsStranger(), id="a stranger's first walk"),
        pytest.param([page(*FOLDERLESS, told=2)], [], None, id="no folders and never any"),
        pytest.param([page(*FOLDERLESS, told=2)], FOLDERLESS, None, id="no folders, as before"),
        pytest.param([page(ONE, TWO, told=2, anonymous=True)], [], None, id="a stranger's limit with an owner's rows"),
        pytest.param(
            [page(FOLDERLESS[0], TWO, told=2)], [ONE, TWO], None, id="one row without a folder is no stranger's walk"
        ),
        pytest.param(
            [page(*FOLDERLESS, told=7)], [ONE, TWO], ReadAsStranger(), id="a stranger's walk that is short as well"
        ),
    ],
)
def test_objections(pages: list[CollectionPage], published: list[Copy], why: RunoutError | None) -> None:
    assert objection(gather(pages), by_number(*published)) == why
