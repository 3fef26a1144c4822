"""The walk over real pages: what is read again, what is read in another order, and what is told on the way."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

from core.domain.progress import Phase, SyncEvent, SyncOutcome, SyncProgress
from core.errors import BrokenAnswer, ReadAsStranger, RowsSkipped, TotalMoved, Unreachable
from core.sandbox.faults import Target
from core.store.database import open_database
from tests.core.services.bad_days import ADDED, FOR_EVER, LABEL, NEWEST, BadDay, Stage, bad_day, collection, until
from tests.stand_in import holding_of, many, owned

import pytest


def heard(day: BadDay) -> Counter[tuple[str, int]]:
    """How often each page was asked for, by its order and number; filled while a sync runs."""
    asked: Counter[tuple[str, int]] = Counter()

    def listen(target: Target) -> None:
        if target.route == "collection":
            asked[target.token, target.page] += 1

    day.faults.on_request.append(listen)
    return asked


def pages(events: list[SyncEvent], phase: Phase = Phase.READING) -> list[SyncProgress]:
    return [event for event in events if isinstance(event, SyncProgress) and event.phase is phase]


async def test_each_page_is_told_once_with_what_is_new_changed_and_skipped(tmp_path: Path) -> None:
    async with bad_day(tmp_path, collection(250)) as day:
        await day.sync()
        day.world.website.add(count=4)
        day.world.website.rate(41, 1)
        day.world.website.set_field(150, 3, "Scratched")
        day.faults.add("undecodable item", **Stage.FIRST.selectors)
        events: list[SyncEvent] = []
        report = await day.sync(events)
    told = pages(events)
    assert [event.page for event in told] == [1, 2, 3]
    assert {(event.pages, event.told) for event in told} == {(3, 254)}
    last = told[-1]
    assert (last.seen, last.new, last.changed, last.skipped, last.errors) == (254, 4, 2, 1, 0)
    assert (report.added, report.changed, report.skipped) == (4, 2, 1)


async def test_answers_that_failed_or_came_spoiled_are_told_as_errors_and_counted_once(tmp_path: Path) -> None:
    async with bad_day(tmp_path, many(250)) as day:
        day.faults.add("502", times=2, **Stage.MIDDLE.selectors)
        day.faults.add("short page", **Stage.LAST.selectors)
        day.faults.add("page repeated", **Stage.MIDDLE.selectors)
        events: list[SyncEvent] = []
        report = await day.sync(events)
    last = pages(events)[-1]
    assert (report.outcome, last.errors, last.seen, last.new) == (SyncOutcome.DONE, 3, 250, 250)
    assert max(event.seen for event in pages(events)) == 250


@pytest.mark.parametrize(("fault", "times"), [("empty page", 2), ("short page", 2), ("total moves", 1)])
async def test_a_spoiled_page_is_first_read_again_by_itself(tmp_path: Path, fault: str, times: int) -> None:
    async with bad_day(tmp_path, collection(250)) as day:
        asked = heard(day)
        day.faults.add(fault, times=times, **Stage.MIDDLE.selectors)
        report = await day.sync()
        assert (report.outcome, report.problems) == (SyncOutcome.DONE, ())
        assert await day.here() == day.truth()
    assert asked == {(NEWEST, 1): 1, (ADDED, 1): 1, (ADDED, 2): 1 + times, (ADDED, 3): 1}


async def test_a_repeated_page_is_read_again_and_so_is_the_one_it_repeats(tmp_path: Path) -> None:
    async with bad_day(tmp_path, collection(450)) as day:
        asked = heard(day)
        day.faults.add("page repeated", **Stage.LAST.selectors)
        report = await day.sync()
        assert (report.outcome, report.copies) == (SyncOutcome.DONE, 450)
    assert asked == {(NEWEST, 1): 1, (ADDED, 1): 1, (ADDED, 2): 2, (ADDED, 3): 2, (ADDED, 4): 1, (ADDED, 5): 1}


async def test_a_walk_of_many_pages_under_one_bad_answer_in_ten_ends(tmp_path: Path) -> None:
    async with bad_day(tmp_path, many(2_000)) as day:
        for number, fault in ((4, "empty page"), (11, "short page"), (17, "500"), (20, "truncated")):
            day.faults.add(fault, route="collection", page=number, token=ADDED)
        report = await day.sync()
    assert (report.outcome, report.copies, report.requests) == (SyncOutcome.DONE, 2_000, 3 + 20 + 4)


async def test_a_total_that_moved_is_walked_again(tmp_path: Path) -> None:
    async with bad_day(tmp_path, collection(250)) as day:
        asked = heard(day)
        day.faults.add("item removed", **Stage.FIRST.selectors)
        report = await day.sync()
        assert (report.outcome, report.copies) == (SyncOutcome.DONE, 249)
        assert await day.here() == day.truth()
    assert (asked[ADDED, 1], asked[LABEL, 1]) == (2, 0)


async def test_a_total_that_keeps_moving_is_walked_three_times_and_nothing_is_removed(tmp_path: Path) -> None:
    async with bad_day(tmp_path, collection(250)) as day:
        await day.sync()
        before = await day.here()
        day.world.website.remove(5)
        asked = heard(day)
        day.faults.add("item added", times=FOR_EVER, **Stage.FIRST.selectors)
        report = await day.sync()
        here = await day.here()
    assert asked[ADDED, 1] == 3
    assert (report.outcome, report.removed) == (SyncOutcome.INCOMPLETE, 0)
    assert report.problems == (TotalMoved(first=251, last=252),)
    assert here.keys() >= before.keys()
    assert report.added == len(here) - len(before) >= 2


async def test_a_short_walk_is_made_whole_by_another_order(tmp_path: Path) -> None:
    async with bad_day(tmp_path, collection(250)) as day:
        await day.sync()
        day.world.website.remove(7)
        asked = heard(day)
        day.faults.add("short page", times=FOR_EVER, rows=40, **Stage.MIDDLE.selectors)
        events: list[SyncEvent] = []
        report = await day.sync(events)
        assert (report.outcome, report.removed, report.unseen, report.problems) == (SyncOutcome.DONE, 1, 0, ())
        assert await day.here() == day.truth()
    assert (asked[ADDED, 2], asked[LABEL, 1], asked[LABEL, 2], asked[LABEL, 3]) == (3, 1, 1, 1)
    assert [(event.page, event.pages) for event in pages(events, Phase.SECOND_LOOK)] == [(1, 3), (2, 3), (3, 3)]


async def test_what_neither_order_shows_is_told_as_unseen_and_stays(tmp_path: Path) -> None:
    async with bad_day(tmp_path, collection(250)) as day:
        await day.sync()
        before = await day.here()
        day.world.website.add(count=2)
        day.faults.add("short page", times=FOR_EVER, rows=100, route="collection", page=1)
        report = await day.sync()
        here = await day.here()
        both = set(day.truth()) - here.keys()
    assert report.outcome is SyncOutcome.INCOMPLETE
    assert (report.removed, here.keys() >= before.keys()) == (0, True)
    assert report.unseen > 0
    assert report.added + len(both) == 2


async def test_a_row_that_cannot_be_read_is_kept_as_it_came_until_it_can_be(tmp_path: Path) -> None:
    async with bad_day(tmp_path, holding_of(owned(1), owned(2, title=["no", "title"]))) as day:
        report = await day.sync()
        assert (report.outcome, report.problems) == (SyncOutcome.DONE, (RowsSkipped(instances=(2,), missing=1),))
        kept = await unreadable(day)
        assert [instance for instance, _ in kept] == [2]
        row = json.loads(kept[0][1])
        assert (row["instance_id"], row["basic_information"]["title"]) == (2, ["no", "title"])
        day.own(holding_of(owned(1), owned(2)))
        assert (await day.sync()).added == 1
        assert await unreadable(day) == []


async def test_what_could_not_be_read_is_not_forgotten_by_a_walk_that_was_not_whole(tmp_path: Path) -> None:
    nameless = replace(owned(3), instance_id=2.5)  # type: ignore[arg-type]
    async with bad_day(tmp_path, holding_of(owned(1), owned(2, title=[]))) as day:
        await day.sync()
        day.own(holding_of(owned(1), nameless))
        assert (await day.sync()).outcome is SyncOutcome.INCOMPLETE
        assert [instance for instance, _ in await unreadable(day)] == [2]


async def test_during_a_first_walk_what_has_arrived_can_be_browsed_and_says_of_how_many(tmp_path: Path) -> None:
    async with bad_day(tmp_path, collection(250)) as day:
        day.faults.waited_for = True
        fault = day.faults.add("hang", **Stage.LAST.selectors)
        events: list[SyncEvent] = []
        running = asyncio.create_task(day.sync(events))
        await until(lambda: not fault.times and len(pages(events)) == 2)
        here = await day.collection()
        assert (len(here.copies), here.arriving) == (200, 250)
        assert {here.folder_of(copy) for copy in here.copies} == {"Uncategorized", "Folder 2"}
        assert {copy.instance_id: copy for copy in here.copies}.keys() <= day.truth().keys()
        day.faults.release()
        await running
        assert ((await day.collection()).arriving, len(await day.here())) == (None, 250)


async def test_during_a_later_walk_the_published_copy_is_browsed_and_no_page_of_it(tmp_path: Path) -> None:
    async with bad_day(tmp_path, collection(250)) as day:
        await day.sync()
        before = await day.collection()
        day.world.website.edit_many(40)
        day.faults.add("500", times=FOR_EVER, **Stage.LAST.selectors)
        assert (await day.sync()).outcome is SyncOutcome.FAILED
        assert await day.collection() == before


async def test_what_a_stopped_first_walk_brought_is_gone_once_an_empty_collection_is_published(tmp_path: Path) -> None:
    async with bad_day(tmp_path, many(150)) as day:
        day.faults.add("500", times=FOR_EVER, **Stage.NEWEST.selectors)
        day.faults.add("500", times=FOR_EVER, **Stage.MIDDLE.selectors)
        assert (await day.sync()).outcome is SyncOutcome.FAILED
        day.faults.clear()
        day.world.website.remove_all()
        report = await day.sync()
        assert (report.outcome, report.copies) == (SyncOutcome.DONE, 0)
        here = await day.collection()
        assert (len(here.copies), here.arriving) == (0, None)


async def test_a_first_walk_is_not_called_done_when_the_newest_page_told_of_more_than_page_1(tmp_path: Path) -> None:
    async with bad_day(tmp_path, collection(250)) as day:
        day.faults.add("total moves", times=FOR_EVER, by=-150, **Stage.FIRST.selectors)
        report = await day.sync()
        assert report.outcome is not SyncOutcome.DONE or await day.here() == day.truth()


async def test_a_first_walk_that_is_served_as_to_a_stranger_publishes_nothing(tmp_path: Path) -> None:
    async with bad_day(tmp_path, collection(150)) as day:
        day.faults.add("owner as anonymous", times=FOR_EVER, route="collection")
        report = await day.sync()
        assert (report.outcome, report.problems) == (SyncOutcome.FAILED, (ReadAsStranger(),))
        assert (await day.collection()).copies == ()


async def test_a_connection_that_drops_without_a_byte_is_not_told_as_an_answer_that_cannot_be_read(
    tmp_path: Path,
) -> None:
    async with bad_day(tmp_path, many(250)) as day:
        day.faults.add("reset", times=FOR_EVER, **Stage.MIDDLE.selectors)
        report = await day.sync()
    assert not isinstance(report.problems[0], BrokenAnswer)
    assert isinstance(report.problems[0], Unreachable)


async def unreadable(day: BadDay) -> list[tuple[int, bytes]]:
    """The rows that are kept as they came."""
    async with open_database(day.config.paths.database) as database:
        return [(row[0], row[1]) for row in await database.fetch("SELECT instance_id, body FROM unreadable_items")]
