"""Whoever upgrades finds everything: each earlier schema, from the database that a program of its time wrote."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from core.domain.account import Access, PersonalToken
from core.domain.ids import AccountId, DiscogsUserId, RunId, Shelf
from core.domain.schedule import Every
from core.errors import DatabaseTooNew, DatabaseUnusable
from core.store import migrate
from core.store.cipher import Cipher
from core.store.database import open_database
from core.store.migrate import migrations, newest_version
from core.store.repositories import Repositories
from tests.core.store.elsewhere import version_of
from tests.core.store.older import COLLECTOR_B, VERSIONS, restored

import pytest

every_version = pytest.mark.parametrize("version", VERSIONS)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "runout.db"


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return tmp_path / "secret.key"


def shape_of(path: Path) -> dict[str, str]:
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL").fetchall()
    return {name: " ".join(sql.split()) for name, sql in found}


def rows_of(path: Path, table: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()


def test_a_database_of_every_earlier_schema_is_kept() -> None:
    """Whoever adds a migration adds what the program before it wrote."""
    assert list(VERSIONS) == list(range(1, newest_version()))


@every_version
def test_the_dump_that_is_kept_says_its_version_and_is_whole(version: int, path: Path, key: Path) -> None:
    restored(version, path, key)

    assert version_of(path) == version
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


@every_version
def test_a_migration_that_was_released_is_never_edited(
    version: int, path: Path, key: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    restored(version, path, key)
    known = {number: script for number, script in migrations().items() if number <= version}
    monkeypatch.setattr(migrate, "migrations", lambda: known)
    migrate.migrate(tmp_path / "new.db")

    assert shape_of(tmp_path / "new.db") == shape_of(path)


@every_version
async def test_who_was_connected_still_is_and_is_found_in_the_terminal(version: int, path: Path, key: Path) -> None:
    restored(version, path, key)
    async with open_database(path) as database:
        accounts = Repositories.of(database, Cipher(key)).accounts
        first, second = await accounts.of_terminal()

        assert (first.username, first.discogs_id, first.currency) == ("collector_a", DiscogsUserId(1001), "EUR")
        assert first.connected_at == datetime(2026, 11, 1, 20, 15, tzinfo=UTC)
        assert first.last_sync_at == datetime(2026, 11, 3, 20, 16, tzinfo=UTC)
        assert (second.username, second.currency, second.last_sync_at) == ("collector_b", None, None)
        assert {one.access for one in (first, second)} == {Access.OWNER}
        assert {one.refused_at for one in (first, second)} == {None}
        assert await accounts.credential(first) == PersonalToken("collector-a-personal-token")
        assert await accounts.credential(second) == COLLECTOR_B[version]


@every_version
async def test_the_whole_collection_is_there(version: int, path: Path, key: Path) -> None:
    restored(version, path, key)
    async with open_database(path) as database:
        collection = await Repositories.of(database, Cipher(key)).collections.load(
            AccountId("00000000-0000-4000-8000-000000000001")
        )

    copies = {int(copy.instance_id): copy for copy in collection.copies}
    assert copies.keys() == {1001, 1002, 1003}
    assert (copies[1001].rating, copies[1001].media) == (5, "Near Mint (NM or M-)")
    assert copies[1001].notes == "From a fair; ask Łukasz"
    assert collection.folder_of(copies[1001]) == "Jazz & Dub"
    assert copies[1001].release == copies[1002].release
    assert (copies[1001].release.title, copies[1001].release.master_id) == ("Kingston Echoes", 77)
    assert (copies[1002].added, copies[1002].rating) == (None, None)
    assert (copies[1003].release.title, copies[1003].release.artist) == ('Łódź ’76 "Ost"', "坂本龍一 & B.")
    assert [(form.name, form.quantity, form.text) for form in copies[1003].release.formats] == [
        ("Vinyl", "2", "red"),
        ("CD", "1", ""),
    ]
    assert [(field.name, field.options[:1]) for field in collection.fields] == [
        ("Media Condition", ("Mint (M)",)),
        ("Notes", ()),
    ]


@every_version
async def test_the_copies_come_first_that_would_have_come_first(version: int, path: Path, key: Path) -> None:
    restored(version, path, key)
    async with open_database(path) as database:
        collections = Repositories.of(database, Cipher(key)).collections
        account = AccountId("00000000-0000-4000-8000-000000000001")
        first = await collections.first(account, 50)

        assert [copy.instance_id for copy in first.copies] == [1003, 1001, 1002]
        assert await collections.count(account) == 3


@every_version
async def test_a_release_that_is_damaged_does_not_stand_in_the_way_of_an_upgrade(
    version: int, path: Path, key: Path
) -> None:
    """Nor is it passed over: it is told of when it is read."""
    restored(version, path, key)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE releases SET body = x'7b22696422' WHERE release_id = 102")
        connection.commit()
    async with open_database(path) as database:
        stores = Repositories.of(database, Cipher(key))

        assert len(await stores.accounts.of_terminal()) == 2
        with pytest.raises(DatabaseUnusable, match="a damaged row"):
            await stores.collections.load(AccountId("00000000-0000-4000-8000-000000000001"))


@every_version
async def test_runs_and_doubts_are_kept_and_the_next_run_begins(version: int, path: Path, key: Path) -> None:
    restored(version, path, key)
    account = AccountId("00000000-0000-4000-8000-000000000002")
    now = datetime(2026, 11, 21, tzinfo=UTC)
    async with open_database(path) as database:
        stores = Repositories.of(database, Cipher(key))
        done = await stores.runs.ended(RunId("run-of-a-done"))
        assert done is not None
        assert (done.added, done.requests) == (3, 4)
        kept = await stores.doubts.kept(AccountId("00000000-0000-4000-8000-000000000001"))
        assert kept == (frozenset() if version == 1 else {1002})

        async with database.tx() as tx:
            assert await stores.leases.take(tx, account, RunId("next")) is None
            await stores.runs.start(tx, RunId("next"), account, now)
        outcomes = await database.fetch(
            "SELECT run_id, outcome FROM sync_runs WHERE shelf = 'collection' ORDER BY started_at"
        )
    assert outcomes == [("run-of-a-done", "done"), ("run-of-b-open", "crashed"), ("next", None)]


@every_version
async def test_a_collection_is_as_old_as_it_was_and_the_wantlist_is_due(version: int, path: Path, key: Path) -> None:
    restored(version, path, key)
    now = datetime(2026, 11, 21, tzinfo=UTC)
    async with open_database(path) as database:
        stores = Repositories.of(database, Cipher(key))
        first, second = await stores.accounts.of_terminal()

        assert first.checked_at == first.last_sync_at == datetime(2026, 11, 3, 20, 16, tzinfo=UTC)
        assert second.checked_at is None
        due = set(await stores.shelves.due(now, 10))
        assert {(account.id, shelf) for account in (first, second) for shelf in Shelf} <= due
        wants = await stores.collections.load(first.id, Shelf.WANTLIST)
        assert [copy.release.title for copy in wants.copies] == ([] if version < 5 else ['Łódź ’76 "Ost"'])
        state = await stores.shelves.state(first.id, Shelf.WANTLIST)
        assert state is not None
        assert (state.walked_at is None, state.every) == (version < 5, Every.SIX_HOURS)


@every_version
async def test_a_copy_of_the_older_file_is_made_first_and_holds_every_row(
    version: int, path: Path, key: Path, tmp_path: Path
) -> None:
    restored(version, path, key)
    tables = [name for name, sql in shape_of(path).items() if sql.startswith("CREATE TABLE")]
    before = {table: rows_of(path, table) for table in tables}

    async with open_database(path):
        pass

    (copy,) = tmp_path.glob("runout-before-*")
    assert copy.name == f"runout-before-{version + 1:04d}.db"
    assert version_of(path) == newest_version()
    assert version_of(copy) == version
    assert {table: rows_of(copy, table) for table in tables} == before
    assert len(before["items"]) >= 4


@every_version
async def test_whoever_goes_back_is_refused_by_name_and_the_copy_is_their_way(
    version: int, path: Path, key: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    restored(version, path, key)
    held = len(rows_of(path, "items"))
    async with open_database(path):
        pass
    newest, earlier = newest_version(), {number: one for number, one in migrations().items() if number <= version}
    monkeypatch.setattr(migrate, "migrations", lambda: earlier)

    with pytest.raises(DatabaseTooNew) as refused:
        async with open_database(path):
            pass
    assert refused.value == DatabaseTooNew(path=str(path), found=newest, known=version)

    (copy,) = tmp_path.glob("runout-before-*")
    async with open_database(copy) as database:
        assert await database.fetch("SELECT count(*) FROM items") == [(held,)]


@every_version
async def test_a_migration_that_was_stopped_after_any_step_goes_on(
    version: int, path: Path, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is a transaction of its own, so a stop leaves one of the schemas that there have been."""
    restored(version, path, key)
    newest = newest_version()
    for upto in range(version + 1, newest + 1):
        known = {number: script for number, script in migrations().items() if number <= upto}
        with monkeypatch.context() as patch:
            patch.setattr(migrate, "migrations", lambda known=known: known)
            migrate.migrate(path)
        assert version_of(path) == upto

    async with open_database(path) as database:
        assert len(await Repositories.of(database, Cipher(key)).accounts.of_terminal()) == 2
