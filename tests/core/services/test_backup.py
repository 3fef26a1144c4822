"""Backups of the database: made while others write, kept for a while, and without those who left."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Final

from core import config as settings
from core.app import open_core, restoring
from core.clock import Clock
from core.config import Config
from core.domain.account import Account
from core.errors import (
    BackupExists,
    BackupNotWritten,
    DatabaseInUse,
)
from core.services.backup import RestoreService
from core.store.cipher import Cipher
from core.store.migrate import newest_version
from core.store.restore import aside_name
from tests.core.services.house import house, shelf_of
from tests.core.store.older import VERSIONS, restored
from tests.core.store.test_backup import written
from tests.fakes import START, FakeClock
from tests.stand_in import Evening, evening, holding_of, many, owned

import pytest

DAY: Final = timedelta(days=1)
NOTE, THEIRS = "a note that nobody else has 3f1c9a52e7", "a note of the other one 77ab01"


def names(directory: Path) -> list[str]:
    return sorted(file.name for file in directory.iterdir())


def accounts_in(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [row[0] for row in connection.execute("SELECT username FROM accounts ORDER BY username")]


def of(tonight: Evening, clock: Clock | None = None) -> RestoreService:
    return restoring(tonight.config, clock)


async def another(tonight: Evening) -> Account:
    """Another member on the same file, synced."""
    held = holding_of(owned(1, notes=((3, THEIRS),)))
    other = await tonight.core.connect.with_token(tonight.sandbox.world.open_account("other", held).token)
    await tonight.core.sync.run(other, lambda _event: None)
    return other


async def test_a_backup_is_called_by_the_time_holds_everything_and_no_key(tmp_path: Path, clock: FakeClock) -> None:
    async with evening(tmp_path, many(5), clock=clock) as tonight:
        await tonight.sync()
        made = await tonight.core.backup.make()
        stamp = clock.now().strftime("%Y%m%dT%H%M%SZ")

        assert made.path == str(tmp_path / "backups" / f"runout-{stamp}.db")
        assert (made.accounts, made.copies, made.wants) == (1, 5, 0)
        assert (made.bytes, made.schema) == (Path(made.path).stat().st_size, newest_version())
        assert Path(made.path).stat().st_mode & 0o777 == 0o600
        assert names(tmp_path / "backups") == [Path(made.path).name]
        for key in tonight.config.paths.key.read_bytes().split():
            assert key not in Path(made.path).read_bytes()
        with pytest.raises(BackupExists):
            await tonight.core.backup.make(Path(made.path))
        assert await tonight.core.backup.newest() == made.path


async def test_while_another_process_syncs_a_backup_is_made_and_none_is_restored(tmp_path: Path) -> None:
    async with house(tmp_path / "data", shelf_of(25)) as home:
        process = await home.enter()
        await process.sync()
        hanging = home.world.faults.add("hang", route="collection", page=2)
        order = process.order()
        await home.until(lambda: not hanging.times)
        async with open_core(home_config(tmp_path / "data")) as core:
            made = await core.backup.make(tmp_path / "copy.db")

        service = RestoreService(tmp_path / "data" / "runout.db", Cipher(tmp_path / "data" / "secret.key"), FakeClock())
        with pytest.raises(DatabaseInUse) as refused:
            await service.restore(tmp_path / "copy.db")

        assert made.copies == 25
        assert refused.value.processes == 1
        hanging.released.set()
        assert await order.result is not None
    done = await service.restore(tmp_path / "copy.db")
    assert done.backup.copies == 25


def home_config(directory: Path) -> Config:
    return settings.load({"RUNOUT_DATA_DIR": str(directory)})


async def test_who_does_not_want_to_wait_for_a_backup_finds_nothing_of_it(tmp_path: Path) -> None:
    async with evening(tmp_path, many(5)) as tonight:
        written(tonight.config.paths.database, rows=50_000, text="short")
        making = asyncio.create_task(tonight.core.backup.make())
        while not (tmp_path / "backups").exists():
            await asyncio.sleep(0)
        making.cancel()
        with pytest.raises(asyncio.CancelledError):
            await making

        assert names(tmp_path / "backups") == []


async def test_there_is_one_automatic_backup_a_day_whoever_asks_and_how_often(tmp_path: Path) -> None:
    async with evening(tmp_path, many(1)) as tonight, open_core(tonight.config) as other:
        hours = [START + timedelta(hours=hour) for hour in range(0, 48, 6)]
        done = [await core.backup.keep(hour) for hour in hours for core in (tonight.core, other)]

    days = {hour.date() for hour in hours}
    assert len([one for one in done if one.made]) == len(days)
    assert len(names(tmp_path / "backups")) == len(days)


async def test_two_that_keep_one_at_once_have_one(tmp_path: Path) -> None:
    async with evening(tmp_path, many(1)) as tonight, open_core(tonight.config) as other:
        done = await asyncio.gather(*(core.backup.keep(START) for core in (tonight.core, other)))

    assert len([one for one in done if one.made]) == 1
    assert len(names(tmp_path / "backups")) == 1


async def test_a_clock_that_is_set_back_an_hour_makes_no_second_one(tmp_path: Path) -> None:
    async with evening(tmp_path, many(1)) as tonight:
        assert (await tonight.core.backup.keep(START)).made
        assert not (await tonight.core.backup.keep(START - timedelta(hours=1))).made


async def test_seven_daily_and_four_weekly_ones_are_kept_and_nothing_else_is_deleted(tmp_path: Path) -> None:
    async with evening(tmp_path, many(1)) as tonight:
        asked = Path((await tonight.core.backup.make()).path)
        foreign = ("notes.txt", "runout-auto-20200101T000000Z.db.old", "x-runout-auto-20200101T000000Z.db", "copy.db")
        for name in foreign:
            (asked.parent / name).write_text("mine")
        said = [await tonight.core.backup.daily(START + number * DAY) for number in range(60)]

    automatic = [name for name in names(asked.parent) if name.startswith("runout-auto-") and name.endswith("Z.db")]
    assert len(automatic) == 11
    assert automatic[-1] == f"runout-auto-{START + 59 * DAY:%Y%m%dT%H%M%SZ}.db"
    assert set(names(asked.parent)) == {*automatic, asked.name, *foreign}
    assert said[0] == f"made runout-auto-{START:%Y%m%dT%H%M%SZ}.db"
    assert "deleted runout-auto-" in said[59]


async def test_without_one_of_today_none_is_deleted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with evening(tmp_path, many(1)) as tonight:
        for number in range(20):
            await tonight.core.backup.keep(START + number * DAY)
        before = names(tmp_path / "backups")
        monkeypatch.setattr(shutil, "disk_usage", lambda _path: shutil._ntuple_diskusage(10**9, 10**9, 10**6))
        with pytest.raises(BackupNotWritten) as full:
            await tonight.core.backup.keep(START + 20 * DAY)

    assert full.value.reason == "only 1 MB are free"
    assert names(tmp_path / "backups") == before


async def test_who_leaves_is_taken_out_of_the_backups_and_everybody_else_stays_in_them(tmp_path: Path) -> None:
    held = holding_of(owned(1, notes=((3, NOTE),)), owned(2))
    async with evening(tmp_path, held) as tonight:
        await tonight.sync()
        alone = (await tonight.core.backup.keep(START)).made
        await another(tonight)
        both = (await tonight.core.backup.keep(START + DAY)).made
        asked = await tonight.core.backup.make()
        replaced = aside_name(tonight.config.paths.database, START)
        shutil.copy(asked.path, replaced)
        (tmp_path / "backups" / "runout-20260101T000000Z.db").write_text("not to be read")
        assert alone
        assert both
        listed = tonight.core.leaving.backups()

        deletion = await tonight.core.leaving.delete(tonight.account)

        gone = ["backups/runout-20260101T000000Z.db", f"backups/{Path(alone.path).name}"]
        stay = [replaced.name, *(f"backups/{Path(one.path).name}" for one in (both, asked))]
        assert sorted(deletion.copies) == sorted(gone)
        assert sorted(deletion.rewritten) == sorted(stay)
        assert sorted(listed) == sorted([*gone, *stay])
        assert sorted(tonight.core.leaving.backups()) == sorted(stay)
    texts = (NOTE, tonight.account.id, tonight.account.username, tonight.sandbox.token)
    for file in (tmp_path / name for name in stay):
        assert accounts_in(file) == ["other"]
        content = file.read_bytes()
        assert THEIRS.encode() in content
        assert [text for text in texts if text.encode() in content] == []
    assert [name for name in names(tmp_path / "backups") if not name.startswith("runout-")] == []


async def test_who_came_back_and_leaves_again_is_taken_out_of_the_oldest_backups_too(tmp_path: Path) -> None:
    async with evening(tmp_path, many(2)) as tonight:
        await another(tonight)
        await tonight.sync()
        made = (await tonight.core.backup.keep(START)).made
        assert made
        older = Path(made.path).read_bytes()
        await tonight.core.leaving.delete(tonight.account)
        again = await tonight.core.connect.with_token(tonight.sandbox.token)
        Path(made.path).write_bytes(older)

        await tonight.core.leaving.delete(again)

    assert accounts_in(Path(made.path)) == ["other"]


@pytest.mark.parametrize("version", VERSIONS)
async def test_who_leaves_is_taken_out_of_backups_of_older_schemas(tmp_path: Path, version: int) -> None:
    async with evening(tmp_path, many(2)) as tonight:
        old = tmp_path / "backups" / "runout-20260101T000000Z.db"
        old.parent.mkdir()
        restored(version, old, tmp_path / "other.key")
        with closing(sqlite3.connect(old)) as connection:
            connection.execute("PRAGMA journal_mode = delete")
            rows = connection.execute("SELECT rowid, username FROM accounts ORDER BY rowid").fetchall()
            connection.execute(
                "UPDATE accounts SET discogs_id = ? WHERE rowid = ?", (tonight.account.discogs_id, rows[0][0])
            )
            connection.commit()

        deletion = await tonight.core.leaving.delete(tonight.account)

    assert deletion.rewritten == ("backups/runout-20260101T000000Z.db",)
    assert sorted(accounts_in(old)) == sorted(name for _, name in rows[1:])


async def test_who_leaves_while_a_backup_is_made_is_not_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is looked at again when it has its name, because whoever deletes looks through the names."""
    async with evening(tmp_path, many(2)) as tonight:
        await another(tonight)
        database = tonight.config.paths.database
        link = os.link

        def leave_first(part: Path, target: Path) -> None:
            with closing(sqlite3.connect(database)) as connection:
                connection.execute("PRAGMA foreign_keys = on")
                connection.execute("DELETE FROM accounts WHERE username != 'other'")
                connection.commit()
            link(part, target)

        monkeypatch.setattr(os, "link", leave_first)
        made = await tonight.core.backup.make(tmp_path / "copy.db")

    assert made.accounts == 1
    assert accounts_in(tmp_path / "copy.db") == ["other"]


async def test_a_backup_with_a_name_of_one_s_own_beside_the_database_forgets_who_leaves_and_nothing_else_is_touched(
    tmp_path: Path,
) -> None:
    async with evening(tmp_path, holding_of(owned(1, notes=((3, NOTE),)), owned(2))) as tonight:
        await tonight.sync()
        alone, both = tmp_path / "mine.db", tmp_path / "backups" / "ours.db"
        await tonight.core.backup.make(alone)
        await another(tonight)
        await tonight.core.backup.make(both)
        foreign = tmp_path / "letters.db"
        foreign.write_bytes(b"no database at all")

        deletion = await tonight.core.leaving.delete(tonight.account)

    assert deletion.copies == ("mine.db",)
    assert deletion.rewritten == ("backups/ours.db",)
    assert not alone.exists()
    assert accounts_in(both) == ["other"]
    assert NOTE.encode() not in both.read_bytes()
    assert foreign.read_bytes() == b"no database at all"
