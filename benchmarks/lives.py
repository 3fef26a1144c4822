"""What thousands of collectors, and the program, do in days of simulated time."""

from __future__ import annotations

import asyncio
import math
import random
import sqlite3
import sys
import time
from array import array
from collections import Counter
from collections.abc import Coroutine, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from benchmarks.collectors import Collector, Collectors
from benchmarks.line import WHOSE, Line, Person
from core.app import Core
from core.discogs import parse
from core.domain.account import Account
from core.domain.ids import Shelf
from core.domain.turns import Turn
from core.errors import RunoutError
from tests.fakes import START, FakeClock

BEAT: Final = 30.0
LOOKED_AT: Final = 600.0
"""Seconds between two looks at all ages."""

_GLANCED_AT: Final = 120.0
"""Seconds between two looks at how much of the newcomer's is known."""

QUIET: Final = 6.0
"""Hours at the beginning that nothing is told of: turns find their places in them."""

LOOKS: Final = 3
"""A day, of every account by its owner."""

CALLS: Final = 30.0
"""People's requests a minute, at the busiest hour."""

BUSIEST: Final = 20.5
"""The hour of the day."""

ADDED, REMOVED = 0.5, 0.1
"""Copies a day that a collector buys, and lets go of."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is simulated."""

    accounts: int
    days: float
    copies: int
    """Whose details an owner looks at each time."""
    failing: float
    """Share of the requests."""
    mean: int
    seed: int
    directory: str
    newcomer: int = 0
    """Copies of somebody who connects when the quiet hours are over, all of them records that nobody else has."""
    known: int = 1
    """Whether what is to be read of everybody else's records has been read."""

    @property
    def end(self) -> float:
        """Seconds from the beginning."""
        return (self.days * 24 + QUIET) * 3600


def activity(hour: float) -> float:
    """How much goes on at an hour of the day, against the busiest one."""
    return 0.05 + 0.95 * math.pow((1 + math.cos((hour - BUSIEST) * math.pi / 12)) / 2, 1.5)


def moments(a_day: float, seconds: float, chance: random.Random) -> Iterator[float]:
    """When things happen that happen so often a day, more of them when more goes on."""
    mean = sum(activity(hour) for hour in range(24)) / 24
    moment = 0.0
    while (moment := moment + chance.expovariate(a_day / mean / 86_400)) < seconds:
        if chance.random() < activity((START + timedelta(seconds=moment)).hour + moment % 3600 / 3600):
            yield moment


@dataclass(slots=True)
class Seen:
    """What came of it."""

    ages: dict[str, array[float]] = field(default_factory=lambda: {"membership": array("f"), "details": array("f")})
    waits: list[float] = field(default_factory=list)
    turns: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    """Calls of people that came to nothing."""
    arrival: dict[str, float] = field(default_factory=dict)
    """Of the newcomer: seconds of the sync and until years are known, and how many are."""


