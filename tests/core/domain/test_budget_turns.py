"""Minutes of traffic: people hardly wait, everybody gets a turn, the background keeps its pace."""

from __future__ import annotations

import itertools
from collections import Counter

from core.domain.ids import AccountId
from core.domain.ledger import WINDOW, Lane, Work
from tests.core.domain.simulated import World, percentile, waits

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

PROCESSES = [1, 2]
PACE = WINDOW / 44


def keep_busy(world: World, process: int, account: str, work: Work, lane: Lane = Lane.BACKGROUND) -> None:
    """There is always more of this work to do."""

    def more() -> None:
        world.ask(lane, process=process, account=AccountId(account), work=work, then=more)

    for _ in range(3):
        more()


def gaps(moments: list[float]) -> list[float]:
    return [after - before for before, after in itertools.pairwise(moments)]


@pytest.mark.parametrize("processes", PROCESSES)
def test_five_people_a_minute_never_wait_for_a_sync(processes: int) -> None:
    world = World(processes=processes)
    world.sync(head_start=5)
    people = world.people(5, until=600, process=processes - 1)

    world.run(600)

    assert percentile(waits(people, world.now), 0.95) == 0
    assert world.refused == []


@pytest.mark.parametrize("processes", PROCESSES)
def test_twelve_people_a_minute_wait_for_a_sync_in_the_first_minute_only(processes: int) -> None:
    """Nobody knows of them before they come; from the second minute on enough is kept for them."""
    world = World(processes=processes)
    world.sync(head_start=5)
    people = world.people(12, until=600, process=processes - 1)

    world.run(600)

    assert percentile(waits([one for one in people if one.asked >= 60], world.now), 0.95) == 0


@pytest.mark.parametrize(("people", "at", "most"), [(0, 0, 66), (5, 0, 66), (12, 60, 66), (12, 0, 125)])
def test_a_walk_of_ten_thousand_copies_ends_in_time(people: int, at: float, most: float) -> None:
    world = World()
    walk = world.sync(104, head_start=5)
    if people:
        world.people(people, at=at, until=180)

    world.run()

    assert max(one.answered or 1e9 for one in walk) <= most


@pytest.mark.parametrize("processes", PROCESSES)
def test_a_small_sync_ends_within_a_minute_of_a_giant_one(processes: int) -> None:
    world = World(processes=processes)
    world.sync(1004, account="giant", head_start=5)
    small = world.sync(5, account="small", at=7, head_start=5, process=processes - 1)

    world.run(200)

    assert max(one.answered or 1e9 for one in small) <= 7 + 65


@pytest.mark.parametrize("processes", [1, 2, 3])
@pytest.mark.parametrize("lane", [Lane.SYNC, Lane.BACKGROUND])
def test_accounts_take_turns_wherever_they_wait(lane: Lane, processes: int) -> None:
    world = World(processes=processes)
    for number, at in enumerate([0.0, 0.0, 90.0]):
        world.sync(account=f"account {number}", process=number % processes, lane=lane, at=at)
    world.run(120)
    before = len(world.sends)

    world.run(480)

    shares = Counter(one.account for one in world.sends[before:])
    assert len(shares) == 3
    assert max(shares.values()) <= min(shares.values()) * 1.15


@settings(max_examples=25)
@given(
    st.lists(
        st.tuples(st.floats(0, 60), st.sampled_from("abcdef"), st.sampled_from([Lane.PEOPLE, Lane.SYNC])),
        min_size=1,
        max_size=60,
    )
)
def test_nobody_starves_beside_those_who_never_stop(arrivals: list[tuple[float, str, Lane]]) -> None:
    world = World(processes=2)
    world.sync(account="giant")
    world.sync(account="other giant", process=1)
    asks = [
        world.ask(lane, at=at, account=AccountId(account), process=number % 2)
        for number, (at, account, lane) in enumerate(arrivals)
    ]

    world.run(250)

    assert all(one.wait is not None and one.wait < 2.5 * WINDOW for one in asks)


@pytest.mark.parametrize("processes", PROCESSES)
def test_the_background_is_paced_evenly_and_never_bursts(processes: int) -> None:
    world = World(processes=processes)
    for process in range(processes):
        keep_busy(world, process, f"account {process}", Work.PRICES)

    world.run(300)

    sent = [one.sent or 0.0 for one in world.sends]
    assert min(gaps(sent)) >= PACE - 0.01
    assert len(sent) >= 43 * 5


def test_the_background_leaves_sixteen_to_people_and_syncs() -> None:
    world = World()
    keep_busy(world, 0, "prices", Work.PRICES)
    world.run(100)
    people = [world.ask(Lane.PEOPLE, account=AccountId("one")) for _ in range(16)]

    world.run(101)

    assert [one.wait for one in people] == [0.0] * 16


def test_beside_a_sync_the_background_waits() -> None:
    world = World()
    walk = world.sync(200)
    keep_busy(world, 0, "prices", Work.PRICES)

    world.run(185)

    assert len(walk) == 200
    assert all(one.answered for one in walk)
    assert sum(one.lane is Lane.BACKGROUND for one in world.sends) <= 5


@pytest.mark.parametrize("processes", PROCESSES)
def test_alerts_get_every_second_slot_while_other_work_waits(processes: int) -> None:
    world = World(processes=processes)
    keep_busy(world, 0, "alerts", Work.ALERTS)
    keep_busy(world, processes - 1, "prices", Work.PRICES)

    world.run(200)

    kinds = [one.work for one in world.sends]
    assert all(before != after for before, after in itertools.pairwise(kinds))


@pytest.mark.parametrize("processes", PROCESSES)
def test_in_the_careful_minute_people_still_come_first(processes: int) -> None:
    world = World(processes=processes)
    world.sync()
    world.outage = (0.0, 1.0)
    people = world.people(20, at=5, until=55, process=processes - 1)

    world.run(60)

    assert max(waits(people, world.now)) <= 2.1
