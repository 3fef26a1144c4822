"""Long walks keep nobody else from being looked at in time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from core.app import Core, open_core
from core.domain.ids import Shelf
from core.domain.progress import Kind
from core.domain.turns import Turn
from core.sandbox.server import Running, serve
from core.sandbox.world import World
from core.services import turns
from core.services.turns import AT_ONCE, WALKS_AT_ONCE
from tests.fakes import FakeClock
from tests.stand_in import config_for, many

import pytest

HALF_AN_HOUR = timedelta(minutes=30)


@dataclass
class Machine:
    """Members that were synced once, and a clock that stands still."""

    core: Core
    sandbox: Running
    clock: FakeClock
    ended: list[Turn] = field(default_factory=list)
    beats: set[asyncio.Task[object]] = field(default_factory=set)

    async def members(self, *names: str) -> None:
        for name in names:
            there = self.sandbox.world.open_account(name, many(3))
            await self.core.connect.with_token(there.token)
        await self.core.jobs.beat(self.clock.now())
        self.ended.clear()

    def passes(self, time: timedelta) -> None:
        self.clock.advance(time.total_seconds())

    def beat(self) -> None:
        self.beats.add(asyncio.create_task(self.core.jobs.beat(self.clock.now())))

    def keep_waiting(self, name: str) -> None:
        """Whatever is asked about a member gets no answer for now."""
        self.sandbox.world.faults.add("hang", owner=name, times=100)

    async def asked_about(self, number: int, route: str) -> None:
        await until(lambda: self.sandbox.world.counts.requests[route] >= number)


@pytest.fixture
async def machine(tmp_path: Path) -> AsyncIterator[Machine]:
    clock = FakeClock()
    async with (
        serve(World(many(1), clock=lambda: clock.now().timestamp())) as sandbox,
        open_core(config_for(tmp_path, sandbox), clock=clock) as core,
    ):
        found = Machine(core, sandbox, clock)
        core.schedule.listen(found.ended.append)
        yield found
        sandbox.world.faults.clear()
        await asyncio.gather(*found.beats)


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not is_so():
            await asyncio.sleep(0.005)


def whose(ended: list[Turn]) -> set[str]:
    return {turn.username for turn in ended}


async def test_who_becomes_due_while_a_long_walk_is_all_that_runs_does_not_wait_for_its_end(machine: Machine) -> None:
    await machine.members("slow")
    machine.passes(HALF_AN_HOUR)
    await machine.members("quick")
    machine.keep_waiting("slow")
    machine.passes(timedelta(hours=5))
    machine.beat()
    await until(lambda: machine.sandbox.world.faults.left == 98)
    assert not machine.ended

    machine.passes(HALF_AN_HOUR)
    machine.beat()

    await until(lambda: len(machine.ended) == 2)
    assert whose(machine.ended) == {"quick"}


async def test_probes_are_found_behind_more_walks_than_are_looked_at_at_a_time(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "_LOOKED_AT", AT_ONCE)
    slow = [f"slow{number}" for number in range(2 * AT_ONCE)]
    await machine.members(*slow)
    for name in slow:
        machine.keep_waiting(name)
    # Their turn was to be long ago, so that each of them has to be a walk.
    machine.passes(timedelta(days=2))
    there = machine.sandbox.world.open_account("quick", many(3))
    quick = await machine.core.connect.with_token(there.token)
    for shelf in Shelf:
        await machine.core.sync.run(quick, lambda _event: None, shelf=shelf)
    machine.passes(timedelta(hours=6))

    machine.beat()

    await until(lambda: len(machine.ended) == 2)
    assert whose(machine.ended) == {"quick"}
    assert {turn.kind for turn in machine.ended} == {Kind.PROBE}
    assert WALKS_AT_ONCE < AT_ONCE
