"""Very many rows at once, with real SQLite files."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from core.store.bulk import unindexed
from core.store.database import Database, open_database

import pytest

MANY = 10_000


def indexes_of(path: Path) -> dict[str, str]:
    with closing(sqlite3.connect(path)) as connection:
        return dict(connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql > ''"))


async def fill(database: Database, first: int, number: int, *, failing: bool = False) -> set[str]:
    """Add masters in the block; the indexes of their table as they are then."""
    async with database.tx() as tx, unindexed(tx, "masters", number):
        await tx.execute_many(
            "INSERT INTO masters (master_id, main_release, genres, styles, source, as_of, stored_at)"
            " VALUES (?, ?, x'5b5d', x'5b5d', 'api', '2026-11-01', '2026-11-01')",
            ((master, -master) for master in range(first, first + number)),
        )
        rows = await tx.fetch("SELECT name FROM sqlite_schema WHERE tbl_name = 'masters' AND sql LIKE 'CREATE INDEX%'")
        if failing:
            raise ConnectionError
    return {str(row[0]) for row in rows}


async def test_what_fills_a_table_is_indexed_when_it_is_there(tmp_path: Path) -> None:
    path = tmp_path / "runout.db"
    async with open_database(path) as database:
        before = indexes_of(path)
        assert await fill(database, 1, MANY) == set()
        found = await database.fetch(
            "SELECT master_id FROM masters INDEXED BY masters_by_main_release WHERE main_release = -7"
        )

    assert indexes_of(path) == before
    assert [tuple(row) for row in found] == [(7,)]
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@pytest.mark.parametrize(("here", "added"), [(0, MANY - 1), (MANY, MANY)], ids=["few", "fewer than there are"])
async def test_otherwise_the_indexes_stay(tmp_path: Path, here: int, added: int) -> None:
    path = tmp_path / "runout.db"
    async with open_database(path) as database:
        if here:
            await fill(database, 1, here)

        assert await fill(database, here + 1, added) == {"masters_by_main_release", "masters_by_moment"}


async def test_when_it_fails_they_were_never_gone(tmp_path: Path) -> None:
    path = tmp_path / "runout.db"
    async with open_database(path) as database:
        before = indexes_of(path)
        with pytest.raises(ConnectionError):
            await fill(database, 1, MANY, failing=True)

        assert indexes_of(path) == before
        assert await database.fetch("SELECT * FROM masters") == []
