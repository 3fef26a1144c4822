"""Whose turn a job is right now, across processes: one at a time, and none for ever."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Final

from core.domain.ids import RunId
from core.domain.schedule import JobOutcome, job_is_due, retry
from core.store.database import Database, Row, Tx
from core.store.leases import is_alive, this_process

from msgspec import Struct

_UNDERWAY: Final[set[str]] = set()
"""The turns of this process: a lease that it has for another one could not be let go of."""


class JobRow(Struct, frozen=True):
    """What is known of a job."""

    job: str
    due_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    outcome: JobOutcome | None
    """Of its last turn; None before the first, and while one goes on."""
    reason: str | None
    failures: int
    """Turns in a row that went wrong."""
    done: int
    """Turns that went well, ever."""
    is_underway: bool
    """Whether a living process is at it."""


class JobRepository:
    """One row a job. Only whoever has a turn ends it: a holder that was replaced does no harm."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> dict[str, JobRow]:
        """Every job that ever had a turn, by its name."""
        rows = await self._database.fetch(
            "SELECT job, due_at, started_at, finished_at, outcome, reason, failures, done, turn_id, holder, renewed_at"
            " FROM job_runs"
        )
        return {row[0]: _row(row) for row in rows}

    async def take(
        self, tx: Tx, job: str, run: RunId, every: timedelta, now: datetime, *, is_forced: bool = False
    ) -> bool:
        """Begin a turn, if the job is due, or forced, and no living process is at it.

        Whoever was killed at it has failed.
        """
        rows = await tx.fetch(
            "SELECT due_at, failures, turn_id, holder, renewed_at FROM job_runs WHERE job = ?", (job,)
        )
        due_at, failures, last, holder, renewed_at = rows[0] if rows else (None, 0, None, None, None)
        if last is not None and _goes_on(last, holder, renewed_at):
            return False
        if not (is_forced or job_is_due(_moment(due_at), failures, every, now)):
            return False
        _UNDERWAY.add(run)
        await tx.execute(
            "INSERT INTO job_runs (job, due_at, turn_id, holder, renewed_at, started_at, failures)"
            " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (job) DO UPDATE SET turn_id = excluded.turn_id,"
            " holder = excluded.holder, renewed_at = excluded.renewed_at, started_at = excluded.started_at,"
            " failures = excluded.failures, finished_at = NULL, outcome = NULL, reason = NULL",
            (job, due_at, run, this_process(), time.time(), now.isoformat(), failures + (last is not None)),
        )
        return True

    async def renew(self, tx: Tx, run: RunId) -> bool:
        """Say that a turn goes on; whether it is still this run's."""
        return bool(await tx.execute("UPDATE job_runs SET renewed_at = ? WHERE turn_id = ?", (time.time(), run)))

    async def finish(
        self, tx: Tx, run: RunId, every: timedelta, outcome: JobOutcome, reason: str, now: datetime
    ) -> bool:
        """End a turn and say when the next one is; nothing, and no, when it is no longer this run's."""
        rows = await tx.fetch("SELECT job, due_at, started_at, failures FROM job_runs WHERE turn_id = ?", (run,))
        if not rows:
            return False
        job, due_at, started_at, failures = rows[0]
        match outcome:
            case JobOutcome.DONE:
                failures, due_at = 0, (datetime.fromisoformat(started_at) + every).isoformat()
            case JobOutcome.FAILED:
                failures += 1
                due_at = (now + retry(failures, every)).isoformat()
            case JobOutcome.STOPPED:
                pass  # It stays due: whoever is next goes on.
        await tx.execute(
            "UPDATE job_runs SET turn_id = NULL, holder = NULL, renewed_at = NULL, finished_at = ?, outcome = ?,"
            " reason = ?, failures = ?, due_at = ?, done = done + ? WHERE job = ?",
            (now.isoformat(), outcome, reason or None, failures, due_at, outcome is JobOutcome.DONE, job),
        )
        return True

    @staticmethod
    def forget(run: RunId) -> None:
        """The turn is over, even if that could not be written down."""
        _UNDERWAY.discard(run)


def _row(row: Row) -> JobRow:
    job, due_at, started_at, finished_at, outcome, reason, failures, done, *lease = row
    return JobRow(
        job=job,
        due_at=_moment(due_at),
        started_at=_moment(started_at),
        finished_at=_moment(finished_at),
        outcome=JobOutcome(outcome) if outcome else None,
        reason=reason,
        failures=failures,
        done=done,
        is_underway=lease[0] is not None and _goes_on(*lease),
    )


def _goes_on(run: str, holder: str, renewed_at: float) -> bool:
    return is_alive(holder, renewed_at) and (holder != this_process() or run in _UNDERWAY)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
