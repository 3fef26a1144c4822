"""Runs keep the pages they bring; what was stopped is there for the next run, for half an hour."""

from __future__ import annotations

from datetime import timedelta

from core.domain.ids import InstanceId, RunId
from core.domain.progress import SyncOutcome, SyncReport
from core.domain.walk import CollectionPage, Newest, Order, UnreadableRow
from core.errors import Unavailable, WalkIncomplete
from core.store.database import Database
from core.store.runs import RunRepository
from tests.factories import ADDED, make_account, make_copy

import pytest

ACCOUNT = make_account().id
RUN, NEXT = RunId("run"), RunId("next")
NEWEST = Newest(5, ((InstanceId(5), "2024-05-11", 77),))
CANCELLED = SyncReport(SyncOutcome.CANCELLED, 0, 0)


@pytest.fixture
async def runs(database: Database) -> RunRepository:
    """A run of an account has begun."""
    repository = RunRepository(database)
    async with database.tx() as tx:
        await tx.execute(
            "INSERT INTO accounts (account_id, discogs_id, username, connected_at, active_at)"
            " VALUES (?, 1, 'me', '', '')",
            [ACCOUNT],
        )
        await repository.start(tx, RUN, ACCOUNT, ADDED)
    return repository


def page(number: int, *instances: int) -> CollectionPage:
    return CollectionPage(
        number=number,
        told=5,
        rows=tuple(make_copy(instance, fields={1: "Mint (M)"}) for instance in instances),
        unreadable=(UnreadableRow("why", raw=b'{"\xff'), UnreadableRow("why", InstanceId(9), b"{}")),
        anonymous_limit=number == 2,
    )


async def test_pages_come_back_whole_by_order_and_by_the_number_that_was_asked_for(
    runs: RunRepository, database: Database
) -> None:
    async with database.tx() as tx:
        for number in (3, 1, 2):
            await runs.stage(tx, RUN, Order.ADDED, number, page(number, number), ADDED)
        await runs.stage(tx, RUN, Order.LABEL, 1, page(1, 7), ADDED)
        await runs.stage(tx, RUN, Order.ADDED, 2, page(1, 8), ADDED)

    assert await runs.staged(RUN) == {
        Order.ADDED: {1: page(1, 1), 2: page(1, 8), 3: page(3, 3)},
        Order.LABEL: {1: page(1, 7)},
    }


async def test_a_damaged_page_is_as_good_as_none(runs: RunRepository, database: Database) -> None:
    async with database.tx() as tx:
        await runs.stage(tx, RUN, Order.ADDED, 1, page(1, 1), ADDED)
        await runs.stage(tx, RUN, Order.ADDED, 2, page(2, 2), ADDED)
        await tx.execute("UPDATE staged_pages SET body = X'7B' WHERE page = 1")

    assert await runs.staged(RUN) == {Order.ADDED: {2: page(2, 2)}, Order.LABEL: {}}


async def _stopped(runs: RunRepository, database: Database, *, closed: bool) -> None:
    async with database.tx() as tx:
        await runs.note_newest(tx, RUN, NEWEST)
        await runs.stage(tx, RUN, Order.ADDED, 1, page(1, 1), ADDED)
        if closed:
            await runs.close(tx, RUN, CANCELLED, ADDED)


@pytest.mark.parametrize("closed", [True, False], ids=["stopped", "crashed"])
async def test_the_pages_of_a_run_that_ended_early_go_to_the_next_one_within_half_an_hour(
    runs: RunRepository, database: Database, closed: bool
) -> None:
    await _stopped(runs, database, closed=closed)
    async with database.tx() as tx:
        await runs.start(tx, NEXT, ACCOUNT, ADDED + timedelta(minutes=30))
        assert await runs.adopt(tx, NEXT, ACCOUNT) == NEWEST

    assert (await runs.staged(NEXT))[Order.ADDED] == {1: page(1, 1)}
    assert not any((await runs.staged(RUN)).values())
    assert await runs.latest_staged(ACCOUNT) == NEXT


@pytest.mark.parametrize("closed", [True, False], ids=["stopped", "crashed"])
async def test_after_half_an_hour_they_are_gone(runs: RunRepository, database: Database, closed: bool) -> None:
    await _stopped(runs, database, closed=closed)
    async with database.tx() as tx:
        await runs.start(tx, NEXT, ACCOUNT, ADDED + timedelta(minutes=30, seconds=1))
        assert await runs.adopt(tx, NEXT, ACCOUNT) is None

    assert await database.fetch("SELECT count(*) FROM staged_pages") == [(0,)]


async def test_a_run_of_which_nobody_knows_when_it_began_is_not_gone_on_with(
    runs: RunRepository, database: Database
) -> None:
    async with database.tx() as tx:
        await runs.stage(tx, RUN, Order.ADDED, 1, page(1, 1), ADDED)
        await runs.start(tx, NEXT, ACCOUNT, ADDED)
        assert await runs.adopt(tx, NEXT, ACCOUNT) is None

    assert not any((await runs.staged(NEXT)).values())


async def test_a_run_that_nobody_closed_has_crashed_when_the_next_begins(
    runs: RunRepository, database: Database
) -> None:
    async with database.tx() as tx:
        await runs.start(tx, NEXT, ACCOUNT, ADDED)

    assert await database.fetch("SELECT run_id, outcome FROM sync_runs ORDER BY outcome DESC") == [
        (RUN, "crashed"),
        (NEXT, None),
    ]
    assert await runs.ended(RUN) is None
    assert await runs.ended(NEXT) is None


async def test_how_a_run_ended_is_kept(runs: RunRepository, database: Database) -> None:
    report = SyncReport(
        SyncOutcome.INCOMPLETE,
        7,
        6,
        added=1,
        changed=2,
        removed=3,
        skipped=4,
        requests=5,
        problems=(WalkIncomplete(told=5, seen=4), Unavailable(status=502)),
    )
    async with database.tx() as tx:
        await runs.close(tx, RUN, report, ADDED + timedelta(minutes=1))

    row = await database.fetch("SELECT outcome, reason, finished_at FROM sync_runs")
    assert row == [
        (
            "incomplete",
            '[["WalkIncomplete",{"told":5,"seen":4}],["Unavailable",{"status":502}]]',
            "2024-05-11T18:30:49+00:00",
        )
    ]
    assert await runs.ended(RUN) == SyncReport(
        SyncOutcome.INCOMPLETE, 0, 0, added=1, changed=2, removed=3, skipped=4, requests=5
    )
