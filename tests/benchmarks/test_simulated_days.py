"""What the simulated days are made of: what is counted there must be what the program would see."""

from __future__ import annotations

import asyncio
import random
from datetime import timedelta
from pathlib import Path

from benchmarks import unthreaded
from benchmarks.collectors import GIANT, Collectors, Pile, sizes, spread
from benchmarks.line import Line
from benchmarks.lives import BUSIEST, activity, moments
from benchmarks.settled import config_of, settle
from core.discogs import facts, parse
from core.domain.ids import Shelf
from core.domain.probe import Doubt, Found, Here, compared
from core.domain.walk import CollectionPage
from core.store.database import open_database
from core.store.enrichment import EnrichmentRepository
from tests.fakes import START, FakeClock

import httpx
import pytest


@pytest.mark.parametrize("number", [1, 10, 1_000, 2_500])
def test_collections_have_the_mean_size_whatever_their_number(number: int) -> None:
    found = sizes(number, 600)

    assert len(found) == number
    assert sum(found) / number == pytest.approx(600, rel=0.01)
    assert found.count(GIANT) == number // 500


def test_sizes_spread_around_their_mean_and_nobody_has_nothing() -> None:
    found = spread(1_000, 60, 1.5)

    assert min(found) >= 1
    assert max(found) > 10 * 60
    assert sum(found) / 1_000 == pytest.approx(60, rel=0.02)


def test_the_busiest_hour_is_the_busiest_and_the_night_is_quiet() -> None:
    assert max(range(48), key=lambda half: activity(half / 2)) == 2 * BUSIEST
    assert activity(BUSIEST) == pytest.approx(1)
    assert activity(BUSIEST + 12) < 0.1


def test_as_much_happens_in_a_day_as_was_asked_for() -> None:
    found = list(moments(1_000, 10 * 86_400, random.Random(1)))

    assert found == sorted(found)
    assert len(found) == pytest.approx(10_000, rel=0.05)


@pytest.fixture(scope="module")
def collectors() -> Collectors:
    return Collectors(3, START - timedelta(days=1), mean=250)


@pytest.mark.parametrize("shelf", Shelf)
def test_every_row_of_a_collector_can_be_read_and_comes_once(collectors: Collectors, shelf: Shelf) -> None:
    read = parse.wantlist_page if shelf is Shelf.WANTLIST else parse.collection_page
    for collector in collectors.all:
        pile = collector.piles[shelf]
        pages = -(-len(pile.rows) // 100)
        found = [read(pile.body(page, pile.page(page), len(pile.rows))) for page in range(1, pages + 1)]

        copies = [copy for page in found for copy in page.rows]
        assert len({copy.instance_id for copy in copies}) == len(copies) == len(pile.rows)
        assert [copy.added for copy in copies] == sorted(copy.added or START for copy in copies)
        assert not any(page.unreadable for page in found)


def test_a_probe_finds_what_a_collector_buys_and_doubts_when_something_went(collectors: Collectors) -> None:
    pile = max((one.piles[Shelf.COLLECTION] for one in collectors.all), key=lambda pile: len(pile.rows))
    here = _here(pile)
    pile.add(START)
    found = compared(_newest(pile), here)
    assert isinstance(found, Found)
    assert [copy.added for copy in found.added] == [START]

    here = _here(pile)
    pile.remove(random.Random(1))
    assert compared(_newest(pile), here) is Doubt.TOTAL


def _here(pile: Pile) -> Here:
    page = _newest(pile)
    return Here(page.told, {copy.instance_id: copy for copy in page.rows}, frozenset())


def _newest(pile: Pile) -> CollectionPage:
    return parse.collection_page(pile.body(1, pile.page(1, newest_first=True), len(pile.rows)))


def test_time_does_not_pass_while_a_row_is_read(tmp_path: Path) -> None:
    clock = FakeClock()

    async def read() -> float:
        asyncio.get_running_loop().create_task(clock.sleep(3600))
        async with open_database(tmp_path / "runout.db") as database:
            async with database.tx() as tx:
                await tx.execute("CREATE TABLE one (number INTEGER)")
            await asyncio.to_thread(sum, range(1000))
            await database.fetch("SELECT count(*) FROM one")
            return clock.monotonic()

    assert unthreaded.run(read()) == 0


def test_nobody_else_has_what_a_newcomer_has_and_everything_of_it_can_be_asked_for(collectors: Collectors) -> None:
    newcomer = collectors.newcomer(150)
    pile = newcomer.piles[Shelf.COLLECTION]
    mine = [parse.collection_page(pile.body(page, pile.page(page), 150)).rows for page in (1, 2)]
    releases = {copy.release.id: copy.release for rows in mine for copy in rows}
    masters = {release.master_id for release in releases.values()} - {None}

    assert len(releases) == 150
    assert masters <= pile.pressed.masters
    assert not masters & collectors.pressed.masters
    assert not releases.keys() & {number for number, _ in collectors.pressed.bodies}
    assert collectors.of_token(newcomer.token) is newcomer
    assert newcomer not in collectors.all


@pytest.mark.parametrize("path", ["releases/7", "masters/7"])
async def test_releases_and_masters_are_answered_as_what_they_are(collectors: Collectors, path: str) -> None:
    line = Line(collectors, FakeClock())
    token = {"Authorization": f"Discogs token={collectors.all[0].token}"}

    answer = await line.handle_async_request(httpx.Request("GET", f"https://api.discogs.test/{path}", headers=token))

    assert answer.status_code == 200
    read = facts.release if path.startswith("releases") else facts.master
    found = read(answer.content)
    assert found.id == 7
    assert found.year
    assert line.counted.routes == {path[:-3]: 1}


async def test_of_settled_accounts_everything_is_known_unless_it_is_to_be_read(tmp_path: Path) -> None:
    some = Collectors(2, START - timedelta(days=1), mean=20)
    for known, directory in ((True, tmp_path / "known"), (False, tmp_path / "new")):
        directory.mkdir()
        config = config_of(directory)
        await settle(config, some.all, START, known=known)
        async with open_database(config.paths.database) as database:
            assert await EnrichmentRepository(database).is_any(START) is not known
