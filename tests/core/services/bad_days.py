"""A stand-in whose faults strike one stage of a sync and no other, and a line that gives up at once what hangs.

The sandbox's faults know routes and pages. Here they know the order in which a collection is asked for, too: the token
that a fault can be ordered for says it.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch
from urllib.parse import urlsplit

from core.app import open_core
from core.discogs import parse
from core.domain.account import Account
from core.sandbox.callers import Caller, Callers
from core.sandbox.faults import Fault, Faults, Target
from core.sandbox.holding import Copy, Holding
from core.sandbox.kinds import Stage as Moment
from core.sandbox.oauth import Asked
from core.sandbox.server import serve
from core.sandbox.world import World
from tests.fakes import START, FakeClock
from tests.stand_in import Evening, config_for, owned

import httpx
import pytest

FOR_EVER: Final = 10_000
NEWEST, ADDED, LABEL = "added desc", "added asc", "label asc"
LATER: Final = timedelta(hours=6)
PER_PAGE: Final = parse.MOST_PER_PAGE
MAY_BE_HALF_OPEN: Final = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
"""The stand-in's door may shut just when somebody is about to come in: that connection is never closed."""

_RELEASED: Final = datetime(2020, 1, 1, tzinfo=UTC)


class Stage(Enum):
    """A stage of a sync of three pages, and the requests that belong to it."""

    CONNECTING = "connecting", {"route": "identity"}
    FOLDERS = "folders", {"route": "folders"}
    FIELDS = "fields", {"route": "fields"}
    NEWEST = "newest page", {"route": "collection", "page": 1, "token": NEWEST}
    FIRST = "page 1", {"route": "collection", "page": 1, "token": ADDED}
    MIDDLE = "page 2", {"route": "collection", "page": 2, "token": ADDED}
    LAST = "last page", {"route": "collection", "page": 3, "token": ADDED}
    SECOND = "second order", {"route": "collection", "page": 2, "token": LABEL}
    CONFIRM = "confirm", {"route": "by_release"}
    PUBLISH = "publish", {"route": "none"}

    def __init__(self, title: str, selectors: Mapping[str, Any]) -> None:
        self.title = title
        self.selectors = selectors

    def meets(self, target: Target) -> bool:
        """Whether a request belongs to it."""
        return all(getattr(target, name) == value for name, value in self.selectors.items())


PAGES: Final = (Stage.NEWEST, Stage.FIRST, Stage.MIDDLE, Stage.LAST, Stage.SECOND)
NAMES: Final = (Stage.FOLDERS, Stage.FIELDS)
SYNCING: Final = (*NAMES, *PAGES, Stage.CONFIRM)


class ByOrder(Callers):
    """The token of a request says by which order a collection is asked for."""

    def of(self, asked: Asked, query: Mapping[str, str], *, handshake: bool = False) -> Caller:
        order = " ".join(query[name] for name in ("sort", "sort_order") if name in query)
        return replace(super().of(asked, query, handshake=handshake), token=order)


class Watched(Faults):
    """Faults that tell of each request, and of each that hangs."""

    def __init__(self, clock: Callable[[], float]) -> None:
        super().__init__(clock)
        self.on_request: list[Callable[[Target], None]] = []
        self.waited_for = False
        """Whether what hangs is waited for, as long as it takes."""
        self._hanging: dict[tuple[str, int, str], asyncio.Event] = {}

    def strike(self, stage: Moment, target: Target) -> Fault | None:
        if stage is Moment.EYES:
            for listener in tuple(self.on_request):
                listener(target)
        fault = super().strike(stage, target)
        if fault is not None and fault.name == "hang" and not self.waited_for:
            self.hanging(target.route, target.page, target.token).set()
        return fault

    def hanging(self, route: str, page: int, order: str) -> asyncio.Event:
        """That such a request hangs."""
        return self._hanging.setdefault((route, page, order), asyncio.Event())


class Impatient(httpx.AsyncHTTPTransport):
    """Gives up a request as soon as it is sure to hang: half a minute of patience costs nothing."""

    def __init__(self, faults: Watched) -> None:
        super().__init__(verify=False)
        self._faults = faults

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        hangs = self._faults.hanging(*self.named(request.url))
        answering = asyncio.ensure_future(super().handle_async_request(request))
        hanging = asyncio.ensure_future(hangs.wait())
        try:
            await asyncio.wait({answering, hanging}, return_when=asyncio.FIRST_COMPLETED)
            if answering.done():
                return answering.result()
            hangs.clear()
            raise httpx.ReadTimeout("no answer", request=request)
        finally:
            answering.cancel()
            hanging.cancel()
            await asyncio.gather(answering, hanging, return_exceptions=True)

    def named(self, url: httpx.URL) -> tuple[str, int, str]:
        """A request as the faults know it."""
        last = url.path.rpartition("/")[2]
        route = "by_release" if last.isdecimal() else "collection" if last == "releases" else last
        order = " ".join(url.params[name] for name in ("sort", "sort_order") if name in url.params)
        return route, int(url.params.get("page", "1")), order


