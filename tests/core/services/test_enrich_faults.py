"""Whatever goes wrong while facts are read: nothing is lost or half-written, others go on, and later this does."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from core.domain.enrichment import REST, TRIES, Reading, State, What
from core.domain.ids import ReleaseId
from core.domain.schedule import JobOutcome
from core.errors import ApplicationRefused
from core.sandbox.counts import ANONYMOUS
from core.services.enriching import AT_ONCE, OUT_AFTER
from tests.core.services.bad_days import FOR_EVER, MAY_BE_HALF_OPEN
from tests.core.services.fact_days import FactDay, fact_day, records, until

import pytest

MANY: Final = 9
MASTERS, RELEASES = range(10, 10 * MANY + 1, 10), range(1, MANY + 1)
ROUTES: Final = {What.MASTER: "master", What.RELEASE: "release"}

PASSING: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "500": ("500", {}),
    "502": ("502", {}),
    "429": ("429", {}),
    "429 with Retry-After": ("429", {"retry_after": 7}),
    "truncated": ("truncated", {}),
    "reset": ("reset", {}),
    "hang": ("hang", {}),
    "latency": ("latency", {"seconds": 0.05}),
    "owner as anonymous": ("owner as anonymous", {}),
    "outage of 2 s": ("outage", {"seconds": 2.0}),
}
"""What the client mends by asking again, or what makes no difference."""

LASTING: Final = ("500", "502", "truncated", "reset", "hang", "revoked token")


async def everything(day: FactDay) -> list[str]:
    """What is not known that there is, once nothing fails any more."""
    await day.calm()
    for _ in range(TRIES + 1):
        day.clock.advance(2 * 3600)
        await day.turn()
    return await day.wrong(MASTERS, RELEASES)


async def tries(day: FactDay) -> dict[tuple[str, int], int]:
    """What was counted as a failure of its own."""
    rows = await day.stores.database.fetch("SELECT kind, number, tries FROM readings WHERE tries > 0")
    return {(kind, number): many for kind, number, many in rows}


@pytest.mark.parametrize("what", What)
@pytest.mark.parametrize("name", PASSING)
async def test_what_passes_is_not_noticed(tmp_path: Path, name: str, what: What) -> None:
    fault, parameters = PASSING[name]
    async with fact_day(tmp_path, records(MANY)) as day:
        ordered = day.faults.add(fault, times=2, route=None if fault == "outage" else ROUTES[what], **parameters)
        report = await day.turn()

        assert fault == "outage" or ordered.times == 0
        assert (report.outcome, report.said) == (JobOutcome.DONE, f"{MANY} masters, {MANY} releases")
        assert await day.wrong(MASTERS, RELEASES) == []
        assert await tries(day) == {}


@pytest.mark.parametrize("what", What)
@pytest.mark.parametrize("fault", LASTING)
async def test_what_always_fails_by_itself_keeps_no_other_from_its_turn_and_rests_after_three_tries(
    tmp_path: Path, fault: str, what: What
) -> None:
    number = 40 if what is What.MASTER else 4
    async with fact_day(tmp_path, records(MANY)) as day:
        day.faults.add(fault, times=FOR_EVER, route=ROUTES[what], token=str(number))
        assert (await day.turn()).outcome is JobOutcome.DONE
        wrong = await day.wrong(MASTERS, RELEASES)
        assert len(wrong) == 1
        assert f" {number} is None" in wrong[0]
        counted = [(await day.reading(what, number)).tries]
        for _ in range(TRIES - 1):
            day.clock.advance(3601)
            await day.turn()
            counted.append((await day.reading(what, number)).tries)
        assert counted == [1, 2, 3]

        day.world.counts.reset()
        day.clock.advance(REST.total_seconds() - 60)
        await day.turn()
        assert day.asked.total() == 0

        day.faults.clear()
        day.clock.advance(61)
        await day.turn()
        assert await day.wrong(MASTERS, RELEASES) == []
        assert await day.reading(what, number) == Reading()


@pytest.mark.parametrize("fault", [*LASTING, "429"])
async def test_when_everything_fails_the_turn_ends_soon_and_no_try_is_counted(tmp_path: Path, fault: str) -> None:
    async with fact_day(tmp_path, records(MANY)) as day:
        for route in ROUTES.values():
            day.faults.add(fault, times=FOR_EVER, route=route)
        most = 3 * (OUT_AFTER + AT_ONCE - 1)
        for _ in range(4):
            day.world.counts.reset()
            assert (await day.turn()).outcome is JobOutcome.FAILED
            assert day.asked["master"] + day.asked["release"] <= most

        assert await tries(day) == {}
        assert await day.masters() == {}
        assert await everything(day) == []


@pytest.mark.parametrize("is_refused", [False, True], ids=["503", "refused"])
@MAY_BE_HALF_OPEN
async def test_an_outage_in_the_middle_costs_a_few_tries_and_not_those_of_all(tmp_path: Path, is_refused: bool) -> None:
    async with fact_day(tmp_path, records(5 * MANY)) as day:

        def strike(target: Any) -> None:
            if day.asked["master"] == 4:
                day.faults.add("outage", seconds=5000.0, refused=is_refused)

        day.faults.on_request.append(strike)
        assert (await day.turn()).outcome is JobOutcome.FAILED
        known = len(await day.masters())
        assert 0 < known < 5 * MANY
        for _ in range(3):
            await day.turn()

        assert sum((await tries(day)).values()) < OUT_AFTER + AT_ONCE
        assert len(await day.masters()) == known
        assert await everything(day) == []


async def test_a_job_that_found_nothing_but_an_outage_is_tried_again_later(tmp_path: Path) -> None:
    async with fact_day(tmp_path, records(MANY)) as day:
        day.faults.add("500", times=FOR_EVER)
        await day.core.jobs.beat(day.clock.now())
        sent = day.asked["master"]
        day.clock.advance(31)
        await day.core.jobs.beat(day.clock.now())
        assert day.asked["master"] == sent
        day.faults.clear()
        day.clock.advance(600)
        await day.core.jobs.beat(day.clock.now())

        assert len(await day.masters()) >= MANY - 3


async def test_one_thing_that_always_fails_is_tried_three_times_though_nothing_else_is_left(tmp_path: Path) -> None:
    async with fact_day(tmp_path, records(1)) as day:
        day.faults.add("500", times=FOR_EVER, route="master")
        for _ in range(6):
            await day.turn()
            day.clock.advance(3601)

        assert await day.reading(What.MASTER, 10) == Reading(
            State.FAILED, 3, (await day.reading(What.MASTER, 10)).next_at
        )
        assert day.asked["master"] == 3 * TRIES
        assert await day.details() == {1}


@pytest.mark.parametrize("what", What)
async def test_what_is_said_not_to_be_there_is_not_asked_for_by_itself_but_by_whoever_insists(
    tmp_path: Path, what: What
) -> None:
    async with fact_day(tmp_path, records(MANY)) as day:
        day.faults.add("404", times=1, route=ROUTES[what])
        report = await day.turn()
        assert report.outcome is JobOutcome.DONE
        assert len(await day.wrong(MASTERS, RELEASES)) == 1
        day.clock.advance(30 * 86_400)
        day.world.counts.reset()
        await day.turn()
        assert day.asked.total() == 0
        for number in RELEASES:
            await day.core.enrich.look(day.account, ReleaseId(number))

        assert await day.wrong(MASTERS, RELEASES) == []


async def test_a_token_that_is_no_good_any_more_is_marked_and_the_rest_is_read_as_anybody(tmp_path: Path) -> None:
    async with fact_day(tmp_path, records(MANY)) as day:
        day.world.revoke()
        await day.turn()

        account = await day.core.library.account()
        assert account is not None
        assert account.refused_at is not None
        assert await tries(day) == {}
        assert await day.wrong(MASTERS, RELEASES) == []
        assert day.world.counts.callers[ANONYMOUS] == 2 * MANY
        assert day.asked["identity"] == 1


async def test_an_application_that_is_refused_leaves_it_to_those_who_have_signed_in(tmp_path: Path) -> None:
    async with fact_day(tmp_path, records(MANY), application=True) as day:
        known = day.world.application
        day.world.callers._application = type(known)(known.key, "another secret")
        report = await day.turn()

        assert report.outcome is JobOutcome.DONE
        assert await day.wrong(MASTERS, RELEASES) == []
        assert day.world.counts.callers[day.account.username] == 2 * MANY


async def test_an_application_that_is_refused_is_told_where_nobody_has_signed_in(tmp_path: Path) -> None:
    async with fact_day(tmp_path, records(MANY), public=True, application=True) as day:
        known = day.world.application
        day.world.callers._application = type(known)(known.key, "another secret")
        report = await day.turn()

        assert report.outcome is JobOutcome.FAILED
        assert isinstance(report.problem, ApplicationRefused)
        assert await tries(day) == {}


@pytest.mark.parametrize("table", ["masters", "release_details", "readings"])
async def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path, table: str) -> None:
    async with fact_day(tmp_path, records(MANY)) as day:
        if table == "readings":
            day.world.website.delete_master(10)
        full = f"CREATE TRIGGER full BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
        with closing(sqlite3.connect(day.config.paths.database, isolation_level=None)) as elsewhere:
            elsewhere.execute(full)
            assert (await day.turn()).outcome is JobOutcome.FAILED
            elsewhere.execute("DROP TRIGGER full")
        rows = await day.stores.database.fetch(f"SELECT count(*) FROM {table}")
        assert rows == [(0,)]
        await day.turn()

        assert await day.wrong(MASTERS if table != "readings" else MASTERS[1:], RELEASES) == []


async def test_who_writes_for_a_moment_is_waited_for(tmp_path: Path) -> None:
    async with fact_day(tmp_path, records(MANY)) as day:
        path = day.config.paths.database
        with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as elsewhere:
            turning = asyncio.create_task(day.turn())
            await until(lambda: day.asked["master"] >= 2)
            await asyncio.to_thread(elsewhere.execute, "BEGIN IMMEDIATE")
            await asyncio.sleep(0.05)
            elsewhere.execute("ROLLBACK")
            assert (await turning).outcome is JobOutcome.DONE

        assert await day.wrong(MASTERS, RELEASES) == []


async def test_a_limit_that_others_have_used_up_is_waited_for_without_a_refusal(tmp_path: Path) -> None:
    async with fact_day(tmp_path, records(MANY)) as day:
        window = day.world.limits.window("", authenticated=True)
        for _ in range(50):
            window.take()
        report = await day.turn()

        assert report.outcome is JobOutcome.DONE
        assert day.world.counts.refusals == 0
        assert await day.wrong(MASTERS, RELEASES) == []
