"""What is told of the budget, across processes."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

from core.app import open_core
from core.config import Config
from core.domain.ledger import Lane
from core.domain.progress import Phase, Word
from core.sandbox.server import serve
from core.sandbox.world import World
from tests.stand_in import config_for, evening, many

from msgspec.structs import replace


async def test_an_unused_budget_is_whole(tmp_path: Path) -> None:
    async with evening(tmp_path, many(1)) as tonight:
        other = tonight.config.paths.data / "elsewhere"
        async with open_core(_moved(tonight.config, other)) as core:
            status = await core.budget.status()
    assert (status.free, status.per_minute, sum(status.taken.values()), status.asked_at) == (60, 60, 0, None)


async def test_another_process_is_told_what_this_one_spends_and_waits_for(tmp_path: Path) -> None:
    async with evening(tmp_path, many(5_700)) as tonight:
        running = asyncio.create_task(tonight.sync())
        async with open_core(tonight.config) as other:
            status = await other.budget.status()
            # People's seven calls of this minute are kept free for them once more.
            while not status.waiting or status.free > 7:
                await asyncio.sleep(0.05)
                status = await other.budget.status()
            assert status.taken[Lane.PEOPLE] == 2 + 5
            assert status.taken[Lane.SYNC] == 46
            assert [(queue.lane, queue.account) for queue in status.waiting] == [(Lane.SYNC, tonight.account.id)]
            assert (status.said, status.closed_for, status.free) == ("200", 0.0, 7)
            assert status.next_free_in > 0
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            while status.waiting:
                await asyncio.sleep(0.05)
                status = await other.budget.status()


async def test_another_process_is_told_how_far_a_sync_is_and_how_long_it_takes(tmp_path: Path) -> None:
    async with evening(tmp_path, many(5_700)) as tonight:
        syncing = asyncio.create_task(tonight.sync())
        async with open_core(tonight.config) as other:
            status = await other.budget.status()
            while not (status.waiting and status.running and status.running[0].page >= 46):
                await asyncio.sleep(0.05)
                status = await other.budget.status()
            [told] = status.running
            assert (told.account, told.phase) == (tonight.account.id, Phase.READING)
            assert (told.pages, told.seen, told.told) == (57, told.page * 100, 5_700)
            assert timedelta() < datetime.now(UTC) - told.since < timedelta(seconds=50)
            assert told.seconds_left is not None
            assert status.next_free_in < told.seconds_left < 62
            syncing.cancel()
            await asyncio.gather(syncing, return_exceptions=True)
            assert (await other.budget.status()).running == ()


async def test_a_sync_without_sign_in_is_told_of_with_the_limit_that_it_spends(tmp_path: Path) -> None:
    async with serve(World(many(4_000))) as sandbox, open_core(config_for(tmp_path, sandbox)) as core:
        account = await core.connect.join(await core.connect.by_public_name("collector"))
        syncing = asyncio.create_task(core.sync.run(account, lambda _event: None, Word.ASK))
        status = await core.budget.status()
        while not (status.anybody and status.anybody.waiting and status.running and status.running[0].page >= 15):
            await asyncio.sleep(0.05)
            status = await core.budget.status()
        [told] = status.running
        assert not told.signed_in
        assert told.seconds_left is not None
        # What is left of 40 pages is more than one minute's 25.
        assert 59 < status.anybody.next_free_in < told.seconds_left < 130
        assert (status.per_minute, status.used, status.free) == (60, 0, 60)
        syncing.cancel()
        await asyncio.gather(syncing, return_exceptions=True)


def _moved(config: Config, data: Path) -> Config:
    return replace(config, paths=replace(config.paths, database=data / "runout.db", budget=data / "budget.db"))
