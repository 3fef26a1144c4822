"""The listening socket: shut while an outage refuses connections, open again on the same port afterwards."""

import asyncio
from contextlib import suppress
from types import TracebackType
from typing import Self

from core.sandbox.world import World

from aiohttp import web

# Real seconds between two looks at the world's clock, which need not run evenly.
_LEAST, _MOST = 0.01, 0.25


class Door:
    """Opens with the block and closes with it. OSError if the port cannot be had."""

    def __init__(self, world: World, runner: web.AppRunner, host: str, port: int) -> None:
        self._world, self._runner, self._host = world, runner, host
        self.port = port
        self._changed = asyncio.Event()
        self._site: web.TCPSite | None = None
        self._keeper: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self._open()
        self.port = self._runner.addresses[0][1]
        self._world.faults.listen(self._changed.set)
        self._keeper = asyncio.create_task(self._keep())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._world.faults.unlisten(self._changed.set)
        if self._keeper:
            self._keeper.cancel()
            with suppress(asyncio.CancelledError):
                await self._keeper

    async def _keep(self) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            if self._refusing() <= 0:
                continue
            await self._shut()
            while (left := self._refusing()) > 0:
                wait = min(max(left / self._world.time_scale, _LEAST), _MOST)
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._changed.wait(), wait)
                self._changed.clear()
            await self._open()

    def _refusing(self) -> float:
        """For how many seconds of the world connections are refused yet."""
        outage = self._world.faults.outage
        return outage.until - self._world.clock() if outage and outage.parameters["refused"] else 0.0

    async def _open(self) -> None:
        self._site = web.TCPSite(self._runner, self._host, self.port)
        await self._site.start()

    async def _shut(self) -> None:
        if self._site:
            await self._site.stop()
