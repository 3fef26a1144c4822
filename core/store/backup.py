"""Copies of the whole database: where they lie, how they are called, and how one is made that can be trusted.

The key is a file of its own and never in them; the credentials in them are sealed with it.
"""

from __future__ import annotations

import contextlib
import os
import re
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from core.domain.backup import Backup
from core.errors import BackupExists, BackupNotWritten

DIRECTORY: Final = "backups"
"""Beside the database."""

IsStopped = Callable[[], bool]

_STAMP: Final = "%Y%m%dT%H%M%SZ"
_PART: Final = ".runout-"
_LEFT_OVER: Final = 86_400.0
"""Seconds after which a copy that is not finished is nobody's any more, where the system cannot tell who has it."""

_LOOK: Final = 10_000
"""Steps of SQLite's between two looks at whether to stop: less than a millisecond."""


def automatic_name(database: Path, now: datetime) -> Path:
    """What an automatic backup of this moment is called."""
    return _called(database, "auto-", now)


def asked_name(database: Path, now: datetime) -> Path:
    """What a backup is called that somebody asked for without giving it a name."""
    return _called(database, "", now)


def automatic(database: Path) -> dict[datetime, Path]:
    """The automatic backups, by when they were made. Nothing else is ever called like them."""
    return _named(database, "auto-")


def all_backups(database: Path) -> list[Path]:
    """Every backup in the directory for them that has a name of ours, the newest last."""
    found = [*_named(database, "").items(), *_named(database, "auto-").items()]
    return [path for _, path in sorted(found)]


def newest_backup(database: Path) -> str:
    """The path of the newest backup; empty when there is none."""
    return next((str(path) for path in reversed(all_backups(database))), "")


def copy_database(database: Path, target: Path, is_stopped: IsStopped) -> Backup:
    """A copy under a name that nothing has yet: whole, looked at, and for its owner's eyes. Others may write meanwhile.

    Raises BackupExists or BackupNotWritten, and leaves nothing behind then.
    """
    try:
        _refuse_taken(target)
        with part_beside(target) as part:
            vacuum_into(database, part, is_stopped)
            settle(part)
            found = contents(part, target, is_stopped)
            if is_stopped():
                raise BackupNotWritten(path=str(target), reason="it was stopped")
            _give_name(part, target)
    except sqlite3.Error as error:
        raise BackupNotWritten(path=str(target), reason=str(error)) from error
    except OSError as error:
        raise BackupNotWritten(path=str(target), reason=error.strerror or str(error)) from error
    sync_directory(target.parent)
    return found


def contents(file: Path, shown: Path, is_stopped: IsStopped = bool, *, alone: bool = True) -> Backup:
    """What is in a copy that was found whole; `shown` is the name it goes by. Raises sqlite3.Error for a damaged one.

    `alone` is for a file with nothing beside it that belongs to it, and leaves nothing there.
    """
    with closing(reading(file, alone=alone)) as connection:
        connection.set_progress_handler(is_stopped, _LOOK)
        damage = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if damage != "ok":
            raise sqlite3.DatabaseError(damage)
        copies, wants = _counted(connection)
        return Backup(
            path=str(shown),
            bytes=file.stat().st_size,
            schema=connection.execute("PRAGMA user_version").fetchone()[0],
            accounts=connection.execute("SELECT count(*) FROM accounts").fetchone()[0],
            copies=copies,
            wants=wants,
        )


def _counted(connection: sqlite3.Connection) -> tuple[int, int]:
    """Copies and wants; in an older file there are no wants."""
    if "shelf" not in {row[1] for row in connection.execute("PRAGMA table_info(items)")}:
        return connection.execute("SELECT count(*) FROM items").fetchone()[0], 0
    rows = connection.execute("SELECT shelf = 'wantlist', count(*) FROM items GROUP BY 1").fetchall()
    found = dict(rows)
    return found.get(0, 0), found.get(1, 0)


def reading(file: Path, *, alone: bool = False) -> sqlite3.Connection:
    """A connection that changes nothing, not even by closing; `alone` leaves no file beside it either."""
    address = f"{file.absolute().as_uri()}?mode=ro{'&immutable=1' if alone else ''}"
    return sqlite3.connect(address, uri=True, isolation_level=None, timeout=30.0)


def vacuum_into(source: Path, part: Path, is_stopped: IsStopped = bool, *, alone: bool = False) -> None:
    """Write a copy without free pages into an empty file. Raises sqlite3.Error."""
    with closing(reading(source, alone=alone)) as connection:
        connection.set_progress_handler(is_stopped, _LOOK)
        # As bytes: a name need not be text.
        connection.execute("VACUUM INTO CAST(? AS TEXT)", (os.fsencode(part),))


@contextmanager
def part_beside(target: Path) -> Iterator[Path]:
    """An empty file in the same directory, which is gone afterwards unless it was given another name."""
    descriptor, name = tempfile.mkstemp(dir=target.absolute().parent, prefix=f"{_PART}{os.getpid()}-", suffix=".part")
    os.close(descriptor)
    try:
        yield Path(name)
    finally:
        for end in ("", "-journal", "-wal", "-shm"):
            Path(name + end).unlink(missing_ok=True)


def forget_parts(directory: Path) -> None:
    """Delete what a process that was killed has left half made."""
    for part in directory.glob(f"{_PART}*.part*"):
        owner = part.name.removeprefix(_PART).partition("-")[0]
        if owner != str(os.getpid()) and _is_left_over(part):
            part.unlink(missing_ok=True)


def settle(file: Path) -> None:
    """Do not go on before it stands on the disk."""
    descriptor = os.open(file, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_directory(directory: Path) -> None:
    """The same for the names in a directory, where the system can."""
    with contextlib.suppress(OSError):
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _is_left_over(part: Path) -> bool:
    # Deferred: it knows the open database, which knows this room.
    from core.store.leases import processes_with  # noqa: PLC0415

    try:
        others = processes_with(part)
        return not others if others is not None else time.time() - part.stat().st_mtime > _LEFT_OVER
    except OSError:
        return False


def _refuse_taken(target: Path) -> None:
    if target.is_dir():
        raise BackupNotWritten(path=str(target), reason="it is a directory")
    if os.path.lexists(target):
        raise BackupExists(path=str(target))
    if not target.absolute().parent.is_dir():
        raise BackupNotWritten(path=str(target), reason="there is no such directory")


def _give_name(part: Path, target: Path) -> None:
    """Never over something else, whoever is faster."""
    try:
        os.link(part, target)
    except FileExistsError:
        raise BackupExists(path=str(target)) from None
    except OSError:
        # A file system without links.
        _refuse_taken(target)
        part.rename(target)


def _called(database: Path, kind: str, now: datetime) -> Path:
    stamp = now.astimezone(UTC).strftime(_STAMP)
    return database.parent / DIRECTORY / f"{database.stem}-{kind}{stamp}{database.suffix}"


def _named(database: Path, kind: str) -> dict[datetime, Path]:
    name = re.compile(rf"{re.escape(database.stem)}-{kind}(\d{{8}}T\d{{6}}Z){re.escape(database.suffix)}")
    found: dict[datetime, Path] = {}
    for path in (database.parent / DIRECTORY).glob(f"{database.stem}-*"):
        if (match := name.fullmatch(path.name)) and path.is_file():
            with contextlib.suppress(ValueError):
                found[datetime.strptime(match[1], _STAMP).replace(tzinfo=UTC)] = path
    return found
