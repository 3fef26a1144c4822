"""A collector whose records Discogs knows more of, and an open terminal on them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

from core.clock import Clock
from core.config import Config
from core.domain.details import KnownDetails, ReleaseDetails
from core.domain.ids import MasterId
from core.domain.master import Master, Source, Told
from core.sandbox.holding import Copy, Holding
from core.store.database import open_database
from core.store.details import DetailRepository
from core.store.masters import MasterRepository
from tests.stand_in import Evening, evening, holding_of, owned
from tests.tui.journeys import lines_of
from tests.tui.screen import SITE, SMALL, browse, table, until
from tui.app import RunoutApp
from tui.screens.browse import BrowseScreen
from tui.widgets.record_detail import RecordDetail

from textual.pilot import Pilot

READ: Final = "Details as of just now"


def of_masters(number: int) -> Holding:
    """So many records, each a release of a master with ten times its number."""
    return holding_of(*(_record(one) for one in range(1, number + 1)))


def _record(number: int) -> Copy:
    link = f"https://api.discogs.com/masters/{10 * number}"
    artist = {"name": f"Artist {number:02}", "anv": "", "join": "", "role": "", "tracks": "", "id": number}
    return owned(number, master_id=10 * number, master_url=link, artists=[artist])


@asynccontextmanager
async def collecting(
    directory: Path, holding: Holding | None = None, clock: Clock | None = None
) -> AsyncIterator[Evening]:
    """A connected account with its published copy, of which nothing else was asked."""
    async with evening(directory, holding or of_masters(30), clock=clock) as tonight:
        await tonight.sync()
        tonight.sandbox.world.counts.reset()
        yield tonight


@asynccontextmanager
async def looking(
    tonight: Evening, size: tuple[int, int] = SMALL, clock: Clock | None = None
) -> AsyncIterator[Pilot[None]]:
    """The app with all rows there."""
    app = RunoutApp(tonight.core, site_url=SITE, clock=clock)
    async with app.run_test(size=size, notifications=True) as pilot:
        await until(pilot, lambda: any(isinstance(screen, BrowseScreen) for screen in app.screen_stack))
        await until(pilot, lambda: not browse(pilot)._opening)
        yield pilot


def panel(pilot: Pilot[None]) -> RecordDetail:
    """The detail panel."""
    return browse(pilot).query_one(RecordDetail)


def asked(tonight: Evening) -> dict[str, int]:
    """How often Discogs was asked for releases and masters."""
    requests = tonight.sandbox.world.counts.requests
    return {route: requests[route] for route in ("release", "master")}


def cells(pilot: Pilot[None], column: str) -> list[str]:
    """What stands in a column, as far as it can be seen."""
    heading, *rows = lines_of(pilot, table(pilot))
    at = heading.index(column)
    return [row[at : at + len(column)].strip() for row in rows if row.strip()]


async def know(config: Config, *details: ReleaseDetails, at: datetime) -> None:
    """Let another process have read these."""
    async with open_database(config.paths.database) as database, database.tx() as tx:
        await DetailRepository(database).write(tx, [KnownDetails(one, at) for one in details])


async def learn(config: Config, years: Iterable[tuple[int, int]], at: datetime) -> None:
    """Let another process have read masters, of these numbers and years."""
    told = [Told(Master(MasterId(number), year=year), Source.API, at) for number, year in years]
    async with open_database(config.paths.database) as database, database.tx() as tx:
        await MasterRepository(database).write(tx, told, at)
