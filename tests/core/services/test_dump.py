"""Importing a monthly dump: what is known afterwards, who wins, and what nobody sees before the end."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from core.domain.dump import DatedBy, DumpPhase, DumpProgress
from core.domain.master import Master, Source
from tests.core.services.importer import NOW, Importer, importer, rows_of
from tests.monthly_dump import NAME, dump_of, make_master, packed, some_masters, write

import pytest

MASTERS = some_masters(60)
DAY_OF_IT = datetime(2026, 8, 1, tzinfo=UTC)


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Importer]:
    async with importer(tmp_path) as one:
        yield one


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write(tmp_path, packed(dump_of(MASTERS)))


async def test_only_the_masters_that_are_known_here_are_filled(here: Importer, file: Path) -> None:
    known = MASTERS[3::10]
    await here.has_releases(*(one.id for one in known), known[0].id, 0, 10**9)
    report = await here.bring(file)

    assert await here.masters() == rows_of(known)
    assert (report.entries, report.published.kept, report.published.added) == (60, 6, 6)
    assert (report.day, report.dated_by, report.everything) == (date(2026, 8, 1), DatedBy.NAME, False)
    assert await here.is_clean()


async def test_a_release_from_a_file_is_found_by_being_the_main_one(here: Importer, file: Path) -> None:
    masters = [one for one in MASTERS if one.main_release]
    await here.has_releases(0, first=masters[2].main_release or 0, source="file")
    await here.bring(file)

    assert await here.masters() == rows_of([masters[2]])


async def test_all_of_it_is_an_index_for_whatever_comes_later(here: Importer, file: Path) -> None:
    report = await here.bring(file, everything=True)

    assert await here.masters() == rows_of(MASTERS)
    assert (report.published.added, report.everything) == (60, True)
    assert (told := await here.told(MASTERS[9].id))
    assert (told.master, told.source, told.as_of) == (MASTERS[9], Source.DUMP, DAY_OF_IT)


async def test_the_newer_of_api_and_dump_wins_and_of_two_at_one_moment_the_api(here: Importer, tmp_path: Path) -> None:
    def said(year: int) -> list[Master]:
        return [make_master(number, year) for number in range(1, 6)]

    for number, as_of in enumerate((-30, -1, 0, 1, 30), 1):
        await here.is_told(make_master(number, 1900), as_of=DAY_OF_IT + timedelta(seconds=as_of))
    report = await here.bring(write(tmp_path, dump_of(said(1950))), everything=True)
    after_dump = [row.year for row in (await here.masters()).values()]
    await here.is_told(*said(1960), as_of=DAY_OF_IT + timedelta(seconds=10))
    after_api = [row.year for row in (await here.masters()).values()]

    assert after_dump == [1950, 1950, 1900, 1900, 1900]
    assert (report.published.changed, report.published.newer, report.published.added) == (2, 3, 0)
    assert after_api == [1960, 1960, 1960, 1960, 1900]
    assert [row.source for row in (await here.masters()).values()] == ["api"] * 5


async def test_a_later_dump_wins_over_an_earlier_one_in_any_order(here: Importer, tmp_path: Path) -> None:
    july, august = ([make_master(number, year) for number in range(1, 9)] for year in (1907, 1908))
    later = await here.bring(write(tmp_path, dump_of(august)), everything=True)
    earlier = await here.bring(write(tmp_path, dump_of(july), "discogs_20260701_masters.xml"), everything=True)

    assert {row.year for row in (await here.masters()).values()} == {1908}
    assert (earlier.published.newer, earlier.published.changed, earlier.latest) == (8, 0, date(2026, 8, 1))
    assert (later.latest, later.before) == (None, None)


async def test_the_same_dump_again_changes_nothing_and_says_so(here: Importer, file: Path) -> None:
    first = await here.bring(file, everything=True)
    before = await here.database.fetch("SELECT * FROM masters ORDER BY 1")
    here.clock.advance(3_600)
    again = await here.bring(file, everything=True)

    assert (first.before, again.before) == (None, NOW)
    assert (again.published.added, again.published.changed, again.published.same) == (0, 0, 60)
    assert await here.database.fetch("SELECT * FROM masters ORDER BY 1") == before
    assert len(await here.service.past()) == 1


async def test_what_a_later_dump_says_again_is_younger_but_no_news(here: Importer, tmp_path: Path) -> None:
    await here.bring(write(tmp_path, dump_of(MASTERS)), everything=True)
    stored = await here.database.fetch("SELECT master_id, stored_at FROM masters")
    here.clock.advance(3_600)
    changed = [make_master(MASTERS[0].id, 1899), *MASTERS[1:]]
    report = await here.bring(write(tmp_path, dump_of(changed), "discogs_20260901_masters.xml"), everything=True)
    now = await here.database.fetch("SELECT master_id, stored_at FROM masters")

    assert await here.masters() == rows_of(changed, "2026-09-01T00:00:00+00:00")
    assert (report.published.changed, report.published.same) == (1, 59)
    assert {row[0] for row in set(now) - set(stored)} == {MASTERS[0].id}


async def test_a_master_that_was_gone_is_back_when_a_later_dump_has_it(here: Importer, tmp_path: Path) -> None:
    await here.is_told(make_master(1), make_master(2), as_of=DAY_OF_IT - timedelta(days=1))
    await here.is_told(make_master(3), as_of=DAY_OF_IT + timedelta(days=1))
    async with here.database.tx() as tx:
        await tx.execute("UPDATE masters SET gone = 1")
    await here.bring(write(tmp_path, dump_of(make_master(number) for number in (1, 2, 3))), everything=True)

    assert await here.database.fetch("SELECT gone FROM masters ORDER BY master_id") == [(0,), (0,), (1,)]


@pytest.mark.parametrize("seed", range(12))
async def test_a_publish_means_the_same_as_telling_masters_one_by_one(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    moments = [DAY_OF_IT + timedelta(days=days) for days in (-40, -1, 0, 1)]
    told = [
        (
            make_master(
                number, chance.choice((None, 1)), chance.choice(((), ("a",))), main_release=chance.choice((0, 5))
            ),
            source,
            chance.choice(moments),
        )
        for number in range(1, 30)
        for source in Source
        if chance.random() < 0.7
    ]
    dump = [make_master(number, chance.choice((None, 1)), ("a",), (), chance.choice((0, 5))) for number in range(1, 35)]
    (tmp_path / "other").mkdir()
    async with importer(tmp_path) as one, importer(tmp_path / "other") as other:
        for each in (one, other):
            for master, source, at in told:
                await each.is_told(master, as_of=at, source=source)
        await one.bring(write(tmp_path, dump_of(dump)), everything=True)
        await other.is_told(*dump, as_of=DAY_OF_IT, source=Source.DUMP)

        assert await one.masters() == await other.masters()


async def test_nobody_sees_anything_before_the_end_and_everybody_can_write_meanwhile(
    here: Importer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.discogs.unpacking.CHUNK", 3_000)
    file = write(tmp_path, packed(dump_of(some_masters(400))))
    seen: list[tuple[DumpPhase, int]] = []
    writing: list[asyncio.Task[None]] = []

    def look(progress: DumpProgress) -> None:
        seen.append((progress.phase, progress.kept))
        if progress.phase is DumpPhase.READING:
            writing.append(asyncio.create_task(look_and_write(len(writing))))

    async def look_and_write(number: int) -> None:
        before = await here.masters()
        if all(row.source != "dump" for row in before.values()):
            assert len(before) <= number
        await here.is_told(make_master(10**6 + number, 2000))

    await here.bring(file, everything=True, progress=look)
    await asyncio.gather(*writing)

    assert len(writing) > 20
    assert [phase for phase, _ in seen][-1] is DumpPhase.PUBLISHING
    assert await here.count("masters") == 400 + len(writing)


async def test_progress_tells_bytes_of_the_file_entries_and_an_end(
    here: Importer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.discogs.unpacking.CHUNK", 3_000)
    file = write(tmp_path, packed(dump_of(some_masters(400))))
    seen: list[DumpProgress] = []
    await here.bring(file, everything=True, progress=seen.append)

    assert {one.total for one in seen} == {file.stat().st_size}
    assert [one.read for one in seen] == sorted(one.read for one in seen)
    assert [one.entries for one in seen] == [one.kept for one in seen]
    assert (seen[-1].read, seen[-1].entries) == (file.stat().st_size, 400)
    assert (seen[0].seconds_left, seen[-1].seconds_left) == (None, 0)


async def test_how_many_releases_have_their_year_is_told(here: Importer, file: Path) -> None:
    with_year = [one for one in MASTERS if one.year][:3]
    without = next(one for one in MASTERS if not one.year)
    await here.has_releases(*(one.id for one in with_year), without.id, 0)
    await here.has_releases(with_year[0].id, first=50)
    async with here.database.tx() as tx:
        await tx.execute(
            "INSERT INTO accounts (account_id, discogs_id, username, connected_at, active_at)"
            " VALUES ('a', 1, 'a', '', '')"
        )
        await tx.execute(
            "INSERT INTO items (account_id, shelf, instance_id, release_id, sorted_as)"
            " SELECT 'a', 'collection', release_id, release_id, '' FROM releases WHERE release_id < 50"
        )
    report = await here.bring(file)

    assert (report.known, report.releases) == (3, 5)


async def test_what_was_imported_is_remembered(here: Importer, tmp_path: Path, file: Path) -> None:
    assert await here.service.past() == ()
    await here.bring(file, everything=True)
    here.clock.advance(60)
    await here.bring(file)
    (latest, first) = await here.service.past()

    assert (latest.everything, latest.kept, latest.entries, latest.is_underway) == (False, 0, 60, False)
    assert (first.name, first.day, first.kept, first.published_at) == (NAME, date(2026, 8, 1), 60, NOW)
    assert first.part == 1.0


async def test_a_publish_in_several_parts_is_one(here: Importer, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.store.staged_masters._PART", 7)
    await here.is_told(make_master(MASTERS[30].id, 1066), as_of=DAY_OF_IT + timedelta(days=1))
    report = await here.bring(file, everything=True)

    assert (report.published.kept, report.published.added, report.published.newer) == (60, 59, 1)
    expected = rows_of(MASTERS) | {int(MASTERS[30].id): (await here.masters())[MASTERS[30].id]}
    assert await here.masters() == expected
