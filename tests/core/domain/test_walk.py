"""What a walk saw, and what may be said of the copies that it did not see."""

from __future__ import annotations

from collections.abc import Sequence

from core.domain.collection import Copy
from core.domain.ids import InstanceId
from core.domain.walk import (
    CollectionPage,
    Newest,
    UnreadableRow,
    for_a_stranger,
    gather,
    is_spoiled,
    joined,
    judge,
    must_ask,
    repeated,
    unchanged,
)
from core.errors import ReadAsStranger, RowsUnreadable, TotalMoved, WalkError, WalkIncomplete
from tests.factories import make_copy

import pytest

ONE, TWO, THREE = make_copy(1), make_copy(2), make_copy(3)
FOLDERLESS = [make_copy(number, folder_id=None) for number in (1, 2)]
NAMELESS = UnreadableRow("no number")


def unreadable(number: int) -> UnreadableRow:
    return UnreadableRow("year as text", InstanceId(number), b"{}")


def page(
    *rows: Copy,
    told: int,
    bad: Sequence[UnreadableRow] = (),
    number: int = 1,
    per_page: int = 100,
    anonymous: bool = False,
) -> CollectionPage:
    return CollectionPage(number, told, rows, tuple(bad), per_page, anonymous)


def by_number(*copies: Copy) -> dict[InstanceId, Copy]:
    return {copy.instance_id: copy for copy in copies}


def newest(told: int, *moments: str) -> Newest:
    return Newest(told, tuple((InstanceId(number), moment, 0) for number, moment in enumerate(moments)))


def test_a_copy_that_is_seen_twice_counts_once_and_as_it_was_seen_last() -> None:
    moved = make_copy(2, rating=5)

    walk = gather([page(ONE, TWO, told=3), page(moved, THREE, told=3, number=2)])

    assert walk.copies == by_number(ONE, moved, THREE)
    assert walk.seen == 3


def test_copies_stay_in_the_order_in_which_they_came() -> None:
    assert list(gather([page(THREE, ONE, told=3), page(TWO, told=3)]).copies) == [3, 1, 2]


def test_a_row_that_could_be_read_elsewhere_is_read() -> None:
    walk = gather([page(ONE, told=2, bad=[unreadable(1), unreadable(2)])])

    assert walk.unreadable == {2: unreadable(2)}
    assert walk.instances == {1, 2}


def test_rows_without_a_number_are_counted_one_by_one() -> None:
    assert gather([page(told=2, bad=[NAMELESS]), page(told=2, bad=[NAMELESS])]).nameless == 2


def test_each_total_is_kept_once_and_the_first_is_what_was_told() -> None:
    walk = gather([page(told=3), page(told=2), page(told=3), page(told=4)])

    assert (walk.totals, walk.told) == ((3, 2, 4), 3)


def test_two_orders_together_saw_what_either_saw_and_the_newer_reading_counts() -> None:
    newer = make_copy(2, rating=5)

    both = joined(gather([page(ONE, TWO, told=3)]), gather([page(newer, THREE, told=3)]))

    assert both.copies == by_number(ONE, newer, THREE)
    assert not both.is_short


@pytest.mark.parametrize(
    ("arrived", "number", "spoiled"),
    [
        pytest.param(page(ONE, TWO, told=5, per_page=2), 1, False, id="full"),
        pytest.param(page(ONE, told=5, per_page=2), 3, False, id="the rest"),
        pytest.param(page(ONE, told=5, bad=[NAMELESS], per_page=2), 2, False, id="unreadable rows are rows"),
        pytest.param(page(told=0), 1, False, id="nothing of nothing"),
        pytest.param(page(told=5, per_page=2), 1, True, id="empty"),
        pytest.param(page(ONE, told=5, per_page=2), 2, True, id="short"),
        pytest.param(page(ONE, TWO, told=5, per_page=2), 3, True, id="longer than the rest"),
        pytest.param(page(ONE, TWO, told=6, per_page=2), 1, True, id="of another total"),
        pytest.param(page(ONE, told=5, per_page=2), 4, True, id="a row past the end"),
    ],
)
def test_a_page_is_spoiled_when_its_size_or_total_is_not_what_was_told(
    arrived: CollectionPage, number: int, spoiled: bool
) -> None:
    assert is_spoiled(arrived, number, arrived.told if arrived.told != 6 else 5) == spoiled


def test_pages_that_hold_the_same_copies_are_found_whatever_order_those_have() -> None:
    pages = {1: page(ONE, TWO, told=6), 2: page(THREE, told=6), 3: page(TWO, ONE, told=6), 4: page(told=6)}

    assert repeated(pages) == (1, 3)
    assert repeated({1: page(told=6), 2: page(told=6)}) == ()


