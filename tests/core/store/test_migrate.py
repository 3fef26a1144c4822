"""From any older file to the newest schema, once, whole, and with a way back."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from core.errors import DatabaseTooNew, DatabaseUnusable
from core.store import migrate
from core.store.database import open_database
from core.store.migrate import newest_version
from tests.core.store.elsewhere import EXTRA, at_once, open_with_extra_migration, set_version, version_of, writing

import pytest

NEWEST = newest_version()

Later = Callable[[str], None]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "runout.db"


@pytest.fixture
def later_version(monkeypatch: pytest.MonkeyPatch) -> Later:
    """Become a later version of the program, with one migration more."""
    known = migrate.migrations()

    def become(script: str) -> None:
        later = {**known, NEWEST + 1: script}
        monkeypatch.setattr(migrate, "migrations", lambda: later)

    return become


async def opened(path: Path) -> None:
    async with open_database(path):
        pass


async def with_one_account(path: Path) -> None:
    async with open_database(path) as database, database.tx() as tx:
        await tx.execute(
            "INSERT INTO accounts (account_id, discogs_id, username, connected_at, active_at)"
            " VALUES ('me', 1, 'me', '2026-01-01', '2026-01-01')"
        )


def tables(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        return {row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}


def aside(path: Path) -> Path:
    return path.with_name(f"runout-before-{NEWEST + 1:04d}.db")


async def test_a_new_file_is_made_with_its_directory(path: Path) -> None:
    await opened(path)

    assert version_of(path) == NEWEST
    assert {"accounts", "items", "releases"} <= tables(path)


async def test_a_new_file_needs_no_copy(path: Path) -> None:
    await opened(path)

    assert [file.name for file in path.parent.iterdir()] == ["runout.db"]


async def test_every_table_is_strict(path: Path) -> None:
    await opened(path)

    with closing(sqlite3.connect(path)) as connection:
        assert {row[0] for row in connection.execute("SELECT name FROM pragma_table_list WHERE strict = 0")} <= {
            "sqlite_schema",
            "sqlite_temp_schema",
        }


async def test_a_newer_file_is_refused_by_name_and_left_alone(path: Path) -> None:
    await opened(path)
    set_version(path, NEWEST + 3)
    before = path.read_bytes()

    with pytest.raises(DatabaseTooNew) as refused:
        await opened(path)

    assert refused.value == DatabaseTooNew(path=str(path), found=NEWEST + 3, known=NEWEST)
    assert path.read_bytes() == before


async def test_a_copy_is_made_before_an_older_file_is_migrated(path: Path, later_version: Later) -> None:
    await with_one_account(path)
    later_version(EXTRA)

    await opened(path)

    assert version_of(path) == NEWEST + 1
    assert version_of(aside(path)) == NEWEST
    assert "extra" in tables(path)
    assert "extra" not in tables(aside(path))
    with closing(sqlite3.connect(aside(path))) as connection:
        assert connection.execute("SELECT account_id FROM accounts").fetchall() == [("me",)]


async def test_a_copy_that_is_there_already_is_kept(path: Path, later_version: Later) -> None:
    await opened(path)
    aside(path).write_bytes(b"the way back")
    later_version(EXTRA)

    await opened(path)

    assert aside(path).read_bytes() == b"the way back"


async def test_no_unfinished_copy_is_left(path: Path, later_version: Later) -> None:
    await with_one_account(path)
    later_version(EXTRA)

    await opened(path)

    assert {file.name for file in path.parent.iterdir()} == {"runout.db", aside(path).name}


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param("CREATE TABLE extra (a INTEGER) STRICT;\nINSERT INTO nowhere VALUES (1);\n", id="unknown table"),
        pytest.param("CREATE TABLE extra (a INTEGER) STRICT;\nDROP TABLE accounts;\nnonsense;\n", id="bad syntax"),
    ],
)
async def test_a_migration_that_fails_leaves_nothing_behind(path: Path, later_version: Later, broken: str) -> None:
    await with_one_account(path)
    before = tables(path)
    later_version(broken)

    with pytest.raises(DatabaseUnusable):
        await opened(path)

    assert version_of(path) == NEWEST
    assert tables(path) == before
    later_version(EXTRA)
    await opened(path)
    assert version_of(path) == NEWEST + 1


async def test_the_last_statement_of_a_migration_may_lack_its_semicolon(path: Path, later_version: Later) -> None:
    """Else it would be left out in silence, and the version would say that it ran."""
    later_version("CREATE TABLE one (a INTEGER) STRICT;\nCREATE TABLE two (a INTEGER) STRICT")

    await opened(path)

    assert {"one", "two"} <= tables(path)


def test_the_numbers_of_the_migrations_have_no_gaps() -> None:
    assert list(migrate.migrations()) == list(range(1, NEWEST + 1))


async def test_a_new_file_that_another_process_just_writes_is_waited_for(path: Path) -> None:
    """SQLite itself refuses at once to change the journal of a file that is locked."""
    path.parent.mkdir()
    with writing(path) as stop:
        opening = asyncio.create_task(opened(path))
        await asyncio.wait([opening], timeout=0.2)
        await asyncio.to_thread(stop)
        await opening

    assert version_of(path) == NEWEST


async def test_a_copy_that_could_not_be_finished_is_not_taken_for_one(path: Path, later_version: Later) -> None:
    await with_one_account(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE long (text TEXT)")
        connection.executemany("INSERT INTO long VALUES (?)", [("x" * 3000,)] * 100)
        connection.commit()
    content = path.read_bytes()
    path.write_bytes(content[:-40_960] + b"\xff" * 40_960)
    later_version(EXTRA)

    with pytest.raises(DatabaseUnusable):
        await opened(path)

    assert [file.name for file in path.parent.iterdir() if "before" in file.name] == []
    assert version_of(path) == NEWEST


async def test_four_processes_that_start_at_once_on_a_new_file_run_each_migration_once(path: Path) -> None:
    path.parent.mkdir()

    at_once(4, open_with_extra_migration, path)

    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT ran FROM extra").fetchall() == [(1,)]


async def test_four_processes_that_start_at_once_on_an_older_file_run_each_migration_once(path: Path) -> None:
    await with_one_account(path)

    at_once(4, open_with_extra_migration, path)

    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT ran FROM extra").fetchall() == [(1,)]
    assert version_of(aside(path)) == NEWEST
