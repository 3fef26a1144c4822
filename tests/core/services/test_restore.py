"""A backup takes the place of the database, all of it or nothing; what was there is kept."""

from __future__ import annotations

import asyncio
import errno
import multiprocessing
import os
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from core.app import open_core
from core.clock import SystemClock
from core.domain.backup import Found
from core.errors import (
    BackupExists,
    BackupUnusable,
    DatabaseInUse,
    DatabaseTooNew,
    NotRestored,
    RunoutError,
    SealBroken,
)
from core.services.backup import RestoreService
from core.store.cipher import Cipher
from core.store.migrate import newest_version
from core.store.restore import aside_name
from tests.core.services.test_backup import accounts_in, another, names, of
from tests.core.store.elsewhere import set_version
from tests.core.store.older import VERSIONS, restored
from tests.core.store.test_backup import damage, killed_while_open, open_elsewhere, written
from tests.fakes import FakeClock
from tests.stand_in import Evening, evening, many

import pytest

_CONTEXT: Final = multiprocessing.get_context("spawn")


async def test_a_backup_takes_the_place_of_the_database_and_the_old_one_is_kept(tmp_path: Path) -> None:
    async with evening(tmp_path, many(3)) as tonight:
        await tonight.sync()
        made = await tonight.core.backup.make(tmp_path / "copy.db")
        before = (tmp_path / "copy.db").read_bytes()
        tonight.own(many(8))
        await tonight.sync()
    done = await of(tonight).restore(tmp_path / "copy.db")

    assert (done.backup.copies, done.backup.path, done.locked) == (3, made.path, ())
    assert (tmp_path / "copy.db").read_bytes() == before
    with closing(sqlite3.connect(done.aside)) as aside:
        assert aside.execute("SELECT count(*) FROM items").fetchone() == (8,)
    with closing(sqlite3.connect(tonight.config.paths.database)) as database:
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert names(tmp_path).count("copy.db") == 1
    async with open_core(tonight.config) as core:
        account = await core.library.account()
        assert account
        assert len((await core.library.collection(account)).copies) == 3
    # And the way back.
    await of(tonight).restore(Path(done.aside))
    async with open_core(tonight.config) as core:
        assert len((await core.library.collection(account)).copies) == 8


async def test_what_a_killed_process_wrote_last_is_in_the_file_that_is_kept(tmp_path: Path) -> None:
    async with evening(tmp_path, many(3)) as tonight:
        await tonight.core.backup.make(tmp_path / "copy.db")
    path = tonight.config.paths.database
    written(path, rows=1)
    killed_while_open(path)

    done = await of(tonight).restore(tmp_path / "copy.db")

    with closing(sqlite3.connect(done.aside)) as aside:
        assert aside.execute("SELECT text FROM more").fetchall()[-1] == ("the last words",)
    assert not [name for name in names(tmp_path) if name.endswith(("-wal", "-shm"))]


@pytest.mark.parametrize("trouble", ["damaged", "no database", "gone"])
async def test_a_database_that_cannot_be_opened_is_replaced_too(tmp_path: Path, trouble: str) -> None:
    async with evening(tmp_path, many(3)) as tonight:
        await tonight.sync()
        await tonight.core.backup.make(tmp_path / "copy.db")
    path = tonight.config.paths.database
    written(path)
    killed_while_open(path)
    log = path.with_name("runout.db-wal").read_bytes()
    if trouble == "damaged":
        path.write_bytes(b"\xff" * 8192 + path.read_bytes()[8192:])
    elif trouble == "no database":
        path.write_bytes(b"Ceci n'est pas une base. " * 400)
    else:
        path.unlink()
    old = path.read_bytes() if path.exists() else None

    done = await of(tonight).restore(tmp_path / "copy.db")

    if trouble != "damaged":  # There, what was written last could be brought into the file that is kept.
        assert [file.read_bytes() for file in tmp_path.glob("runout-replaced-*-wal")] == [log]
        assert (Path(done.aside).read_bytes() if done.aside else None) == old
    assert bool(done.aside) == (trouble != "gone")
    assert not path.with_name("runout.db-wal").exists()
    async with open_core(tonight.config) as core:
        account = await core.library.account()
        assert account
        assert len((await core.library.collection(account)).copies) == 3


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_backup_of_an_older_schema_is_restored_and_migrated_when_it_is_opened(
    tmp_path: Path, version: int
) -> None:
    async with evening(tmp_path / "data", many(1)) as tonight:
        pass
    old = tmp_path / "old.db"
    restored(version, old, tmp_path / "old.key")

    done = await of(tonight).restore(old)

    assert done.backup.schema == version
    assert done.locked
    assert set(done.locked) <= set(accounts_in(old))
    assert {name for name in names(tmp_path) if name.startswith("old")} == {"old.db", "old.key"}
    async with open_core(tonight.config) as core:
        assert await core.library.accounts()
    assert accounts_in(tonight.config.paths.database) == accounts_in(old)


