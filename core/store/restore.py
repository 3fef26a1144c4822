"""Put a copy of the database in its place: looked at before, the old file kept, and all of it or nothing."""

from __future__ import annotations

import contextlib
import itertools
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from core.domain.backup import Backup
from core.domain.ids import AccountId
from core.errors import BackupUnusable, DatabaseInUse, DatabaseTooNew, NotRestored
from core.store.backup import (
    IsStopped,
    contents,
    forget_parts,
    part_beside,
    reading,
    settle,
    sync_directory,
    vacuum_into,
)
from core.store.leases import processes_with
from core.store.migrate import migrations, newest_version, teach

Sealed = tuple[AccountId, str, bytes]
"""An account, its member's name, and the sealed credential."""

_SEALED: Final = "SELECT account_id, username, sealed FROM credentials JOIN accounts USING (account_id) ORDER BY 2"
_BUSY: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})


def examine(file: Path, database: Path) -> tuple[Backup, list[Sealed]]:
    """What is in a file that could take the database's place, which is left as it is.

    Raises BackupUnusable for a file that is none of ours or is damaged, DatabaseTooNew.
    """
    try:
        if file.is_dir():
            raise BackupUnusable(path=str(file), reason="it is a directory")
        if database.exists() and file.samefile(database):
            raise BackupUnusable(path=str(file), reason="it is the database itself")
        with file.open("rb"):
            pass
        alone = _is_alone(file)
        with closing(reading(file, alone=alone)) as connection:
            _refuse_foreign(connection, file)
            sealed = connection.execute(_SEALED).fetchall()
        return contents(file, file, alone=alone), sealed
    except sqlite3.Error as error:
        raise BackupUnusable(path=str(file), reason=str(error).splitlines()[-1]) from error
    except OSError as error:
        raise BackupUnusable(path=str(file), reason=error.strerror or str(error)) from error


def put_in_place(file: Path, database: Path, now: datetime, is_stopped: IsStopped) -> tuple[Backup, str]:
    """Let a copy of the file be the database; what is in it, and where the old one lies (empty when there was none).

    Raises DatabaseInUse, NotRestored and what `examine` raises; the database is as it was then.
    """
    examine(file, database)
    refuse_open(database)
    _tidy(database)
    try:
        with part_beside(database) as part:
            vacuum_into(file, part, is_stopped, alone=_is_alone(file))
            _log_ahead(part)
            found = contents(part, file, is_stopped)
            settle(part)
            if is_stopped():
                raise NotRestored(path=str(database), reason="it was stopped")
            with _closed_to_others(database):
                aside = _swap(part, database, now)
    except sqlite3.Error as error:
        raise NotRestored(path=str(database), reason=str(error)) from error
    except OSError as error:
        raise NotRestored(path=str(database), reason=error.strerror or str(error)) from error
    sync_directory(database.parent)
    return found, aside


def refuse_open(database: Path) -> None:
    """Raise DatabaseInUse when another process has the database open."""
    others = processes_with(database)
    if others:
        raise DatabaseInUse(path=str(database), processes=others)


def aside_name(database: Path, now: datetime) -> Path:
    """What a database is called that another one has replaced."""
    return database.with_name(f"{database.stem}-replaced-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}{database.suffix}")


def _tidy(database: Path) -> None:
    """Take away what a restore that was killed has left: a copy half made, and the other name of the database."""
    with contextlib.suppress(OSError):
        forget_parts(database.parent)
        for aside in database.parent.glob(f"{database.stem}-replaced-*{database.suffix}"):
            if database.exists() and aside.samefile(database):
                aside.unlink()


def _free(name: Path) -> Path:
    """The name, or the next one that nothing has."""
    numbered = (name.with_name(f"{name.stem}-{number}{name.suffix}") for number in itertools.count(2))
    return next(one for one in itertools.chain([name], numbered) if not os.path.lexists(one))


def _is_alone(file: Path) -> bool:
    """Whether all of it is in the one file: then it is read without leaving a trace beside it."""
    return not any(file.with_name(file.name + end).exists() for end in ("-wal", "-journal"))


def _refuse_foreign(connection: sqlite3.Connection, file: Path) -> None:
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version > newest_version():
        raise DatabaseTooNew(path=str(file), found=version, known=newest_version())
    found = _shape(connection)
    if version < 1 or any(not columns <= found.get(table, frozenset()) for table, columns in _expected(version)):
        raise BackupUnusable(path=str(file), reason="it is no database of Runout")


def _expected(version: int) -> list[tuple[str, frozenset[str]]]:
    """The tables of a schema with their columns, as its own migrations make them."""
    with closing(sqlite3.connect(":memory:")) as empty:
        teach(empty)
        for number, script in migrations().items():
            if number <= version:
                empty.executescript(script)
        return list(_shape(empty).items())


def _shape(connection: sqlite3.Connection) -> dict[str, frozenset[str]]:
    tables = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    return {
        table: frozenset(row[0] for row in connection.execute("SELECT name FROM pragma_table_info(?)", (table,)))
        for (table,) in tables.fetchall()
    }


def _log_ahead(part: Path) -> None:
    """A copy does not inherit the way in which the database is written."""
    with closing(sqlite3.connect(part, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = wal")


@contextmanager
def _closed_to_others(database: Path) -> Iterator[None]:
    """Nobody opens the database inside, and all of it is in the one file; unless it is damaged, or there is none.

    Where names of open files cannot be changed it is closed again before.
    """
    connection = _taken(database) if database.exists() else None
    if connection is None:
        yield
        return
    if os.name == "nt":
        connection.close()
    try:
        yield
    except BaseException:
        with contextlib.suppress(sqlite3.Error):
            connection.rollback()
            connection.execute("PRAGMA journal_mode = wal")
        raise
    finally:
        connection.close()


def _taken(database: Path) -> sqlite3.Connection | None:
    """The database with its log brought in, locked; None when it is too damaged for that.

    Another connection is in the way even when it does nothing, so this finds those that cannot be counted.
    """
    connection = sqlite3.connect(database, isolation_level=None, timeout=1.0)
    try:
        connection.execute("PRAGMA locking_mode = exclusive")
        connection.execute("PRAGMA journal_mode = delete")
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        connection.close()
        if error.sqlite_errorcode & 0xFF in _BUSY:
            raise DatabaseInUse(path=str(database), processes=None) from error
        raise
    except sqlite3.DatabaseError:
        connection.close()
        return None
    return connection


def _swap(part: Path, database: Path, now: datetime) -> str:
    """Give the old file its other name, and the new one the old name; where the old one lies."""
    aside = _free(aside_name(database, now))
    log = database.with_name(f"{database.name}-wal")
    kept_log = aside.with_name(f"{aside.name}-wal")
    has_log = log.exists()
    if has_log:
        # Of a damaged file: beside the new one it would be read into that.
        log.rename(kept_log)
    try:
        kept = _replace(part, database, aside)
    except BaseException:
        if has_log:
            kept_log.rename(log)
        raise
    database.with_name(f"{database.name}-shm").unlink(missing_ok=True)
    return kept


def _replace(part: Path, database: Path, aside: Path) -> str:
    """At no moment is there no database; where a file cannot have two names, for one between two renames."""
    if not database.exists():
        part.replace(database)
        return ""
    try:
        os.link(database, aside)
    except OSError:
        database.rename(aside)
        try:
            part.replace(database)
        except BaseException:
            aside.rename(database)
            raise
        return str(aside)
    try:
        part.replace(database)
    except BaseException:
        aside.unlink()
        raise
    return str(aside)
