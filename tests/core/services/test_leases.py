"""One sync at a time for an account: who asks meanwhile joins it, and nobody waits for the dead."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path

from core.app import Core, open_core
from core.domain.ids import Shelf
from core.domain.progress import Phase, SyncEvent, SyncFinished, SyncOutcome, SyncProgress, SyncReport, Word
from core.errors import DatabaseUnusable, NeedsYourWord, TakenOver
from core.store.leases import this_process
from tests.core.services.bad_days import FOR_EVER, BadDay, Impatient, Stage, bad_day, collection, until
from tests.core.store.gate import Gate
from tests.stand_in import many

import pytest

DONE = SyncOutcome.DONE
COPIES, PER_PAGE = 140, 50
LONG = 20
"""Seconds that nothing here takes; a lease that nobody gives back is waited for longer."""


def elsewhere(day: BadDay) -> sqlite3.Connection:
    """Another process's view of the file."""
    return sqlite3.connect(day.config.paths.database, isolation_level=None)


@asynccontextmanager
async def another_core(day: BadDay) -> AsyncIterator[Core]:
    """A second program on the same files."""
    async with open_core(day.config, clock=day.clock, transport=Impatient(day.faults)) as core:
        yield core


@asynccontextmanager
async def underway(day: BadDay, events: list[SyncEvent]) -> AsyncIterator[asyncio.Task[SyncReport]]:
    """A sync whose last page hangs, and all others are here; it goes on at the end of the block."""
    day.faults.waited_for = True
    hanging = day.faults.add("hang", **Stage.LAST.selectors)
    running = asyncio.create_task(day.sync(events))
    await until(lambda: not hanging.times and _pages(events) == 2)
    yield running
    day.faults.release()
    with suppress(asyncio.CancelledError):
        await running


def _pages(events: list[SyncEvent]) -> int:
    return max((event.page for event in events if isinstance(event, SyncProgress)), default=0)


async def until_joined(day: BadDay, listeners: int) -> None:
    await until(lambda: len(day.core.sync._underway[day.account.id, Shelf.COLLECTION].listeners) == listeners)


def runs(day: BadDay) -> list[tuple[str | None]]:
    with closing(elsewhere(day)) as connection:
        return connection.execute("SELECT outcome FROM sync_runs ORDER BY rowid").fetchall()


async def test_two_callers_share_one_run_its_progress_and_its_report(tmp_path: Path) -> None:
    async with bad_day(tmp_path, collection(COPIES, PER_PAGE), per_page=PER_PAGE) as day:
        first: list[SyncEvent] = []
        second: list[SyncEvent] = []
        async with underway(day, first) as running:
            joining = asyncio.create_task(day.sync(second))
            await until_joined(day, 2)
        report = await running
        assert await joining is report
        assert runs(day) == [("done",)]
        assert report.requests == 3 + 3
    assert second[-1] == first[-1] == SyncFinished(report)
    assert _pages(second) == 3


async def test_one_who_leaves_lets_the_run_go_on_for_the_other(tmp_path: Path) -> None:
    async with bad_day(tmp_path, collection(COPIES, PER_PAGE), per_page=PER_PAGE) as day:
        async with underway(day, []) as running:
            joining = asyncio.create_task(day.sync())
            await until_joined(day, 2)
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running
        assert (await joining).outcome is DONE
        assert runs(day) == [("done",)]


async def test_who_leaves_last_stops_the_run(tmp_path: Path) -> None:
    async with bad_day(tmp_path, collection(COPIES, PER_PAGE), per_page=PER_PAGE) as day, underway(day, []) as running:
        joining = asyncio.create_task(day.sync())
        await until_joined(day, 2)
        for task in (running, joining):
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        assert runs(day) == [("cancelled",)]


@pytest.mark.parametrize("turns", [0, 3])
async def test_who_asks_as_the_last_leaves_gets_a_sync_and_no_cancellation(tmp_path: Path, turns: int) -> None:
    async with bad_day(tmp_path, collection(COPIES, PER_PAGE), per_page=PER_PAGE) as day:
        async with underway(day, []) as running:
            running.cancel()
            for _ in range(turns):
                await asyncio.sleep(0)
            day.faults.clear()
            joining = asyncio.create_task(day.sync())
            [result] = await asyncio.gather(joining, return_exceptions=True)
        assert not isinstance(result, BaseException), repr(result)
        assert (result.outcome, await day.here()) == (DONE, day.truth())


