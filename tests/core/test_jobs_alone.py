"""What somebody has done in a job's place, now: one at a time with the job itself, whoever is at it."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from core.domain.schedule import JobOutcome
from core.errors import BackupNotWritten
from core.jobs import Jobs
from core.store.database import Database, open_database
from tests.core.test_jobs import HOUR, Diary, held_by, jobs_of
from tests.fakes import START, FakeClock

import pytest


@pytest.fixture
def diary() -> Diary:
    return Diary()


async def instead(jobs: Jobs, mine: Diary, name: str = "cleaning") -> JobOutcome | None:
    report = await jobs.alone(name, mine._act)
    return report.outcome if report else None


async def test_it_is_done_though_the_job_is_not_due_and_counts_as_its_turn(
    database: Database, clock: FakeClock, diary: Diary
) -> None:
    jobs, mine = jobs_of(database, clock, diary.job()), Diary()
    await jobs.beat(START)
    clock.advance(60)

    assert await instead(jobs, mine) is JobOutcome.DONE
    await jobs.beat(START + timedelta(seconds=60) + HOUR - timedelta(seconds=1))
    assert diary.turns == [START]
    await jobs.beat(START + timedelta(seconds=61) + HOUR)

    assert len(diary.turns) == 2
    assert mine.turns == [START + timedelta(seconds=60)]


async def test_it_is_done_though_the_job_has_nothing_to_do_and_has_just_failed(
    database: Database, clock: FakeClock, diary: Diary
) -> None:
    diary.error = BackupNotWritten("somewhere", "full")
    jobs, mine = jobs_of(database, clock, diary.job_if_wanted()), Diary()
    await jobs.beat(START)
    diary.is_wanted = False

    assert await instead(jobs, mine) is JobOutcome.DONE


async def test_while_this_process_is_at_the_job_it_is_nobodys_turn(
    database: Database, clock: FakeClock, diary: Diary
) -> None:
    diary.goes_on.clear()
    jobs, mine = jobs_of(database, clock, diary.job()), Diary()
    await jobs.start_due(START)
    await diary.has_begun.wait()

    assert await instead(jobs, mine) is None
    assert mine.turns == []
    diary.goes_on.set()
    await jobs.close()


async def test_while_another_process_is_at_the_job_it_is_nobodys_turn(
    database: Database, clock: FakeClock, diary: Diary
) -> None:
    jobs, mine = jobs_of(database, clock, diary.job()), Diary()
    await jobs.beat(START)
    await held_by(database, "another")

    assert await instead(jobs, mine) is None
    assert mine.turns == []


async def test_while_it_goes_on_nobody_else_begins_the_job(database: Database, clock: FakeClock, diary: Diary) -> None:
    jobs, mine = jobs_of(database, clock, diary.job()), Diary()
    mine.goes_on.clear()
    doing = asyncio.create_task(instead(jobs, mine))
    await mine.has_begun.wait()
    async with open_database(database.path) as same:
        other = jobs_of(same, clock, diary.job())
        assert await other.beat(START + 5 * HOUR) == ()
        assert await jobs.beat(START + 5 * HOUR) == ()
        mine.goes_on.set()
        assert await doing is JobOutcome.DONE
        await other.beat(START + 5 * HOUR)

    assert diary.turns == [START + 5 * HOUR]


async def test_why_it_failed_is_told_to_whoever_wanted_it(database: Database, clock: FakeClock, diary: Diary) -> None:
    jobs, mine = jobs_of(database, clock, diary.job()), Diary()
    mine.error = BackupNotWritten("somewhere", "full")

    report = await jobs.alone("cleaning", mine._act)

    assert report is not None
    assert report.is_failed
    assert report.problem == mine.error


async def test_who_gives_it_up_leaves_the_turn_to_others(database: Database, clock: FakeClock, diary: Diary) -> None:
    jobs, mine = jobs_of(database, clock, diary.job()), Diary()
    mine.goes_on.clear()
    doing = asyncio.create_task(instead(jobs, mine))
    await mine.has_begun.wait()
    doing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await doing

    assert await database.fetch("SELECT turn_id, outcome FROM job_runs") == [(None, "stopped")]
    await jobs.beat(START)
    assert diary.turns == [START]


async def test_nothing_is_begun_when_the_program_is_being_closed(
    database: Database, clock: FakeClock, diary: Diary
) -> None:
    jobs = jobs_of(database, clock, diary.job())
    await jobs.close()

    assert await instead(jobs, Diary()) is None
