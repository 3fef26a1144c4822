"""Imports of a dump into a real file: with what is known before them, and what is known after."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from core.domain.dump import DumpPhase, DumpProgress, DumpReport
from core.domain.ids import MasterId, ReleaseId
from core.domain.master import Master, Source, Told
from core.services.dump import Asked, DumpService
from core.services.dump_run import Portions
from core.store.cipher import Cipher
from core.store.database import Database, open_database
from core.store.dumps import DumpRepository
from core.store.masters import MasterRepository
from core.store.repositories import Repositories
from tests.factories import make_release
from tests.fakes import FakeClock

_CONTEXT: Final = multiprocessing.get_context("forkserver")

NOW: Final = datetime(2026, 11, 1, 9, 30, tzinfo=UTC)
FEW: Final = Portions(masters=7, text=4_000)


class Row(NamedTuple):
    """What the database says of a master."""

    year: int | None
    genres: str
    styles: str
    main_release: int | None
    source: str
    as_of: str


@dataclass(frozen=True)
class Importer:
    """A file, and the service on it."""

    database: Database
    service: DumpService
    clock: FakeClock

    async def bring(self, file: Path | None, **more: Any) -> DumpReport:
        progress = more.pop("progress", None)
        return await self.service.bring(Asked(file, **more), progress)

    async def has_releases(self, *masters: int, first: int = 1, source: str = "api") -> None:
        """Releases that are on nobody's shelf, of these masters; 0 is none."""
        releases = {
            ReleaseId(number): make_release(number, master_id=master or None)
            for number, master in enumerate(masters, first)
        }
        async with self.database.tx() as tx:
            await Repositories.of(self.database, Cipher(Path("no.key"))).releases.write(tx, releases)
            await tx.execute("UPDATE releases SET source = ? WHERE release_id >= ?", (source, first))

    async def is_told(self, *masters: Master, as_of: datetime = NOW, source: Source = Source.API) -> None:
        async with self.database.tx() as tx:
            await MasterRepository(self.database).write(
                tx, [Told(one, source, as_of) for one in masters], self.clock.now()
            )

    async def masters(self) -> dict[int, Row]:
        rows = await self.database.fetch(
            "SELECT master_id, year, CAST(genres AS TEXT), CAST(styles AS TEXT), main_release, source, as_of"
            " FROM masters ORDER BY master_id"
        )
        return {row[0]: Row(*row[1:]) for row in rows}

    async def told(self, number: int) -> Told | None:
        return await MasterRepository(self.database).told(MasterId(number))

    async def count(self, what: str) -> int:
        return int((await self.database.fetch(f"SELECT count(*) FROM {what}"))[0][0])

    async def is_clean(self) -> bool:
        """Nothing is staged, and nothing is kept of an import that was not published."""
        return not await self.count("staged_masters") + await self.count("dumps WHERE published_at IS NULL")


@asynccontextmanager
async def importer(directory: Path, portions: Portions = FEW) -> AsyncIterator[Importer]:
    async with open_database(directory / "runout.db") as database:
        clock = FakeClock(NOW)
        stores = Repositories.of(database, Cipher(directory / "secret.key"))
        yield Importer(database, DumpService(stores, clock, portions), clock)


def rows_of(masters: Iterable[Master], as_of: str = "2026-08-01T00:00:00+00:00") -> dict[int, Row]:
    """What is known when a dump was all that was told."""
    listed = {one.id: one for one in masters}
    return {
        number: Row(one.year, _json(one.genres), _json(one.styles), one.main_release, "dump", as_of)
        for number, one in sorted(listed.items())
    }


def _json(texts: Iterable[str]) -> str:
    return "[" + ",".join(f'"{text}"' for text in texts) + "]"


class Killed:
    """An import in a process of its own, which kills itself so that nothing of it can tidy up."""

    def __init__(self, directory: Path, file: Path, moment: str, *, everything: bool) -> None:
        self._process = _CONTEXT.Process(target=_live, args=(directory, file, moment, everything), daemon=True)
        self._process.start()

    async def ended(self) -> int | None:
        """Its exit code: -9 when it was killed."""
        await asyncio.to_thread(self._process.join, 60)
        return self._process.exitcode


def _live(directory: Path, file: Path, moment: str, everything: bool) -> None:
    asyncio.run(_import_and_die(directory, file, moment, everything=everything))


async def _import_and_die(directory: Path, file: Path, moment: str, *, everything: bool) -> None:
    """`moment` is the number of a batch that was staged, or one of the names below."""
    staged = 0

    def tell(progress: DumpProgress) -> None:
        nonlocal staged
        staged += progress.phase is DumpPhase.READING
        if moment == str(staged) or moment == progress.phase:
            die()

    if moment == "in the publish":
        _die_after(DumpRepository, "publish")
    if moment == "before cleaning":
        _die_before(DumpService, "_tidy", 2)
    if moment == "begun":
        _die_before(DumpRepository, "stage", 1)
    async with importer(directory) as one:
        await one.bring(file, everything=everything, progress=tell)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _die_after(owner: type[Any], name: str) -> None:
    whole = getattr(owner, name)

    async def and_die(*arguments: Any) -> None:
        await whole(*arguments)
        die()

    setattr(owner, name, and_die)


def _die_before(owner: type[Any], name: str, call: int) -> None:
    whole, calls = getattr(owner, name), []

    async def dying(*arguments: Any) -> Any:
        calls.append(name)
        if len(calls) == call:
            die()
        return await whole(*arguments)

    setattr(owner, name, dying)
