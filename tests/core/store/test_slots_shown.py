"""What the budget's file tells of an account is shown to its owner: all of it, and nothing of anybody else."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from core.domain.ids import AccountId, RunId
from core.domain.ledger import NOT_SIGNED_IN, SIGNED_IN, Candidate, Lane, Ledger, Queue, Slot, Work
from core.domain.progress import RunningSync, SyncProgress
from core.store.slots import open_slots
from tests.core.store.test_slots import NOW, write

import pytest
from msgspec import to_builtins

ME, YOU = AccountId("0b5e-me"), AccountId("0b5e-you")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "budget.db"


async def test_every_row_that_names_an_account_is_shown_and_none_of_another(path: Path) -> None:
    mine, yours, nobodys = (Candidate(Lane.SYNC, NOW, account) for account in (ME, YOU, None))
    slots_taken = tuple(Slot(number, Lane.SYNC, NOW, NOW + 60, one) for number, one in enumerate((ME, None, YOU, ME)))
    queues = (Queue("here", NOW, (yours, mine, mine)), Queue("there", NOW, (nobodys, yours)))
    async with open_slots(path) as slots, open_slots(path) as others:
        await write(slots, Ledger(slots=slots_taken, queues=queues))
        await write(slots, Ledger(slots=slots_taken[:1], queues=(Queue("here", NOW, (mine,)),)), NOT_SIGNED_IN)
        for account in (ME, YOU):
            await others.note_running(RunningSync(RunId(f"run of {account}"), account, NOW, SyncProgress(told=7)))

        found = await slots.rows(ME)
        assert [(row["window"], row["number"], row["account"], row["lane"]) for row in found["api_slots"]] == [
            (NOT_SIGNED_IN, 0, ME, Lane.SYNC),
            (SIGNED_IN, 0, ME, Lane.SYNC),
            (SIGNED_IN, 3, ME, Lane.SYNC),
        ]
        waiting = {"lane": 1, "since": NOW, "account": ME, "work": None, "again": False}
        assert found["api_windows"] == [
            {"window": NOT_SIGNED_IN, "process": "here", "seen": NOW, "waiting": [waiting]},
            {"window": SIGNED_IN, "process": "here", "seen": NOW, "waiting": [waiting, waiting]},
        ]
        ((run, body),) = [(row["run_id"], row["body"]) for row in found["running_syncs"]]
        assert run == f"run of {ME}"
        assert isinstance(body, dict)
        assert (body["account"], body["progress"]) == (ME, to_builtins(SyncProgress(told=7)))
        told = json.dumps(found)
        assert YOU not in told

        await slots.forget_account(ME)
        assert await slots.rows(ME) == {"api_slots": [], "api_windows": [], "running_syncs": []}
        assert len((await slots.rows(YOU))["api_slots"]) == 1


async def test_what_is_shown_has_every_column_of_its_table(path: Path) -> None:
    async with open_slots(path) as slots:
        await write(slots, Ledger(slots=(Slot(1, Lane.PEOPLE, NOW, NOW + 60, ME, Work.PRICES),)))
        await slots.note_running(RunningSync(RunId("mine"), ME, NOW, SyncProgress()))
        found = await slots.rows(ME)
    with closing(sqlite3.connect(path)) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
        for table in ("api_slots", "running_syncs"):
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            assert list(found[table][0]) == columns
    assert set(found) == tables
