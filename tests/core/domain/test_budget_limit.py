"""Minutes of traffic: the limit is never passed, others are left their share, refusals and odd clocks do no harm."""

from __future__ import annotations

import itertools

from core.domain.budget import seconds_for
from core.domain.ids import AccountId
from core.domain.ledger import LONGEST_BREAK, WINDOW, Lane, Ledger
from tests.core.domain.simulated import Latency, World, shaky, steady

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct

LATENCIES = [steady(0.125, 0.125), shaky(0.1, 0.6), shaky(0.05, 3.0)]
NAMES = ["steady", "shaky", "slow"]


class Arrival(Struct, frozen=True):
    """Requests that come together, and what becomes of their process."""

    pause: float
    count: int
    lane: Lane
    account: str
    process: int
    silent: bool
    killed: bool


ARRIVALS = st.lists(
    st.builds(
        Arrival,
        pause=st.just(0.0) | st.floats(0, 90),
        count=st.integers(1, 25),
        lane=st.sampled_from(Lane),
        account=st.sampled_from(["ann", "ben", "cy"]),
        process=st.integers(0, 2),
        silent=st.sampled_from([False, False, False, True]),
        killed=st.sampled_from([False, False, False, True]),
    ),
    max_size=12,
)


@settings(max_examples=50)
@given(
    arrivals=ARRIVALS,
    per_minute=st.sampled_from([1, 2, 7, 25, 60]),
    there=st.floats(0.01, 14),
    back=st.floats(0, 15),
    shake=st.booleans(),
    headers=st.booleans(),
)
def test_no_sixty_seconds_hold_more_than_the_limit(
    arrivals: list[Arrival], per_minute: int, there: float, back: float, *, shake: bool, headers: bool
) -> None:
    latency = shaky(0.01, there + back) if shake else steady(there, back)
    world = World(processes=3, per_minute=per_minute, latency=latency, headers=headers)
    lost: set[int] = set()
    moment = 0.0
    for arrival in arrivals:
        moment += arrival.pause
        for _ in range(arrival.count):
            account = AccountId(arrival.account)
            world.ask(arrival.lane, at=moment, process=arrival.process, account=account, silent=arrival.silent)
        if arrival.killed:
            world.at(moment + 0.3, lambda process=arrival.process: lost.update(map(id, world.kill(process))))  # type: ignore[misc]

    world.run()

    assert world.refused == []
    assert world.most_in_a_window() <= per_minute
    assert all(ask.sent is not None or id(ask) in lost for ask in world.asks)


@pytest.mark.parametrize("latency", LATENCIES, ids=NAMES)
@pytest.mark.parametrize("processes", [1, 2, 3])
def test_endless_syncs_spend_the_limit_and_never_pass_it(latency: Latency, processes: int) -> None:
    world = World(processes=processes, latency=latency)
    for process in range(processes):
        world.sync(process=process, account=f"account {process}")

    world.run(300)

    assert world.refused == []
    assert len(world.arrived) >= 52 * 5


def test_a_process_that_is_killed_and_started_again_has_forgotten_nothing() -> None:
    world = World(processes=2)
    for moment in (0.0, 0.8, 30.0, 61.0):
        world.at(moment, lambda: world.kill(0))
        world.sync(at=moment + 0.01)
    world.sync(process=1)

    world.run(200)

    assert world.refused == []


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("latency", LATENCIES, ids=NAMES)
def test_whenever_discogs_counts_our_own_requests_are_not_taken_for_others(latency: Latency, seed: int) -> None:
    """What is on its way when an answer leaves may be counted in it: a lone sync waits for one minute, not two."""
    world = World(latency=latency, seed=seed, told_late=True)
    walk = world.sync(104, head_start=5)

    world.run(300)

    assert max(ask.answered for ask in walk if ask.answered is not None) < 100


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("latency", LATENCIES, ids=NAMES)
def test_beside_twenty_counted_as_their_answers_leave_hardly_any_is_refused(latency: Latency, seed: int) -> None:
    world = World(latency=latency, seed=seed, told_late=True)
    world.sync()
    world.others(20, until=600)

    world.run(600)

    assert len(world.refused) <= 3
    assert len(world.arrived) - len(world.refused) >= 33 * 10


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("latency", LATENCIES, ids=NAMES)
@pytest.mark.parametrize("processes", [1, 2])
def test_beside_twenty_of_another_program_hardly_any_is_refused(latency: Latency, processes: int, seed: int) -> None:
    world = World(processes=processes, latency=latency, seed=seed)
    for process in range(processes):
        world.sync(process=process, account=f"account {process}")
    world.others(20, until=600)

    world.run(600)

    assert len(world.refused) <= 3
    assert len(world.arrived) - len(world.refused) >= 33 * 10


