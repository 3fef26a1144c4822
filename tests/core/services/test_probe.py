"""One request tells whether anything came or went; what it cannot explain is walked."""

from __future__ import annotations

from pathlib import Path

from core.domain.account import Access
from core.domain.ids import Shelf
from core.domain.progress import Kind, Phase, SyncOutcome, SyncProgress, Word
from core.errors import NeedsYourWord, ReadAsStranger, Unavailable
from core.sandbox.holding import Folder
from tests.core.services.looked_after import COLLECTION, HOUR, PROBE, WALK, WANTLIST, Day, dated, day, with_wants

import pytest

FOR_EVER = 10_000
COPIES = 250


async def walked(today: Day, shelf: Shelf = COLLECTION) -> None:
    report = await today.sync(shelf)
    assert report.outcome is SyncOutcome.DONE
    today.passes(HOUR)


async def test_where_nothing_changed_one_request_says_so(tmp_path: Path) -> None:
    async with day(tmp_path, dated(COPIES)) as today:
        await walked(today)
        before = await today.here()
        with today.asks() as sent:
            report = await today.probe()

        assert (sent(), report.requests) == (1, 1)
        assert (report.outcome, report.kind, report.shelf) == (SyncOutcome.DONE, PROBE, COLLECTION)
        assert (report.copies, report.releases, report.added, report.changed) == (COPIES, COPIES, 0, 0)
        assert await today.here() == before
        assert await today.told() == []


async def test_seven_that_were_added_take_one_request_and_can_be_browsed_at_once(tmp_path: Path) -> None:
    async with day(tmp_path, dated(COPIES)) as today:
        await walked(today)
        today.world.website.add(count=7)
        with today.asks() as sent:
            report = await today.probe()

        assert (sent(), report.kind) == (1, PROBE)
        assert (report.outcome, report.added, report.copies) == (SyncOutcome.DONE, 7, COPIES + 7)
        assert await today.numbers() == today.there()
        assert [change.action for change in await today.told()] == ["added"] * 7
        assert await today.replays()


async def test_what_was_added_in_between_two_probes_is_found_by_the_second(tmp_path: Path) -> None:
    async with day(tmp_path, dated(COPIES)) as today:
        await walked(today)
        for count in (3, 4):
            today.world.website.add(count=count)
            report = await today.probe()
            assert (report.added, report.requests, report.kind) == (count, 1, PROBE)
        assert await today.numbers() == today.there()


async def test_a_copy_in_a_folder_that_nobody_knew_brings_the_names_along(tmp_path: Path) -> None:
    async with day(tmp_path, dated(COPIES)) as today:
        await walked(today)
        today.world.account.shelf._folders[9] = Folder(9, "New arrivals")
        today.world.website.add(folder_id=9)
        with today.asks() as sent:
            report = await today.probe()
        here = await today.core.library.collection(today.account)

        assert (report.added, report.kind, sent()) == (1, PROBE, 3)
        assert [here.folder_of(copy) for copy in here.copies if copy.folder_id == 9] == ["New arrivals"]


async def test_a_field_that_nobody_knew_brings_the_names_along(tmp_path: Path) -> None:
    async with day(tmp_path, dated(COPIES)) as today:
        await walked(today)
        async with today.stores.database.tx() as tx:
            await tx.execute("DELETE FROM fields WHERE field_id = 3")
        today.world.website.set_field(COPIES, 3, "Signed")
        report = await today.probe()
        here = await today.core.library.collection(today.account)

        assert (report.changed, report.kind, report.requests) == (1, PROBE, 3)
        assert 3 in {field.id for field in here.fields}


async def test_an_edit_among_the_newest_is_found_on_the_way(tmp_path: Path) -> None:
    async with day(tmp_path, dated(COPIES)) as today:
        await walked(today)
        today.world.website.rate(COPIES, 5)
        report = await today.probe()

        assert (report.changed, report.requests) == (1, 1)
        assert (await today.here())[COPIES].rating == 5  # type: ignore[index]
        assert await today.replays()


