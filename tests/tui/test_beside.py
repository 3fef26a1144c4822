"""Syncs in a process of their own: they bring what any sync brings, and nothing that happens to it harms anybody."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from core.app import Core, open_core
from core.config import Config
from core.domain.account import Account
from core.domain.ids import Shelf
from core.domain.progress import (
    AskedBy,
    Kind,
    SyncEvent,
    SyncFinished,
    SyncOutcome,
    SyncProgress,
    SyncReport,
    SyncStarted,
    Waiting,
    Word,
)
from core.errors import Disconnected, NotAuthorised, SealBroken, SyncEnded
from core.logs import log_to_file
from core.sandbox.server import Running, serve
from core.sandbox.world import World
from core.services.sync import NotDue
from tests.processes import ROOT
from tests.stand_in import config_for, holding_of, many, owned
from tests.witness import holders
from tui.beside import Beside

import pytest
from msgspec.structs import replace

PATIENCE: Final = 45.0
DAY: Final = range(1_000, 1_150)


@dataclass(slots=True)
class Apart:
    """A collector whose syncs run in processes of their own."""

    sandbox: Running
    core: Core
    account: Account
    config: Config

    async def sync(self, seen: list[SyncEvent] | None = None, **how: Any) -> SyncReport:
        return await self.core.sync.run(self.account, (seen if seen is not None else []).append, **how)

    def sql(self, statement: str) -> list[Any]:
        with closing(sqlite3.connect(self.config.paths.database, timeout=30)) as database, database:
            return database.execute(statement).fetchall()

    @property
    def outcomes(self) -> list[str]:
        return [row[0] for row in self.sql("SELECT outcome FROM sync_runs ORDER BY started_at, rowid")]

    @property
    def log(self) -> str:
        return self.config.paths.log.read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def _this_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


@asynccontextmanager
async def apart(directory: Path, copies: int = 12, *, above: int = 0, **more: str) -> AsyncIterator[Apart]:
    """Connected, and not synced yet; of a shelf with more copies than `above` syncs are done apart."""
    async with serve(World(many(copies))) as sandbox:
        config = config_for(directory, sandbox, **more)
        async with open_core(config, apart=Beside(config, above=above)) as core:
            yield Apart(sandbox, core, await core.connect.with_token(sandbox.token), config)


@asynccontextmanager
async def halfway(tonight: Apart, **how: Any) -> AsyncIterator[tuple[asyncio.Task[SyncReport], int]]:
    """A sync that has got two pages of three and waits for the last; with the number of its process."""
    hanging = tonight.sandbox.world.faults.add("hang", route="collection", page=3)
    running = asyncio.create_task(tonight.sync(**how))
    await until(lambda: hanging.times == 0 and tonight.sql("SELECT count(*) FROM staged_pages") == [(2,)])
    [process] = holders(tonight.config.paths.database)
    try:
        yield running, process
    finally:
        tonight.sandbox.world.faults.clear()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not happened():
            await asyncio.sleep(0.01)


def is_there(process: int) -> bool:
    """Whether there is such a process, or what is left of one that nobody has waited for."""
    return Path(f"/proc/{process}").exists()


async def test_it_brings_and_says_what_a_sync_in_this_process_does(tmp_path: Path) -> None:
    reports: dict[int, SyncReport] = {}
    for above in (0, 10_000):
        async with apart(tmp_path / str(above), 250, above=above) as tonight:
            tonight.sql("UPDATE shelves SET walked_at = checked_at") if above else None
            seen: list[SyncEvent] = []
            report = await tonight.sync(seen)
            assert isinstance(seen[0], SyncStarted)
            assert seen[-1] == SyncFinished(report)
            assert any(isinstance(event, SyncProgress) and event.told == 250 for event in seen)
            assert len((await tonight.core.library.collection(tonight.account)).copies) == 250
            reports[above] = replace(report, seconds=0)
    assert reports[0] == reports[10_000]
    assert reports[0].added == 250


async def test_large_shelves_are_synced_in_another_process_and_small_ones_in_this(tmp_path: Path) -> None:
    async with apart(tmp_path, 250, above=249) as tonight:
        async with halfway(tonight) as (_, process):
            assert process != os.getpid()  # Nobody knew how large it would be.
        await tonight.sync()
        async with halfway(tonight) as (_, process):
            assert process != os.getpid()
        tonight.sandbox.world.account.shelf.take([250])
        await tonight.sync()
        async with halfway(tonight) as (_, process):
            assert process == os.getpid()
    assert not is_there(process) or process == os.getpid()


async def test_a_few_releases_are_read_in_this_process(tmp_path: Path) -> None:
    async with apart(tmp_path) as tonight:
        await tonight.sync()
        copies = (await tonight.core.library.collection(tonight.account)).copies
        hanging = tonight.sandbox.world.faults.add("hang", route="by_release")
        reading = asyncio.create_task(tonight.sync(kind=Kind.READ, by=AskedBy.LOOK, releases=[copies[0].release.id]))
        await until(lambda: hanging.times == 0)
        assert holders(tonight.config.paths.database) == [os.getpid()]
        tonight.sandbox.world.faults.release()
        assert (await reading).outcome is SyncOutcome.DONE


async def test_whatever_goes_wrong_is_told_as_it_is(tmp_path: Path) -> None:
    async with apart(tmp_path) as tonight:
        await tonight.sync()
        with pytest.raises(NotDue):
            await tonight.sync(by=AskedBy.SCHEDULE)
        tonight.sandbox.world.account.token = "another"
        report = await tonight.sync()
        assert report.outcome is SyncOutcome.FAILED
        assert [type(problem) for problem in report.problems] == [NotAuthorised]
        tonight.config.paths.key.write_text("A" * 43 + "=")
        with pytest.raises(SealBroken):
            await tonight.sync()
        await tonight.core.leaving.disconnect(tonight.account)
        with pytest.raises(Disconnected):
            await tonight.sync()


async def test_the_word_of_the_owner_is_handed_on(tmp_path: Path) -> None:
    async with apart(tmp_path, 150) as tonight:
        await tonight.sync()
        tonight.sandbox.world.account.shelf.take(range(1, 22))
        assert (await tonight.sync()).outcome is SyncOutcome.NEEDS_WORD
        report = await tonight.sync(word=Word.ACCEPT)
        assert (report.outcome, report.removed) == (SyncOutcome.DONE, 21)


async def test_a_probe_that_cannot_explain_what_it_sees_becomes_a_walk_there(tmp_path: Path) -> None:
    async with apart(tmp_path) as tonight:
        dated = [owned(number, date_added=f"2022-05-11T18:{number // 60:02}:{number % 60:02}-07:00") for number in DAY]
        tonight.sandbox.world.account.shelf.put(dated)
        await tonight.sync()
        assert (await tonight.sync(kind=Kind.PROBE)).kind is Kind.PROBE
        tonight.sandbox.world.account.shelf.take([1])
        assert (await tonight.sync(kind=Kind.PROBE)).kind is Kind.WALK


async def test_waiting_is_told(tmp_path: Path) -> None:
    async with apart(tmp_path, RUNOUT_TIME_SCALE="200", RUNOUT_TIME_EPOCH=str(time.time())) as tonight:
        tonight.sandbox.world.faults.add("429", times=1)
        seen: list[SyncEvent] = []
        assert (await tonight.sync(seen)).outcome is SyncOutcome.DONE
        assert any(isinstance(event, Waiting) for event in seen)


async def test_who_stops_it_stops_the_process_and_the_next_goes_on_from_there(tmp_path: Path) -> None:
    async with apart(tmp_path, 250) as tonight:
        async with halfway(tonight) as (running, process):
            running.cancel()
            await asyncio.wait((running,))
            assert running.cancelled()
            assert not is_there(process)
            assert tonight.outcomes == ["cancelled"]
            assert tonight.sql("SELECT * FROM leases") == []
        tonight.sandbox.world.counts.reset()
        assert (await tonight.sync()).copies == 250
        assert asked(tonight) == [3]


def asked(tonight: Apart) -> list[int]:
    """The pages that were asked for, but the newest."""
    pages = [int(entry["page"]) for entry in tonight.sandbox.world.counts.log() if entry["route"] == "collection"]
    return sorted(page for page in pages if page > 1)


async def test_closing_the_program_ends_the_process_first(tmp_path: Path) -> None:
    async with apart(tmp_path, 250) as tonight, halfway(tonight) as (running, process):
        await tonight.core.sync.close()
        assert not is_there(process)
        assert tonight.outcomes == ["cancelled"]
        assert running.cancelled() or await asyncio.wait((running,))


async def test_somebody_who_joins_keeps_it_going(tmp_path: Path) -> None:
    async with apart(tmp_path, 250) as tonight, halfway(tonight) as (running, process):
        seen: list[SyncEvent] = []
        joined = asyncio.create_task(tonight.sync(seen))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        running.cancel()
        await asyncio.wait((running,))
        assert holders(tonight.config.paths.database) == [process]
        tonight.sandbox.world.faults.release()
        assert (await joined).copies == 250
        assert tonight.outcomes == ["done"]


async def test_a_process_that_is_killed_is_told_of_and_the_next_goes_on_from_there(tmp_path: Path) -> None:
    async with apart(tmp_path, 250) as tonight:
        log_to_file(tonight.config.paths.log, "info")
        async with halfway(tonight) as (running, process):
            os.kill(process, signal.SIGKILL)
            with pytest.raises(SyncEnded) as ended:
                await running
            assert ended.value.reference in tonight.log
            assert not is_there(process)
        [run] = await tonight.core.history.runs(tonight.account)
        assert run.crashed
        tonight.sandbox.world.counts.reset()
        assert (await tonight.sync()).copies == 250
        assert asked(tonight) == [3]


async def test_one_that_does_not_stop_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.beside.PATIENCE", 0.2)
    async with apart(tmp_path, 250) as tonight, halfway(tonight) as (running, process):
        os.kill(process, signal.SIGSTOP)
        running.cancel()
        await asyncio.wait((running,))
        assert running.cancelled()
        assert not is_there(process)


async def test_whoever_ends_it_politely_has_it_close_its_run(tmp_path: Path) -> None:
    async with apart(tmp_path, 250) as tonight, halfway(tonight) as (running, process):
        os.kill(process, signal.SIGINT)
        os.kill(process, signal.SIGTERM)
        with pytest.raises(SyncEnded):
            await running
        assert tonight.outcomes == ["cancelled"]


async def test_no_secret_is_among_its_arguments_and_no_other_environment_than_ours(tmp_path: Path) -> None:
    key = "c2VjcmV0IHNlY3JldCBzZWNyZXQgc2VjcmV0IHNlY3I="
    async with apart(tmp_path, 250, RUNOUT_SECRETS__KEY=key) as tonight, halfway(tonight) as (_, process):
        place = Path(f"/proc/{process}")
        said = (place / "cmdline").read_bytes().decode().split("\0")
        assert said[-3:] == ["-m", "tui.apart", ""]
        known = {f"{name}={value}" for name, value in os.environ.items()}
        inherited = {one for one in (place / "environ").read_bytes().decode().split("\0") if one}
        assert inherited <= known
        assert not any(secret in one for one in (*said, *inherited) for secret in (key, tonight.sandbox.token))


async def test_it_has_no_terminal_and_what_python_says_there_is_on_no_screen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys; print('hello'); print('hi', file=sys.stderr)")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{ROOT}")
    async with apart(tmp_path / "data", 250) as tonight, halfway(tonight) as (running, process):
        assert os.getsid(process) == process
        tonight.sandbox.world.faults.release()
        assert (await running).copies == 250
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("broken", ["no such program", "it ends at once", "another version"])
async def test_where_no_process_can_be_had_it_is_done_in_this_one_and_the_log_knows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    async with apart(tmp_path / "data", 250) as tonight:
        log_to_file(tonight.config.paths.log, "info")
        if broken == "no such program":
            monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
        elif broken == "it ends at once":
            (tmp_path / "sitecustomize.py").write_text("import os; os._exit(7)")
            monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{ROOT}")
        else:
            monkeypatch.setattr("tui.beside.version", lambda _name: "0.0.0")
            later = Beside(tonight.config, above=0)
            monkeypatch.setattr(tonight.core.sync, "_apart", later)
        async with halfway(tonight) as (running, process):
            assert process == os.getpid()
            tonight.sandbox.world.faults.release()
            assert (await running).copies == 250
        assert "runs in this one" in tonight.log


async def test_both_shelves_have_one_each(tmp_path: Path) -> None:
    async with apart(tmp_path, 250) as tonight, halfway(tonight) as (_, process):
        report = await tonight.sync(shelf=Shelf.WANTLIST)
        assert (report.outcome, report.copies) == (SyncOutcome.DONE, 0)
        assert holders(tonight.config.paths.database) == [process]


async def test_the_settings_of_this_process_hold_there_and_not_those_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUNOUT_DATA_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("RUNOUT_DISCOGS__API_URL", "http://127.0.0.1:9")
    async with apart(tmp_path / "data") as tonight:
        assert (await tonight.sync()).copies == 12
    assert not (tmp_path / "elsewhere").exists()


def test_an_empty_collection_is_as_good_as_any(tmp_path: Path) -> None:
    async def act() -> SyncReport:
        async with serve(World(holding_of())) as sandbox:
            config = config_for(tmp_path, sandbox)
            async with open_core(config, apart=Beside(config)) as core:
                account = await core.connect.with_token(sandbox.token)
                return await core.sync.run(account, lambda _event: None)

    assert asyncio.run(act()).outcome is SyncOutcome.DONE


def test_the_process_loads_nothing_that_draws() -> None:
    code = "import sys, tui.apart; print({'textual', 'rich', 'httpx', 'cryptography'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "set()\n"
