import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from core.sandbox.holding import DEFAULT_FIELDS, Copy, Field, Folder, Holding
from core.sandbox.release import artist_row, basic_information, label_row
from core.sandbox.server import Running, serve
from core.sandbox.world import World

import aiohttp
import pytest
from multidict import CIMultiDictProxy
from yarl import URL

SAMPLES = Path(__file__).parents[2] / "samples"


class Ticks:
    """Stands still until it is told to go on."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass(frozen=True)
class Answer:
    status: int
    headers: CIMultiDictProxy[str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def message(self) -> str:
        return str(self.json["message"])


class Visitor:
    """Asks one running server; as its owner unless told otherwise."""

    def __init__(self, server: Running, session: aiohttp.ClientSession) -> None:
        self.server, self.world = server, server.world
        self._session = session

    async def get(
        self, path: str, *, token: str | None = "owner", method: str = "GET", body: str | None = None, **headers: str
    ) -> Answer:
        token = self.server.token if token == "owner" else token
        sent = {"User-Agent": "Test/1.0", "Accept-Encoding": "identity"}
        if token is not None:
            sent["Authorization"] = f"Discogs token={token}"
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        path = path.replace("{me}", self.server.username)
        address = URL(self.server.url + path, encoded="%" in path)
        async with self._session.request(method, address, headers=sent, data=body, allow_redirects=False) as response:
            return Answer(response.status, response.headers, await response.read())

    async def control(self, asked: str, **arguments: Any) -> Any:
        """Ask the control route, as a program would that sends nothing but JSON."""
        method, _, path = asked.partition(" ")
        body = json.dumps(arguments) if arguments else None
        sent = {"User-Agent": ""}
        async with self._session.request(
            method, f"{self.server.url}/_control/{path}", data=body, headers=sent
        ) as response:
            answer = await response.json()
            return answer if response.status == 200 else {"status": response.status, **answer}

    async def page(self, query: str = "", folder: int = 0, token: str | None = "owner") -> Any:
        answer = await self.get(f"/users/{{me}}/collection/folders/{folder}/releases{query}", token=token)
        assert answer.status == 200, answer.body
        return answer.json


Open = Callable[..., Awaitable[Visitor]]


@pytest.fixture(autouse=True, scope="session")
def _no_loop_of_nobody() -> None:
    """A plugin asks for the current loop in plain tests; without this asyncio makes one that nobody closes."""
    asyncio.set_event_loop(None)


@pytest.fixture
def samples() -> Path:
    return SAMPLES


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


@pytest.fixture
async def visit(ticks: Ticks) -> AsyncIterator[Open]:
    """Opens a world on a free port, and gives somebody who asks it."""
    async with AsyncExitStack() as stack:

        async def open_world(holding: Holding | None = None, **options: Any) -> Visitor:
            world = World(holding or three_copies(), clock=ticks, **options)
            server = await stack.enter_async_context(serve(world))
            session = await stack.enter_async_context(aiohttp.ClientSession(auto_decompress=False))
            return Visitor(server, session)

        yield open_world


@pytest.fixture
def copies_of() -> Callable[[int], Holding]:
    return lambda count: Holding(tuple(numbered_copy(place) for place in range(1, count + 1)), (), ())


@pytest.fixture
def few() -> Holding:
    return three_copies()


def numbered_copy(place: int) -> Copy:
    facts = basic_information(
        place,
        f"Title {place}",
        1960 + place,
        formats=[{"name": "Vinyl", "qty": "1"}],
        labels=[label_row(f"Label {place:05d}", f"CAT {place}")],
        artists=[artist_row(f"Artist {place}")],
    )
    return Copy(9_000_000_000 + place, 1, 0, "2020-01-02T03:04:05-08:00", (), facts)


def three_copies() -> Holding:
    """Three copies: one in a folder of its own with notes and pictures, one graded, one bare."""
    first, second, third = (numbered_copy(place) for place in (1, 2, 3))
    pictures = {"thumb": "https://example.org/t.jpg", "cover_image": "https://example.org/c.jpg"}
    return Holding(
        copies=(
            replace(first, folder_id=77, rating=5, notes=((3, "mine"), (4, "Hall")), release=first.release | pictures),
            replace(second, notes=((1, "Mint (M)"),)),
            third,
        ),
        folders=(Folder(77, "Boxes"), Folder(1, "Uncategorized")),
        fields=(*DEFAULT_FIELDS, Field(4, "Shelf", 4, ("Hall", "Attic"), public=True)),
    )
