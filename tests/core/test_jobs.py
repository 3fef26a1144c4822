"""What is done by itself: nothing twice, nothing forgotten, and no failure that stops anything else."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

from core.domain.ids import RunId
from core.domain.schedule import JobOutcome, job_is_due, retry
from core.domain.turns import JobReport
from core.errors import BackupNotWritten
from core.jobs import Job, Jobs
from core.store import leases
from core.store.database import Database, open_database
from core.store.jobs import JobRepository
from core.store.leases import EXPIRES
from tests.fakes import START, FakeClock

import pytest
from hypothesis import given
from hypothesis import strategies as st

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Diary:
    """A job that writes down when it is done, and can be told to wait or to fail."""

    def __init__(self, name: str = "cleaning", every: timedelta = HOUR) -> None:
        self.name = name
        self.every = every
        self.turns: list[datetime] = []
        self.error: Exception | None = None
        self.goes_on = asyncio.Event()
        self.goes_on.set()
        self.has_begun = asyncio.Event()
        self.is_wanted = True
        self.questions = 0

    def job(self) -> Job:
        return Job(self.name, self.every, self._act)

    def job_if_wanted(self) -> Job:
        return Job(self.name, self.every, self._act, self._wanted)

    async def _act(self, now: datetime) -> str:
        self.turns.append(now)
        self.has_begun.set()
        await self.goes_on.wait()
        if self.error:
            raise self.error
        return "swept"

    async def _wanted(self, now: datetime) -> bool:
        self.questions += 1
        return self.is_wanted


@pytest.fixture
def diary() -> Diary:
    return Diary()


def jobs_of(database: Database, clock: FakeClock, *jobs: Job) -> Jobs:
    return Jobs(database, clock, jobs)


def outcomes(reports: tuple[JobReport, ...]) -> dict[str, JobOutcome]:
    return {report.job: report.outcome for report in reports}


async def held_by(database: Database, holder: str, *, renewed: float = 0.0) -> None:
    """Somebody is at every job; `renewed` so many seconds ago."""
    async with database.tx() as tx:
        await tx.execute(
            "UPDATE job_runs SET turn_id = 'theirs', holder = ?, renewed_at = ?", (holder, time.time() - renewed)
        )


def dead_process() -> str:
    ended = subprocess.Popen([sys.executable, "-c", "pass"])
    name = leases._process(ended.pid)
    assert name is not None
    ended.wait()
    return name


async def test_a_job_that_never_had_a_turn_has_it_at_once_and_the_next_after_its_interval(
    database: Database, clock: FakeClock, diary: Diary
) -> None:
    jobs = jobs_of(database, clock, diary.job())

    for minutes in (0, 1, 59, 60, 61, 119, 120):
        await jobs.beat(START + timedelta(minutes=minutes))

    assert diary.turns == [START, START + HOUR, START + 2 * HOUR]


async def test_three_days_asleep_are_one_turn(database: Database, clock: FakeClock, diary: Diary) -> None:
    jobs = jobs_of(database, clock, diary.job())
    await jobs.beat(START)

    for seconds in range(0, 300, 30):
        await jobs.beat(START + 3 * DAY + timedelta(seconds=seconds))

    assert diary.turns == [START, START + 3 * DAY]


async def test_a_beat_that_was_held_up_does_nothing_a_second_time(
    database: Database, clock: FakeClock, diary: Diary
) -> None:
    goes_on = asyncio.Event()

    async def wanted(_now: datetime) -> bool:
        return await goes_on.wait()

    late = Job(diary.name, diary.every, diary._act, wanted)
    held_up = asyncio.create_task(jobs_of(database, clock, late).beat(clock.now()))
    await asyncio.sleep(0)
    clock.advance(1)
    await jobs_of(database, clock, diary.job()).beat(clock.now())

    goes_on.set()

    assert await held_up == ()
    assert len(diary.turns) == 1


async def test_a_restart_forgets_nothing(tmp_path: Path, clock: FakeClock, diary: Diary) -> None:
    for hours in (0.0, 0.5, 1.0):
        async with open_database(tmp_path / "runout.db") as database:
            await jobs_of(database, clock, diary.job()).beat(START + hours * HOUR)

    assert diary.turns == [START, START + HOUR]


async def test_what_was_done_is_told_and_written_down(database: Database, clock: FakeClock, diary: Diary) -> None:
    jobs, heard = jobs_of(database, clock, diary.job()), list[JobReport]()
    jobs.listen(heard.append)

    reports = await jobs.beat(START)

    assert reports == tuple(heard)
    assert (reports[0].job, reports[0].outcome, reports[0].said) == ("cleaning", JobOutcome.DONE, "swept")
    row = (await JobRepository(database).all())["cleaning"]
    assert (row.outcome, row.done, row.failures, row.started_at, row.due_at) == (
        JobOutcome.DONE,
        1,
        0,
        START,
        START + HOUR,
    )
    assert not row.is_underway


async def test_one_that_fails_stops_no_other_and_waits_longer_each_time(
    database: Database, clock: FakeClock, diary: Diary, caplog: pytest.LogCaptureFixture
) -> None:
    other = Diary("backup")
    diary.error = ZeroDivisionError("unforeseen")
    jobs = jobs_of(database, clock, diary.job(), other.job())

    reports = await jobs.beat(START)

    assert outcomes(reports) == {"cleaning": JobOutcome.FAILED, "backup": JobOutcome.DONE}
    assert "unforeseen" in caplog.text
    assert reports[0].said.split()[-1] in caplog.text
    assert "unforeseen" not in reports[0].said
    for minute in range(1, 16):
        clock.advance(60)
        await jobs.beat(START + timedelta(minutes=minute))
    assert [(turn - START).total_seconds() / 60 for turn in diary.turns] == [0, 2, 6, 14]
    row = (await JobRepository(database).all())["cleaning"]
    assert (row.failures, row.done, row.reason is not None) == (4, 0, True)


async def test_a_failure_that_was_foreseen_is_logged_in_a_line_and_one_good_turn_clears_it(
    database: Database, clock: FakeClock, diary: Diary, caplog: pytest.LogCaptureFixture
) -> None:
    diary.error = BackupNotWritten(path="backups", reason="the disk is full")
    jobs = jobs_of(database, clock, diary.job())

    report = (await jobs.beat(START))[0]

    assert "the disk is full" in report.said
    assert [record.exc_info for record in caplog.records if record.levelno >= logging.WARNING] == [None]
    diary.error = None
    await jobs.beat(START + 2 * HOUR)
    row = (await JobRepository(database).all())["cleaning"]
    assert (row.failures, row.reason, row.due_at) == (0, None, START + 3 * HOUR)


async def test_one_that_takes_long_keeps_no_other_from_its_turn(database: Database, clock: FakeClock) -> None:
    long, short = Diary("due accounts", timedelta(seconds=30)), Diary("cleaning", timedelta(seconds=30))
    long.goes_on.clear()
    jobs = jobs_of(database, clock, long.job(), short.job())

    for beat in range(3):
        short.has_begun.clear()
        await jobs.start_due(START + timedelta(minutes=beat))
        await short.has_begun.wait()
        await asyncio.gather(jobs._underway["cleaning"])

    assert (len(long.turns), len(short.turns)) == (1, 3)
    await jobs.close()


async def test_two_processes_on_one_file_do_nothing_twice(tmp_path: Path, clock: FakeClock, diary: Diary) -> None:
    """Two of everything that a process has; the lease of the one is a living process's to the other."""
    path = tmp_path / "runout.db"
    async with open_database(path) as mine, open_database(path) as theirs:
        both = [jobs_of(one, clock, diary.job()) for one in (mine, theirs)]
        for minute in range(0, 240, 10):
            await asyncio.gather(*(jobs.beat(START + timedelta(minutes=minute)) for jobs in both))

    assert diary.turns == [START + hours * HOUR for hours in range(4)]


