"""The budget's own small file, `budget.db`, shared by every process of this machine.

It stands apart from the main database because a large publish holds that one's writer for seconds, and a slot has to be
taken meanwhile. Losing it loses nothing but the memory of the last minutes: a file that is no database is made anew.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final, TypeVar

from core.domain.ids import AccountId, RunId
from core.domain.ledger import Lane, Ledger, Slot, Work, without
from core.domain.progress import RunningSync
from core.errors import DatabaseUnusable
from core.store.database import Row
from core.store.personal import Rows

import msgspec
from msgspec.structs import replace

T = TypeVar("T")

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS api_slots (
    window   TEXT NOT NULL,
    number   INTEGER NOT NULL,
    lane     INTEGER NOT NULL,
    account  TEXT,
    work     INTEGER,
    taken_at REAL NOT NULL,
    until    REAL NOT NULL,
    PRIMARY KEY (window, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS api_windows (
    window TEXT NOT NULL PRIMARY KEY,
    body   BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS running_syncs (
    run_id  TEXT NOT NULL PRIMARY KEY,
    body    BLOB NOT NULL,
    seen_at REAL NOT NULL
) STRICT, WITHOUT ROWID;
"""
_SLOT: Final = ("window", "number", "lane", "account", "work", "taken_at", "until")
_NAMED: Final = "instr(CAST(body AS TEXT), ?) > 0"
"""A body that names an account."""

_PATIENCE: Final = 10.0
"""Seconds to wait for another process that writes; it never writes for longer than a moment."""

_FORGOTTEN: Final = 10.0
"""Seconds of the machine's time after which a run that says nothing is taken to be gone."""

_LEDGER: Final = msgspec.json.Decoder(Ledger)
_RUNNING: Final = msgspec.json.Decoder(RunningSync)


class SlotStore:
    """Reads and writes the ledger of a window, one change at a time whoever asks. Made by `open_slots`."""

    def __init__(self, path: Path, connection: sqlite3.Connection, thread: ThreadPoolExecutor) -> None:
        self._path = path
        self._connection = connection
        self._thread = thread

    async def update(self, window: str, change: Callable[[Ledger], tuple[Ledger, T]]) -> T:
        """Apply a pure change to a window's ledger, alone among all processes; what the change returns besides.

        A change that has begun is finished even when whoever asked for it is cancelled.
        """
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._update, window, change)

    async def ledger(self, window: str) -> Ledger:
        """The ledger as it was written last."""
        return await self.update(window, lambda ledger: (ledger, ledger))

    async def note_running(self, sync: RunningSync) -> None:
        """Let every process of this machine see how far a run is, and that it goes on."""
        await self._alone(
            "INSERT OR REPLACE INTO running_syncs (run_id, body, seen_at) VALUES (?, ?, ?)",
            (sync.run, msgspec.json.encode(sync), time.time()),
        )

    async def forget_running(self, run: RunId) -> None:
        """A run is over."""
        await self._alone("DELETE FROM running_syncs WHERE run_id = ?", (run,))

    async def forget_account(self, account: AccountId) -> None:
        """Nothing here names the account any more; the slots that were taken for it stay taken."""
        for (window,) in await self._alone("SELECT window FROM api_windows"):
            await self.update(window, lambda ledger: (without(ledger, account), None))
        await self._alone("UPDATE api_slots SET account = NULL WHERE account = ?", (account,))
        await self._alone(f"DELETE FROM running_syncs WHERE {_NAMED}", (account,))
        await self._alone("PRAGMA wal_checkpoint(truncate)")

    async def rows(self, account: AccountId) -> dict[str, Rows]:
        """Every row that names the account, by table; of a window, which all share, what waits for this account."""
        taken = await self._alone(
            f"SELECT {', '.join(_SLOT)} FROM api_slots WHERE account = ? ORDER BY 1, 2", (account,)
        )
        windows = await self._alone("SELECT window, body FROM api_windows ORDER BY window")
        running = await self._alone(f"SELECT run_id, body, seen_at FROM running_syncs WHERE {_NAMED}", (account,))
        return {
            "api_slots": [dict(zip(_SLOT, row, strict=True)) for row in taken],
            "api_windows": [row for window, body in windows for row in _waiting(window, body, account)],
            "running_syncs": [
                {"run_id": run, "body": msgspec.json.decode(body), "seen_at": seen_at} for run, body, seen_at in running
            ],
        }

    async def running(self) -> tuple[RunningSync, ...]:
        """The runs that go on, of all processes."""
        now = time.time()
        await self._alone("DELETE FROM running_syncs WHERE abs(seen_at - ?) > ?", (now, _FORGOTTEN))
        rows = await self._alone("SELECT body FROM running_syncs ORDER BY run_id")
        return tuple(_RUNNING.decode(row[0]) for row in rows)

    async def _alone(self, sql: str, values: tuple[object, ...] = ()) -> list[Row]:
        """One statement; what it finds."""

        def execute() -> list[Row]:
            try:
                return self._connection.execute(sql, values).fetchall()
            except sqlite3.Error as error:
                raise DatabaseUnusable(path=str(self._path), reason=str(error)) from error

        return await asyncio.get_running_loop().run_in_executor(self._thread, execute)

    def _update(self, window: str, change: Callable[[Ledger], tuple[Ledger, T]]) -> T:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                before = self._read(window)
                after, result = change(before)
                if after != before:
                    self._write(window, before, after)
            except BaseException:
                self._connection.rollback()
                raise
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise DatabaseUnusable(path=str(self._path), reason=str(error)) from error
        return result

    def _read(self, window: str) -> Ledger:
        found = self._connection.execute("SELECT body FROM api_windows WHERE window = ?", (window,)).fetchone()
        rows = self._connection.execute(
            "SELECT number, lane, taken_at, until, account, work FROM api_slots WHERE window = ? ORDER BY number",
            (window,),
        )
        slots = tuple(
            Slot(
                number=number,
                lane=Lane(lane),
                taken_at=taken_at,
                until=until,
                account=None if account is None else AccountId(account),
                work=None if work is None else Work(work),
            )
            for number, lane, taken_at, until, account, work in rows
        )
        return replace(_LEDGER.decode(found[0]) if found else Ledger(), slots=slots)

    def _write(self, window: str, before: Ledger, after: Ledger) -> None:
        kept, were = set(after.slots), set(before.slots)
        self._connection.executemany(
            "DELETE FROM api_slots WHERE window = ? AND number = ?", ((window, slot.number) for slot in were - kept)
        )
        self._connection.executemany(
            "INSERT INTO api_slots (window, number, lane, account, work, taken_at, until) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                (window, slot.number, slot.lane, slot.account, slot.work, slot.taken_at, slot.until)
                for slot in kept - were
            ),
        )
        self._connection.execute(
            "INSERT OR REPLACE INTO api_windows (window, body) VALUES (?, ?)",
            (window, msgspec.json.encode(replace(after, slots=()))),
        )