async def test_a_credential_that_another_key_sealed_is_told_before_and_after(tmp_path: Path) -> None:
    async with evening(tmp_path, many(1)) as tonight:
        await tonight.core.backup.make(tmp_path / "copy.db")
        assert (await of_copy(tonight, tmp_path)).locked == ()
        await tonight.core.keys.rotate()
    service = of(tonight)

    assert (await service.look(tmp_path / "copy.db")).locked == (tonight.account.username,)
    assert (await service.restore(tmp_path / "copy.db")).locked == (tonight.account.username,)
    async with open_core(tonight.config) as core:
        account = await core.library.account()
        assert account
        with pytest.raises(SealBroken):
            await core.sync.run(account, lambda _event: None)


async def of_copy(tonight: Evening, directory: Path) -> Found:
    """As it is seen by another process's eyes, which has nothing open."""
    elsewhere = RestoreService(directory / "elsewhere.db", Cipher(tonight.config.paths.key), FakeClock())
    return await elsewhere.look(directory / "copy.db")


@pytest.mark.parametrize("moment", ["link", "replace", "done"])
async def test_a_restore_that_is_killed_leaves_the_old_database_or_the_new_one_and_can_be_done_again(
    tmp_path: Path, moment: str
) -> None:
    async with evening(tmp_path / "data", many(3)) as tonight:
        await tonight.sync()
        await tonight.core.backup.make(tmp_path / "copy.db")
        tonight.own(many(8))
        await tonight.sync()
    process = _CONTEXT.Process(target=_restore_and_die, args=(tmp_path, moment))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL

    async with open_core(tonight.config) as core:
        account = await core.library.account()
        assert account
        assert len((await core.library.collection(account)).copies) == (3 if moment == "done" else 8)
    with closing(sqlite3.connect(tonight.config.paths.database)) as database:
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    done = await of(tonight).restore(tmp_path / "copy.db")
    assert not Path(done.aside).samefile(tonight.config.paths.database)
    assert len(list((tmp_path / "data").glob("*replaced*"))) == (2 if moment == "done" else 1)
    assert list((tmp_path / "data").glob(".runout-*")) == []


def _restore_and_die(directory: Path, moment: str) -> None:
    def die(*_paths: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    if moment == "link":
        vars(os)["link"] = die
    elif moment == "replace":
        Path.replace = die  # type: ignore[method-assign,assignment]
    service = RestoreService(directory / "data" / "runout.db", Cipher(directory / "data" / "secret.key"), SystemClock())
    asyncio.run(service.restore(directory / "copy.db"))
    die()


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-8192])


