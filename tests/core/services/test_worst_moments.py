"""Stops, strangers' eyes and words that come at the worst of all moments."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from core.discogs.client import Session
from core.domain.progress import SyncEvent, SyncOutcome, SyncProgress, Word
from core.domain.walk import CollectionPage
from core.sandbox.holding import Field, Folder, Holding
from core.store.database import open_database
from core.store.leases import LeaseRepository
from core.store.runs import RunRepository
from tests.core.services import truth
from tests.core.services.house import house, shelf_of
from tests.stand_in import Evening, evening, many, owned

import pytest


async def noted(tonight: Evening) -> tuple[str | None, int]:
    """How the last run ended, and how many leases there are."""
    async with open_database(tonight.config.paths.database) as database:
        outcomes = await database.fetch("SELECT outcome FROM sync_runs ORDER BY rowid DESC LIMIT 1")
        return outcomes[0][0], (await database.fetch("SELECT count(*) FROM leases"))[0][0]


def stop_after(monkeypatch: pytest.MonkeyPatch, owner: type[Any], name: str) -> None:
    """The run is stopped once, right after this."""
    whole: Callable[..., Awaitable[Any]] = getattr(owner, name)

    async def and_stop(*arguments: Any) -> Any:
        found = await whole(*arguments)
        running = asyncio.current_task()
        assert running is not None
        running.cancel()
        monkeypatch.setattr(owner, name, whole)
        return found

    monkeypatch.setattr(owner, name, and_stop)


async def test_who_asks_for_a_sync_while_another_is_being_stopped_gets_one(tmp_path: Path) -> None:
    async with evening(tmp_path, many(250)) as tonight:
        hanging = tonight.sandbox.world.faults.add("hang", route="collection", page=2)
        stopped = asyncio.create_task(tonight.sync())
        while hanging.times:
            await asyncio.sleep(0.01)
        stopped.cancel()
        for _ in range(3):  # it is being stopped, which takes several steps of the database's thread
            await asyncio.sleep(0)
        assert not stopped.done()

        again = asyncio.create_task(tonight.sync())
        await asyncio.wait((again,))

        assert not again.cancelled()
        assert again.result().outcome is SyncOutcome.DONE


async def test_a_sync_that_is_stopped_as_it_begins_leaves_no_lease_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with evening(tmp_path, many(3)) as tonight:
        stop_after(monkeypatch, RunRepository, "adopt")
        with pytest.raises(asyncio.CancelledError):
            await tonight.sync()

        assert await noted(tonight) == (SyncOutcome.CANCELLED, 0)


async def test_a_sync_that_is_stopped_when_it_has_published_is_not_noted_as_one_that_changed_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with evening(tmp_path, many(3)) as tonight:
        stop_after(monkeypatch, LeaseRepository, "release")
        with pytest.raises(asyncio.CancelledError):
            await tonight.sync()

        published = len((await tonight.collection()).copies)
        assert (published, await noted(tonight)) in ((3, (SyncOutcome.DONE, 0)), (0, (SyncOutcome.CANCELLED, 0)))


async def test_a_copy_that_went_between_the_first_answers_of_a_stopped_sync_is_no_ghost_after_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Were page 1 read before it went, and the newest copies afterwards, these would not tell that page 1 is old."""
    async with evening(tmp_path, many(250)) as tonight:
        world, said, ask = tonight.sandbox.world, list[SyncEvent](), Session.newest_page

        async def has_page_1() -> None:
            while not any(isinstance(event, SyncProgress) and event.page for event in said):
                await asyncio.sleep(0.01)

        async def ask_after_page_1(session: Session, *whose: Any) -> CollectionPage:
            monkeypatch.setattr(Session, "newest_page", ask)
            with contextlib.suppress(TimeoutError):  # Page 1 is to wait for this answer.
                await asyncio.wait_for(has_page_1(), 0.5)
            world.website.remove(world.account.shelf.ordered(0, "added")[0].instance_id)
            world.website.add()
            return await ask(session, *whose)

        monkeypatch.setattr(Session, "newest_page", ask_after_page_1)
        hanging = world.faults.add("hang", route="collection", page=3)
        stopped = asyncio.create_task(tonight.sync(said))
        while hanging.times:
            await asyncio.sleep(0.01)
        stopped.cancel()
        await asyncio.wait((stopped,))
        report = await tonight.sync()

        assert report.outcome is SyncOutcome.DONE
        assert truth.of_published(await tonight.collection()).copies == truth.of_website(world.account.shelf).copies


@pytest.mark.parametrize("route", ["folders", "fields"])
async def test_names_that_are_served_as_to_a_stranger_keep_what_they_were(tmp_path: Path, route: str) -> None:
    mine = (Field(1, "Media", 1, public=True), Field(7, "Bought at", 2))
    copies = (owned(1, folder_id=4, notes=((7, "Hard Wax"),)), owned(2, folder_id=5))
    async with evening(tmp_path, Holding(copies, (Folder(4, "Jamaica"), Folder(5, "Dub")), mine)) as tonight:
        await tonight.sync()
        before = await tonight.collection()
        tonight.sandbox.world.faults.add("owner as anonymous", route=route)
        report = await tonight.sync()
        after = await tonight.collection()

        assert (after.folders, after.fields) == (before.folders, before.fields), report


async def test_accepting_drops_no_copy_that_came_back_since_and_that_paging_hid(tmp_path: Path) -> None:
    async with house(tmp_path, shelf_of(60)) as home:
        process, website, faults = await home.enter(), home.world.website, home.world.faults
        await process.sync()
        website.remove_all()
        asking = await process.sync()
        assert asking is not None
        assert asking.outcome == SyncOutcome.NEEDS_WORD
        website.restore()
        for instance in range(31, 56):
            website.remove(instance)
        held = [faults.add("hang", route="collection", page=page) for page in (2, 3, 4)]
        accepting = process.order(Word.ACCEPT)
        await home.until(lambda: not any(fault.times for fault in held))
        website.remove(1)
        website.add()
        faults.release()
        await accepting.result

        assert home.told().copies.keys() - (await home.published()).copies.keys() == set()