def _waiting(window: str, body: bytes, account: AccountId) -> Rows:
    """What each process waits with for an account."""
    found: Rows = []
    for queue in _LEDGER.decode(body).queues:
        mine = [msgspec.to_builtins(one) for one in queue.waiting if one.account == account]
        if mine:
            found.append({"window": window, "process": queue.process, "seen": queue.seen, "waiting": mine})
    return found


@asynccontextmanager
async def open_slots(path: Path) -> AsyncIterator[SlotStore]:
    """Open the file, made when need be, with a thread of its own. Raises DatabaseUnusable."""
    thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="budget")
    try:
        connection = await asyncio.get_running_loop().run_in_executor(thread, _connected, path)
        try:
            yield SlotStore(path, connection, thread)
        finally:
            await asyncio.shield(asyncio.get_running_loop().run_in_executor(thread, connection.close))
    finally:
        thread.shutdown(wait=False)


def _connected(path: Path) -> sqlite3.Connection:
    try:
        try:
            return _opened(path)
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            for name in (path, *(path.with_name(path.name + end) for end in ("-wal", "-shm"))):
                with contextlib.suppress(FileNotFoundError):
                    name.unlink()
            return _opened(path)
    except (sqlite3.Error, OSError) as error:
        raise DatabaseUnusable(path=str(path), reason=str(error)) from error


def _opened(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, timeout=_PATIENCE, check_same_thread=False)
    try:
        _write_ahead(connection)
        connection.execute("PRAGMA synchronous = off")
        connection.execute("PRAGMA secure_delete = on")
        connection.execute("BEGIN IMMEDIATE")
        for statement in _SCHEMA.split(";"):
            connection.execute(statement)
        connection.execute("COMMIT")
        _refuse_damaged(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Readers and the writer in peace. SQLite does not wait by itself when two processes ask for it at once."""
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode = wal")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return


def _refuse_damaged(connection: sqlite3.Connection) -> None:
    found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise sqlite3.DatabaseError(found)
