"""What the terminal does by itself while it is open: the same as `runout daemon`."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from core.app import Core
from core.errors import RunoutError
from core.heartbeat import Heartbeat

_AFTER: Final = 1.0
"""Seconds: whoever has just opened the terminal wants to see their records, not a scheduler."""

_THERE: Final = 600.0
"""Seconds of the program's time after which an open terminal says again that somebody is there."""


@asynccontextmanager
async def jobs_running(core: Core, pace: float) -> AsyncIterator[None]:
    """Run the jobs beside what is done in the block; at its end they stop, within 5 seconds.

    `pace`: how fast the program's time runs.
    """
    running = asyncio.create_task(_run(core, pace))
    try:
        yield
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await core.jobs.close()


async def _run(core: Core, pace: float) -> None:
    heartbeat = Heartbeat(core.jobs, factor=pace)
    try:
        await asyncio.sleep(_AFTER)
        await _say_that_somebody_is_there(core)
        await heartbeat.start()
        while True:
            await asyncio.sleep(_THERE / pace)
            await _say_that_somebody_is_there(core)
    except Exception:
        # The records can be looked at without.
        logging.getLogger(__name__).exception("no jobs are run, reference %s", secrets.token_hex(4))
    finally:
        await heartbeat.close()


async def _say_that_somebody_is_there(core: Core) -> None:
    with contextlib.suppress(RunoutError):  # The screen tells of it.
        account = await core.library.account()
        if account is not None:
            await core.schedule.touch(account)
