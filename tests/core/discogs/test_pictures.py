"""The door to the image host, against a server on this machine that says just what it is told to."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from core.discogs.pictures import Came, Missing, OldAddress, Picture, Pictures, Refused, TooFast, Trouble
from core.domain.covers import MOST_BYTES, Refusal
from core.errors import BrokenAnswer, Unavailable, Unreachable
from tests.picture_host import picture

import pytest

AGENT = "Runout/1.0 +https://runout.test"
GOOD = picture()


class Served:
    """What a server heard and how much it could get rid of."""

    def __init__(self) -> None:
        self.url = ""
        self.heard: list[bytes] = []
        self.sent = 0


@asynccontextmanager
async def host(
    *pieces: bytes, endless: bytes = b"", pause: float = 0.0, time_scale: float = 1.0
) -> AsyncIterator[tuple[Pictures, Served]]:
    """A door to a server that gives every request these bytes, and then that one again and again."""
    served = Served()
    tasks: set[asyncio.Task[object]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            served.heard.append(await reader.readuntil(b"\r\n\r\n"))
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
            while endless:
                writer.write(endless)
                await writer.drain()
                served.sent += len(endless)
                await asyncio.sleep(pause)
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        served.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/signature/7.jpeg"
        pictures = Pictures(user_agent=AGENT, near=True, time_scale=time_scale)
        try:
            yield pictures, served
        finally:
            await pictures.close()
        await asyncio.gather(*tasks)


def answer(status: str = "200 OK", body: bytes = b"", **headers: str) -> bytes:
    told = {"Content-Length": str(len(body)), **{name.replace("_", "-"): value for name, value in headers.items()}}
    lines = "".join(f"{name}: {value}\r\n" for name, value in told.items() if value)
    return f"HTTP/1.1 {status}\r\n{lines}Connection: close\r\n\r\n".encode() + body


async def came_of(*pieces: bytes) -> Came:
    async with host(*pieces) as (pictures, served):
        return await pictures.fetch(served.url)


async def test_a_picture_comes_whatever_its_header_says_it_is() -> None:
    came = await came_of(answer(body=GOOD, Content_Type="text/html"))
    assert isinstance(came, Picture)
    assert came.body == GOOD


@pytest.mark.parametrize(
    ("given", "came"),
    [
        (answer("403 Forbidden", b"<html>"), OldAddress()),
        (answer("404 Not Found"), Missing()),
        (answer("410 Gone"), Missing()),
        (answer("429 Too Many Requests"), TooFast()),
        (answer("429 Too Many Requests", Retry_After="17"), TooFast(17.0)),
        (answer("503 Service Unavailable", b"<html>"), Trouble(Unavailable(status=503))),
        (answer("301 Moved", Location="http://127.0.0.1:1/"), Refused(Refusal.REDIRECT)),
        (answer("302 Found", Location="file:///etc/passwd"), Refused(Refusal.REDIRECT)),
        (answer("401 Unauthorized", WWW_Authenticate="Basic"), Refused(Refusal.STATUS)),
        (answer("206 Partial Content", GOOD), Refused(Refusal.STATUS)),
        (answer(), Refused(Refusal.EMPTY)),
        (answer(body=b"<html>Just a moment</html>", Content_Type="image/jpeg"), Refused(Refusal.KIND)),
        (answer(body=b"<svg/>", Content_Type="image/svg+xml"), Refused(Refusal.KIND)),
        (answer(body=GOOD[:-40]), Refused(Refusal.BROKEN)),
        (answer(body=gzip.compress(GOOD), Content_Encoding="gzip"), Refused(Refusal.KIND)),
    ],
    ids=lambda value: value.split(b"\r")[0].decode() if isinstance(value, bytes) else type(value).__name__,
)
async def test_an_answer_means(given: bytes, came: Came) -> None:
    assert await came_of(given) == came


async def test_a_body_that_says_how_much_too_long_it_is_is_not_read() -> None:
    head = answer(Content_Length=str(MOST_BYTES + 1))
    async with host(head, endless=bytes(65_536)) as (pictures, served):
        assert await pictures.fetch(served.url) == Refused(Refusal.TOO_LARGE)
        assert served.sent < MOST_BYTES


@pytest.mark.parametrize("told", ["", "99"], ids=["says nothing", "lies"])
async def test_a_body_that_does_not_end_is_left_at_the_limit(told: str) -> None:
    """The limit holds while it is read: what is sent for ever never comes to an end."""
    head = answer(Content_Length=told)
    async with asyncio.timeout(20), host(head, GOOD[:3], endless=bytes(65_536)) as (pictures, served):
        came = await pictures.fetch(served.url)
    assert isinstance(came, Refused)
    assert came.why in (Refusal.TOO_LARGE, Refusal.BROKEN)
    assert served.sent < 4 * MOST_BYTES


async def test_a_body_that_stops_too_soon_may_come_whole_the_next_time() -> None:
    came = await came_of(answer(body=GOOD[:50], Content_Length=str(len(GOOD))))
    assert isinstance(came, Trouble)
    assert isinstance(came.error, BrokenAnswer)


async def test_a_body_that_comes_in_drops_is_given_up() -> None:
    """Each drop comes in time, and the whole does not."""
    drops = host(answer(Content_Length="1000000"), endless=b"\xff", pause=0.005, time_scale=600.0)
    async with drops as (pictures, served):
        came = await pictures.fetch(served.url)
    assert isinstance(came, Trouble)
    assert isinstance(came.error, Unreachable)
    assert came.error.timed_out


async def test_nobody_signs_in_and_nothing_that_the_host_sets_is_sent_back() -> None:
    async with host(answer(body=GOOD, Set_Cookie="who=me; Path=/")) as (pictures, served):
        await pictures.fetch(served.url)
        await pictures.fetch(served.url)
    for request in served.heard:
        names = {line.split(b":")[0].lower() for line in request.split(b"\r\n")[1:] if line}
        assert names == {b"host", b"accept", b"accept-encoding", b"connection", b"user-agent"}
        assert f"user-agent: {AGENT}".encode() in request.lower().replace(AGENT.lower().encode(), AGENT.encode())


async def test_an_address_that_is_not_allowed_is_not_asked() -> None:
    async with host(answer(body=GOOD)) as (pictures, served):
        for address in (served.url.replace("http://", "http://me:secret@"), "file:///etc/passwd", "data:,x", ""):
            assert await pictures.fetch(address) == Refused(Refusal.ADDRESS)
        far = Pictures(user_agent=AGENT, near=False)
        assert await far.fetch(served.url) == Refused(Refusal.ADDRESS)
        await far.close()
    assert served.heard == []


async def test_nobody_at_home_is_trouble_that_may_pass() -> None:
    async with host() as (pictures, served):
        came = await pictures.fetch(served.url)
        assert isinstance(came, Trouble)
        assert isinstance(came.error, Unreachable)
