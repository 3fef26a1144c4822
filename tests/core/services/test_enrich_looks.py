"""Somebody opens a record: what is known is there at once, what has become old is read again behind it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

from core.domain.account import Account
from core.domain.details import KnownDetails
from core.domain.enrichment import Reading, State, What
from core.domain.ids import MasterId, ReleaseId
from core.domain.ledger import NOT_SIGNED_IN, SIGNED_IN, Lane
from core.errors import BrokenAnswer, NotFound, RateLimited, Rejected, Unavailable
from core.sandbox.counts import ANONYMOUS
from tests.core.services.bad_days import FOR_EVER
from tests.core.services.fact_days import FactDay, fact_day, records, until

import pytest

ONE = ReleaseId(1)


async def look(day: FactDay, release: int = 1, account: Account | None = None) -> KnownDetails | None:
    return await day.core.enrich.look(account or day.account, ReleaseId(release))


async def noted(day: FactDay, what: What, number: int, reading: Reading) -> None:
    async with day.stores.database.tx() as tx:
        await day.stores.readings.note(tx, what, number, reading, "why", day.clock.now())


async def test_a_record_that_was_never_read_is_read_with_its_master_in_the_lane_of_people(tmp_path: Path) -> None:
    async with fact_day(tmp_path, records(3)) as day:
        assert await day.core.enrich.known(ONE) is None
        found = await look(day)

        assert found is not None
        assert found == await day.core.enrich.known(ONE)
        assert found.details.id == 1
        assert found.details.tracks
        assert day.asked == {"release": 1, "master": 1}
        assert await day.masters() == {10: 1951}
        ledger = await day.core.enrich._slots.ledger(SIGNED_IN)
        assert {slot.lane for slot in ledger.slots[-2:]} == {Lane.PEOPLE}


async def test_what_was_read_lately_is_not_asked_for_again(tmp_path: Path) -> None:
    async with fact_day(tmp_path, records(3)) as day:
        await look(day)
        day.clock.advance(6 * 3600 - 10)

        assert await look(day) is None
        assert day.asked == {"release": 1, "master": 1}


async def test_past_six_hours_the_details_are_read_again_and_past_a_month_the_master(tmp_path: Path) -> None:
    async with fact_day(tmp_path, records(3)) as day:
        first = await look(day)
        day.clock.advance(6 * 3600 + 10)
        second = await look(day)
        assert day.asked == {"release": 2, "master": 1}
        day.clock.advance(31 * 86_400)
        day.world.website.rewrite_master(10, {"year": 1944})
        third = await look(day)

        assert first is not None
        assert second is not None
        assert third is not None
        assert first.as_of < second.as_of < third.as_of
        assert day.asked == {"release": 3, "master": 2}
        assert await day.masters() == {10: 1944}


async def test_details_of_a_clock_that_was_ahead_are_read_again(tmp_path: Path) -> None:
    async with fact_day(tmp_path, records(1)) as day:
        await look(day)
        async with day.stores.database.tx() as tx:
            ahead = (day.clock.now() + timedelta(days=900)).isoformat()
            await tx.execute("UPDATE release_details SET as_of = ?", (ahead,))

        assert await look(day) is not None


async def test_looks_at_one_record_at_once_are_one(tmp_path: Path) -> None:
    async with fact_day(tmp_path, records(3)) as day:
        found = await asyncio.gather(look(day), look(day), look(day))

        assert found[0] is not None
        assert list(found) == [found[0]] * 3
        assert day.asked == {"release": 1, "master": 1}
        assert (await day.reading(What.RELEASE, 1)).looks == 3


async def test_who_closes_the_record_gives_the_reading_up(tmp_path: Path) -> None:
    async with fact_day(tmp_path, records(3)) as day:
        day.faults.add("hang", route="release", times=1)
        day.faults.waited_for = True
        looking = asyncio.create_task(look(day))
        await until(lambda: day.asked["release"] != 0)
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)
        day.faults.clear()

        assert await day.core.enrich.known(ONE) is None
        assert await look(day) is not None


async def test_refreshing_asks_for_both_however_young_they_are(tmp_path: Path) -> None:
    async with fact_day(tmp_path, records(3)) as day:
        before = await look(day)
        day.clock.advance(1)
        found = await day.core.enrich.refresh(day.account, ONE)

        assert before is not None
        assert found.as_of > before.as_of
        assert day.asked == {"release": 2, "master": 2}


async def test_a_record_without_master_is_read_without_one(tmp_path: Path) -> None:
    async with fact_day(tmp_path, records(0, 5)) as day:
        day.world.website.add(5)
        found = await look(day, 5)

        assert found is not None
        assert day.asked == {"release": 1}


async def test_of_a_record_that_nobody_has_the_answer_tells_the_master(tmp_path: Path) -> None:
    async with fact_day(tmp_path, records(1)) as day:
        day.world.open_account("another", records(1, 9))
        found = await look(day, 9)

        assert found is not None
        assert day.asked == {"release": 1, "master": 1}
        assert await day.stores.masters.known([MasterId(90)]) == {90}


async def test_what_is_not_there_any_more_stays_known_and_is_not_asked_for_at_every_look(tmp_path: Path) -> None:
    async with fact_day(tmp_path, records(3)) as day:
        await look(day)
        day.clock.advance(7 * 3600)
        day.world.website.delete_release(1)
        with pytest.raises(NotFound):
            await look(day)
        assert await look(day) is None
        asked = day.asked["release"]
        with pytest.raises(NotFound):
            await day.core.enrich.refresh(day.account, ONE)
        day.clock.advance(25 * 3600)
        with pytest.raises(NotFound):
            await look(day)

        assert await day.core.enrich.known(ONE) is not None
        assert asked == 2
        assert day.asked["release"] == 4


async def test_what_rests_after_failures_is_asked_for_only_by_who_insists(tmp_path: Path) -> None:
    async with fact_day(tmp_path, records(3)) as day:
        rest = Reading(State.FAILED, 3, day.clock.now() + timedelta(hours=5))
        await noted(day, What.RELEASE, 1, rest)
        await noted(day, What.MASTER, 10, rest)
        assert await look(day) is None
        assert day.asked == {}
        found = await day.core.enrich.refresh(day.account, ONE)

        assert found.details.id == 1
        assert await day.reading(What.RELEASE, 1) == Reading(looks=1)
        assert await day.reading(What.MASTER, 10) == Reading()


@pytest.mark.parametrize(
    ("fault", "error"), [("500", Unavailable), ("truncated", BrokenAnswer), ("429", RateLimited)], ids=str
)
async def test_a_look_that_fails_says_why_loses_nothing_and_brings_no_rest(
    tmp_path: Path, fault: str, error: type[Exception]
) -> None:
    async with fact_day(tmp_path, records(3)) as day:
        await look(day)
        day.clock.advance(7 * 3600)
        day.faults.add(fault, route="release", times=FOR_EVER)
        for _ in range(4):
            with pytest.raises(error):
                await look(day)
        assert await day.core.enrich.known(ONE) is not None
        day.faults.clear()
        day.clock.advance(3600)

        assert await look(day) is not None


async def test_a_master_that_cannot_be_had_keeps_nobody_from_the_details(tmp_path: Path) -> None:
    async with fact_day(tmp_path, records(3)) as day:
        day.faults.add("500", route="master", times=FOR_EVER)
        with pytest.raises(Unavailable):
            await look(day)

        assert await day.core.enrich.known(ONE) is not None


async def test_who_is_not_signed_in_reads_as_anybody(tmp_path: Path) -> None:
    async with fact_day(tmp_path, records(3), public=True) as day:
        assert await look(day) is not None
        assert await day.core.enrich.look(None, ReleaseId(2)) is not None

        assert day.world.counts.callers == {ANONYMOUS: 4}
        assert len((await day.core.enrich._slots.ledger(NOT_SIGNED_IN)).slots) >= 4


async def test_an_application_vouches_for_who_is_not_signed_in(tmp_path: Path) -> None:
    async with fact_day(tmp_path, records(3), public=True, application=True) as day:
        assert await look(day) is not None

        assert day.world.counts.callers == {"key and secret": 2}


async def test_a_token_that_is_no_good_any_more_is_marked_and_the_record_is_read_as_anybody(tmp_path: Path) -> None:
    async with fact_day(tmp_path, records(3)) as day:
        day.world.revoke()
        found = await look(day)

        assert found is not None
        account = await day.core.library.account()
        assert account is not None
        assert account.refused_at is not None
        assert day.asked["identity"] >= 1


async def test_a_401_that_the_owner_is_not_to_blame_for_disconnects_nobody(tmp_path: Path) -> None:
    async with fact_day(tmp_path, records(3)) as day:
        day.faults.add("revoked token", route="release", times=FOR_EVER)
        with pytest.raises(Rejected):
            await look(day)

        account = await day.core.library.account()
        assert account is not None
        assert account.refused_at is None


async def test_pictures_that_strangers_are_not_shown_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with fact_day(tmp_path, records(1)) as day:
        answer = day.world.catalogue.body
        shown = [{"type": "primary", "uri": "https://i/1", "uri150": "https://i/s", "width": 600, "height": 600}]
        hidden = [{**shown[0], "uri": "", "resource_url": "", "uri150": ""}]
        images = shown
        monkeypatch.setattr(day.world.catalogue, "body", lambda one: {**(answer(one) or {}), "images": images})
        first = await day.core.enrich.refresh(day.account, ONE)
        images = hidden
        as_anybody = await day.core.enrich.refresh(None, ONE)
        as_owner = await day.core.enrich.refresh(day.account, ONE)

        assert len(first.details.pictures) == 1
        assert as_anybody.details.pictures == first.details.pictures
        assert as_owner.details.pictures == ()


async def test_a_list_that_is_looked_at_counts_as_no_look(tmp_path: Path) -> None:
    async with fact_day(tmp_path, records(3)) as day:
        day.core.look.at_shelf(day.account)
        day.core.look.at_copies(day.account, (await day.collection()).copies)
        await asyncio.sleep(0.05)

        assert await day.stores.database.fetch("SELECT * FROM readings") == []
        assert day.asked["release"] == 0


async def test_the_background_does_not_ask_for_what_was_opened_meanwhile(tmp_path: Path) -> None:
    async with fact_day(tmp_path, records(20)) as day:
        turning = asyncio.create_task(day.turn())
        await until(lambda: day.asked["master"] >= 3)
        for number in (1, 2, 3):
            await look(day, number)
        await turning

        assert day.asked["master"] <= 20 + 3
        assert day.asked["release"] == 20
