"""One collector, one set of files, any number of processes; the stand-in Discogs is in the test's own process."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

from core.domain import collection as ours
from core.domain.changes import Action, Entry, replayed
from core.domain.collection import Collection
from core.domain.ids import InstanceId, Shelf
from core.sandbox.holding import Copy, Folder, Holding
from core.sandbox.server import serve
from core.sandbox.world import World
from core.store.accounts import AccountRepository
from core.store.changes import ChangeRepository
from core.store.cipher import Cipher
from core.store.collections import CollectionRepository
from core.store.database import Database, open_database
from core.store.shelves import ShelfRepository
from tests.core.services import truth
from tests.core.services.another_process import PATIENCE, Home, Process
from tests.core.services.truth import Truth
from tests.stand_in import owned

_PLENTY: Final = 240
"""Requests a minute, so that nothing waits for another minute."""

_OLDEST: Final = datetime.fromisoformat("2022-05-11T18:29:49-07:00")


class Books(NamedTuple):
    """What the program has noted of its runs."""

    outcomes: tuple[str | None, ...]
    """Oldest first; None for a run that is open."""
    leases: int
    staged: int
    asked: frozenset[InstanceId]
    kept: frozenset[InstanceId]
    as_of: str | None
    """When the copy was true."""
    begun: tuple[str, ...]
    """When each run began."""


class Page(NamedTuple):
    """What is published of a shelf, and how that came about."""

    copies: dict[InstanceId, ours.Copy]
    feed: tuple[Entry, ...]
    """In the order in which it happened."""

    def follows(self, before: Page) -> bool:
        """Whether what was there before and what was told since give what is here."""
        last = before.feed[-1].number if before.feed else 0
        since = [entry.change for entry in self.feed if entry.number > last]
        first = [number for number, change in enumerate(since) if change.action is Action.FIRST]
        if not first:
            return replayed(before.copies, since) == self.copies
        # Of the first whole copy only the number is told.
        told = json.loads(bytes(since[first[-1]].after or b""))["copies"]
        came = Counter(change.action for change in since[first[-1] :])
        return bool(len(self.copies) == told + came[Action.ADDED] - came[Action.REMOVED])


class House:
    """Made by `house`."""

    def __init__(self, world: World, home: Home, database: Database) -> None:
        self.world = world
        self._home = home
        self._database = database
        self.processes: list[Process] = []

    async def enter(self) -> Process:
        """Start a process; the first one connects the account."""
        process = Process(self._home)
        self.processes.append(process)
        async with asyncio.timeout(PATIENCE):
            await process.ready
        return process

    async def published(self) -> Truth:
        """The copy that can be browsed."""
        return truth.of_published(await self._shelf(Shelf.COLLECTION))

    def told(self) -> Truth:
        """What the website has."""
        return truth.of_website(self.world.account.shelf)

    async def wanted(self) -> set[int]:
        """The wants that can be browsed, by release."""
        return {int(copy.release.id) for copy in (await self._shelf(Shelf.WANTLIST)).copies}

    async def page(self, shelf: Shelf) -> Page:
        """A shelf and its feed, both as they are at one moment."""
        account = (await self._accounts.of_terminal())[0].id
        shelves, changes = ShelfRepository(self._database), ChangeRepository(self._database)
        while True:
            moment = await shelves.revision(account)
            here, feed = await self._shelf(shelf), await changes.since(account, shelf=shelf)
            if moment == await shelves.revision(account):
                return Page({copy.instance_id: copy for copy in here.copies}, feed[::-1])

    @property
    def _accounts(self) -> AccountRepository:
        return AccountRepository(self._database, Cipher(self._home.directory / "secret.key"))

    async def _shelf(self, shelf: Shelf) -> Collection:
        account, *_ = await self._accounts.of_terminal()
        return await CollectionRepository(self._database).load(account.id, shelf)

    async def books(self) -> Books:
        """Runs, leases, staged pages and doubts."""
        fetch = self._database.fetch
        missing = await fetch("SELECT instance_id, kept FROM missing_items")
        return Books(
            outcomes=tuple(row[0] for row in await fetch("SELECT outcome FROM sync_runs ORDER BY rowid")),
            leases=(await fetch("SELECT count(*) FROM leases"))[0][0],
            staged=(await fetch("SELECT count(*) FROM staged_pages"))[0][0],
            asked=frozenset(instance for instance, kept in missing if not kept),
            kept=frozenset(instance for instance, kept in missing if kept),
            as_of=(await fetch("SELECT walked_at FROM shelves WHERE shelf = 'collection'"))[0][0],
            begun=tuple(row[0] for row in await fetch("SELECT started_at FROM sync_runs ORDER BY rowid")),
        )

    async def oversleep(self) -> None:
        """The machine was asleep for so long that no lease is good any more; its processes go on as if nothing were."""
        async with self._database.tx() as tx:
            await tx.execute("UPDATE leases SET renewed_at = 0")

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Let the others go on until something is so."""
        async with asyncio.timeout(PATIENCE):
            while not is_so():
                await asyncio.sleep(0.001)


@asynccontextmanager
async def house(
    directory: Path,
    holding: Holding,
    *,
    per_page: int = 10,
    limit: int = _PLENTY,
    scale: float = 1.0,
    world: type[World] = World,
) -> AsyncIterator[House]:
    """Nobody is in it yet. Whoever still is at the end is killed."""
    there = world(holding, limit=limit, time_scale=scale)
    async with serve(there) as sandbox:
        environ = {
            "RUNOUT_DATA_DIR": str(directory),
            "RUNOUT_DISCOGS__API_URL": sandbox.url,
            "RUNOUT_DISCOGS__REQUESTS_PER_MINUTE": str(limit),
            "RUNOUT_TIME_SCALE": repr(scale),
            "RUNOUT_TIME_EPOCH": repr(there.epoch),
        }
        async with open_database(directory / "runout.db") as database:
            found = House(there, Home(directory, environ, sandbox.token, per_page), database)
            try:
                yield found
            finally:
                for process in found.processes:
                    process.kill()


def shelf_of(number: int) -> Holding:
    """So many copies, oldest first: some share a release, some a second, and they lie in three folders."""
    return Holding(tuple(map(_copy, range(1, number + 1))), (Folder(2, "Jamaica"), Folder(3, "Dub")), ())


def _copy(instance: int) -> Copy:
    added = _OLDEST + timedelta(minutes=instance // 2)
    release = 100 + (instance - instance % 5 // 4)
    return owned(instance, release, folder_id=1 + instance % 3, rating=instance % 6, date_added=added.isoformat())
