"""Records into a file, whole or not at all; and all of it back again, for whoever imports it and nobody else."""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Final

from core import config as settings
from core.app import Core, open_core
from core.domain.collection import Collection
from core.domain.deciding import Said
from core.domain.details import Identifier, KnownDetails, ReleaseDetails
from core.domain.exporting import Export, Kind
from core.domain.exporting_about import About
from core.domain.ids import ReleaseId, Shelf
from core.domain.master import Master, Source, Told
from core.domain.sorting import DEFAULT
from core.errors import ExportExists, ExportNotWritten
from core.sandbox.readers import read_collection
from core.services.export import Wanted
from core.services.export_writing import write_whole
from core.store.cipher import Cipher
from core.store.database import open_database
from core.store.repositories import Repositories
from tests.exports import csv_of, row
from tests.factories import ADDED, make_copy
from tests.stand_in import SAMPLES, Evening, evening

import pytest

ABOUT: Final = About("mine", Shelf.COLLECTION, "https://x", "https://x", ADDED)
WANTED: Final = Wanted(Kind.CSV, Shelf.COLLECTION, "", DEFAULT, "", "https://x", "https://x")
EVERYTHING: Final = Said(removals=True)


def export_of(number: int) -> Export:
    copies = tuple(make_copy(at) for at in range(1, number + 1))
    return Export(Kind.CSV, copies, Collection(copies), ABOUT)


@contextlib.asynccontextmanager
async def core_in(directory: Path) -> AsyncIterator[Core]:
    async with open_core(settings.load({"RUNOUT_DATA_DIR": str(directory)})) as core:
        yield core


def put(target: Path, lines: Iterator[str], *, replace: bool = False) -> int:
    return write_whole(target, lines, replace=replace, is_stopped=bool, on_lines=lambda _: None)


async def test_a_file_is_there_whole_and_for_its_owner_alone(tmp_path: Path) -> None:
    heard: list[tuple[int, int]] = []
    target = tmp_path / "mine.csv"
    async with core_in(tmp_path / "data") as core:
        done = await core.export.write(export_of(1_200), target, on_written=lambda *at: heard.append(at))
    assert (done.records, done.bytes, done.path) == (1_200, target.stat().st_size, str(target))
    assert target.read_bytes().count(b"\r\n") == 1_201
    assert heard == [(499, 1_200), (999, 1_200), (1_200, 1_200)]
    assert target.stat().st_mode & 0o777 == 0o600
    assert {one.name for one in tmp_path.iterdir()} == {"data", "mine.csv"}


async def test_what_is_there_is_left_unless_it_is_to_be_replaced(tmp_path: Path) -> None:
    target = tmp_path / "mine.csv"
    target.write_text("precious")
    target.chmod(0o640)
    async with core_in(tmp_path / "data") as core:
        with pytest.raises(ExportExists):
            await core.export.write(export_of(1), target)
        assert target.read_text() == "precious"
        await core.export.write(export_of(1), target, replace=True)
    assert target.read_text().startswith("Catalog#")
    assert target.stat().st_mode & 0o777 == 0o640


def test_whoever_is_faster_keeps_the_name(tmp_path: Path) -> None:
    target = tmp_path / "mine.csv"

    def lines() -> Iterator[str]:
        yield "one\n"
        target.write_text("somebody else's")

    with pytest.raises(ExportExists):
        put(target, lines())
    assert [one.name for one in tmp_path.iterdir()] == ["mine.csv"]
    assert target.read_text() == "somebody else's"