async def test_a_run_that_knows_no_word_is_waited_for_and_not_joined(tmp_path: Path) -> None:
    async with bad_day(tmp_path, collection(COPIES, PER_PAGE), per_page=PER_PAGE) as day:
        await day.sync()
        for instance in range(1, 31):
            day.world.website.remove(instance)
        async with underway(day, []) as running:
            accepting = asyncio.create_task(day.sync(word=Word.ACCEPT))
            await until_joined(day, 2)
        assert (await running).outcome is SyncOutcome.NEEDS_WORD
        report = await accepting
        assert (report.outcome, report.removed) == (DONE, 30)
        assert runs(day) == [("done",), ("needs your word",), ("done",)]


async def test_a_second_program_follows_the_run_of_the_first_and_returns_its_report(tmp_path: Path) -> None:
    async with bad_day(tmp_path, collection(COPIES, PER_PAGE), per_page=PER_PAGE) as day, another_core(day) as second:
        seen: list[SyncEvent] = []
        async with underway(day, []) as running:
            following = asyncio.create_task(second.sync.run(day.account, seen.append))
            await until(lambda: _pages(seen) == 2)
        ours, theirs = await running, await following
        assert (theirs.outcome, theirs.copies, theirs.releases) == (DONE, ours.copies, ours.releases)
        assert (theirs.added, theirs.changed, theirs.removed, theirs.problems) == (COPIES, 0, 0, ())
        assert runs(day) == [("done",)]
        assert day.world.counts.requests["collection"] == 4
        assert len((await second.library.collection(day.account)).copies) == COPIES
    assert seen[-1] == SyncFinished(theirs)


async def test_who_follows_hears_the_question_too(tmp_path: Path) -> None:
    async with bad_day(tmp_path, collection(COPIES, PER_PAGE), per_page=PER_PAGE) as day, another_core(day) as second:
        await day.sync()
        for instance in range(1, 31):
            day.world.website.remove(instance)
        seen: list[SyncEvent] = []
        async with underway(day, []) as running:
            following = asyncio.create_task(second.sync.run(day.account, seen.append))
            await until(lambda: _pages(seen) == 2)
        ours, theirs = await running, await following
        assert theirs.problems == ours.problems == (NeedsYourWord(missing=30, here=COPIES),)
        assert (theirs.outcome, theirs.unseen) == (SyncOutcome.NEEDS_WORD, 30)


async def test_who_followed_a_run_that_failed_goes_on_itself(tmp_path: Path) -> None:
    async with bad_day(tmp_path, collection(COPIES, PER_PAGE), per_page=PER_PAGE) as day, another_core(day) as second:
        seen: list[SyncEvent] = []
        async with underway(day, []) as running:
            following = asyncio.create_task(second.sync.run(day.account, seen.append))
            await until(lambda: _pages(seen) == 2)
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running
            day.faults.clear()
            report = await following
        assert (report.outcome, report.copies) == (DONE, COPIES)
        assert runs(day) == [("cancelled",), ("done",)]
        # The newest twice, and each page once: what was stopped is gone on with.
        assert day.world.counts.requests["collection"] == 2 + 3 + 1


async def test_who_gives_up_following_leaves_the_run_of_the_other_alone(tmp_path: Path) -> None:
    async with bad_day(tmp_path, collection(COPIES, PER_PAGE), per_page=PER_PAGE) as day, another_core(day) as second:
        seen: list[SyncEvent] = []
        async with underway(day, []) as running:
            following = asyncio.create_task(second.sync.run(day.account, seen.append))
            await until(lambda: _pages(seen) == 2)
            following.cancel()
            with pytest.raises(asyncio.CancelledError):
                await following
        assert (await running).outcome is DONE
        assert runs(day) == [("done",)]


async def test_two_accounts_in_one_file_do_not_wait_for_each_other(tmp_path: Path) -> None:
    async with bad_day(tmp_path, collection(COPIES, PER_PAGE), per_page=PER_PAGE) as day:
        other = day.world.open_account("other", many(120))
        account = await day.core.connect.with_token(other.token)
        async with underway(day, []):
            report = await day.core.sync.run(account, lambda _event: None)
            assert (report.outcome, report.copies) == (DONE, 120)


async def test_the_lease_of_the_dead_is_taken_over_at_once_with_the_pages(tmp_path: Path) -> None:
    dead = " ".join((*this_process().split()[:3], "1"))
    async with bad_day(tmp_path, collection(COPIES, PER_PAGE), per_page=PER_PAGE) as day:
        # Late, so that all other pages are there.
        day.faults.add("latency", seconds=0.3, times=FOR_EVER, **Stage.LAST.selectors)
        day.faults.add("500", times=FOR_EVER, **Stage.LAST.selectors)
        await day.sync()
        day.faults.clear()
        with closing(elsewhere(day)) as connection:
            # As a process leaves it that is killed: the run is open and the lease is its own.
            connection.execute("UPDATE sync_runs SET outcome = NULL, finished_at = NULL")
            connection.execute(
                "INSERT INTO leases SELECT account_id, shelf, run_id, ?, ? FROM sync_runs", (dead, time.time())
            )
        before = day.world.counts.requests["collection"]
        async with asyncio.timeout(LONG):
            report = await day.sync()
        assert (report.outcome, report.copies) == (DONE, COPIES)
        assert runs(day) == [("crashed",), ("done",)]
        assert day.world.counts.requests["collection"] == before + 2


