"""Accounts, and the credentials that only their own account can open."""

from __future__ import annotations

import base64
from datetime import timedelta
from pathlib import Path

from core.domain.account import Access, AccessToken, Account, Credential, PersonalToken
from core.domain.ids import AccountId, DiscogsUserId, Shelf
from core.errors import Disconnected, SealBroken
from core.store.accounts import AccountRepository
from core.store.cipher import Cipher
from core.store.database import Database, open_database
from core.store.shelves import ShelfRepository
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
    accounts: AccountRepository, account: Account, credential: Credential | None = TOKEN, *, minutes: int = 0
) -> Account:
    """Saved, and opened in the terminal so many minutes after a certain moment."""
    now = ADDED + timedelta(minutes=minutes)
    async with accounts._database.tx() as tx:
        kept = await accounts.save(tx, account, credential, now)
        await accounts.use_in_terminal(tx, kept.id, now)
    return kept


async def test_nobody_is_there_at_first(accounts: AccountRepository) -> None:
    assert await accounts.of_terminal() == ()
    assert await accounts.by_discogs_id(DiscogsUserId(1)) is None


@pytest.mark.parametrize("currency", ["EUR", None])
async def test_an_account_comes_back_as_it_was_saved(accounts: AccountRepository, currency: str | None) -> None:
    account = make_account(currency=currency)

    assert await saved(accounts, account) == account
    assert await accounts.by_discogs_id(account.discogs_id) == account
    assert await accounts.credential(account) == TOKEN


async def test_the_account_that_was_used_last_comes_first(accounts: AccountRepository) -> None:
    await saved(accounts, ME, minutes=2)
    await saved(accounts, YOU, minutes=1)
    assert await accounts.of_terminal() == (ME, YOU)

    async with accounts._database.tx() as tx:
        await accounts.use_in_terminal(tx, YOU.id, ADDED + timedelta(minutes=3))
    assert await accounts.of_terminal() == (YOU, ME)


async def test_an_account_that_is_not_the_terminal_s_is_not_among_its_own(accounts: AccountRepository) -> None:
    async with accounts._database.tx() as tx:
        await accounts.save(tx, YOU, TOKEN, ADDED)
    await saved(accounts, ME)

    assert await accounts.of_terminal() == (ME,)
    assert await accounts.by_discogs_id(YOU.discogs_id) == YOU


@pytest.mark.parametrize("newer", [PersonalToken("newer"), AccessToken("newer", "secret")])
async def test_an_identity_that_is_known_keeps_its_id_and_takes_the_rest(
    accounts: AccountRepository, newer: Credential
) -> None:
    await saved(accounts, ME)
    renamed = msgspec.structs.replace(ME, username="me_too", currency="USD")

    await saved(accounts, renamed, newer, minutes=1)

    assert await accounts.of_terminal() == (renamed,)
    assert await accounts.credential(renamed) == newer


async def test_an_identity_that_another_process_connected_first_keeps_that_id(accounts: AccountRepository) -> None:
    await saved(accounts, ME)
    later = msgspec.structs.replace(ME, id=AccountId("another"), connected_at=ADDED + timedelta(days=1))
    newer = PersonalToken("newer")

    kept = await saved(accounts, later, newer, minutes=1)

    assert kept == ME
    assert await accounts.credential(kept) == newer


async def test_an_account_remembers_when_a_copy_was_published(accounts: AccountRepository) -> None:
    await saved(accounts, ME)
    await saved(accounts, YOU, minutes=-1)
    async with accounts._database.tx() as tx:
        shelves = ShelfRepository(accounts._database)
        walked, checked = ADDED + timedelta(hours=6), ADDED + timedelta(hours=9)
        for account in (ME, YOU):
            await shelves.begin(tx, account.id, ADDED)
        await shelves.mark_published(tx, ME.id, Shelf.COLLECTION, checked=walked, walked=walked)
        await shelves.mark_published(tx, ME.id, Shelf.COLLECTION, checked=checked, walked=None)
        await shelves.mark_published(tx, YOU.id, Shelf.WANTLIST, checked=walked, walked=walked)

    assert await accounts.of_terminal() == (
        msgspec.structs.replace(ME, last_sync_at=walked, checked_at=checked),
        YOU,
    )


