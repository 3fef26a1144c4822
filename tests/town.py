"""Collectors, a stand-in Discogs, and programs that keep their copies fresh; whoever runs it says what happens."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import time
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from core import config as settings
from core.app import Core, open_core
from core.domain.account import Account
from core.domain.collection import Copy
from core.domain.ids import InstanceId, Shelf
from core.domain.schedule import Every
from core.sandbox.holding import Holding
from core.sandbox.server import Running, serve
from core.sandbox.world import World
from tests import witness
from tests.browsing import edit
from tests.crowd import HOUR, Plan, everybody
from tests.journeys.terminal import Terminal, in_terminal
from tests.processes import start

ZONES: Final = ("CET-1CEST,M3.5.0,M10.5.0/3", "AEST-10AEDT,M10.1.0,M4.1.0/3", "NPT-5:45")
"""Berlin for one daemon, Sydney for the other, Kathmandu for the terminal."""

KEYS: Final = ("\x1b[B", "\x1b[B", "\x1b[6~", "\x1b[A", "d", "s")
CTRL_Q: Final = "\x11"
PATIENCE: Final = 120.0


@dataclass
class Town:
    """Made by `town`."""

    plan: Plan
    data: Path
    sandbox: Running
    accounts: list[Account] = field(default_factory=list)
    paces: dict[str, Every] = field(default_factory=dict)
    daemons: dict[int, Process] = field(default_factory=dict)
    terminal: Terminal | None = None
    killed: dict[int, float] = field(default_factory=dict)
    """When each process that was killed was, by the machine's clock."""
    codes: list[int] = field(default_factory=list)
    woken: set[int] = field(default_factory=set)
    """Terminals that were stopped by a signal and went on by one."""
    firsts: dict[tuple[str, Shelf], tuple[int, dict[InstanceId, Copy]]] = field(default_factory=dict)
    """How each shelf was, and the number of the last row of the feed by then."""
    slept: tuple[float, float] | None = None
    set_back_at: float | None = None
    ended_at: float = 0.0
    longest_end: float = 0.0
    """Seconds that a program took to end after it was asked to."""
    edits: int = 0
    began: float = 0.0
    _number: int = 0
    _open: AsyncExitStack = field(default_factory=AsyncExitStack)

    @property
    def database(self) -> Path:
        return self.data / "runout.db"

    @property
    def said(self) -> str:
        """All that the daemons have said."""
        return "".join(path.read_text() for path in sorted(self.data.glob("daemon-*.err")))

    def true_time(self, moment: float) -> float:
        """The stand-in's time at a moment of the machine's, in seconds since the beginning."""
        world = self.sandbox.world
        return world.epoch + (moment - world.epoch) * world.time_scale - self.plan.begins.timestamp()

    def environment(self, zone: str = "UTC") -> dict[str, str]:
        """What a program of this town lives in; its clock is an hour behind when it was set back."""
        world = self.sandbox.world
        behind = HOUR / (world.time_scale - 1) if self.set_back_at else 0.0
        homes = ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")
        return {
            **dict.fromkeys(homes, str(self.data / "home")),
            "TZ": zone,
            "RUNOUT_TIME_SCALE": repr(world.time_scale),
            "RUNOUT_TIME_EPOCH": repr(world.epoch + behind),
        }

    @asynccontextmanager
    async def core(self) -> AsyncIterator[Core]:
        """Another program, which runs nothing by itself."""
        here = {"RUNOUT_DATA_DIR": str(self.data), "RUNOUT_DISCOGS__API_URL": self.sandbox.url, **self.environment()}
        async with open_core(settings.load(here)) as core:
            yield core

    async def settle(self, everybody: dict[str, Holding]) -> None:
        """Everybody connects; some want to be looked at more seldom."""
        async with self.core() as core:
            witness.call(self.database)
            for name, holding in everybody.items():
                there = self.sandbox.world.open_account(name, holding)
                self.accounts.append(await core.connect.with_token(there.token))
            seldom = zip(self.accounts[-6:-2], (Every.TWELVE_HOURS, Every.DAILY, Every.WEEKLY, Every.OFF), strict=False)
            if len(self.accounts) > 10:
                for account, every in seldom:
                    await core.schedule.set_every(account, every)
                    self.paces[account.id] = every
            await core.library.use(self.accounts[len(self.accounts) // 4])

    async def open(self) -> None:
        """Two daemons and a terminal begin."""
        for zone in ZONES[:2]:
            await self._begin_daemon(zone)
        await self._begin_terminal()

    async def until(self, moment: float) -> None:
        """Wait for a moment of the plan, which begins when everything is open."""
        self.began = self.began or self.true_time(time.time())
        while (rest := self.began + moment - self.true_time(time.time())) > 0:
            self._look_after()
            await asyncio.sleep(min(0.2, rest / self.plan.pace))

    async def let(self, what: str, chance: random.Random) -> None:
        """Let something happen."""
        match what:
            case "edit":
                self.edits += edit(self.sandbox.world, chance)
            case "key" if self.terminal is not None:
                self.terminal.type(chance.choice(KEYS))
            case "visit":
                async with self.core() as core:
                    for account in self.accounts:
                        await core.schedule.touch(account)
            case "kill":
                await self._kill(chance)
            case "close" if self.terminal is not None:
                await self._close_terminal()
                await self._begin_terminal()
            case "set back":
                await self.end()
                self.set_back_at = time.time()
                await self.open()

    async def sleep(self, seconds: float) -> None:
        """Everything stops where it is, and goes on later."""
        assert self.terminal is not None
        asleep = [*self.daemons, self.terminal.process.pid]
        for process in asleep:
            os.kill(process, signal.SIGSTOP)
        began = time.time()
        await asyncio.sleep(seconds / self.plan.pace)
        self.slept = began, time.time()
        for process in asleep:
            os.kill(process, signal.SIGCONT)
        self.woken.add(self.terminal.process.pid)

    async def until_looked_at(self, since: float) -> None:
        """Wait until every shelf that has turns has been looked at since a moment of the machine's."""
        async with asyncio.timeout(PATIENCE):
            while self._unseen(since):
                await asyncio.sleep(0.1)

    async def remember(self) -> None:
        """Keep how all shelves are that have been read, while nothing happens to them."""
        async with self.core() as core:
            for account in self.accounts:
                for shelf in Shelf:
                    entries = await core.history.changes(account, shelf=shelf)
                    if entries:
                        here = await core.library.collection(account, shelf)
                        copies = {copy.instance_id: copy for copy in here.copies}
                        self.firsts[account.id, shelf] = entries[0].number, copies

    async def end(self) -> None:
        """Everybody is asked to end, and does."""
        self.ended_at = time.time()
        for process in self.daemons.values():
            process.terminate()
        async with asyncio.timeout(PATIENCE):
            self.codes += await asyncio.gather(*(process.wait() for process in self.daemons.values()))
        self.daemons.clear()
        self.longest_end = max(self.longest_end, time.time() - self.ended_at)
        await self._close_terminal()

    def _look_after(self) -> None:
        """Nobody ends unasked. What a terminal has painted in a week is of no interest."""
        for process in self.daemons.values():
            assert process.returncode is None, f"a daemon ended with {process.returncode}: {self.said[-2_000:]}"
        if self.terminal is not None:
            code, self.terminal.seen = self.terminal.process.returncode, self.terminal.seen[-4_000:]
            assert code is None, f"the terminal ended with {code}: {self.terminal.seen}"

    def _unseen(self, since: float) -> int:
        known, seen = witness.runs(self.database), witness.spans(self.database)
        good = {
            (known[span.run].account, known[span.run].shelf)
            for span in seen
            if span.run in known and (span.ended or 0.0) >= since and known[span.run].outcome in witness.GOOD
        }
        wanted = {(one.id, shelf) for one in self.accounts for shelf in Shelf if one.id not in self.paces}
        return len({(account, str(shelf)) for account, shelf in wanted} - good)

    async def _begin_daemon(self, zone: str) -> None:
        self._number += 1
        path = self.data / f"daemon-{self._number:03}.err"
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT)
        try:
            streams = (DEVNULL, DEVNULL, descriptor)
            process = await start(self.data, self.sandbox, "daemon", streams=streams, more=self.environment(zone))
        finally:
            os.close(descriptor)
        self.daemons[process.pid] = process
        async with asyncio.timeout(PATIENCE):  # Before that, it does not know how to end.
            while "Ctrl-C" not in path.read_text():
                await asyncio.sleep(0.05)

    async def _begin_terminal(self) -> None:
        way = in_terminal(self.data, self.sandbox, more=self.environment(ZONES[2]))
        self.terminal = await self._open.enter_async_context(way)
        await self.terminal.until("Artist")  # Before that, no key is heard.

    async def _close_terminal(self) -> None:
        if self.terminal is None:
            return
        began, process = time.time(), self.terminal.process
        if process.pid in self.woken:
            # Textual takes the signal for the end of a suspension that never was, reads its keys twice from then on,
            # and may not come to an end. A machine that sleeps sends no signals.
            self.killed[process.pid] = began
            process.kill()
            await process.wait()
        else:
            self.terminal.type(CTRL_Q)
            self.codes.append(await self.terminal.end())
            self.longest_end = max(self.longest_end, time.time() - began)
        self.terminal = None
        await self._open.aclose()

    async def _kill(self, chance: random.Random) -> None:
        """Kill a daemon, and rather one that is at something; another one begins in its place."""
        for _ in range(100):
            at_work = [process for process in witness.holders(self.database) if process in self.daemons]
            if at_work:
                break
            await asyncio.sleep(0.01)
        else:
            at_work = [*self.daemons]
        chosen = chance.choice(at_work)
        process = self.daemons.pop(chosen)
        self.killed[chosen] = time.time()
        process.kill()
        await process.wait()
        await self._begin_daemon(chance.choice(ZONES[:2]))


@asynccontextmanager
async def town(plan: Plan, directory: Path) -> AsyncIterator[Town]:
    """Everybody has connected, and no program runs. Whatever still does at the end is killed."""
    # So that the stand-in's time is that of the plan now, running as fast as it shall.
    now = time.time()
    epoch = now + (now - plan.begins.timestamp()) / (plan.pace - 1)
    world = World(Holding((), (), ()), time_scale=plan.pace, epoch=epoch)
    async with serve(world) as sandbox:
        found = Town(plan, directory, sandbox)
        await found.settle(everybody(plan))
        try:
            yield found
        finally:
            await found._open.aclose()
            for process in found.daemons.values():
                process.kill()
                await process.wait()
