"""Files and rows of pictures: whole or not there, and put right where they differ."""

from __future__ import annotations

import multiprocessing
import os
import time
from datetime import timedelta
from pathlib import Path

from core.domain.covers import Cover, Key, Kind, Size, State
from core.domain.ids import ReleaseId
from core.domain.image_lane import ImageLane, ask
from core.errors import CoverNotWritten
from core.store.cover_files import CoverFiles
from core.store.covers import CoverRepository
from core.store.database import Database
from tests.fakes import START
from tests.picture_host import write_again_and_again

import pytest

OLD = time.time() - 3_600
BODIES = [bytes([number]) * 200_000 for number in range(3)]


def key(number: int, size: Size = Size.LARGE) -> Key:
    return Key(ReleaseId(number), size)


def here(number: int, length: int = 10, used: int = 0, size: Size = Size.LARGE) -> Cover:
    moment = START + timedelta(hours=used)
    return Cover(
        key(number, size), "x", State.HERE, Kind.JPEG, length, width=1, height=1, fetched_at=START, used_at=moment
    )


@pytest.fixture
def files(tmp_path: Path) -> CoverFiles:
    return CoverFiles(tmp_path / "covers")


@pytest.fixture
def covers(database: Database) -> CoverRepository:
    return CoverRepository(database)


async def written(covers: CoverRepository, database: Database, *rows: Cover) -> None:
    async with database.tx() as tx:
        for row in rows:
            await covers.write(tx, row)


def test_pictures_lie_in_many_directories_by_number_and_size(files: CoverFiles) -> None:
    path = files.write(key(1_234_567), Kind.WEBP, b"x")
    assert path.relative_to(files.directory).as_posix() == "567/1234567-large.webp"
    assert files.find(key(1_234_567)) == path
    assert files.find(key(1_234_567, Size.SMALL)) is None
    assert files.directory.stat().st_mode & 0o077 == 0


def test_a_picture_of_another_kind_takes_the_place_of_the_old_one(files: CoverFiles) -> None:
    files.write(key(1), Kind.JPEG, b"old")
    files.write(key(1), Kind.PNG, b"new")
    assert [path.name for path in files.directory.rglob("*") if path.is_file()] == ["1-large.png"]


def test_whoever_reads_while_others_write_sees_a_whole_picture(files: CoverFiles) -> None:
    context = multiprocessing.get_context("forkserver")
    files.write(key(1), Kind.JPEG, BODIES[0])
    writers = [
        context.Process(target=write_again_and_again, args=(files.directory, key(1), body)) for body in BODIES[1:]
    ]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        path = files.find(key(1))
        assert path is not None
        assert path.read_bytes() in BODIES
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
    assert [path.name for path in files.directory.rglob("*") if path.is_file()] == ["1-large.jpg"]


def test_a_directory_that_may_not_be_written_to_is_told(tmp_path: Path) -> None:
    (tmp_path / "covers").write_text("a file")
    with pytest.raises(CoverNotWritten) as told:
        CoverFiles(tmp_path / "covers").write(key(1), Kind.JPEG, b"x")
    assert told.value.path == str(tmp_path / "covers")
    assert told.value.reason


