"""What the newest copies tell of the rest: everything or nothing."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Final, NamedTuple

from core.domain.collection import Copy
from core.domain.ids import InstanceId
from core.domain.probe import TELLING, Doubt, Found, Here, compared, oldest
from core.domain.walk import CollectionPage, UnreadableRow
from tests.factories import make_copy

import pytest
from hypothesis import assume, event, given
from hypothesis import strategies as st
from msgspec.structs import replace

BEGAN: Final = datetime(2024, 5, 11, tzinfo=UTC)
PER_PAGE: Final = 25
WAYS: Final = st.randoms(use_true_random=False)


def copy_of(instance: int, second: int) -> Copy:
    return make_copy(instance, added=BEGAN + timedelta(seconds=second))


def owned(seconds: Iterable[int], first: int = 1) -> dict[InstanceId, Copy]:
    """Copies that were added at these seconds, numbered as they come."""
    return {InstanceId(number): copy_of(number, second) for number, second in enumerate(seconds, first)}


def newest(
    there: Mapping[InstanceId, Copy], per_page: int = PER_PAGE, chance: random.Random | None = None
) -> CollectionPage:
    """What Discogs shows of them: newest first, and those of one second in any order."""
    rows = list(there.values())
    (chance or random.Random(1)).shuffle(rows)
    rows.sort(key=lambda copy: copy.added or BEGAN, reverse=True)
    return CollectionPage(number=1, told=len(rows), rows=tuple(rows[:per_page]), per_page=per_page)


def here(
    published: Mapping[InstanceId, Copy], page: CollectionPage, missing: Iterable[int] = (), unread: int = 0
) -> Here:
    """What the store says; `missing` are kept, although Discogs no longer shows them."""
    gone = frozenset(map(InstanceId, missing))
    cut = oldest(page)
    return Here(
        total=len(published) - len(gone) + unread,
        known={instance: copy for instance, copy in published.items() if instance in page.instances},
        newer=frozenset(
            instance
            for instance, copy in published.items()
            if instance not in gone and (cut is None or (copy.added is not None and copy.added > cut))
        ),
        missing=gone,
    )


class Story(NamedTuple):
    """What was published, and what Discogs has by now."""

    published: dict[InstanceId, Copy]
    missing: frozenset[InstanceId]
    there: dict[InstanceId, Copy]
    page: CollectionPage

    @property
    def told(self) -> Found | Doubt:
        return compared(self.page, here(self.published, self.page, self.missing))


@st.composite
def stories(draw: st.DrawFn) -> Story:
    """Some were added, never before what was there; some removed, some edited, and some that were missing are back."""
    gaps = st.sampled_from([0, 0, 0, 1, 1, 60])
    published = owned(accumulate(draw(st.lists(gaps, max_size=60))))
    numbers = sorted(published)
    some = st.frozensets(st.sampled_from(numbers), max_size=4) if numbers else st.just(frozenset[InstanceId]())
    missing, back, removed, edited = draw(some), draw(some), draw(some), draw(some)
    last = max((copy.added for copy in published.values() if copy.added), default=BEGAN)
    start = int((last - BEGAN).total_seconds())
    came = owned((start + gap for gap in accumulate(draw(st.lists(gaps, max_size=40)))), first=1_000)
    there = {one: copy for one, copy in {**published, **came}.items() if one not in (missing - back) | removed}
    there |= {one: replace(there[one], rating=5) for one in edited & there.keys()}
    chance, per_page = draw(WAYS), draw(st.integers(TELLING + 1, 30))
    page = newest(there, per_page, chance)
    if draw(st.booleans()):
        # The most treacherous: as many of the oldest go as came behind the page, so that the total fits.
        hidden = [one for one in came if one not in page.instances]
        for one in [one for one in numbers if one in there and one not in page.instances][: len(hidden)]:
            del there[one]
        page = replace(page, told=len(there))
        assume(len(page.rows) == min(per_page, len(there)))
    return Story(published, missing, there, page)


@given(story=stories())
def test_what_is_called_found_is_the_whole_difference(story: Story) -> None:
    # What comes back behind the page, as old as it was, shows on no page: that is left to the walks.
    assume(not (story.missing & story.there.keys()) - story.page.instances)

    told = story.told

    event(type(told).__name__ if isinstance(told, Found) else f"doubt: {told}")
    if isinstance(told, Found):
        added = {copy.instance_id: copy for copy in told.added}
        assert (story.published.keys() - story.missing) | added.keys() == story.there.keys()
        assert not added.keys() & story.published.keys()
        seen = {copy.instance_id: copy for copy in (*told.added, *told.changed)}
        after = story.published | seen
        assert {one: after[one] for one in story.page.instances} == {copy.instance_id: copy for copy in story.page.rows}


@given(
    seconds=st.lists(st.sampled_from([0, 1, 2, 60]), max_size=60).map(accumulate),
    chance=WAYS,
    edited=st.frozensets(st.integers(1, 60)),
)
def test_where_nothing_came_or_went_nothing_is_found_or_too_many_came_in_one_second(
    seconds: Iterable[int], chance: random.Random, edited: frozenset[int]
) -> None:
    published = owned(seconds)
    there = {one: replace(copy, rating=5) if one in edited else copy for one, copy in published.items()}
    page = newest(there, PER_PAGE, chance)

    told = compared(page, here(published, page))

    if isinstance(told, Found):
        assert (told.added, set(told.changed)) == ((), {there[one] for one in page.instances if one in edited})
    else:
        cut = oldest(page)
        assert told is Doubt.TOO_FEW
        assert sum(copy.added != cut for copy in page.rows) < TELLING


def test_seven_that_were_added_are_found() -> None:
    published = owned(range(400))
    there = published | owned(range(500, 507), first=401)

    page = newest(there, 100)

    assert compared(page, here(published, page)) == Found(added=page.rows[:7])


def test_an_edit_among_the_newest_is_found() -> None:
    published = owned(range(400))
    graded = make_copy(390, added=published[InstanceId(390)].added, fields={1: "Mint (M)"})

    page = newest(published | {graded.instance_id: graded}, 100)

    assert compared(page, here(published, page)) == Found(changed=(graded,))


@pytest.mark.parametrize(
    ("in_the_last_second", "told"), [(PER_PAGE - TELLING, Found()), (PER_PAGE - TELLING + 1, Doubt.TOO_FEW)]
)
def test_twenty_rows_have_to_be_left_when_the_oldest_second_is_left_out(
    in_the_last_second: int, told: Found | Doubt
) -> None:
    later = PER_PAGE - in_the_last_second
    published = owned([*[0] * 50, *range(1, 1 + later)])

    page = newest(published)

    assert compared(page, here(published, page)) == told


def test_a_shelf_on_one_page_is_told_to_the_last_row_however_few_and_of_one_second() -> None:
    published = owned([0] * 5)
    there = published | owned([0] * 2, first=6)
    page = newest(there)

    told = compared(page, here(published, page))

    assert isinstance(told, Found)
    assert {copy.instance_id for copy in told.added} == {6, 7}


@pytest.mark.parametrize("rows", [0, 3, 60])
def test_an_untouched_shelf_of_any_size_is_found_untouched(rows: int) -> None:
    published = owned(range(rows))
    page = newest(published)

    assert compared(page, here(published, page)) == Found()


def test_one_that_went_is_a_doubt_wherever_it_was() -> None:
    published = owned(range(60))
    for gone in (1, 36, 60):
        page = newest({one: copy for one, copy in published.items() if one != gone})

        assert compared(page, here(published, page)) is Doubt.TOTAL


def test_one_that_came_for_one_that_went_is_found_only_when_both_can_be_seen() -> None:
    """The new one is on the page; where the other one was is behind it, or left a gap that shows."""
    published = owned(range(60))
    for gone in (1, 60):
        there = {one: copy for one, copy in published.items() if one != gone} | owned([100], first=61)
        page = newest(there)

        assert isinstance(compared(page, here(published, page)), Doubt)


def test_as_many_gone_as_came_in_the_second_that_the_page_cuts_is_a_doubt() -> None:
    """79 after it are on the page and 21 of that second; nine more of it are behind, and nine old ones have gone."""
    published = owned(range(200))
    came = owned([1_000] * 30 + list(range(2_000, 2_079)), first=1_001)
    there = {one: copy for one, copy in (published | came).items() if one > 9}
    page = newest(there, 100)
    assert len(came.keys() - page.instances) == 9

    assert isinstance(compared(page, here(published, page)), Doubt)


def test_as_many_gone_as_came_in_the_second_of_the_last_that_was_known_is_a_doubt() -> None:
    """That one is on the page, five that came with it are behind, and five old ones have gone."""
    published = owned([*range(60), 100])
    came = owned([100] * 9 + list(range(200, 220)), first=1_001)
    there = {one: copy for one, copy in (published | came).items() if one > 5}
    rows = sorted(there.values(), key=lambda copy: (copy.added or BEGAN, copy.instance_id == 61), reverse=True)
    page = CollectionPage(number=1, told=len(there), rows=tuple(rows[:PER_PAGE]), per_page=PER_PAGE)
    assert (InstanceId(61) in page.instances, len(came.keys() - page.instances)) == (True, 5)

    assert isinstance(compared(page, here(published, page)), Doubt)


def test_a_page_that_hides_one_of_which_the_total_tells_is_a_doubt() -> None:
    published = owned(range(60))
    page = newest({one: copy for one, copy in published.items() if one != 50})
    lying = replace(page, told=len(published))

    assert compared(lying, here(published, lying)) is Doubt.MEMBERS


def test_a_page_of_nothing_but_new_ones_tells_nothing_of_what_is_behind() -> None:
    published = owned(range(200))
    there = published | owned(range(1_000, 1_030), first=1_001)
    del there[InstanceId(3)]
    del there[InstanceId(4)]
    page = replace(newest(there), told=len(published) + PER_PAGE)

    assert isinstance(compared(page, here(published, page)), Doubt)


def test_a_missing_one_that_came_back_is_a_doubt() -> None:
    """The question whether it is gone has to be withdrawn, which only a walk does; another may have gone for it."""
    published = owned(range(60))
    there = {one: copy for one, copy in published.items() if one != 3}
    page = newest(there)

    assert isinstance(compared(page, here(published, page, missing=[50])), Doubt)


@pytest.mark.parametrize(
    ("missing", "unread", "there"),
    [((), 0, 60), ((5, 6), 0, 58), ((), 3, 63), ((5, 6), 3, 61)],
    ids=["neither", "kept", "unread", "both"],
)
def test_the_total_counts_what_was_never_read_and_not_what_only_a_word_keeps(
    missing: tuple[int, ...], unread: int, there: int
) -> None:
    published = owned(range(60))
    shown = {one: copy for one, copy in published.items() if one not in missing}
    page = newest(shown)
    for told in range(there - 2, there + 3):
        found = compared(replace(page, told=told), here(published, page, missing, unread))

        assert found == (Found() if told == there else Doubt.TOTAL)


@pytest.mark.parametrize(
    ("change", "doubt"),
    [
        ({"rows": newest(owned(range(60))).rows[:-1]}, Doubt.SPOILED),
        ({"rows": ()}, Doubt.SPOILED),
        ({"number": 1, "told": 12}, Doubt.SPOILED),
        (
            {
                "rows": newest(owned(range(60))).rows[:-1],
                "unreadable": (UnreadableRow("why", InstanceId(36)),),
            },
            Doubt.UNREADABLE,
        ),
        ({"rows": (*newest(owned(range(60))).rows[:-1], make_copy(36, added=None))}, Doubt.UNDATED),
    ],
    ids=["short", "empty", "another total", "an unreadable row", "a row without a date"],
)
def test_a_page_that_is_not_whole_tells_nothing(change: dict[str, object], doubt: Doubt) -> None:
    published = owned(range(60))
    page = newest(published)

    assert compared(replace(page, **change), here(published, page)) is doubt


def test_a_copy_twice_on_the_page_hides_another() -> None:
    published = owned(range(60))
    page = newest(published)
    twice = replace(page, rows=(*page.rows[:-2], page.rows[0], page.rows[-1]))

    assert compared(twice, here(published, page)) is Doubt.SPOILED


def test_a_new_one_twice_on_the_page_is_not_taken_for_two() -> None:
    published = owned(range(60))
    page = newest(published | owned([100, 101], first=61))
    twice = replace(page, rows=(page.rows[1], *page.rows[1:]))

    assert compared(twice, here(published, twice)) is Doubt.SPOILED
