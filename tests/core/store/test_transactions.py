"""A write is whole or it is nothing, whatever happens in its middle."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from core.errors import DatabaseTooNew, DatabaseUnusable
from core.store.database import Database, open_database
from core.store.migrate import newest_version
from tests.core.store.elsewhere import at_once, count_up, set_version, writing
from tests.core.store.gate import ENDLESS, Gate

import pytest

WRITE = "INSERT INTO notes VALUES (?)"


@pytest.fixture
async def notes(tmp_path: Path) -> AsyncIterator[Database]:
    """A database with a table to write into."""
    async with open_database(tmp_path / "runout.db") as opened:
        async with opened.tx() as tx:
            await tx.execute("CREATE TABLE notes (text TEXT NOT NULL) STRICT")
        yield opened


async def written(database: Database) -> list[str]:
    return [row[0] for row in await database.fetch("SELECT text FROM notes ORDER BY rowid")]


async def still_writes(database: Database) -> bool:
    """The next transaction works, and holds nothing of the one before."""
    async with database.tx() as tx:
        await tx.execute(WRITE, ("next",))
    return await written(database) == ["next"]


@asynccontextmanager
async def given_up(task: asyncio.Task[None]) -> AsyncIterator[None]:
    """Cancel, do what stands in the block, and see the task end as cancelled."""
    task.cancel()
    for _ in range(10):
        await asyncio.sleep(0)
    yield
    async with asyncio.timeout(30):
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_a_transaction_is_there_when_its_block_ends(notes: Database) -> None:
    async with notes.tx() as tx:
        await tx.execute(WRITE, ("one",))
        await tx.execute_many(WRITE, [("two",), ("three",)])
        assert await written(notes) == []

    assert await written(notes) == ["one", "two", "three"]


async def test_a_statement_tells_how_many_rows_it_touched(notes: Database) -> None:
    async with notes.tx() as tx:
        await tx.execute_many(WRITE, [("one",), ("two",)])

        assert await tx.execute("UPDATE notes SET text = 'same'") == 2


async def test_an_exception_rolls_back(notes: Database) -> None:
    async def fail() -> None:
        async with notes.tx() as tx:
            await tx.execute(WRITE, ("lost",))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()

    assert await still_writes(notes)


async def test_a_statement_that_fails_rolls_back_what_came_before_it(notes: Database) -> None:
    async def fail() -> None:
        async with notes.tx() as tx:
            await tx.execute(WRITE, ("lost",))
            await tx.execute(WRITE, (None,))

    with pytest.raises(DatabaseUnusable, match="NOT NULL"):
        await fail()

    assert await still_writes(notes)


async def test_a_transaction_cancelled_while_a_statement_runs_rolls_back(notes: Database) -> None:
    gate = await Gate.on(notes._writer, "WITH RECURSIVE")

    async def write() -> None:
        async with notes.tx() as tx:
            await tx.execute(WRITE, ("lost",))
            await tx.fetch(ENDLESS)

    task = asyncio.create_task(write())
    await gate.reached()
    async with given_up(task):
        pass

    assert await still_writes(notes)


async def test_a_transaction_cancelled_between_statements_rolls_back(notes: Database) -> None:
    waiting = asyncio.Event()

    async def write() -> None:
        async with notes.tx() as tx:
            await tx.execute(WRITE, ("lost",))
            waiting.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(write())
    await waiting.wait()
    async with given_up(task):
        pass

    assert await still_writes(notes)


async def test_a_transaction_cancelled_behind_the_lock_of_another_process_never_begins(notes: Database) -> None:
    gate = await Gate.on(notes._writer, "BEGIN")

    async def write() -> None:
        async with notes.tx() as tx:
            await tx.execute(WRITE, ("lost",))

    with writing(notes.path) as stop:
        task = asyncio.create_task(write())
        await gate.reached()
        async with given_up(task):
            await asyncio.to_thread(stop)

    assert await still_writes(notes)


async def test_a_transaction_cancelled_while_it_waits_for_its_turn_never_begins(notes: Database) -> None:
    async def write() -> None:
        async with notes.tx() as tx:
            await tx.execute(WRITE, ("lost",))

    async with notes.tx():
        task = asyncio.create_task(write())
        await asyncio.sleep(0)
        async with given_up(task):
            pass

    assert await still_writes(notes)


async def test_a_cancellation_at_commit_comes_too_late_and_is_passed_on(notes: Database) -> None:
    gate = await Gate.on(notes._writer, "COMMIT", held=True)

    async def write() -> None:
        async with notes.tx() as tx:
            await tx.execute_many(WRITE, [("one",), ("two",)])

    task = asyncio.create_task(write())
    await gate.reached()
    async with given_up(task):
        assert not task.done()
        gate.open()

    assert await written(notes) == ["one", "two"]
    async with notes.tx() as tx:
        await tx.execute(WRITE, ("three",))
    assert await written(notes) == ["one", "two", "three"]


async def test_a_second_cancellation_does_not_stop_the_rollback(notes: Database) -> None:
    gate = await Gate.on(notes._writer, "ROLLBACK", held=True)
    waiting = asyncio.Event()

    async def write() -> None:
        async with notes.tx() as tx:
            await tx.execute(WRITE, ("lost",))
            waiting.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(write())
    await waiting.wait()
    task.cancel()
    await gate.reached()
    async with given_up(task):
        assert not task.done()
        gate.open()

    assert await still_writes(notes)


async def test_writers_of_one_process_take_turns(notes: Database) -> None:
    async def count() -> None:
        async with notes.tx() as tx:
            found = (await tx.fetch("SELECT count(*) FROM notes"))[0][0]
            await tx.execute(WRITE, (str(found),))

    await asyncio.gather(*(count() for _ in range(20)))

    assert await written(notes) == [str(number) for number in range(20)]


async def test_two_processes_that_write_at_once_lose_nothing(database: Database) -> None:
    async with database.tx() as tx:
        await tx.execute("CREATE TABLE counter (number INTEGER NOT NULL) STRICT")
        await tx.execute("INSERT INTO counter VALUES (0)")

    await asyncio.to_thread(at_once, 2, count_up, database.path, 150)

    assert await database.fetch("SELECT number FROM counter") == [(300,)]


async def test_a_file_that_another_process_migrated_meanwhile_is_read_and_not_written(notes: Database) -> None:
    later = newest_version() + 1
    set_version(notes.path, later)

    async def write() -> None:
        async with notes.tx() as tx:
            await tx.execute(WRITE, ("wrong",))

    with pytest.raises(DatabaseTooNew) as refused:
        await write()

    assert refused.value == DatabaseTooNew(path=str(notes.path), found=later, known=newest_version())
    assert await written(notes) == []