def test_nothing_half_is_left_when_a_picture_cannot_be_written(
    files: CoverFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    files.write(key(1), Kind.JPEG, b"old")

    def refused(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", refused)
    with pytest.raises(CoverNotWritten):
        files.write(key(1), Kind.JPEG, b"new")
    assert [path.name for path in files.directory.rglob("*") if path.is_file()] == ["1-large.jpg"]


def test_files_that_no_row_knows_go_and_rows_without_their_file_are_told(files: CoverFiles) -> None:
    for number in (1, 2, 3, 4):
        files.write(key(number), Kind.JPEG, b"x" * 10)
    part = files.directory / "001" / ".1-large.0123abcd.part"
    mine = files.directory / "001" / "mine.jpg"
    for path in (part, mine, files.directory / "README"):
        path.write_bytes(b"x")
    for path in files.directory.rglob("*"):
        os.utime(path, (OLD, OLD))
    files.write(key(5), Kind.JPEG, b"x")

    rows = {key(1): (Kind.JPEG, 10), key(2): (Kind.JPEG, 11), key(3): (Kind.PNG, 10), key(6): (Kind.JPEG, 10)}
    stray = files.compare(rows)

    assert set(stray.rows) == {key(2), key(3), key(6)}
    assert stray.files == 4
    left = {path.name for path in files.directory.rglob("*") if path.is_file()}
    assert left == {"1-large.jpg", "5-large.jpg", "mine.jpg", "README"}


def test_a_directory_that_is_not_there_is_an_empty_one(files: CoverFiles) -> None:
    assert files.compare({}).files == 0
    assert files.compare({key(1): (Kind.JPEG, 1)}).rows == (key(1),)
    assert files.find(key(1)) is None
    assert files.clear() == 0
    files.delete([key(1)])


def test_a_link_is_not_followed(files: CoverFiles, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "7-large.jpg").write_bytes(b"x")
    files.directory.mkdir()
    (files.directory / "007").symlink_to(elsewhere)
    assert files.clear() == 0
    assert (elsewhere / "7-large.jpg").exists()


async def test_a_row_is_read_as_it_was_written(covers: CoverRepository, database: Database) -> None:
    failed = Cover(key(1, Size.SMALL), "a", State.FAILED, next_at=START, reason="Unavailable", tries=2)
    await written(covers, database, here(1), failed)
    assert await covers.of([ReleaseId(1)]) == {key(1): here(1), key(1, Size.SMALL): failed}


async def test_what_a_later_version_wrote_is_as_good_as_nothing(covers: CoverRepository, database: Database) -> None:
    await written(covers, database, here(1), here(2))
    async with database.tx() as tx:
        await tx.execute("UPDATE covers SET state = 'folded' WHERE release_id = 1")
        await tx.execute("INSERT INTO image_lane (lane, body) VALUES (1, ?)", (b"[]",))
    assert set(await covers.of([ReleaseId(1), ReleaseId(2)])) == {key(2)}
    assert await covers.lane() == ImageLane()


async def test_room_is_made_by_what_was_used_longest_ago(covers: CoverRepository, database: Database) -> None:
    await written(covers, database, here(1, 10, used=3), here(2, 20, used=1), here(3, 30, used=2), here(4, 40, used=4))
    await written(covers, database, Cover(key(5), "x", State.REFUSED))
    async with database.tx() as tx:
        assert await covers.held(tx) == 100

        async def gone(too_much: int, before: int | None = None) -> list[int]:
            moment = None if before is None else START + timedelta(hours=before)
            return [one.release for one, _ in await covers.longest_unused(tx, moment, too_much)]

        assert await gone(1) == [2]
        assert await gone(20) == [2]
        assert await gone(21) == [2, 3]
        assert await gone(55) == [2, 3, 1]
        assert await gone(1_000) == [2, 3, 1, 4]
        assert await gone(1_000, before=3) == [2, 3]


async def test_a_use_is_noted_and_never_put_back(covers: CoverRepository, database: Database) -> None:
    await written(covers, database, here(1, used=2), here(2, used=2))
    async with database.tx() as tx:
        await covers.used(tx, [(key(1), START + timedelta(hours=5)), (key(2), START), (key(9), START)])
        one, two, none = [await covers.one(tx, key(number)) for number in (1, 2, 9)]
    assert one == here(1, used=5)
    assert two == here(2, used=2)
    assert none is None


async def test_the_lane_is_one_row_for_everybody(covers: CoverRepository, database: Database) -> None:
    async with database.tx() as tx:
        assert await covers.change_lane(tx, lambda lane: ask(lane, key(1), 5.0)) is None
    async with database.tx() as tx:
        assert await covers.change_lane(tx, lambda lane: ask(lane, key(2), 5.0)) is not None
    assert [one.key for one in (await covers.lane()).flights] == [key(1)]
