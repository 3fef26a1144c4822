"""The program's side of the figures that no command of `runout` tells: the real core, settings of the environment.

`weigh` syncs the account that was connected last, and tells at the last answer and at the end what that cost so far.
`people` lets somebody connect for each line `MOMENT TOKEN` on its input, the moment by the machine's monotonic clock,
until its input ends; with `sync` it syncs meanwhile, with `enrich` it reads masters, and ends with that. Prints one
JSON object at the end.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final

from core.app import Core, open_core
from core.config import load
from core.domain.account import Account
from core.domain.progress import SyncReport
from core.errors import RunoutError
from core.services.enrich import JOB

import httpx

_KIBIBYTE: Final = 1 if sys.platform == "darwin" else 1024
"""Linux counts the peak in KiB, macOS in bytes."""


async def weigh() -> dict[str, Any]:
    """What a walk costs, and what publishing it costs."""
    transport = _Watched()
    async with open_core(load(), transport=transport) as core:
        begun = _spent()
        report = await _synced(core)
        published = _spent()
    return {**report, "begun": begun, "walked": transport.spent, "published": published, "ended": _spent()}


def _spent() -> dict[str, float]:
    """Of this process so far: CPU seconds, the peak of memory in bytes, and the moment."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {"cpu": used.ru_utime + used.ru_stime, "peak": used.ru_maxrss * _KIBIBYTE, "moment": time.monotonic()}


@dataclass(slots=True)
class _Person:
    """Somebody who waits for a request; since when."""

    since: float


_WHOSE: ContextVar[_Person | None] = ContextVar("_WHOSE", default=None)


class _Watched(httpx.AsyncHTTPTransport):
    """The transport of the core; notes how long each request of a person had waited, and the cost up to each answer."""

    def __init__(self) -> None:
        super().__init__(limits=httpx.Limits(max_connections=16, max_keepalive_connections=16), trust_env=False)
        self.waits: list[tuple[float, float]] = []
        """When a person's request was asked for, and the seconds until it left."""
        self.spent: dict[str, float] = {}
        """By this process when the last answer had come."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        # A request is sent by a task of its own, which inherits the context of whoever asked.
        person = _WHOSE.get()
        if person is not None:
            self.waits.append((person.since, time.monotonic() - person.since))
        response = await super().handle_async_request(request)
        self.spent = _spent()
        if person is not None:
            # The next one is asked for when this one has been answered.
            person.since = time.monotonic()
        return response


async def people(beside: str = "") -> dict[str, Any]:
    """How long people's requests waited, and what is told of the work beside them if there was any."""
    transport, refused = _Watched(), list[str]()
    async with open_core(load(), transport=transport) as core, asyncio.TaskGroup() as group:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        works = {"sync": _synced, "enrich": _enriched}
        work = group.create_task(works[beside](core)) if beside else None
        arriving = group.create_task(_let_in(core, group, refused))
        if work is not None:
            await work
            # Whoever still waits is waited for: a long wait must not be left out.
            arriving.cancel()
    report = {} if work is None else work.result()
    return {**report, "waits": transport.waits, "refused": refused}


async def _let_in(core: Core, group: asyncio.TaskGroup, refused: list[str]) -> None:
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    async for line in lines:
        moment, token = line.decode().split()
        group.create_task(_connect(core, float(moment), token, refused))


async def _connect(core: Core, moment: float, token: str, refused: list[str]) -> None:
    _WHOSE.set(_Person(moment))
    try:
        await core.connect.with_token(token)
    except RunoutError as error:
        refused.append(repr(error))


async def _synced(core: Core) -> dict[str, Any]:
    return _told(await core.sync.run(await _account(core), lambda _event: None))


async def _enriched(core: Core) -> dict[str, Any]:
    account = await _account(core)
    report = await core.jobs.alone(JOB, lambda _now: core.enrich.work_down(account, details=False))
    assert report is not None  # noqa: S101 - nobody else is at it
    return {"outcome": str(report.outcome), "seconds": report.seconds, "errors": []}


async def _account(core: Core) -> Account:
    account = await core.library.account()
    assert account is not None  # noqa: S101 - one was connected before
    return account


def _told(report: SyncReport) -> dict[str, Any]:
    """The report in the words of `runout sync --json`."""
    names = ("copies", "added", "changed", "removed", "requests", "seconds")
    errors = [repr(problem) for problem in report.problems]
    return {"outcome": str(report.outcome), "errors": errors, **{name: getattr(report, name) for name in names}}


if __name__ == "__main__":
    work = weigh() if sys.argv[1] == "weigh" else people(*sys.argv[2:3])
    sys.stdout.write(json.dumps(asyncio.run(work)) + "\n")
