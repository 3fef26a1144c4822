"""The promise of every sync: what Discogs has is here, or everything is as it was and the run says why."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from core.app import open_core
from core.domain.progress import Phase, SyncFinished, SyncOutcome, SyncProgress, SyncStarted, Word
from core.errors import (
    BrokenAnswer,
    NeedsYourWord,
    NotAuthorised,
    RowsSkipped,
    RowsUnreadable,
    RunoutError,
    Unavailable,
    Unreachable,
    WalkIncomplete,
    facts,
)
from core.sandbox.server import serve
from core.sandbox.shipped import shipped
from core.sandbox.world import World
from core.store.database import open_database
from tests.fakes import FakeClock
from tests.stand_in import Evening, config_for, evening, holding_of, many, owned

import pytest

FOR_EVER = 10_000


async def test_a_first_sync_brings_every_copy_and_says_so_on_the_way(tmp_path: Path) -> None:
    async with evening(tmp_path, shipped()) as tonight:
        events: list[object] = []
        report = await tonight.core.sync.run(tonight.account, events.append)
        collection = await tonight.collection()
    told = len(tonight.sandbox.world.account.shelf)
    assert (report.outcome, report.copies, report.added) == (SyncOutcome.DONE, told, told)
    assert len(collection.copies) == told
    assert isinstance(events[0], SyncStarted)
    pages = [event for event in events if isinstance(event, SyncProgress) and event.phase is Phase.READING]
    assert [event.page for event in pages] == list(range(1, -(-told // 100) + 1))
    assert (pages[-1].seen, pages[-1].told, pages[-1].new, pages[-1].changed) == (told, told, told, 0)
    last = [event for event in events if isinstance(event, SyncProgress)][-1]
    assert (last.phase, last.requests, last.queued) == (Phase.DONE, report.requests, report.queued)
    assert events[-1] == SyncFinished(report)
    assert report.requests == tonight.sandbox.world.counts.total - 2


async def test_three_copies_of_one_release_stay_three_rows(tmp_path: Path) -> None:
    grades = ("Mint (M)", "Very Good (VG)", "Poor (P)")
    copies = [owned(instance, 77, notes=((1, grade),)) for instance, grade in enumerate(grades, start=1)]
    async with evening(tmp_path, holding_of(*copies)) as tonight:
        report = await tonight.sync()
        collection = await tonight.collection()
    assert (report.copies, report.releases) == (3, 1)
    assert sorted(copy.media for copy in collection.copies) == sorted(grades)


@pytest.mark.parametrize(
    ("fault", "problem"),
    [
        ("500", Unavailable(status=500)),
        ("502", Unavailable(status=502)),
        ("truncated", BrokenAnswer),
        ("reset", (Unreachable, BrokenAnswer)),
    ],
)
async def test_a_failed_page_publishes_nothing(
    tmp_path: Path, fault: str, problem: RunoutError | type[RunoutError] | tuple[type[RunoutError], ...]
) -> None:
    async with evening(tmp_path, many(320), clock=FakeClock()) as tonight:
        await tonight.sync()
        before = await tonight.collection()
        tonight.own(many(450))
        tonight.sandbox.world.faults.add(fault, route="collection", page=3, times=FOR_EVER)
        report = await tonight.sync()
        assert report.outcome is not SyncOutcome.DONE
        assert (report.copies, report.added, report.removed) == (320, 0, 0)
        assert (await tonight.collection()).copies == before.copies
        assert await _last_run(tonight) == (report.outcome, report.problems)
    found = report.problems[0]
    assert found == problem if isinstance(problem, RunoutError) else isinstance(found, problem)


@pytest.mark.parametrize("fault", ["500", "502", "truncated", "reset", "429"])
async def test_a_failure_that_passes_costs_a_second_try_and_nothing_else(tmp_path: Path, fault: str) -> None:
    async with evening(tmp_path, many(250), clock=FakeClock()) as tonight:
        tonight.sandbox.world.faults.add(fault, route="collection", page=2, times=2)
        report = await tonight.sync()
    assert (report.outcome, report.copies, report.problems) == (SyncOutcome.DONE, 250, ())


async def test_the_pages_of_a_failed_walk_are_not_asked_for_again(tmp_path: Path) -> None:
    async with evening(tmp_path, many(1_000), clock=FakeClock()) as tonight:
        tonight.sandbox.world.faults.add("500", route="collection", page=10, times=FOR_EVER)
        first = await tonight.sync()
        staged = await _staged(tonight)
        tonight.sandbox.world.faults.clear()
        report = await tonight.sync()
        assert await _staged(tonight) == 0
    assert (first.outcome, report.outcome, report.copies) == (SyncOutcome.FAILED, SyncOutcome.DONE, 1_000)
    assert staged > 1
    # Folders, fields, the newest and what is missing.
    assert report.requests == 3 + 10 - staged


async def test_the_pages_of_a_stopped_walk_are_read_again_when_the_collection_has_changed(tmp_path: Path) -> None:
    async with evening(tmp_path, many(1_000), clock=FakeClock()) as tonight:
        tonight.sandbox.world.faults.add("500", route="collection", page=10, times=FOR_EVER)
        await tonight.sync()
        tonight.sandbox.world.faults.clear()
        tonight.sandbox.world.website.add()
        report = await tonight.sync()
    assert (report.outcome, report.copies, report.requests) == (SyncOutcome.DONE, 1_001, 3 + 11)


async def test_what_was_added_changed_and_removed_on_the_website_is_found(tmp_path: Path) -> None:
    async with evening(tmp_path, holding_of(owned(1), owned(2), owned(3))) as tonight:
        await tonight.sync()
        tonight.own(holding_of(owned(1), owned(2, rating=5, folder_id=4), owned(9)))
        report = await tonight.sync()
        collection = await tonight.collection()
    assert (report.added, report.changed, report.removed) == (1, 1, 1)
    by_instance = {int(copy.instance_id): copy for copy in collection.copies}
    assert by_instance.keys() == {1, 2, 9}
    assert (by_instance[2].rating, collection.folder_of(by_instance[2])) == (5, "Folder 4")


async def test_a_text_that_the_database_behind_changed_is_a_change(tmp_path: Path) -> None:
    async with evening(tmp_path, holding_of(owned(1, title="Osirion"))) as tonight:
        await tonight.sync()
        tonight.own(holding_of(owned(1, title="Primus / Osirion")))
        report = await tonight.sync()
        collection = await tonight.collection()
    assert (report.changed, collection.copies[0].release.title) == (1, "Primus / Osirion")


async def test_an_empty_answer_over_a_full_copy_asks_and_removes_nothing(tmp_path: Path) -> None:
    async with evening(tmp_path, many(3)) as tonight:
        await tonight.sync()
        tonight.own(many(0))
        report = await tonight.sync()
        assert (report.outcome, report.problems) == (SyncOutcome.NEEDS_WORD, (NeedsYourWord(missing=3, here=3),))
        assert len((await tonight.collection()).copies) == 3
        accepted = await tonight.sync(word=Word.ACCEPT)
        assert (accepted.outcome, accepted.removed, accepted.copies) == (SyncOutcome.DONE, 3, 0)


async def test_a_page_that_stays_empty_costs_no_copy_and_what_was_seen_is_published(tmp_path: Path) -> None:
    async with evening(tmp_path, many(320)) as tonight:
        await tonight.sync()
        tonight.own(many(450))
        tonight.sandbox.world.faults.add("empty page", route="collection", page=3, times=FOR_EVER)
        report = await tonight.sync()
        here = {int(copy.instance_id) for copy in (await tonight.collection()).copies}
        # In the second order the empty page hides other copies: 26 of 450 are on it in both.
        assert (report.outcome, report.problems[0]) == (SyncOutcome.INCOMPLETE, WalkIncomplete(told=450, seen=424))
        assert (report.removed, report.unseen) == (0, 26)
        assert here >= set(range(1, 321))
        assert len(here) == report.copies == 320 + report.added
        assert await _last_run(tonight) == (report.outcome, report.problems)


async def test_an_empty_collection_is_complete(tmp_path: Path) -> None:
    async with evening(tmp_path, many(0)) as tonight:
        report = await tonight.sync()
    assert (report.outcome, report.copies) == (SyncOutcome.DONE, 0)


async def test_a_row_that_cannot_be_read_is_skipped_and_what_was_known_of_it_stays(tmp_path: Path) -> None:
    async with evening(tmp_path, holding_of(owned(1), owned(2))) as tonight:
        await tonight.sync()
        tonight.own(holding_of(owned(1, rating=4), owned(2, title=["no", "title"])))
        report = await tonight.sync()
        titles = {int(copy.instance_id): copy.release.title for copy in (await tonight.collection()).copies}
    assert (report.outcome, report.skipped, report.changed) == (SyncOutcome.DONE, 1, 1)
    assert report.problems == (RowsSkipped(instances=(2,)),)
    assert titles == {1: "Version 1", 2: "Version 2"}


async def test_a_row_of_nobody_knows_which_copy_publishes_the_others_and_removes_nothing(tmp_path: Path) -> None:
    nameless = replace(owned(2), instance_id=2.5)  # type: ignore[arg-type]
    async with evening(tmp_path, holding_of(owned(1), owned(3))) as tonight:
        await tonight.sync()
        tonight.own(holding_of(owned(1, rating=4), nameless))
        report = await tonight.sync()
        here = {int(copy.instance_id): copy.rating for copy in (await tonight.collection()).copies}
    assert (report.outcome, report.problems) == (SyncOutcome.INCOMPLETE, (RowsUnreadable(count=1),))
    assert here == {1: 4, 3: None}


async def test_a_token_that_was_revoked_leaves_the_copy_readable(tmp_path: Path) -> None:
    async with evening(tmp_path, many(5)) as tonight:
        await tonight.sync()
        tonight.sandbox.world.account.token = "x" * 40
        tonight.sandbox.world.accounts.add(tonight.sandbox.world.account)
        report = await tonight.sync()
        assert isinstance(report.problems[0], NotAuthorised)
        assert len((await tonight.collection()).copies) == 5


async def test_at_most_eight_pages_are_asked_for_at_a_time(tmp_path: Path) -> None:
    async with evening(tmp_path, many(2_500)) as tonight:
        hanging = [tonight.sandbox.world.faults.add("hang", route="collection", page=page) for page in range(2, 26)]
        running = asyncio.create_task(tonight.sync())
        while tonight.sandbox.world.counts.in_flight < 8:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.1)
        assert tonight.sandbox.world.counts.most_in_flight == 8
        for fault in hanging:
            fault.released.set()
        assert (await running).copies == 2_500
        assert tonight.sandbox.world.counts.most_in_flight == 8


async def test_a_sync_that_is_stopped_leaves_the_copy_and_its_run_says_so(tmp_path: Path) -> None:
    async with evening(tmp_path, many(250)) as tonight:
        await tonight.sync()
        tonight.own(many(350))
        tonight.sandbox.world.faults.add("hang", route="collection", page=2)
        running = asyncio.create_task(tonight.sync())
        while tonight.sandbox.world.faults.left:
            await asyncio.sleep(0.01)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert len((await tonight.collection()).copies) == 250
        assert (await _last_run(tonight))[0] == SyncOutcome.CANCELLED


async def test_two_accounts_in_one_file_keep_their_own_copies(tmp_path: Path) -> None:
    async with evening(tmp_path, holding_of(owned(1, 500), owned(2, 501))) as tonight:
        await tonight.sync()
        other = tonight.sandbox.world.open_account("other", holding_of(owned(1, 500, rating=5)))
        account = await tonight.core.connect.with_token(other.token)
        await tonight.core.sync.run(account, lambda _event: None)
        assert [copy.rating for copy in (await tonight.core.library.collection(account)).copies] == [5]
        assert len((await tonight.collection()).copies) == 2


async def _last_run(tonight: Evening) -> tuple[str, tuple[RunoutError, ...]]:
    async with open_database(tonight.config.paths.database) as database:
        rows = await database.fetch("SELECT outcome, reason FROM sync_runs ORDER BY rowid DESC LIMIT 1")
    outcome, reason = rows[0]
    return outcome, facts.read(reason.encode()) if reason else ()


async def _staged(tonight: Evening) -> int:
    async with open_database(tonight.config.paths.database) as database:
        return int((await database.fetch("SELECT count(*) FROM staged_pages"))[0][0])


async def test_the_end_of_the_core_closes_what_still_runs(tmp_path: Path) -> None:
    """Textual does not wait for its workers when somebody leaves; the core does."""
    async with serve(World(many(250))) as sandbox:
        config = config_for(tmp_path, sandbox)
        hanging = sandbox.world.faults.add("hang", route="collection", page=2)
        async with open_core(config) as core:
            account = await core.connect.with_token(sandbox.token)
            left_alone = asyncio.create_task(core.sync.run(account, lambda _event: None))
            while hanging.times:
                await asyncio.sleep(0.01)
        assert left_alone.cancelled()
        async with open_database(config.paths.database) as database:
            assert await database.fetch("SELECT outcome FROM sync_runs") == [("cancelled",)]
            assert await database.fetch("SELECT count(*) FROM leases") == [(0,)]


async def test_the_unforeseen_closes_the_run_too(tmp_path: Path) -> None:
    async with evening(tmp_path, many(150)) as tonight:

        def explode(event: object) -> None:
            if isinstance(event, SyncProgress):
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            await tonight.core.sync.run(tonight.account, explode)
        assert (await _last_run(tonight))[0] == SyncOutcome.FAILED


async def test_a_first_walk_of_nothing_but_unreadable_rows_is_not_done(tmp_path: Path) -> None:
    async with evening(tmp_path, holding_of(owned(1, title=[]), owned(2, title=[]))) as tonight:
        report = await tonight.sync()
    assert (report.outcome, report.problems) == (SyncOutcome.INCOMPLETE, (RowsUnreadable(count=2),))


async def test_an_unreadable_row_that_was_not_known_is_told_as_missing(tmp_path: Path) -> None:
    async with evening(tmp_path, holding_of(owned(1), owned(2, title=[]))) as tonight:
        report = await tonight.sync()
    assert (report.copies, report.problems) == (1, (RowsSkipped(instances=(2,), missing=1),))


@pytest.mark.parametrize("route", ["folders", "fields"])
async def test_names_that_cannot_be_read_cost_no_copy_and_keep_what_they_were(tmp_path: Path, route: str) -> None:
    async with evening(tmp_path, many(3), clock=FakeClock()) as tonight:
        await tonight.sync()
        before = await tonight.collection()
        tonight.own(many(4))
        tonight.sandbox.world.faults.add("truncated", route=route, times=FOR_EVER)
        report = await tonight.sync()
        after = await tonight.collection()
    assert (report.outcome, report.copies) == (SyncOutcome.DONE, 4)
    assert isinstance(report.problems[0], BrokenAnswer)
    kept = {"folders": (before.folders, after.folders), "fields": (before.fields, after.fields)}[route]
    assert kept[0] == kept[1]
