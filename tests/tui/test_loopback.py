"""The address that a browser is led back to: who comes there, what they bring, and what they are shown."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

from tui import loopback as room
from tui.loopback import Arrival, Loopback, is_local, loopback

import aiohttp
import pytest

HOSTILE = '"><script>alert(1)</script>{title}&amp;\r\nSet-Cookie: a=b\x1b[31m’'


@pytest.fixture
async def back() -> AsyncIterator[Loopback]:
    async with loopback() as one:
        yield one


async def page_at(address: str, **query: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as browser, browser.get(address, params=query) as answer:
        return answer.status, await answer.text()


async def test_a_browser_that_was_approved_brings_the_verifier_and_is_shown_how_it_ended(back: Loopback) -> None:
    coming = asyncio.create_task(page_at(back.address, oauth_token="key", oauth_verifier="code"))
    assert await back.arrivals.get() == Arrival("key", "code", denied=False)

    back.end("You are connected", "You can close this page.")

    status, page = await coming
    assert status == 200
    assert "<h1>You are connected</h1><p>You can close this page.</p>" in page


async def test_a_browser_that_was_denied_says_so_of_its_own_sign_in(back: Loopback) -> None:
    coming = asyncio.create_task(page_at(back.address, denied="key"))
    assert await back.arrivals.get() == Arrival("key", "", denied=True)

    back.end("Nothing was connected", "You said no.")
    assert "You said no." in (await coming)[1]


async def test_whose_answer_it_is_is_told_with_it(back: Loopback) -> None:
    """Whoever waits compares; this address takes every answer that is one."""
    coming = asyncio.create_task(page_at(back.address, oauth_token="somebody-else-s", oauth_verifier="code"))
    assert (await back.arrivals.get()).key == "somebody-else-s"
    back.end("", "")
    await coming


@pytest.mark.parametrize("query", [{}, {"oauth_token": "key"}, {"oauth_verifier": "code"}, {"denied": ""}, {"x": "y"}])
async def test_what_is_no_answer_is_not_taken_for_one(back: Loopback, query: dict[str, str]) -> None:
    status, page = await page_at(back.address, **query)

    assert status == 400
    assert "waits for Discogs" in page
    assert back.arrivals.empty()


@pytest.mark.parametrize("path", ["/favicon.ico", "/", "/callback", "/../../etc/passwd"])
async def test_nothing_else_is_served_here(back: Loopback, path: str) -> None:
    parts = urlsplit(back.address)
    status, _ = await page_at(f"http://{parts.netloc}{path}", oauth_token="key", oauth_verifier="code")

    assert status == 404
    assert back.arrivals.empty()


async def test_only_a_page_is_asked_for_here(back: Loopback) -> None:
    form = {"oauth_token": "key", "oauth_verifier": "code"}
    async with aiohttp.ClientSession() as browser, browser.post(back.address, data=form) as answer:
        assert answer.status == 405
    assert back.arrivals.empty()


async def test_two_browsers_are_both_shown_how_it_ended(back: Loopback) -> None:
    coming = [asyncio.create_task(page_at(back.address, oauth_token="key", oauth_verifier="code")) for _ in range(2)]
    assert [await back.arrivals.get() for _ in range(2)] == [Arrival("key", "code", denied=False)] * 2

    back.end("You are connected", "First.")
    back.end("That did not work", "Second.")

    for _, page in await asyncio.gather(*coming):
        assert "First." in page


async def test_who_comes_after_the_end_is_shown_it_too(back: Loopback) -> None:
    back.end("You are connected", "Done.")
    assert "Done." in (await page_at(back.address, oauth_token="key", oauth_verifier="code"))[1]


async def test_hostile_text_stays_text(back: Loopback) -> None:
    coming = asyncio.create_task(page_at(back.address, oauth_token=HOSTILE, oauth_verifier=HOSTILE))
    arrival = await back.arrivals.get()
    assert (arrival.key, arrival.verifier) == (HOSTILE, HOSTILE)

    back.end(f"Hello {arrival.key}", f"Runout may act for {arrival.verifier}")

    _, page = await coming
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;{title}&amp;amp;") == 2
    assert "<script" not in page


async def test_what_is_no_answer_is_not_repeated(back: Loopback) -> None:
    _, page = await page_at(back.address, oauth_token=HOSTILE)
    assert "alert" not in page


async def test_no_browser_keeps_the_answer_or_hands_it_on(back: Loopback) -> None:
    async with aiohttp.ClientSession() as browser, browser.get(back.address) as answer:
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"


async def test_without_an_address_of_its_own_it_is_at_a_place_that_nobody_can_guess() -> None:
    async with loopback() as one, loopback() as other:
        places = [urlsplit(back.address) for back in (one, other)]
    assert {place.hostname for place in places} == {"127.0.0.1"}
    assert len({place.path for place in places}) == len({place.port for place in places}) == 2
    assert all(len(place.path) > 20 for place in places)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_at_the_address_that_is_registered_it_is_found_there(host: str) -> None:
    wanted = f"http://{host}:{free_port()}/back/from/discogs?state=7"
    async with loopback(wanted) as back:
        assert back.address == wanted
        coming = asyncio.create_task(page_at(wanted, oauth_token="key", oauth_verifier="code"))
        assert (await back.arrivals.get()).verifier == "code"
        back.end("You are connected", "Done.")
        assert (await coming)[0] == 200


async def test_a_port_that_is_taken_is_told() -> None:
    async with loopback() as first:
        with pytest.raises(OSError, match="in use"):
            async with loopback(first.address):
                pass


async def test_at_its_end_who_still_waits_is_sent_to_the_terminal() -> None:
    async with loopback() as back:
        coming = asyncio.create_task(page_at(back.address, oauth_token="key", oauth_verifier="code"))
        await back.arrivals.get()
    assert "See the terminal" in (await coming)[1]


async def test_when_it_ends_in_trouble_who_still_waits_is_sent_to_the_terminal_too() -> None:
    coming: asyncio.Task[tuple[int, str]] | None = None
    with contextlib.suppress(KeyError):
        async with loopback() as back:
            coming = asyncio.create_task(page_at(back.address, oauth_token="key", oauth_verifier="code"))
            await back.arrivals.get()
            raise KeyError
    assert coming is not None
    assert "See the terminal" in (await coming)[1]


async def test_who_waits_for_long_is_sent_to_the_terminal(back: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "_PATIENCE", 0.01)
    status, page = await page_at(back.address, oauth_token="key", oauth_verifier="code")
    assert (status, "See the terminal" in page) == (200, True)


async def test_afterwards_nobody_listens_there() -> None:
    async with loopback() as back:
        pass
    with pytest.raises(aiohttp.ClientConnectionError):
        await page_at(back.address, oauth_token="key", oauth_verifier="code")


@pytest.mark.parametrize(
    ("address", "local"),
    [
        ("", True),
        ("http://127.0.0.1:8765/back", True),
        ("http://localhost:8765/", True),
        ("https://127.0.0.1:8765/back", False),
        ("https://records.example/back", False),
        ("http://records.example/back", False),
        ("http://127.0.0.1.records.example/", False),
    ],
)
def test_only_an_address_of_this_machine_can_be_listened_at(address: str, local: bool) -> None:
    assert is_local(address) is local
