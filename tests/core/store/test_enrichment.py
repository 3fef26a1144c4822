"""The queue that is in the tables: what is to be read, in which order, and how much of a shelf is known."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.domain.details import KnownDetails, ReleaseDetails
from core.domain.enrichment import REST, Left, Pending, Reading, State, What, failed, missing, put_off
from core.domain.ids import AccountId, MasterId, ReleaseId, Shelf
from core.domain.master import Coverage
from core.store.database import Database
from core.store.details import DetailRepository
from core.store.enrichment import EnrichmentRepository
from core.store.masters import MasterRepository
from core.store.readings import ReadingRepository
from tests.core.store.owners import NOW, copy_of, from_file, know, owner_of, told

import pytest


@pytest.fixture
def queue(database: Database) -> EnrichmentRepository:
    return EnrichmentRepository(database)


@pytest.fixture
def readings(database: Database) -> ReadingRepository:
    return ReadingRepository(database)


async def numbers(
    queue: EnrichmentRepository,
    now: datetime = NOW,
    *,
    details: bool = False,
    signed_in: bool | None = None,
    account: AccountId | None = None,
) -> list[int]:
    found = await queue.pending(now, 100, details=details, signed_in=signed_in, account=account)
    return [one.number for one in found]


async def opened(database: Database, release: int, times: int = 1) -> None:
    async with database.tx() as tx:
        for _ in range(times):
            await ReadingRepository(database).look(tx, ReleaseId(release), NOW)


async def noted(database: Database, what: What, number: int, reading: Reading) -> None:
    async with database.tx() as tx:
        await ReadingRepository(database).note(tx, what, number, reading, "why", NOW)


async def read(database: Database, *releases: int) -> None:
    async with database.tx() as tx:
        told_of = [KnownDetails(ReleaseDetails(ReleaseId(number), "Dub"), NOW) for number in releases]
        await DetailRepository(database).write(tx, told_of)


async def test_each_master_waits_once_however_many_have_it(database: Database, queue: EnrichmentRepository) -> None:
    await owner_of(database, copy_of(1, 10), copy_of(2, 10), copy_of(1, 10, instance=3))
    await owner_of(database, copy_of(2, 10), wants=(copy_of(4, 40),))

    assert sorted(await numbers(queue)) == [10, 40]


async def test_what_has_no_master_or_is_known_does_not_wait(database: Database, queue: EnrichmentRepository) -> None:
    await owner_of(database, copy_of(1), copy_of(2, 20), copy_of(3, 30))
    await know(database, told(20, None))

    assert await numbers(queue) == [30]


async def test_what_was_opened_most_often_comes_first_and_then_what_was_added_last(
    database: Database, queue: EnrichmentRepository
) -> None:
    await owner_of(
        database,
        *(copy_of(number, number * 10, days=days) for number, days in ((1, 5), (2, 1), (3, 9), (4, 8), (5, 2))),
    )
    await opened(database, 4)
    await opened(database, 3, times=2)

    assert await numbers(queue) == [30, 40, 20, 50, 10]
    assert await numbers(queue, details=True) == [3, 4, 2, 5, 1]


async def test_a_master_is_as_fresh_as_the_freshest_of_its_releases(
    database: Database, queue: EnrichmentRepository
) -> None:
    await owner_of(database, copy_of(1, 10, days=9), copy_of(2, 20, days=5))
    await owner_of(database, copy_of(3, 10, days=1))

    assert await numbers(queue) == [10, 20]


async def test_a_release_from_a_file_is_read_itself_until_its_master_is_known(
    database: Database, queue: EnrichmentRepository
) -> None:
    account = await owner_of(database, copy_of(1), copy_of(2), copy_of(3, 30), access="local", signed_in=False)
    await from_file(database, 1, 2)
    await read(database, 2)

    assert await queue.pending(NOW, 10) == (Pending(What.RELEASE, 1), Pending(What.MASTER, 30))
    assert await queue.pending(NOW, 10, account=account.id) == await queue.pending(NOW, 10)


async def test_a_number_that_no_release_has_is_never_asked_for(database: Database, queue: EnrichmentRepository) -> None:
    await owner_of(database, copy_of(-5, -50), copy_of(-6))
    await from_file(database, -6)

    assert await numbers(queue) == []
    assert await numbers(queue, details=True) == []


async def test_who_has_it_is_told_with_it_if_they_can_ask(database: Database, queue: EnrichmentRepository) -> None:
    me = await owner_of(database, copy_of(1, 10))
    await owner_of(database, copy_of(1, 10), copy_of(2, 20), access="public", signed_in=False)
    refused = await owner_of(database, copy_of(3, 30))
    async with database.tx() as tx:
        await tx.execute("UPDATE accounts SET refused_at = ? WHERE account_id = ?", (NOW.isoformat(), refused.id))

    found = {one.number: one.holder for one in await queue.pending(NOW, 10)}

    assert found == {10: me.id, 20: None, 30: None}
    assert await numbers(queue, signed_in=True) == [10]
    assert sorted(await numbers(queue, signed_in=False)) == [20, 30]
    assert await queue.left(NOW) == Left(0, 1, 2)


async def test_what_only_those_have_who_have_disconnected_is_not_asked_for(
    database: Database, queue: EnrichmentRepository
) -> None:
    await owner_of(database, copy_of(1, 10), access="none", signed_in=False)

    assert await numbers(queue) == []
    assert not await queue.is_any(NOW)


async def test_details_are_read_of_what_is_owned_and_never_twice(
    database: Database, queue: EnrichmentRepository
) -> None:
    await owner_of(database, copy_of(1), copy_of(2), wants=(copy_of(3),))
    await read(database, 2)

    assert await numbers(queue, details=True) == [1]
    assert await numbers(queue, NOW + timedelta(days=400), details=True) == [1]


async def test_of_one_account_only_what_it_has_waits(database: Database, queue: EnrichmentRepository) -> None:
    me = await owner_of(database, copy_of(1, 10), copy_of(2, 20))
    await owner_of(database, copy_of(2, 20), copy_of(3, 30))
    await know(database, told(20))

    assert await numbers(queue, account=me.id) == [10]
    assert sorted(await numbers(queue, details=True, account=me.id)) == [1, 2]
    assert await queue.left(NOW, account=me.id) == Left(1, 1, 0)
    assert await queue.left(NOW, account=me.id, details=True) == Left(0, 2, 0)


@pytest.mark.parametrize("what", What)
async def test_what_failed_waits_until_its_time_has_come(
    database: Database, queue: EnrichmentRepository, readings: ReadingRepository, what: What
) -> None:
    await owner_of(database, copy_of(1, 10))
    number, details = (10, False) if what is What.MASTER else (1, True)
    reading = Reading()
    for wait in (timedelta(minutes=10), timedelta(hours=1), timedelta(days=1), timedelta(minutes=10)):
        reading = failed(reading, NOW)
        await noted(database, what, number, reading)

        assert await readings.of(what, number) == reading
        assert await numbers(queue, NOW + wait - timedelta(seconds=1), details=details) == []
        assert await numbers(queue, NOW + wait, details=details) == [number]


async def test_a_rest_that_was_set_by_a_clock_that_was_ahead_is_none(
    database: Database, queue: EnrichmentRepository
) -> None:
    await owner_of(database, copy_of(1, 10))
    await noted(database, What.MASTER, 10, failed(Reading(), NOW + timedelta(days=300)))

    assert await numbers(queue) == [10]


async def test_what_discogs_does_not_have_is_not_asked_for_by_itself_again(
    database: Database, queue: EnrichmentRepository
) -> None:
    await owner_of(database, copy_of(1, 10))
    await noted(database, What.MASTER, 10, missing(Reading(), NOW))
    await noted(database, What.RELEASE, 1, missing(Reading(), NOW))

    assert not await queue.is_any(NOW + timedelta(days=400))


async def test_what_was_put_off_comes_after_others_and_counts_as_no_failure(
    database: Database, queue: EnrichmentRepository, readings: ReadingRepository
) -> None:
    account = await owner_of(database, copy_of(1, 10), copy_of(2, 20))
    await noted(database, What.MASTER, 10, put_off(Reading(), NOW))

    assert await numbers(queue) == [20]
    assert (await readings.of(What.MASTER, 10)).tries == 0
    assert (await queue.coverage(account.id, Shelf.COLLECTION)).pending == 2


async def test_what_was_read_after_failures_has_none_any_more_and_its_looks_are_remembered(
    database: Database, readings: ReadingRepository
) -> None:
    await opened(database, 1, times=2)
    await noted(database, What.RELEASE, 1, failed(await readings.of(What.RELEASE, 1), NOW))
    async with database.tx() as tx:
        await readings.clear(tx, What.RELEASE, 1)

    assert await readings.of(What.RELEASE, 1) == Reading(looks=2)


async def test_coverage_tells_each_release_of_a_shelf_once(database: Database, queue: EnrichmentRepository) -> None:
    account = await owner_of(
        database,
        *(copy_of(number, number * 10) for number in range(1, 8)),
        copy_of(1, 10, instance=100),
        copy_of(8),
        copy_of(9),
        copy_of(11),
        wants=(copy_of(50, 10), copy_of(51, 510)),
    )
    await from_file(database, 9, 11)
    await know(database, told(10), told(20), told(30, None), told(40), told(50, None))
    async with database.tx() as tx:
        for master in (40, 50):
            await MasterRepository(database).mark_gone(tx, MasterId(master), NOW)
    await noted(database, What.MASTER, 60, failed(Reading(), NOW))
    await noted(database, What.RELEASE, 11, missing(Reading(), NOW))

    found = await queue.coverage(account.id, Shelf.COLLECTION)

    assert found == Coverage(releases=10, known=3, no_year=1, no_master=1, pending=2, failed=3)
    assert await queue.coverage(account.id, Shelf.WANTLIST) == Coverage(releases=2, known=1, pending=1)
    assert await queue.coverage(AccountId("nobody"), Shelf.COLLECTION) == Coverage(0)


async def test_how_much_is_left_and_done_is_told_of_everybody(database: Database, queue: EnrichmentRepository) -> None:
    await owner_of(database, copy_of(1, 10), copy_of(2, 20), copy_of(3, 30), copy_of(4))
    await know(database, told(10), told(999))
    await read(database, 2, 3)
    await noted(database, What.MASTER, 20, Reading(State.FAILED, 3, NOW + REST))

    assert await queue.left(NOW) == Left(1, 1, 0)
    assert await queue.left(NOW, details=True) == Left(2, 2, 0)


async def test_whoever_looks_for_work_sees_that_something_was_published_or_opened(
    database: Database, queue: EnrichmentRepository
) -> None:
    account = await owner_of(database, copy_of(1, 10))
    async with database.tx() as tx:
        await tx.execute("INSERT INTO shelves (account_id, shelf, revision) VALUES (?, 'collection', 4)", (account.id,))
    before = await queue.revision()
    await opened(database, 1)
    after = await queue.revision()

    assert before != after
    async with database.tx() as tx:
        await tx.execute("UPDATE shelves SET revision = 5")
    assert await queue.revision() != after
