"""The feed as it is kept: never rewritten, read from the newest on, as much of it as is asked for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone

from core.domain.changes import Action, Change, Entry, Result, Who
from core.domain.ids import InstanceId, ReleaseId, RunId, Shelf
from core.store.changes import ChangeRepository
from core.store.database import Database
from tests.factories import ADDED, make_account

import pytest
from msgspec import Raw

ACCOUNT, OTHER = make_account(1).id, make_account(2).id
ACTIONS = (Action.FIRST, Action.ADDED, Action.RATED, Action.PICTURED, Action.REMOVED, Action.ADDED)


@pytest.fixture
async def feed(database: Database) -> ChangeRepository:
    """Six changes, an hour between them, every second one of the wantlist; and one of somebody else."""
    repository = ChangeRepository(database)
    async with database.tx() as tx:
        for number, account in enumerate((ACCOUNT, OTHER)):
            await tx.execute(
                "INSERT INTO accounts (account_id, discogs_id, username, connected_at, active_at)"
                " VALUES (?, ?, 'me', '', '')",
                [account, number],
            )
        for number, action in enumerate(ACTIONS):
            shelf = list(Shelf)[number % 2]
            await repository.record(tx, ACCOUNT, shelf, None, ADDED + timedelta(hours=number), [Change(action)])
        await repository.record(tx, OTHER, Shelf.COLLECTION, None, ADDED, [Change(Action.KEPT)])
    return repository


def numbers(entries: Iterable[Entry]) -> list[int]:
    return [entry.number for entry in entries]


async def test_the_newest_comes_first_and_nobody_elses(feed: ChangeRepository) -> None:
    assert numbers(await feed.since(ACCOUNT)) == [6, 5, 4, 3, 2, 1]
    assert [entry.change.action for entry in await feed.since(OTHER)] == [Action.KEPT]


async def test_a_row_comes_back_as_it_was_written(feed: ChangeRepository, database: Database) -> None:
    change = Change(
        Action.GRADED,
        InstanceId(7),
        ReleaseId(8),
        Raw(b'{"rating":1}'),
        Raw(b'{"rating":2}'),
        Who.JOB,
        Result.CONFLICT,
        "why",
    )
    async with database.tx() as tx:
        await feed.record(tx, ACCOUNT, Shelf.WANTLIST, RunId("run"), ADDED, [change])
    (newest,) = await feed.since(ACCOUNT, limit=1)
    assert (newest.at, newest.shelf, newest.run, newest.release) == (ADDED, Shelf.WANTLIST, "run", None)
    assert (bytes(newest.change.before or b""), bytes(newest.change.after or b"")) == (b'{"rating":1}', b'{"rating":2}')
    assert (newest.change.who, newest.change.result, newest.change.reason) == (Who.JOB, Result.CONFLICT, "why")


async def test_a_long_feed_is_read_part_by_part(feed: ChangeRepository) -> None:
    read: list[int] = []
    while found := await feed.since(ACCOUNT, limit=4, older_than=read[-1] if read else None):
        read += numbers(found)
    assert read == [6, 5, 4, 3, 2, 1]


async def test_only_some_shelf_and_some_actions_are_read(feed: ChangeRepository) -> None:
    assert numbers(await feed.since(ACCOUNT, shelf=Shelf.WANTLIST)) == [6, 4, 2]
    added = {Action.ADDED, Action.FIRST}
    assert numbers(await feed.since(ACCOUNT, actions=added)) == [6, 2, 1]
    assert numbers(await feed.since(ACCOUNT, shelf=Shelf.WANTLIST, actions=added, limit=1, older_than=6)) == [2]


@pytest.mark.parametrize(
    "zone", [UTC, timezone(timedelta(hours=14)), timezone(timedelta(hours=-11, minutes=-30))], ids=str
)
async def test_a_moment_is_the_same_in_every_time_zone(feed: ChangeRepository, zone: timezone) -> None:
    moment: datetime = (ADDED + timedelta(hours=4)).astimezone(zone)
    assert numbers(await feed.since(ACCOUNT, moment)) == [6, 5]
    assert numbers(await feed.since(ACCOUNT, moment + timedelta(microseconds=1))) == [6]
