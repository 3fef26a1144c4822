"""Copies of the database, and a look at one whose last process was killed."""

from __future__ import annotations

import multiprocessing
import os
import resource
import shutil
import signal
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Final

from core.errors import BackupExists, BackupNotWritten, DatabaseDamaged
from core.store.backup import copy_database, forget_parts, newest_backup
from core.store.damage import refuse_damaged
from core.store.database import open_database
from tests.core.store.elsewhere import writing
from tests.core.store.test_unusable import without_privileges

import pytest

_CONTEXT: Final = multiprocessing.get_context("spawn")
LARGE: Final = 200


def written(path: Path, *, rows: int = LARGE, text: str = "x" * 3000) -> None:
    """Some pages of something, at rest."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS more (text TEXT)")
        connection.executemany("INSERT INTO more VALUES (?)", [(text,)] * rows)
        connection.commit()


async def made(path: Path) -> Path:
    """A database of the newest schema with something in it."""
    async with open_database(path):
        pass
    written(path)
    return path


def killed_while_open(path: Path) -> None:
    """Another process has written to it, and dies of a signal that nobody can catch."""
    process = _CONTEXT.Process(target=_write_and_die, args=(path,))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert path.with_name(f"{path.name}-wal").exists()


def _write_and_die(path: Path) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("INSERT INTO more VALUES ('the last words')")
    os.kill(os.getpid(), signal.SIGKILL)


@contextmanager
def open_elsewhere(path: Path) -> Iterator[None]:
    """Another process has it open, and does nothing."""
    opened, end = _CONTEXT.Event(), _CONTEXT.Event()
    process = _CONTEXT.Process(target=_hold, args=(path, opened, end))
    process.start()
    assert opened.wait(30)
    try:
        yield
    finally:
        end.set()
        process.join()


def _hold(path: Path, opened: Event, end: Event) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        opened.set()
        end.wait(60)


def damage(path: Path) -> None:
    """What a dying disk does to the pages in the middle."""
    content = path.read_bytes()
    middle = len(content) // 2 // 4096 * 4096
    path.write_bytes(content[:middle] + b"\xff" * 40_960 + content[middle + 40_960 :])


def rows_of(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT count(*) FROM more").fetchone()[0])


async def test_after_a_kill_a_whole_database_is_opened_and_has_what_was_written_last(tmp_path: Path) -> None:
    path = await made(tmp_path / "runout.db")
    killed_while_open(path)

    async with open_database(path) as database:
        assert await database.fetch("SELECT text FROM more WHERE text LIKE 'the%'") == [("the last words",)]

    assert not path.with_name("runout.db-wal").exists()


async def test_a_database_that_is_damaged_after_a_kill_is_told_of_each_time_with_the_newest_backup(
    tmp_path: Path,
) -> None:
    path = await made(tmp_path / "runout.db")
    (tmp_path / "backups").mkdir()
    for name in ("runout-auto-20260301T000000Z.db", "runout-20260302T000000Z.db", "runout-other.db"):
        shutil.copy(path, tmp_path / "backups" / name)
    killed_while_open(path)
    damage(path)

    for _ in range(2):
        with pytest.raises(DatabaseDamaged) as told:
            async with open_database(path):
                pass
        assert told.value.path == str(path)
        assert told.value.reason
        assert told.value.backup == str(tmp_path / "backups" / "runout-20260302T000000Z.db")


async def test_a_database_whose_beginning_is_gone_after_a_kill_is_damaged_and_not_a_foreign_file(
    tmp_path: Path,
) -> None:
    path = await made(tmp_path / "runout.db")
    killed_while_open(path)
    path.write_bytes(b"\xff" * 8192 + path.read_bytes()[8192:])

    with pytest.raises(DatabaseDamaged) as told:
        async with open_database(path):
            pass

    assert told.value.backup == ""


async def test_a_database_that_was_closed_is_not_looked_at(tmp_path: Path) -> None:
    path = await made(tmp_path / "runout.db")
    damage(path)

    refuse_damaged(path)


async def test_nor_one_that_another_process_has_open(tmp_path: Path) -> None:
    path = await made(tmp_path / "runout.db")
    with open_elsewhere(path):
        assert path.with_name("runout.db-wal").exists()
        damage(path)
        refuse_damaged(path)


async def test_a_copy_has_everything_is_its_owner_s_alone_and_is_one_file(tmp_path: Path) -> None:
    path = await made(tmp_path / "runout.db")
    before = path.read_bytes()

    found = copy_database(path, tmp_path / "copy.db", bool)

    assert rows_of(tmp_path / "copy.db") == LARGE
    assert (tmp_path / "copy.db").stat().st_mode & 0o777 == 0o600
    assert found.bytes == (tmp_path / "copy.db").stat().st_size
    assert path.read_bytes() == before


async def test_while_another_process_writes_the_copy_has_what_was_there_before(tmp_path: Path) -> None:
    path = await made(tmp_path / "runout.db")
    with writing(path):
        copy_database(path, tmp_path / "copy.db", bool)

    assert rows_of(tmp_path / "copy.db") == LARGE


@pytest.mark.parametrize("there", ["a file", "a link that leads nowhere"])
async def test_what_is_there_is_never_overwritten(tmp_path: Path, there: str) -> None:
    path, target = await made(tmp_path / "runout.db"), tmp_path / "copy.db"
    if there == "a file":
        target.write_text("mine")
    else:
        target.symlink_to(tmp_path / "elsewhere.db")

    with pytest.raises(BackupExists):
        copy_database(path, target, bool)

    assert not (tmp_path / "elsewhere.db").exists()
    assert target.is_symlink() or target.read_text() == "mine"


@pytest.mark.parametrize("name", ["nowhere/copy.db", "file/copy.db", "", "n" * 300])
async def test_where_nothing_can_be_written_nothing_is_left(tmp_path: Path, name: str) -> None:
    path = await made(tmp_path / "runout.db")
    (tmp_path / "file").write_text("")
    before = sorted(tmp_path.iterdir())

    with pytest.raises(BackupNotWritten) as told:
        copy_database(path, tmp_path / name, bool)

    assert told.value.reason
    assert [file for file in sorted(tmp_path.iterdir()) if file not in before] == []


async def test_a_directory_that_may_not_be_written_to_is_told_as_such(tmp_path: Path) -> None:
    place = Path(tempfile.mkdtemp())
    try:
        place.chmod(0o755)
        path = await made(place / "runout.db")
        path.chmod(0o644)
        (place / "closed").mkdir(0o555)
        with without_privileges(), pytest.raises(BackupNotWritten) as told:
            copy_database(path, place / "closed" / "copy.db", bool)
    finally:
        shutil.rmtree(place)

    assert told.value.reason == "Permission denied"


async def test_where_there_is_no_room_left_nothing_is_left(tmp_path: Path) -> None:
    path = await made(tmp_path / "runout.db")
    (tmp_path / "full").mkdir()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(BackupNotWritten) as told:
            copy_database(path, tmp_path / "full" / "copy.db", bool)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert told.value.reason
    assert list((tmp_path / "full").iterdir()) == []


async def test_a_database_that_cannot_be_read_to_its_end_makes_no_backup(tmp_path: Path) -> None:
    path = await made(tmp_path / "runout.db")
    damage(path)

    with pytest.raises(BackupNotWritten):
        copy_database(path, tmp_path / "copy.db", bool)

    assert [file.name for file in tmp_path.iterdir() if "wal" not in file.name and "shm" not in file.name] == [
        "runout.db"
    ]


@pytest.mark.parametrize("patience", range(4))
async def test_who_does_not_want_to_wait_leaves_nothing(tmp_path: Path, patience: int) -> None:
    path = await made(tmp_path / "runout.db")
    written(path, rows=20_000, text="short")
    looks = iter([False] * patience)

    with pytest.raises(BackupNotWritten):
        copy_database(path, tmp_path / "copy.db", lambda: next(looks, True))

    assert next(looks, True)
    assert not (tmp_path / "copy.db").exists()
    assert list(tmp_path.glob(".runout-*")) == []


def test_what_a_killed_process_left_half_made_goes_and_what_another_one_makes_stays(tmp_path: Path) -> None:
    left, held = tmp_path / ".runout-999999999-abc.part", tmp_path / ".runout-1-abc.part"
    mine = tmp_path / f".runout-{os.getpid()}-abc.part"
    for part in (left, mine):
        part.write_text("")
    written(held, rows=1)

    with open_elsewhere(held):
        forget_parts(tmp_path)

    assert sorted(tmp_path.iterdir()) == sorted([held, mine])


def test_the_newest_backup_is_told_by_its_name_and_foreign_files_are_none(tmp_path: Path) -> None:
    path, directory = tmp_path / "runout.db", tmp_path / "backups"
    assert newest_backup(path) == ""
    directory.mkdir()
    for name in (
        "runout-auto-20260301T000000Z.db",
        "runout-20260228T235959Z.db",
        "runout-auto-20269901T000000Z.db",
        "runout-auto-20270101T000000Z.db.bak",
        "my-runout-auto-20270101T000000Z.db",
        "zzz.db",
    ):
        (directory / name).write_text("")
    (directory / "runout-auto-20280101T000000Z.db").mkdir()

    assert newest_backup(path) == str(directory / "runout-auto-20260301T000000Z.db")
