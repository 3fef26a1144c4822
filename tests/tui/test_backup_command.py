"""`runout backup` and `runout restore`, as somebody types them; and what is said of a database that a crash damaged."""

from __future__ import annotations

import asyncio
import json
import os
import pty
import resource
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from core.errors import DatabaseDamaged, DatabaseInUse
from tests.core.store.test_backup import damage, killed_while_open, open_elsewhere, written
from tests.processes import runout, start
from tests.stand_in import evening, many
from tui.wording import describe

import pytest

COPIES = 5


@pytest.fixture
async def data(tmp_path: Path) -> Path:
    """The data of somebody with five copies, whom nothing has open."""
    async with evening(tmp_path / "data", many(COPIES)) as tonight:
        await tonight.sync()
    return tmp_path / "data"


async def copies_in(data: Path) -> int:
    listed = await runout(data, None, "list", "--json")
    assert listed.code == 0, listed.err
    return len(listed.out.splitlines())


def lose_copies(data: Path) -> None:
    with closing(sqlite3.connect(data / "runout.db")) as connection:
        connection.execute("DELETE FROM items WHERE instance_id > 2")
        connection.commit()


async def test_a_backup_says_where_it_is_and_what_is_in_it_and_brings_everything_back(
    data: Path, tmp_path: Path
) -> None:
    target = tmp_path / "my backup.db"
    made = await runout(data, None, "backup", str(target))
    lose_copies(data)
    assert await copies_in(data) == 2
    done = await runout(data, None, "restore", str(target), "--yes")

    assert (made.code, made.err) == (0, "")
    assert made.out == f"{target}: {target.stat().st_size / 1_000_000:,.1f} MB, 1 account, {COPIES} copies\n"
    assert (done.code, done.out) == (0, "")
    aside = next(data.glob("runout-replaced-*.db"))
    assert done.err == (
        f"Restored from {target}: 1 account, {COPIES} copies.\nWhat was there before is kept in {aside}.\n"
    )
    assert await copies_in(data) == COPIES


async def test_for_scripts_there_is_one_object_whatever_happens(data: Path, tmp_path: Path) -> None:
    made = await runout(data, None, "backup", "--json")
    path = str(made.result["path"])
    again = await runout(data, None, "backup", path, "--json")
    unsure = await runout(data, None, "restore", path, "--json")
    nothing = await runout(data, None, "restore", str(tmp_path / "nothing.db"), "--json", "--yes")
    done = await runout(data, None, "restore", path, "--json", "--yes")

    assert [one.code for one in (made, again, unsure, nothing, done)] == [0, 1, 1, 1, 0]
    assert made.result == {
        "path": path,
        "bytes": Path(path).stat().st_size,
        "schema": made.result["schema"],
        "accounts": 1,
        "copies": COPIES,
        "wants": 0,
        "errors": [],
    }
    for one in (again, unsure, nothing):
        assert one.result["path"] is None
        assert one.result["errors"] == [one.err.strip()]
    assert done.result == {
        **made.result,
        "aside": str(next(data.glob("runout-replaced-*.db"))),
        "locked": [],
    }


async def test_a_name_counts_from_where_it_was_typed(data: Path, tmp_path: Path) -> None:
    command = await asyncio.create_subprocess_shell(
        f'cd "{tmp_path}" && "{sys.executable}" -m tui backup here.db',
        env={**os.environ, "RUNOUT_DATA_DIR": str(data), "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert await command.wait() == 0
    assert (tmp_path / "here.db").exists()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "it is a directory"),
        ("nowhere/copy.db", "there is no such directory"),
        ("there.db", "is there already"),
    ],
)
async def test_where_it_cannot_be_written_a_sentence_says_why(data: Path, tmp_path: Path, name: str, said: str) -> None:
    (tmp_path / "there.db").write_text("mine")
    done = await runout(data, None, "backup", str(tmp_path / name))

    assert (done.code, done.out) == (1, "")
    assert said in done.err
    assert len(done.err.splitlines()) == 1
    assert (tmp_path / "there.db").read_text() == "mine"


async def test_a_full_disk_is_told_and_leaves_nothing(data: Path) -> None:
    written(data / "runout.db")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, hard))
    try:
        done = await runout(data, None, "backup")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("No backup was made: ")
    assert list((data / "backups").iterdir()) == []


