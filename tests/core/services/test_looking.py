"""Looking at data that have become old refreshes them behind the answer, as far as there is room."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from core.domain.collection import Copy
from core.domain.ids import InstanceId, Shelf
from core.domain.progress import AskedBy, Kind, PastRun
from core.domain.schedule import MANY_PRESSED
from core.services import looking
from core.services.looking import MOST_READ
from core.store.cipher import Cipher
from core.store.repositories import Repositories
from tests.core.services.looked_after import COLLECTION, HOUR, WANTLIST, Day, dated, day, until, with_wants
from tests.factories import make_account

import pytest

OLD = 7 * HOUR
NO_ROOM = 0.0


@pytest.fixture
def no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine whose budget is spoken for."""
    monkeypatch.setattr(looking, "_SHARE", NO_ROOM)


async def quiet(today: Day) -> None:
    await until(lambda: not today.core.look._behind)


async def runs(today: Day) -> list[tuple[Kind, Shelf, AskedBy]]:
    """Those that nobody asked for, in the order in which they were."""
    past: tuple[PastRun, ...] = await today.core.history.runs(today.account)
    return [(run.kind, run.shelf, run.by) for run in reversed(past) if run.by is not AskedBy.PERSON]


async def copies(today: Day, *numbers: int) -> list[Copy]:
    here = await today.here()
    return [here[InstanceId(number)] for number in numbers]


async def synced(today: Day, *shelves: Shelf, ago: timedelta = OLD) -> None:
    for shelf in shelves or (COLLECTION,):
        await today.sync(shelf)
    today.passes(ago)


@pytest.mark.parametrize("shelf", [COLLECTION, WANTLIST])
async def test_a_look_at_an_old_shelf_probes_it_behind(tmp_path: Path, shelf: Shelf) -> None:
    async with day(tmp_path, with_wants(dated(30), range(500, 530))) as today:
        await synced(today, COLLECTION, WANTLIST)
        today.core.look.at_shelf(today.account, shelf)
        await quiet(today)

        assert await runs(today) == [(Kind.PROBE, shelf, AskedBy.LOOK)]
        assert (await today.ages(shelf))[1] == today.clock.now()


async def test_a_look_at_a_fresh_shelf_asks_for_nothing(tmp_path: Path) -> None:
    async with day(tmp_path, dated(30)) as today:
        await synced(today, ago=5 * HOUR)
        with today.asks() as sent:
            today.core.look.at_shelf(today.account)
            today.core.look.at_copies(today.account, await copies(today, 1))
            await quiet(today)
            assert sent() == 0


async def test_a_shelf_that_was_never_read_is_not_read_for_a_look(tmp_path: Path) -> None:
    async with day(tmp_path, dated(30)) as today:
        with today.asks() as sent:
            today.core.look.at_shelf(today.account)
            await quiet(today)
            assert sent() == 0


async def test_two_looks_at_once_are_one_probe(tmp_path: Path) -> None:
    async with day(tmp_path, dated(30)) as today:
        await synced(today)
        with today.asks() as sent:
            for _ in range(3):
                today.core.look.at_shelf(today.account)
            await quiet(today)
            assert sent() == 1


async def test_a_lone_reader_of_old_details_gets_them_all_anew(tmp_path: Path) -> None:
    async with day(tmp_path, dated(250)) as today:
        await synced(today)
        today.world.website.rate(200, 4)
        today.core.look.at_copies(today.account, await copies(today, 1))
        await quiet(today)

        assert await runs(today) == [(Kind.READ, COLLECTION, AskedBy.LOOK), (Kind.WALK, COLLECTION, AskedBy.LOOK)]
        assert (await copies(today, 200))[0].rating == 4
        assert await today.replays()


async def test_where_there_is_no_room_only_the_copies_looked_at_are_read(tmp_path: Path, no_room: None) -> None:
    async with day(tmp_path, dated(250)) as today:
        await synced(today)
        walked = await today.ages()
        for number in (1, 200):
            today.world.website.rate(number, 4)
        with today.asks() as sent:
            today.core.look.at_copies(today.account, await copies(today, 1))
            await quiet(today)
            assert sent() == 1

        assert [copy.rating for copy in await copies(today, 1, 200)] == [4, None]
        assert await today.ages() == walked  # Of all others nothing is known.
        assert await today.replays()


async def test_at_most_five_releases_are_read_for_one_look(tmp_path: Path, no_room: None) -> None:
    async with day(tmp_path, dated(30)) as today:
        await synced(today)
        with today.asks() as sent:
            today.core.look.at_copies(today.account, await copies(today, *range(1, 20)))
            await quiet(today)
            assert sent() == MOST_READ


async def test_what_was_read_for_a_look_is_not_read_again_for_six_hours(tmp_path: Path, no_room: None) -> None:
    async with day(tmp_path, dated(30)) as today:
        await synced(today)
        some = await copies(today, 1)
        for ago, more in ((HOUR, 1), (OLD, 0), (HOUR, 1)):
            with today.asks() as sent:
                today.core.look.at_copies(today.account, some)
                await quiet(today)
                assert sent() == more
            today.passes(ago)


async def test_a_copy_that_has_gone_stays_until_more_is_known(tmp_path: Path, no_room: None) -> None:
    async with day(tmp_path, dated(30)) as today:
        await synced(today)
        some = await copies(today, 1)
        today.world.website.remove(1)
        today.core.look.at_copies(today.account, some)
        await quiet(today)
        assert 1 in await today.numbers()


async def test_while_many_are_late_details_wait(tmp_path: Path) -> None:
    async with day(tmp_path, dated(30)) as today:
        await synced(today)
        some = await copies(today, 1)
        await _late(today.stores, tmp_path)
        with today.asks() as sent:
            today.core.look.at_copies(today.account, some)
            await quiet(today)
            assert sent() == 0


async def _late(stores: Repositories, directory: Path) -> None:
    """So many others that were due an hour ago."""
    repositories = Repositories.of(stores.database, Cipher(directory / "other.key"))
    async with stores.database.tx() as tx:
        for number in range(MANY_PRESSED):
            account = make_account(900 + number, username=f"late {number}")
            kept = await repositories.accounts.save(tx, account, None, account.connected_at)
            await repositories.shelves.begin(tx, kept.id, account.connected_at)


async def test_nothing_is_asked_for_an_account_that_nothing_reads_any_more(tmp_path: Path) -> None:
    async with day(tmp_path, dated(30)) as today:
        await synced(today)
        await today.core.leaving.disconnect(today.account)
        with today.asks() as sent:
            today.core.look.at_shelf(today.account)
            today.core.look.at_copies(today.account, await copies(today, 1))
            await quiet(today)
            assert sent() == 0


async def test_an_outage_behind_a_look_is_nobody_s_trouble(tmp_path: Path) -> None:
    async with day(tmp_path, dated(30)) as today:
        await synced(today)
        before = await today.here()
        today.world.faults.add("500", route="collection", times=100)
        today.core.look.at_shelf(today.account)
        today.core.look.at_copies(today.account, await copies(today, 1))
        await quiet(today)
        assert await today.here() == before