@contextlib.contextmanager
def room_for(number: int) -> Iterator[None]:
    """No file may have more bytes than that, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (number, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("replace", [False, True], ids=["new", "over another"])
def test_where_there_is_no_room_nothing_is_left_behind(tmp_path: Path, *, replace: bool) -> None:
    target = tmp_path / "mine.csv"
    if replace:
        target.write_text("precious")
    with room_for(10_000), pytest.raises(ExportNotWritten) as told:
        put(target, ("x" * 99 + "\n" for _ in range(1_000)), replace=replace)
    assert told.value.reason == "File too large"
    assert {one.name: one.read_text() for one in tmp_path.iterdir()} == ({"mine.csv": "precious"} if replace else {})


async def test_stopped_in_the_middle_it_leaves_nothing_behind(tmp_path: Path) -> None:
    begun, loop = asyncio.Event(), asyncio.get_running_loop()

    def hear(_done: int, _total: int) -> None:
        loop.call_soon_threadsafe(begun.set)

    async with core_in(tmp_path / "data") as core:
        writing = asyncio.create_task(core.export.write(export_of(50_000), tmp_path / "mine.csv", on_written=hear))
        await begun.wait()
        writing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await writing
    assert {one.name for one in tmp_path.iterdir()} == {"data"}


@pytest.mark.parametrize(
    ("name", "reason"),
    [("there/mine.csv", "there is no such directory"), (".", "it is a directory"), ("pipe", "it is no file")],
)
def test_what_is_no_place_for_a_file_is_refused(tmp_path: Path, name: str, reason: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ExportNotWritten) as told:
        put(tmp_path / name, iter(["x"]), replace=True)
    assert told.value.reason.startswith(reason)
    assert [one.name for one in tmp_path.iterdir()] == ["pipe"]


def test_a_link_stays_one_and_what_it_leads_to_is_replaced(tmp_path: Path) -> None:
    target, link = tmp_path / "real.csv", tmp_path / "link.csv"
    target.write_text("before")
    link.symlink_to(target)
    put(link, iter(["after"]), replace=True)
    assert (link.is_symlink(), target.read_text()) == (True, "after")


def test_what_a_killed_process_has_left_half_written_is_swept_up(tmp_path: Path) -> None:
    left = tmp_path / ".runout-999999999-x.part"
    left.write_text("half")
    put(tmp_path / "mine.csv", iter(["x"]))
    assert [one.name for one in tmp_path.iterdir()] == ["mine.csv"]


async def written(core: Core, target: Path, name: str = "") -> bytes:
    account = await core.library.account(name)
    assert account is not None
    await core.export.write(await core.export.choose(account, WANTED), target)
    return target.read_bytes()


async def brought(core: Core, file: Path, name: str = "mine") -> None:
    await core.importing.carry_out(await core.importing.look(file, name), EVERYTHING)


async def learn_of(tonight: Evening, collection: Collection) -> None:
    """Two hundred masters, some of them without a year, and the details of a hundred releases were read."""
    masters = sorted(collection.master_ids)[:200]
    told = [
        Told(Master(one, 1900 + at % 90 if at % 9 else None, ("Jazz",), ("Bop",)), Source.API, ADDED)
        for at, one in enumerate(masters)
    ]
    details = [
        ReleaseDetails(one, "x", country="UK" if at % 3 else None, identifiers=(Identifier("Barcode", f"5 0{at}"),))
        for at, one in enumerate(sorted(collection.by_release)[:100])
    ]
    async with open_database(tonight.config.paths.database) as database:
        stores = Repositories.of(database, Cipher(tonight.config.paths.key))
        async with database.tx() as tx:
            await stores.masters.write(tx, told, ADDED)
            await stores.facts.write(tx, [KnownDetails(one, ADDED) for one in details])


async def test_a_fetched_collection_comes_back_from_its_file_as_the_same_bytes(tmp_path: Path) -> None:
    """A real one of 621 copies, with folders, grades, notes, several artists and labels, and releases owned twice."""
    holding = read_collection(SAMPLES / "collections" / "collector_b" / "collection.json.gz")
    async with evening(tmp_path / "theirs", holding) as tonight:
        await tonight.sync()
        await learn_of(tonight, await tonight.collection())
        first = await written(tonight.core, tmp_path / "first.csv")
        before = await tonight.collection()
    async with core_in(tmp_path / "ours") as core:
        await brought(core, tmp_path / "first.csv")
        assert await written(core, tmp_path / "second.csv") == first
        account = await core.library.account("mine")
        assert account is not None
        after = await core.library.collection(account)
    assert (len(before.masters), len(before.facts)) == (200, 100)
    assert (after.masters, after.facts) == (before.masters, before.facts)
    # Where pictures lie is the only thing of a row that a file does not say.
    known = {copy.release.id: copy.release for copy in after.copies}
    for copy in before.copies:
        release = known[copy.release.id]
        assert (release.artists, release.labels, release.formats) == (
            copy.release.artists,
            copy.release.labels,
            copy.release.formats,
        )
        assert (release.genres, release.styles, release.master_id) == (
            copy.release.genres,
            copy.release.styles,
            copy.release.master_id,
        )
    assert len(before.copies) == len(after.copies) == 621


async def test_what_a_file_says_of_masters_is_told_of_its_collection_alone(tmp_path: Path) -> None:
    plain = tmp_path / "plain.csv"
    plain.write_bytes(csv_of(row(7)))
    rich = tmp_path / "rich.csv"
    mark = '"{""v"":1,""master"":{""genres"":[""Jazz""]},""barcodes"":[""123""]}"'
    lines = plain.read_text().splitlines()
    rich.write_text(
        f"{lines[0]},master_id,original_year,genres,styles,country,date_added_utc,runout\r\n"
        f"{lines[1]},77,1965,Reggae,Dub,UK,,{mark}\r\n",
        newline="",
    )
    async with core_in(tmp_path / "data") as core:
        await brought(core, rich, "rich")
        await brought(core, plain, "plain")
        found = {}
        for name in ("rich", "plain"):
            account = await core.library.account(name)
            assert account is not None
            found[name] = await core.library.collection(account)
    one, other = found["rich"], found["plain"]
    assert (one.copies[0].release.master_id, other.copies[0].release.master_id) == (77, None)
    assert (one.copies[0].release.genres, other.copies[0].release.genres) == (("Reggae",), ())
    assert [master.year for master in one.masters.values()] == [1965]
    assert one.facts[ReleaseId(7)].country == "UK"
    assert (other.masters, other.facts) == ({}, {})
    async with open_database(settings.load({"RUNOUT_DATA_DIR": str(tmp_path / "data")}).paths.database) as database:
        for table in ("masters", "release_facts", "release_details"):
            assert (await database.fetch(f"SELECT count(*) FROM {table}"))[0][0] == 0
        assert await database.fetch("SELECT DISTINCT master_id FROM releases") == [(None,)]
