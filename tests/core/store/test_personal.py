"""What is kept about an account is all shown, and all goes with it."""

from __future__ import annotations

import json
from pathlib import Path

from core.domain.account import PersonalToken
from core.store.accounts import AccountRepository
from core.store.cipher import Cipher
from core.store.database import Database
from core.store.personal import TABLES, PersonalRepository
from tests.factories import ADDED, make_account

import pytest

TOKEN = PersonalToken("qWeRtYuIoPaSdFgHjKlZxCvBnM")
ME, YOU = make_account(1, username="me"), make_account(2, username="you")
FACTS = {"releases", "masters", "release_details", "release_facts", "readings", "covers"}
NOBODYS = FACTS | {"job_runs", "pending_connections", "dumps", "staged_masters", "image_lane"}
"""Tables without any account: facts for everybody, jobs, and sign-ins of which nobody knows whose they will be."""

ROWS = (
    ("items", "?, 'collection', 1, 1, NULL, 5, NULL, CAST('[[1,\"mine\"]]' AS BLOB), 'me and mine'"),
    ("folders", "?, 0, 'All', 1"),
    ("fields", '?, 1, CAST(\'{"name":"Notes"}\' AS BLOB)'),
    ("leases", "?, 'collection', 'a run', 'somebody', 0.5"),
    ("unreadable_items", "?, 'collection', 1, 'why', x'7bff', ''"),
    ("missing_items", "?, 'collection', 1, 0, ''"),
    ("shelves", "?, 'collection', NULL, NULL, NULL, 0, NULL, NULL, NULL, 0"),
    (
        "changes",
        "NULL, ?, 'collection', '', NULL, 'discogs', 'rated', 1, 1, CAST('{\"rating\":4}' AS BLOB), NULL, 'done', NULL",
    ),
    ("local_collections", "?, 'mine.csv', '', 1, CAST('{\"1\":[\"mine\"]}' AS BLOB), NULL, NULL"),
    ("compared_collections", "?1, ?1"),
    ("terminal_desks", "?, 'collection', CAST('{\"text\":\"dub\"}' AS BLOB), ''"),
    ("plays", "NULL, ?, 1, '', ''"),
    ("offers", "?, 1, '', NULL"),
    ("views", "?, 'dub', 'Dub', 'collection', 'style:dub', '-added', CAST('[]' AS BLOB), ''"),
)


@pytest.fixture
async def personal(database: Database, tmp_path: Path) -> PersonalRepository:
    """Two accounts, each with a row in every table."""
    accounts = AccountRepository(database, Cipher(tmp_path / "runout.key"))
    async with database.tx() as tx:
        await tx.execute("INSERT INTO releases VALUES (1, NULL, x'7b7d', 'api')")
        for account in (ME, YOU):
            await accounts.save(tx, account, TOKEN, ADDED)
            await accounts.use_in_terminal(tx, account.id, ADDED)
            for table, values in ROWS:
                await tx.execute(f"INSERT INTO {table} VALUES ({values})", [account.id])
            run = f"run {account.id}"
            begun = "INSERT INTO sync_runs (run_id, account_id, started_at) VALUES (?, ?, '')"
            await tx.execute(begun, [run, account.id])
            await tx.execute("INSERT INTO staged_pages VALUES (?, 'added', 1, x'7b7d')", [run])
    return PersonalRepository(database)


async def columns(database: Database) -> dict[str, set[str]]:
    tables = await database.fetch("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    return {name: {row[1] for row in await database.fetch(f"PRAGMA table_info({name})")} for (name,) in tables}


async def test_every_table_that_names_an_account_or_a_run_is_among_what_is_shown(database: Database) -> None:
    known = await columns(database)

    of_jobs = {"job_runs", "dumps"}  # of which the runs are nobody's
    assert {name for name, of in known.items() if of & {"account_id", "run_id"}} - of_jobs == set(TABLES)
    assert known.keys() - set(TABLES) == NOBODYS


async def test_every_row_of_an_account_is_counted_and_shown_and_none_of_another(personal: PersonalRepository) -> None:
    rows = await personal.rows(ME.id)

    assert await personal.counts(ME.id) == dict.fromkeys(TABLES, 1)
    assert {table: len(found) for table, found in rows.items()} == dict.fromkeys(TABLES, 1)
    told = json.dumps(rows)
    assert ME.id in told
    assert YOU.id not in told


async def test_what_is_shown_has_every_column_by_its_name(personal: PersonalRepository, database: Database) -> None:
    known = await columns(database)
    rows = await personal.rows(ME.id)

    assert {table: set(found[0]) for table, found in rows.items()} == {table: known[table] for table in TABLES}
    assert rows["accounts"][0]["username"] == "me"
    assert rows["items"][0]["fields"] == [[1, "mine"]]
    assert rows["terminal_desks"][0]["body"] == {"text": "dub"}
    assert rows["changes"][0]["before"] == {"rating": 4}
    assert rows["unreadable_items"][0]["body"] == "{\ufffd"


async def test_a_sealed_credential_is_told_of_and_not_shown(personal: PersonalRepository, database: Database) -> None:
    ((sealed,),) = await database.fetch("SELECT sealed FROM credentials WHERE account_id = ?", [ME.id])

    (row,) = (await personal.rows(ME.id))["credentials"]

    assert row == {"account_id": ME.id, "sealed": f"sealed, {len(sealed)} bytes"}


async def test_an_account_that_goes_takes_all_that_is_its_own_along_and_nothing_else(
    personal: PersonalRepository, database: Database, tmp_path: Path
) -> None:
    others = await personal.rows(YOU.id)
    async with database.tx() as tx:
        await AccountRepository(database, Cipher(tmp_path / "runout.key")).delete(tx, ME.id)

    assert await personal.counts(ME.id) == dict.fromkeys(TABLES, 0)
    assert await personal.rows(YOU.id) == others
    assert await database.fetch("SELECT release_id FROM releases") == [(1,)]


async def test_of_releases_that_nobody_has_or_played_nothing_is_known_any_more(
    personal: PersonalRepository, database: Database, tmp_path: Path
) -> None:
    async with database.tx() as tx:
        for number in (1, 2, 3):
            await tx.execute("INSERT OR IGNORE INTO releases VALUES (?, NULL, x'7b7d', 'api')", [number])
            await tx.execute("INSERT INTO release_facts VALUES (?, NULL, x'5b5d', '', '')", [number])
        await tx.execute("INSERT INTO items VALUES (?, 'collection', 2, 2, NULL, 5, NULL, NULL, '')", [ME.id])
        await tx.execute("INSERT INTO plays VALUES (NULL, ?, 3, '', '')", [YOU.id])
        await AccountRepository(database, Cipher(tmp_path / "runout.key")).delete(tx, ME.id)

    for table in ("releases", "release_facts"):
        assert await database.fetch(f"SELECT release_id FROM {table} ORDER BY release_id") == [(1,), (3,)], table
