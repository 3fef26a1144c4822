"""A collector whose records have masters: a stand-in whose faults know numbers, and what is known at the end."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from core.app import Core, open_core
from core.domain.account import Account
from core.domain.enrichment import Reading, What
from core.domain.ids import MasterId, ReleaseId, Shelf
from core.domain.master import Coverage
from core.domain.schedule import JobOutcome
from core.domain.turns import JobReport
from core.sandbox.callers import Caller, Callers
from core.sandbox.holding import Copy, Holding, Want
from core.sandbox.oauth import Asked
from core.sandbox.server import serve
from core.sandbox.world import World
from core.services.enrich import JOB
from core.store.repositories import Repositories
from tests.core.services.bad_days import BadDay, Impatient, Watched
from tests.fakes import FakeClock
from tests.stand_in import config_for, owned

import httpx

HOUR: Final = timedelta(hours=1)


class ByNumber(Callers):
    """The token of a request says which master or release it asks for."""

    def of(self, asked: Asked, query: Mapping[str, str], *, handshake: bool = False) -> Caller:
        return replace(super().of(asked, query, handshake=handshake), token=asked.address.rpartition("/")[2])


class Hurried(Impatient):
    """Gives up at once what hangs, of releases and masters."""

    def named(self, url: httpx.URL) -> tuple[str, int, str]:
        *_, kind, last = url.path.split("/")
        route = {"releases": "release", "masters": "master"}.get(kind, last)
        return route, 1, last


def record(number: int, master: int = 0, *, year: int = 1990, added: int = 0, instance: int = 0) -> Copy:
    """A copy of a release that says its year and its master, added so many days after the first."""
    link = f"https://api.discogs.com/masters/{master}" if master else None
    date = f"2022-05-{11 + added:02}T18:29:49-07:00"
    return owned(instance or number, number, master_id=master, master_url=link, year=year, date_added=date)


def records(number: int, first: int = 1) -> Holding:
    """So many releases, each with a master of ten times its number that came out in its year."""
    copies = (record(one, 10 * one, year=1950 + one % 70, added=one % 20) for one in range(first, first + number))
    return Holding(tuple(copies), (), ())


def want(number: int, master: int) -> Want:
    """Somebody would like to have it."""
    return Want(release=record(number, master).release, rating=0, notes="", date_added="2022-05-11T18:29:49-07:00")


@dataclass(frozen=True, slots=True)
class FactDay(BadDay):
    """A collector after a sync."""

    clock: FakeClock = field(default_factory=FakeClock)

    @property
    def asked(self) -> Counter[str]:
        """How many requests came for each route."""
        return self.world.counts.requests

    def has_asked(self, route: str, times: int) -> bool:
        """Whether so many requests have come for a route."""
        return self.asked[route] >= times

    async def turn(self, core: Core | None = None) -> JobReport:
        """One turn of the background, due or not."""
        core = core or self.core
        report = await core.jobs.alone(JOB, core.enrich.run_due)
        assert report is not None
        return report

    async def masters(self) -> dict[int, int | None]:
        """The masters of the collection that are known, with their years."""
        return {int(number): one.year for number, one in (await self.collection()).masters.items()}

    async def coverage(self) -> Coverage:
        return await self.core.enrich.coverage(self.account, Shelf.COLLECTION)

    async def reading(self, what: What, number: int) -> Reading:
        return await self.stores.readings.of(what, number)

    @property
    def stores(self) -> Repositories:
        return self.core.enrich._stores

    async def details(self) -> set[int]:
        """The releases whose details are known."""
        return {row[0] for row in await self.stores.database.fetch("SELECT release_id FROM release_details")}

    async def wrong(self, masters: Iterable[int], releases: Iterable[int]) -> list[str]:
        """What is not as it is on the website, of these masters and releases."""
        found: list[str] = []
        for number in masters:
            told = await self.stores.masters.told(MasterId(number))
            years = [
                one.release["year"] for one in self.world.account.shelf.copies if one.release["master_id"] == number
            ]
            if told is None or told.master.year != min(years):
                found.append(f"master {number} is {told}")
        for number in releases:
            known = await self.core.enrich.known(ReleaseId(number))
            body = self.world.catalogue.body(number)
            if known is None or body is None or len(known.details.tracks) != len(body["tracklist"]):
                found.append(f"release {number} is {known}")
        return found


@asynccontextmanager
async def fact_day(
    directory: Path,
    holding: Holding,
    *,
    public: bool = False,
    application: bool = False,
    clock: FakeClock | None = None,
) -> AsyncIterator[FactDay]:
    """An account that has been synced, of which nothing more is known. `public`: read as anybody."""
    clock = clock or FakeClock()
    world = World(holding, clock=lambda: clock.now().timestamp())
    world.callers = ByNumber(world.accounts, world.application, world.consents)
    world.faults = Watched(world.clock)
    more: dict[str, str] = {}
    if application:
        named = world.application
        more = {"RUNOUT_DISCOGS__CONSUMER_KEY": named.key, "RUNOUT_DISCOGS__CONSUMER_SECRET": named.secret}
    async with serve(world) as sandbox:
        config = config_for(directory, sandbox, **more)
        async with open_core(config, clock=clock, transport=Hurried(world.faults)) as core:
            account = await _joined(core, sandbox.token, world.account.username, public=public)
            day = FactDay(sandbox, core, account, config, clock)
            for shelf in Shelf:
                await core.sync.run(account, lambda _event: None, shelf=shelf)
            world.counts.reset()
            yield day


async def _joined(core: Core, token: str, name: str, *, public: bool) -> Account:
    if public:
        return await core.connect.join(await core.connect.by_public_name(name))
    return await core.connect.with_token(token)


def is_done(report: JobReport) -> bool:
    return report.outcome is JobOutcome.DONE


async def until(is_so: Any) -> None:
    """Let others go on until something is so."""
    async with asyncio.timeout(30):
        while not is_so():
            await asyncio.sleep(0.001)
