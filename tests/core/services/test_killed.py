"""kill -9 at any moment of a sync: the copy is whole, and the next sync goes on where the dead one was."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from core.domain.progress import SyncOutcome, Word
from tests.core.services.another_process import Death, Order, Process
from tests.core.services.house import House, house, shelf_of
from tests.core.services.truth import Truth

import pytest

DONE, CRASHED = SyncOutcome.DONE, "crashed"
PAGES = 9
COPIES = PAGES * 10 - 5
NAMES_AND_NEWEST = 3
GONE = 4


@asynccontextmanager
async def lived_in(directory: Path, *, older: bool) -> AsyncIterator[tuple[House, Process]]:
    """A house with a process in it; with an older copy of the collection, or with none."""
    async with house(directory, shelf_of(COPIES)) as home:
        process = await home.enter()
        if older:
            ended = await process.sync()
            assert ended is not None
            assert ended.outcome == DONE
            change(home)
        yield home, process


def change(home: House) -> None:
    """Additions, removals, moves, notes, titles and ratings, all over nine pages; they stay nine."""
    website = home.world.website
    for instance in (3, 33, 34, 81):
        website.remove(instance)
    website.add(count=2, folder_id=2)
    website.edit_many(40)
    website.rate(50, 5)


async def asks(home: House, process: Process, pages: int) -> Order:
    """A sync that has got so many pages and waits for more."""
    hanging = [
        home.world.faults.add("hang", route="collection", page=page, times=1) for page in range(pages + 1, PAGES + 1)
    ]
    order = process.order()
    # The newest are asked for first, as a page 1 too; while they hang, nothing else is asked for.
    expected = hanging if pages else hanging[:1]
    await home.until(lambda: order.pages == pages and not any(fault.times for fault in expected))
    return order


def confirmed(home: House, before: Truth) -> int:
    """How many releases have to be asked for, because copies of them were published and are gone."""
    now = home.told().copies
    return len({row.release for instance, row in before.copies.items() if instance not in now})


@pytest.mark.parametrize("older", [False, True], ids=["first walk", "over an older copy"])
@pytest.mark.parametrize("pages", range(PAGES))
async def test_a_sync_that_is_killed_between_two_pages_changes_nothing_and_the_next_asks_for_the_other_pages_only(
    tmp_path: Path, pages: int, *, older: bool
) -> None:
    async with lived_in(tmp_path, older=older) as (home, process):
        before = await home.published()
        order = await asks(home, process, pages)
        process.kill()
        assert order.result.result() is None
        home.world.faults.clear()

        assert (await home.published()).copies == before.copies
        assert (await home.books()).staged == pages
        ended = await (await home.enter()).sync()

        assert ended is not None
        assert ended.outcome == DONE
        assert await home.published() == home.told()
        assert ended.requests == NAMES_AND_NEWEST + PAGES - pages + confirmed(home, before)
        books = await home.books()
        assert books.outcomes == (DONE, CRASHED, DONE)[not older :]
        assert (books.leases, books.staged) == (0, 0)


@pytest.mark.parametrize("older", [False, True], ids=["first walk", "over an older copy"])
@pytest.mark.parametrize("death", [Death.PUBLISHING, Death.APPLIED, Death.CLOSED])
async def test_a_sync_that_is_killed_in_its_publish_publishes_nothing_and_the_next_asks_for_no_page(
    tmp_path: Path, death: Death, *, older: bool
) -> None:
    async with lived_in(tmp_path, older=older) as (home, process):
        before = await home.published()
        assert await process.sync(death=death) is None

        assert (await home.published()).copies == before.copies
        assert (await home.books()).staged == PAGES
        ended = await (await home.enter()).sync()

        assert ended is not None
        assert ended.outcome == DONE
        assert await home.published() == home.told()
        assert ended.requests == NAMES_AND_NEWEST + confirmed(home, before)
        books = await home.books()
        assert books.outcomes == (DONE, CRASHED, DONE)[not older :]
        assert (books.leases, books.staged) == (0, 0)


@pytest.mark.parametrize("older", [False, True], ids=["first walk", "over an older copy"])
async def test_a_process_that_is_killed_after_its_publish_has_published(tmp_path: Path, *, older: bool) -> None:
    async with lived_in(tmp_path, older=older) as (home, process):
        assert await process.sync(death=Death.PUBLISHED) is None

        assert await home.published() == home.told()
        books = await home.books()
        assert books.outcomes == (DONE, DONE)[not older :]
        assert (books.leases, books.staged) == (0, 0)
        ended = await (await home.enter()).sync()

        assert ended is not None
        assert (ended.outcome, ended.requests) == (DONE, NAMES_AND_NEWEST + PAGES)
        assert await home.published() == home.told()


async def test_a_sync_that_is_killed_before_it_has_asked_about_missing_copies_removes_none(tmp_path: Path) -> None:
    async with lived_in(tmp_path, older=True) as (home, process):
        before = await home.published()
        assert await process.sync(death=Death.CONFIRMING) is None

        assert await home.published() == before
        ended = await (await home.enter()).sync()

        assert ended is not None
        assert (ended.outcome, ended.removed) == (DONE, GONE)
        assert ended.requests == NAMES_AND_NEWEST + confirmed(home, before)
        assert await home.published() == home.told()


async def test_a_sync_that_is_killed_in_its_second_look_is_gone_on_with_where_it_came_short(tmp_path: Path) -> None:
    async with lived_in(tmp_path, older=True) as (home, process):
        before = await home.published()
        home.world.faults.add("short page", route="collection", page=4, times=3)
        assert await process.sync(death=Death.SECOND_LOOK) is None
        home.world.faults.clear()

        assert await home.published() == before
        assert (await home.books()).staged > PAGES
        ended = await (await home.enter()).sync()

        assert ended is not None
        assert ended.outcome == DONE
        assert ended.requests == NAMES_AND_NEWEST + 1 + confirmed(home, before)
        assert await home.published() == home.told()


async def test_a_sync_that_is_killed_again_and_again_asks_for_each_page_once(tmp_path: Path) -> None:
    async with lived_in(tmp_path, older=False) as (home, process):
        for pages in (2, 3, 5, 8):
            await asks(home, process, pages)
            process.kill()
            home.world.faults.clear()
            process = await home.enter()  # noqa: PLW2901
        ended = await process.sync()

        assert ended is not None
        assert (ended.outcome, ended.requests) == (DONE, NAMES_AND_NEWEST + PAGES - 8)
        assert await home.published() == home.told()
        assert (await home.books()).outcomes == (*[CRASHED] * 4, DONE)


@pytest.mark.parametrize("word", Word)
async def test_who_waits_for_a_sync_of_another_process_goes_on_in_its_stead_when_that_is_killed(
    tmp_path: Path, word: Word
) -> None:
    async with lived_in(tmp_path, older=False) as (home, process):
        await asks(home, process, 5)
        waiting = (await home.enter()).order(word)
        process.kill()
        home.world.faults.clear()
        ended = await waiting.result

        assert ended is not None
        assert (ended.outcome, ended.requests) == (DONE, NAMES_AND_NEWEST + PAGES - 5)
        assert await home.published() == home.told()
        books = await home.books()
        assert (books.outcomes, books.leases) == ((CRASHED, DONE), 0)


@pytest.mark.parametrize("route", ["collection", "by_release"], ids=["while it read", "when it had read everything"])
async def test_a_sync_that_another_process_took_for_dead_publishes_nothing(tmp_path: Path, route: str) -> None:
    async with lived_in(tmp_path, older=True) as (home, process):
        before = await home.published()
        hanging = home.world.faults.add(
            "hang", route=route, times=1 if route == "collection" else confirmed(home, before)
        )
        late = process.order()
        await home.until(lambda: not hanging.times)
        await home.oversleep()
        ended = await (await home.enter()).sync()
        published = await home.published()
        home.world.website.rate(1, 4)
        home.world.faults.clear()
        outdone = await late.result

        assert ended is not None
        assert ended.outcome == DONE
        assert outdone is not None
        assert (outdone.outcome, outdone.problems) == (SyncOutcome.FAILED, ("TakenOver()",))
        assert await home.published() == published
        assert (await home.books()).leases == 0


async def test_pages_of_a_sync_that_was_taken_for_dead_are_not_put_over_a_newer_copy(tmp_path: Path) -> None:
    async with lived_in(tmp_path, older=True) as (home, process):
        late = await asks(home, process, 5)
        first_hanging = home.world.faults.all
        await home.oversleep()
        hanging = [home.world.faults.add("hang", route="collection", page=page) for page in range(6, PAGES + 1)]
        taking_over = (await home.enter()).order()
        await home.until(lambda: not any(fault.times for fault in hanging))
        for fault in first_hanging:
            fault.released.set()
        await late.result
        home.world.website.set_field(75, 3, "Warped")
        home.world.faults.clear()
        await taking_over.result
        assert await home.published() == home.told()

        ended = await (await home.enter()).sync()

        assert ended is not None
        assert ended.outcome == DONE
        assert await home.published() == home.told()


async def test_pages_of_a_killed_sync_are_read_again_when_the_collection_has_changed(tmp_path: Path) -> None:
    async with lived_in(tmp_path, older=True) as (home, process):
        await asks(home, process, 5)
        process.kill()
        home.world.faults.clear()
        home.world.website.remove(20)
        home.world.website.add()
        ended = await (await home.enter()).sync()

        assert ended is not None
        assert ended.outcome == DONE
        assert await home.published() == home.told()


async def test_a_sync_that_went_on_says_that_it_is_as_old_as_its_first_page_and_the_next_brings_what_was_edited_since(
    tmp_path: Path,
) -> None:
    """An edit leaves no trace in the total, nor among the newest copies; pages that came before it hold what was."""
    async with lived_in(tmp_path, older=True) as (home, process):
        await asks(home, process, 5)
        process.kill()
        home.world.faults.clear()
        home.world.website.set_field(15, 3, "Warped")
        other = await home.enter()
        went_on = await other.sync()
        then = await home.books()
        afterwards = await other.sync()
        now = await home.books()

        assert went_on is not None
        assert afterwards is not None
        assert (went_on.outcome, afterwards.outcome) == (DONE, DONE)
        assert then.as_of is not None
        assert now.as_of is not None
        stopped, anew = then.begun[-2:]
        assert stopped < then.as_of < anew < now.begun[-1] < now.as_of
        assert await home.published() == home.told()
