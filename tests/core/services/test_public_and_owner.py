"""One member, read as anybody and by their owner: the owner's copy is the better one, and nothing makes it poorer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from core.domain.account import Access
from core.domain.progress import SyncOutcome
from core.errors import OwnersCopyHere
from tests.core.services.anybody import FOR_EVER, evening
from tests.stand_in import holding_of, owned

import pytest


async def test_where_the_owner_s_copy_is_nobody_else_s_takes_its_place(tmp_path: Path) -> None:
    async with evening(tmp_path, holding_of(owned(1, folder_id=4))) as tonight:
        mine = await tonight.core.connect.with_token(tonight.sandbox.token)
        await tonight.sync(mine)
        for left in (False, True):
            if left:
                await tonight.core.leaving.disconnect(mine)
            with pytest.raises(OwnersCopyHere) as refused:
                await tonight.joined()
            assert refused.value == OwnersCopyHere(username="collector")
        assert {copy.folder_id for copy in (await tonight.core.library.collection(mine)).copies} == {4}


async def test_the_owner_s_token_makes_the_same_account_the_owner_s(tmp_path: Path) -> None:
    held = holding_of(owned(1, folder_id=4, notes=((3, "mine"),)), owned(2))
    async with evening(tmp_path, held) as tonight:
        public = await tonight.joined()
        await tonight.sync(public)

        mine = await tonight.core.connect.with_token(tonight.sandbox.token)
        report = await tonight.sync(mine)
        copies = {int(copy.instance_id): copy for copy in (await tonight.core.library.collection(mine)).copies}

        assert (mine.id, mine.connected_at, mine.access) == (public.id, public.connected_at, Access.OWNER)
        assert [one.id for one in await tonight.core.library.accounts()] == [mine.id]
        assert (report.outcome, report.changed, report.problems) == (SyncOutcome.DONE, 2, ())
        assert (copies[1].folder_id, copies[1].notes) == (4, "mine")


async def test_pages_that_were_read_as_anybody_are_not_published_as_the_owner_s(tmp_path: Path) -> None:
    held = holding_of(*(replace(owned(number), folder_id=4, notes=((3, "mine"),)) for number in range(1, 251)))
    async with evening(tmp_path, held) as tonight:
        public = await tonight.joined()
        tonight.sandbox.world.faults.add("502", route="collection", page=3, times=FOR_EVER)
        stopped = await tonight.sync(public)
        assert stopped.outcome is SyncOutcome.FAILED
        tonight.sandbox.world.faults.clear()

        mine = await tonight.core.connect.with_token(tonight.sandbox.token)
        report = await tonight.sync(mine)
        collection = await tonight.core.library.collection(mine)

        assert (report.outcome, report.copies) == (SyncOutcome.DONE, 250)
        assert {copy.folder_id for copy in collection.copies} == {4}
        assert {copy.notes for copy in collection.copies} == {"mine"}


async def test_a_terminal_that_was_opened_before_the_owner_connected_spoils_nothing(tmp_path: Path) -> None:
    """It still holds the account as it was read before, as anybody's."""
    held = holding_of(*(owned(number, folder_id=4, notes=((3, "mine"),)) for number in (1, 2)))
    async with evening(tmp_path, held) as tonight:
        as_anybody = await tonight.joined()
        await tonight.sync(as_anybody)
        await tonight.sync(await tonight.core.connect.with_token(tonight.sandbox.token))

        report = await tonight.sync(as_anybody)

        copies = (await tonight.core.library.collection(as_anybody)).copies
        assert {(copy.folder_id, copy.notes) for copy in copies} == {(4, "mine")}
        # It is synced as its owner's now.
        assert (report.outcome, report.problems) == (SyncOutcome.DONE, ())


async def test_who_joins_as_anybody_while_the_owner_connects_does_not_take_their_place(tmp_path: Path) -> None:
    """There may be a question between the name and the joining, and somebody else in another terminal."""
    async with evening(tmp_path, holding_of(owned(1, folder_id=4))) as tonight:
        newcomer = await tonight.core.connect.by_public_name("collector")
        mine = await tonight.core.connect.with_token(tonight.sandbox.token)
        await tonight.sync(mine)

        with pytest.raises(OwnersCopyHere):
            await tonight.core.connect.join(newcomer)

        now = await tonight.core.library.account()
        assert now is not None
        assert (now.id, now.access) == (mine.id, Access.OWNER)
        assert (await tonight.sync(now)).problems == ()
