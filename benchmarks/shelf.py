"""A published collection of so many invented copies for the terminal to open, and the processes that work beside it.

The stand-in answers without latency, and the limit is far away on both sides: connect, walk and publish are the real
ones. It stays there for whoever syncs once more.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Final

from benchmarks.machine import Running, finished, machine
from benchmarks.pty_driver import Terminal, terminal
from benchmarks.standin import PATIENCE, ROOT, NotMeasured, environment, stand_in

FAR_AWAY: Final = 100_000
"""Requests a minute, the most that can be set."""

_SETTING: Final = "RUNOUT_DISCOGS__REQUESTS_PER_MINUTE"


@dataclass(frozen=True, slots=True)
class Known:
    """What the program should show."""

    first: tuple[str, str]
    """Artist and title."""
    last: tuple[str, str]
    counts: dict[str, int]
    """How many records match, by text."""
    first_match: float
    """CPU seconds; the index may be made then."""
    matches: list[float]


@dataclass(frozen=True, slots=True)
class Shelf:
    """A data directory with a published collection. Made by `shelf`."""

    copies: int
    environment: dict[str, str]

    async def know(self, *texts: str) -> Known:
        """Look at the collection in a process of its own."""
        running = Running(await self._start("know", *texts))
        return Known(**(await running.ended()).said)

    def publishing(self) -> AbstractAsyncContextManager[None]:
        """Another process writes all copies again and again until the block is left."""
        return self._beside("publish")

    def holding(self) -> AbstractAsyncContextManager[None]:
        """Another process has the turn of reading original years, so that the program itself reads none."""
        return self._beside("hold")

    @asynccontextmanager
    async def _beside(self, what: str) -> AsyncIterator[None]:
        process = await self._start(what)
        assert process.stdout is not None and process.stdin is not None  # noqa: S101, PT018 - asked for as pipes
        try:
            await asyncio.wait_for(process.stdout.readline(), PATIENCE)
            yield
            if process.returncode is not None:
                reason = f"the process that was to {what} ended before it was told to"
                raise NotMeasured(reason)
            process.stdin.close()
            await asyncio.wait_for(process.wait(), PATIENCE)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()

    @asynccontextmanager
    async def program(self, *, limit: int = 60) -> AsyncIterator[Terminal]:
        """`runout` in a terminal with so many requests a minute, by which it reads original years while it is open."""
        environment = self.environment | {_SETTING: str(limit)}
        async with terminal(environment, sys.executable, "-P", "-m", "tui") as found:
            yield found

    async def _start(self, *arguments: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "benchmarks.beside", *arguments),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=self.environment,
            cwd=ROOT,
        )


@asynccontextmanager
async def shelf(copies: int) -> AsyncIterator[Shelf]:
    """Publish a collection through the program; it is gone when the block is left."""
    limit = {_SETTING: str(FAR_AWAY)}
    async with stand_in(items=copies, latency=0, limit=FAR_AWAY) as discogs, machine(discogs, **limit) as home:
        await home.connect(discogs.token)
        await finished(await home.sync(), copies)
        ours = {
            "RUNOUT_DATA_DIR": str(home.directory),
            "RUNOUT_CONFIG": str(home.directory / "config.toml"),
            "RUNOUT_DISCOGS__API_URL": discogs.url,
        }
        yield Shelf(copies, environment() | ours | limit)
