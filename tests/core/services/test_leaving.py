"""Leaving: what is kept is told, what opens it is forgotten, and what is deleted is gone for nobody else."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path

from core.app import open_core
from core.domain.account import Access, Account
from core.domain.ids import RunId
from core.domain.ledger import SIGNED_IN, Candidate, Lane, Queue
from core.domain.progress import RunningSync, SyncOutcome, SyncProgress
from core.errors import Disconnected, NoSuchAccount, NotConnected
from core.store.database import open_database
from core.store.personal import TABLES
from core.store.slots import open_slots
from tests.stand_in import Evening, evening, holding_of, many, owned

import pytest
from msgspec.structs import replace


async def second(tonight: Evening, number: int = 2) -> Account:
    """Another member on the same files, synced."""
    held = holding_of(*(owned(one, notes=((3, f"theirs {one}"),)) for one in range(1, number + 1)))
    other = await tonight.core.connect.with_token(tonight.sandbox.world.open_account("other", held).token)
    await tonight.core.sync.run(other, lambda _event: None)
    return other


async def rows_in(path: Path, table: str) -> int:
    async with open_database(path) as database:
        return int((await database.fetch(f"SELECT count(*) FROM {table}"))[0][0])


async def test_what_is_kept_is_counted_by_table(tmp_path: Path) -> None:
    async with evening(tmp_path, many(5)) as tonight:
        await tonight.sync()
        await second(tonight)
        counts = await tonight.core.leaving.counts(tonight.account)

    assert counts.keys() == TABLES.keys()
    assert (counts["accounts"], counts["credentials"], counts["terminal_accounts"]) == (1, 1, 1)
    assert (counts["items"], counts["sync_runs"], counts["staged_pages"]) == (5, 1, 0)


async def test_everything_that_is_kept_is_shown_to_its_owner_without_any_secret(tmp_path: Path) -> None:
    held = holding_of(owned(1, rating=4, notes=((3, "from the fair"),)), owned(2))
    async with evening(tmp_path, held) as tonight:
        await tonight.sync()
        other = await second(tonight)
        everything = await tonight.core.leaving.everything(tonight.account)
        async with open_database(tonight.config.paths.database) as database:
            sealed = [row[0].decode() for row in await database.fetch("SELECT sealed FROM credentials")]

    told = json.dumps(everything)
    assert everything["accounts"][0]["username"] == tonight.account.username
    assert [row["rating"] for row in everything["items"]] == [4, None]
    assert "from the fair" in told
    assert len(sealed) == 2
    for secret in (tonight.sandbox.token, tonight.config.paths.key.read_text().strip(), *sealed, other.id, "theirs"):
        assert secret not in told


BUDGET = {"api_slots", "api_windows", "running_syncs"}
"""The tables of the budget's own file."""


async def test_what_the_budget_tells_of_an_account_is_shown_too_and_nothing_of_another(tmp_path: Path) -> None:
    async with evening(tmp_path, many(250)) as tonight:
        other = await second(tonight)
        hanging = tonight.sandbox.world.faults.add("hang", route="collection", page=2)
        running = asyncio.create_task(tonight.sync())
        while hanging.times:
            await asyncio.sleep(0.01)
        async with open_slots(tonight.config.paths.budget) as slots:
            waits = (Candidate(Lane.SYNC, time.time(), tonight.account.id),)
            queue = Queue("another process", time.time(), (*waits, Candidate(Lane.SYNC, time.time(), other.id)))
            await slots.update(SIGNED_IN, lambda ledger: (replace(ledger, queues=(*ledger.queues, queue)), None))
            await slots.note_running(RunningSync(RunId("mine"), tonight.account.id, time.time(), SyncProgress()))

        everything = await tonight.core.leaving.everything(tonight.account)
        theirs = await tonight.core.leaving.everything(other)
        hanging.released.set()
        await running

    assert everything.keys() == {*TABLES, *BUDGET}
    assert {row["account"] for row in everything["api_slots"]} == {tonight.account.id}
    assert len(everything["api_slots"]) > 3
    assert "another process" in {row["process"] for row in everything["api_windows"]}
    assert "mine" in {row["run_id"] for row in everything["running_syncs"]}
    assert other.id not in json.dumps(everything)
    assert tonight.account.id not in json.dumps(theirs)
    # The newest copies, which are all, the folders and the fields.
    assert len(theirs["api_slots"]) == 3


