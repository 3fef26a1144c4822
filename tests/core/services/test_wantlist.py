"""The wantlist is kept as the collection is: whole, by the same runs, and nothing goes that was not missed twice."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

from core.domain.ids import NOTES_FIELD
from core.domain.progress import Kind, SyncOutcome, Word
from core.errors import NeedsYourWord, NotAuthorised, WantlistPrivate
from core.sandbox.readers import read_collection
from tests.core.services.looked_after import COLLECTION, HOUR, WANTLIST, Day, dated, day, wanted, with_wants
from tests.stand_in import SAMPLES, holding_of

FOR_EVER = 10_000
DONE = SyncOutcome.DONE
WANTS = 250


async def walked(today: Day) -> None:
    assert (await today.sync(WANTLIST)).outcome is DONE
    today.passes(HOUR)


async def test_every_want_of_a_real_wantlist_arrives_with_all_that_is_said_of_it(tmp_path: Path) -> None:
    async with day(tmp_path, read_collection(SAMPLES / "collections" / "collector_b")) as today:
        report = await today.sync(WANTLIST)
        here = await today.here(WANTLIST)

        assert (report.outcome, report.shelf, report.copies, report.added) == (DONE, WANTLIST, 261, 261)
        assert report.requests == 1 + 3
        assert {int(number) for number in here} == today.wanted()
        assert all(int(copy.instance_id) == int(copy.release.id) and copy.folder_id is None for copy in here.values())
        there = {want.release["id"]: want for want in today.world.account.wants}
        for number, copy in here.items():
            want = there[number]
            found = copy.release.title, copy.rating or 0, copy.notes, copy.release.year or 0
            assert found == (want.release["title"], want.rating, want.notes.strip(), want.release["year"])
        assert await today.here(COLLECTION) == {}


async def test_what_is_noted_of_a_want_is_its_note(tmp_path: Path) -> None:
    async with day(tmp_path) as today:
        today.world.account.wants = (wanted(7, notes="Only with the insert", rating=4), wanted(8))
        await walked(today)
        first, second = (await today.here(WANTLIST)).values()

        assert [(field.field_id, field.value) for field in first.fields] == [(NOTES_FIELD, "Only with the insert")]
        assert (first.rating, second.fields, second.rating) == (4, (), None)


async def test_a_release_may_be_owned_and_wanted_at_once(tmp_path: Path) -> None:
    async with day(tmp_path, with_wants(dated(3), [2, 9])) as today:
        await today.sync()
        await walked(today)

        assert (await today.numbers(), await today.numbers(WANTLIST)) == ({1, 2, 3}, {2, 9})
        today.world.website.remove(2)
        await today.sync()
        assert (await today.numbers(), await today.numbers(WANTLIST)) == ({1, 3}, {2, 9})


async def test_a_want_that_went_goes_after_a_second_look_only(tmp_path: Path) -> None:
    """Discogs answers for no want by itself."""
    async with day(tmp_path, with_wants(holding_of(), range(1, WANTS + 1))) as today:
        await walked(today)
        today.unwant(3, 4, 200)
        report = await today.sync(WANTLIST)

        assert (report.outcome, report.removed, report.requests) == (DONE, 3, 1 + 3 + 3)
        assert await today.numbers(WANTLIST) == today.wanted()
        assert await today.replays()


async def test_a_want_that_only_one_look_did_not_show_stays(tmp_path: Path) -> None:
    async with day(tmp_path, with_wants(holding_of(), range(1, WANTS + 1))) as today:
        await walked(today)
        before = await today.here(WANTLIST)
        today.unwant(3)
        today.world.faults.add("short page", route="wants", page=2, times=FOR_EVER)
        report = await today.sync(WANTLIST)

        assert report.outcome is SyncOutcome.INCOMPLETE
        assert await today.here(WANTLIST) == before


async def test_more_than_twenty_wants_that_went_are_asked_about(tmp_path: Path) -> None:
    async with day(tmp_path, with_wants(holding_of(), range(1, WANTS + 1))) as today:
        await walked(today)
        today.unwant(*range(1, 31))
        report = await today.sync(WANTLIST)
        assert (report.outcome, report.problems) == (SyncOutcome.NEEDS_WORD, (NeedsYourWord(missing=30, here=WANTS),))
        assert await today.stores.doubts.asked(today.account.id) == frozenset()
        accepted = await today.sync(WANTLIST, word=Word.ACCEPT)

        assert (accepted.outcome, accepted.removed) == (DONE, 30)
        assert await today.numbers(WANTLIST) == today.wanted()
        assert await today.replays()


async def test_a_wantlist_that_seems_empty_is_asked_about(tmp_path: Path) -> None:
    async with day(tmp_path, with_wants(holding_of(), [1, 2])) as today:
        await walked(today)
        today.world.account.wants = ()
        report = await today.sync(WANTLIST)

        assert (report.outcome, len(await today.here(WANTLIST))) == (SyncOutcome.NEEDS_WORD, 2)


async def test_an_empty_wantlist_is_whole(tmp_path: Path) -> None:
    async with day(tmp_path, dated(3)) as today:
        report = await today.sync(WANTLIST)

        assert (report.outcome, report.copies) == (DONE, 0)
        assert None not in await today.ages(WANTLIST)
        assert await today.ages(COLLECTION) == (None, None)


async def test_the_owner_s_private_wantlist_is_read(tmp_path: Path) -> None:
    async with day(tmp_path, with_wants(dated(1), range(1, 9))) as today:
        today.world.set_public(wantlist=False)
        assert (await today.sync(WANTLIST)).copies == 8


async def test_wants_of_a_public_account_are_read_as_anybody(tmp_path: Path) -> None:
    async with day(tmp_path) as today:
        there = today.world.open_account("stranger", with_wants(dated(5), range(1, 121)))
        stranger = await today.core.connect.join(await today.core.connect.by_public_name("stranger"))
        report = await today.sync(WANTLIST, by=stranger)
        assert (report.outcome, report.copies, report.problems) == (DONE, 120, ())
        there.wants = there.wants[1:]
        report = await today.sync(WANTLIST, by=stranger)

        assert (report.outcome, report.removed, report.copies) == (DONE, 1, 119)
        assert {copy.notes for copy in (await today.core.library.collection(stranger, WANTLIST)).copies} == {""}


async def test_a_wantlist_that_is_shown_to_its_owner_only_is_told_as_such_and_the_collection_goes_on(
    tmp_path: Path,
) -> None:
    async with day(tmp_path) as today:
        today.world.open_account("stranger", with_wants(dated(5), range(1, 9)))
        today.world.set_public("stranger", wantlist=False)
        stranger = await today.core.connect.join(await today.core.connect.by_public_name("stranger"))
        report = await today.sync(WANTLIST, by=stranger)

        assert (report.outcome, report.problems) == (SyncOutcome.FAILED, (WantlistPrivate(username="stranger"),))
        assert (await today.core.history.runs(stranger))[0].problems == (WantlistPrivate(username="stranger"),)
        assert (await today.sync(by=stranger)).copies == 5


async def test_a_wantlist_that_became_private_keeps_what_is_here(tmp_path: Path) -> None:
    async with day(tmp_path) as today:
        today.world.open_account("stranger", with_wants(dated(5), range(1, 9)))
        stranger = await today.core.connect.join(await today.core.connect.by_public_name("stranger"))
        await today.sync(WANTLIST, by=stranger)
        today.world.set_public("stranger", wantlist=False)
        for kind in (Kind.PROBE, Kind.WALK):
            report = await today.sync(WANTLIST, kind, by=stranger)
            assert report.problems == (WantlistPrivate(username="stranger"),)

        assert len((await today.core.library.collection(stranger, WANTLIST)).copies) == 8


async def test_a_token_that_was_revoked_is_told_by_the_wantlist_too(tmp_path: Path) -> None:
    async with day(tmp_path, with_wants(dated(1), [1, 2])) as today:
        await walked(today)
        today.world.faults.add("revoked token", times=FOR_EVER)
        report = await today.sync(WANTLIST)

        assert isinstance(report.problems[0], NotAuthorised)
        assert len(await today.here(WANTLIST)) == 2


async def test_a_want_that_cannot_be_read_keeps_what_was_known_of_it(tmp_path: Path) -> None:
    async with day(tmp_path, with_wants(holding_of(), range(1, 121))) as today:
        await walked(today)
        before = await today.here(WANTLIST)
        today.world.faults.add("undecodable item", route="wants", page=2, times=FOR_EVER)
        report = await today.sync(WANTLIST)

        assert (report.outcome, report.skipped, report.removed) == (DONE, 1, 0)
        assert await today.here(WANTLIST) == before


async def test_both_shelves_are_read_at_once(tmp_path: Path) -> None:
    async with day(tmp_path, with_wants(dated(150), range(1, WANTS + 1))) as today:
        reports = await asyncio.gather(today.sync(), today.sync(WANTLIST))

        assert [(report.outcome, report.shelf, report.copies) for report in reports] == [
            (DONE, COLLECTION, 150),
            (DONE, WANTLIST, WANTS),
        ]


async def test_a_walk_over_the_wants_that_was_stopped_is_gone_on_with(tmp_path: Path) -> None:
    async with day(tmp_path, with_wants(dated(1), range(1, WANTS + 1))) as today:
        hanging = today.world.faults.add("hang", route="wants", page=3)
        running = today.begin(WANTLIST)
        await today.until_read(2, hanging)
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        assert ((await today.last()).outcome, (await today.last()).shelf) == (SyncOutcome.CANCELLED, WANTLIST)
        assert (await today.sync()).copies == 1
        assert len(await today.staged()) == 2
        report = await today.sync(WANTLIST)

        assert (report.outcome, report.copies, report.requests) == (DONE, WANTS, 2)
        assert await today.staged() == []


async def test_whoever_stops_one_shelf_lets_the_other_go_on(tmp_path: Path) -> None:
    async with day(tmp_path, with_wants(dated(150), range(1, WANTS + 1))) as today:
        hanging = today.world.faults.add("hang", route="wants", page=3)
        wants = today.begin(WANTLIST)
        await today.until_read(2, hanging)
        collection = today.begin()
        wants.cancel()
        with suppress(asyncio.CancelledError):
            await wants

        assert (await collection).outcome is DONE


async def test_a_private_wantlist_is_no_failure_of_the_schedule_and_asked_for_once_a_week(tmp_path: Path) -> None:
    async with day(tmp_path) as today:
        today.world.open_account("stranger", with_wants(dated(5), range(1, 9)))
        today.world.set_public("stranger", wantlist=False)
        stranger = await today.core.connect.join(await today.core.connect.by_public_name("stranger"))
        ended: list[bool] = []
        today.core.schedule.listen(lambda turn: ended.append(turn.is_good))
        for _ in range(6):
            await today.core.schedule.touch(stranger)
            await today.core.jobs.beat(today.clock.now())
            today.passes(6 * HOUR)
        asked = [run for run in await today.core.history.runs(stranger) if run.shelf is WANTLIST]
        standing = await today.core.history.standing(stranger)

        assert len(asked) == 1
        assert standing.scheduled == standing.succeeded > 0
        assert standing.ages[WANTLIST].private_since is not None
        assert all(ended)
