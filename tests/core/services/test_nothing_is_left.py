"""After an account was deleted, no byte of any file beside it tells of it: read as bytes, not asked for in SQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.app import open_core
from core.domain.budget import request_slot
from core.domain.desk import Desk
from core.domain.ids import AccountId, ReleaseId, RunId
from core.domain.ledger import SIGNED_IN, Candidate, Lane, Terms
from core.domain.progress import RunningSync, SyncOutcome, SyncProgress
from core.sandbox.holding import Folder, Holding
from core.sandbox.server import serve
from core.sandbox.world import World
from core.store.database import open_database
from core.store.slots import open_slots
from tests.core.store.older import ON_A_STAGED_PAGE, restored
from tests.stand_in import Evening, config_for, evening, holding_of, owned

import pytest

NAME, NOTE, FOLDER = (f"{what}-that-nobody-else-has-3f1c9a52e7" for what in ("name", "note", "folder"))
FOR_EVER = 1_000_000
KEYS = ("secret.key",)


def held(number: int = 250) -> Holding:
    copies = [owned(one, folder_id=7, notes=((3, f"{NOTE} {one}"),)) for one in range(1, number + 1)]
    return replace(
        holding_of(*copies), folders=(Folder(1, "Uncategorized"), Folder(7, FOLDER)), profile={"username": NAME}
    )


def telling(directory: Path, texts: Iterable[str | bytes]) -> dict[str, list[bytes]]:
    """Which files hold which of the texts."""
    wanted = [text.encode() if isinstance(text, str) else text for text in texts]
    files = {file.name: file.read_bytes() for file in directory.iterdir() if file.is_file() and file.name not in KEYS}
    found = {name: [text for text in wanted if text in content] for name, content in files.items()}
    return {name: texts for name, texts in found.items() if texts}


async def all_of(tonight: Evening) -> list[str | bytes]:
    """Everything that tells of the account, as it stands in the files."""
    async with open_database(tonight.config.paths.database) as database:
        rows = await database.fetch("SELECT sealed FROM credentials")
        runs = await database.fetch("SELECT run_id FROM sync_runs")
    return [NAME, NOTE, FOLDER, tonight.account.id, tonight.sandbox.token, *(row[0] for row in (*rows, *runs))]


@pytest.fixture(params=[True, False], ids=["overwrites", "leaves"])
def build(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite as distributions build it, which overwrites what is deleted; and as its makers do, which leaves it."""
    connect = sqlite3.connect

    def connected(*arguments: Any, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*arguments, **options)
        connection.execute(f"PRAGMA secure_delete = {'on' if request.param else 'off'}")
        return connection

    monkeypatch.setattr(sqlite3, "connect", connected)


@pytest.mark.usefixtures("build")
async def test_of_an_account_with_everything_nothing_is_left_in_any_file(tmp_path: Path) -> None:
    async with evening(tmp_path, held()) as tonight:
        world = tonight.sandbox.world
        await tonight.sync()
        # Rows that cannot be read, copies that wait for a word, and pages of a run that failed.
        world.faults.add("undecodable item", route="collection", page=1)
        await tonight.sync()
        world.account.shelf.take(range(1, 31))
        assert (await tonight.sync()).outcome is SyncOutcome.NEEDS_WORD
        world.faults.add("latency", seconds=0.3, route="collection", page=3, times=FOR_EVER)
        world.faults.add("revoked token", route="collection", page=3, times=FOR_EVER)
        assert (await tonight.sync()).outcome is SyncOutcome.FAILED
        await tonight.core.desk.save(tonight.account, Desk(text=f"{NOTE} that was typed"))
        await tonight.core.plays.log(tonight.account, ReleaseId(1))
        await tonight.core.plays.pick(tonight.account, [ReleaseId(2)])
        async with tonight.core.plays._stores.database.tx() as tx:
            saved = f"'{NOTE} key', '{NOTE} saved', 'collection', '{FOLDER}', '', CAST('[]' AS BLOB), ''"
            await tx.execute(f"INSERT INTO views VALUES (?, {saved})", (tonight.account.id,))
        texts = await all_of(tonight)
        before = telling(tmp_path, texts)
        counts = await tonight.core.leaving.counts(tonight.account)

        deletion = await tonight.core.leaving.delete(tonight.account)
        while_open = telling(tmp_path, texts)

    of_files = {"local_collections", "compared_collections"}
    assert {table for table, number in counts.items() if not number} <= {"leases", "unreadable_items"} | of_files
    assert {"runout.db-wal", "budget.db-wal"} <= before.keys()
    assert len(before["runout.db-wal"]) == len(texts) - 1
    assert deletion.is_clean
    assert while_open == {}
    assert telling(tmp_path, texts) == {}


