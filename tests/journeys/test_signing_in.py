"""`runout connect` on Discogs' own page: a browser that comes back, codes that are typed, and everything in between."""

from __future__ import annotations

import asyncio
import html
import re
import socket
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from core.sandbox.server import Running, serve
from core.sandbox.world import World
from tests.browser import application, code_shown
from tests.journeys.installed import asked, ended, signed_in
from tests.processes import Done, runout, start
from tests.stand_in import many

import httpx
import pytest

LET_IN = "Discogs has let you in"
COMES_BACK, TYPES = "Then come back here.", "Then type here the code that it shows."


class Browser:
    """Somebody at Discogs' page, and where they are led."""

    def __init__(self, address: str) -> None:
        self._page, _, self._token = address.partition("?oauth_token=")

    async def decided(self, decision: str = "approve", username: str = "") -> str:
        """Press the button; the address that the browser is led to."""
        async with httpx.AsyncClient(trust_env=False) as client:
            shown = await client.get(self._page, params={"oauth_token": self._token})
            assert (shown.status_code, 'name="decision"' in shown.text) == (200, True)
            answer = {"oauth_token": self._token, "decision": decision} | ({"username": username} if username else {})
            done = await client.post(self._page, data=answer)
        assert done.status_code == 302, done.text
        return done.headers["Location"]


async def read(address: str) -> str:
    """What a page says."""
    async with httpx.AsyncClient(trust_env=False) as client:
        page = await client.get(address)
    title, text = re.findall(r"<h1>(.*?)</h1><p>(.*?)</p>", page.text)[0]
    return f"{title}: {html.unescape(text)}"


@asynccontextmanager
async def discogs() -> AsyncIterator[Running]:
    async with serve(World(many(3))) as sandbox:
        yield sandbox


@asynccontextmanager
async def connecting(data: Path, sandbox: Running, *arguments: str, **more: str) -> AsyncIterator[tuple[Process, str]]:
    """A `runout connect` that has said where to go; it is ended with the block."""
    process = await start(data, sandbox, "connect", *arguments, more={**application(sandbox), **more})
    try:
        yield process, (await asked(process))[1]
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


def one_sentence(done: Done, code: int, words: str) -> None:
    """It ended with that code, and the last line says why."""
    assert done.code == code, done.err
    assert words in done.err.splitlines()[-1]
    assert done.out == ""


async def test_a_browser_is_led_back_and_told_how_it_went(tmp_path: Path) -> None:
    async with discogs() as sandbox, connecting(tmp_path, sandbox) as (process, address):
        assert address.startswith(f"{sandbox.url}/oauth/authorize?oauth_token=")
        back = await Browser(address).decided()
        assert re.match(r"http://127\.0\.0\.1:\d+/[\w-]{20,}\?", back)
        assert "Nothing to see here" in await read(back.partition("?")[0])
        assert (await read(back)).startswith(f"{LET_IN}: Runout may act for collector.")
        done = await ended(process)
        one_sentence(done, 0, "Connected as collector.")
        assert COMES_BACK in done.err
        assert (await runout(tmp_path, sandbox, "sync", "--json", **application(sandbox))).result["copies"] == 3


async def test_the_answer_to_another_sign_in_is_passed_over(tmp_path: Path) -> None:
    async with discogs() as sandbox, connecting(tmp_path, sandbox) as (process, address):
        back = await Browser(address).decided()
        stranger = asyncio.create_task(read(f"{back.partition('?')[0]}?oauth_token=another&oauth_verifier=code"))
        assert process.stderr is not None
        assert await process.stderr.readline() == f"{COMES_BACK}\n".encode()
        assert b"another sign-in" in await process.stderr.readline()
        assert LET_IN in await read(back)
        await stranger
        one_sentence(await ended(process), 0, "Connected as collector.")


async def test_who_says_no_is_told_so_in_both_places(tmp_path: Path) -> None:
    async with discogs() as sandbox, connecting(tmp_path, sandbox) as (process, address):
        back = await Browser(address).decided("deny")
        assert (await read(back)).startswith("Nothing was connected: You said no")
        one_sentence(await ended(process), 3, "You said no on Discogs' page, so nothing was connected.")
        assert (await runout(tmp_path, sandbox, "sync", **application(sandbox))).code == 3


async def test_without_a_browser_the_code_is_typed(tmp_path: Path) -> None:
    async with discogs() as sandbox:
        done = await signed_in(tmp_path, sandbox, **application(sandbox))
        one_sentence(done, 0, "Connected as collector.")
        assert TYPES in done.err


async def test_over_ssh_the_code_is_typed(tmp_path: Path) -> None:
    async with discogs() as sandbox:
        async with connecting(tmp_path, sandbox, SSH_CONNECTION="10.0.0.1 22 10.0.0.2 22") as (process, address):
            done = await ended(process, given=f"  {await code_shown(address)}  \n")
        one_sentence(done, 0, "Connected as collector.")
        assert TYPES in done.err


async def test_the_whole_address_can_be_pasted(tmp_path: Path) -> None:
    async with discogs() as sandbox, connecting(tmp_path, sandbox) as (process, address):
        one_sentence(await ended(process, given=await Browser(address).decided() + "\n"), 0, "Connected as collector.")


async def test_the_whole_address_of_a_denial_can_be_pasted(tmp_path: Path) -> None:
    async with discogs() as sandbox, connecting(tmp_path, sandbox) as (process, address):
        one_sentence(await ended(process, given=await Browser(address).decided("deny") + "\n"), 3, "You said no")


