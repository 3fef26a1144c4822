"""The stand-in Discogs in a process of its own, and what it counted. It has ended when its block is left, however."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

import httpx

ROOT: Final = Path(__file__).resolve().parent.parent

LATENCY: Final = 250
"""Milliseconds before each answer."""

PATIENCE: Final = 900.0
"""Real seconds after which a process that is still running counts as stuck."""


class NotMeasured(Exception):
    """A figure could not be had; the text says why."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What the stand-in has counted."""

    requests: dict[str, int]
    """By route."""
    callers: dict[str, int]
    total: int
    refusals: int
    busiest_minute: int
    most_in_flight: int


class StandIn:
    """A running stand-in and its control route."""

    def __init__(self, hello: dict[str, Any], control: httpx.AsyncClient) -> None:
        self.url = str(hello["url"])
        self.token = str(hello["token"])
        self.username = str(hello["username"])
        self.epoch = float(hello["epoch"])
        self.scale = float(hello["time_scale"])
        self._control = control

    async def counts(self) -> Counts:
        """Everything since the start or the last `forget`."""
        found = await self._ask("GET", "counts")
        return Counts(**{one.name: found[one.name] for one in fields(Counts)})

    async def forget(self) -> None:
        """Count anew; the quota remembers."""
        await self._ask("DELETE", "counts")

    async def open_account(self, username: str, items: int = 0) -> str:
        """Another member with a collection of invented copies; the personal token."""
        return str((await self._ask("POST", "accounts", username=username, items=items))["result"]["token"])

    async def wait_for(self, arrived: Callable[[Counts], bool], what: str) -> None:
        """Look every few milliseconds until the counts are such."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not arrived(await self.counts()):  # noqa: ASYNC110 - they change in another process
                    await asyncio.sleep(0.005)
        except TimeoutError:
            reason = f"{what} never came"
            raise NotMeasured(reason) from None

    async def sleep(self, seconds: float) -> None:
        """Wait so many seconds of the stand-in's clock."""
        await asyncio.sleep(seconds / self.scale)

    async def _ask(self, method: str, verb: str, **given: object) -> dict[str, Any]:
        try:
            answer = await self._control.request(method, f"{self.url}/_control/{verb}", json=given or None)
        except httpx.HTTPError as error:
            reason = f"the stand-in does not answer ({type(error).__name__})"
            raise NotMeasured(reason) from None
        found: dict[str, Any] = answer.json()
        if answer.status_code != 200:
            reason = f"the stand-in says: {found.get('error')}"
            raise NotMeasured(reason)
        return found


@asynccontextmanager
async def stand_in(
    *, items: int, latency: int = LATENCY, limit: int = 60, foreign: int = 0, scale: float = 1.0
) -> AsyncIterator[StandIn]:
    """Start one, with a collection of so many invented copies. `latency` in milliseconds of its clock."""
    options = {"items": items, "latency": latency, "limit": limit, "foreign": foreign, "time-scale": scale}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "core.sandbox", "--attached"),
        *(f"--{name}={value}" for name, value in options.items()),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env=environment(),
        cwd=ROOT,
    )
    try:
        assert process.stdout is not None  # noqa: S101 - it was asked for as a pipe
        hello = json.loads(await process.stdout.readline() or b"{}")
        if not hello.get("ready"):
            reason = f"the stand-in did not start: {hello.get('error', 'it ended')}"
            raise NotMeasured(reason)
        async with httpx.AsyncClient(trust_env=False, timeout=60) as control:
            yield StandIn(hello, control)
    finally:
        await killed(process)


def environment() -> dict[str, str]:
    """Ours without any setting of Runout, and with the modules of this checkout."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RUNOUT_")}
    return kept | {"PYTHONPATH": str(ROOT)}


async def killed(process: asyncio.subprocess.Process) -> None:
    """SIGKILL, and wait for the end."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
    await process.wait()
