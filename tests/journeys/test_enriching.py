"""`runout enrich` as people run it: with another process at it, stopped, killed, and without anybody to ask."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.sandbox.server import Running, serve
from core.sandbox.world import World
from tests.core.services.fact_days import records
from tests.processes import Done, runout, start

MANY = 60
SCALE = 100.0


@dataclass(frozen=True)
class Home:
    """A machine with a synced collection of so many records, each with a master."""

    data: Path
    sandbox: Running

    @property
    def world(self) -> World:
        return self.sandbox.world

    @property
    def time(self) -> dict[str, str]:
        return {"RUNOUT_TIME_SCALE": repr(SCALE), "RUNOUT_TIME_EPOCH": repr(self.world.epoch)}

    @property
    def masters(self) -> int:
        """How many requests for masters came."""
        return self.world.counts.requests["master"]

    async def runout(self, *arguments: str, given: str = "") -> Done:
        return await runout(self.data, self.sandbox, *arguments, given=given, **self.time)

    async def begin(self, *arguments: str) -> Process:
        return await start(self.data, self.sandbox, *arguments, more=self.time)

    def rows(self, sql: str) -> list[Any]:
        with closing(sqlite3.connect(self.data / "runout.db")) as database:
            return database.execute(sql).fetchall()

    async def until(self, is_so: Callable[[], bool]) -> None:
        async with asyncio.timeout(45):
            while not is_so():
                await asyncio.sleep(0.002)


@asynccontextmanager
async def home(data: Path, *, many: int = MANY) -> AsyncIterator[Home]:
    async with serve(World(records(many), time_scale=SCALE)) as sandbox:
        here = Home(data, sandbox)
        connected = await here.runout("connect", "--token-stdin", given=sandbox.token)
        assert connected.code == 0, connected.err
        assert (await here.runout("sync")).code == 0
        here.world.counts.reset()
        yield here


async def ended(process: Process) -> Done:
    out, err = await process.communicate()
    assert process.returncode is not None
    assert b"Traceback" not in err
    return Done(process.returncode, out.decode(), err.decode())


async def test_original_years_are_read_and_said_and_asked_for_once(tmp_path: Path) -> None:
    async with home(tmp_path, many=20) as here:
        first = await here.runout("enrich")
        again = await here.runout("enrich", "--json")

        assert first.code == again.code == 0
        assert first.out == "Original year known for 20 of 20.\n"
        assert "original years: 0 of 20" in first.err
        coverage = {"releases": 20, "known": 20, "no_year": 0, "no_master": 0, "pending": 0, "failed": 0}
        assert again.result["collection"] == coverage
        assert again.result["outcome"] == "done"
        assert again.result["details"] is None
        assert here.masters == here.world.counts.total == 20


async def test_details_are_read_by_whoever_wants_them(tmp_path: Path) -> None:
    async with home(tmp_path, many=10) as here:
        done = await here.runout("enrich", "--details")

        assert done.code == 0
        assert done.out.splitlines()[-1] == "Details known of 10 releases."
        assert here.world.counts.requests == {"master": 10, "release": 10}
        assert (await here.runout("enrich", "--details", "--json")).result["details"] == {"known": 10, "pending": 0}


async def test_who_comes_while_another_process_is_at_it_follows_it(tmp_path: Path) -> None:
    async with home(tmp_path) as here:
        first = await here.begin("enrich", "--json")
        await here.until(lambda: here.masters >= 3)
        status, second = await asyncio.gather(here.runout("status", "--json"), here.begin("-q", "enrich", "--json"))
        both = await asyncio.gather(ended(first), ended(second))

        assert [done.code for done in both] == [0, 0]
        known = [done.result["collection"] for done in both]
        assert known[0] == known[1]
        assert here.masters == MANY
        enrichment: Any = status.result["enrichment"]
        assert enrichment["is_underway"]
        assert enrichment["done"] + enrichment["left"] == MANY
        assert both[1].err == ""


async def test_who_follows_goes_on_when_the_other_is_killed(tmp_path: Path) -> None:
    async with home(tmp_path) as here:
        first = await here.begin("enrich")
        await here.until(lambda: here.masters >= 3)
        second = await here.begin("enrich", "--json")
        await here.until(lambda: here.masters >= 20)
        first.kill()
        await first.communicate()
        done = await ended(second)

        assert done.code == 0
        assert done.result["collection"]["known"] == MANY  # type: ignore[index]
        assert here.masters <= MANY + 3


async def test_what_is_stopped_by_ctrl_c_keeps_what_it_has_and_goes_on_later(tmp_path: Path) -> None:
    async with home(tmp_path) as here:
        process = await here.begin("enrich")
        await here.until(lambda: here.masters >= 15)
        process.send_signal(signal.SIGINT)
        stopped = await ended(process)
        kept = here.rows("SELECT count(*) FROM masters")[0][0]
        done = await here.runout("enrich")

        assert stopped.code == 130
        assert "Stopped. What was read so far is kept" in stopped.err
        assert kept >= 12
        assert done.out == f"Original year known for {MANY} of {MANY}.\n"
        assert here.masters <= MANY + 3


async def test_killed_again_and_again_it_loses_what_was_under_way_and_no_more(tmp_path: Path) -> None:
    async with home(tmp_path) as here:
        kills = 0
        while here.rows("SELECT count(*) FROM masters")[0][0] < MANY - 12:
            until = here.masters + 8
            process = await here.begin("enrich", "--details")
            await here.until(lambda until=until: here.masters >= until)  # type: ignore[misc]
            os.kill(process.pid, signal.SIGKILL)
            await process.communicate()
            kills += 1
            assert here.rows("PRAGMA integrity_check") == [("ok",)]
            assert here.rows("SELECT count(*) FROM masters WHERE year IS NULL OR genres = ''") == [(0,)]
        done = await here.runout("enrich", "--details")

        assert kills >= 3
        assert done.code == 0
        assert done.out.splitlines() == [
            f"Original year known for {MANY} of {MANY}.",
            f"Details known of {MANY} releases.",
        ]
        assert here.masters <= MANY + 3 * kills
        assert here.world.counts.refusals == 0


async def test_a_daemon_reads_by_itself_and_says_so(tmp_path: Path) -> None:
    async with home(tmp_path, many=12) as here:
        done = await here.runout("daemon", "--once")

        assert done.code == 0, done.err
        assert "job enrichment: done" in done.err
        assert "12 masters, 12 releases" in done.err
        assert here.world.counts.requests == {"master": 12, "release": 12}


async def test_an_outage_is_said_in_a_sentence_and_nothing_is_lost(tmp_path: Path) -> None:
    async with home(tmp_path, many=12) as here:
        fault = here.world.faults.add("500", times=10_000, route="master")
        failed = await here.runout("enrich", "--json")
        assert fault.times < 10_000
        here.world.faults.clear()

        assert failed.code == 1
        assert "having trouble (status 500)" in failed.err
        assert failed.result["outcome"] == "failed"
        assert failed.result["collection"]["pending"] == 12  # type: ignore[index]
        await asyncio.sleep(601 / SCALE)
        assert (await here.runout("enrich")).out == "Original year known for 12 of 12.\n"


async def test_without_anybody_connected_there_is_nothing_to_read(tmp_path: Path) -> None:
    async with home(tmp_path, many=3) as here:
        nobody = await runout(tmp_path / "empty", here.sandbox, "enrich", "--json")
        assert (await here.runout("disconnect", "--yes")).code == 0
        disconnected = await here.runout("enrich")

        assert nobody.code == disconnected.code == 3
        assert nobody.result["outcome"] == "stopped"
        assert "is disconnected" in disconnected.err
        assert here.masters == 0


async def test_status_says_who_would_read_when_nobody_does(tmp_path: Path) -> None:
    async with home(tmp_path, many=3) as here:
        before = await here.runout("status")
        told = (await here.runout("status", "--json")).result
        await here.runout("enrich")
        after = await here.runout("status")

        assert "    Original year known for 0 of 3: 3 still to be read." in before.out.splitlines()
        assert "3 original years still to be read: an open terminal, `runout daemon` or" in before.out
        assert told["enrichment"] == {"done": 0, "left": 3, "seconds": None, "is_underway": False}
        assert told["collection"]["original_year"]["pending"] == 3  # type: ignore[index]
        assert "    Original year known for 3 of 3." in after.out.splitlines()
        assert "still to be read" not in after.out