async def test_copies_from_before_upgrades_are_named(tmp_path: Path) -> None:
    async with evening(tmp_path, many(1)) as tonight:
        assert tonight.core.leaving.copies() == ()
        for name in ("runout-before-0002.db", "runout-before-0004.db"):
            (tmp_path / name).write_bytes(tonight.config.paths.database.read_bytes())

        assert tonight.core.leaving.copies() == ("runout-before-0002.db", "runout-before-0004.db")
        assert (await tonight.core.leaving.delete(tonight.account)).copies == (
            "runout-before-0002.db",
            "runout-before-0004.db",
        )
        assert tonight.core.leaving.copies() == ()


async def test_who_disconnects_keeps_the_copy_and_loses_the_credential(tmp_path: Path) -> None:
    async with evening(tmp_path, many(5)) as tonight:
        await tonight.sync()
        other = await second(tonight)
        async with open_database(tonight.config.paths.database) as database:
            where = (tonight.account.id,)
            ((sealed,),) = await database.fetch("SELECT sealed FROM credentials WHERE account_id = ?", where)

        await tonight.core.leaving.disconnect(tonight.account)

        counts = await tonight.core.leaving.counts(tonight.account)
        assert (counts["items"], counts["credentials"]) == (5, 0)
        left = await tonight.core.library.account(tonight.account.username)
        assert left is not None
        assert left.access is Access.NONE
        assert len((await tonight.collection()).copies) == 5
        for account in (tonight.account, left):
            with pytest.raises(Disconnected):
                await tonight.core.sync.run(account, lambda _event: None)
        assert (await tonight.core.sync.run(other, lambda _event: None)).problems == ()
    # With the last connection what was overwritten is so in the file too.
    for file in tmp_path.glob("runout.db*"):
        assert sealed not in file.read_bytes()


async def test_a_sync_that_runs_is_stopped_before_the_credential_goes(tmp_path: Path) -> None:
    async with evening(tmp_path, many(250)) as tonight:
        hanging = tonight.sandbox.world.faults.add("hang", route="collection", page=2)
        running = asyncio.create_task(tonight.sync())
        while hanging.times:
            await asyncio.sleep(0.01)

        await tonight.core.leaving.disconnect(tonight.account)

        assert running.done()
        asked = tonight.sandbox.world.counts.total
        hanging.released.set()
        await asyncio.gather(running, return_exceptions=True)
        assert tonight.sandbox.world.counts.total == asked
        async with open_database(tonight.config.paths.database) as database:
            assert await database.fetch("SELECT outcome FROM sync_runs") == [(SyncOutcome.CANCELLED,)]


async def test_what_is_deleted_is_gone_and_the_other_account_has_all_that_it_had(tmp_path: Path) -> None:
    async with evening(tmp_path, many(5)) as tonight:
        await tonight.sync()
        other = await second(tonight)
        before = await tonight.core.leaving.counts(tonight.account)
        theirs = await tonight.core.leaving.everything(other)

        deletion = await tonight.core.leaving.delete(tonight.account)

        assert (deletion.rows, deletion.copies, deletion.is_clean) == (before, (), True)
        assert await tonight.core.leaving.counts(tonight.account) == dict.fromkeys(TABLES, 0)
        assert await tonight.core.leaving.everything(other) == theirs
        assert await tonight.core.library.accounts() == (await tonight.core.library.account("other"),)
        with pytest.raises(NoSuchAccount):
            await tonight.core.library.account(tonight.account.username)
        assert (await tonight.core.sync.run(other, lambda _event: None)).copies == 2


