"""Facts that everybody shares are read once, in the background, and never lost again."""

from __future__ import annotations

import asyncio
import shutil
from datetime import timedelta
from functools import partial
from pathlib import Path

from core.app import open_core
from core.domain.budget import background_pace
from core.domain.enrichment import What
from core.domain.ids import MasterId, ReleaseId, Shelf
from core.domain.ledger import Lane, Terms, Work
from core.domain.master import Coverage
from core.domain.progress import SyncEvent, SyncFinished
from core.domain.schedule import JobOutcome
from core.sandbox.counts import ANONYMOUS
from core.sandbox.holding import Holding
from tests.core.services.bad_days import FOR_EVER
from tests.core.services.fact_days import fact_day, record, records, until, want

import pytest


def shared() -> Holding:
    """Seven copies of six releases of three masters, one that has none, one want."""
    copies = (
        record(1, 10, year=1980),
        record(2, 10, year=1970),
        record(2, 10, year=1970, instance=99),
        record(3, 30, year=0),
        record(4, 40, year=1999),
        record(5),
    )
    return Holding(copies, (), (), wants=(want(6, 60),))


async def test_each_master_is_asked_for_once_and_gives_the_original_year(tmp_path: Path) -> None:
    async with fact_day(tmp_path, shared()) as day:
        report = await day.turn()

        assert (report.outcome, report.said) == (JobOutcome.DONE, "4 masters, 5 releases")
        assert day.asked == {"master": 4, "release": 5}
        assert await day.masters() == {10: 1970, 30: None, 40: 1999}
        assert await day.coverage() == Coverage(releases=5, known=3, no_year=1, no_master=1)
        assert await day.core.enrich.coverage(day.account, Shelf.WANTLIST) == Coverage(releases=1, known=1)
        collection = await day.collection()
        years = {
            copy.release.id: found.year for copy in collection.copies if (found := collection.master_of(copy.release))
        }
        assert years == {1: 1970, 2: 1970, 3: None, 4: 1999}


async def test_masters_come_before_details_and_only_owned_releases_have_details_read(tmp_path: Path) -> None:
    async with fact_day(tmp_path, shared()) as day:
        await day.turn()

        order = [entry.route for entry in day.world.counts._log]
        assert order == ["master"] * 4 + ["release"] * 5
        assert await day.details() == {1, 2, 3, 4, 5}


async def test_what_was_read_is_not_read_again_by_itself_however_old_it_is(tmp_path: Path) -> None:
    async with fact_day(tmp_path, shared()) as day:
        await day.turn()
        day.clock.advance(400 * 86_400)
        day.world.counts.reset()

        assert not await day.core.enrich.is_anything_left(day.clock.now())
        assert (await day.turn()).said == "0 masters, 0 releases"
        assert day.asked == {}


async def test_a_sync_never_loses_what_was_enriched(tmp_path: Path) -> None:
    async with fact_day(tmp_path, shared()) as day:
        await day.turn()
        before = await day.masters(), await day.details(), await day.coverage()
        day.world.website.rename(1, "Another name")
        day.world.website.rate(2, 5)
        for _ in range(2):
            day.clock.advance(30 * 3600)
            await day.sync()

        assert (await day.masters(), await day.details(), await day.coverage()) == before
        assert not await day.core.enrich.is_anything_left(day.clock.now())


async def test_a_copy_that_is_let_go_of_and_bought_again_is_still_known(tmp_path: Path) -> None:
    async with fact_day(tmp_path, shared()) as day:
        await day.turn()
        day.world.open_account("another", shared())
        day.world.website.remove(4)
        await day.sync()
        assert (await day.coverage()).releases == 4
        day.world.website.add(4)
        day.world.counts.reset()
        await day.sync()
        await day.turn()

        assert await day.coverage() == Coverage(releases=5, known=3, no_year=1, no_master=1)
        assert day.asked["master"] == day.asked["release"] == 0


async def test_a_master_is_asked_for_once_for_all_accounts(tmp_path: Path) -> None:
    async with fact_day(tmp_path, shared()) as day:
        other = day.world.open_account("another", shared())
        theirs = await day.core.connect.with_token(other.token)
        await day.core.sync.run(theirs, lambda _event: None)
        day.world.counts.reset()
        await day.turn()

        assert day.asked == {"master": 4, "release": 5}
        assert await day.core.enrich.coverage(theirs, Shelf.COLLECTION) == await day.coverage()


