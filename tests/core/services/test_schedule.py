"""Kept fresh without being asked: everybody in time, nobody twice, and whatever goes wrong is one account's own."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from core.app import Core, open_core
from core.domain.account import Account
from core.domain.ids import Shelf
from core.domain.progress import AskedBy, Kind, SyncEvent, SyncOutcome, SyncReport
from core.domain.schedule import ACTIVE, IDLE, KNOWN, Every
from core.domain.turns import Turn
from core.errors import SealBroken
from core.sandbox.holding import Holding
from core.sandbox.server import Running, serve
from core.sandbox.world import World
from core.services.sync import NotDue
from core.services.turns import AT_ONCE, WALKS_AT_ONCE
from core.store import leases
from core.store.repositories import Repositories
from tests.fakes import FakeClock
from tests.stand_in import config_for, holding_of, many, owned

import pytest

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TURN = 5.5 * HOUR


@dataclass
class House:
    """A bot's machine: some members, and the time under the test's thumb."""

    core: Core
    sandbox: Running
    clock: FakeClock
    turns: list[Turn] = field(default_factory=list)

    @property
    def stores(self) -> Repositories:
        return self.core.schedule._stores

    async def member(self, name: str, holding: Holding | None = None) -> Account:
        """Somebody connects."""
        there = self.sandbox.world.open_account(name, holding or many(3))
        return await self.core.connect.with_token(there.token)

    async def run_due(self) -> list[Turn]:
        """What the schedule does now."""
        before = len(self.turns)
        await self.core.schedule.run_due(self.clock.now())
        return self.turns[before:]

    def passes(self, time: timedelta) -> None:
        self.clock.advance(time.total_seconds())

    async def sql(self, statement: str, *values: str | float | None) -> None:
        async with self.stores.database.tx() as tx:
            await tx.execute(statement, values)

    async def failures(self, account: Account, shelf: Shelf = Shelf.COLLECTION) -> int:
        state = await self.stores.shelves.state(account.id, shelf)
        assert state is not None
        return state.failures


@asynccontextmanager
async def house(directory: Path) -> AsyncIterator[House]:
    clock = FakeClock()
    async with (
        serve(World(many(1), clock=lambda: clock.now().timestamp())) as sandbox,
        open_core(config_for(directory, sandbox), clock=clock) as core,
    ):
        found = House(core, sandbox, clock)
        core.schedule.listen(found.turns.append)
        yield found


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path) as found:
        yield found


def dated(number: int) -> Holding:
    """Copies that were not all added in one second: what a probe can tell from one another."""
    added = [f"2024-03-{1 + number // 30:02}T10:{number % 60:02}:00-07:00" for number in range(1, number + 1)]
    return holding_of(*(owned(1 + place, date_added=date) for place, date in enumerate(added)))


def whose(turns: list[Turn]) -> set[tuple[str, Shelf]]:
    return {(turn.username, turn.shelf) for turn in turns}


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not is_so():
            await asyncio.sleep(0.005)


async def test_everything_that_is_due_is_synced_and_then_nothing_is(home: House) -> None:
    members = [await home.member(f"member{number}") for number in range(6)]

    turns = await home.run_due()

    assert len(turns) == len(whose(turns)) == 2 * len(members)
    assert {turn.outcome for turn in turns} == {SyncOutcome.DONE}
    assert [len((await home.core.library.collection(account)).copies) for account in members] == [3] * 6
    sent = home.sandbox.world.counts.total
    assert not await home.core.schedule.is_anything_due(home.clock.now())
    assert await home.run_due() == []
    assert home.sandbox.world.counts.total == sent


async def test_the_schedule_says_that_it_was_the_schedule(home: House) -> None:
    account = await home.member("ann")
    await home.run_due()

    past = await home.stores.runs.past(account.id, 10)

    assert {(run.shelf, run.by) for run in past} == {(shelf, AskedBy.SCHEDULE) for shelf in Shelf}


async def test_an_active_account_is_looked_at_before_six_hours_are_over(home: House) -> None:
    await home.member("ann")
    await home.run_due()

    home.passes(5 * HOUR)
    assert await home.run_due() == []
    home.passes(HOUR / 2)
    assert len(await home.run_due()) == 2


async def test_a_probe_that_finds_nothing_new_costs_one_request(home: House) -> None:
    await home.member("ann", dated(60))
    await home.run_due()
    home.passes(TURN)

    turns = {turn.shelf: turn for turn in await home.run_due()}

    assert (turns[Shelf.COLLECTION].kind, turns[Shelf.COLLECTION].requests) == (Kind.PROBE, 1)


async def test_a_machine_asleep_for_three_days_looks_once_and_at_everything(home: House) -> None:
    await home.member("ann")
    await home.run_due()
    home.passes(3 * DAY)

    turns = await home.run_due()

    assert len(turns) == len(whose(turns)) == 2
    assert {turn.kind for turn in turns} == {Kind.WALK}
    assert await home.run_due() == []


async def test_an_account_that_fails_stops_no_other_and_waits_longer_each_time(home: House) -> None:
    ann, ben = await home.member("ann"), await home.member("ben")
    home.sandbox.world.faults.add("404", owner="ann", times=1_000)

    turns = await home.run_due()

    assert {turn.username: turn.is_good for turn in turns} == {"ann": False, "ben": True}
    assert (await home.failures(ann), await home.failures(ben)) == (1, 0)
    at = (await home.core.schedule.settings(ann)).turns[Shelf.COLLECTION]
    assert at is not None
    assert timedelta() < at.at - home.clock.now() <= timedelta(minutes=2)
    home.passes(timedelta(minutes=2))
    assert {turn.username for turn in await home.run_due()} == {"ann"}
    assert await home.failures(ann) == 2
    home.sandbox.world.faults.clear()
    home.passes(timedelta(minutes=4))
    assert {turn.outcome for turn in await home.run_due()} == {SyncOutcome.DONE}
    assert await home.failures(ann) == 0


async def test_an_account_that_cannot_even_be_begun_waits_as_well(home: House) -> None:
    ann = await home.member("ann")
    await home.sql("UPDATE credentials SET sealed = x'00'")
    sent = home.sandbox.world.counts.total

    turns = await home.run_due()

    assert [type(problem) for turn in turns for problem in turn.problems] == [SealBroken, SealBroken]
    assert (await home.failures(ann), home.sandbox.world.counts.total) == (1, sent)
    assert await home.run_due() == []
    home.passes(timedelta(minutes=2))
    await home.run_due()
    assert await home.failures(ann) == 2


async def test_who_has_ended_our_access_is_not_asked_for_again(home: House) -> None:
    await home.member("ann")
    home.sandbox.world.revoke("ann")
    await home.run_due()
    sent = home.sandbox.world.counts.total

    home.passes(2 * DAY)

    assert await home.run_due() == []
    assert home.sandbox.world.counts.total == sent


async def test_four_at_once_and_one_of_them_is_kept_for_what_is_quick(home: House) -> None:
    for number in range(6):
        await home.member(f"member{number}")
    await home.run_due()
    home.passes(TURN)
    # Three walks that take for ever, then everybody else's probes.
    slow = [await home.member(f"slow{number}", many(3)) for number in range(5)]
    for account in slow:
        await home.sql(
            "UPDATE shelves SET due_at = '2020-01-01T00:00:00+00:00' WHERE account_id = ? AND shelf = 'collection'",
            account.id,
        )
        await home.sql("DELETE FROM shelves WHERE account_id = ? AND shelf = 'wantlist'", account.id)
        home.sandbox.world.faults.add("hang", owner=account.username, times=1_000)
    before = len(home.turns)

    running = asyncio.create_task(home.core.schedule.run_due(home.clock.now()))
    await until(lambda: len(home.turns) - before >= 12)

    busy = await home.stores.database.fetch("SELECT count(*) FROM leases")
    assert busy[0][0] == WALKS_AT_ONCE < AT_ONCE
    assert not any(turn.username.startswith("slow") for turn in home.turns[before:])
    home.sandbox.world.faults.clear()
    await running
    assert {turn.username for turn in home.turns[before:]} >= {account.username for account in slow}


async def test_what_somebody_else_is_at_is_neither_touched_nor_a_failure(home: House) -> None:
    ann = await home.member("ann")
    living = leases._process(1)
    await home.sql(
        "INSERT INTO leases (account_id, shelf, run_id, holder, renewed_at) VALUES (?, 'collection', 'theirs', ?, ?)",
        ann.id,
        living,
        time.time(),
    )

    turns = await home.run_due()

    assert whose(turns) == {("ann", Shelf.WANTLIST)}
    assert await home.failures(ann) == 0
    assert await home.core.schedule.is_anything_due(home.clock.now())
    await home.sql("DELETE FROM leases")
    assert whose(await home.run_due()) == {("ann", Shelf.COLLECTION)}


async def test_two_processes_on_one_file_sync_nobody_twice(tmp_path: Path) -> None:
    async with house(tmp_path) as one:
        for number in range(6):
            await one.member(f"member{number}")
        async with open_core(config_for(tmp_path, one.sandbox), clock=one.clock) as core:
            for turns in (1, 2, 3):
                now = one.clock.now()
                await asyncio.gather(one.core.jobs.beat(now), core.jobs.beat(now))

                runs = await one.stores.database.fetch("SELECT count(*) FROM sync_runs GROUP BY account_id, shelf")
                assert runs == [(turns,)] * 12
                one.passes(TURN)


async def test_a_turn_that_somebody_else_has_had_is_not_had_again(home: House) -> None:
    ann = await home.member("ann")
    seen: list[SyncEvent] = []
    await home.core.sync.run(ann, seen.append, by=AskedBy.SCHEDULE)
    sent = home.sandbox.world.counts.total

    with pytest.raises(NotDue):
        await home.core.sync.run(ann, seen.append, by=AskedBy.SCHEDULE)

    assert home.sandbox.world.counts.total == sent
    assert len(await home.stores.runs.past(ann.id, 10)) == 1
    assert await home.stores.leases.living() == ()
    assert await home.failures(ann) == 0


async def test_a_person_who_joins_a_turn_that_was_had_gets_a_run_of_their_own(home: House) -> None:
    ann = await home.member("ann")
    await home.run_due()
    seen: list[SyncEvent] = []

    turn, asked = await asyncio.gather(
        home.core.sync.run(ann, seen.append, by=AskedBy.SCHEDULE),
        home.core.sync.run(ann, seen.append),
        return_exceptions=True,
    )

    assert isinstance(turn, NotDue)
    assert isinstance(asked, SyncReport)
    assert [run.by for run in await home.stores.runs.past(ann.id, 1)] == [AskedBy.PERSON]


async def test_what_becomes_due_meanwhile_has_its_turn_too(home: House) -> None:
    await home.member("ann")
    ben = await home.member("ben")
    await home.core.schedule.set_every(ben, Every.OFF)
    home.sandbox.world.faults.add("hang", owner="ann", route="wants", times=1_000)
    running = asyncio.create_task(home.run_due())
    await until(lambda: whose(home.turns) == {("ann", Shelf.COLLECTION)})

    await home.core.schedule.set_every(ben, Every.SIX_HOURS)
    home.sandbox.world.faults.clear()

    assert whose(await running) == {(name, shelf) for name in ("ann", "ben") for shelf in Shelf}


async def test_whoever_has_become_idle_is_looked_at_once_a_week_by_one_request(home: House) -> None:
    await home.member("ann", dated(60))
    await home.run_due()
    connected, looks = home.clock.now(), list[tuple[Shelf, Kind, int]]()
    for _ in range(int((ACTIVE + 3 * IDLE) / HOUR)):
        home.passes(HOUR)
        turns = await home.run_due()
        if home.clock.now() - connected > ACTIVE:
            looks += [(turn.shelf, turn.kind, turn.requests) for turn in turns if turn.shelf is Shelf.COLLECTION]

    assert looks == [(Shelf.COLLECTION, Kind.PROBE, 1)] * 3


async def test_whoever_was_away_for_long_is_not_looked_at_and_caught_up_with_when_they_come_back(home: House) -> None:
    ann = await home.member("ann")
    await home.run_due()
    home.passes(KNOWN + DAY)
    assert await home.run_due() == []

    await home.core.schedule.touch(ann)

    turns = await home.run_due()
    assert {(turn.shelf, turn.kind) for turn in turns} == {(shelf, Kind.WALK) for shelf in Shelf}


async def test_that_somebody_is_there_is_written_down_once_an_hour(home: House) -> None:
    ann = await home.member("ann")
    connected = home.clock.now()
    for minutes in range(0, 180, 10):
        await home.core.schedule.touch(ann)
        noted = await home.stores.shelves.active_at(ann.id)
        assert noted == connected + timedelta(hours=minutes // 60)
        home.passes(timedelta(minutes=10))


async def test_a_job_is_no_sign_of_life(home: House) -> None:
    ann = await home.member("ann")
    before = await home.stores.shelves.active_at(ann.id)
    home.passes(DAY)

    await home.run_due()

    assert await home.stores.shelves.active_at(ann.id) == before


async def test_who_wants_no_sync_by_itself_has_none_until_they_want_it_again(home: House) -> None:
    ann = await home.member("ann")
    await home.core.schedule.set_every(ann, Every.OFF)
    home.passes(2 * DAY)
    assert await home.run_due() == []
    assert (await home.core.schedule.settings(ann)).turns == dict.fromkeys(Shelf)

    await home.core.schedule.set_every(ann, Every.DAILY)

    assert (await home.core.schedule.settings(ann)).every is Every.DAILY
    assert len(await home.run_due()) == 2


@pytest.mark.parametrize("back", [HOUR, 400 * DAY], ids=["an hour", "a year"])
async def test_a_clock_set_back_delays_nobody(home: House, back: timedelta) -> None:
    await home.member("ann")
    await home.run_due()
    await home.core.schedule.is_anything_due(home.clock.now())

    home.passes(-back)
    await home.core.schedule.is_anything_due(home.clock.now())

    home.passes(TURN - timedelta(minutes=1))
    assert not await home.core.schedule.is_anything_due(home.clock.now())
    home.passes(timedelta(minutes=1))
    assert len(await home.run_due()) == 2


async def test_a_process_that_starts_after_the_clock_was_set_back_sees_it_too(tmp_path: Path) -> None:
    async with house(tmp_path) as before:
        await before.member("ann")
        await before.run_due()
        before.passes(-30 * DAY)
        async with open_core(config_for(tmp_path, before.sandbox), clock=before.clock) as core:
            assert not await core.schedule.is_anything_due(before.clock.now())
            before.passes(TURN)
            assert await core.schedule.is_anything_due(before.clock.now())


async def test_what_is_stopped_in_its_middle_can_be_gone_on_with(home: House) -> None:
    ann = await home.member("ann", many(950))
    home.sandbox.world.faults.add("hang", route="collection", page=7)
    running = asyncio.create_task(home.core.schedule.run_due(home.clock.now()))
    database = home.stores.database
    async with asyncio.timeout(30):
        while not await database.fetch("SELECT 1 FROM staged_pages LIMIT 1 OFFSET 6"):
            await asyncio.sleep(0.01)

    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    assert await database.fetch("SELECT outcome FROM sync_runs WHERE shelf = 'collection'") == [("cancelled",)]
    home.sandbox.world.faults.clear()
    before = home.sandbox.world.counts.total
    home.passes(timedelta(minutes=3))
    await home.run_due()
    assert len((await home.core.library.collection(ann)).copies) == 950
    assert home.sandbox.world.counts.total - before < 10


async def test_somebody_who_leaves_during_their_turn_is_no_failure(home: House) -> None:
    ann, _ben = await home.member("ann"), await home.member("ben")
    home.sandbox.world.faults.add("hang", owner="ann", times=1_000)
    running = asyncio.create_task(home.core.schedule.run_due(home.clock.now()))
    await until(lambda: len(whose(home.turns)) == 2)

    await home.core.leaving.delete(ann)

    said = await running
    assert {turn.username for turn in home.turns} == {"ben"}
    assert "vain" not in said


async def test_a_row_that_is_damaged_stops_nobody_else(home: House, caplog: pytest.LogCaptureFixture) -> None:
    ann, _ben = await home.member("ann"), await home.member("ben")
    await home.sql("UPDATE accounts SET active_at = 'yesterday' WHERE account_id = ?", ann.id)
    await home.sql("UPDATE shelves SET checked_at = '2999-01-01T00:00:00+00:00' WHERE account_id = ?", ann.id)

    turns = await home.run_due()

    assert whose(turns) == {("ben", shelf) for shelf in Shelf}
    assert "reference" in caplog.text


async def test_something_unforeseen_is_logged_with_a_reference_and_stops_nobody(
    home: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ann, _ben = await home.member("ann"), await home.member("ben")
    really = home.core.sync.run

    async def breaks(account: Account, *arguments: object, **more: object) -> object:
        if account.id == ann.id:
            raise ZeroDivisionError("unforeseen")
        return await really(account, *arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(home.core.sync, "run", breaks)

    turns = await home.run_due()

    assert {turn.username: turn.is_good for turn in turns} == {"ann": False, "ben": True}
    assert all(turn.reference and turn.reference in caplog.text for turn in turns if not turn.is_good)
    assert await home.failures(ann) == 1


async def test_a_look_at_nothing_due_costs_the_same_with_ten_thousand_accounts(home: House) -> None:
    steps: list[int] = []

    async def cost() -> int:
        connection = home.stores.database._quick._connection
        steps.clear()
        await connection.set_progress_handler(lambda: steps.append(1), 1)
        await home.core.schedule.is_anything_due(home.clock.now())
        await connection.set_progress_handler(lambda: 0, 1)
        return len(steps)

    await home.core.schedule.is_anything_due(home.clock.now())
    few = await cost()
    async with home.stores.database.tx() as tx:
        await tx.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)"
            " INSERT INTO accounts (account_id, discogs_id, username, connected_at, active_at)"
            " SELECT i, -i, i, '', '' FROM n"
        )
        await tx.execute(
            "INSERT INTO shelves (account_id, shelf, due_at)"
            " SELECT account_id, 'collection', '2999-01-01T00:00:00+00:00' FROM accounts"
        )

    assert await cost() <= few + 5


async def test_a_turn_that_is_no_longer_due_is_put_right_and_not_taken(home: House) -> None:
    ann = await home.member("ann")
    await home.run_due()
    await home.sql("UPDATE shelves SET due_at = '2020-01-01T00:00:00+00:00' WHERE account_id = ?", ann.id)

    assert await home.run_due() == []

    assert not await home.core.schedule.is_anything_due(home.clock.now())
    assert len(await home.stores.runs.past(ann.id, 10)) == 2
