"""Imports that were stopped, that meet, or that nobody goes on with."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from core.domain.dump import Checked, DumpPhase, DumpProgress
from core.errors import (
    DumpTakenOver,
    DumpUnderWay,
)
from core.services.upkeep import UpkeepService
from tests.core.services.importer import NOW, Importer, importer, rows_of
from tests.monthly_dump import NAME, dump_of, list_beside, make_master, packed, some_masters, write

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


async def test_an_import_that_was_stopped_goes_on_where_it_was(
    here: Importer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.discogs.unpacking.CHUNK", 3_000)
    masters = some_masters(400)
    for plain in (False, True):
        text = dump_of(masters)
        file = write(tmp_path, text if plain else packed(text), f"discogs_2026080{1 + plain}_masters.xml")
        staged = 0
        for entries in (100, 200, 300):
            await stopped_after(here, file, entries)
            assert await here.count("staged_masters") > staged
            staged = await here.count("staged_masters")
        seen: list[DumpProgress] = []
        report = await here.bring(
            file.rename(tmp_path / f"moved-{file.name}"),
            day=date(2026, 8, 1 + plain),
            everything=True,
            progress=seen.append,
        )

        assert report.resumed_at > len(text) // 2
        assert (report.entries, report.published.kept) == (400, 400)
        assert seen[0].phase is DumpPhase.SKIPPING
        assert min(one.entries for one in seen if one.phase is DumpPhase.READING) > 300
        assert await here.masters() == rows_of(masters, f"2026-08-0{1 + plain}T00:00:00+00:00")
        assert await here.is_clean()


async def stopped_after(here: Importer, file: Path, entries: int, **more: object) -> None:
    """Somebody stops an import when so many entries are staged."""

    def stop(progress: DumpProgress) -> None:
        if progress.entries >= entries:
            bringing.cancel()

    bringing = asyncio.create_task(here.bring(file, progress=stop, **{"everything": True, **more}))
    with pytest.raises(asyncio.CancelledError):
        await bringing


async def test_what_is_another_import_begins_anew(
    here: Importer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.discogs.unpacking.CHUNK", 3_000)
    masters = some_masters(400)
    file = write(tmp_path, dump_of(masters))
    await here.has_releases(*(one.id for one in masters[:300]))
    await stopped_after(here, file, 200, everything=False)

    other_extent = await here.bring(file, everything=True)
    await stopped_after(here, file, 200, everything=False)
    other_day = await here.bring(file, day=date(2026, 8, 2))
    await stopped_after(here, file, 200, everything=False)
    await here.has_releases(masters[-1].id, first=5_000)
    more_is_wanted = await here.bring(file)
    await stopped_after(here, file, 200, everything=False)
    other_text = await here.bring(write(tmp_path, dump_of([make_master(masters[0].id, 1066), *masters[1:]])))

    assert [one.resumed_at for one in (other_extent, other_day, more_is_wanted)] == [0, 0, 0]
    assert other_text.resumed_at == 0
    assert more_is_wanted.published.kept == 301


async def test_what_changed_unseen_is_read_anew(
    here: Importer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the same size, with the same beginning and the same end: as when somebody has edited a plain file."""
    monkeypatch.setattr("core.discogs.unpacking.CHUNK", 3_000)
    masters = some_masters(2_000)
    text = dump_of(masters)
    await stopped_after(here, write(tmp_path, text), 1_000)
    at = text.index(b"<year>1959</year>", 70_000)
    edited = text[:at] + b"<year>1958</year>" + text[at + 17 :]
    report = await here.bring(write(tmp_path, edited), everything=True)

    assert report.resumed_at == 0
    assert [row.year for row in (await here.masters()).values()].count(1958) == 1


async def test_of_two_imports_at_once_the_second_is_told(here: Importer, tmp_path: Path, file: Path) -> None:
    silent = tmp_path / "discogs_20260901_masters.xml"
    os.mkfifo(silent)
    first = asyncio.create_task(here.bring(silent, everything=True))
    while not await here.count("dumps"):
        await asyncio.sleep(0.01)
    async with importer(tmp_path) as other:
        for one in (here, other):
            with pytest.raises(DumpUnderWay) as told:
                await one.bring(file)
            assert told.value.path == silent.name
        assert [one.is_underway for one in await other.service.past()] == [True]
    await asyncio.to_thread(silent.write_bytes, dump_of([make_master(10**9)]))
    await first
    await here.bring(file, everything=True)

    assert await here.count("masters") == 61


async def test_an_import_that_was_taken_for_dead_publishes_nothing(here: Importer, file: Path) -> None:
    taken: list[asyncio.Task[None]] = []

    async def take() -> None:
        async with here.database.tx() as tx:
            await tx.execute("UPDATE dumps SET run_id = 'another'")

    def late(_progress: DumpProgress) -> None:
        if not taken:
            taken.append(asyncio.create_task(take()))

    with pytest.raises(DumpTakenOver):
        await here.bring(file, everything=True, progress=late)
    assert await here.masters() == {}


async def test_what_was_given_up_goes_after_a_week_and_what_was_published_at_once(
    here: Importer, tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.discogs.unpacking.CHUNK", 3_000)
    other = write(tmp_path, dump_of(some_masters(400)), "discogs_20260901_masters.xml")
    await stopped_after(here, other, 200)
    upkeep = UpkeepService(here.database)
    await here.bring(file, everything=True)
    staged = await here.count("staged_masters")
    assert staged >= 200
    await upkeep.clean(NOW + timedelta(days=6, hours=23))
    assert await here.count("staged_masters") == staged

    said = await upkeep.clean(NOW + timedelta(days=7, minutes=1))

    assert f"staged masters: {staged}" in said
    assert await here.is_clean()
    assert [one.name for one in await here.service.past()] == [NAME]
    assert await here.count("masters") == 60


async def test_a_great_deal_that_is_staged_goes_little_by_little(
    here: Importer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.discogs.unpacking.CHUNK", 3_000)
    monkeypatch.setattr("core.store.staged_masters._CLEANED", 50)
    await stopped_after(here, write(tmp_path, dump_of(some_masters(400))), 200)
    left = [await here.count("staged_masters")]
    while not await here.is_clean():
        await UpkeepService(here.database).clean(NOW + timedelta(days=8))
        left.append(await here.count("staged_masters"))

    assert [max(0, before - 50) for before in left][: len(left) - 1] == left[1:]


async def test_the_sum_is_of_the_whole_file_when_an_import_goes_on(
    here: Importer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.discogs.unpacking.CHUNK", 3_000)
    file = write(tmp_path, packed(dump_of(some_masters(400))))
    list_beside(file)
    await stopped_after(here, file, 200)
    report = await here.bring(file, everything=True)

    assert report.resumed_at
    assert report.checked is Checked.AGREES