@pytest.mark.usefixtures("build")
async def test_of_an_account_that_was_there_before_a_restart_nothing_is_left(tmp_path: Path) -> None:
    async with evening(tmp_path, held()) as tonight:
        await tonight.sync()
        texts = await all_of(tonight)
    before = telling(tmp_path, texts)
    async with open_core(tonight.config) as core:
        account = await core.library.account(NAME)
        assert account is not None
        await core.leaving.delete(account)
        assert telling(tmp_path, texts) == {}

    assert {"runout.db", "budget.db"} <= before.keys()
    assert telling(tmp_path, texts) == {}


@pytest.mark.usefixtures("build")
async def test_of_an_account_from_before_an_upgrade_nothing_is_left_in_the_file_nor_in_the_copy(tmp_path: Path) -> None:
    """The staged pages of the first schema were dropped, and what they said lay in free pages."""
    restored(1, tmp_path / "runout.db", tmp_path / "secret.key")
    with closing(sqlite3.connect(tmp_path / "runout.db")) as connection:
        ((sealed,),) = connection.execute("SELECT sealed FROM credentials WHERE account_id LIKE '%2'").fetchall()
    texts = ["collector_b", "00000000-0000-4000-8000-000000000002", "run-of-b-open", ON_A_STAGED_PAGE, sealed]
    async with serve(World(held(0))) as sandbox, open_core(config_for(tmp_path, sandbox)) as core:
        account = await core.library.account("collector_b")
        assert account is not None
        before = telling(tmp_path, texts)

        deletion = await core.leaving.delete(account)

        assert before["runout-before-0002.db"] == [text.encode() if isinstance(text, str) else text for text in texts]
        assert deletion.copies == ("runout-before-0002.db",)
        assert telling(tmp_path, texts) == {}
        other = await core.library.account("collector_a")
        assert other is not None
        assert len((await core.library.collection(other)).copies) == 3
    assert telling(tmp_path, texts) == {}


@pytest.mark.parametrize("name", ["runout-before-0003.db-wal", ".runout-before-0003.db-x7k2"], ids=["log", "half made"])
async def test_what_lies_beside_a_copy_goes_too(tmp_path: Path, name: str) -> None:
    """A copy that is being made has another name until it is whole; whoever is stopped then leaves it behind."""
    async with evening(tmp_path, held(3)) as tonight:
        await tonight.sync()
        with closing(sqlite3.connect(tonight.config.paths.database)) as connection:
            connection.execute("VACUUM INTO ?", (str(tmp_path / name),))
        texts = await all_of(tonight)
        assert name in telling(tmp_path, texts)
        await tonight.core.leaving.delete(tonight.account)
        assert telling(tmp_path, texts) == {}


async def test_of_an_account_that_other_processes_wait_for_the_budget_tells_nothing(tmp_path: Path) -> None:
    """Theirs may have ended without a word; what they noted last is there until somebody looks."""
    async with evening(tmp_path, held(3)) as tonight:
        account, now = tonight.account.id, 4_000_000_000.0
        async with open_slots(tonight.config.paths.budget) as slots:
            full = tuple(Candidate(Lane.SYNC, now, account) for _ in range(99))
            terms = Terms()
            for _ in range(terms.per_minute + 1):
                await slots.update(SIGNED_IN, lambda ledger: request_slot(ledger, "theirs", full, now, terms))
            await slots.note_running(RunningSync(RunId("theirs"), account, now, SyncProgress()))
        assert account.encode() in telling(tmp_path, [account])["budget.db-wal"]

        await tonight.core.leaving.delete(tonight.account)

        assert telling(tmp_path, [account]) == {}
    assert telling(tmp_path, [account]) == {}


async def test_while_another_process_reads_the_rows_are_gone_and_it_is_told_that_the_file_is_not_clean(
    tmp_path: Path,
) -> None:
    async with evening(tmp_path, held(3)) as tonight:
        await tonight.sync()
        texts = await all_of(tonight)
        with closing(sqlite3.connect(tonight.config.paths.database, isolation_level=None)) as reading:
            reading.execute("BEGIN")
            reading.execute("SELECT * FROM items").fetchall()

            deletion = await tonight.core.leaving.delete(tonight.account)

            assert not deletion.is_clean
            assert await tonight.core.library.accounts() == ()
            assert not any((await tonight.core.leaving.counts(tonight.account)).values())
            reading.execute("COMMIT")
    # Whoever closes the file last brings it to rest.
    assert telling(tmp_path, texts) == {}


def test_the_search_finds_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "budget.db").write_bytes(b"\x00" + NAME.encode() + b"\x01")
    assert telling(tmp_path, [NAME, AccountId("other")]) == {"budget.db": [NAME.encode()]}
