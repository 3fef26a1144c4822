"""What goes where: pipes that end early, terminals without colour, quiet, and an account that is named."""

from __future__ import annotations

import asyncio
import os
import pty
import re
import select
import sys
import termios
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from core.sandbox.server import Running, serve
from core.sandbox.world import World
from tests.processes import Done, runout, start
from tests.stand_in import many

import pytest

COLOUR = re.compile(r"\x1b\[[\d;]*(?:3\d|4\d|9\d|10\d)[\d;]*m")


@asynccontextmanager
async def connected(data: Path) -> AsyncIterator[Running]:
    async with serve(World(many(250))) as sandbox:
        assert (await runout(data, sandbox, "connect", "--token-stdin", given=sandbox.token)).code == 0
        yield sandbox


async def in_a_terminal(
    data: Path, sandbox: Running | None, *arguments: str, leave_at: str = "", **more: str
) -> tuple[int, str]:
    """Run a command in a terminal; its exit code, and all that was on the screen. `q` is pressed at a text."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 100))
    more = {"TERM": "xterm-256color", **more}
    process = await start(data, sandbox, *arguments, streams=(theirs, theirs, theirs), more=more)
    os.close(theirs)

    def read() -> bytes:
        seen = b""
        waiting = leave_at.encode()
        while select.select([ours], [], [], 30)[0]:
            try:
                seen += os.read(ours, 65_536)
            except OSError:  # Linux says so when the other side is closed.
                break
            if waiting and waiting in seen:
                waiting = b""
                os.write(ours, b"q")
        return seen

    try:
        seen = await asyncio.to_thread(read)
        return await process.wait(), seen.decode()
    finally:
        os.close(ours)


async def to_nobody(data: Path, sandbox: Running | None, *arguments: str, words_too: bool) -> Done:
    """Run a command whose output nobody reads any more."""
    reading, writing = os.pipe()
    os.close(reading)
    try:
        process = await start(data, sandbox, *arguments, streams=(PIPE, writing, writing if words_too else PIPE))
    finally:
        os.close(writing)
    _, err = await process.communicate()
    assert process.returncode is not None
    return Done(process.returncode, "", (err or b"").decode())


async def test_a_terminal_has_a_bar_in_colour_and_none_of_it_stays(tmp_path: Path) -> None:
    async with connected(tmp_path) as sandbox:
        code, seen = await in_a_terminal(tmp_path, sandbox, "sync")
    assert code == 0
    assert "Syncing" in seen
    assert COLOUR.search(seen)
    assert seen.endswith(" s).\r\n")


async def test_no_color_has_no_colour(tmp_path: Path) -> None:
    async with connected(tmp_path) as sandbox:
        code, seen = await in_a_terminal(tmp_path, sandbox, "sync", NO_COLOR="1")
    assert code == 0
    assert "Syncing" in seen
    assert not COLOUR.search(seen)


async def test_a_terminal_that_cannot_go_back_has_lines(tmp_path: Path) -> None:
    async with connected(tmp_path) as sandbox:
        code, seen = await in_a_terminal(tmp_path, sandbox, "sync", TERM="dumb")
    assert (code, "\x1b" in seen) == (0, False)
    assert "page 3 of 3: 250 of 250 copies" in seen


async def test_words_into_a_file_are_lines_though_the_result_goes_to_a_terminal(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    async with connected(tmp_path) as sandbox:
        process = await start(
            tmp_path, sandbox, "sync", streams=(PIPE, theirs, PIPE), more={"TERM": "xterm", "FORCE_COLOR": "1"}
        )
        _, err = await process.communicate()
    os.close(theirs)
    os.close(ours)
    assert process.returncode == 0
    assert b"page 3 of 3: 250 of 250 copies\n" in err
    assert b"\x1b" not in err


async def test_a_pipe_has_no_escape_codes_whatever_is_forced(tmp_path: Path) -> None:
    async with connected(tmp_path) as sandbox:
        for arguments in (("sync",), ("budget",), ("--help",)):
            done = await runout(tmp_path, sandbox, *arguments, FORCE_COLOR="1", TERM="xterm-256color")
            assert done.code == 0
            assert not {"\x1b", "\r"} & set(done.out + done.err), arguments


@pytest.mark.parametrize("words_too", [False, True], ids=["data", "data and words"])
async def test_a_reader_who_goes_away_is_no_trouble(tmp_path: Path, words_too: bool) -> None:
    async with connected(tmp_path) as sandbox:
        for arguments in (("sync",), ("sync", "--json"), ("paths",), ("--help",)):
            done = await to_nobody(tmp_path, sandbox, *arguments, words_too=words_too)
            assert done.code == (0 if arguments == ("--help",) else 1)
            assert not re.search(r"Traceback|Exception|Broken", done.err)


async def test_the_first_line_of_a_sync_is_enough_for_some(tmp_path: Path) -> None:
    async with connected(tmp_path) as sandbox:
        reading, writing = os.pipe()
        syncing = await start(tmp_path, sandbox, "sync", streams=(PIPE, writing, writing))
        os.close(writing)
        with os.fdopen(reading, "rb") as first:
            line = await asyncio.to_thread(first.readline)
        await syncing.wait()
        after = await runout(tmp_path, sandbox, "sync", "--json")
    assert line == b"page 1 of 3: 100 of 250 copies\n"
    assert (after.code, after.result["copies"]) == (0, 250)


@pytest.mark.parametrize("stream", ["stdin", "stdout", "stderr"])
async def test_a_stream_that_was_closed_before_us_is_no_trouble(tmp_path: Path, stream: str) -> None:
    number = ("stdin", "stdout", "stderr").index(stream)
    shut = await asyncio.create_subprocess_exec(
        "sh",
        "-c",
        f'exec "$0" -m tui "$@" {number}>&-',
        sys.executable,
        "about",
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await shut.communicate()
    assert (shut.returncode, err) == (0, b"")
    assert (b"Zink Media" in out) is (stream != "stdout")


async def test_quiet_leaves_the_data_and_the_errors(tmp_path: Path) -> None:
    async with connected(tmp_path) as sandbox:
        connecting = await runout(tmp_path, sandbox, "connect", "--token-stdin", "-q", given=sandbox.token)
        assert (connecting.code, connecting.out, connecting.err) == (0, "", "")
        done = await runout(tmp_path, sandbox, "--quiet", "sync")
        assert (done.code, done.err) == (0, "")
        assert done.out.startswith("250 copies of 250 releases")
        _, seen = await in_a_terminal(tmp_path, sandbox, "sync", "--quiet")
        assert "\x1b" not in seen
        sandbox.world.account.token = "r" * 40
        refused = await runout(tmp_path, sandbox, "sync", "--quiet")
    assert refused.code == 3
    assert refused.err.startswith("Discogs does not accept the token")


async def test_the_account_that_is_named_is_synced(tmp_path: Path) -> None:
    async with connected(tmp_path) as sandbox:
        named = await runout(tmp_path, sandbox, "sync", "--json", "--account", sandbox.username.upper())
        assert (named.code, named.result["copies"]) == (0, 250)
        unknown = await runout(tmp_path, sandbox, "sync", "--json", "--account", "nobody")
        assert (unknown.code, unknown.result["outcome"]) == (2, "failed")
    assert "no account nobody here" in unknown.err
    assert sandbox.username in unknown.err


async def test_the_account_that_is_named_is_opened_and_stays_the_last_used(tmp_path: Path) -> None:
    async with connected(tmp_path) as sandbox:
        await runout(tmp_path, sandbox, "sync")
        code, seen = await in_a_terminal(tmp_path, sandbox, "--account", "nobody")
        assert code == 2
        assert f"There is no account nobody here, only {sandbox.username}." in seen
        other = sandbox.world.open_account("somebody_else").token
        assert (await runout(tmp_path, sandbox, "connect", "--token-stdin", "--yes", given=other)).code == 0
        assert (await runout(tmp_path, sandbox, "sync", "--json")).result["copies"] == 0
        code, seen = await in_a_terminal(tmp_path, sandbox, "--account", sandbox.username, leave_at="250 copies")
        assert code == 0
        assert (await runout(tmp_path, sandbox, "sync", "--json")).result["copies"] == 250