@pytest.mark.parametrize("gone", [3, COPIES - 3], ids=["an old one", "a new one"])
async def test_one_that_was_removed_is_found_by_a_walk_with_the_page_that_is_here(tmp_path: Path, gone: int) -> None:
    async with day(tmp_path, dated(COPIES)) as today:
        await walked(today)
        today.world.website.remove(gone)
        with today.asks() as sent:
            report = await today.probe()

        # The newest, two names, three pages, and the one that is asked for by itself.
        assert (sent(), report.requests) == (1 + 2 + 3 + 1, 7)
        assert (report.outcome, report.kind, report.removed) == (SyncOutcome.DONE, WALK, 1)
        assert await today.numbers() == today.there()
        assert (await today.last()).kind is WALK
        assert await today.replays()


async def test_fifty_that_were_regraded_are_seen_by_a_walk_and_not_claimed_by_a_probe(tmp_path: Path) -> None:
    async with day(tmp_path, dated(COPIES)) as today:
        await walked(today)
        for instance in range(1, 51):
            today.world.website.set_field(instance, 1, "Poor (P)")
        checked = today.clock.now()
        assert (await today.probe()).changed == 0
        walked_at, checked_at = await today.ages()
        assert walked_at is not None
        assert walked_at < checked == checked_at
        report = await today.sync()

        assert (report.changed, report.added, report.removed) == (50, 0, 0)
        assert [change.action for change in await today.told()] == ["graded"] * 50
        assert await today.replays()


async def test_a_probe_moves_one_age_and_a_walk_both(tmp_path: Path) -> None:
    async with day(tmp_path, dated(COPIES)) as today:
        await walked(today)
        first, same = await today.ages()
        assert first == same
        probed = today.passes(HOUR)
        await today.probe()
        assert await today.ages() == (first, probed)
        account = await today.core.library.account()
        assert account is not None
        assert (account.last_sync_at, account.checked_at) == (first, probed)
        again = today.passes(HOUR)
        await today.sync()
        assert await today.ages() == (again, again)


async def test_a_probe_before_the_first_walk_is_that_walk(tmp_path: Path) -> None:
    async with day(tmp_path, dated(COPIES)) as today:
        report = await today.probe()

        assert (report.outcome, report.kind, report.copies) == (SyncOutcome.DONE, WALK, COPIES)
        assert (await today.last()).kind is WALK


async def test_no_probe_ever_removes_a_copy(tmp_path: Path) -> None:
    """Not even where Discogs shows next to nothing: the walk that follows asks."""
    async with day(tmp_path, dated(COPIES)) as today:
        await walked(today)
        today.world.website.remove_all()
        report = await today.probe()

        assert (report.outcome, report.kind, report.removed) == (SyncOutcome.NEEDS_WORD, WALK, 0)
        assert len(await today.here()) == COPIES


async def test_copies_that_wait_for_a_word_are_told_of_by_a_probe_too(tmp_path: Path) -> None:
    async with day(tmp_path, dated(COPIES)) as today:
        await walked(today)
        for instance in range(1, 31):
            today.world.website.remove(instance)
        assert (await today.sync()).outcome is SyncOutcome.NEEDS_WORD
        today.world.website.add()
        report = await today.probe()

        assert (report.kind, report.outcome, report.added, report.unseen) == (PROBE, SyncOutcome.NEEDS_WORD, 1, 30)
        assert report.problems == (NeedsYourWord(missing=30, here=COPIES + 1),)


async def test_copies_that_stay_by_a_word_need_no_walk_each_time(tmp_path: Path) -> None:
    async with day(tmp_path, dated(COPIES)) as today:
        await walked(today)
        for instance in range(1, 31):
            today.world.website.remove(instance)
        await today.sync()
        await today.sync(word=Word.KEEP)
        report = await today.probe()

        assert (report.kind, report.outcome, report.requests) == (PROBE, SyncOutcome.DONE, 1)
        assert len(await today.here()) == COPIES


async def test_a_kept_copy_that_comes_back_among_the_newest_is_no_longer_kept_by_a_word(tmp_path: Path) -> None:
    async with day(tmp_path, dated(COPIES)) as today:
        await walked(today)
        gone = [copy for copy in today.world.account.shelf.copies if copy.instance_id > COPIES - 30]
        today.world.account.shelf.take(copy.instance_id for copy in gone)
        await today.sync()
        await today.sync(word=Word.KEEP)
        today.world.account.shelf.put(gone[:1])
        report = await today.probe()

        assert report.kind is WALK
        kept = await today.stores.doubts.kept(today.account.id)
        assert (len(kept), gone[0].instance_id in kept) == (29, False)


