"""The feed as it is kept: in its order, by account and shelf, and with what others' syncs change."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import datetime, timedelta

from core.domain.account import Account
from core.domain.changes import Action, Change, Entry, Result, Who, diff, replayed, told
from core.domain.collection import Copy
from core.domain.ids import InstanceId, RunId, Shelf
from core.store.changes import ChangeRepository
from core.store.collections import CollectionRepository
from core.store.database import Database
from tests.core.domain.strategies import collections
from tests.factories import ADDED, make_account, make_copy, make_release

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import Raw
from msgspec.structs import replace

NUMBERS = itertools.count(900)
RUN = RunId("run")
LATER = timedelta(hours=1)

Copies = Mapping[InstanceId, Copy]


class Desk:
    """Some accounts and what is published of each."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.collections = CollectionRepository(database)
        self.changes = ChangeRepository(database)
        self.now = ADDED

    async def member(self) -> Account:
        account = make_account(next(NUMBERS))
        async with self.database.tx() as tx:
            await tx.execute(
                "INSERT INTO accounts (account_id, discogs_id, username, connected_at, active_at)"
                " VALUES (?, ?, ?, '', '')",
                (account.id, account.discogs_id, account.username),
            )
        return account

    async def here(self, account: Account, shelf: Shelf = Shelf.COLLECTION) -> dict[InstanceId, Copy]:
        return {copy.instance_id: copy for copy in (await self.collections.load(account.id, shelf)).copies}

    async def publish(self, account: Account, arrived: Copies, shelf: Shelf = Shelf.COLLECTION) -> None:
        """As a run does."""
        before = await self.here(account, shelf)
        changes = diff(before, arrived)
        self.now += LATER
        async with self.database.tx() as tx:
            edited = await self.collections.apply(tx, account.id, changes, shelf)
            await self.changes.record(tx, account.id, shelf, RUN, self.now, told(before, changes, texts=False))
            for (holder, where), edits in edited.items():
                run = RUN if (holder, where) == (account.id, shelf) else None
                await self.changes.record(tx, holder, where, run, self.now, edits)

    async def replayed(self, account: Account, shelf: Shelf = Shelf.COLLECTION) -> dict[InstanceId, Copy]:
        """From nothing to the last state."""
        feed = await self.changes.since(account.id, shelf=shelf)
        return replayed({}, (entry.change for entry in reversed(feed)))


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


def by_number(*copies: Copy) -> dict[InstanceId, Copy]:
    return {copy.instance_id: copy for copy in copies}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=settings().max_examples // 2)
@given(
    steps=st.lists(
        st.tuples(st.sampled_from([0, 1]), st.sampled_from(Shelf), collections(st.integers(1, 5))), max_size=4
    )
)
async def test_whoever_publishes_what_and_whosever_releases_that_edits_each_feed_replays(
    database: Database, steps: list[tuple[int, Shelf, Copies]]
) -> None:
    desk = Desk(database)
    members = [await desk.member(), await desk.member()]
    for who, shelf, arrived in steps:
        await desk.publish(members[who], arrived, shelf)

    for member in members:
        for shelf in Shelf:
            assert await desk.replayed(member, shelf) == await desk.here(member, shelf)


async def test_a_text_that_another_account_s_sync_brings_is_told_to_everybody_who_has_the_release(desk: Desk) -> None:
    mine, other = await desk.member(), await desk.member()
    before, after = make_release(7, "Kingston Echoes"), make_release(7, "Dub Echoes")
    await desk.publish(mine, by_number(make_copy(1, before), make_copy(2, before), make_copy(3)))
    await desk.publish(mine, by_number(make_copy(7, before, folder_id=None)), Shelf.WANTLIST)
    await desk.publish(other, by_number(make_copy(1, after)))

    assert (await desk.here(mine))[InstanceId(1)].release.title == "Dub Echoes"
    edits = await desk.changes.since(mine.id, desk.now)
    assert {(entry.shelf, entry.change.instance_id) for entry in edits} == {
        (Shelf.COLLECTION, 1),
        (Shelf.COLLECTION, 2),
        (Shelf.WANTLIST, 7),
    }
    assert {(entry.run, entry.change.action, entry.change.who) for entry in edits} == {
        (None, Action.EDITED, Who.DISCOGS)
    }
    for shelf in Shelf:
        assert await desk.replayed(mine, shelf) == await desk.here(mine, shelf)


