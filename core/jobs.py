"""What is done by itself, and when: one table of jobs, each a function of the time.

Whose turn it is stands in the database, so that any number of processes on one file do nothing twice. Something else
has to call `beat` now and then; how often makes nothing wrong, only late.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import uuid
from collections.abc import Awaitable, Callable, Collection, Coroutine, Sequence
from datetime import datetime, timedelta
from typing import Final

from core.clock import Clock
from core.domain.ids import RunId
from core.domain.schedule import JobOutcome, job_is_due
from core.domain.turns import JobReport
from core.errors import RunoutError
from core.services.enrich import JOB as ENRICHMENT
from core.services.enrich import EnrichService
from core.services.schedule import ScheduleService
from core.services.upkeep import UpkeepService
from core.store.database import Database
from core.store.jobs import JobRepository
from core.store.leases import RENEWED

from msgspec import Struct
from msgspec.structs import replace

PATIENCE: Final = 4.0
"""Seconds of the machine's time that jobs have to stop in, when the program is closed."""

Act = Callable[[datetime], Awaitable[str]]
"""What a job does; it says in a few words what that was."""


class Job(Struct, frozen=True):
    """Something that is done again and again."""

    name: str
    every: timedelta
    act: Act
    is_wanted: Callable[[datetime], Awaitable[bool]] | None = None
    """Whether there is anything to do. While there is not, nothing is written down and the turn stays due."""
    nudge: Callable[[datetime], Awaitable[None]] | None = None
    """Called by every beat that comes while this process is at it."""


def job_table(
    schedule: ScheduleService,
    upkeep: UpkeepService,
    enrich: EnrichService,
    keep_backup: Act | None = None,
    clean_covers: Act | None = None,
) -> tuple[Job, ...]:
    """Every job of the program."""
    day, soon = timedelta(days=1), timedelta(seconds=30)
    table = (
        Job("due accounts", soon, schedule.run_due, schedule.is_anything_due, schedule.nudge),
        Job(ENRICHMENT, soon, enrich.run_due, enrich.is_anything_left, enrich.nudge),
        Job("cleaning", timedelta(hours=1), upkeep.clean),
        Job("optimise", day, upkeep.optimise),
    )
    more = (("backup", day, keep_backup), ("covers", timedelta(hours=1), clean_covers))
    return (*table, *(Job(name, every, act) for name, every, act in more if act is not None))