def newer(path: Path) -> None:
    set_version(path, newest_version() + 1)


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def foreign(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE accounts (iban TEXT)")
        connection.execute("PRAGMA user_version = 1")


def without_a_table(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TABLE items")


def a_text(path: Path) -> None:
    path.write_text("Ceci n'est pas une base. " * 400)


def a_directory(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        (damage, BackupUnusable),
        (truncated, BackupUnusable),
        (newer, DatabaseTooNew),
        (emptied, BackupUnusable),
        (foreign, BackupUnusable),
        (without_a_table, BackupUnusable),
        (a_text, BackupUnusable),
        (a_directory, BackupUnusable),
        (Path.unlink, BackupUnusable),
    ],
)
async def test_what_is_no_whole_database_of_ours_changes_nothing(
    tmp_path: Path, spoil: Callable[[Path], None], error: type[RunoutError]
) -> None:
    async with evening(tmp_path / "data", many(1)) as tonight:
        written(tonight.config.paths.database)
        await tonight.core.backup.make(tmp_path / "copy.db")
    path = tonight.config.paths.database
    before, beside = path.read_bytes(), names(path.parent)
    spoil(tmp_path / "copy.db")

    with pytest.raises(error):
        await of(tonight).restore(tmp_path / "copy.db")

    assert path.read_bytes() == before
    assert names(path.parent) == beside


async def test_the_database_itself_is_no_backup_of_itself(tmp_path: Path) -> None:
    async with evening(tmp_path, many(1)) as tonight:
        pass
    (tmp_path / "link.db").symlink_to(tonight.config.paths.database)

    with pytest.raises(BackupUnusable):
        await of(tonight).restore(tmp_path / "link.db")


async def test_while_another_process_has_it_open_and_does_nothing_nothing_is_restored(tmp_path: Path) -> None:
    async with evening(tmp_path, many(1)) as tonight:
        await tonight.core.backup.make(tmp_path / "copy.db")
    path = tonight.config.paths.database
    with open_elsewhere(path):
        with pytest.raises(DatabaseInUse) as refused:
            await of(tonight).restore(tmp_path / "copy.db")
        assert refused.value.processes == 1
    assert list(tmp_path.glob("*replaced*")) == []


async def test_a_process_that_cannot_be_counted_stands_in_the_way_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with evening(tmp_path, many(1)) as tonight:
        await tonight.core.backup.make(tmp_path / "copy.db")
    path = tonight.config.paths.database
    monkeypatch.setattr("core.store.restore.processes_with", lambda _path: None)
    with open_elsewhere(path), pytest.raises(DatabaseInUse) as refused:
        await of(tonight).restore(tmp_path / "copy.db")

    assert refused.value.processes is None
    assert list(tmp_path.glob("*replaced*")) + list(tmp_path.glob(".runout-*")) == []
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


@pytest.mark.parametrize("links", [True, False])
async def test_a_restore_that_fails_at_its_last_step_leaves_the_old_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, links: bool
) -> None:
    async with evening(tmp_path, many(1)) as tonight:
        await tonight.core.backup.make(tmp_path / "copy.db")
        await another(tonight)
    path = tonight.config.paths.database
    beside = names(tmp_path)

    def fails(*_paths: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "replace", fails)
    if not links:
        monkeypatch.setattr(os, "link", fails)
    with pytest.raises(NotRestored) as told:
        await of(tonight).restore(tmp_path / "copy.db")

    assert told.value.reason == "No space left on device"
    assert names(tmp_path) == beside
    assert len(accounts_in(path)) == 2
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


async def test_where_files_cannot_have_two_names_it_is_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_paths: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", fails)
    async with evening(tmp_path, many(1)) as tonight:
        await tonight.core.backup.make(tmp_path / "copy.db")
        with pytest.raises(BackupExists):
            await tonight.core.backup.make(tmp_path / "copy.db")
        await another(tonight)

    done = await of(tonight).restore(tmp_path / "copy.db")

    assert len(accounts_in(tonight.config.paths.database)) == 1
    assert len(accounts_in(Path(done.aside))) == 2


def test_what_is_replaced_is_called_by_the_time_in_utc(tmp_path: Path) -> None:
    moment = datetime(2026, 3, 1, 1, 2, 3, tzinfo=UTC).astimezone()

    assert aside_name(tmp_path / "runout.db", moment).name == "runout-replaced-20260301T010203Z.db"
