"""Who connects over what they have imported sees nothing twice; what is nobody's on Discogs stays where it is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from core.domain.account import Access
from core.domain.changes import Action, Who
from core.domain.ids import Shelf
from core.domain.progress import SyncOutcome, SyncReport
from core.errors import (
    BothFromFiles,
    ChangedMeanwhile,
    LocalNotPaired,
    LocalPaired,
    NoSuchAccount,
    NoSuchLocal,
    NotSyncedYet,
    RunoutError,
)
from core.sandbox.holding import Copy, Folder
from core.sandbox.readers import read_collection
from tests.core.services.test_importing import COLLECTIONS, account, brought, collection, file_of
from tests.exports import Row, row
from tests.stand_in import Evening, evening, holding_of, owned

import pytest

REAL = COLLECTIONS / "collector_a" / "collection.csv"
DAY = "2024-05-11T11:29:49-07:00"


def said(report: SyncReport) -> tuple[RunoutError, ...]:
    return tuple(one for one in report.problems if isinstance(one, LocalPaired | LocalNotPaired))


def theirs(*releases: int, folder: int = 1) -> list[Copy]:
    return [owned(1_000 + at, release, folder_id=folder, date_added=DAY) for at, release in enumerate(releases)]


def rows(*releases: int) -> list[Row]:
    return [row(release, title=f"Version {release}") for release in releases]


async def names(tonight: Evening) -> dict[str, Access]:
    return {one.username: one.access for one in await tonight.core.library.accounts()}


async def test_a_real_collection_that_was_imported_is_its_owner_s_after_the_first_sync(tmp_path: Path) -> None:
    async with evening(tmp_path, read_collection(REAL)) as tonight:
        await brought(tonight.core, REAL, "mine")
        proposal_before = await names(tonight)
        report = await tonight.sync()

        assert proposal_before == {tonight.account.username: Access.OWNER, "mine": Access.LOCAL}
        assert report.outcome is SyncOutcome.DONE
        assert said(report) == (LocalPaired("mine", tonight.account.username, 316, 0),)
        assert await names(tonight) == {tonight.account.username: Access.OWNER}
        assert len((await tonight.collection()).copies) == 316


async def test_every_pair_of_a_real_collection_is_alike_in_everything(tmp_path: Path) -> None:
    """The stand-in reads the file by itself: two readers come to the same folders, grades and times."""
    async with evening(tmp_path, read_collection(REAL)) as tonight:
        await tonight.sync()
        await brought(tonight.core, REAL, "mine")
        proposal = await tonight.core.pairing.look("mine", tonight.account)

        assert len(proposal.pairing.pairs) == 316
        assert {pair.differs for pair in proposal.pairing.pairs} == {()}


async def test_what_finds_no_pair_stays_in_its_folder_and_is_told_of(tmp_path: Path) -> None:
    async with evening(tmp_path, holding_of(*theirs(1, 2, 2, 3))) as tonight:
        mine = [*rows(1, 2), row(8, folder="Attic"), row(9, title="X", folder="Attic")]
        await brought(tonight.core, file_of(tmp_path, *mine))
        report = await tonight.sync()
        local = await collection(tonight.core, "mine")
        feed = await tonight.core.history.changes(await account(tonight.core, "mine"))

        assert said(report) == (LocalPaired("mine", tonight.account.username, 2, 2),)
        assert sorted(copy.release.id for copy in local.copies) == [8, 9]
        assert [(folder.name, folder.count) for folder in local.folders] == [("Attic", 2)]
        removed = [entry.change for entry in feed if entry.change.action is Action.REMOVED]
        assert [(change.who, tonight.account.username in change.reason) for change in removed] == [(Who.JOB, True)] * 2
        assert len((await tonight.collection()).copies) == 4


async def test_it_is_told_once_and_stands_in_the_history(tmp_path: Path) -> None:
    async with evening(tmp_path, holding_of(*theirs(1, 2))) as tonight:
        await brought(tonight.core, file_of(tmp_path, *rows(1, 2, 3)))
        first, second = await tonight.sync(), await tonight.sync()
        (*_, oldest) = await tonight.core.history.runs(tonight.account)

        assert said(first) == oldest.problems == (LocalPaired("mine", tonight.account.username, 2, 1),)
        assert said(second) == ()


async def test_somebody_else_s_collection_is_left_alone(tmp_path: Path) -> None:
    async with evening(tmp_path, holding_of(*theirs(1, 2, 3))) as tonight:
        await brought(tonight.core, file_of(tmp_path, *rows(1, 10, 11, 12)))
        first, second = await tonight.sync(), await tonight.sync()

        assert said(first) == (LocalNotPaired("mine", tonight.account.username, 1, 4),)
        assert said(second) == ()
        assert len((await collection(tonight.core, "mine")).copies) == 4


async def test_of_a_collection_that_has_nothing_in_common_nothing_is_said(tmp_path: Path) -> None:
    async with evening(tmp_path, holding_of(*theirs(1, 2, 3))) as tonight:
        await brought(tonight.core, file_of(tmp_path, *rows(10, 11)))
        assert said(await tonight.sync()) == ()


async def test_only_a_complete_walk_pairs(tmp_path: Path) -> None:
    async with evening(tmp_path, holding_of(*theirs(1, 2))) as tonight:
        await brought(tonight.core, file_of(tmp_path, *rows(1, 2)))
        tonight.sandbox.world.faults.add("502", route="collection", times=1_000)
        failed = await tonight.sync()
        tonight.sandbox.world.faults.clear()
        again = await tonight.sync()

        assert (failed.outcome, said(failed)) == (SyncOutcome.FAILED, ())
        assert len(said(again)) == 1


async def test_a_wantlist_pairs_nothing(tmp_path: Path) -> None:
    async with evening(tmp_path, holding_of(*theirs(1))) as tonight:
        await brought(tonight.core, file_of(tmp_path, *rows(1)))
        report = await tonight.core.sync.run(tonight.account, lambda _event: None, shelf=Shelf.WANTLIST)

        assert said(report) == ()
        assert "mine" in await names(tonight)


async def test_what_is_imported_beside_a_synced_account_stays_until_it_is_said_otherwise(tmp_path: Path) -> None:
    async with evening(tmp_path, holding_of(*theirs(1, 2))) as tonight:
        await tonight.sync()
        await brought(tonight.core, file_of(tmp_path, *rows(1, 2)))
        assert said(await tonight.sync()) == ()
        assert len((await collection(tonight.core, "mine")).copies) == 2

        proposal = await tonight.core.pairing.look("MINE", tonight.account)
        done = await tonight.core.pairing.carry_out(proposal)

        assert done == LocalPaired("mine", tonight.account.username, 2, 0)
        with pytest.raises(NoSuchAccount):
            await account(tonight.core, "mine")


async def test_a_public_collection_takes_nothing_by_itself_for_it_shows_less(tmp_path: Path) -> None:
    async with evening(tmp_path, holding_of(*theirs(1, 2))) as tonight:
        core, name = tonight.core, tonight.account.username
        await core.leaving.delete(tonight.account)
        await brought(core, file_of(tmp_path, *rows(1, 2)))
        public = await core.connect.join(await core.connect.by_public_name(name))
        assert said(await core.sync.run(public, lambda _event: None)) == ()

        mine = await core.connect.with_token(tonight.sandbox.token)
        assert said(await core.sync.run(mine, lambda _event: None)) == (LocalPaired("mine", name, 2, 0),)


async def test_an_account_that_is_not_the_terminal_s_pairs_nothing_of_the_terminal_s(tmp_path: Path) -> None:
    async with evening(tmp_path, holding_of(*theirs(1, 2))) as tonight:
        await brought(tonight.core, file_of(tmp_path, *rows(1, 2)))
        async with tonight.core.importing._stores.database.tx() as tx:
            await tx.execute("DELETE FROM terminal_accounts WHERE account_id = ?", (tonight.account.id,))

        assert said(await tonight.sync()) == ()
        assert await names(tonight) == {"mine": Access.LOCAL}


async def test_a_newer_file_over_what_was_paired_brings_only_what_the_account_has_not(tmp_path: Path) -> None:
    async with evening(tmp_path, holding_of(*theirs(1, 2, 3))) as tonight:
        await brought(tonight.core, file_of(tmp_path, *rows(1, 2, 3, 8)))
        await tonight.sync()

        looked = await tonight.core.importing.look(file_of(tmp_path, *rows(1, 2, 3, 8, 9)))
        done = await brought(tonight.core, file_of(tmp_path, *rows(1, 2, 3, 8, 9)))

        assert (looked.paired, looked.preview.gone) == (3, ())
        assert (done.added, done.removed, done.copies) == (1, 0, 2)
        assert sorted(copy.release.id for copy in (await collection(tonight.core, "mine")).copies) == [8, 9]


async def test_what_changed_since_it_was_looked_at_is_not_paired(tmp_path: Path) -> None:
    async with evening(tmp_path, holding_of(*theirs(1, 2))) as tonight:
        await tonight.sync()
        await brought(tonight.core, file_of(tmp_path, *rows(1, 2)))
        of_local = await tonight.core.pairing.look("mine", tonight.account)
        await brought(tonight.core, file_of(tmp_path, *rows(1, 2, 3)))
        of_fetched = await tonight.core.pairing.look("mine", tonight.account)
        tonight.own(holding_of(*theirs(1, 2, 3)))
        await tonight.sync()

        for proposal in (of_local, of_fetched):
            with pytest.raises(ChangedMeanwhile):
                await tonight.core.pairing.carry_out(proposal)
        assert len((await collection(tonight.core, "mine")).copies) == 3


async def test_only_what_came_from_a_file_is_paired_and_only_with_a_complete_copy(tmp_path: Path) -> None:
    async with evening(tmp_path, holding_of(*theirs(1))) as tonight:
        await brought(tonight.core, file_of(tmp_path, *rows(1)))
        with pytest.raises(NotSyncedYet):
            await tonight.core.pairing.look("mine", tonight.account)
        with pytest.raises(BothFromFiles):
            await tonight.core.pairing.look("mine", await account(tonight.core, "mine"))
        with pytest.raises(NoSuchLocal) as refused:
            await tonight.core.pairing.look(tonight.account.username, tonight.account)
        assert refused.value.known == ("mine",)


async def test_copies_of_one_release_pair_with_those_that_lie_in_the_same_folder(tmp_path: Path) -> None:
    held = holding_of(*theirs(1, folder=7), *theirs(1, 2))
    numbered = tuple(replace(copy, instance_id=at) for at, copy in enumerate(held.copies, 1))
    held = replace(held, copies=numbered, folders=(Folder(1, "Uncategorized"), Folder(7, "Attic")))
    async with evening(tmp_path, held) as tonight:
        await tonight.sync()
        mine = [row(1, folder="Attic", title="Version 1"), *rows(1, 2)]
        await brought(tonight.core, file_of(tmp_path, *mine))
        pairing = (await tonight.core.pairing.look("mine", tonight.account)).pairing

        assert len(pairing.pairs) == 3
        assert all("folder" not in pair.differs for pair in pairing.pairs)
