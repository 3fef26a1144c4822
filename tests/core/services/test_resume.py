"""A sync that was stopped is gone on with: within half an hour, and while the collection is what it was."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import suppress
from pathlib import Path

from core.domain.progress import Phase, SyncEvent, SyncOutcome, SyncProgress
from core.sandbox.faults import Target
from core.store.database import open_database
from tests.core.services.bad_days import ADDED, FOR_EVER, LABEL, NEWEST, BadDay, Stage, bad_day, collection

import pytest

COPIES, PAGES, PER_PAGE = 130, 7, 20
HALF_AN_HOUR = 30 * 60


async def stopped(day: BadDay, stage: Stage | None = None) -> int:
    """A sync that is cancelled while one page hangs and all others are here; how many pages it has staged."""
    day.faults.waited_for = True
    selectors = stage.selectors if stage else {"route": "collection", "page": PAGES, "token": ADDED}
    hanging = day.faults.add("hang", **selectors)
    running = asyncio.create_task(day.sync())
    brought = PAGES - 1 + (PAGES if stage is Stage.SECOND else 0)
    async with asyncio.timeout(30):
        while hanging.times or await staged(day) < brought:
            await asyncio.sleep(0.01)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    day.faults.clear()
    day.faults.waited_for = False
    return await staged(day)


async def staged(day: BadDay) -> int:
    async with open_database(day.config.paths.database) as database:
        return int((await database.fetch("SELECT count(*) FROM staged_pages"))[0][0])


async def outcomes(day: BadDay) -> list[str]:
    async with open_database(day.config.paths.database) as database:
        return [row[0] for row in await database.fetch("SELECT outcome FROM sync_runs ORDER BY rowid")]


def heard(day: BadDay) -> Counter[tuple[str, int]]:
    """How often each page was asked for."""
    asked: Counter[tuple[str, int]] = Counter()

    def listen(target: Target) -> None:
        if target.route == "collection":
            asked[target.token, target.page] += 1

    day.faults.on_request.append(listen)
    return asked


async def whole(day: BadDay) -> bool:
    """The copy is what the website has, and nothing of the walks is left."""
    return await day.here() == day.truth() and await staged(day) == 0


async def test_after_a_cancellation_only_the_missing_page_is_asked_for(tmp_path: Path) -> None:
    async with bad_day(tmp_path, collection(COPIES, PER_PAGE), per_page=PER_PAGE) as day:
        assert await stopped(day) == PAGES - 1
        asked = heard(day)
        day.clock.advance(HALF_AN_HOUR - 60)
        events: list[SyncEvent] = []
        report = await day.sync(events)
        assert (report.outcome, report.added) == (SyncOutcome.DONE, COPIES)
        assert await whole(day)
        assert await outcomes(day) == ["cancelled", "done"]
    assert asked == {(NEWEST, 1): 1, (ADDED, PAGES): 1}
    read = [event for event in events if isinstance(event, SyncProgress) and event.phase is Phase.READING]
    assert (read[-1].page, read[-1].seen, read[-1].new) == (PAGES, COPIES, COPIES)


async def test_after_half_an_hour_all_pages_are_read_again(tmp_path: Path) -> None:
    async with bad_day(tmp_path, collection(COPIES, PER_PAGE), per_page=PER_PAGE) as day:
        await stopped(day)
        asked = heard(day)
        day.clock.advance(HALF_AN_HOUR + 60)
        assert (await day.sync()).outcome is SyncOutcome.DONE
        assert await whole(day)
    assert asked.total() == 1 + PAGES


async def test_another_total_starts_over(tmp_path: Path) -> None:
    async with bad_day(tmp_path, collection(COPIES, PER_PAGE), per_page=PER_PAGE) as day:
        await stopped(day)
        day.world.website.remove(67)
        asked = heard(day)
        assert (await day.sync()).outcome is SyncOutcome.DONE
        assert await whole(day)
    assert asked.total() == 1 + PAGES


async def test_other_newest_copies_under_the_same_total_start_over(tmp_path: Path) -> None:
    async with bad_day(tmp_path, collection(COPIES, PER_PAGE), per_page=PER_PAGE) as day:
        await stopped(day)
        day.world.website.remove(67)
        day.world.website.add()
        asked = heard(day)
        assert (await day.sync()).outcome is SyncOutcome.DONE
        assert await whole(day)
    assert asked.total() == 1 + PAGES


@pytest.mark.parametrize("fault", ["truncated", "empty page"])
async def test_when_the_newest_copies_do_not_tell_all_pages_are_read_again(tmp_path: Path, fault: str) -> None:
    async with bad_day(tmp_path, collection(COPIES, PER_PAGE), per_page=PER_PAGE) as day:
        await stopped(day)
        day.faults.add(fault, times=FOR_EVER, **Stage.NEWEST.selectors)
        asked = heard(day)
        assert (await day.sync()).outcome is SyncOutcome.DONE
        assert await whole(day)
    assert sum(times for (order, _), times in asked.items() if order == ADDED) == PAGES


async def test_a_second_look_is_gone_on_with_too(tmp_path: Path) -> None:
    async with bad_day(tmp_path, collection(COPIES, PER_PAGE), per_page=PER_PAGE) as day:
        day.faults.add("short page", times=FOR_EVER, **Stage.MIDDLE.selectors)
        await stopped(day, Stage.SECOND)
        day.faults.add("short page", times=FOR_EVER, **Stage.MIDDLE.selectors)
        asked = heard(day)
        assert (await day.sync()).outcome is SyncOutcome.DONE
        assert await whole(day)
    assert {page: times for (order, page), times in asked.items() if order == LABEL} == {2: 1}
    assert {page for order, page in asked if order == ADDED} <= {2}


async def test_a_sync_that_is_stopped_again_and_again_gets_on_each_time(tmp_path: Path) -> None:
    async with bad_day(tmp_path, collection(COPIES, PER_PAGE), per_page=PER_PAGE) as day:
        for fault in ("500", "truncated", "reset"):
            day.faults.add(fault, times=FOR_EVER, **Stage.MIDDLE.selectors)
            assert (await day.sync()).outcome is SyncOutcome.FAILED
            day.faults.clear()
        await day.sync()
        assert await whole(day)
        assert await outcomes(day) == ["failed", "failed", "failed", "done"]
    assert day.world.counts.requests["collection"] < 4 * (1 + PAGES)


async def test_what_is_gone_on_with_removes_what_the_owner_removed_before_it_began(tmp_path: Path) -> None:
    async with bad_day(tmp_path, collection(COPIES, PER_PAGE), per_page=PER_PAGE) as day:
        await day.sync()
        day.world.website.remove(33)
        await stopped(day)
        asked = heard(day)
        report = await day.sync()
        assert (report.outcome, report.removed) == (SyncOutcome.DONE, 1)
        assert await whole(day)
    assert asked == {(NEWEST, 1): 1, (ADDED, PAGES): 1}


async def test_a_row_that_came_without_a_number_is_read_again_by_the_next_sync(tmp_path: Path) -> None:
    """What was wrong with the pages of a stopped sync must not outlive the fault."""
    async with bad_day(tmp_path, collection(COPIES, PER_PAGE), per_page=PER_PAGE) as day:
        await day.sync()
        day.world.website.remove(33)
        day.faults.add("item without instance_id", **Stage.MIDDLE.selectors)
        day.faults.add("500", times=FOR_EVER, **Stage.LAST.selectors)
        assert (await day.sync()).outcome is SyncOutcome.FAILED
        day.faults.clear()
        report = await day.sync()
        assert (report.outcome, report.problems) == (SyncOutcome.DONE, ())
        assert await whole(day)


async def test_pages_of_another_total_than_the_newest_told_are_not_gone_on_with(tmp_path: Path) -> None:
    """A copy is added while the walk runs and goes again before the next: the newest are as they were at first."""
    async with bad_day(tmp_path, collection(COPIES, PER_PAGE), per_page=PER_PAGE) as day:
        await day.sync()
        day.faults.add("item added", **Stage.FIRST.selectors)
        day.world.website.remove(33)
        day.faults.add("500", times=FOR_EVER, **Stage.CONFIRM.selectors)
        running = asyncio.create_task(day.core.sync.run(day.account, lambda event: _stop_at_publish(event, running)))
        with suppress(asyncio.CancelledError):
            await running
        assert await staged(day) == PAGES
        day.faults.clear()
        [added] = day.truth().keys() - (await day.here()).keys()
        day.world.website.remove(added)
        assert (await day.sync()).outcome is SyncOutcome.DONE
        assert added not in await day.here()
        assert await whole(day)


def _stop_at_publish(event: SyncEvent, running: asyncio.Task[object]) -> None:
    if isinstance(event, SyncProgress) and event.phase is Phase.PUBLISHING:
        running.cancel()
