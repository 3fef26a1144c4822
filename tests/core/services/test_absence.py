"""A copy that is not seen is only suspected to be gone: it is asked for, and stays unless the answer is good."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from core.domain.progress import Phase, SyncEvent, SyncOutcome, SyncProgress, SyncReport, Word
from core.errors import CopiesUnconfirmed
from core.sandbox.holding import Holding
from tests.core.services.bad_days import FOR_EVER, BadDay, Stage, asked_about, bad_day, collection, until, without
from tests.stand_in import holding_of, owned
from tui.wording import describe

import pytest

DONE, INCOMPLETE, ASKS = SyncOutcome.DONE, SyncOutcome.INCOMPLETE, SyncOutcome.NEEDS_WORD


def four_of_each(releases: int) -> Holding:
    """Four copies of each release."""
    return holding_of(*(owned(4 * release + place, 1 + release) for release in range(releases) for place in range(4)))


def _page(events: list[SyncEvent]) -> int:
    return max((event.page for event in events if isinstance(event, SyncProgress)), default=0)


async def test_up_to_twenty_missing_copies_are_asked_for_one_by_one_each_release_once(tmp_path: Path) -> None:
    async with bad_day(tmp_path, four_of_each(30)) as day:
        await day.sync()
        # All four of four releases, two of two others.
        without(day, (*range(16), 40, 41, 60, 61))
        asked, events = asked_about(day), list[SyncEvent]()
        report = await day.sync(events)
        assert await day.here() == day.truth()
    assert (report.outcome, report.removed, report.unseen, report.problems) == (DONE, 20, 0, ())
    assert asked["by_release"] == 6
    confirming = [event for event in events if isinstance(event, SyncProgress) and event.phase is Phase.CONFIRMING]
    assert [(event.page, event.pages) for event in confirming] == [(number, 6) for number in range(7)]
    assert confirming[-1].gone == 20


async def hiding_one(day: BadDay, word: Word = Word.ASK) -> SyncReport:
    """A sync from which paging hides a copy that is there.

    While the last page hangs one that was read goes and one comes: no total moves, and the first of that page slips
    past the reader.
    """
    day.faults.waited_for = True
    hanging = day.faults.add("hang", **Stage.LAST.selectors)
    events: list[SyncEvent] = []
    running = asyncio.create_task(day.sync(events, word))
    await until(lambda: not hanging.times and _page(events) == 2)
    without(day, [50])
    day.world.website.add()
    hanging.released.set()
    return await running


async def test_a_copy_that_paging_hid_is_found_when_it_is_asked_for(tmp_path: Path) -> None:
    async with bad_day(tmp_path, collection(250)) as day:
        await day.sync()
        before, asked = await day.here(), asked_about(day)
        report = await hiding_one(day)
        here = await day.here()
        assert (report.outcome, report.added, report.removed, report.problems) == (DONE, 1, 0, ())
        assert asked["by_release"] == 1
        assert before.keys() <= here.keys()
        assert ((await day.sync()).removed, await day.here()) == (1, day.truth())


@pytest.mark.parametrize(
    ("fault", "parameters"),
    [
        ("500", {}),
        ("404", {}),
        ("revoked token", {}),
        ("owner as anonymous", {}),
        ("empty page", {}),
        ("short page", {}),
        ("item without instance_id", {}),
        ("undecodable item", {}),
        # Then there is said to be a second page, and that is answered with 404.
        ("total moves", {"by": 100}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_a_copy_that_paging_hid_stays_whatever_is_answered_for_it(
    tmp_path: Path, fault: str, parameters: dict[str, Any]
) -> None:
    async with bad_day(tmp_path, collection(250)) as day:
        await day.sync()
        before = await day.here()
        day.faults.add(fault, times=FOR_EVER, **Stage.CONFIRM.selectors, **parameters)
        report = await hiding_one(day)
        assert report.removed == 0
        assert before.keys() <= (await day.here()).keys()


async def test_one_of_more_copies_of_a_release_than_fit_on_a_page_can_go_too(tmp_path: Path) -> None:
    async with bad_day(tmp_path, holding_of(*(owned(instance, 77) for instance in range(1, 131)))) as day:
        await day.sync()
        without(day, [64])
        report = await day.sync()
        assert (report.outcome, report.removed, await day.here()) == (DONE, 1, day.truth())


@pytest.mark.parametrize("fault", ["500", "429", "hang", "truncated", "total moves", "empty page"])
async def test_a_copy_that_nobody_could_ask_for_stays(tmp_path: Path, fault: str) -> None:
    async with bad_day(tmp_path, four_of_each(30)) as day:
        await day.sync()
        without(day, [0])
        day.world.website.add()
        day.faults.add(fault, times=FOR_EVER, **Stage.CONFIRM.selectors)
        report = await day.sync()
        assert (report.outcome, report.problems) == (INCOMPLETE, (CopiesUnconfirmed(count=1),))
        assert (report.added, report.removed, report.unseen) == (1, 0, 1)
        assert 0 in await day.here()
        day.faults.clear()
        assert ((await day.sync()).removed, await day.here()) == (1, day.truth())


async def test_what_discogs_denies_to_know_is_looked_for_in_another_order(tmp_path: Path) -> None:
    async with bad_day(tmp_path, four_of_each(30)) as day:
        await day.sync()
        without(day, [0])
        day.faults.add("404", times=FOR_EVER, **Stage.CONFIRM.selectors)
        report = await day.sync()
        assert (report.outcome, report.removed, await day.here()) == (DONE, 1, day.truth())


async def test_it_is_not_said_that_nothing_was_removed_when_something_was(tmp_path: Path) -> None:
    """Of two that are missing one answer is good, and one is not."""
    async with bad_day(tmp_path, four_of_each(30)) as day:
        await day.sync()
        without(day, [0, 50])
        day.faults.add("total moves", **Stage.CONFIRM.selectors)
        report = await day.sync()
        assert (report.outcome, report.problems[0], report.unseen) == (INCOMPLETE, CopiesUnconfirmed(count=1), 1)
        assert len({0, 50} & set(await day.here())) == 2 - report.removed
    assert not report.removed or "nothing was removed" not in describe(report.problems[0])


async def test_a_word_does_not_free_what_paging_hid_just_then(tmp_path: Path) -> None:
    """The owner lets thirty go; while that is read another goes and one comes, so that a page hides a third."""
    async with bad_day(tmp_path, collection(250)) as day:
        await day.sync()
        without(day, range(1, 31))
        assert (await day.sync()).outcome is ASKS
        before = await day.here()
        report = await hiding_one(day, Word.ACCEPT)
        assert report.outcome in (DONE, INCOMPLETE)
        assert before.keys() - (await day.here()).keys() <= {*range(1, 31), 50}
        await day.sync()
        assert await day.here() == day.truth()
