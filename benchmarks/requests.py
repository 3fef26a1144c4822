"""What keeping a collection fresh costs in requests: what each kind of news takes, and a day of an active account.

The stand-in Discogs in this process, the real core on a real file. "A day" lets eleven days pass, with a beat of the
jobs every five minutes: that is twelve rounds of three probes and a walk, of the collection and of a wantlist.

Run from the root of the repository: `python -m benchmarks.requests` (about a minute).
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Final

from benchmarks.figures import Figure, Scenario, at_most, judged, parser
from core.app import Core, open_core
from core.domain.account import Account
from core.domain.ids import Shelf
from core.domain.progress import AskedBy, Kind
from core.sandbox.generate import generated
from core.sandbox.holding import GRADES, MEDIA, Holding, Want
from core.sandbox.server import serve
from core.sandbox.world import World
from tests.fakes import FakeClock
from tests.stand_in import config_for

COPIES: Final = 600
WANTS: Final = 60
DAYS: Final = 11
BEAT: Final = timedelta(minutes=5)
A_DAY: Final = 20.0
"""Requests of an account of 600 copies: "about 18"."""


@dataclass(frozen=True, slots=True)
class Home:
    """A connected account that was synced once."""

    world: World
    core: Core
    account: Account
    clock: FakeClock

    def sent(self) -> int:
        """Requests so far."""
        return self.world.counts.total

    async def asked(self, kind: Kind) -> int:
        """Requests of one look at the collection."""
        before = self.sent()
        await self.core.sync.run(self.account, lambda _event: None, kind=kind, by=AskedBy.LOOK)
        return self.sent() - before


@asynccontextmanager
async def home(copies: int, wants: int = WANTS) -> AsyncIterator[Home]:
    """A collection of so many copies, and so many wants."""
    clock = FakeClock()
    world = World(holding(copies, wants), clock=lambda: clock.now().timestamp())
    with tempfile.TemporaryDirectory(prefix="runout-requests-") as name:
        async with serve(world) as sandbox, open_core(config_for(Path(name), sandbox), clock=clock) as core:
            account = await core.connect.with_token(sandbox.token)
            for shelf in Shelf:
                await core.sync.run(account, lambda _event: None, shelf=shelf, by=AskedBy.CONNECT)
            yield Home(world, core, account, clock)


def holding(copies: int, wants: int) -> Holding:
    """Invented copies and wants."""
    wanted = [Want(0, copy.date_added, "", copy.release) for copy in generated(wants, 2).copies]
    return replace(generated(copies, 1), wants=tuple({want.release["id"]: want for want in wanted}.values()))


def seven_added(world: World) -> None:
    """Bought in one evening."""
    for _ in range(7):
        world.website.add()


def one_removed(world: World) -> None:
    """Sold; not one of the newest."""
    world.website.remove(min(copy.instance_id for copy in world.account.shelf.copies))


def fifty_graded(world: World) -> None:
    """Copies from all over the collection."""
    chance = random.Random(1)  # noqa: S311 - it draws records
    for copy in chance.sample(world.account.shelf.copies, 50):
        world.website.set_field(
            copy.instance_id, MEDIA, next(grade for grade in GRADES if (MEDIA, grade) not in copy.notes)
        )


async def news(happens: Callable[[World], None] | None, kind: Kind, most: int | None) -> list[Figure]:
    """What it costs to learn of it."""
    async with home(COPIES) as one:
        if happens is not None:
            happens(one.world)
        spent = await one.asked(kind)
    return [Figure("requests", str(spent)) if most is None else at_most("requests", spent, most)]


async def days(copies: int, most: float | None) -> list[Figure]:
    """What an account costs a day whose owner is there every day, and on which nothing changes."""
    async with home(copies) as one:
        before = one.sent()
        for number in range(int(timedelta(days=DAYS) / BEAT)):
            if number % 200 == 0:
                await one.core.schedule.touch(one.account)
            one.clock.advance(BEAT.total_seconds())
            await one.core.jobs.beat(one.clock.now())
        spent = (one.sent() - before) / DAYS
    figure = Figure("requests a day", f"{spent:.1f}")
    return [figure if most is None else replace(figure, target=f"at most {most:g}", met=spent <= most)]


def main() -> int:
    """Measure and judge."""
    parser("benchmarks.requests", __doc__).parse_args()
    return judged(
        f"Requests, {COPIES} copies and {WANTS} wants unless it says otherwise",
        [
            Scenario("nothing changed: probe", partial(news, None, Kind.PROBE, 1)),
            Scenario("7 added: probe", partial(news, seven_added, Kind.PROBE, 1)),
            Scenario("1 removed: probe, which walks", partial(news, one_removed, Kind.PROBE, None)),
            Scenario("50 re-graded: walk", partial(news, fifty_graded, Kind.WALK, None)),
            Scenario("a day of an active account", partial(days, COPIES, A_DAY)),
            *(Scenario(f"... of {copies:,} copies", partial(days, copies, None)) for copies in (60, 2_500, 10_000)),
        ],
    )


if __name__ == "__main__":
    sys.exit(main())
