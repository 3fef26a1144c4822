"""Runs keep the pages they bring until they are over."""

from __future__ import annotations

from datetime import timedelta

from core.domain.ids import InstanceId, RunId
from core.domain.progress import SyncOutcome, SyncReport
from core.domain.walk import CollectionPage, UnreadableRow
from core.errors import Unavailable, WalkIncomplete
from core.store.database import Database
from core.store.runs import RunRepository
from tests.factories import ADDED, make_account, make_copy

import pytest

RUN, OTHER = RunId("run"), RunId("other")


@pytest.fixture
async def runs(database: Database) -> RunRepository:
    """Two runs of one account have begun."""
    account = make_account()
    repository = RunRepository(database)
    async with database.tx() as tx:
        await tx.execute("INSERT INTO accounts VALUES (?, 1, 'me', NULL, '', '', NULL)", [account.id])
        await repository.start(tx, RUN, account.id, ADDED)
        await repository.start(tx, OTHER, account.id, ADDED)
    return repository


def page(number: int, *instances: int) -> CollectionPage:
    return CollectionPage(
        number=number,
        pages=3,
        told=5,
        rows=tuple(make_copy(instance, fields={1: "Mint (M)"}) for instance in instances),
        unreadable=(UnreadableRow("why"), UnreadableRow("why", InstanceId(9))),
        anonymous_limit=number == 2,
    )


async def test_pages_come_back_in_their_order_and_whole(runs: RunRepository, database: Database) -> None:
    first, second, third = page(1, 1, 2), page(2, 3, 4), page(3, 5)
    async with database.tx() as tx:
        for number, arrived in ((3, third), (1, first), (2, second)):
            await runs.stage(tx, RUN, number, arrived)
        await runs.stage(tx, OTHER, 1, page(1, 8))

    assert await runs.staged(RUN) == [first, second, third]


async def test_a_page_that_is_read_again_takes_its_own_place(runs: RunRepository, database: Database) -> None:
    """By the number that was asked for: an answer may name another one."""
    async with database.tx() as tx:
        await runs.stage(tx, RUN, 2, page(1, 1))
        await runs.stage(tx, RUN, 2, page(2, 3))

    assert await runs.staged(RUN) == [page(2, 3)]


async def test_a_run_that_is_over_lets_go_of_its_pages_and_keeps_how_it_ended(
    runs: RunRepository, database: Database
) -> None:
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
        await runs.stage(tx, RUN, 1, page(1, 1))
        await runs.stage(tx, OTHER, 1, page(1, 1))
        await runs.close(tx, RUN, report, ADDED + timedelta(minutes=1))

    assert await runs.staged(RUN) == []
    assert await runs.staged(OTHER) == [page(1, 1)]
    row = await database.fetch(
        "SELECT outcome, reason, added, changed, removed, skipped, requests, finished_at FROM sync_runs"
        " WHERE run_id = ?",
        [RUN],
    )
    assert row == [
        (
            "incomplete",
            "WalkIncomplete(told=5, seen=4); Unavailable(status=502)",
            1,
            2,
            3,
            4,
            5,
            "2024-05-11T18:30:49+00:00",
        )
    ]
    assert await database.fetch("SELECT finished_at, reason FROM sync_runs WHERE run_id = ?", [OTHER]) == [(None, None)]
