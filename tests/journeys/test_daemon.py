"""`runout daemon` as a process of its own, on a fast clock: unaided, never twice, and stopped at any moment."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import re
import signal
import sqlite3
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from core.sandbox.server import Running, serve
from core.sandbox.world import World
from tests.processes import ROOT, Done, runout, start
from tests.stand_in import many

import pytest

PATIENCE: Final = 60.0
AN_HOUR_A_SECOND: Final = 3_600.0
SYNCED: Final = re.compile(
    r"^\S+Z sync (\S+) (collection|wantlist) (probe|walk): (\w[\w ]*), requests (\d+), ", re.MULTILINE
)
DONE: Final = re.compile(r"^\S+Z job ([\w ]+): done", re.MULTILINE)

_DYING: Final = """\
import asyncio, inspect, os, signal, sys
from importlib import import_module
module, _, path = sys.argv.pop(1).partition(":")
*way, name = path.split(".")
owner = import_module(module)
for part in way:
    owner = getattr(owner, part)
real = getattr(owner, name)
def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)
if inspect.iscoroutinefunction(real):
    async def deadly(*given, **named):
        await real(*given, **named)
        die()
else:
    def deadly(*given, **named):
        real(*given, **named)
        die()
setattr(owner, name, deadly)
from tui.__main__ import main
sys.exit(main(sys.argv[1:]))
"""
"""The program, but for one function that does what it should and is killed with everything else at its end."""


@dataclass
class Machine:
    """A data directory with somebody connected, and a Discogs whose time is the program's."""

    data: Path
    sandbox: Running
    more: dict[str, str]
    daemons: list[Daemon] = field(default_factory=list)

    async def runout(self, *arguments: str) -> Done:
        return await runout(self.data, self.sandbox, *arguments, **self.more)

    async def daemon(self) -> Daemon:
        found = Daemon(await start(self.data, self.sandbox, "daemon", more=self.more))
        self.daemons.append(found)
        return found

    def environment(self) -> dict[str, str]:
        """What a process lives in that is started some other way."""
        return {
            "PYTHONPATH": str(ROOT),
            "RUNOUT_DATA_DIR": str(self.data),
            "RUNOUT_DISCOGS__API_URL": self.sandbox.url,
            "HOME": str(self.data),
            **self.more,
        }

    def rows(self, statement: str) -> list[Any]:
        """What the database says, whoever else has it open."""
        address = f"file:{self.data / 'runout.db'}?mode=ro"
        with contextlib.closing(sqlite3.connect(address, uri=True, timeout=30)) as database:
            return database.execute(statement).fetchall()


