"""Real processes of `runout` on a data directory of their own, with the stand-in for Discogs.

Nothing of the program is faked; what it says of itself comes from its own output. Whatever a block has started has
ended when the block is left, and the directory is gone.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.standin import PATIENCE, ROOT, NotMeasured, StandIn, environment, killed


@dataclass(frozen=True, slots=True)
class Ended:
    """What a process left behind."""

    code: int
    output: str
    complaints: str
    seconds: float
    """Real ones, from its start to its end."""

    @property
    def said(self) -> dict[str, Any]:
        """The last line of its output, which is one JSON object. Raises NotMeasured when there is none."""
        try:
            found: dict[str, Any] = json.loads(self.output.splitlines()[-1])
        except (ValueError, IndexError):
            last = (self.complaints.strip().splitlines() or ["it said nothing"])[-1]
            reason = f"the process ended with {self.code}: {last}"
            raise NotMeasured(reason) from None
        return found


class Running:
    """A process of `runout`. Its output is read all the time, so that it never waits for a reader."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._begun = time.monotonic()
        self._end = asyncio.create_task(self._watched())

    @property
    def is_running(self) -> bool:
        """Not ended yet."""
        return not self._end.done()

    async def ended(self) -> Ended:
        """Wait for its end."""
        try:
            return await asyncio.wait_for(asyncio.shield(self._end), PATIENCE)
        except TimeoutError:
            reason = f"the process was still running after {PATIENCE:.0f} s"
            raise NotMeasured(reason) from None

    async def kill(self) -> None:
        """SIGKILL: it cannot say goodbye."""
        await killed(self._process)
        await self._end

    async def write(self, line: str) -> None:
        """Hand it a line; one that has ended reads no more."""
        assert self._process.stdin is not None  # noqa: S101 - it was asked for as a pipe
        with contextlib.suppress(ConnectionError):
            self._process.stdin.write(line.encode() + b"\n")
            await self._process.stdin.drain()

    def close_input(self) -> None:
        """No more lines will come."""
        assert self._process.stdin is not None  # noqa: S101 - it was asked for as a pipe
        self._process.stdin.close()

    async def _watched(self) -> Ended:
        out, err = self._process.stdout, self._process.stderr
        assert out is not None and err is not None  # noqa: S101, PT018 - they were asked for as pipes
        output, complaints, code = await asyncio.gather(out.read(), err.read(), self._process.wait())
        return Ended(code, output.decode(), complaints.decode(), time.monotonic() - self._begun)


class Machine:
    """A data directory of its own, and the processes of `runout` that share it. Made by `machine`."""

    def __init__(self, directory: Path, discogs: StandIn, environment: dict[str, str]) -> None:
        self.directory = directory
        self._discogs = discogs
        self._environment = environment
        self._started: list[Running] = []

    async def connect(self, token: str) -> None:
        """`runout connect`, which switches to the account when another was connected before: two requests."""
        process = await self._start("tui", "connect", "--token-stdin", "--yes")
        await process.write(token)
        process.close_input()
        ended = await process.ended()
        if ended.code:
            reason = f"connecting failed: {ended.complaints.strip()}"
            raise NotMeasured(reason)

    async def sync(self) -> Running:
        """`runout sync --json` of the account that was connected last."""
        return await self._start("tui", "sync", "--json")

    async def enrich(self) -> Running:
        """`runout enrich --json` of the same account."""
        return await self._start("tui", "enrich", "--json")

    async def status(self) -> Running:
        """`runout status --json` of the same account."""
        return await self._start("tui", "status", "--json")

    async def inside(self, *arguments: str) -> Running:
        """One of the workers of `benchmarks.inside`."""
        return await self._start("benchmarks.inside", *arguments)

    def forget_budget(self) -> None:
        """As if the last request were more than five minutes ago."""
        for path in self.directory.glob("budget.db*"):
            path.unlink()

    async def end_all(self) -> None:
        """Kill what still runs."""
        for process in self._started:
            await process.kill()

    async def _start(self, module: str, *arguments: str) -> Running:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", module, *arguments),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=self._environment,
            cwd=ROOT,
        )
        self._started.append(Running(process))
        return self._started[-1]


@asynccontextmanager
async def machine(discogs: StandIn, **settings: str) -> AsyncIterator[Machine]:
    """A new data directory, removed at the end. `settings` are variables of the environment."""
    with tempfile.TemporaryDirectory(prefix="runout-benchmark-", ignore_cleanup_errors=True) as name:
        directory = Path(name)
        # A file of its own: the settings of whoever runs this would change the figures.
        config = directory / "config.toml"
        config.touch()
        ours = {
            "RUNOUT_DATA_DIR": name,
            "RUNOUT_CONFIG": str(config),
            "RUNOUT_DISCOGS__API_URL": discogs.url,
            "RUNOUT_TIME_SCALE": str(discogs.scale),
            "RUNOUT_TIME_EPOCH": repr(discogs.epoch),
        }
        made = Machine(directory, discogs, environment() | ours | settings)
        try:
            yield made
        finally:
            await made.end_all()


async def finished(sync: Running, copies: int) -> tuple[dict[str, Any], float]:
    """What a sync reports, and the real seconds of its process. Raises NotMeasured unless all copies are there."""
    ended = await sync.ended()
    report = ended.said
    if report["outcome"] != "done":
        reason = f"the sync ended as {report['outcome']}: {'; '.join(report['errors'])}"
        raise NotMeasured(reason)
    if report["copies"] != copies:
        reason = f"{report['copies']:,} of {copies:,} copies arrived"
        raise NotMeasured(reason)
    return report, ended.seconds
