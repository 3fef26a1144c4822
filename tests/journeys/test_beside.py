"""The terminal syncs in a process beside it: whichever of them is ended, however, nothing is lost, nobody is left."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from core.sandbox.server import Running, serve
from tests.journeys.installed import Installed, installation
from tests.journeys.terminal import Terminal, in_terminal
from tests.stand_in import many
from tests.witness import holders

import pytest

PATIENCE: Final = 60.0
CTRL_Q: Final = "\x11"
PAGES: Final = 3


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """An account whose collection nobody has walked over yet, so that nobody knows how large it is."""
    found = installation(tmp_path_factory.mktemp("beside") / "data", holding=many(100 * PAGES - 50))
    sql(found.data, "UPDATE shelves SET walked_at = NULL WHERE shelf = 'collection'")
    sql(found.data, "UPDATE accounts SET sync_every = 'off'")
    return found


def sql(data: Path, statement: str) -> list[Any]:
    with contextlib.closing(sqlite3.connect(data / "runout.db", timeout=30)) as database, database:
        return database.execute(statement).fetchall()


async def until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not happened():
            await asyncio.sleep(0.02)


def last_run(data: Path) -> tuple[str | None]:
    found: tuple[str | None] = sql(data, "SELECT outcome FROM sync_runs WHERE shelf = 'collection' ORDER BY rowid")[-1]
    return found


def staged(data: Path) -> int:
    return len(sql(data, "SELECT 1 FROM staged_pages"))


@asynccontextmanager
async def halfway(data: Path, sandbox: Running) -> AsyncIterator[tuple[Terminal, int]]:
    """A terminal with a sync that waits for its last page, and the process in which that goes on."""
    hanging = sandbox.world.faults.add("hang", route="collection", page=PAGES)
    async with in_terminal(data, sandbox) as terminal:
        await terminal.until("Version")
        terminal.type("s")
        await until(lambda: hanging.times == 0 and staged(data) == PAGES - 1)
        [process] = holders(data / "runout.db")
        assert process != terminal.process.pid
        yield terminal, process
        assert "Traceback" not in terminal.seen


def has_ended(process: int) -> bool:
    return not Path(f"/proc/{process}").exists()


async def goes_on(data: Path, sandbox: Running) -> None:
    """The next sync asks for what the last one has not got."""
    sandbox.world.faults.clear()
    sandbox.world.counts.reset()
    async with in_terminal(data, sandbox) as terminal:
        await terminal.until("Version")
        terminal.type("s")
        await until(lambda: last_run(data) == ("done",))
        terminal.type(CTRL_Q)
        assert await terminal.end() == 0
    pages = [int(entry["page"]) for entry in sandbox.world.counts.log() if entry["route"] == "collection"]
    assert sorted(page for page in pages if page > 1) == [PAGES]


@pytest.mark.parametrize("end", ["q", "kill -9", "Ctrl-C for all of them"])
async def test_when_the_terminal_ends_the_sync_ends_and_can_be_gone_on_with(
    installed: Installed, tmp_path: Path, end: str
) -> None:
    data = installed.copied(tmp_path / "data")
    async with serve(installed.world()) as sandbox:
        async with halfway(data, sandbox) as (terminal, process):
            if end == "q":
                terminal.type(CTRL_Q)
            elif end == "kill -9":
                terminal.process.kill()
            else:
                os.killpg(os.getpgid(terminal.process.pid), signal.SIGINT)
            await terminal.end()
            await until(lambda: has_ended(process))
        assert last_run(data) == ("cancelled",)
        assert staged(data) == PAGES - 1
        assert sql(data, "SELECT 1 FROM leases") == []
        await goes_on(data, sandbox)


async def test_when_the_sync_is_killed_the_terminal_says_so_and_goes_on(installed: Installed, tmp_path: Path) -> None:
    data = installed.copied(tmp_path / "data")
    async with serve(installed.world()) as sandbox:
        async with halfway(data, sandbox) as (terminal, process):
            os.kill(process, signal.SIGKILL)
            await terminal.until("The process that synced")
            assert has_ended(process)
            sandbox.world.faults.clear()
            terminal.type("s")
            await until(lambda: last_run(data) == ("done",))
            terminal.type(CTRL_Q)
            assert await terminal.end() == 0
        assert "the process of a sync ended with -9" in (data / "runout.log").read_text(encoding="utf-8")


async def test_two_terminals_share_one_sync(installed: Installed, tmp_path: Path) -> None:
    data = installed.copied(tmp_path / "data")
    async with (
        serve(installed.world()) as sandbox,
        halfway(data, sandbox) as (first, process),
        in_terminal(data, sandbox) as second,
    ):
        await second.until("Version")
        second.type("s")
        await second.until(f"page {PAGES - 1} of {PAGES}")
        assert holders(data / "runout.db") == [process]
        sandbox.world.faults.release()
        for terminal in (first, second):
            await terminal.until("Synced")
            terminal.type(CTRL_Q)
            assert await terminal.end() == 0
    runs = sql(data, "SELECT outcome FROM sync_runs WHERE shelf = 'collection' ORDER BY rowid")
    assert runs[1:] == [("done",)]