class Jobs:
    """Starts what is due. One that fails is tried again later, and stops no other."""

    def __init__(self, database: Database, clock: Clock, table: Sequence[Job]) -> None:
        self._database = database
        self._store = JobRepository(database)
        self._clock = clock
        self._table = table
        self._underway: dict[str, asyncio.Task[JobReport | None]] = {}
        self._listeners: list[Callable[[JobReport], None]] = []
        self._is_closed = False

    def now(self) -> datetime:
        """The time by which jobs are due."""
        return self._clock.now()

    def listen(self, listener: Callable[[JobReport], None]) -> None:
        """Be told of every turn of this process when it is over."""
        self._listeners.append(listener)

    async def beat(self, now: datetime) -> tuple[JobReport, ...]:
        """Do everything that is due and that nobody else is at, and wait until it is done. Raises StoreError."""
        tasks = await self._start(now)
        try:
            return tuple(report for report in await asyncio.gather(*tasks) if report is not None)
        finally:
            await _stopped(tasks)

    async def start_due(self, now: datetime) -> None:
        """Start the same, and wait for nothing: what takes long keeps no other job from its turn. Raises StoreError."""
        await self._start(now)

    async def alone(self, name: str, act: Act) -> JobReport | None:
        """Do something in a job's place, now, whether it is due or not; None when the job is somebody's already."""
        if name in self._underway or self._is_closed:
            return None
        job = replace(next(job for job in self._table if job.name == name), act=act, is_wanted=None)
        task = self._begin(job, self._turn(job, self._clock.now(), timedelta(), is_forced=True))
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            await _stopped((task,))
            raise

    async def close(self) -> None:
        """Start nothing more, and stop what goes on; what it has brought so far is kept. Takes 5 seconds at most."""
        self._is_closed = True
        for name in await _stopped(tuple(self._underway.values())):
            logging.getLogger(__name__).warning("%s did not stop in time", name)

    async def _start(self, now: datetime) -> tuple[asyncio.Task[JobReport | None], ...]:
        ahead = now - self._clock.now()
        rows, tasks = await self._store.all(), []
        for job in self._table:
            if job.name in self._underway and job.nudge is not None:
                await job.nudge(now)
            row = rows.get(job.name)
            is_due = row is None or (job_is_due(row.due_at, row.failures, job.every, now) and not row.is_underway)
            if is_due and job.name not in self._underway and not self._is_closed:
                tasks.append(self._begin(job, self._turn(job, now, ahead)))
        return tuple(tasks)

    def _begin(self, job: Job, turn: Coroutine[None, None, JobReport | None]) -> asyncio.Task[JobReport | None]:
        task = self._underway[job.name] = asyncio.create_task(turn, name=job.name)
        task.add_done_callback(lambda task: self._underway.pop(task.get_name()))
        return task

    async def _turn(self, job: Job, now: datetime, ahead: timedelta, *, is_forced: bool = False) -> JobReport | None:
        """One turn; None when there is nothing to do, or when somebody else has it.

        `ahead`: how far the beat's time is before the clock's.
        """
        run, began = RunId(str(uuid.uuid4())), self._clock.monotonic()
        outcome, said = JobOutcome.DONE, ""
        problem: RunoutError | None = None
        try:
            if job.is_wanted is not None and not await job.is_wanted(now):
                return None
            async with self._database.tx() as tx:
                # It may have waited for the writer: by the time of the beat, whoever was quicker would be ahead of it.
                moment = self._clock.now() + ahead
                if not await self._store.take(tx, job.name, run, job.every, moment, is_forced=is_forced):
                    return None
            said = await self._renewed(run, asyncio.ensure_future(job.act(now)))
        except asyncio.CancelledError:
            outcome = JobOutcome.STOPPED
        except Exception as error:  # noqa: BLE001 - whatever it is, it is this job's own
            outcome, said = JobOutcome.FAILED, _reason(job, error)
            problem = error if isinstance(error, RunoutError) else None
        await asyncio.shield(self._finish(job, run, outcome, said))
        report = JobReport(job.name, now, outcome, said, self._clock.monotonic() - began, problem)
        for listener in self._listeners:
            listener(report)
        return report

    async def _finish(self, job: Job, run: RunId, outcome: JobOutcome, said: str) -> None:
        reason = said if outcome is JobOutcome.FAILED else ""
        try:
            async with self._database.tx() as tx:
                await self._store.finish(tx, run, job.every, outcome, reason, self._clock.now())
        except RunoutError as error:
            logging.getLogger(__name__).warning("the end of %s cannot be written down: %r", job.name, error)
        finally:
            # This process is no longer at it, so the turn is anybody's, even if that could not be written down.
            self._store.forget(run)

    async def _renewed(self, run: RunId, acting: asyncio.Future[str]) -> str:
        """Wait for a job, and say meanwhile that it goes on. It is stopped when it has become somebody else's."""
        try:
            while not (await asyncio.wait((acting,), timeout=RENEWED))[0]:
                if not await self._renew(run):
                    acting.cancel()
            return acting.result()
        except asyncio.CancelledError:
            acting.cancel()
            await asyncio.gather(acting, return_exceptions=True)
            raise

    async def _renew(self, run: RunId) -> bool:
        """Whether the turn is still this run's; so it is taken to be while that cannot be known."""
        try:
            async with self._database.tx() as tx:
                return await self._store.renew(tx, run)
        except RunoutError as error:
            logging.getLogger(__name__).warning("a job cannot say that it goes on: %r", error)
            return True


async def _stopped(tasks: Collection[asyncio.Task[JobReport | None]]) -> list[str]:
    """Stop tasks, and wait for their end; the names of those that did not come to it in time."""
    if not tasks:
        return []
    for task in tasks:
        task.cancel()
    _, left = await asyncio.wait(tasks, timeout=PATIENCE)
    return [task.get_name() for task in left]


def _reason(job: Job, error: Exception) -> str:
    """Why a job failed, for the log and for its row; what nobody foresaw with its traceback in the log."""
    if isinstance(error, RunoutError):
        logging.getLogger(__name__).warning("%s failed: %r", job.name, error)
        return repr(error)
    reference = secrets.token_hex(4)
    logging.getLogger(__name__).error("%s failed, reference %s", job.name, reference, exc_info=error)
    return f"unexpected, reference {reference}"