Row = tuple[int, int, str, int, int | None, datetime, tuple[tuple[int, str], ...]]


def shelved(copy: Copy) -> Row:
    """What is true of a copy, read off the website's shelf."""
    added = datetime.fromisoformat(copy.date_added).astimezone(UTC)
    title = copy.release["title"]
    return copy.instance_id, copy.release["id"], title, copy.folder_id, copy.rating or None, added, copy.notes


def collection(number: int, per_page: int = PER_PAGE) -> Holding:
    """Copies that differ in everything; every tenth is a second copy of its release.

    Many were added in one moment where a page ends and the next begins, as an import does.
    """
    copies = (
        owned(
            instance,
            instance - (instance % 10 == 0),
            folder_id=1 + instance % 2,
            rating=instance % 6,
            date_added=(_RELEASED + timedelta(hours=_hour(instance, per_page))).isoformat(),
            notes=((3, f"Note {instance}"),) if instance % 4 == 0 else (),
        )
        for instance in range(1, number + 1)
    )
    return Holding(tuple(copies), (), ())


def _hour(instance: int, per_page: int) -> int:
    place = instance % per_page
    return instance if 0.3 <= place / per_page < 0.7 else instance - place + (place > per_page / 2) * per_page


@dataclass(frozen=True, slots=True)
class BadDay(Evening):
    """An evening on which everything may go wrong."""

    clock: FakeClock = field(default_factory=FakeClock)

    @property
    def world(self) -> World:
        """The stand-in's."""
        return self.sandbox.world

    @property
    def faults(self) -> Watched:
        """The stand-in's faults."""
        assert isinstance(self.world.faults, Watched)
        return self.world.faults

    def truth(self) -> dict[int, Row]:
        """What the website shows, by instance."""
        return {copy.instance_id: shelved(copy) for copy in self.world.account.shelf.copies}

    async def here(self) -> dict[int, Row]:
        """The published copy, by instance."""
        rows = (await self.collection()).copies
        return {int(copy.instance_id): _row(copy) for copy in rows}

    async def calm(self) -> None:
        """All faults are over, and the door is open again."""
        self.faults.clear()
        self.faults.on_request.clear()
        place = urlsplit(self.sandbox.url)
        async with asyncio.timeout(30):
            while not await _answers(place.hostname, place.port):
                await asyncio.sleep(0)


async def _answers(host: str | None, port: int | None) -> bool:
    try:
        _, writer = await asyncio.open_connection(host, port)
    except OSError:
        return False
    writer.close()
    await writer.wait_closed()
    return True


def _row(copy: Any) -> Row:
    notes = tuple((int(note.field_id), note.value) for note in copy.fields)
    release = copy.release
    return int(copy.instance_id), int(release.id), release.title, copy.folder_id, copy.rating, copy.added, notes


async def until(it_is_so: Callable[[], bool]) -> None:
    """Wait for a state; one that does not come fails the test and does not stop all others for ever."""
    async with asyncio.timeout(30):
        while not it_is_so():
            await asyncio.sleep(0.005)


@asynccontextmanager
async def bad_day(
    directory: Path,
    holding: Holding,
    token: str = "",
    account: Account | None = None,
    start: datetime = START,
    per_page: int = PER_PAGE,
) -> AsyncIterator[BadDay]:
    """A connected account, not synced yet; or the one that the directory holds already, with its token.

    Where pages are small, few copies make many.
    """
    clock = FakeClock(start)
    world = World(holding, clock=lambda: clock.now().timestamp())
    world.account.token = token or world.account.token
    world.callers = ByOrder(world.accounts, world.application, world.consents)
    faults = world.faults = Watched(world.clock)
    async with serve(world) as sandbox:
        config = config_for(directory, sandbox)
        async with open_core(config, clock=clock, transport=Impatient(faults)) as core:
            connected = account or await core.connect.with_token(sandbox.token)
            with patch.object(parse, "MOST_PER_PAGE", per_page):
                yield BadDay(sandbox, core, connected, config, clock)


def asked_about(day: BadDay) -> Counter[str]:
    """How many requests came for each route; filled while a sync runs."""
    asked: Counter[str] = Counter()

    def listen(target: Target) -> None:
        asked[target.route] += 1

    day.faults.on_request.append(listen)
    return asked


def without(day: BadDay, gone: Iterable[int]) -> None:
    """The owner removes these."""
    for instance in gone:
        day.world.website.remove(instance)