async def test_who_has_no_credential_is_disconnected(accounts: AccountRepository) -> None:
    with pytest.raises(Disconnected) as told:
        await accounts.credential(ME)

    assert told.value == Disconnected(username="me")


async def test_a_public_account_has_no_credential_and_needs_none(accounts: AccountRepository) -> None:
    public = await saved(accounts, msgspec.structs.replace(ME, access=Access.PUBLIC), None)

    assert (await accounts.of_terminal())[0].access is Access.PUBLIC
    assert await accounts.credential(public) is None


async def test_who_disconnects_stays_without_a_credential_and_begins_anew_with_the_next(
    accounts: AccountRepository,
) -> None:
    await saved(accounts, ME)
    async with accounts._database.tx() as tx:
        await accounts.disconnect(tx, ME.id)
    (left,) = await accounts.of_terminal()
    assert left == msgspec.structs.replace(ME, access=Access.NONE)
    with pytest.raises(Disconnected):
        await accounts.credential(left)

    later = msgspec.structs.replace(ME, id=AccountId("another"), connected_at=ADDED + timedelta(days=1))
    again = await saved(accounts, later, minutes=1)
    assert again == msgspec.structs.replace(later, id=ME.id)
    assert await accounts.credential(again) == TOKEN


async def test_a_refusal_is_kept_since_it_began_until_a_copy_is_published_or_a_credential_given(
    accounts: AccountRepository,
) -> None:
    await saved(accounts, ME)
    since = ADDED + timedelta(hours=1)
    for mend in ("publish", "connect"):
        credential = await accounts.credential(ME)
        async with accounts._database.tx() as tx:
            await accounts.mark_refused(tx, ME.id, PersonalToken("of-before"), since - timedelta(hours=1))
            await accounts.mark_refused(tx, ME.id, credential, since)
            await accounts.mark_refused(tx, ME.id, credential, since + timedelta(hours=1))
        assert (await accounts.of_terminal())[0].refused_at == since

        if mend == "publish":
            async with accounts._database.tx() as tx:
                await accounts.mark_good(tx, ME.id)
        else:
            await saved(accounts, ME)
        assert (await accounts.of_terminal())[0].refused_at is None


async def test_a_lost_key_is_told_by_the_name_of_the_account(accounts: AccountRepository, key_file: Path) -> None:
    await saved(accounts, ME)
    key_file.unlink()

    with pytest.raises(SealBroken) as broken:
        await AccountRepository(accounts._database, Cipher(key_file)).credential(ME)

    assert broken.value == SealBroken(username="me")


async def test_a_credential_that_was_moved_to_another_account_does_not_open(accounts: AccountRepository) -> None:
    await saved(accounts, ME)
    await saved(accounts, YOU)
    async with accounts._database.tx() as tx:
        await tx.execute(
            "UPDATE credentials SET sealed = (SELECT sealed FROM credentials WHERE account_id = ?)", [ME.id]
        )

    assert await accounts.credential(ME) == TOKEN
    with pytest.raises(SealBroken):
        await accounts.credential(YOU)


async def test_no_file_but_memory_holds_the_token(tmp_path: Path) -> None:
    secret = TOKEN.reveal().encode()
    async with open_database(tmp_path / "runout.db") as database:
        await saved(AccountRepository(database, Cipher(tmp_path / "runout.key")), ME)
        while_open = [file.read_bytes() for file in tmp_path.iterdir() if file.is_file()]

    assert len(while_open) > 2
    for content in (*while_open, (tmp_path / "runout.db").read_bytes()):
        assert secret not in content
        assert base64.b64encode(secret)[:-4] not in content
