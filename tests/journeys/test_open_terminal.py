"""A terminal that is left open keeps everything up to date by itself, and closes whatever runs."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import time
from pathlib import Path
from typing import Any, Final

from core.sandbox.server import serve
from tests.exports import csv_of, row
from tests.journeys.installed import Installed, installation
from tests.journeys.terminal import in_terminal
from tests.processes import runout
from tests.stand_in import many

import pytest

PATIENCE: Final = 60.0
CTRL_Q: Final = "\x11"
LONG_AGO: Final = "2026-01-01T00:00:00+00:00"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return installation(tmp_path_factory.mktemp("open") / "data", holding=many(950))


def sql(data: Path, statement: str) -> list[Any]:
    with contextlib.closing(sqlite3.connect(data / "runout.db", timeout=30)) as database, database:
        return database.execute(statement).fetchall()


async def until_there_are(data: Path, statement: str, number: int = 1) -> None:
    async with asyncio.timeout(PATIENCE):
        while len(sql(data, statement)) < number:
            await asyncio.sleep(0.05)


def make_due(data: Path, shelf: str) -> None:
    """Of this shelf nothing has been heard for long, and it was seen to that it is due."""
    sql(
        data,
        f"UPDATE shelves SET checked_at = '{LONG_AGO}', walked_at = '{LONG_AGO}', tried_at = '{LONG_AGO}',"
        f" due_at = '{LONG_AGO}' WHERE shelf = '{shelf}'",
    )


async def test_what_is_due_is_synced_while_it_is_open(installed: Installed, tmp_path: Path) -> None:
    data = installed.copied(tmp_path / "data")
    make_due(data, "wantlist")
    sql(data, f"UPDATE accounts SET active_at = '{LONG_AGO}'")
    async with serve(installed.world()) as sandbox, in_terminal(data, sandbox) as terminal:
        await terminal.until("Version")

        await until_there_are(data, "SELECT 1 FROM sync_runs WHERE shelf = 'wantlist' AND outcome = 'done'")
        await until_there_are(data, "SELECT 1 FROM job_runs WHERE outcome = 'done'", 4)

        terminal.type(CTRL_Q)
        assert await terminal.end() == 0
    assert sql(data, f"SELECT 1 FROM accounts WHERE active_at > '{LONG_AGO}'") == [(1,)]
    assert sql(data, f"SELECT 1 FROM shelves WHERE shelf = 'wantlist' AND due_at > '{LONG_AGO}'") == [(1,)]


async def test_closed_in_the_middle_of_a_sync_it_keeps_what_has_arrived(installed: Installed, tmp_path: Path) -> None:
    data = installed.copied(tmp_path / "data")
    make_due(data, "collection")
    async with serve(installed.world()) as sandbox:
        sandbox.world.faults.add("hang", route="collection", page=7, times=1_000)
        async with in_terminal(data, sandbox) as terminal:
            await terminal.until("Version")
            await until_there_are(data, "SELECT 1 FROM staged_pages", 6)

            terminal.type(CTRL_Q)

            assert await terminal.end() == 0
    runs = sql(data, "SELECT outcome FROM sync_runs WHERE shelf = 'collection' ORDER BY started_at")
    assert runs == [("done",), ("cancelled",)]
    assert len(sql(data, "SELECT 1 FROM staged_pages")) >= 6
    assert sql(data, "SELECT 1 FROM leases") == []


async def test_ages_are_told_by_the_hour_of_a_world_that_runs_faster(installed: Installed, tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    file.write_bytes(csv_of(row(1)))
    assert (await runout(tmp_path / "data", None, "import", str(file), "--yes")).code == 0
    faster = {"RUNOUT_TIME_SCALE": "2", "RUNOUT_TIME_EPOCH": str(time.time() - 10 * 86_400 - 3_600)}
    async with serve(installed.world()) as sandbox, in_terminal(tmp_path / "data", sandbox, more=faster) as terminal:
        await terminal.until("imported 10 d ago")

        terminal.type(CTRL_Q)
        assert await terminal.end() == 0