@pytest.mark.parametrize(
    ("arrived", "had_folders", "stranger"),
    [
        pytest.param(page(*FOLDERLESS, told=2), True, True, id="no folders where there were some"),
        pytest.param(page(*FOLDERLESS, told=2, anonymous=True), False, True, id="under a stranger's limit"),
        pytest.param(page(*FOLDERLESS, told=2), False, False, id="never any folders"),
        pytest.param(page(ONE, TWO, told=2, anonymous=True), True, False, id="a stranger's limit, an owner's rows"),
        pytest.param(page(FOLDERLESS[0], TWO, told=2), True, False, id="one row without"),
        pytest.param(page(told=0, anonymous=True), True, False, id="no rows"),
    ],
)
def test_rows_without_folders_are_for_a_stranger(arrived: CollectionPage, had_folders: bool, stranger: bool) -> None:
    assert for_a_stranger(arrived, had_folders=had_folders) == stranger


@pytest.mark.parametrize(
    ("pages", "published", "suspects", "reasons"),
    [
        pytest.param([page(ONE, TWO, told=3), page(THREE, told=3)], [], [], [], id="complete"),
        pytest.param([page(ONE, told=1)], [ONE, TWO, THREE], [TWO, THREE], [], id="complete with fewer than before"),
        pytest.param([page(told=0)], [], [], [], id="empty and always was"),
        pytest.param([page(told=0)], [ONE, TWO], [ONE, TWO], [], id="empty over a copy that is not"),
        pytest.param([page(ONE, told=3)], [TWO], [], [WalkIncomplete(3, 1)], id="short"),
        pytest.param([page(ONE, told=2), page(ONE, told=2)], [TWO], [], [WalkIncomplete(2, 1)], id="a repeated row"),
        pytest.param([page(ONE, TWO, told=1)], [THREE], [], [WalkIncomplete(1, 2)], id="more than told of"),
        pytest.param([page(ONE, told=2), page(TWO, told=3)], [THREE], [], [TotalMoved(2, 3)], id="the total moved"),
        pytest.param([page(ONE, told=2, bad=[NAMELESS])], [THREE], [], [RowsUnreadable(1)], id="a nameless row"),
        pytest.param([page(ONE, told=2, bad=[unreadable(2)])], [TWO], [], [], id="an unreadable row is a seen one"),
        pytest.param([page(told=1, bad=[unreadable(1)])], [THREE], [], [RowsUnreadable(1)], id="only unreadable rows"),
    ],
)
def test_absence_is_suspicious_only_when_all_that_was_told_of_was_seen(
    pages: list[CollectionPage], published: list[Copy], suspects: list[Copy], reasons: list[WalkError]
) -> None:
    verdict = judge(gather(pages), by_number(*published))

    assert (list(verdict.suspects), list(verdict.reasons)) == (suspects, reasons)


def test_a_walk_that_lost_every_folder_is_not_judged_at_all() -> None:
    with pytest.raises(ReadAsStranger):
        judge(gather([page(*FOLDERLESS, told=7)]), by_number(ONE, TWO))

    assert judge(gather([page(*FOLDERLESS, told=2)]), by_number(*FOLDERLESS)).suspects == ()


@pytest.mark.parametrize(
    ("missing", "told", "asks"), [(0, 5, False), (20, 500, False), (21, 500, True), (1, 0, True), (0, 0, False)]
)
def test_more_than_twenty_missing_or_all_of_them_is_for_the_owner_to_say(missing: int, told: int, asks: bool) -> None:
    assert must_ask([ONE] * missing, told) == asks


@pytest.mark.parametrize(
    ("before", "now", "same"),
    [
        pytest.param(newest(3, "c", "b", "a"), newest(3, "c", "b", "a"), True, id="equal"),
        pytest.param(newest(3, "c", "b", "a"), newest(4, "c", "b", "a"), False, id="another total"),
        pytest.param(newest(2, "b", "a"), newest(2, "c", "b"), False, id="another newest"),
        pytest.param(newest(0), newest(0), True, id="empty"),
        pytest.param(
            newest(200, *"b" * 30, *"a" * 70),
            Newest(200, (*newest(200, *"b" * 30).rows, *((InstanceId(1000 + n), "a", 0) for n in range(70)))),
            True,
            id="the oldest second came in another order",
        ),
        pytest.param(
            newest(200, *"b" * 19, *"a" * 81),
            Newest(200, (*newest(200, *"b" * 19).rows, *((InstanceId(1000 + n), "a", 0) for n in range(81)))),
            False,
            id="too few rows left to tell",
        ),
    ],
)
def test_the_newest_copies_tell_whether_anything_came_or_went(before: Newest, now: Newest, same: bool) -> None:
    assert unchanged(before, now) == same
