"""Take an account out of every copy of the database that lies beside it."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Final

from core.domain.backup import Backup
from core.domain.ids import AccountId, DiscogsUserId
from core.errors import BackupNotWritten
from core.store.accounts import FORGET_FACTS
from core.store.backup import (
    DIRECTORY,
    IsStopped,
    all_backups,
    contents,
    copy_database,
    forget_parts,
    part_beside,
    reading,
    settle,
    vacuum_into,
)
from core.store.enrichment import FORGET

_THEIRS: Final = "account_id = ? OR discogs_id = ?"
"""Somebody who came back has another account of the same member in older copies."""


def copies_beside(path: Path) -> list[Path]:
    """The copies from before upgrades, finished or not."""
    return sorted(path.parent.glob(f"*{path.stem}-before-*{path.suffix}*"))


def replaced_beside(path: Path) -> list[Path]:
    """What a backup has taken the place of."""
    return sorted(path.parent.glob(f"{path.stem}-replaced-*{path.suffix}*"))


def others_beside(path: Path) -> list[Path]:
    """Copies to which somebody gave a name of their own, where ours are. Whatever else lies there is not touched."""
    ours = {path, *copies_beside(path), *replaced_beside(path), *all_backups(path)}
    found = (*path.parent.glob(f"*{path.suffix}"), *(path.parent / DIRECTORY).glob(f"*{path.suffix}"))
    return sorted(file for file in found if file not in ours and _is_of_runout(file))


def named(path: Path, copies: Iterable[Path]) -> tuple[str, ...]:
    """Names as they are seen from where the database lies."""
    return tuple(copy.relative_to(path.parent).as_posix() for copy in copies)


def erase_from_copies(path: Path, account: AccountId, member: DiscogsUserId) -> tuple[list[Path], list[Path]]:
    """Take an account out of the backups with names of ours and of replaced files: what was deleted, what written anew.

    Deleted is what held nobody else, and what cannot be read or written anew: nobody knows who is in that.
    """
    deleted, rewritten = [], []
    forget_parts(path.parent)
    forget_parts(path.parent / DIRECTORY)
    for copy in (*replaced_beside(path), *all_backups(path), *others_beside(path)):
        try:
            others = _others_in(copy, account, member)
            if others is None:
                continue
            if others:
                _write_without(copy, account, member)
                rewritten.append(copy)
                continue
        except (sqlite3.Error, OSError):
            pass
        copy.unlink(missing_ok=True)
        deleted.append(copy)
    return deleted, rewritten


def copy_of_those_here(path: Path, target: Path, is_stopped: IsStopped) -> Backup:
    """A copy of the database, without whoever left while it was made. Raises BackupExists or BackupNotWritten."""
    made = copy_database(path, target, is_stopped)
    try:
        leavers = _leavers(path, target)
        for account, member in leavers:
            _write_without(target, account, member)
        return contents(target, target) if leavers else made
    except (sqlite3.Error, OSError) as error:
        target.unlink(missing_ok=True)
        raise BackupNotWritten(path=str(target), reason=str(error)) from error


def _is_of_runout(file: Path) -> bool:
    try:
        with closing(reading(file, alone=True)) as connection:
            tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    except (sqlite3.Error, OSError):
        return False
    return {"accounts", "credentials", "items", "releases"} <= tables


def _leavers(path: Path, copy: Path) -> list[tuple[AccountId, DiscogsUserId]]:
    with closing(reading(path)) as live, closing(reading(copy, alone=True)) as then:
        here = {row[0] for row in live.execute("SELECT account_id FROM accounts")}
        found = then.execute("SELECT account_id, discogs_id FROM accounts").fetchall()
    return [(account, member) for account, member in found if account not in here]


def _others_in(copy: Path, account: AccountId, member: DiscogsUserId) -> int | None:
    """How many other accounts a copy has; None when it has not got this one. Raises sqlite3.Error."""
    with closing(reading(copy, alone=True)) as connection:
        found = connection.execute(f"SELECT {_THEIRS} FROM accounts", (account, member)).fetchall()
    theirs = sum(row[0] for row in found)
    return len(found) - theirs if theirs else None


def _write_without(copy: Path, account: AccountId, member: DiscogsUserId) -> None:
    """Write a copy anew: what was deleted from a file can still stand in it. Raises sqlite3.Error or OSError."""
    with part_beside(copy) as part, part_beside(copy) as clean:
        shutil.copyfile(copy, part)
        with closing(sqlite3.connect(part, isolation_level=None)) as connection:
            for pragma in ("journal_mode = off", "foreign_keys = on", "secure_delete = on"):
                connection.execute(f"PRAGMA {pragma}")
            connection.execute(f"DELETE FROM accounts WHERE {_THEIRS}", (account, member))
            _forget_what_they_had(connection)
            _refuse_rest(connection, account)
        vacuum_into(part, clean, alone=True)
        settle(clean)
        contents(clean, copy)
        clean.replace(copy)


def _forget_what_they_had(connection: sqlite3.Connection) -> None:
    has_feed = connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'changes'").fetchone()
    told = " UNION SELECT release_id FROM changes WHERE release_id IS NOT NULL" if has_feed else ""
    has_log = connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'plays'").fetchone()
    heard = " UNION SELECT release_id FROM plays" if has_log else ""
    connection.execute(f"DELETE FROM releases WHERE release_id NOT IN (SELECT release_id FROM items{told}{heard})")
    if connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'covers'").fetchone():
        connection.execute("DELETE FROM covers WHERE release_id NOT IN (SELECT release_id FROM releases)")
        for sql in FORGET:
            connection.execute(sql)
    if has_log:  # It came with them.
        connection.execute(FORGET_FACTS)


def _refuse_rest(connection: sqlite3.Connection, account: AccountId) -> None:
    """Whatever names the account goes with it; a file in which something stays is not one of ours."""
    tables = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
    for (table,) in tables:
        columns = {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}
        if (
            "account_id" in columns
            and connection.execute(f"SELECT 1 FROM {table} WHERE account_id = ? LIMIT 1", (account,)).fetchone()
        ):
            reason = f"{table} keeps rows of an account that was deleted"
            raise sqlite3.DatabaseError(reason)