class Daemon:
    """One that runs, and what it has said so far."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.said = ""
        self._hearing = asyncio.create_task(self._hear())

    async def until(self, is_so: Callable[[str], object]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not is_so(self.said):
                assert not self._hearing.done(), self.said
                await asyncio.sleep(0.02)

    async def end(self, number: int = signal.SIGTERM) -> int:
        """Ask it to end, and wait for that; five seconds is what it promises, and a busy machine gets some more."""
        self.process.send_signal(number)
        code = await asyncio.wait_for(self.process.wait(), 10)
        await self._hearing
        assert "Traceback" not in self.said
        return code

    async def kill(self) -> None:
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()
        await self._hearing

    async def _hear(self) -> None:
        assert self.process.stderr is not None
        while line := await self.process.stderr.readline():
            self.said += line.decode()


@asynccontextmanager
async def machine(data: Path, items: int = 12, *, time_scale: float = 1.0) -> AsyncIterator[Machine]:
    """Time runs as fast as it is said; requests time out as much sooner."""
    async with serve(World(many(items), time_scale=time_scale)) as sandbox:
        more = {"RUNOUT_TIME_SCALE": str(time_scale), "RUNOUT_TIME_EPOCH": str(sandbox.world.epoch)}
        done = await runout(data, sandbox, "connect", "--token-stdin", given=sandbox.token, **more)
        assert done.code == 0, done.err
        found = Machine(data, sandbox, more)
        try:
            yield found
        finally:
            for daemon in found.daemons:
                await daemon.kill()


def syncs(*daemons: Daemon) -> list[tuple[str, ...]]:
    return [found for daemon in daemons for found in SYNCED.findall(daemon.said)]


async def test_what_is_due_is_synced_unaided_again_and_again(tmp_path: Path) -> None:
    async with machine(tmp_path, time_scale=AN_HOUR_A_SECOND) as here:
        daemon = await here.daemon()

        await daemon.until(lambda _: min(done(daemon)[shelf] for shelf in ("collection", "wantlist")) >= 2)

        assert await daemon.end() == 0
        listed = await here.runout("list", "--json")
        assert listed.out.count("\n") == 12
        log = (tmp_path / "runout.log").read_text()
        assert "collection walk: done" in log
        assert here.sandbox.username not in log


def done(*daemons: Daemon) -> Counter[str]:
    """How often each shelf was synced well."""
    return Counter(shelf for _, shelf, _, outcome, _ in syncs(*daemons) if outcome == "done")


async def test_once_does_what_is_due_and_the_next_time_nothing(tmp_path: Path) -> None:
    async with machine(tmp_path, time_scale=60.0) as here:
        first = await here.runout("daemon", "--once")
        sent = here.sandbox.world.counts.total
        second = await here.runout("daemon", "--once")

        assert (first.code, second.code) == (0, 0)
        assert len(SYNCED.findall(first.err)) == 2
        assert set(DONE.findall(first.err)) == {"enrichment", "cleaning", "optimise", "backup", "covers"}
        assert len(list((tmp_path / "backups").glob("*.db"))) == 1
        assert not SYNCED.findall(second.err)
        assert here.sandbox.world.counts.total == sent


async def test_once_exits_with_1_when_something_went_wrong_and_says_what(tmp_path: Path) -> None:
    async with machine(tmp_path) as here:
        here.sandbox.world.faults.add("404", route="collection", times=1_000)

        done = await here.runout("-q", "daemon", "--once")

        assert done.code == 1
        assert [found[1:4] for found in SYNCED.findall(done.err)] == [("collection", "walk", "failed")]


async def test_two_daemons_on_one_file_never_do_the_same_work_twice(tmp_path: Path) -> None:
    async with machine(tmp_path, time_scale=AN_HOUR_A_SECOND) as here:
        one, other = await here.daemon(), await here.daemon()

        await one.until(lambda _: min(done(one, other)[shelf] for shelf in ("collection", "wantlist")) >= 3)
        codes = await asyncio.gather(one.end(), other.end())

        assert set(codes) == {0}
        runs = here.rows("SELECT shelf, started_at FROM sync_runs WHERE outcome = 'done' ORDER BY started_at")
        for shelf in ("collection", "wantlist"):
            began = [datetime.fromisoformat(at) for whose, at in runs if whose == shelf]
            assert len(began) >= 3
            between = [later - before for before, later in itertools.pairwise(began)]
            assert min(between) >= timedelta(hours=5.5)
        told = dict(Counter(name for daemon in (one, other) for name in DONE.findall(daemon.said)))
        written = dict(here.rows("SELECT job, done FROM job_runs WHERE job <> 'due accounts'"))
        assert told == written
        assert len(list((tmp_path / "backups").glob("*.db"))) == written["backup"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl-C"])
async def test_ended_in_the_middle_of_a_walk_it_keeps_what_has_arrived(tmp_path: Path, number: int) -> None:
    async with machine(tmp_path, 3_000, time_scale=60.0) as here:
        here.sandbox.world.faults.add("hang", route="collection", page=25, times=1_000)
        daemon = await here.daemon()
        async with asyncio.timeout(PATIENCE):
            while here.rows("SELECT count(*) FROM staged_pages") < [(20,)]:
                await asyncio.sleep(0.05)

        assert await daemon.end(number) == 0

        assert here.rows("SELECT outcome FROM sync_runs WHERE shelf = 'collection'") == [("cancelled",)]
        assert here.rows("SELECT outcome, turn_id FROM job_runs WHERE job = 'due accounts'") == [("stopped", None)]
        here.sandbox.world.faults.clear()
        before = here.sandbox.world.counts.total
        assert (await here.runout("sync")).code == 0
        assert here.sandbox.world.counts.total - before < 20
        assert (await here.runout("list", "--json")).out.count("\n") == 3_000


async def test_begun_in_the_background_it_outlives_its_window_and_ends_when_it_is_told_to(tmp_path: Path) -> None:
    """`nohup` in a script has a program ignore the end of the window, and Ctrl-C."""
    async with machine(tmp_path, time_scale=AN_HOUR_A_SECOND) as here:
        ignoring = ("sh", "-c", 'trap "" INT HUP; exec "$0" -m tui daemon', sys.executable)
        environment = here.environment()
        daemon = Daemon(await asyncio.create_subprocess_exec(*ignoring, env=environment, stderr=PIPE))
        here.daemons.append(daemon)
        await daemon.until(DONE.search)
        for number in (signal.SIGHUP, signal.SIGINT):
            daemon.process.send_signal(number)

        before = len(DONE.findall(daemon.said))
        await daemon.until(lambda said: len(DONE.findall(said)) >= before + 2)
        code = await daemon.end()

        assert code == 0
        assert "Ending." in daemon.said
        assert here.rows("SELECT count(*) FROM sync_runs WHERE outcome IS NULL") == [(0,)]


MIDDLES: Final = {
    "due accounts": "core.store.runs:RunRepository.close",
    "cleaning": "core.store.upkeep:UpkeepRepository.clean",
    "optimise": "core.store.database:Database._run",
    "backup": "core.store.backup:vacuum_into",
    "covers": "core.store.cover_files:CoverFiles.compare",
    "enrichment": "core.store.details:DetailRepository.write",
}


@pytest.mark.parametrize("job", MIDDLES)
async def test_a_job_that_was_killed_in_its_middle_is_picked_up_again(tmp_path: Path, job: str) -> None:
    async with machine(tmp_path, time_scale=60.0) as here:
        environment = here.environment()
        dying = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", _DYING, MIDDLES[job], "daemon", "--once"), env=environment, stderr=PIPE
        )
        assert await asyncio.wait_for(dying.wait(), PATIENCE) == -signal.SIGKILL
        assert here.rows(f"SELECT turn_id IS NOT NULL, done FROM job_runs WHERE job = '{job}'") == [(1, 0)]

        done = await here.runout("daemon", "--once")

        assert done.code == 0, done.err
        assert here.rows(f"SELECT turn_id, outcome, done, failures FROM job_runs WHERE job = '{job}'") == [
            (None, "done", 1, 0)
        ]
        assert here.rows("SELECT count(*) FROM job_runs WHERE outcome = 'done'") == [(6,)]
        assert here.rows("SELECT count(*) FROM sync_runs WHERE outcome IS NULL") == [(0,)]
        assert (await here.runout("list", "--json")).out.count("\n") == 12
        assert len(list((tmp_path / "backups").glob("*.db"))) == 1


def test_every_job_has_a_middle_to_be_killed_in() -> None:
    from core.domain.ids import Shelf
    from core.jobs import job_table

    class Anything:
        def __getattr__(self, name: str) -> Any:
            return None

    anything: Any = Anything()
    assert len(Shelf) == 2
    assert {job.name for job in job_table(anything, anything, anything, anything, anything)} == set(MIDDLES)


async def test_how_often_an_account_is_synced_can_be_said_and_set(tmp_path: Path) -> None:
    async with machine(tmp_path, time_scale=60.0) as here:
        first = (await here.runout("settings", "--json")).result
        assert (first["account"], first["sync_every"]) == (here.sandbox.username, "6h")
        assert set(first["next"]) == {"collection", "wantlist"}  # type: ignore[call-overload]

        off = await here.runout("settings", "--sync-every", "off", "--json")

        assert (off.result["sync_every"], off.result["next"]) == ("off", {"collection": None, "wantlist": None})
        assert not SYNCED.findall((await here.runout("daemon", "--once")).err)
        said = await here.runout("settings", "--sync-every", "daily")
        assert "once a day" in said.out
        assert "collection: next" in said.out
        assert len(SYNCED.findall((await here.runout("daemon", "--once")).err)) == 2


async def test_settings_of_nobody_say_that_nobody_is_connected(tmp_path: Path) -> None:
    done = await runout(tmp_path, None, "settings")
    assert (done.code, done.out) == (3, "")


async def test_no_other_pace_is_taken(tmp_path: Path) -> None:
    done = await runout(tmp_path, None, "settings", "--sync-every", "hourly")
    assert done.code == 2


async def test_status_says_that_a_word_is_waited_for_and_a_quick_sync_takes_it(tmp_path: Path) -> None:
    async with machine(tmp_path, items=40, time_scale=60.0) as here:
        assert (await here.runout("daemon", "--once")).code == 0
        for instance in range(1, 31):
            here.sandbox.world.website.remove(instance)
        asked = await here.runout("sync", "--only", "collection")
        status = await here.runout("status")
        answered = await here.runout("sync", "--quick", "--accept-removals")
        after = await here.runout("status", "--json")

    assert asked.code == 4
    assert "30 copies of it Discogs no longer shows" in status.out
    assert answered.code == 0, answered.err
    assert after.result["collection"]["needs_word"] == 0  # type: ignore[index]
