"""The budget in figures: minutes of traffic simulated in virtual time, and the price of one slot of the real file.

Run from the root of the repository: `python -m benchmarks.budget`.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core.domain.budget import Granted, note_answer, request_slot
from core.domain.ledger import SIGNED_IN, Candidate, Lane, Ledger, Slot, Terms
from core.store.slots import SlotStore, open_slots
from tests.core.domain.simulated import Ask, Latency, World, percentile, shaky, steady, waits

from rich.console import Console
from rich.table import Table

MINUTES: Final = 10
REQUESTS: Final = 104
"""Of a sync of 10,000 copies."""

STEADY: Final = steady(0.125, 0.125)
SHAKY: Final = shaky(0.1, 0.6)


@dataclass(frozen=True)
class Scenario:
    """Who asks beside whom, over ten minutes."""

    name: str
    processes: int = 1
    people: float = 0.0
    """A minute, in the last process."""
    others: float = 0.0
    """A minute, of another program on the same address."""
    requests: float = float("inf")
    """Of each process's sync."""
    latency: Latency = STEADY
    killed_at: float | None = None

    def run(self) -> Result:
        """Let ten minutes pass."""
        world = World(processes=self.processes, latency=self.latency)
        walks = [
            world.sync(self.requests, process=process, account=f"account {process}", head_start=5)
            for process in range(self.processes)
        ]
        people = world.people(self.people, until=60.0 * MINUTES, process=self.processes - 1) if self.people else []
        if self.others:
            world.others(self.others, until=60.0 * MINUTES)
        if self.killed_at is not None:
            world.at(self.killed_at, lambda: world.kill(0))
            world.sync(account="account 0", at=self.killed_at + 0.01)
        world.run(60.0 * MINUTES)
        return Result(world, walks, people)


@dataclass(frozen=True)
class Result:
    """What came of it."""

    world: World
    walks: list[list[Ask]]
    people: list[Ask]

    def cells(self) -> Iterator[str]:
        """Of one row."""
        waited = waits(self.people, self.world.now)
        later = waits([one for one in self.people if one.asked >= 60], self.world.now)
        yield f"{(len(self.world.arrived) - len(self.world.refused)) / MINUTES:.1f}"
        yield str(len(self.world.refused))
        yield str(self.world.most_in_a_window())
        for values, share in ((waited, 0.5), (waited, 0.95), (later, 0.95)):
            yield f"{percentile(values, share):.2f} s" if values else ""
        ended = [walk[REQUESTS - 1].answered if len(walk) >= REQUESTS else None for walk in self.walks]
        yield ", ".join("" if moment is None else f"{moment:.1f} s" for moment in ended)


SCENARIOS: Final = (
    Scenario("one sync of 104 requests, nobody else", requests=REQUESTS),
    Scenario("... and 5 people a minute", requests=REQUESTS, people=5),
    Scenario("... and 12 people a minute", requests=REQUESTS, people=12),
    Scenario("endless sync"),
    Scenario("endless sync, shaky line", latency=SHAKY),
    Scenario("endless sync, 5 people a minute", people=5),
    Scenario("endless sync, 12 people a minute", people=12),
    Scenario("two processes, both syncing", processes=2),
    Scenario("two processes, one killed at 30 s and started again", processes=2, killed_at=30),
    Scenario("another program, 20 a minute", others=20),
    Scenario("another program, shaky line", others=20, latency=SHAKY),
    Scenario("another program, two processes", processes=2, others=20),
    Scenario("another program, two processes, shaky line", processes=2, others=20, latency=SHAKY),
    Scenario("another program, 40 a minute", others=40),
)


def simulated() -> Table:
    """A row for each scenario."""
    table = Table(title=f"{MINUTES} minutes in virtual time, 250 ms each way and back, 8 under way a process")
    for heading in (
        "scenario",
        "ours a minute",
        "refusals",
        "most of ours in 60 s",
        "people p50",
        "people p95",
        "p95 from minute 2",
        f"{REQUESTS} requests after",
    ):
        table.add_column(heading, justify="left" if heading == "scenario" else "right")
    for scenario in SCENARIOS:
        table.add_row(scenario.name, *scenario.run().cells())
    return table


async def measured() -> Table:
    """What taking a slot of the real file costs, and noting its answer."""
    table = Table(title="The real file, one after the other")
    for heading in ("slots remembered", "take, p50", "take, p95", "answer, p50", "answer, p95"):
        table.add_column(heading, justify="right")
    with tempfile.TemporaryDirectory() as directory:
        async with open_slots(Path(directory) / "budget.db") as slots:
            for remembered in (0, 60, 300):
                takes, answers = await _timed(slots, f"{SIGNED_IN} {remembered}", remembered)
                cells = [percentile(sorted(times), share) for times in (takes, answers) for share in (0.5, 0.95)]
                table.add_row(str(remembered), *(f"{cell:.2f} ms" for cell in cells))
    return table


async def _timed(slots: SlotStore, window: str, remembered: int) -> tuple[list[float], list[float]]:
    """Milliseconds that taking and answering take beside so many slots of the last five minutes."""
    terms, now = Terms(), 1_000_000.0
    waiting = (Candidate(Lane.PEOPLE, now),)
    old = tuple(Slot(number, Lane.SYNC, now - 250, now - 190) for number in range(1, remembered + 1))
    full = Ledger(slots=old, next_number=remembered + 1)
    takes: list[float] = []
    answers: list[float] = []
    for _ in range(300):
        await slots.update(window, lambda _: (full, None))
        begun = time.perf_counter()
        found = await slots.update(window, lambda ledger: request_slot(ledger, "me", waiting, now, terms))
        taken = time.perf_counter()
        if isinstance(found, Granted):
            await slots.update(window, _answer(found.slot, now, terms))
        takes.append((taken - begun) * 1000)
        answers.append((time.perf_counter() - taken) * 1000)
    return takes, answers


def _answer(slot: int, now: float, terms: Terms) -> Callable[[Ledger], tuple[Ledger, None]]:
    return lambda ledger: (note_answer(ledger, slot, now, terms, said="200", limit=60, remaining=59), None)


if __name__ == "__main__":
    console = Console(width=160)
    console.print(simulated())
    console.print(asyncio.run(measured()))
