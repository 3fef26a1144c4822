"""What stands beside a collection that came from a file."""

from __future__ import annotations

from pathlib import Path

from core.domain.account import Access, Account
from core.domain.export_file import Written
from core.domain.ids import AccountId, ReleaseId
from core.store.accounts import AccountRepository
from core.store.cipher import Cipher
from core.store.database import Database
from core.store.local import LocalRepository
from tests.factories import ADDED, make_account

import pytest
from msgspec.structs import replace

TEXTS: dict[ReleaseId, Written] = {
    ReleaseId(7): ("HM 001", "The Gunmen", "Kingston Echoes", "Hall Of Mirrors", "LP, Album", "1976"),
    ReleaseId(8): ("", "音", 'a "quoted" one,\nin two lines', "", "", "0"),
}
MINE: Account = replace(make_account(1, username="mine"), access=Access.LOCAL)
THEIRS = make_account(2, username="collector")


@pytest.fixture
async def local(database: Database, tmp_path: Path) -> LocalRepository:
    """An imported collection beside a connected account."""
    accounts, repository = AccountRepository(database, Cipher(tmp_path / "runout.key")), LocalRepository(database)
    async with database.tx() as tx:
        for account in (MINE, THEIRS):
            await accounts.save(tx, account, None, ADDED)
            await accounts.use_in_terminal(tx, account.id, ADDED)
        await repository.begin(tx, MINE.id)
        await repository.note_import(tx, MINE.id, "mine.csv", ADDED, TEXTS, 2)
    return repository


async def test_what_a_file_said_comes_back_as_it_was(local: LocalRepository) -> None:
    assert dict(await local.texts(MINE.id)) == TEXTS
    assert await local.texts(THEIRS.id) == {}


async def test_a_text_that_is_damaged_is_as_good_as_none(local: LocalRepository, database: Database) -> None:
    async with database.tx() as tx:
        await tx.execute('UPDATE local_collections SET texts = CAST(\'{"7":[1],"8":null}\' AS BLOB)')
    assert (await local.texts(MINE.id)).get(ReleaseId(7)) is None
    async with database.tx() as tx:
        await tx.execute("UPDATE local_collections SET texts = x'00'")
    assert await local.texts(MINE.id) == {}


async def test_where_it_came_from_is_known_of_what_came_from_a_file_alone(local: LocalRepository) -> None:
    found = await local.of(MINE.id)

    assert found is not None
    assert (found.file, found.imported_at, found.numbered, found.paired_with) == ("mine.csv", ADDED, 2, None)
    assert await local.of(THEIRS.id) is None


async def test_it_is_compared_with_each_account_once(local: LocalRepository, database: Database) -> None:
    assert await local.not_compared(THEIRS.id) == (MINE.id,)
    async with database.tx() as tx:
        await local.mark_compared(tx, MINE.id, [THEIRS.id])
        await local.mark_compared(tx, MINE.id, [THEIRS.id])

    assert await local.not_compared(THEIRS.id) == ()
    assert await local.not_compared(AccountId("somebody the terminal does not know")) == ()


async def test_whoever_it_was_paired_with_may_leave_without_it(
    local: LocalRepository, database: Database, tmp_path: Path
) -> None:
    async with database.tx() as tx:
        await local.note_pairing(tx, MINE.id, THEIRS.id, ADDED, {})
        await local.mark_compared(tx, MINE.id, [THEIRS.id])
        await AccountRepository(database, Cipher(tmp_path / "runout.key")).delete(tx, THEIRS.id)
    found = await local.of(MINE.id)

    assert found is not None
    assert (found.paired_with, found.paired_at) == (None, ADDED)
    assert await database.fetch("SELECT * FROM compared_collections") == []


async def test_disconnecting_leaves_it_what_it_is(local: LocalRepository, database: Database, tmp_path: Path) -> None:
    accounts = AccountRepository(database, Cipher(tmp_path / "runout.key"))
    async with database.tx() as tx:
        for account in (MINE, THEIRS):
            await accounts.disconnect(tx, account.id)

    assert {one.username: one.access for one in await accounts.of_terminal()} == {
        "mine": Access.LOCAL,
        "collector": Access.NONE,
    }
    assert await local.of(MINE.id) is not None
