"""What calls the jobs now and then: APScheduler, and nothing else of it. What is due stands in the database."""

from __future__ import annotations

import asyncio
import logging
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from core.errors import RunoutError
from core.jobs import Jobs

EVERY: Final = 30.0
"""Seconds of the program's time from one beat to the next."""

JITTER: Final = 5.0
"""Seconds that a beat may come later, so that several processes do not all come at once."""

FIRST: Final = 3.0
"""Seconds until the first one: whoever has just started something sees that first."""

_QUICKEST: Final = 0.05
"""Seconds of the machine's time. However fast the program's time runs, it has to do something else, too."""


class Heartbeat:
    """Beats from `start` to `close`, in the loop that it was started in; `factor` times as fast as usual."""

    def __init__(self, jobs: Jobs, *, factor: float = 1.0) -> None:
        self._jobs = jobs
        self._factor = factor
        self._scheduler: Any = None
        self._beating = asyncio.Lock()

    async def start(self) -> None:
        """Begin; the first beat comes a moment later."""
        scheduler, trigger = await asyncio.to_thread(_library)
        every = max(_QUICKEST, EVERY / self._factor)
        self._scheduler = scheduler(
            timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        self._scheduler.add_job(
            self._beat,
            trigger(seconds=every, jitter=min(every, JITTER / self._factor), timezone=UTC),
            next_run_time=datetime.now(UTC) + timedelta(seconds=FIRST / self._factor),
        )
        self._scheduler.start()

    async def close(self) -> None:
        """Beat no more. Jobs that have begun go on: those are for `Jobs.close` to end."""
        if self._scheduler is None:
            return
        self._scheduler.pause()
        async with self._beating:  # It would be cancelled in its middle, and that reported as an error.
            self._scheduler.shutdown(wait=False)
            self._scheduler = None
        await asyncio.sleep(0)  # It ends in the next turn of the loop.

    async def _beat(self) -> None:
        async with self._beating:
            try:
                await self._jobs.start_due(self._jobs.now())
            except RunoutError as error:
                logging.getLogger(__name__).warning("a beat came to nothing: %r", error)
            except Exception:
                reference = secrets.token_hex(4)
                logging.getLogger(__name__).exception("a beat came to nothing, reference %s", reference)


def _library() -> tuple[Any, Any]:
    """In a thread: it takes a quarter of a second, in which somebody may press a key."""
    from apscheduler.schedulers.asyncio import AsyncIOScheduler  # noqa: PLC0415 - nothing else needs it
    from apscheduler.triggers.interval import IntervalTrigger  # noqa: PLC0415 - as above

    # It tells of every beat, which is too much even for those who want to know a lot.
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    return AsyncIOScheduler, IntervalTrigger
