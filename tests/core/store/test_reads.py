"""Reads: two connections that do not wait for each other, and an interrupt that meets the read it is meant for."""

from __future__ import annotations

import asyncio
import gc

from core.errors import DatabaseUnusable
from core.store.database import Database
from tests.core.store.gate import ENDLESS, Gate

import pytest

LONG = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) SELECT count(*) FROM n"


async def cancelled(task: asyncio.Task[list[tuple[int]]]) -> None:
    task.cancel()
    async with asyncio.timeout(30):
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_a_cancelled_read_lets_the_next_read_through(database: Database) -> None:
    gate = await Gate.on(database._heavy._connection, "WITH RECURSIVE")
    read = asyncio.create_task(database.fetch_many(ENDLESS))
    await gate.reached()

    await cancelled(read)

    assert await database.fetch_many("SELECT 1") == [(1,)]


async def test_of_a_cancelled_read_nothing_is_heard_any_more(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    gate = await Gate.on(database._heavy._connection, "WITH RECURSIVE")
    read = asyncio.create_task(database.fetch_many(ENDLESS))
    await gate.reached()

    read.cancel()
    await asyncio.wait((read,))

    del read
    gc.collect()
    assert caplog.messages == []


async def test_a_read_cancelled_before_its_thread_has_begun_is_stopped_too(database: Database) -> None:
    read = asyncio.create_task(database.fetch_many(ENDLESS))
    await asyncio.sleep(0)

    await cancelled(read)

    assert await database.fetch_many("SELECT 1") == [(1,)]


async def test_giving_up_a_read_that_waits_does_not_interrupt_the_one_that_runs(database: Database) -> None:
    gate = await Gate.on(database._quick._connection, "WITH RECURSIVE", held=True)
    running = asyncio.create_task(database.fetch(LONG))
    await gate.reached()
    waiting = asyncio.create_task(database.fetch("SELECT 2"))
    await asyncio.sleep(0)

    waiting.cancel()
    await asyncio.sleep(0)
    gate.open()

    assert await running == [(100_000,)]
    await cancelled(waiting)


async def test_a_long_read_does_not_hold_up_a_quick_one(database: Database) -> None:
    gate = await Gate.on(database._heavy._connection, "WITH RECURSIVE")
    long = asyncio.create_task(database.fetch_many(ENDLESS))
    await gate.reached()

    assert await database.fetch("SELECT 1") == [(1,)]
    assert not long.done()
    await cancelled(long)


async def test_an_open_transaction_does_not_hold_up_reads(database: Database) -> None:
    async with database.tx() as tx:
        await tx.execute("CREATE TABLE notes (text TEXT) STRICT")

        assert await database.fetch("SELECT count(*) FROM sqlite_schema WHERE name = 'notes'") == [(0,)]


@pytest.mark.parametrize("connection", ["fetch", "fetch_many"])
async def test_a_connection_that_reads_refuses_to_write(database: Database, connection: str) -> None:
    with pytest.raises(DatabaseUnusable, match="readonly"):
        await getattr(database, connection)("CREATE TABLE notes (text TEXT) STRICT")
