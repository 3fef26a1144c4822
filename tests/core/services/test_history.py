"""Every run is remembered: what it was for, how it ended and why; and none seems to go on for ever."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from core.app import open_core
from core.domain.ids import RunId
from core.domain.progress import AskedBy, Kind, SyncOutcome
from core.errors import NeedsYourWord, RowsSkipped, TooSoon, Unavailable
from core.store.leases import this_process
from tests.core.services.looked_after import (
    COLLECTION,
    HOUR,
    MINUTE,
    PROBE,
    WALK,
    WANTLIST,
    Day,
    dated,
    day,
    with_wants,
)
from tests.stand_in import config_for, holding_of, owned

import pytest

FOR_EVER = 10_000
COOLDOWN = timedelta(hours=4)
DONE = SyncOutcome.DONE


async def test_a_run_is_remembered_with_what_it_was_for_and_what_it_found(tmp_path: Path) -> None:
    async with day(tmp_path, with_wants(dated(40), range(1, 9))) as today:
        begun = today.clock.now()
        await today.sync(by=None)
        today.passes(HOUR)
        today.world.website.add(count=2)
        today.world.website.rate(1, 5)
        today.world.website.remove(2)
        await today.core.sync.run(today.account, lambda _event: None, by=AskedBy.LOOK)
        today.passes(HOUR)
        await today.core.sync.run(
            today.account, lambda _event: None, shelf=WANTLIST, kind=Kind.PROBE, by=AskedBy.SCHEDULE
        )
        wants, second, first = await today.core.history.runs(today.account)

        assert (first.shelf, first.kind, first.by, first.started_at) == (COLLECTION, WALK, AskedBy.PERSON, begun)
        assert (first.outcome, first.crashed, first.added, first.copies) == (DONE, False, 40, 40)
        assert first.finished_at is not None
        assert (second.by, second.added, second.changed, second.removed) == (AskedBy.LOOK, 2, 1, 1)
        assert (second.copies, second.requests, second.problems) == (41, 4, ())
        # Never read before, so it became a walk.
        assert (wants.shelf, wants.kind, wants.by, wants.copies) == (WANTLIST, WALK, AskedBy.SCHEDULE, 8)


async def test_a_quiet_probe_is_remembered_as_one(tmp_path: Path) -> None:
    async with day(tmp_path, dated(150)) as today:
        await today.sync()
        today.passes(HOUR)
        await today.probe()
        last = await today.last()

        assert (last.kind, last.outcome, last.added, last.copies, last.requests) == (PROBE, DONE, 0, 150, 1)


async def test_no_more_runs_are_told_of_than_were_asked_for_and_none_of_others(tmp_path: Path) -> None:
    async with day(tmp_path, dated(3)) as today:
        other = await today.core.connect.with_token(today.world.open_account("other", dated(1)).token)
        for _ in range(3):
            await today.sync()
            await today.sync(by=other)
            today.passes(HOUR)

        assert len(await today.core.history.runs(today.account)) == 3
        runs = await today.core.history.runs(today.account, 2)
        assert [run.started_at for run in runs] == sorted((run.started_at for run in runs), reverse=True)
        assert len(runs) == 2


async def test_why_a_run_failed_is_remembered_as_it_was_told(tmp_path: Path) -> None:
    async with day(tmp_path, dated(150)) as today:
        today.world.faults.add("502", route="collection", times=FOR_EVER)
        report = await today.sync()
        last = await today.last()

        assert (last.outcome, last.problems) == (SyncOutcome.FAILED, (Unavailable(status=502),))
        assert last.problems == report.problems


async def test_what_was_doubted_or_left_out_is_remembered(tmp_path: Path) -> None:
    async with day(tmp_path, holding_of(*dated(40).copies, owned(99, title=[]))) as today:
        await today.sync()
        assert (await today.last()).problems == (RowsSkipped(instances=(99,), missing=1),)
        for instance in range(1, 31):
            today.world.website.remove(instance)
        await today.sync()
        last = await today.last()

        assert (last.outcome, last.unseen, last.skipped) == (SyncOutcome.NEEDS_WORD, 30, 1)
        assert NeedsYourWord(missing=30, here=40) in last.problems


async def test_a_run_that_was_stopped_says_so(tmp_path: Path) -> None:
    async with day(tmp_path, dated(150)) as today:
        await stopped(today)
        last = await today.last()

        assert (last.outcome, last.crashed, last.problems) == (SyncOutcome.CANCELLED, False, ())


async def stopped(today: Day) -> None:
    hanging = today.world.faults.add("hang", route="collection", page=2)
    running = today.begin()
    await today.until_read(1, hanging)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def test_a_run_that_goes_on_is_told_as_going_on(tmp_path: Path) -> None:
    async with day(tmp_path, dated(150)) as today:
        hanging = today.world.faults.add("hang", route="collection", page=2)
        running = today.begin()
        await today.until_read(1, hanging)
        last = await today.last()
        assert (last.outcome, last.finished_at, last.crashed) == (None, None, False)
        hanging.released.set()
        await running
        assert (await today.last()).outcome is DONE


async def test_a_run_of_a_machine_that_slept_is_not_taken_for_crashed_by_its_own_process(tmp_path: Path) -> None:
    async with day(tmp_path, dated(150)) as today:
        hanging = today.world.faults.add("hang", route="collection", page=2)
        running = today.begin()
        await today.until_read(1, hanging)
        async with today.stores.database.tx() as tx:
            await tx.execute("UPDATE leases SET renewed_at = renewed_at - 3600")
        assert not (await today.last()).crashed
        hanging.released.set()

        assert (await running).outcome is DONE
        assert (await today.last()).outcome is DONE


async def left_open(today: Day, holder: str) -> None:
    """As a process leaves a run that is killed."""
    async with today.stores.database.tx() as tx:
        await today.stores.runs.start(tx, RunId("theirs"), today.account.id, today.clock.now(), by=AskedBy.SCHEDULE)
        await tx.execute(
            "INSERT INTO leases (account_id, shelf, run_id, holder, renewed_at)"
            " VALUES (?, 'collection', 'theirs', ?, ?)",
            (today.account.id, holder, time.time()),
        )


def dead() -> str:
    return " ".join((*this_process().split()[:3], "1"))


async def test_a_run_whose_process_died_is_marked_by_the_next_start(tmp_path: Path) -> None:
    async with day(tmp_path, dated(3)) as today:
        await left_open(today, dead())
        begun, now = today.clock.now(), today.passes(HOUR)
        async with open_core(config_for(tmp_path, today.sandbox), clock=today.clock):
            rows = await today.stores.database.fetch("SELECT run_id, outcome, finished_at FROM sync_runs")

        assert rows == [("theirs", "crashed", now.isoformat())]
        last = await today.last()
        assert (last.crashed, last.outcome, last.started_at, last.finished_at) == (True, None, begun, now)


async def test_a_run_whose_process_died_is_marked_by_whoever_looks(tmp_path: Path) -> None:
    async with day(tmp_path, dated(3)) as today:
        await left_open(today, dead())
        assert (await today.last()).crashed
        assert (await today.sync()).outcome is DONE
        assert [run.crashed for run in await today.core.history.runs(today.account)] == [False, True]


async def test_a_run_of_another_process_that_lives_is_left_alone(tmp_path: Path) -> None:
    async with day(tmp_path, dated(3)) as today:
        await left_open(today, "another-system:77")
        async with open_core(config_for(tmp_path, today.sandbox), clock=today.clock):
            assert not (await today.last()).crashed


async def test_within_the_cooldown_nobody_syncs_again_and_is_told_until_when(tmp_path: Path) -> None:
    async with day(tmp_path, dated(3)) as today:
        await today.sync(cooldown=COOLDOWN)
        until = today.clock.now() + COOLDOWN
        today.passes(COOLDOWN - MINUTE)
        with today.asks() as sent, pytest.raises(TooSoon) as refused:
            await today.sync(cooldown=COOLDOWN)
        assert sent() == 0
        assert abs(refused.value.until - until) < MINUTE
        assert await today.core.sync.may_ask_at(today.account.id, COLLECTION, COOLDOWN) == refused.value.until
        today.passes(MINUTE)

        assert await today.core.sync.may_ask_at(today.account.id, COLLECTION, COOLDOWN) is None
        assert (await today.sync(cooldown=COOLDOWN)).outcome is DONE


async def test_each_shelf_has_a_cooldown_of_its_own(tmp_path: Path) -> None:
    async with day(tmp_path, dated(3)) as today:
        await today.sync(cooldown=COOLDOWN)

        assert (await today.sync(WANTLIST, cooldown=COOLDOWN)).outcome is DONE


@pytest.mark.parametrize("by", [by for by in AskedBy if by is not AskedBy.PERSON])
async def test_a_run_that_nobody_asked_for_starts_no_cooldown(tmp_path: Path, by: AskedBy) -> None:
    async with day(tmp_path, dated(3)) as today:
        await today.core.sync.run(today.account, lambda _event: None, by=by)

        assert (await today.sync(cooldown=COOLDOWN)).outcome is DONE


async def test_a_run_that_failed_or_was_stopped_starts_no_cooldown(tmp_path: Path) -> None:
    async with day(tmp_path, dated(150)) as today:
        today.world.faults.add("500", route="collection", times=FOR_EVER)
        assert (await today.sync(cooldown=COOLDOWN)).outcome is SyncOutcome.FAILED
        today.world.faults.clear()
        await stopped(today)

        assert (await today.sync(cooldown=COOLDOWN)).outcome is DONE


async def test_who_joins_a_run_that_goes_on_is_never_too_soon(tmp_path: Path) -> None:
    async with day(tmp_path, dated(150)) as today:
        await today.sync(cooldown=COOLDOWN)
        hanging = today.world.faults.add("hang", route="collection", page=2)
        running = today.begin()
        await today.until_read(1, hanging)
        joined = asyncio.create_task(today.sync(cooldown=COOLDOWN))
        await asyncio.sleep(0)
        hanging.released.set()

        assert (await joined, (await joined).outcome) == (await running, DONE)


async def test_a_clock_that_was_ahead_makes_nobody_wait_longer_than_the_cooldown(tmp_path: Path) -> None:
    async with day(tmp_path, dated(3)) as today:
        await today.sync(cooldown=COOLDOWN)
        today.passes(-timedelta(days=400))

        assert (await today.sync(cooldown=COOLDOWN)).outcome is DONE
