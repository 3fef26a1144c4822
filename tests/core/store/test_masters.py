"""Masters: who said what last is what counts, and nothing is forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.domain.ids import MasterId
from core.domain.master import Master, Source, Told
from core.store.collections import CollectionRepository
from core.store.database import Database, open_database
from core.store.masters import MasterRepository, stamp
from tests.core.store.owners import NOW, copy_of, know, owner_of, told

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

DAY = timedelta(days=1)
API, DUMP = Source.API, Source.DUMP
M = MasterId(3)


@pytest.fixture
def masters(database: Database) -> MasterRepository:
    return MasterRepository(database)


async def test_what_goes_in_comes_out(database: Database, masters: MasterRepository) -> None:
    whole = Told(Master(M, 1976, ("Reggae", "Folk, World, & Country"), ("Dub",), None), DUMP, NOW)
    await know(database, whole)

    assert await masters.told(M) == whole
    assert await masters.told(MasterId(4)) is None
    assert await masters.known([M, MasterId(4)]) == {M}


@pytest.mark.parametrize(
    ("first", "second", "wins"),
    [
        (told(3, 1970, by=DUMP), told(3, 1971, by=API), 1971),
        (told(3, 1970, by=API), told(3, 1971, by=DUMP), 1970),
        (told(3, 1970, by=API), told(3, 1971, by=API), 1971),
        (told(3, 1970, by=DUMP), told(3, 1971, by=DUMP), 1971),
        (told(3, 1970, by=API), told(3, 1971, by=DUMP, as_of=NOW + DAY), 1971),
        (told(3, 1970, by=DUMP, as_of=NOW + DAY), told(3, 1971, by=API), 1970),
        (told(3, 1970), told(3, None, as_of=NOW + DAY), None),
    ],
    ids=["api over dump", "api stays", "later api", "later dump", "newer dump", "newer dump stays", "year withdrawn"],
)
async def test_the_newer_wins_and_of_two_of_one_moment_the_api(
    database: Database, masters: MasterRepository, first: Told, second: Told, wins: int | None
) -> None:
    await know(database, first)
    await know(database, second)

    found = await masters.told(M)
    assert found is not None
    assert found.master.year == wins


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    said=st.lists(
        st.tuples(st.sampled_from(Source), st.integers(0, 3), st.none() | st.integers(1950, 1953)),
        min_size=1,
        max_size=6,
    ),
    number=st.integers(1, 10**9),
)
async def test_in_whatever_order_it_is_told_the_last_word_stays(
    database: Database, said: list[tuple[Source, int, int | None]], number: int
) -> None:
    for source, days, year in said:
        await know(database, told(number, year, by=source, as_of=NOW + days * DAY))

    latest = max(days for _, days, _ in said)
    of_that_day = [(source, year) for source, days, year in said if days == latest]
    by_api = [year for source, year in of_that_day if source is API]
    found = await MasterRepository(database).told(MasterId(number))
    assert found is not None
    assert found.master.year == (by_api or [year for _, year in of_that_day])[-1]
    async with database.tx() as tx:
        await tx.execute("DELETE FROM masters")


async def test_the_main_release_is_not_lost_when_it_is_not_told_again(
    database: Database, masters: MasterRepository
) -> None:
    await know(database, told(3, main=7))
    await know(database, told(3, 1971, as_of=NOW + DAY))

    found = await masters.told(M)
    assert found is not None
    assert (found.master.year, found.master.main_release) == (1971, 7)


async def test_one_that_discogs_has_no_longer_stays_what_it_was_until_it_is_told_again(
    database: Database, masters: MasterRepository
) -> None:
    await know(database, told(3, 1970))
    async with database.tx() as tx:
        await masters.mark_gone(tx, M, NOW + 2 * DAY)
        await masters.mark_gone(tx, MasterId(99), NOW)
    await know(database, told(3, 1971, by=DUMP, as_of=NOW + DAY))

    assert await database.fetch("SELECT master_id, year, gone FROM masters") == [(3, 1970, 1)]

    await know(database, told(3, 1972, as_of=NOW + 3 * DAY))

    assert await database.fetch("SELECT master_id, year, gone FROM masters") == [(3, 1972, 0)]


async def learn(masters: MasterRepository, since: datetime | None) -> tuple[datetime, set[int]]:
    mark, found = await masters.learned(since)
    assert all(number == master.id for number, master in found.items())
    return mark, {int(number) for number in found}


async def test_who_asks_again_and_again_learns_each_master_once(database: Database, masters: MasterRepository) -> None:
    await owner_of(database, copy_of(1, 10), copy_of(2, 20), copy_of(3, 30))
    mark, nothing = await learn(masters, None)
    assert nothing == set()

    await know(database, told(10))
    await know(database, told(20))
    mark, some = await learn(masters, mark)
    assert some == {10, 20}
    assert await learn(masters, mark) == (mark, set())

    await know(database, told(30), told(20, 1999, as_of=NOW + DAY))
    assert (await learn(masters, mark))[1] == {20, 30}


async def test_what_is_the_same_as_before_is_no_news(database: Database, masters: MasterRepository) -> None:
    await owner_of(database, copy_of(1, 10))
    await know(database, told(10))
    mark, _ = await learn(masters, None)

    await know(database, told(10, as_of=NOW + DAY))

    assert await learn(masters, mark) == (mark, set())


async def test_masters_that_no_record_has_are_no_news(database: Database, masters: MasterRepository) -> None:
    """A whole dump has millions of them."""
    await owner_of(database, copy_of(1, 10))
    mark, _ = await learn(masters, None)
    await know(database, *(told(number) for number in range(1, 500)))

    assert (await learn(masters, mark))[1] == {10}


async def test_nothing_is_missed_however_the_clocks_are_set(database: Database, masters: MasterRepository) -> None:
    await owner_of(database, copy_of(1, 10), copy_of(2, 20))
    mark, _ = await learn(masters, None)
    await know(database, told(10), now=NOW)
    mark, _ = await learn(masters, mark)

    await know(database, told(20), now=NOW - DAY)

    assert (await learn(masters, mark))[1] == {20}


async def test_two_processes_never_store_under_one_moment(database: Database) -> None:
    async with open_database(database.path) as other:
        await know(database, told(1))
        await know(other, told(2))
        async with other.tx() as tx:
            assert await stamp(tx, NOW) > NOW

    assert len(await database.fetch("SELECT DISTINCT stored_at FROM masters")) == 2


async def test_a_collection_brings_the_masters_of_its_releases_that_were_read(database: Database) -> None:
    account = await owner_of(database, copy_of(1, 10), copy_of(2, 10), copy_of(3, 30), copy_of(4))
    other = told(99, 1960)
    await know(database, told(10, 1976, genres=("Reggae",)), other)
    repository = CollectionRepository(database)

    whole = await repository.load(account.id, facts=True)
    bare = await repository.load(account.id)
    first = await repository.first(account.id, 2)

    assert whole.masters == first.masters == {10: Master(MasterId(10), 1976, ("Reggae",))}
    assert bare.masters == {}
    assert bare.copies == whole.copies
    years = {
        copy.release.id: (master.year if master else None)
        for copy in whole.copies
        for master in [whole.master_of(copy.release)]
    }
    assert years == {1: 1976, 2: 1976, 3: None, 4: None}


async def test_masters_share_what_they_have_in_common_with_the_releases(database: Database) -> None:
    account = await owner_of(database, copy_of(1, 1000), copy_of(2, 1000), copy_of(3, 2000))
    await know(database, told(1000, 1976, genres=("Reggae",)), told(2000, 1976, genres=("Reggae",)))

    found = await CollectionRepository(database).load(account.id, facts=True)

    first, second = found.masters[MasterId(1000)], found.masters[MasterId(2000)]
    assert first.genres is second.genres is found.copies[0].release.genres
    assert first.id is found.copies[0].release.master_id is found.copies[1].release.master_id
