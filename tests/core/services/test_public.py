"""A public collection, read as anybody: whom it can be joined for, what it costs, and what becomes of what is gone."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from core.app import open_core
from core.domain.account import Access
from core.domain.progress import SyncOutcome, Word
from core.errors import (
    ApplicationRefused,
    CollectionPrivate,
    CopiesUnconfirmed,
    NeedsYourWord,
    NoSuchMember,
    Unavailable,
)
from core.sandbox.holding import Holding
from core.sandbox.server import serve
from core.sandbox.world import World
from tests.browser import application
from tests.core.services.anybody import FOR_EVER, evening
from tests.fakes import FakeClock
from tests.stand_in import config_for, holding_of, many, owned

import pytest


def rows(numbers: Iterable[int]) -> Holding:
    return holding_of(*(owned(number) for number in numbers))


async def test_a_member_is_joined_by_name_and_read_as_anybody(tmp_path: Path) -> None:
    held = holding_of(owned(1, folder_id=4, rating=5, notes=((3, "private"),)), owned(2, 1), owned(3))
    async with evening(tmp_path, held) as tonight:
        account = await tonight.joined("  COLLECTOR ")
        report = await tonight.sync(account)
        collection = await tonight.core.library.collection(account)

        assert (account.username, account.discogs_id) == ("collector", tonight.sandbox.user_id)
        assert account.access is Access.PUBLIC
        assert (await tonight.core.library.accounts())[0].last_sync_at is not None
        assert (report.outcome, report.copies, report.problems) == (SyncOutcome.DONE, 3, ())
        assert {copy.folder_id for copy in collection.copies} == {None}
        assert "private" not in repr(collection)
        assert set(tonight.sandbox.world.counts.callers) == {"anonymous"}
        assert not (tmp_path / "secret.key").exists()


async def test_no_minute_sees_more_than_25_requests_and_none_is_refused(tmp_path: Path) -> None:
    async with evening(tmp_path, many(3_000)) as tonight:
        account = await tonight.joined()
        report = await tonight.sync(account)
        counts = tonight.sandbox.world.counts
    assert (report.outcome, report.copies) == (SyncOutcome.DONE, 3_000)
    assert counts.refusals == 0
    assert counts.busiest_minute <= 25 < counts.total


async def test_with_an_application_a_public_collection_is_read_at_a_member_s_speed(tmp_path: Path) -> None:
    clock = FakeClock(datetime.now(UTC))
    async with (
        serve(World(many(3_000), clock=lambda: clock.now().timestamp())) as sandbox,
        open_core(config_for(tmp_path, sandbox, **application(sandbox)), clock=clock) as core,
    ):
        account = await core.connect.join(await core.connect.by_public_name("collector"))
        report = await core.sync.run(account, lambda _event: None)
    assert (report.outcome, report.copies, report.problems) == (SyncOutcome.DONE, 3_000, ())
    assert sandbox.world.counts.refusals == 0
    assert sandbox.world.counts.callers.keys() == {"key and secret"}
    assert 25 < sandbox.world.counts.busiest_minute <= 60


async def test_a_member_that_nobody_knows_is_told_by_the_name(tmp_path: Path) -> None:
    async with evening(tmp_path, many(1)) as tonight:
        with pytest.raises(NoSuchMember) as unknown:
            await tonight.joined(" nobody/../x? ")
        assert unknown.value == NoSuchMember(username="nobody/../x?")
        assert await tonight.core.library.accounts() == ()


async def test_a_private_collection_is_not_joined(tmp_path: Path) -> None:
    async with evening(tmp_path, many(1)) as tonight:
        tonight.sandbox.world.set_public(collection=False)
        with pytest.raises(CollectionPrivate) as private:
            await tonight.joined()
        assert private.value == CollectionPrivate(username="collector")
        assert await tonight.core.library.accounts() == ()


async def test_a_bad_day_of_discogs_is_no_private_collection(tmp_path: Path) -> None:
    async with evening(tmp_path, many(1)) as tonight:
        tonight.sandbox.world.faults.add("502", route="collection", times=FOR_EVER)
        with pytest.raises(Unavailable):
            await tonight.joined()


async def test_a_public_collection_that_was_left_can_be_joined_again(tmp_path: Path) -> None:
    async with evening(tmp_path, many(3)) as tonight:
        account = await tonight.joined()
        await tonight.sync(account)
        await tonight.core.leaving.disconnect(account)

        again = await tonight.joined()

        assert (again.id, again.access) == (account.id, Access.PUBLIC)
        assert await tonight.here(again) == {1, 2, 3}


async def test_joining_twice_is_one_account(tmp_path: Path) -> None:
    async with evening(tmp_path, many(3)) as tonight:
        account = await tonight.joined()
        await tonight.sync(account)
        tonight.clock.advance(60)
        again = await tonight.joined()
        assert (again.id, again.connected_at) == (account.id, account.connected_at)
        assert await tonight.core.library.accounts() == (again,)


@pytest.mark.parametrize("refused", ["folders", "fields"])
async def test_folders_and_fields_that_are_not_shown_are_no_problem(tmp_path: Path, refused: str) -> None:
    async with evening(tmp_path, many(3)) as tonight:
        account = await tonight.joined()
        tonight.sandbox.world.faults.add("revoked token", route=refused, times=FOR_EVER)
        report = await tonight.sync(account)
    assert (report.outcome, report.copies, report.problems) == (SyncOutcome.DONE, 3, ())


async def test_a_collection_that_has_become_private_fails_and_stays_readable(tmp_path: Path) -> None:
    async with evening(tmp_path, many(3)) as tonight:
        account = await tonight.joined()
        await tonight.sync(account)
        tonight.sandbox.world.set_public(collection=False)

        report = await tonight.sync(account)

        assert (report.outcome, report.copies) == (SyncOutcome.FAILED, 3)
        assert report.problems == (CollectionPrivate(username="collector"),)
        assert await tonight.here(account) == {1, 2, 3}
        tonight.sandbox.world.set_public()
        assert (await tonight.sync(account)).problems == ()


async def test_what_is_gone_is_confirmed_by_a_second_walk_in_another_order_and_not_by_single_reads(
    tmp_path: Path,
) -> None:
    async with evening(tmp_path, many(250)) as tonight:
        account = await tonight.joined()
        await tonight.sync(account)
        tonight.own(rows(range(3, 251)))
        tonight.sandbox.world.counts.reset()

        report = await tonight.sync(account)

        assert (report.outcome, report.removed, report.problems) == (SyncOutcome.DONE, 2, ())
        assert await tonight.here(account) == set(range(3, 251))
        # The newest, three pages by date, three by label.
        assert (tonight.asked("collection"), tonight.asked("by_release")) == (1 + 3 + 3, 0)


async def test_a_copy_that_the_second_walk_sees_stays(tmp_path: Path) -> None:
    """One goes and one comes while it is read: as many are seen as are told of, and one of them is not seen."""
    one_by_one = (owned(one, date_added=f"2022-05-11T{one // 60:02}:{one % 60:02}:00-07:00") for one in range(1, 251))
    async with evening(tmp_path, holding_of(*one_by_one)) as tonight:
        account = await tonight.joined()
        await tonight.sync(account)
        world = tonight.sandbox.world
        for page in (2, 3):
            world.faults.add("hang", route="collection", page=page)
        running = asyncio.create_task(tonight.sync(account))
        while world.faults.left:
            await asyncio.sleep(0.01)
        world.website.remove(1)
        (new,) = world.website.add()
        world.faults.release()
        world.counts.reset()
        report = await running

        assert (report.outcome, report.added, report.removed) == (SyncOutcome.DONE, 1, 0)
        assert await tonight.here(account) == {*range(1, 251), new}
        assert tonight.asked("collection") == 3
        # It was on the first page, before it went.
        assert (await tonight.sync(account)).removed == 1


async def test_a_second_walk_that_comes_short_removes_nothing(tmp_path: Path) -> None:
    async with evening(tmp_path, many(250)) as tonight:
        account = await tonight.joined()
        await tonight.sync(account)
        tonight.own(rows(range(3, 251)))
        tonight.sandbox.world.faults.add("short page", route="collection", page=3, times=FOR_EVER)

        report = await tonight.sync(account)

        assert (report.outcome, report.removed) == (SyncOutcome.INCOMPLETE, 0)
        assert report.problems == (CopiesUnconfirmed(count=2),)
        assert await tonight.here(account) == set(range(1, 251))


async def test_much_that_is_gone_waits_for_a_word_here_too(tmp_path: Path) -> None:
    async with evening(tmp_path, many(50)) as tonight:
        account = await tonight.joined()
        await tonight.sync(account)
        tonight.own(many(20))

        report = await tonight.sync(account)
        assert (report.outcome, report.problems) == (SyncOutcome.NEEDS_WORD, (NeedsYourWord(missing=30, here=50),))
        accepted = await tonight.sync(account, Word.ACCEPT)
        assert (accepted.outcome, accepted.removed, accepted.copies) == (SyncOutcome.DONE, 30, 20)
        assert tonight.asked("by_release") == 0


async def test_an_application_that_discogs_refuses_is_no_private_collection(tmp_path: Path) -> None:
    async with evening(tmp_path, many(3)) as tonight:
        account = await tonight.joined()
        config = config_for(tmp_path, tonight.sandbox, **application(tonight.sandbox, key="another"))
        async with open_core(config, clock=tonight.clock) as core:
            report = await core.sync.run(account, lambda _event: None)
            assert report.outcome is SyncOutcome.FAILED
            assert [type(problem) for problem in report.problems] == [ApplicationRefused]
            with pytest.raises(ApplicationRefused):
                await core.connect.by_public_name("collector")