async def test_a_wrong_code_is_refused_with_a_sentence(tmp_path: Path) -> None:
    async def one(number: int, given: str) -> Done:
        async with connecting(tmp_path / str(number), sandbox, "--no-browser") as (process, address):
            await code_shown(address)
            return await ended(process, given=given)

    wrong = ("wrong\n", "\n", "", "http://127.0.0.1/?oauth_token=q\n", "käse\n", "wr\x00ng\n")
    async with discogs() as sandbox:
        for done in await asyncio.gather(*(one(*pair) for pair in enumerate(wrong))):
            one_sentence(done, 3, "Discogs does not accept the code")


async def test_at_the_end_of_the_input_the_browser_may_still_come(tmp_path: Path) -> None:
    async with discogs() as sandbox, connecting(tmp_path, sandbox) as (process, address):
        assert process.stdin is not None
        process.stdin.close()
        assert LET_IN in await read(await Browser(address).decided())
        one_sentence(await ended(process), 0, "Connected as collector.")


async def test_the_browser_is_given_the_address_and_nobody_else_is(tmp_path: Path) -> None:
    script, told = tmp_path / "browser", tmp_path / "told"
    script.write_text(f'#!/bin/sh\nprintf %s "$1" > {told}.new && mv {told}.new {told}\n')
    script.chmod(0o755)
    async with discogs() as sandbox:
        async with connecting(tmp_path, sandbox, BROWSER=str(script)) as (process, address):
            async with asyncio.timeout(30):
                while not told.exists():
                    await asyncio.sleep(0.01)
            assert told.read_text() == address
            arguments = Path(f"/proc/{process.pid}/cmdline").read_bytes()
            assert (b"connect" in arguments, b"oauth" in arguments) == (True, False)
            assert LET_IN in await read(await Browser(address).decided())
            assert (await ended(process)).code == 0
        told.unlink()
        done = await signed_in(tmp_path, sandbox, "--yes", BROWSER=str(script), **application(sandbox))
    assert (done.code, told.exists()) == (0, False)


async def test_where_a_port_is_taken_the_code_is_typed(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        callback = f"http://127.0.0.1:{taken.getsockname()[1]}/back"
        async with discogs() as sandbox:
            process = await start(
                tmp_path, sandbox, "connect", more={**application(sandbox), "RUNOUT_DISCOGS__CALLBACK_URL": callback}
            )
            said, address = await asked(process)
            done = await ended(process, said, given=await code_shown(address) + "\n")
    one_sentence(done, 0, "Connected as collector.")
    assert said.startswith("This machine cannot be led back to (")
    assert said.count("\n") == 3


async def test_the_port_of_the_settings_is_led_back_to(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        callback = f"http://localhost:{probe.getsockname()[1]}/back?from=discogs"
    more = {"RUNOUT_DISCOGS__CALLBACK_URL": callback}
    async with discogs() as sandbox, connecting(tmp_path, sandbox, **more) as (process, address):
        back = await Browser(address).decided()
        assert back.startswith(callback)
        assert LET_IN in await read(back)
        one_sentence(await ended(process), 0, "Connected as collector.")


@pytest.mark.parametrize("way", ["--token-stdin", "--no-browser"])
async def test_what_is_given_in_another_encoding_is_refused_with_a_sentence(tmp_path: Path, way: str) -> None:
    """As PowerShell writes a file, into which somebody has put the token."""
    async with discogs() as sandbox:
        process = await start(tmp_path, sandbox, "connect", way, more={**application(sandbox), "PYTHONUTF8": "1"})
        _, err = await process.communicate(sandbox.token.encode("utf-16"))
    last = err.decode().splitlines()[-1]
    assert (process.returncode, "unexpected" in last) == (2 if way == "--token-stdin" else 3, False), last


async def test_a_discogs_that_is_down_is_a_sentence(tmp_path: Path) -> None:
    async with discogs() as sandbox:
        settings = application(sandbox)
    done = await runout(tmp_path, sandbox, "connect", **settings, RUNOUT_TIME_SCALE="100")
    one_sentence(done, 1, "cannot be reached")
    assert done.err.count("\n") == 1


@pytest.mark.parametrize("decision", ["comes back", "types"])
async def test_a_discogs_that_goes_down_meanwhile_is_a_sentence(tmp_path: Path, decision: str) -> None:
    async with discogs() as sandbox:
        arguments = ("--no-browser",) if decision == "types" else ()
        async with connecting(tmp_path, sandbox, *arguments) as (process, address):
            sandbox.world.faults.add("500", route="access_token", times=9)
            if decision == "types":
                done = await ended(process, given=await code_shown(address) + "\n")
            else:
                page = await read(await Browser(address).decided())
                assert page.startswith("That did not work: Discogs is having trouble")
                done = await ended(process)
        one_sentence(done, 1, "Discogs is having trouble")


@pytest.mark.parametrize("change", ["key", "secret"])
async def test_an_application_that_discogs_does_not_know_is_named(tmp_path: Path, change: str) -> None:
    async with discogs() as sandbox:
        done = await runout(tmp_path, sandbox, "connect", **application(sandbox, **{change: "unheard"}))
    one_sentence(done, 3, "Discogs does not know this application")
    assert "unheard" not in done.err