async def test_what_was_taken_over_publishes_nothing_and_the_other_does(tmp_path: Path) -> None:
    async with bad_day(tmp_path, collection(COPIES, PER_PAGE), per_page=PER_PAGE) as day, another_core(day) as second:
        await day.sync()
        day.world.website.edit_many(30)
        events: list[SyncEvent] = []
        async with underway(day, events) as running:
            with closing(elsewhere(day)) as connection:
                # It was not heard of for too long: a machine that slept.
                connection.execute("UPDATE leases SET renewed_at = renewed_at - 3600")
            other = await second.sync.run(day.account, lambda _event: None)
            assert (other.outcome, await day.here()) == (DONE, day.truth())
            day.world.website.edit_many(60, seed=2)
            published = await day.here()
        report = await running
        assert (report.outcome, report.problems) == (SyncOutcome.FAILED, (TakenOver(),))
        assert await day.here() == published
        with closing(elsewhere(day)) as connection:
            # A page of the old run would be gone on with, and it may be older than what the other has published.
            assert connection.execute("SELECT count(*) FROM staged_pages").fetchone() == (0,)
        again = await day.sync()
        assert (again.outcome, await day.here()) == (DONE, day.truth())


async def test_a_run_that_could_not_be_closed_holds_nobody_up(tmp_path: Path) -> None:
    """A full disk takes neither the publish nor the note that it failed; then there is room again."""
    async with bad_day(tmp_path, collection(150)) as day:
        with closing(elsewhere(day)) as connection:
            for what in ("INSERT ON items", "UPDATE OF outcome ON sync_runs", "DELETE ON leases"):
                name = what.split()[-1]
                connection.execute(f"CREATE TRIGGER full_{name} BEFORE {what} BEGIN SELECT RAISE(ABORT, 'full'); END")
            with pytest.raises(DatabaseUnusable):
                await day.sync()
            for name in ("items", "sync_runs", "leases"):
                connection.execute(f"DROP TRIGGER full_{name}")
        async with asyncio.timeout(LONG / 4):
            report = await day.sync()
        assert (report.outcome, await day.here()) == (DONE, day.truth())


async def test_a_sync_that_is_stopped_as_it_takes_the_lease_gives_it_back(tmp_path: Path) -> None:
    async with bad_day(tmp_path, collection(150)) as day:
        gate = await Gate.on(day.core.sync._stores.database._writer, "COMMIT", held=True)
        running = asyncio.create_task(day.sync())
        await gate.reached()
        running.cancel()
        for _ in range(10):
            await asyncio.sleep(0)
        gate.open()
        with pytest.raises(asyncio.CancelledError):
            await running
        with closing(elsewhere(day)) as connection:
            assert connection.execute("SELECT count(*) FROM leases").fetchone() == (0,)
        assert runs(day) == [("cancelled",)]


async def test_a_word_that_is_given_in_the_second_program_counts_after_the_run_of_the_first(tmp_path: Path) -> None:
    async with bad_day(tmp_path, collection(COPIES, PER_PAGE), per_page=PER_PAGE) as day, another_core(day) as second:
        await day.sync()
        for instance in range(1, 31):
            day.world.website.remove(instance)
        seen: list[SyncEvent] = []
        async with underway(day, []) as running:
            accepting = asyncio.create_task(second.sync.run(day.account, seen.append, Word.ACCEPT))
            await until(lambda: _pages(seen) == 2)
        assert (await running).outcome is SyncOutcome.NEEDS_WORD
        report = await accepting
        assert (report.outcome, report.removed, await day.here()) == (DONE, 30, day.truth())


async def test_a_sync_shows_every_process_that_it_runs_and_no_longer_when_it_is_over(tmp_path: Path) -> None:
    async with bad_day(tmp_path, collection(COPIES, PER_PAGE), per_page=PER_PAGE) as day, another_core(day) as second:
        async with underway(day, []):
            while not (seen := await second.sync._slots.running()) or seen[0].progress.page < 2:
                await asyncio.sleep(0.01)
            [running] = seen
            assert (running.account, running.progress.phase) == (day.account.id, Phase.READING)
            assert (running.progress.page, running.progress.pages, running.progress.told) == (2, 3, COPIES)
        assert await second.sync._slots.running() == ()