async def test_a_job_that_a_living_process_is_at_is_left_to_it_however_late_it_is(
    database: Database, clock: FakeClock, diary: Diary
) -> None:
    jobs = jobs_of(database, clock, diary.job())
    await jobs.beat(START)
    living = leases._process(1)
    assert living is not None
    await held_by(database, living)

    assert await jobs.beat(START + DAY) == ()
    assert len(diary.turns) == 1


async def test_a_job_whose_process_was_killed_is_picked_up_and_the_death_is_counted(
    database: Database, clock: FakeClock, diary: Diary
) -> None:
    jobs = jobs_of(database, clock, diary.job())
    await jobs.beat(START)
    diary.error = ZeroDivisionError()
    await held_by(database, dead_process())

    await jobs.beat(START + HOUR)

    assert len(diary.turns) == 2
    assert (await JobRepository(database).all())["cleaning"].failures == 2


async def test_a_lease_that_is_not_renewed_is_free_again(database: Database, clock: FakeClock, diary: Diary) -> None:
    jobs = jobs_of(database, clock, diary.job())
    await jobs.beat(START)
    living = leases._process(1)
    assert living is not None
    await held_by(database, living, renewed=EXPIRES + 1)

    assert outcomes(await jobs.beat(START + HOUR)) == {"cleaning": JobOutcome.DONE}


