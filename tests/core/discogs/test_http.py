"""The line itself, against a server on this machine that says just what it is told to."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from socket import create_server

from core.discogs.http import Http
from core.discogs.protocol import Answer, Request
from core.errors import BrokenAnswer, Unreachable

import pytest

SECRET = "qWeRtYuIoPaSdFgHjKlZxCvBnM"
HEADERS = {"Authorization": f"Discogs token={SECRET}", "User-Agent": "Runout/1"}
EMPTY = b"HTTP/1.1 204 No Content\r\n\r\n"


@asynccontextmanager
async def opened(api_url: str) -> AsyncIterator[Http]:
    http = Http(api_url)
    try:
        yield http
    finally:
        await http.close()


@asynccontextmanager
async def line_to(answer: bytes) -> AsyncIterator[tuple[Http, list[bytes]]]:
    """A line to a server that gives every request the same bytes and hangs up; and what it hears."""
    heard: list[bytes] = []
    served: list[asyncio.Task[object]] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        served.append(task)
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            heard.append(await reader.readuntil(b"\r\n\r\n"))
            writer.write(answer)
            await writer.drain()
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        async with opened(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/") as http:
            yield http, heard
        await asyncio.gather(*served)


async def sent(answer: bytes) -> Answer:
    async with line_to(answer) as (http, _):
        return await http.send(Request("/users/me"), HEADERS)


@pytest.fixture
def dead_end() -> str:
    """An address of this machine where nobody listens."""
    with closing(create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]
    return f"127.0.0.1:{port}"


async def test_an_answer_of_any_status_is_an_answer() -> None:
    answer = await sent(b"HTTP/1.1 418 Teapot\r\nX-Discogs-Ratelimit: 60\r\nContent-Length: 3\r\n\r\ntea")

    assert (answer.status, answer.body) == (418, b"tea")
    assert answer.headers["x-discogs-ratelimit"] == "60"


async def test_a_redirect_is_not_followed() -> None:
    answer = await sent(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n")

    assert answer.status == 302


async def test_what_is_asked_arrives_as_it_was_meant() -> None:
    async with line_to(EMPTY) as (http, heard):
        await http.send(Request("/users/AC%7CDC%20%5Bx%5D", {"q": "AC|DC [x] & é?", "page": "2"}), HEADERS)

    line, *headers = heard[0].decode().split("\r\n")
    target = line.removeprefix("GET ").removesuffix(" HTTP/1.1").replace("+", "%20")
    assert target == "/users/AC%7CDC%20%5Bx%5D?q=AC%7CDC%20%5Bx%5D%20%26%20%C3%A9%3F&page=2"
    assert {f"{name}: {value}" for name, value in HEADERS.items()} <= set(headers)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(b"", id="hangs up at once"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Le", id="hangs up in a header"),
    ],
)
async def test_a_line_that_ends_before_a_whole_header_brought_no_answer(answer: bytes) -> None:
    with pytest.raises(Unreachable) as lost:
        await sent(answer)

    assert not lost.value.timed_out


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(b'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"id": 1', id="hangs up in the body"),
        pytest.param(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel", id="hangs up in a chunk"),
        pytest.param(b"SSH-2.0-OpenSSH_9.6\r\n\r\n", id="another protocol"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd", id="gzip that is none"
        ),
    ],
)
async def test_an_answer_that_breaks_off_is_a_broken_one(answer: bytes) -> None:
    with pytest.raises(BrokenAnswer) as broken:
        await sent(answer)

    assert broken.value.route == "/users/me"


async def test_nobody_at_home_is_unreachable(dead_end: str) -> None:
    async with opened(f"http://{dead_end}") as http:
        with pytest.raises(Unreachable) as failed:
            await http.send(Request("/users/me"), HEADERS)

    assert failed.value.host == dead_end
    assert not failed.value.timed_out


async def test_a_header_that_cannot_be_sent_is_not_repeated() -> None:
    with closing(create_server(("127.0.0.1", 0))) as deaf:
        async with opened(f"http://127.0.0.1:{deaf.getsockname()[1]}") as http:
            with pytest.raises(Unreachable) as failed:
                await http.send(Request("/users/me"), {"Authorization": f"Discogs token={SECRET}\n"})

    assert failed.value.reason == "LocalProtocolError"
    assert SECRET not in "".join(traceback.format_exception(failed.value))


@pytest.mark.parametrize("answer", [EMPTY, b"", b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n"])
async def test_no_log_holds_the_token(answer: bytes, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with line_to(answer) as (http, heard):
        with contextlib.suppress(Unreachable):
            await http.send(Request("/users/me"), HEADERS)

    assert SECRET.encode() in heard[0]
    assert caplog.records
    assert all(SECRET not in record.getMessage() + repr(record.args) for record in caplog.records)