async def test_in_a_script_nothing_is_restored_without_yes(data: Path) -> None:
    path = (await runout(data, None, "backup", "--json")).result["path"]
    lose_copies(data)
    done = await runout(data, None, "restore", str(path))

    assert (done.code, done.err) == (1, "Nothing was changed: add --yes, there is no terminal to ask in.\n")
    assert await copies_in(data) == 2


@pytest.mark.parametrize(("answer", "copies"), [("y", COPIES), ("", 2), ("n", 2), ("nay", 2)])
async def test_in_a_terminal_it_is_asked_first(data: Path, answer: str, copies: int) -> None:
    path = (await runout(data, None, "backup", "--json")).result["path"]
    lose_copies(data)
    ours, theirs = pty.openpty()
    process = await start(
        data, None, "restore", str(path), streams=(theirs, asyncio.subprocess.PIPE, asyncio.subprocess.PIPE)
    )
    os.close(theirs)
    os.write(ours, f"{answer}\n".encode())
    _, err = await process.communicate()
    os.close(ours)

    said = err.decode()
    assert process.returncode == 0
    assert f"{path} has 1 account, {COPIES} copies." in said
    assert f"in the place of {data / 'runout.db'}, which is kept aside? [y/N]" in said
    assert ("Nothing was changed." in said) == (copies == 2)
    assert await copies_in(data) == copies


async def test_while_another_runout_is_open_nothing_is_restored(data: Path) -> None:
    path = (await runout(data, None, "backup", "--json")).result["path"]
    lose_copies(data)
    with open_elsewhere(data / "runout.db"):
        done = await runout(data, None, "restore", str(path), "--yes")

    assert done.code == 1
    assert done.err == f"{describe(DatabaseInUse(str(data / 'runout.db'), 1))}\n"
    assert await copies_in(data) == 2


async def test_a_sync_that_is_killed_while_a_disk_dies_is_told_of_and_mended_as_the_sentence_says(
    tmp_path: Path,
) -> None:
    async with evening(tmp_path / "data", many(250)) as tonight:
        await tonight.sync()
        sandbox = tonight.sandbox
        data = tmp_path / "data"
        await tonight.core.backup.make()
        hanging = sandbox.world.faults.add("hang", route="collection", page=2)
        process = await start(data, sandbox, "sync")
        while hanging.times:
            await asyncio.sleep(0.01)
    process.kill()
    await process.wait()
    assert (data / "runout.db-wal").exists()
    damage(data / "runout.db")

    for command in (("list",), ("sync",), ("backup",), ("privacy",)):
        told = await runout(data, None, *command)
        assert told.code == 1
        assert "was not closed the last time, and is damaged" in told.err
        assert f"`runout restore {next((data / 'backups').iterdir())}`" in told.err
    checks = json.loads((await runout(data, None, "doctor", "--json")).out)["checks"]
    assert [one["health"] for one in checks if one["name"] == "database"] == ["broken"]
    mended = await runout(data, None, "restore", str(next((data / "backups").iterdir())), "--yes")
    assert mended.code == 0, mended.err
    assert await copies_in(data) == 250


async def test_after_a_kill_that_did_no_harm_nothing_is_said(data: Path) -> None:
    written(data / "runout.db", rows=1)
    killed_while_open(data / "runout.db")
    listed = await runout(data, None, "list", "--json")

    assert (listed.code, listed.err) == (0, "")
    assert len(listed.out.splitlines()) == COPIES


def test_without_a_backup_a_damaged_database_is_fetched_again() -> None:
    said = describe(DatabaseDamaged(path="/home/x/runout.db", reason="malformed", backup=""))

    assert "There is no backup" in said
    assert "runout.db-wal" in said
    assert "`runout sync`" in said


def test_a_name_with_blanks_is_told_as_it_is_typed() -> None:
    said = describe(DatabaseDamaged(path="/x/runout.db", reason="malformed", backup="/x y/runout-1.db"))

    assert "`runout restore '/x y/runout-1.db'`" in said


async def test_backups_are_told_of_and_nobody_who_left_is_in_them(data: Path) -> None:
    made = Path(str((await runout(data, None, "backup", "--json")).result["path"]))
    told = (await runout(data, None, "privacy")).out
    left = await runout(data, None, "disconnect", "--delete", "--yes")

    assert f"in backups: backups/{made.name}.\n" in told
    assert "7 daily and 4 weekly" in told
    assert f"Deleted with it, because it was in them: backups/{made.name}." in left.err
    assert not made.exists()
