"""Whether a database is still whole after the process that had it open was killed, or the power went."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from core.errors import DatabaseDamaged
from core.store.backup import newest_backup, reading


def refuse_damaged(path: Path) -> None:
    """Look at a file that the last process did not close; to be called before anything opens it.

    Whoever closes the file last takes its log away, so a log without a process means that there was no closing. Looking
    leaves the log where it is: a damaged file is told of each time, until it is replaced. Where the system cannot tell
    who has a file open, it is looked at too when another process has it. Raises DatabaseDamaged.
    """
    # Deferred: it knows the open database, which knows this room.
    from core.store.leases import processes_with  # noqa: PLC0415

    if path.with_name(f"{path.name}-wal").exists() and not processes_with(path):
        damage = _damage(path)
        if damage:
            raise DatabaseDamaged(path=str(path), reason=damage, backup=newest_backup(path))


def _damage(path: Path) -> str:
    try:
        with closing(reading(path)) as connection:
            found = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.OperationalError:
        # Locked, or not to be read: opening it will tell.
        return ""
    except sqlite3.DatabaseError as error:
        return str(error)
    return "" if found == "ok" else found.splitlines()[-1]
