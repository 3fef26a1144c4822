"""Let other processes see how far a run is, and that it goes on."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, Final

from core.clock import Clock
from core.domain.progress import RunningSync, SyncProgress
from core.errors import RunoutError
from core.services.staging import Errand
from core.store.leases import RENEWED
from core.store.repositories import Repositories
from core.store.slots import SlotStore

GLANCE: Final = 0.25
"""Seconds of the machine's time after which processes look at each other."""

_SHOWN: Final = 2.0
"""Seconds after which a run says again that it goes on, when nothing new has happened."""


class Beacon:
    """Shows the runs of this process."""

    def __init__(
        self,
        stores: Repositories,
        slots: SlotStore,
        clock: Clock,
        finish: Callable[[Coroutine[Any, Any, None]], asyncio.Task[None]],
    ) -> None:
        """`finish` begins work that is waited for at the end of the program."""
        self._finish = finish
        self._stores = stores
        self._slots = slots
        self._clock = clock

    @asynccontextmanager
    async def seen_alive(self, errand: Errand, progress: Callable[[], SyncProgress]) -> AsyncIterator[None]:
        """Meanwhile the run is shown, and its lease renewed."""
        showing = asyncio.create_task(self._show(errand, progress))
        try:
            yield
        finally:
            showing.cancel()
            await asyncio.gather(showing, return_exceptions=True)
            with contextlib.suppress(RunoutError):
                await asyncio.shield(self._finish(self._slots.forget_running(errand.id)))

    async def _show(self, errand: Errand, progress: Callable[[], SyncProgress]) -> None:
        began = self._clock.now().timestamp()
        shown_at = renewed_at = time.monotonic()
        shown: SyncProgress | None = None
        while True:
            try:
                if progress() != shown or time.monotonic() - shown_at >= _SHOWN:
                    shown, shown_at = progress(), time.monotonic()
                    running = RunningSync(errand.id, errand.account.id, began, shown, errand.shelf)
                    await self._slots.note_running(running)
                if time.monotonic() - renewed_at >= RENEWED:
                    renewed_at = time.monotonic()
                    async with self._stores.database.tx() as tx:
                        await self._stores.leases.renew(tx, errand.id)
            except RunoutError as error:
                # The publish looks whether the lease is still this run's, so nothing is lost.
                logging.getLogger(__name__).warning("a run cannot say that it goes on: %r", error)
            await asyncio.sleep(GLANCE)