async def test_two_processes_at_once_ask_for_nothing_twice(tmp_path: Path) -> None:
    async with fact_day(tmp_path, records(12)) as day, open_core(day.config, clock=day.clock) as other:
        now = day.clock.now()
        await asyncio.gather(day.core.jobs.beat(now), other.jobs.beat(now))

        assert (day.asked["master"], day.asked["release"]) == (12, 12)


async def test_the_job_starts_by_itself_after_a_sync_and_rests_when_nothing_is_left(tmp_path: Path) -> None:
    async with fact_day(tmp_path, shared()) as day:
        first = {report.job for report in await day.core.jobs.beat(day.clock.now())}
        day.clock.advance(60)
        second = {report.job for report in await day.core.jobs.beat(day.clock.now())}
        day.world.website.add(7)
        day.world.website.rewrite(7, {"master_id": 70})
        await day.sync()
        third = {report.job for report in await day.core.jobs.beat(day.clock.now())}

        assert "enrichment" in first
        assert "enrichment" not in second
        assert "enrichment" in third
        assert 70 in await day.masters()


async def test_a_turn_ends_after_some_minutes_and_the_next_goes_on(tmp_path: Path) -> None:
    async with fact_day(tmp_path, records(500)) as day:
        began = day.clock.monotonic()
        await day.turn()
        some = day.asked["master"]

        assert 0 < some < 500
        assert day.clock.monotonic() - began < 700
        await day.turn()
        assert some < day.asked["master"] <= 500


async def test_a_turn_that_is_stopped_loses_nothing_that_has_come(tmp_path: Path) -> None:
    async with fact_day(tmp_path, records(40)) as day:
        turning = asyncio.create_task(day.turn())
        await until(lambda: day.asked["master"] >= 10)
        turning.cancel()
        await asyncio.gather(turning, return_exceptions=True)
        known = len(await day.masters())

        assert known >= 7
        await day.turn()
        assert day.asked["master"] <= 40 + 3
        assert await day.wrong(range(10, 410, 10), range(1, 41)) == []


async def test_the_background_is_paced_and_leaves_slots_for_others(tmp_path: Path) -> None:
    async with fact_day(tmp_path, records(100)) as day:
        await day.turn()

        assert day.world.counts.refusals == 0
        assert day.world.counts.busiest_minute <= 45


async def test_somebody_who_asks_beside_it_is_next(tmp_path: Path) -> None:
    """In order, however long either takes: what was under way comes before them, and nothing else."""
    async with fact_day(tmp_path, records(60)) as day:
        turning = asyncio.create_task(day.turn())
        order = day.world.counts._log
        for number in range(5):
            await until(partial(day.has_asked, "master", 5 + 8 * number))
            sent = len(order)
            await day.core.connect.by_token(day.sandbox.token)
            behind = [entry.route for entry in list(order)[sent:]]
            assert behind.index("identity") <= 3
        await turning

        assert day.world.counts.refusals == 0


async def test_a_request_says_in_the_ledger_what_it_is_for_and_on_whose_behalf(tmp_path: Path) -> None:
    async with fact_day(tmp_path, shared()) as day:
        await day.turn()

        ledger = await day.core.enrich._slots.ledger("signed in")
        behind = [slot for slot in ledger.slots if slot.lane is Lane.BACKGROUND]
        assert {slot.work for slot in behind} == {Work.ENRICHMENT, Work.DETAILS}
        assert {slot.account for slot in behind} == {day.account.id}
        assert day.world.counts.callers == {day.account.username: 9}


async def test_what_nobody_has_who_is_signed_in_is_asked_for_as_anybody(tmp_path: Path) -> None:
    async with fact_day(tmp_path, shared(), public=True) as day:
        await day.turn()

        assert day.world.counts.callers == {ANONYMOUS: 9}
        assert await day.wrong([10, 40], [1, 2, 4, 5]) == []


async def test_an_application_asks_for_everything_where_there_is_one(tmp_path: Path) -> None:
    async with fact_day(tmp_path, shared(), application=True) as day:
        await day.turn()

        assert day.world.counts.callers == {"key and secret": 9}
        assert await day.wrong([10, 40], [1, 2, 4, 5]) == []


