"""One import of a dump, from the first byte that is not staged yet to the publish."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import aclosing
from typing import Final

from core.clock import Clock
from core.discogs.dump import DumpReader
from core.discogs.unpacking import Source
from core.domain.dump import Batch, DumpPhase, DumpProgress, Published, Reached, Wanted, seconds_left
from core.domain.ids import RunId
from core.errors import DumpTakenOver
from core.services.dump_file import DumpFile
from core.store.database import Database
from core.store.dumps import Begun, DumpRepository

from msgspec import Struct
from msgspec.structs import replace

OnProgress = Callable[[DumpProgress], None]


class Portions(Struct, frozen=True):
    """How much is staged at a time, whichever is reached first: some milliseconds of writing."""

    masters: int = 5_000
    text: int = 1 << 24
    """Bytes."""


PORTIONS: Final = Portions()


class DumpRun:
    """Stages what a thread reads. Whoever runs it has the turn, and gives it back."""

    def __init__(
        self,
        run: RunId,
        begun: Begun,
        file: DumpFile,
        dumps: DumpRepository,
        database: Database,
        clock: Clock,
        tell: OnProgress,
    ) -> None:
        self._run = run
        self._begun = begun
        self._file = file
        self._dumps = dumps
        self._database = database
        self._clock = clock
        self._tell = tell
        self._kept = begun.kept
        # The machine's own time: a file is read no faster where clocks run faster.
        self._since: tuple[int, float] | None = None

    async def read(self, source: Source, wanted: Wanted, stopped: threading.Event, portions: Portions) -> Reached:
        """Stage everything that is wanted and not staged yet; how far the file goes.

        Raises Changed, DumpTakenOver and what reading raises.
        """
        reached = self._begun.reached
        batches = DumpReader(source, wanted, reached).batches(portions.masters, portions.text)
        async with aclosing(_on_a_thread(batches, stopped)) as coming:
            async for batch in coming:
                if batch.is_skipped:
                    self._say(DumpPhase.SKIPPING, replace(self._begun.reached, read=batch.reached.read))
                    continue
                reached = batch.reached
                await self._stage(batch)
                self._say(DumpPhase.READING, reached)
        return reached

    async def publish(self, reached: Reached) -> tuple[Published, float]:
        """Let everything that is staged be known at once; what that was, and for how many seconds nobody else wrote.

        Raises DumpTakenOver.
        """
        self._say(DumpPhase.PUBLISHING, reached)
        async with self._database.tx() as tx:
            began = time.monotonic()
            published = await self._dumps.publish(tx, self._begun.id, self._run, self._file.day, self._clock.now())
            if published is None:
                raise DumpTakenOver(path=self._file.path)
        return published, time.monotonic() - began

    async def _stage(self, batch: Batch) -> None:
        async with self._database.tx() as tx:
            is_ours = await self._dumps.stage(
                tx, self._begun.id, self._run, batch.reached, batch.masters, self._clock.now()
            )
            if not is_ours:
                raise DumpTakenOver(path=self._file.path)
        self._kept += len(batch.masters)

    def _say(self, phase: DumpPhase, reached: Reached) -> None:
        now = time.monotonic()
        since = self._since
        left = seconds_left(reached.read, self._file.size, since[0], now - since[1]) if since else None
        if phase is DumpPhase.READING and since is None:
            self._since = reached.read, now
        self._tell(DumpProgress(phase, reached.read, self._file.size, reached.entries, self._kept, left))


async def _on_a_thread(batches: Generator[Batch, None, None], stopped: threading.Event) -> AsyncGenerator[Batch, None]:
    """The batches as they come: while one is looked at, the next is read."""
    ahead = asyncio.ensure_future(asyncio.to_thread(next, batches, None))
    try:
        while (batch := await asyncio.shield(ahead)) is not None:
            ahead = asyncio.ensure_future(asyncio.to_thread(next, batches, None))
            yield batch
    finally:
        stopped.set()
        # A generator cannot be closed while a thread is in it.
        await asyncio.wait((ahead,))
        if not ahead.cancelled():
            ahead.exception()
        await asyncio.to_thread(batches.close)
