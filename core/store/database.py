"""The SQLite file: one connection that writes, two that read, and the transaction every write needs."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Coroutine, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, Final, TypeVar

from core.errors import DatabaseTooNew, DatabaseUnusable, DirectoryUnusable
from core.store.damage import refuse_damaged
from core.store.migrate import migrate, newest_version

import aiosqlite

T = TypeVar("T")

Value = str | int | float | bytes | None
Row = tuple[Any, ...]

_OLDEST_SQLITE: Final = (3, 37)
_PRAGMAS: Final = (
    "PRAGMA busy_timeout = 5000",
    "PRAGMA foreign_keys = on",
    "PRAGMA synchronous = normal",
    "PRAGMA secure_delete = on",
    "PRAGMA temp_store = memory",
)


class Tx:
    """An open transaction; whoever holds one may write."""

    def __init__(self, connection: aiosqlite.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path

    async def execute(self, sql: str, values: Sequence[Value] = ()) -> int:
        """Run one statement; the number of rows it touched."""
        with _translated(self._path):
            cursor = await self._connection.execute(sql, values)
            touched = cursor.rowcount
            await cursor.close()
            return touched

    async def execute_many(self, sql: str, rows: Iterable[Sequence[Value]]) -> None:
        """Run one statement for every row."""
        with _translated(self._path):
            cursor = await self._connection.executemany(sql, rows)
            await cursor.close()

    async def fetch(self, sql: str, values: Sequence[Value] = ()) -> list[Row]:
        """Read inside the transaction."""
        with _translated(self._path):
            return [tuple(row) for row in await self._connection.execute_fetchall(sql, values)]


class _Reader:
    """A connection that reads one thing at a time, so that an interrupt stops the read it is meant for and no other."""

    def __init__(self, connection: aiosqlite.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path
        self._reading = asyncio.Lock()

    async def fetch(self, sql: str, values: Sequence[Value]) -> list[Row]:
        async with self._reading:
            read = asyncio.ensure_future(self._connection.execute_fetchall(sql, values))
            try:
                with _translated(self._path):
                    return list(await asyncio.shield(read))  # type: ignore[arg-type]
            except asyncio.CancelledError:
                await _to_the_end(self._stop(read))
                raise

    async def _stop(self, read: asyncio.Future[Any]) -> None:
        """Interrupt until it is over: an interrupt that comes before the thread has begun is lost."""
        while not read.done():
            await self._connection.interrupt()
            await asyncio.wait((read,), timeout=0.01)
        if not read.cancelled():
            read.exception()  # Looked at, because nobody else will: that it was interrupted is no news.


class Database:
    """An open file. Made by `open_database`."""

    def __init__(
        self, path: Path, writer: aiosqlite.Connection, quick: aiosqlite.Connection, heavy: aiosqlite.Connection
    ) -> None:
        self.path = path
        self._writer = writer
        self._quick = _Reader(quick, path)
        self._heavy = _Reader(heavy, path)
        self._writing = asyncio.Lock()
        self._newest = newest_version()

    @asynccontextmanager
    async def tx(self) -> AsyncIterator[Tx]:
        """A transaction: committed at the end of the block, rolled back by any exception and by cancellation.

        Nothing of the network is awaited inside. Raises DatabaseTooNew when another process has migrated the file.
        """
        async with self._writing:
            try:
                with _translated(self.path):
                    await self._writer.execute("BEGIN IMMEDIATE")
                tx = Tx(self._writer, self.path)
                await self._refuse_newer(tx)
                yield tx
            except BaseException as error:
                if isinstance(error, asyncio.CancelledError):
                    await self._writer.interrupt()
                with contextlib.suppress(sqlite3.Error):
                    await _to_the_end(self._writer.rollback())
                raise
            with _translated(self.path):
                await _to_the_end(self._commit())

    async def fetch(self, sql: str, values: Sequence[Value] = ()) -> list[Row]:
        """A quick read: a handful of rows, never behind a long one."""
        return await self._quick.fetch(sql, values)

    async def fetch_many(self, sql: str, values: Sequence[Value] = ()) -> list[Row]:
        """A read of whole tables, on a connection of its own."""
        return await self._heavy.fetch(sql, values)

    async def schema(self) -> int:
        """The version of the schema."""
        return int((await self._quick.fetch("PRAGMA user_version", ()))[0][0])

    async def damage(self) -> str:
        """What SQLite finds wrong with the file; empty when it is whole."""
        found = str((await self._heavy.fetch("PRAGMA quick_check(1)", ()))[0][0])
        return "" if found == "ok" else found

    async def compact(self) -> bool:
        """Write the file anew without its free pages and empty the log beside it, so that what was deleted is nowhere.

        Whether that could be done; not while another process reads or writes.
        """
        async with self._writing:
            try:
                with _translated(self.path):
                    await _to_the_end(self._run("VACUUM"))
                    busy = await _to_the_end(self._run("PRAGMA wal_checkpoint(truncate)"))
            except DatabaseUnusable:
                return False
        return not busy[0][0]

    async def tend(self) -> None:
        """Let SQLite learn what is in the tables, and empty the log beside the file where nobody reads from it."""
        async with self._writing:
            with _translated(self.path):
                for sql in ("PRAGMA analysis_limit = 400", "PRAGMA optimize"):
                    await _to_the_end(self._run(sql))
                busy, pages, written = (await _to_the_end(self._run("PRAGMA wal_checkpoint(passive)")))[0]
                # Emptying it would wait for readers, and every writer with it.
                if not busy and pages == written:
                    await _to_the_end(self._run("PRAGMA wal_checkpoint(truncate)"))

    async def _run(self, sql: str) -> list[Row]:
        return [tuple(row) for row in await self._writer.execute_fetchall(sql)]

    async def _commit(self) -> None:
        try:
            await self._writer.execute("COMMIT")
        except sqlite3.Error:
            await self._writer.rollback()
            raise

    async def _refuse_newer(self, tx: Tx) -> None:
        found = (await tx.fetch("PRAGMA user_version"))[0][0]
        if found > self._newest:
            raise DatabaseTooNew(path=str(self.path), found=found, known=self._newest)


def sqlite_version() -> str:
    """The version of SQLite that Python brought along."""
    return sqlite3.sqlite_version


def is_new_enough() -> bool:
    """Whether that knows all that is used here."""
    return sqlite3.sqlite_version_info >= _OLDEST_SQLITE


@asynccontextmanager
async def open_database(path: Path) -> AsyncIterator[Database]:
    """Open the file, made or migrated when need be, and close it at the end.

    Raises DirectoryUnusable, DatabaseUnusable, DatabaseDamaged or DatabaseTooNew.
    """
    if not is_new_enough():
        raise DatabaseUnusable(path=str(path), reason=f"SQLite {sqlite_version()} is older than 3.37")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise DirectoryUnusable(path=str(path.parent), reason=error.strerror or str(error)) from error
    try:
        with _translated(path):
            await asyncio.to_thread(refuse_damaged, path)
            await asyncio.to_thread(migrate, path)
    except OSError as error:
        raise DirectoryUnusable(path=str(path.parent), reason=error.strerror or str(error)) from error
    async with contextlib.AsyncExitStack() as stack:
        opened = [await _connect(stack, path, read_only=read_only) for read_only in (False, True, True)]
        yield Database(path, *opened)


async def _connect(stack: contextlib.AsyncExitStack, path: Path, *, read_only: bool) -> aiosqlite.Connection:
    with _translated(path):
        connection = await aiosqlite.connect(path, isolation_level=None)
        stack.push_async_callback(connection.close)
        for pragma in (*_PRAGMAS, "PRAGMA query_only = on") if read_only else _PRAGMAS:
            await connection.execute(pragma)
    return connection


async def _to_the_end(work: Coroutine[Any, Any, T]) -> T:
    """Await something that must not stop half-way; a cancellation that came meanwhile is passed on afterwards."""
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError as error:
            cancelled = error
        except BaseException:  # noqa: BLE001, S110 - it is raised by `result` below
            pass
    result = task.result()
    if cancelled is not None:
        raise cancelled
    return result


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise DatabaseUnusable(path=str(path), reason=str(error)) from error
