"""Accounts, and the credentials that only their own account can open."""

from __future__ import annotations

import base64
from datetime import timedelta
from pathlib import Path

from core.domain.account import AccessToken, Account, Credential, PersonalToken
from core.domain.ids import AccountId, DiscogsUserId
from core.errors import NotConnected, SealBroken
from core.store.accounts import AccountRepository
from core.store.cipher import Cipher
from core.store.database import Database, open_database
from tests.factories import ADDED, make_account

import msgspec
import pytest

TOKEN = PersonalToken("qWeRtYuIoPaSdFgHjKlZxCvBnM")
ME = make_account(1, username="me")
YOU = make_account(2, username="you")


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    return tmp_path / "runout.key"


@pytest.fixture
def accounts(database: Database, key_file: Path) -> AccountRepository:
    return AccountRepository(database, Cipher(key_file))


async def saved(
    accounts: AccountRepository, account: Account, token: Credential = TOKEN, *, minutes: int = 0
) -> Account:
    async with accounts._database.tx() as tx:
        return await accounts.save(tx, account, token, ADDED + timedelta(minutes=minutes))


async def test_nobody_is_there_at_first(accounts: AccountRepository) -> None:
    assert await accounts.last_used() is None
    assert await accounts.by_discogs_id(DiscogsUserId(1)) is None


@pytest.mark.parametrize("currency", ["EUR", None])
async def test_an_account_comes_back_as_it_was_saved(accounts: AccountRepository, currency: str | None) -> None:
    account = make_account(currency=currency)

    assert await saved(accounts, account) == account
    assert await accounts.by_discogs_id(account.discogs_id) == account
    assert await accounts.token(account) == TOKEN


async def test_the_account_saved_last_is_the_one_used_last(accounts: AccountRepository) -> None:
    await saved(accounts, ME, minutes=2)
    await saved(accounts, YOU, minutes=1)

    assert await accounts.last_used() == ME


@pytest.mark.parametrize("newer", [PersonalToken("newer"), AccessToken("newer", "secret")])
async def test_an_identity_that_is_known_keeps_its_id_and_takes_the_rest(
    accounts: AccountRepository, newer: Credential
) -> None:
    await saved(accounts, ME)
    renamed = msgspec.structs.replace(ME, username="me_too", currency="USD")

    await saved(accounts, renamed, newer, minutes=1)

    assert await accounts.last_used() == renamed
    assert await accounts.token(renamed) == newer


async def test_an_identity_that_another_process_connected_first_keeps_that_id(accounts: AccountRepository) -> None:
    await saved(accounts, ME)
    later = msgspec.structs.replace(ME, id=AccountId("another"), connected_at=ADDED + timedelta(days=1))
    newer = PersonalToken("newer")

    kept = await saved(accounts, later, newer, minutes=1)

    assert kept == ME
    assert await accounts.token(kept) == newer


async def test_an_account_remembers_when_a_copy_was_published(accounts: AccountRepository) -> None:
    await saved(accounts, ME)
    await saved(accounts, YOU, minutes=-1)
    async with accounts._database.tx() as tx:
        await accounts.mark_synced(tx, ME.id, ADDED + timedelta(hours=6))

    assert await accounts.last_used() == msgspec.structs.replace(ME, last_sync_at=ADDED + timedelta(hours=6))
    assert await accounts.by_discogs_id(YOU.discogs_id) == YOU


async def test_who_has_no_credential_is_not_connected(accounts: AccountRepository) -> None:
    with pytest.raises(NotConnected):
        await accounts.token(ME)


async def test_a_lost_key_is_told_by_the_name_of_the_account(accounts: AccountRepository, key_file: Path) -> None:
    await saved(accounts, ME)
    key_file.unlink()

    with pytest.raises(SealBroken) as broken:
        await AccountRepository(accounts._database, Cipher(key_file)).token(ME)

    assert broken.value == SealBroken(username="me")


async def test_a_credential_that_was_moved_to_another_account_does_not_open(accounts: AccountRepository) -> None:
    await saved(accounts, ME)
    await saved(accounts, YOU)
    async with accounts._database.tx() as tx:
        await tx.execute(
            "UPDATE credentials SET sealed = (SELECT sealed FROM credentials WHERE account_id = ?)", [ME.id]
        )

    assert await accounts.token(ME) == TOKEN
    with pytest.raises(SealBroken):
        await accounts.token(YOU)


async def test_no_file_but_memory_holds_the_token(tmp_path: Path) -> None:
    secret = TOKEN.reveal().encode()
    async with open_database(tmp_path / "runout.db") as database:
        await saved(AccountRepository(database, Cipher(tmp_path / "runout.key")), ME)
        while_open = [file.read_bytes() for file in tmp_path.iterdir() if file.is_file()]

    assert len(while_open) > 2
    for content in (*while_open, (tmp_path / "runout.db").read_bytes()):
        assert secret not in content
        assert base64.b64encode(secret)[:-4] not in content


async def test_an_account_that_goes_takes_all_that_is_its_own_along(accounts: AccountRepository) -> None:
    """`releases` are facts for everybody; every other table has to name the account, or a run of it."""
    await saved(accounts, ME)
    async with accounts._database.tx() as tx:
        await tx.execute("INSERT INTO releases VALUES (1, NULL, x'')")
        await tx.execute("INSERT INTO items VALUES (?, 1, 1, NULL, NULL, NULL, NULL)", [ME.id])
        await tx.execute("INSERT INTO folders VALUES (?, 0, 'All', 1)", [ME.id])
        await tx.execute("INSERT INTO fields VALUES (?, 1, x'')", [ME.id])
        await tx.execute("INSERT INTO sync_runs (run_id, account_id, started_at) VALUES ('run', ?, '')", [ME.id])
        await tx.execute("INSERT INTO staged_pages VALUES ('run', 'added', 1, x'')")
        await tx.execute("INSERT INTO leases VALUES (?, 'run', 'somebody', 0)", [ME.id])
        await tx.execute("INSERT INTO unreadable_items VALUES (?, 1, 'why', x'', '')", [ME.id])
        await tx.execute("INSERT INTO missing_items VALUES (?, 1, 0, '')", [ME.id])
        await tx.execute("DELETE FROM accounts WHERE account_id = ?", [ME.id])
        tables = await tx.fetch("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
        left = {name for (name,) in tables if await tx.fetch(f"SELECT 1 FROM {name}")}

    assert left == {"releases"}
