"""What was done by itself, and how it ended."""

from __future__ import annotations

from datetime import datetime

from core.domain.ids import AccountId, Shelf
from core.domain.progress import Kind, SyncOutcome
from core.domain.schedule import JobOutcome
from core.errors import RunoutError, WantlistPrivate

from msgspec import Struct


class Turn(Struct, frozen=True):
    """A run that the schedule began, and how it ended."""

    at: datetime
    account: AccountId
    username: str
    shelf: Shelf
    kind: Kind
    outcome: SyncOutcome
    requests: int
    seconds: float
    problems: tuple[RunoutError, ...] = ()
    reference: str = ""
    """By which the log knows what nobody foresaw."""

    @property
    def is_good(self) -> bool:
        """Whether it brought something that can be looked at, or there is nothing to be seen by anybody."""
        is_private = any(isinstance(problem, WantlistPrivate) for problem in self.problems)
        return is_private or self.outcome not in (SyncOutcome.FAILED, SyncOutcome.CANCELLED)


class JobReport(Struct, frozen=True):
    """How a turn of a job ended."""

    job: str
    at: datetime
    outcome: JobOutcome
    said: str
    """What was done, or why it was not."""
    seconds: float
    problem: RunoutError | None = None
    """Why it was not done, where that was foreseen."""

    @property
    def is_failed(self) -> bool:
        """Whether it came to nothing."""
        return self.outcome is JobOutcome.FAILED
