"""A collector whose collection and wantlist are both kept, with the time under the test's thumb."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from core.app import Core, open_core
from core.domain.account import Account
from core.domain.changes import Action, Change, Entry, replayed
from core.domain.collection import Copy
from core.domain.ids import InstanceId, Shelf
from core.domain.progress import Kind, PastRun, SyncEvent, SyncReport, Word
from core.sandbox.faults import Fault
from core.sandbox.holding import Holding, Want
from core.sandbox.server import Running, serve
from core.sandbox.world import World
from core.store.repositories import Repositories
from tests.fakes import START, FakeClock
from tests.stand_in import config_for, holding_of, owned

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
BEGAN: Final = datetime(2020, 1, 1, tzinfo=UTC)
COLLECTION, WANTLIST = Shelf
PROBE, WALK = Kind.PROBE, Kind.WALK


@dataclass
class Day:
    """Made by `day`."""

    core: Core
    sandbox: Running
    clock: FakeClock
    account: Account
    base: dict[Shelf, dict[InstanceId, Copy]] = field(default_factory=dict)
    """What a shelf's feed begins from."""

    @property
    def world(self) -> World:
        return self.sandbox.world

    @property
    def stores(self) -> Repositories:
        return self.core.schedule._stores

    async def sync(
        self,
        shelf: Shelf = COLLECTION,
        kind: Kind = WALK,
        word: Word = Word.ASK,
        *,
        by: Account | None = None,
        **how: Any,
    ) -> SyncReport:
        """One run, of this account unless another is given; its progress is appended to `seen`."""
        seen: list[SyncEvent] = how.pop("seen", [])
        whose = by or self.account
        report = await self.core.sync.run(whose, seen.append, word, shelf=shelf, kind=kind, **how)
        if whose is self.account and shelf not in self.base and report.is_published:
            self.base[shelf] = await self.here(shelf)
        return report

    async def probe(self, shelf: Shelf = COLLECTION, **how: Any) -> SyncReport:
        return await self.sync(shelf, PROBE, **how)

    async def both(self, first: Kind, second: Kind) -> tuple[SyncReport, SyncReport]:
        """Two that ask one after the other, the second while the first waits for its first answer."""
        hanging = self.world.faults.add("hang", route="collection")
        begun = asyncio.create_task(self.sync(kind=first))
        await until(lambda: not hanging.times)
        joined = asyncio.create_task(self.sync(kind=second))
        await asyncio.sleep(0)
        hanging.released.set()
        return await begun, await joined

    def begin(self, shelf: Shelf = COLLECTION, kind: Kind = WALK) -> asyncio.Task[SyncReport]:
        """A run that goes on beside the test."""
        return asyncio.create_task(self.sync(shelf, kind))

    async def until_read(self, pages: int, hanging: Fault) -> None:
        """Until so many pages are here, and another one is waited for."""
        async with asyncio.timeout(30):
            while hanging.times or len(await self.staged()) < pages:
                await asyncio.sleep(0.005)

    async def staged(self) -> list[Any]:
        """The pages that have come and are not published."""
        return await self.stores.database.fetch("SELECT page FROM staged_pages")

    async def here(self, shelf: Shelf = COLLECTION) -> dict[InstanceId, Copy]:
        """What is published."""
        return {copy.instance_id: copy for copy in (await self.core.library.collection(self.account, shelf)).copies}

    async def numbers(self, shelf: Shelf = COLLECTION) -> set[int]:
        return {int(number) for number in await self.here(shelf)}

    def there(self) -> set[int]:
        """What the website has."""
        return {copy.instance_id for copy in self.world.account.shelf.copies}

    def wanted(self) -> set[int]:
        return {want.release["id"] for want in self.world.account.wants}

    async def feed(self, shelf: Shelf | None = None) -> tuple[Entry, ...]:
        """In the order in which it happened."""
        return (await self.core.history.changes(self.account, shelf=shelf))[::-1]

    async def told(self, shelf: Shelf = COLLECTION) -> list[Change]:
        """What the feed tells since its first row."""
        feed = [entry.change for entry in await self.feed(shelf)]
        assert feed[0].action is Action.FIRST
        return feed[1:]

    async def replays(self) -> bool:
        """Whether the first state of each shelf and its feed give what is there now."""
        for shelf, base in self.base.items():
            now = await self.here(shelf)
            again = replayed(base, await self.told(shelf))
            assert again == now, {one for one in {*again, *now} if again.get(one) != now.get(one)}
        return True

    async def ages(self, shelf: Shelf = COLLECTION) -> tuple[datetime | None, datetime | None]:
        """When it was walked last, and when it was looked whether anything came or went."""
        state = await self.stores.shelves.state(self.account.id, shelf)
        assert state is not None
        return state.walked_at, state.checked_at

    async def last(self, number: int = 1) -> PastRun:
        return (await self.core.history.runs(self.account))[number - 1]

    def passes(self, time: timedelta) -> datetime:
        self.clock.advance(time.total_seconds())
        return self.clock.now()

    @contextmanager
    def asks(self) -> Iterator[Callable[[], int]]:
        """How many requests were sent since."""
        before = self.world.counts.total
        yield lambda: self.world.counts.total - before

    def want(self, *releases: int, **facts: Any) -> None:
        """Want these too, in one second, later than all others."""
        wants = self.world.account.wants
        last = max((datetime.fromisoformat(want.date_added) for want in wants), default=BEGAN)
        date = max(self.clock.now(), last + timedelta(seconds=1)).isoformat()
        self.world.account.wants = (*wants, *(wanted(number, date, **facts) for number in releases))

    def unwant(self, *releases: int) -> None:
        self.world.account.wants = tuple(
            want for want in self.world.account.wants if want.release["id"] not in releases
        )


def wanted(release: int, date: str = "", **facts: Any) -> Want:
    """One want of the stand-in's; later ones have higher numbers."""
    date = date or (BEGAN + timedelta(minutes=release)).isoformat()
    return Want(facts.pop("rating", 0), date, facts.pop("notes", ""), owned(1, release, **facts).release)


def dated(number: int, **facts: Any) -> Holding:
    """Copies that were not all added in one second, in three folders: what a probe can tell from one another."""
    return Holding(tuple(one_dated(instance, **facts) for instance in range(1, number + 1)), (), ())


def one_dated(instance: int, **facts: Any) -> Any:
    added = (BEGAN + timedelta(minutes=instance)).isoformat()
    return owned(instance, **{"date_added": added, "folder_id": 1 + instance % 3, **facts})


def with_wants(holding: Holding, releases: Iterable[int]) -> Holding:
    return Holding(holding.copies, holding.folders, holding.fields, wants=tuple(map(wanted, releases)))


@asynccontextmanager
async def day(
    directory: Path, holding: Holding | None = None, *, start: datetime = START, **more: str
) -> AsyncIterator[Day]:
    """Somebody connected, not synced yet."""
    clock = FakeClock(start)
    world = World(holding or holding_of(), clock=lambda: clock.now().timestamp())
    async with serve(world) as sandbox, open_core(config_for(directory, sandbox, **more), clock=clock) as core:
        yield Day(core, sandbox, clock, await core.connect.with_token(sandbox.token))


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not is_so():
            await asyncio.sleep(0.005)