async def test_the_owner_who_is_served_as_a_stranger_publishes_nothing(tmp_path: Path) -> None:
    async with day(tmp_path, dated(COPIES)) as today:
        await walked(today)
        before, ages = await today.here(), await today.ages()
        today.world.website.add(count=2)
        today.world.faults.add("owner as anonymous", route="collection", times=FOR_EVER)
        report = await today.probe()

        assert (report.outcome, report.problems) == (SyncOutcome.FAILED, (ReadAsStranger(),))
        assert (await today.here(), await today.ages()) == (before, ages)
        account = await today.core.library.account()
        assert account is not None
        assert (account.access, account.refused_at) == (Access.OWNER, None)


async def test_a_probe_that_discogs_fails_leaves_everything_as_it_was_and_says_why(tmp_path: Path) -> None:
    async with day(tmp_path, dated(COPIES)) as today:
        await walked(today)
        ages = await today.ages()
        today.world.faults.add("500", route="collection", times=FOR_EVER)
        report = await today.probe()

        assert (report.outcome, report.problems) == (SyncOutcome.FAILED, (Unavailable(status=500),))
        assert (report.kind, await today.ages()) == (PROBE, ages)
        assert ((await today.last()).kind, (await today.last()).outcome) == (PROBE, SyncOutcome.FAILED)


@pytest.mark.parametrize("fault", ["empty page", "short page", "undecodable item", "item without instance_id"])
async def test_a_page_that_is_not_whole_leads_to_a_walk(tmp_path: Path, fault: str) -> None:
    async with day(tmp_path, dated(COPIES)) as today:
        await walked(today)
        today.world.website.add(count=2)
        today.world.faults.add(fault, route="collection", page=1, times=1)
        report = await today.probe()

        assert (report.kind, report.outcome, report.added) == (WALK, SyncOutcome.DONE, 2)
        assert await today.numbers() == today.there()


async def test_too_many_of_one_second_lead_to_a_walk(tmp_path: Path) -> None:
    async with day(tmp_path, dated(COPIES)) as today:
        await walked(today)
        today.world.website.add(count=120)
        report = await today.probe()

        assert (report.kind, report.added) == (WALK, 120)
        assert await today.numbers() == today.there()


async def test_who_asks_for_a_walk_while_a_probe_runs_gets_a_walk(tmp_path: Path) -> None:
    async with day(tmp_path, dated(COPIES)) as today:
        await walked(today)
        reports = await today.both(Kind.PROBE, Kind.WALK)

        assert [report.kind for report in reports] == [PROBE, WALK]


async def test_who_asks_for_a_probe_while_a_walk_runs_joins_the_walk(tmp_path: Path) -> None:
    async with day(tmp_path, dated(COPIES)) as today:
        await walked(today)
        with today.asks() as sent:
            reports = await today.both(Kind.WALK, Kind.PROBE)

        assert [report.kind for report in reports] == [WALK, WALK]
        assert sent() == 1 + 2 + 3


async def test_a_probe_says_that_it_probes_and_not_that_it_reads(tmp_path: Path) -> None:
    async with day(tmp_path, dated(COPIES)) as today:
        await walked(today)
        seen: list[object] = []
        await today.probe(seen=seen)

        assert [event.phase for event in seen if isinstance(event, SyncProgress)] == [Phase.PROBING]


async def test_a_public_collection_is_probed_too(tmp_path: Path) -> None:
    async with day(tmp_path, dated(1)) as today:
        today.world.open_account("stranger", dated(COPIES))
        stranger = await today.core.connect.join(await today.core.connect.by_public_name("stranger"))
        assert (await today.sync(by=stranger)).copies == COPIES
        today.passes(HOUR)
        today.world.website.add(count=2, username="stranger")
        report = await today.probe(by=stranger)

        assert (report.kind, report.added, report.requests, report.copies) == (PROBE, 2, 1, COPIES + 2)


async def test_the_wantlist_is_probed_too(tmp_path: Path) -> None:
    async with day(tmp_path, with_wants(dated(1), range(1, COPIES + 1))) as today:
        await walked(today, WANTLIST)
        today.want(901, 902)
        report = await today.probe(WANTLIST)

        assert (report.kind, report.shelf, report.added, report.requests) == (PROBE, WANTLIST, 2, 1)
        assert await today.numbers(WANTLIST) == today.wanted()
        assert await today.replays()
