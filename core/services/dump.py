"""Facts of masters from Discogs' monthly dump: out of a file that somebody has fetched, without a call of the API."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import date
from pathlib import Path
from typing import Final

from core.clock import Clock
from core.discogs.dump import Changed
from core.discogs.unpacking import open_source
from core.domain.dump import DumpProgress, DumpReport, PastDump, Wanted
from core.domain.ids import RunId
from core.errors import (
    ChecksumWrong,
    DumpBroken,
    DumpCutOff,
    DumpDamaged,
    DumpUnderWay,
    NotMasters,
    RunoutError,
)
from core.services.dump_file import DumpFile, described
from core.services.dump_run import PORTIONS, DumpRun, OnProgress, Portions
from core.store.dumps import Begun, Dump, DumpRepository
from core.store.leases import RENEWED
from core.store.repositories import Repositories

from msgspec import Struct

_PROVEN: Final = (DumpBroken, DumpCutOff, DumpDamaged, NotMasters, ChecksumWrong)
"""What tells that a file is no good: nobody goes on with it."""


class Asked(Struct, frozen=True):
    """What is to be imported, as somebody said it."""

    file: Path | None
    """None is standard input."""
    everything: bool = False
    """All masters, and not only those of releases that are known here."""
    day: date | None = None
    """Of the dump, where its name does not say it."""
    checksum: Path | None = None
    """A list to look into, beside the one that lies beside the file."""


class DumpService:
    """Stages what is wanted of a dump, and publishes it when all of the file was found good."""

    def __init__(self, stores: Repositories, clock: Clock, portions: Portions = PORTIONS) -> None:
        self._database = stores.database
        self._dumps = DumpRepository(stores.database)
        self._clock = clock
        self._portions = portions

    async def bring(self, asked: Asked, on_progress: OnProgress | None = None) -> DumpReport:
        """Import a dump. What was stopped goes on where it was, if the file and what is wanted of it are the same.

        Raises DumpError, and leaves everything as it was then.
        """
        await self._tidy()
        wanted = Wanted(everything=True) if asked.everything else await self._dumps.wanted()
        while True:
            try:
                return await self._bring(asked, wanted, on_progress or _nothing)
            except Changed:
                logging.getLogger(__name__).info("the dump is another one than it was: begun anew")

    async def past(self) -> tuple[PastDump, ...]:
        """What was imported, is being imported or was stopped, the latest first."""
        return await self._dumps.past()

    async def _bring(self, asked: Asked, wanted: Wanted, tell: OnProgress) -> DumpReport:
        began = time.monotonic()
        stopped = threading.Event()
        with closing(await asyncio.to_thread(open_source, asked.file, stopped.is_set)) as source:
            today = self._clock.now().date()
            file = await asyncio.to_thread(described, asked.file, source, asked.day, asked.checksum, today)
            async with self._turn(file, wanted) as (run, begun), self._given_up_when_no_good(begun):
                doing = DumpRun(run, begun, file, self._dumps, self._database, self._clock, tell)
                reached = await doing.read(source, wanted, stopped, self._portions)
                checked = file.checked(source.sum.hexdigest())
                published, publishing = await doing.publish(reached)
        with contextlib.suppress(
            RunoutError
        ):  # Whatever keeps it from being tidied now is seen to by the next cleaning.
            await self._tidy()
        releases, known = await self._dumps.coverage()
        return DumpReport(
            name=file.name,
            day=file.day,
            dated_by=file.dated_by,
            everything=wanted.everything,
            entries=reached.entries,
            unnumbered=reached.unnumbered,
            published=published,
            checked=checked,
            before=begun.before,
            latest=begun.latest if begun.latest is not None and begun.latest > file.day else None,
            resumed_at=begun.reached.position,
            releases=releases,
            known=known,
            seconds=time.monotonic() - began,
            publishing=publishing,
        )

    @asynccontextmanager
    async def _turn(self, file: DumpFile, wanted: Wanted) -> AsyncIterator[tuple[RunId, Begun]]:
        """One import at a time. Raises DumpUnderWay."""
        run = RunId(str(uuid.uuid4()))
        dump = Dump(str(uuid.uuid4()), file.name, file.day, file.mark, file.size, wanted)
        try:
            async with self._database.tx() as tx:
                other = await self._dumps.underway(tx)
                if other is not None:
                    raise DumpUnderWay(path=other)
                begun = await self._dumps.begin(tx, dump, run, self._clock.now())
            renewing = asyncio.create_task(self._renewed(run), name="renew the import of a dump")
            try:
                yield run, begun
            finally:
                renewing.cancel()
                await asyncio.gather(renewing, return_exceptions=True)
                await asyncio.shield(self._let_go(run))
        finally:
            self._dumps.forget(run)

    async def _renewed(self, run: RunId) -> None:
        while True:
            await asyncio.sleep(RENEWED)
            with contextlib.suppress(RunoutError):
                async with self._database.tx() as tx:
                    await self._dumps.renew(tx, run)

    async def _let_go(self, run: RunId) -> None:
        try:
            async with self._database.tx() as tx:
                await self._dumps.let_go(tx, run)
        except RunoutError as error:
            logging.getLogger(__name__).warning("the end of an import cannot be written down: %r", error)

    @asynccontextmanager
    async def _given_up_when_no_good(self, begun: Begun) -> AsyncIterator[None]:
        try:
            yield
        except (*_PROVEN, Changed):
            with contextlib.suppress(RunoutError):
                async with self._database.tx() as tx:
                    await self._dumps.give_up(tx, begun.id)
            await self._tidy()
            raise

    async def _tidy(self) -> None:
        """Let go of what is staged and not needed, some at a time: others write meanwhile.

        Whatever keeps it from being done now, the next cleaning sees to it.
        """
        with contextlib.suppress(RunoutError):
            left = True
            while left:
                async with self._database.tx() as tx:
                    left = any((await self._dumps.clean(tx, self._clock.now())).values())


def _nothing(_progress: DumpProgress) -> None:
    return
