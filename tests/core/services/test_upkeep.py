"""What goes by itself, and what stays: only what nobody can use any more."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from core.domain.ids import RunId, Shelf
from core.domain.progress import AskedBy, Kind, SyncOutcome, SyncReport
from core.services.upkeep import UpkeepService
from core.store import leases
from core.store.accounts import SIGN_IN_LIVES
from core.store.database import Database
from core.store.leases import LeaseRepository
from core.store.runs import RESUMED_WITHIN, RunRepository
from core.store.upkeep import QUIET_RUNS_KEPT, REMEMBERED
from tests.factories import make_account
from tests.fakes import START

import pytest

ME = make_account(1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def upkeep(database: Database) -> UpkeepService:
    """Somebody is here."""
    async with database.tx() as tx:
        await tx.execute(
            "INSERT INTO accounts (account_id, discogs_id, username, connected_at, active_at)"
            " VALUES (?, 1, 'me', '', '')",
            (ME.id,),
        )
    return UpkeepService(database)


async def run_of(
    database: Database,
    name: str,
    at: datetime,
    *,
    kind: Kind = Kind.WALK,
    outcome: SyncOutcome | None = None,
    added: int = 0,
    has_pages: bool = False,
) -> None:
    """A run that began then, and ended then too if it has an outcome."""
    runs = RunRepository(database)
    async with database.tx() as tx:
        await runs.start(tx, RunId(name), ME.id, at, Shelf.COLLECTION, kind, AskedBy.SCHEDULE)
        # It takes the others for dead, which is not for it to say here.
        await tx.execute("UPDATE sync_runs SET outcome = NULL, finished_at = NULL WHERE outcome = 'crashed'")
        if has_pages:
            await tx.execute(
                "INSERT INTO staged_pages (run_id, sort, page, body) VALUES (?, 'added', 1, x'00')", (name,)
            )
            await tx.execute(
                "UPDATE sync_runs SET staged_at = ?, newest = x'00' WHERE run_id = ?", (at.isoformat(), name)
            )
        if outcome is not None:
            await runs.close(tx, RunId(name), SyncReport(outcome=outcome, copies=1, releases=1, added=added), at)


async def left(database: Database, column: str, table: str) -> list[object]:
    return [row[0] for row in await database.fetch(f"SELECT {column} FROM {table} ORDER BY 1")]


async def test_pages_go_when_no_run_can_go_on_with_them(database: Database, upkeep: UpkeepService) -> None:
    await run_of(database, "older", START, outcome=SyncOutcome.CANCELLED, has_pages=True)
    await run_of(database, "newer", START + MINUTE, outcome=SyncOutcome.CANCELLED, has_pages=True)

    await upkeep.clean(START + RESUMED_WITHIN)
    assert await left(database, "run_id", "staged_pages") == ["newer", "older"]

    said = await upkeep.clean(START + RESUMED_WITHIN + MINUTE / 2)
    assert await left(database, "run_id", "staged_pages") == ["newer"]
    assert await database.fetch("SELECT run_id FROM sync_runs WHERE newest IS NOT NULL") == [("newer",)]
    assert "pages: 1" in said


async def test_a_run_that_nobody_goes_on_with_is_not_under_way_for_ever(
    database: Database, upkeep: UpkeepService
) -> None:
    await run_of(database, "dead", START)
    await run_of(database, "living", START)
    await run_of(database, "ours", START)
    async with database.tx() as tx:
        for shelf, run, holder in (
            ("dead", "dead", "gone gone 1 1"),
            ("living", "living", leases._process(1)),
            ("ours", "ours", leases.this_process()),
        ):
            await tx.execute(
                "INSERT INTO leases (account_id, shelf, run_id, holder, renewed_at) VALUES (?, ?, ?, ?, ?)",
                (ME.id, shelf, run, holder, time.time() if run == "living" else 0.0),
            )

    await upkeep.clean(START)

    ended = await database.fetch("SELECT run_id, outcome FROM sync_runs ORDER BY run_id")
    assert ended == [("dead", "crashed"), ("living", None), ("ours", None)]
    assert await left(database, "run_id", "leases") == ["living", "ours"]
    assert await LeaseRepository(database).holder(ME.id) is None


async def test_the_history_forgets_only_looks_that_found_nothing_and_are_long_past(
    database: Database, upkeep: UpkeepService
) -> None:
    long_ago, later = START, START + 2 * MINUTE
    await run_of(database, "quiet", long_ago, kind=Kind.PROBE, outcome=SyncOutcome.DONE)
    await run_of(database, "quiet but new", later, kind=Kind.PROBE, outcome=SyncOutcome.DONE)
    await run_of(database, "found something", long_ago, kind=Kind.PROBE, outcome=SyncOutcome.DONE, added=1)
    await run_of(database, "failed", long_ago, kind=Kind.PROBE, outcome=SyncOutcome.FAILED)
    await run_of(database, "a walk", long_ago, outcome=SyncOutcome.DONE)

    await upkeep.clean(long_ago + QUIET_RUNS_KEPT + MINUTE)

    assert await left(database, "run_id", "sync_runs") == ["a walk", "failed", "found something", "quiet but new"]


async def test_the_secret_of_a_sign_in_goes_when_it_opens_nothing_any_more_and_a_day_later_all_of_it(
    database: Database, upkeep: UpkeepService
) -> None:
    async with database.tx() as tx:
        await tx.execute("INSERT INTO pending_connections VALUES ('one', x'00', ?)", (START.isoformat(),))

    for passed, rows in ((SIGN_IN_LIVES, [b"\0"]), (SIGN_IN_LIVES + MINUTE, [None]), (REMEMBERED + MINUTE, [])):
        await upkeep.clean(START + passed)
        assert await left(database, "sealed", "pending_connections") == rows


async def test_where_nothing_has_expired_nothing_is_done(database: Database, upkeep: UpkeepService) -> None:
    assert await upkeep.clean(START) == ""


async def test_sqlite_looks_after_itself_and_leaves_no_log_behind(database: Database, upkeep: UpkeepService) -> None:
    await run_of(database, "one", START)
    beside = database.path.with_name(f"{database.path.name}-wal")
    assert beside.stat().st_size > 0

    await upkeep.optimise(START)

    assert beside.stat().st_size == 0
    assert await left(database, "run_id", "sync_runs") == ["one"]