def test_another_program_that_has_ended_is_forgotten_within_minutes() -> None:
    world = World()
    world.others(40, until=200)
    world.sync()

    world.run(500)
    busy = len(world.arrived)
    world.run(800)

    assert world.ledger.foreign < 1
    assert len(world.arrived) - busy >= 54 * 5


@pytest.mark.parametrize("retry_after", [None, 17.0])
@pytest.mark.parametrize("processes", [1, 2])
def test_after_a_refusal_all_wait_and_then_go_one_by_one_for_a_minute(
    processes: int, retry_after: float | None
) -> None:
    world = World(processes=processes)
    world.retry_after = retry_after
    world.outage = (60.0, 61.0)
    for process in range(processes):
        world.sync(process=process, account=f"account {process}")
    world.run(60.9)
    refused = max(world.refused)

    world.run(refused + 50)

    later = [moment for moment in world.arrived if moment > refused + 0.2]
    assert later[0] >= refused + (retry_after or 2.0)
    assert all(after - before >= 0.999 for before, after in itertools.pairwise(later))


@pytest.mark.parametrize("processes", [1, 2, 3])
def test_in_an_outage_single_probes_ask_ever_more_rarely(processes: int) -> None:
    world = World(processes=processes)
    world.outage = (20.0, 1500.0)
    for process in range(processes):
        world.sync(process=process, account=f"account {process}")

    world.run(1500)

    separate = [moment for last, moment in zip([0.0, *world.refused], world.refused, strict=False) if moment - last > 1]
    probes = separate[3:]
    assert 3 <= len(probes) <= 7
    assert len(world.refused) == processes * 8 + len(separate) - 1
    assert all(LONGEST_BREAK * 2 > after - before >= 60 for before, after in itertools.pairwise(probes))
    world.run(1500 + LONGEST_BREAK * 1.25 + 130)
    assert not world.ledger.tripped
    assert max(world.arrived) > 1500 + LONGEST_BREAK


@pytest.mark.parametrize("seconds", [-3600, -300, -100, -30, -1, 1, 100, 3600])
@pytest.mark.parametrize("moment", [0.3, 45.0, 60.4])
def test_a_clock_that_is_moved_freezes_nothing(seconds: float, moment: float) -> None:
    world = World(processes=2)
    for process in range(2):
        world.sync(process=process, account=f"account {process}")
    world.at(moment, lambda: world.move_clock(seconds))
    frozen = world.terms.time_out + WINDOW

    world.run(moment + frozen + 1)
    assert max(ask.sent or 0 for ask in world.sends) > moment
    world.run(moment + 2 * frozen + 60)

    late = [moment for moment in world.arrived if moment > world.now - 90]
    assert len(late) >= 50


def test_a_clock_that_is_moved_back_in_a_break_ends_the_break() -> None:
    world = World(ledger=Ledger(closed_until=0.0))
    world.outage = (0.0, 500.0)
    world.sync()
    world.at(400, lambda: world.move_clock(-86_400))

    world.run(400 + 2 * LONGEST_BREAK + 2 * WINDOW)

    assert max(world.arrived) > 500
    assert not world.ledger.tripped


@pytest.mark.parametrize("lane", Lane)
@pytest.mark.parametrize("begun", [0.5, 40.0, 61.0, 130.0])
@pytest.mark.parametrize("requests", [15, 60, 104, 300])
def test_what_is_told_of_the_time_comes_true(lane: Lane, begun: float, requests: int) -> None:
    world = World()
    world.sync(80)
    world.run(begun)
    world.kill(0)
    world.run(begun + 2)

    assert_comes_true(world, requests, lane)


@pytest.mark.parametrize("lane", Lane)
@pytest.mark.parametrize("requests", [15, 100, 300])
def test_what_is_told_of_the_time_comes_true_beside_another_program(lane: Lane, requests: int) -> None:
    world = World()
    world.others(20, until=2000)
    world.people(1, at=60, until=180)
    world.run(185)

    assert_comes_true(world, requests, lane)


def test_what_is_told_of_the_time_comes_true_after_a_refusal() -> None:
    world = World()
    world.outage = (0.0, 0.1)
    world.ask(Lane.PEOPLE)
    world.run(1)

    assert_comes_true(world, 90, Lane.SYNC)


def assert_comes_true(world: World, requests: int, lane: Lane) -> None:
    """Within a fifth; two seconds of the way there and back are nobody's wait for a slot."""
    now = world.now
    told = seconds_for(world.ledger, requests, lane, world.wall, world.terms)
    walk = world.sync(requests, lane=lane, at=now, account="new")
    world.run(now + 3000)
    real = max(ask.sent or 0.0 for ask in walk) - now
    assert all(ask.answered for ask in walk)
    assert told == pytest.approx(real, rel=0.2, abs=requests / 32 + 2)