async def test_what_discogs_has_no_longer_is_asked_for_once_and_told_as_failed(tmp_path: Path) -> None:
    async with fact_day(tmp_path, shared()) as day:
        day.world.website.delete_master(40)
        day.world.website.delete_release(2)
        report = await day.turn()
        day.clock.advance(100 * 86_400)
        await day.turn()

        assert report.said == "3 masters, 4 releases, 2 in vain"
        assert (day.asked["master"], day.asked["release"]) == (4, 5)
        assert await day.coverage() == Coverage(releases=5, known=2, no_year=1, no_master=1, failed=1)


async def test_an_answer_under_another_number_is_known_under_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was merged may be answered so; nothing recorded tells."""
    async with fact_day(tmp_path, shared()) as day:
        catalogue = day.world.catalogue
        whole, answer = catalogue.body(1), catalogue.body
        assert whole is not None
        monkeypatch.setattr(catalogue, "body", lambda one: {**whole, "id": 8} if one == 1 else answer(one))
        await day.turn()

        one, other = [await day.core.enrich.known(ReleaseId(number)) for number in (1, 8)]
        assert one is not None
        assert other is not None
        assert (one.details.id, other.details.id) == (1, 8)
        assert one.details.tracks == other.details.tracks
        assert not await day.core.enrich.is_anything_left(day.clock.now())


async def test_progress_is_told_by_any_process(tmp_path: Path) -> None:
    async with fact_day(tmp_path, records(60)) as day, open_core(day.config, clock=day.clock) as other:
        before = await other.enrich.progress()
        assert before is not None
        assert (before.done, before.left, before.seconds, before.is_underway) == (0, 60, None, False)
        work = day.core.enrich.work_down(day.account, details=False)
        turning = asyncio.create_task(day.core.jobs.alone("enrichment", lambda _now: work))
        await until(lambda: day.asked["master"] >= 30)
        told = await other.enrich.progress()
        await turning

        assert told is not None
        assert told.is_underway
        assert told.done + told.left == 60
        assert told.done >= 27
        assert told.seconds is not None
        assert told.seconds >= told.left * background_pace(Terms())
        assert await other.enrich.progress() is None


async def test_a_sync_tells_how_many_releases_wait_for_their_master(tmp_path: Path) -> None:
    async with fact_day(tmp_path, shared()) as day:
        seen: list[SyncEvent] = []
        first = await day.sync(seen)
        await day.core.jobs.alone("enrichment", lambda _now: day.core.enrich.work_down(day.account, details=False))
        second = await day.sync()

        assert first.queued == 4
        assert second.queued == 0
        assert seen[-1] == SyncFinished(first)


async def test_one_account_is_worked_down_alone(tmp_path: Path) -> None:
    async with fact_day(tmp_path, shared()) as day:
        other = day.world.open_account("another", records(30, 100))
        theirs = await day.core.connect.with_token(other.token)
        await day.core.sync.run(theirs, lambda _event: None)
        day.world.counts.reset()

        assert await day.core.enrich.work_down(day.account, details=False) == "4 masters, 0 releases"
        assert day.asked == {"master": 4}


async def test_a_terminal_catches_up_with_what_another_process_reads(tmp_path: Path) -> None:
    async with fact_day(tmp_path, shared()) as day, open_core(day.config, clock=day.clock) as other:
        mark, nothing = await day.core.enrich.learned(None)
        await other.jobs.alone("enrichment", other.enrich.run_due)
        mark, learned = await day.core.enrich.learned(mark)

        assert nothing == {}
        assert {int(number): one.year for number, one in learned.items()} == {10: 1970, 30: None, 40: 1999, 60: 1990}
        assert await day.core.enrich.learned(mark) == (mark, {})


async def test_who_opened_a_record_has_it_come_first(tmp_path: Path) -> None:
    async with fact_day(tmp_path, records(30)) as day:
        async with day.stores.database.tx() as tx:
            await day.stores.readings.look(tx, ReleaseId(17), day.clock.now())
        turning = asyncio.create_task(day.turn())
        await until(lambda: day.asked["master"] >= 5)
        turning.cancel()
        await asyncio.gather(turning, return_exceptions=True)

        assert 170 in await day.masters()


async def test_what_is_published_during_a_turn_comes_in_its_place(tmp_path: Path) -> None:
    async with fact_day(tmp_path, records(40)) as day:
        turning = asyncio.create_task(day.turn())
        await until(lambda: day.asked["master"] >= 5)
        await day.core.enrich.nudge(day.clock.now())
        day.world.website.add(500)
        day.world.website.rewrite(500, {"master_id": 5000})
        await day.sync()
        await day.core.enrich.nudge(day.clock.now())
        sent = day.asked["master"]
        await until(lambda: day.asked["master"] >= sent + 8)

        assert 5000 in await day.masters()
        await turning


async def test_a_release_from_a_file_is_read_and_then_its_master(tmp_path: Path) -> None:
    async with fact_day(tmp_path, shared()) as day:
        async with day.stores.database.tx() as tx:
            await tx.execute("UPDATE releases SET source = 'file', master_id = NULL WHERE release_id IN (1, 5)")
            await tx.execute("UPDATE accounts SET access = 'local'")
            await tx.execute("DELETE FROM credentials")
        assert (await day.coverage()).pending == 5
        revision = await day.core.history.revision(day.account.id)
        await day.core.jobs.alone("enrichment", lambda _now: day.core.enrich.work_down(day.account, details=False))

        assert day.asked == {"release": 2, "master": 4}
        assert day.world.counts.callers == {ANONYMOUS: 6}
        assert await day.coverage() == Coverage(releases=5, known=3, no_year=1, no_master=1)
        assert await day.core.history.revision(day.account.id) != revision
        row = next(copy.release for copy in (await day.collection()).copies if copy.release.id == 1)
        assert (row.master_id, row.genres) == (10, ("Reggae",))


async def test_an_index_that_is_here_answers_without_a_call(tmp_path: Path) -> None:
    """As after the import of a whole dump: what a sync brings is known at once."""
    async with fact_day(tmp_path / "first", shared()) as day:
        await day.turn()
        index = day.stores.database.path
    shutil.copytree(tmp_path / "first", tmp_path / "second", ignore=shutil.ignore_patterns("budget*"))
    assert index.exists()
    async with fact_day(tmp_path / "second", shared()) as day:
        async with day.stores.database.tx() as tx:
            await tx.execute("DELETE FROM items")
            await tx.execute("DELETE FROM changes")
            await tx.execute("DELETE FROM releases")
        report = await day.sync()

        assert report.queued == 0
        assert await day.masters() == {10: 1970, 30: None, 40: 1999}


async def test_what_was_known_of_records_goes_with_the_only_one_who_had_them(tmp_path: Path) -> None:
    async with fact_day(tmp_path, shared()) as day:
        other = day.world.open_account("another", Holding((record(1, 10, year=1980),), (), ()))
        theirs = await day.core.connect.with_token(other.token)
        await day.core.sync.run(theirs, lambda _event: None)
        await day.turn()
        async with day.stores.database.tx() as tx:
            for number in (1, 2):
                await day.stores.readings.look(tx, ReleaseId(number), day.clock.now())
        await day.core.leaving.delete(day.account)

        assert await day.details() == {1}
        assert await day.stores.masters.known([MasterId(number) for number in (10, 30, 40, 60)]) == {10}
        rows = await day.stores.database.fetch("SELECT kind, number FROM readings")
        assert rows == [(What.RELEASE, 1)]


@pytest.mark.parametrize("route", ["master", "release"])
@pytest.mark.parametrize("fault", ["hang", "404"])
async def test_what_was_under_way_for_somebody_who_leaves_leaves_no_trace(
    tmp_path: Path, route: str, fault: str
) -> None:
    async with fact_day(tmp_path, records(6)) as day:
        day.faults.waited_for = True
        day.faults.add("hang", route=route, times=FOR_EVER)
        if fault != "hang":
            day.faults.add(fault, route=route, times=FOR_EVER)
        turning = asyncio.create_task(day.turn())
        await until(partial(day.has_asked, route, 3))
        await day.core.leaving.delete(day.account)
        day.faults.release()
        await turning

        for table in ("masters", "release_details", "readings", "releases"):
            assert await day.stores.database.fetch(f"SELECT * FROM {table}") == []


async def test_a_clock_that_was_ahead_keeps_nothing_from_being_read(tmp_path: Path) -> None:
    async with fact_day(tmp_path, records(3)) as day:
        ahead = (day.clock.now() + timedelta(days=300)).isoformat()
        async with day.stores.database.tx() as tx:
            await tx.execute(
                "INSERT INTO readings (kind, number, state, tries, next_at) VALUES ('master', 10, 'failed', 3, ?)",
                (ahead,),
            )
        await day.turn()

        assert set(await day.masters()) == {10, 20, 30}
