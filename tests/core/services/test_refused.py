"""A credential that Discogs no longer accepts: when that is believed, what stays, and when it is forgotten."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from core.app import Core, open_core
from core.domain.account import Account, Newcomer
from core.domain.progress import SyncOutcome, SyncReport
from core.errors import (
    Blocked,
    BrokenAnswer,
    ClockWrong,
    DiscogsError,
    NotAuthorised,
    NotYours,
    RateLimited,
    ReadAsStranger,
    Rejected,
    Unavailable,
    Unreachable,
)
from core.sandbox.server import Running, serve
from core.sandbox.world import World
from tests.browser import BACK, application, led_back
from tests.fakes import FakeClock
from tests.stand_in import config_for, many

import pytest

FOR_EVER = 1_000_000


@dataclass(frozen=True)
class Evening:
    """Somebody with a copy of their collection."""

    sandbox: Running
    core: Core
    clock: FakeClock
    account: Account

    async def sync(self) -> SyncReport:
        return await self.core.sync.run(self.account, lambda _event: None)

    async def refused_at(self) -> datetime | None:
        account = await self.core.library.account()
        assert account is not None
        return account.refused_at

    def fails(self, name: str, route: str | None = None, times: int = FOR_EVER) -> None:
        self.sandbox.world.faults.add(name, route=route, times=times)


@asynccontextmanager
async def evening(directory: Path, *, signed: bool, hours_off: float = 0) -> AsyncIterator[Evening]:
    """`signed`: connected by signing in, so that every request is signed by the clock."""
    clock = FakeClock(datetime.now(UTC) + timedelta(hours=hours_off))
    world = World(many(150), clock=lambda: clock.now().timestamp())
    async with (
        serve(world) as sandbox,
        open_core(config_for(directory, sandbox, **application(sandbox)), clock=clock) as core,
    ):
        newcomer = await (_signed_in(core) if signed else core.connect.by_token(sandbox.token))
        tonight = Evening(sandbox, core, clock, await core.connect.join(newcomer))
        assert (await tonight.sync()).problems == ()
        yield tonight


async def _signed_in(core: Core) -> Newcomer:
    asked = await core.connect.begin_sign_in(BACK)
    return await core.connect.finish_sign_in(asked.key, (await led_back(asked.address))["oauth_verifier"])


either_way = pytest.mark.parametrize("signed", [False, True], ids=["token", "signed in"])


@either_way
async def test_a_credential_that_was_revoked_fails_and_is_known_to_be_since_the_first_time(
    tmp_path: Path, signed: bool
) -> None:
    async with evening(tmp_path, signed=signed) as tonight:
        tonight.sandbox.world.revoke()
        report = await tonight.sync()
        since = await tonight.refused_at()

        assert report.outcome is SyncOutcome.FAILED
        assert [type(problem) for problem in report.problems] == [NotAuthorised]
        assert since is not None
        assert since <= tonight.clock.now()
        tonight.clock.advance(60)
        assert isinstance((await tonight.sync()).problems[0], NotAuthorised)
        assert await tonight.refused_at() == since


@either_way
async def test_what_is_here_stays_readable_without_a_credential_that_counts(tmp_path: Path, signed: bool) -> None:
    async with evening(tmp_path, signed=signed) as tonight:
        tonight.sandbox.world.revoke()
        report = await tonight.sync()

        assert report.copies == len((await tonight.core.library.collection(tonight.account)).copies) == 150


async def test_the_next_sync_that_succeeds_forgets_it(tmp_path: Path) -> None:
    async with evening(tmp_path, signed=False) as tonight:
        world, token = tonight.sandbox.world, tonight.sandbox.token
        world.revoke()
        await tonight.sync()
        assert await tonight.refused_at() is not None

        world.account.token = token
        assert (await tonight.sync()).outcome is SyncOutcome.DONE
        assert await tonight.refused_at() is None


async def test_a_new_token_forgets_it_and_keeps_the_account(tmp_path: Path) -> None:
    async with evening(tmp_path, signed=False) as tonight:
        tonight.sandbox.world.revoke()
        await tonight.sync()

        again = await tonight.core.connect.with_token(tonight.sandbox.world.renew())

        assert (again.id, again.refused_at) == (tonight.account.id, None)
        assert (await tonight.sync()).problems == ()


@either_way
@pytest.mark.parametrize("route", ["collection", "folders", "fields"])
async def test_one_401_of_a_credential_that_is_good_is_not_believed(tmp_path: Path, signed: bool, route: str) -> None:
    async with evening(tmp_path, signed=signed) as tonight:
        tonight.fails("revoked token", route)
        report = await tonight.sync()

        assert report.outcome is SyncOutcome.FAILED
        assert isinstance(report.problems[0], Rejected)
        assert await tonight.refused_at() is None


NO_LINE = (Unreachable, BrokenAnswer)
"""Of a connection that was open all that is told is that it brought no answer."""

TROUBLE: dict[str, type[DiscogsError] | tuple[type[DiscogsError], ...]] = {
    "500": Unavailable,
    "502": Unavailable,
    "429": RateLimited,
    "reset": NO_LINE,
}


@pytest.mark.parametrize("trouble", TROUBLE)
@pytest.mark.parametrize("route", ["collection", None], ids=["pages", "everything"])
async def test_a_bad_day_of_discogs_is_no_revoked_token(tmp_path: Path, trouble: str, route: str | None) -> None:
    async with evening(tmp_path, signed=False) as tonight:
        tonight.fails(trouble, route)
        report = await tonight.sync()

        assert report.outcome is SyncOutcome.FAILED
        assert isinstance(report.problems[0], TROUBLE[trouble])
        assert await tonight.refused_at() is None


async def test_an_outage_is_no_revoked_token(tmp_path: Path) -> None:
    async with evening(tmp_path, signed=False) as tonight:
        tonight.sandbox.world.faults.add("outage", seconds=36_000.0, refused=True)
        report = await tonight.sync()
        assert isinstance(report.problems[0], NO_LINE)
        assert await tonight.refused_at() is None


async def test_while_nobody_can_say_whose_it_is_a_401_is_not_believed(tmp_path: Path) -> None:
    async with evening(tmp_path, signed=False) as tonight:
        tonight.fails("revoked token", "collection")
        tonight.fails("502", "identity")
        report = await tonight.sync()
        assert report.outcome is SyncOutcome.FAILED
        assert await tonight.refused_at() is None


async def test_a_collection_that_is_somebody_else_s_is_no_revoked_token(tmp_path: Path) -> None:
    """The account was renamed, and somebody private has the name now."""
    async with evening(tmp_path, signed=False) as tonight:
        world, me = tonight.sandbox.world, tonight.sandbox.world.account
        world.open_account(me.username, public=False)
        me.username = "renamed"
        world.accounts.add(me)
        report = await tonight.sync()

        assert report.outcome is SyncOutcome.FAILED
        assert isinstance(report.problems[0], (NotYours, Blocked))
        assert await tonight.refused_at() is None
        assert len((await tonight.core.library.collection(tonight.account)).copies) == 150


@pytest.mark.parametrize("first", ["fields", "collection", None], ids=["fields first", "pages first", "all at once"])
async def test_a_clock_that_is_far_off_is_no_revoked_token(tmp_path: Path, first: str | None) -> None:
    """What is signed by it is served as to anybody: 401 for the fields and for whose it is, pages without folders."""
    async with evening(tmp_path, signed=True, hours_off=2) as tonight:
        tonight.fails("owner as anonymous")
        for route in {"fields", "folders", "collection"} - {first, None}:
            tonight.sandbox.world.faults.add("latency", route=route, times=FOR_EVER, seconds=0.2 if first else 0.0)
        report = await tonight.sync()

        assert report.outcome is SyncOutcome.FAILED
        assert [type(problem) for problem in report.problems] == [ClockWrong]
        assert await tonight.refused_at() is None


async def test_who_is_served_as_a_stranger_by_a_good_clock_is_told_so(tmp_path: Path) -> None:
    async with evening(tmp_path, signed=True) as tonight:
        tonight.fails("owner as anonymous", "collection")
        report = await tonight.sync()
        assert report.problems == (ReadAsStranger(),)
        assert await tonight.refused_at() is None


async def test_who_connects_anew_while_the_old_credential_is_refused_is_not_taken_for_refused(tmp_path: Path) -> None:
    async with evening(tmp_path, signed=False) as tonight:
        world = tonight.sandbox.world
        old, new = world.account.token, world.renew()
        asking = world.faults.add("hang", route="identity", token=old)
        running = asyncio.create_task(tonight.sync())
        while asking.times:
            await asyncio.sleep(0.01)

        await tonight.core.connect.with_token(new)
        world.faults.release()

        assert isinstance((await running).problems[0], NotAuthorised)
        assert await tonight.refused_at() is None