async def test_who_comes_back_after_deleting_is_a_newcomer(tmp_path: Path) -> None:
    async with evening(tmp_path, many(5)) as tonight:
        await tonight.sync()
        await tonight.core.leaving.delete(tonight.account)

        again = await tonight.core.connect.with_token(tonight.sandbox.token)

        assert again.id != tonight.account.id
        assert (again.last_sync_at, len((await tonight.core.library.collection(again)).copies)) == (None, 0)
        assert (await tonight.core.sync.run(again, lambda _event: None)).added == 5


async def test_a_sync_that_runs_in_this_process_is_stopped_before_all_is_deleted(tmp_path: Path) -> None:
    async with evening(tmp_path, many(250)) as tonight:
        hanging = tonight.sandbox.world.faults.add("hang", route="collection", page=2)
        running = asyncio.create_task(tonight.sync())
        while hanging.times:
            await asyncio.sleep(0.01)

        deletion = await tonight.core.leaving.delete(tonight.account)
        hanging.released.set()
        await asyncio.gather(running, return_exceptions=True)

        assert (deletion.rows["sync_runs"], deletion.rows["leases"], deletion.is_clean) == (1, 0, True)
        assert await tonight.core.leaving.counts(tonight.account) == dict.fromkeys(TABLES, 0)
    assert await rows_in(tonight.config.paths.database, "staged_pages") == 0


async def test_a_sync_of_another_process_brings_nothing_of_a_deleted_account_back(tmp_path: Path) -> None:
    async with evening(tmp_path, many(250)) as tonight, open_core(tonight.config) as other:
        hanging = tonight.sandbox.world.faults.add("hang", route="collection", page=2)
        running = asyncio.create_task(other.sync.run(tonight.account, lambda _event: None))
        while hanging.times:
            await asyncio.sleep(0.01)

        await tonight.core.leaving.delete(tonight.account)
        hanging.released.set()
        ended = await running

        assert (ended.outcome, ended.copies) == (SyncOutcome.FAILED, 0)
        assert await tonight.core.leaving.counts(tonight.account) == dict.fromkeys(TABLES, 0)
        assert await other.library.accounts() == ()
    for table in ("accounts", "items", "sync_runs", "staged_pages", "leases"):
        assert await rows_in(tonight.config.paths.database, table) == 0


async def test_an_account_that_was_deleted_is_not_synced_and_does_not_come_back(tmp_path: Path) -> None:
    async with evening(tmp_path, many(5)) as tonight:
        await tonight.core.leaving.delete(tonight.account)
        asked = tonight.sandbox.world.counts.total

        with pytest.raises(NotConnected):
            await tonight.sync()

        assert tonight.sandbox.world.counts.total == asked
        assert await tonight.core.leaving.counts(tonight.account) == dict.fromkeys(TABLES, 0)


async def test_of_a_deleted_account_not_even_its_releases_stay_unless_somebody_else_has_or_had_them(
    tmp_path: Path,
) -> None:
    async with evening(tmp_path, holding_of(owned(1, 500), owned(2, 501))) as tonight:
        await tonight.sync()
        there = tonight.sandbox.world.open_account("other", holding_of(owned(1, 501), owned(2, 502), owned(3, 503)))
        other = await tonight.core.connect.with_token(there.token)
        await tonight.core.sync.run(other, lambda _event: None)
        tonight.sandbox.world.website.remove(2, username="other")
        await tonight.core.sync.run(other, lambda _event: None)
        await tonight.core.leaving.delete(tonight.account)
        async with open_database(tonight.config.paths.database) as database:
            left = await database.fetch("SELECT release_id FROM releases ORDER BY 1")
        feed = await tonight.core.history.changes(other)
    # Of the one that has gone the feed still tells.
    assert [release for (release,) in left] == [501, 502, 503]
    assert feed[0].release is not None
