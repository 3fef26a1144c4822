"""Bring a database to the newest schema: numbered SQL files, each one transaction with its version number inside."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Final

from core.domain.details import barcode
from core.errors import DatabaseTooNew
from core.text import fold, without_number

_HERE: Final = "core.store"
_WAL_TRIES: Final = 500


def migrations() -> dict[int, str]:
    """The text of each migration by its number."""
    found = {
        int(entry.name.split("_", 1)[0]): entry.read_text(encoding="utf-8")
        for entry in files(_HERE).joinpath("migrations").iterdir()
        if entry.name.endswith(".sql")
    }
    return dict(sorted(found.items()))


def newest_version() -> int:
    """The schema that this program writes."""
    return max(migrations())


def migrate(path: Path) -> None:
    """Apply what is missing. Safe when several processes start at once; a copy of an older file is made first.

    Raises DatabaseTooNew for a file that a later version of the program wrote, sqlite3.Error for a file that is none,
    OSError when no copy can be put beside it.
    """
    known = migrations()
    newest = max(known)
    with contextlib.suppress(OSError):  # SQLite itself says why no file can be made.
        # Nobody else's to read, nor is what SQLite puts beside it, which takes the rights of the file.
        path.touch(mode=0o600)
    connection = sqlite3.connect(path, isolation_level=None, timeout=30.0)
    teach(connection)
    try:
        found = _version(connection)
        if found > newest:
            raise DatabaseTooNew(path=str(path), found=found, known=newest)
        # Each time: a file that was copied here, or whose restore was stopped half-way, may be without it.
        _use_wal(connection)
        if found == newest:
            return
        if found > 0:
            _copy_aside(connection, path, found)
        for number, script in known.items():
            _apply(connection, number, script)
    finally:
        connection.close()


def teach(connection: sqlite3.Connection) -> None:
    """Let a connection know the words of migrations that are none of SQL's."""
    for word in (fold, barcode, without_number):
        connection.create_function(word.__name__, 1, word, deterministic=True)


def _use_wal(connection: sqlite3.Connection) -> None:
    """Turn write-ahead logging on. SQLite refuses instead of waiting when another process does the same."""
    for _ in range(_WAL_TRIES):
        try:
            connection.execute("PRAGMA journal_mode = wal")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            time.sleep(0.02)
        else:
            return
    connection.execute("PRAGMA journal_mode = wal")


def _apply(connection: sqlite3.Connection, number: int, script: str) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        if _version(connection) < number:
            for statement in _statements(script):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number:d}")
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise


def _copy_aside(connection: sqlite3.Connection, path: Path, version: int) -> None:
    """A whole copy beside the file, named by the version that comes next; one that is there already is kept.

    It gets its name when it is whole. Another process that has migrated the file meanwhile has made the copy.
    """
    copy = path.with_name(f"{path.stem}-before-{version + 1:04d}{path.suffix}")
    if copy.exists():
        return
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{copy.name}-")
    os.close(descriptor)
    try:
        connection.execute("VACUUM INTO ?", (name,))
        with contextlib.closing(sqlite3.connect(name)) as made:
            is_older = _version(made) == version
        if is_older:
            Path(name).replace(copy)
    finally:
        Path(name).unlink(missing_ok=True)


def _statements(script: str) -> Iterator[str]:
    """The statements of a script; `executescript` would commit the transaction that it runs in."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():
        yield statement


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
