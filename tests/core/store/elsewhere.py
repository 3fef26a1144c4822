"""What other processes do to the same files at the same time."""

from __future__ import annotations

import asyncio
import multiprocessing
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from multiprocessing.synchronize import Barrier, Event
from pathlib import Path
from typing import Any, Final

from core.domain.account import PersonalToken
from core.domain.ids import AccountId
from core.store import migrate
from core.store.cipher import Cipher
from core.store.database import open_database

EXTRA: Final = "CREATE TABLE extra (ran INTEGER NOT NULL) STRICT;\nINSERT INTO extra VALUES (1);\n"
_CONTEXT: Final = multiprocessing.get_context("spawn")


def at_once(count: int, work: Callable[..., None], *arguments: Any) -> None:
    """Do the same in several new processes, all of them let go at the same moment."""
    barrier = _CONTEXT.Barrier(count)
    processes = [_CONTEXT.Process(target=_do, args=(barrier, work, arguments)) for _ in range(count)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * count


@contextmanager
def writing(path: Path) -> Iterator[Callable[[], None]]:
    """Another process has begun to write; what is given lets it end."""
    begun, end = _CONTEXT.Event(), _CONTEXT.Event()
    process = _CONTEXT.Process(target=_write_until, args=(path, begun, end))
    process.start()
    assert begun.wait(30)

    def stop() -> None:
        end.set()
        process.join()

    try:
        yield stop
    finally:
        stop()


def count_up(path: Path, times: int) -> None:
    """Read the counter and write one more, many times over."""

    async def run() -> None:
        async with open_database(path) as database:
            for _ in range(times):
                async with database.tx() as tx:
                    found = (await tx.fetch("SELECT number FROM counter"))[0][0]
                    await tx.execute("UPDATE counter SET number = ?", (found + 1,))

    asyncio.run(run())


def open_with_extra_migration(path: Path) -> None:
    """Start a later version of the program, which has one migration more."""
    known = migrate.migrations()
    later = {**known, max(known) + 1: EXTRA}
    migrate.migrations = lambda: later

    async def run() -> None:
        async with open_database(path) as database:
            await database.fetch("SELECT ran FROM extra")

    asyncio.run(run())


def seal_one(key_file: Path, directory: Path) -> None:
    """Seal a token with the key that is there, or is made."""
    name = multiprocessing.current_process().name
    (directory / name).write_bytes(Cipher(key_file).seal(AccountId("me"), PersonalToken(name)))


def set_version(path: Path, version: int) -> None:
    """Make the file one of another version of the program."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {version:d}")


def version_of(path: Path) -> int:
    """The version of the schema in a file."""
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _do(barrier: Barrier, work: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    barrier.wait()
    work(*arguments)


def _write_until(path: Path, begun: Event, end: Event) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        begun.set()
        end.wait()
        connection.execute("ROLLBACK")