class Days:
    """Everybody who does something."""

    def __init__(
        self,
        asked: Asked,
        core: Core,
        collectors: Collectors,
        accounts: dict[int, Account],
        line: Line,
        clock: FakeClock,
        path: Path,
    ) -> None:
        self._asked = asked
        self._core = core
        self._collectors = collectors
        self._accounts = accounts
        self._line = line
        self._clock = clock
        self._path = path
        self._chance = random.Random(asked.seed)  # noqa: S311 - it draws moments
        self._tasks: set[asyncio.Task[Any]] = set()
        self.seen = Seen()
        core.schedule.listen(self._turned)

    async def pass_by(self) -> None:
        """From the beginning to the end."""
        lives = [self._beats(), self._looks(), self._calls(), self._changes(), self._samples(), self._hours()]
        if self._asked.newcomer:
            lives.append(self._newcomer())
        async with asyncio.TaskGroup() as group:
            for life in lives:
                group.create_task(life)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _apart(self, work: Coroutine[Any, Any, object]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _until(self, moment: float) -> None:
        await self._clock.sleep(moment - self._clock.monotonic())

    def _turned(self, turn: Turn) -> None:
        if self._is_counted():
            self.seen.turns[f"{turn.kind} {turn.outcome}"] += 1
            if not turn.is_good:
                self.seen.failed[", ".join(type(problem).__name__ for problem in turn.problems)] += 1

    def _is_counted(self) -> bool:
        return self._clock.monotonic() >= QUIET * 3600

    async def _beats(self) -> None:
        for number in range(int(self._asked.end / BEAT)):
            await self._until(number * BEAT)
            self._apart(self._core.jobs.beat(self._clock.now()))

    async def _looks(self) -> None:
        every = LOOKS * len(self._accounts)
        for moment in moments(every, self._asked.end, self._chance):
            await self._until(moment)
            collector = self._chance.choice(self._collectors.all)
            account, pile = self._accounts[collector.number], collector.piles[Shelf.COLLECTION]
            shown = self._chance.choices(pile.rows, k=self._asked.copies) if pile.rows else []
            await self._core.schedule.touch(account)
            self._core.look.at_shelf(account)
            self._core.look.at_copies(account, parse.collection_page(pile.body(1, shown, len(shown))).rows)

    async def _calls(self) -> None:
        """Each asks twice."""
        a_day = CALLS / 2 * sum(activity(hour) for hour in range(24)) * 60
        for moment in moments(a_day, self._asked.end, self._chance):
            await self._until(moment)
            self._apart(self._call(self._chance.choice(self._collectors.all)))

    async def _call(self, collector: Collector) -> None:
        waits = self.seen.waits if self._is_counted() else []
        WHOSE.set(Person(self._clock.monotonic(), waits))
        try:
            await self._core.connect.by_token(collector.token)
        except RunoutError:
            self.seen.refused += self._is_counted()

    async def _changes(self) -> None:
        for moment in moments((ADDED + REMOVED) * len(self._accounts), self._asked.end, self._chance):
            await self._until(moment)
            pile = self._chance.choice(self._collectors.all).piles[Shelf.COLLECTION]
            if self._chance.random() < ADDED / (ADDED + REMOVED):
                pile.add(self._clock.now())
            else:
                pile.remove(self._chance)

    async def _newcomer(self) -> None:
        """Connect, sync, and look now and then how much is known."""
        newcomer = self._collectors.newcomer(self._asked.newcomer)
        await self._until(QUIET * 3600)
        began, seen = self._clock.monotonic(), self.seen.arrival
        account = await self._core.connect.with_token(newcomer.token)
        report = await self._core.sync.run(account, lambda _event: None)
        seen |= {"sync": report.seconds, "requests": report.requests, "queued": report.queued}
        while (passed := self._clock.monotonic() - began) < min(86_400.0, self._asked.end - QUIET * 3600):
            found = await self._core.enrich.coverage(account)
            mine = found.releases - found.no_master
            share = 1 - (found.pending + found.failed) / max(1, mine)
            seen |= {"releases": found.releases, "with a master": mine, "share": share}
            for mark in (0.5, 0.9, 1.0):
                if share >= mark:
                    seen.setdefault(f"until {mark:.0%}", passed)
            await self._until(began + passed + _GLANCED_AT)

    async def _samples(self) -> None:
        with closing(sqlite3.connect(self._path)) as connection:
            moment = QUIET * 3600
            while moment < self._asked.end:
                await self._until(moment)
                now = self._clock.now()
                for checked, walked in connection.execute("SELECT checked_at, walked_at FROM shelves").fetchall():
                    self.seen.ages["membership"].append((now - datetime.fromisoformat(checked)).total_seconds())
                    self.seen.ages["details"].append((now - datetime.fromisoformat(walked)).total_seconds())
                moment += LOOKED_AT

    async def _hours(self) -> None:
        """Say how far it is, and begin to count when the quiet hours are over."""
        begun = time.monotonic()
        for hour in range(int(self._asked.end / 3600) + 1):
            await self._until(hour * 3600)
            if hour == QUIET:
                counted = self._line.counted
                counted.routes.clear()
                counted.faults.clear()
            if hour % 6 == 0:
                sent = sum(self._line.counted.routes.values())
                sys.stderr.write(f"  hour {hour}: {sent:,} requests, {time.monotonic() - begun:.0f} s\n")