async def test_copies_of_one_release_that_were_read_before_and_after_its_edit_replay(desk: Desk) -> None:
    """The edit came between two pages: of one release there is one text, the last that was read."""
    member = await desk.member()
    before, after = make_release(7, "Kingston Echoes"), make_release(7, "Dub Echoes")

    await desk.publish(member, by_number(make_copy(1, before), make_copy(2, after)))
    assert await desk.replayed(member) == await desk.here(member)

    await desk.publish(member, by_number(make_copy(1, after), make_copy(2, before, rating=5), make_copy(3, after)))
    assert await desk.replayed(member) == await desk.here(member)


async def test_a_copy_that_goes_and_comes_again_is_told_as_often(desk: Desk) -> None:
    member = await desk.member()
    one = make_copy(1, fields={3: "Signed"})
    for arrived in (by_number(one), {}, by_number(one)):
        await desk.publish(member, arrived)
        assert await desk.replayed(member) == await desk.here(member)

    feed = await desk.changes.since(member.id)
    assert [entry.change.action for entry in feed] == [Action.ADDED, Action.REMOVED, Action.ADDED]


async def test_the_newest_come_first_and_no_more_of_them_than_were_asked_for(desk: Desk) -> None:
    member, other = await desk.member(), await desk.member()
    for number in range(1, 5):
        await desk.publish(member, by_number(*(make_copy(one) for one in range(1, number + 1))))
        await desk.publish(other, by_number(make_copy(90 + number)))

    async def told_of(**which: object) -> list[int | None]:
        return [entry.change.instance_id for entry in await desk.changes.since(member.id, **which)]  # type: ignore[arg-type]

    assert await told_of() == [4, 3, 2, 1]
    assert await told_of(limit=2) == [4, 3]
    assert await told_of(limit=0) == []
    assert await told_of(moment=ADDED + 5 * LATER) == [4, 3]
    assert await told_of(shelf=Shelf.WANTLIST) == []


@pytest.mark.parametrize(
    "change",
    [
        Change(Action.FIRST, after=Raw(b'{"copies":3}')),
        Change(
            Action.RATED,
            InstanceId(1),
            make_release(7).id,
            Raw(b'{"rating":null}'),
            Raw(b'{"rating":5}'),
            Who.PERSON,
            Result.CONFLICT,
            "it was rated meanwhile",
        ),
    ],
)
async def test_a_row_comes_back_as_it_was_written(desk: Desk, change: Change) -> None:
    member, at = await desk.member(), datetime.fromisoformat("2026-11-03T20:16:00.123456+00:00")
    async with desk.database.tx() as tx:
        await desk.changes.record(tx, member.id, Shelf.WANTLIST, None, at, [change])

    (entry,) = await desk.changes.since(member.id)

    assert entry == Entry(entry.number, at, Shelf.WANTLIST, None, change)


async def test_the_feed_goes_with_its_account(desk: Desk) -> None:
    member, other = await desk.member(), await desk.member()
    for account in (member, other):
        await desk.publish(account, by_number(make_copy(1), replace(make_copy(2), rating=4)))

    async with desk.database.tx() as tx:
        await tx.execute("DELETE FROM accounts WHERE account_id = ?", (member.id,))

    assert await desk.changes.since(member.id) == ()
    assert len(await desk.changes.since(other.id)) == 2


async def test_a_damaged_release_is_mended_by_whoever_reads_it_and_nobody_says_what_it_was(desk: Desk) -> None:
    mine, other = await desk.member(), await desk.member()
    await desk.publish(mine, by_number(make_copy(1, make_release(7, "Kingston Echoes"))))
    async with desk.database.tx() as tx:
        await tx.execute("UPDATE releases SET body = x'7b22696422' WHERE release_id = 7")

    await desk.publish(other, by_number(make_copy(1, make_release(7, "Kingston Echoes"))))

    assert (await desk.here(mine))[InstanceId(1)].release.title == "Kingston Echoes"
    assert await desk.replayed(mine) == await desk.here(mine)