async def test_who_was_replaced_ends_nothing_and_is_stopped(
    database: Database, clock: FakeClock, diary: Diary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.jobs.RENEWED", 0.01)
    diary.goes_on.clear()
    jobs = jobs_of(database, clock, diary.job())
    beat = asyncio.create_task(jobs.beat(START))
    await diary.has_begun.wait()

    await held_by(database, "somebody else entirely")
    reports = await beat

    assert outcomes(reports) == {"cleaning": JobOutcome.STOPPED}
    assert await database.fetch("SELECT turn_id, outcome FROM job_runs") == [("theirs", None)]


async def test_a_turn_that_goes_on_is_renewed(
    database: Database, clock: FakeClock, diary: Diary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.jobs.RENEWED", 0.01)
    diary.goes_on.clear()
    jobs = jobs_of(database, clock, diary.job())
    await jobs.start_due(START)
    await diary.has_begun.wait()
    async with database.tx() as tx:
        await tx.execute("UPDATE job_runs SET renewed_at = 0")

    while not (await JobRepository(database).all())["cleaning"].is_underway:
        await asyncio.sleep(0.001)

    diary.goes_on.set()
    await jobs.close()


async def test_closing_stops_what_goes_on_and_leaves_its_turn_to_the_next(
    database: Database, clock: FakeClock, diary: Diary
) -> None:
    diary.goes_on.clear()
    jobs = jobs_of(database, clock, diary.job())
    await jobs.start_due(START)
    await diary.has_begun.wait()

    await jobs.close()

    row = (await JobRepository(database).all())["cleaning"]
    assert (row.outcome, row.due_at, row.is_underway, row.failures) == (JobOutcome.STOPPED, None, False, 0)
    assert await jobs.beat(START + DAY) == ()
    diary.goes_on.set()
    assert outcomes(await jobs_of(database, clock, diary.job()).beat(START)) == {"cleaning": JobOutcome.DONE}


async def test_closing_does_not_wait_for_ever(
    database: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("core.jobs.PATIENCE", 0.05)
    begun, over = asyncio.Event(), asyncio.Event()

    async def deaf(now: datetime) -> str:
        begun.set()
        while not over.is_set():
            try:
                await over.wait()
            except asyncio.CancelledError:
                continue
        return ""

    jobs = jobs_of(database, clock, Job("cleaning", HOUR, deaf))
    await jobs.start_due(START)
    await begun.wait()

    await jobs.close()

    assert "cleaning did not stop in time" in caplog.text
    over.set()
    await asyncio.gather(*jobs._underway.values())


async def test_a_beat_that_is_given_up_stops_what_it_began(database: Database, clock: FakeClock, diary: Diary) -> None:
    diary.goes_on.clear()
    jobs = jobs_of(database, clock, diary.job())
    beat = asyncio.create_task(jobs.beat(START))
    await diary.has_begun.wait()

    beat.cancel()
    await asyncio.gather(beat, return_exceptions=True)

    assert (await JobRepository(database).all())["cleaning"].outcome is JobOutcome.STOPPED


async def test_while_there_is_nothing_to_do_nothing_is_written(
    database: Database, clock: FakeClock, diary: Diary
) -> None:
    diary.is_wanted = False
    jobs = jobs_of(database, clock, diary.job_if_wanted())

    for minute in range(3):
        assert await jobs.beat(START + timedelta(minutes=minute)) == ()

    assert (diary.turns, diary.questions) == ([], 3)
    assert await database.fetch("SELECT * FROM job_runs") == []
    diary.is_wanted = True
    await jobs.beat(START + timedelta(minutes=3))
    assert diary.turns == [START + timedelta(minutes=3)]


async def test_a_job_that_cannot_be_asked_stops_no_other(database: Database, clock: FakeClock) -> None:
    async def broken(now: datetime) -> bool:
        raise ZeroDivisionError

    diary, other = Diary("due accounts"), Diary("backup")
    jobs = jobs_of(database, clock, Job(diary.name, HOUR, diary._act, broken), other.job())

    assert outcomes(await jobs.beat(START)) == {"due accounts": JobOutcome.FAILED, "backup": JobOutcome.DONE}


@pytest.mark.parametrize("back", [HOUR, DAY, 400 * DAY])
async def test_a_clock_set_back_delays_no_job(
    database: Database, clock: FakeClock, diary: Diary, back: timedelta
) -> None:
    jobs = jobs_of(database, clock, diary.job())
    await jobs.beat(START)

    await jobs.beat(START - back)
    await jobs.beat(START - back + HOUR / 2)
    await jobs.beat(START - back + HOUR)

    assert diary.turns == [START, START - back, START - back + HOUR]


@given(
    st.none() | st.timedeltas(-400 * DAY, 400 * DAY),
    st.integers(0, 100),
    st.sampled_from([timedelta(seconds=30), HOUR, DAY]),
)
def test_no_job_is_ever_further_away_than_its_interval_or_its_wait(
    away: timedelta | None, failures: int, every: timedelta
) -> None:
    at = None if away is None else START + away
    longest = retry(failures, every) if failures else every
    assert job_is_due(at, failures, every, START) or (at is not None and START < at <= START + longest)
    assert longest <= max(every, HOUR)


async def test_a_finished_turn_of_somebody_else_is_not_ours_to_end(database: Database) -> None:
    store = JobRepository(database)
    async with database.tx() as tx:
        assert await store.take(tx, "backup", RunId("ours"), DAY, START)
        assert not await store.take(tx, "backup", RunId("theirs"), DAY, START)
        assert not await store.renew(tx, RunId("theirs"))
        assert not await store.finish(tx, RunId("theirs"), DAY, JobOutcome.DONE, "", START)
        assert await store.finish(tx, RunId("ours"), DAY, JobOutcome.DONE, "", START)
    store.forget(RunId("ours"))
