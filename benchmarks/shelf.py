"""A published collection of so many invented copies for the terminal to open, and the processes that work beside it.

The stand-in answers without latency, and the limit is far away on both sides: connect, walk and publish are the real
ones. It stays there for whoever syncs once more.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from benchmarks.machine import Running, finished, machine
from benchmarks.pty_driver import Terminal, terminal
from benchmarks.standin import PATIENCE, ROOT, NotMeasured, environment, stand_in

_LIMIT: Final = "100000"
"""Requests a minute, the most that can be set."""


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

    @asynccontextmanager
    async def publishing(self) -> AsyncIterator[None]:
        """Another process writes all copies again and again until the block is left."""
        process = await self._start("publish")
        assert process.stdout is not None and process.stdin is not None  # noqa: S101, PT018 - asked for as pipes
        try:
            await asyncio.wait_for(process.stdout.readline(), PATIENCE)
            yield
            if process.returncode is not None:
                raise NotMeasured("the process that publishes ended before it was told to")
            process.stdin.close()
            await asyncio.wait_for(process.wait(), PATIENCE)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()

    @asynccontextmanager
    async def program(self) -> AsyncIterator[Terminal]:
        """`runout` in a terminal."""
        async with terminal(self.environment, sys.executable, "-P", "-m", "tui") as found:
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
    limit = {"RUNOUT_DISCOGS__REQUESTS_PER_MINUTE": _LIMIT}
    async with stand_in(items=copies, latency=0, limit=int(_LIMIT)) as discogs, machine(discogs, **limit) as home:
        await home.connect(discogs.token)
        await finished(await home.sync(), copies)
        ours = {
            "RUNOUT_DATA_DIR": str(home.directory),
            "RUNOUT_CONFIG": str(home.directory / "config.toml"),
            "RUNOUT_DISCOGS__API_URL": discogs.url,
        }
        yield Shelf(copies, environment() | ours | limit)
