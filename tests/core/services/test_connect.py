"""Connecting by a personal token: whose it is, what happens to one that is none, and which account opens."""

from __future__ import annotations

from pathlib import Path

from core.app import open_core
from core.domain.account import Access, PersonalToken
from core.domain.ids import DiscogsUserId
from core.errors import (
    Disconnected,
    NoSuchAccount,
    NotAuthorised,
    SealBroken,
    TokenMalformed,
    Unavailable,
    Unreachable,
)
from core.sandbox.server import serve
from core.sandbox.world import World
from core.store.cipher import Cipher
from core.store.database import open_database
from core.store.repositories import Repositories
from tests.browser import BACK, application, led_back
from tests.factories import ADDED, make_account
from tests.fakes import FakeClock
from tests.stand_in import config_for, evening, many

import pytest


async def test_a_token_connects_the_account_it_belongs_to(tmp_path: Path) -> None:
    async with evening(tmp_path, many(1)) as tonight:
        assert tonight.account.username == tonight.sandbox.username
        assert tonight.account.discogs_id == tonight.sandbox.user_id
        assert tonight.account.access is Access.OWNER
        assert await tonight.core.library.account() == tonight.account


@pytest.mark.parametrize("around", ["{}\n", "  {}  ", "\t{}\r\n"], ids=["newline", "blanks", "tab and return"])
async def test_what_stands_around_a_token_is_no_part_of_it(tmp_path: Path, around: str) -> None:
    async with serve(World(many(1))) as sandbox, open_core(config_for(tmp_path, sandbox)) as core:
        account = await core.connect.with_token(around.format(sandbox.token))
    async with open_database(tmp_path / "runout.db") as database:
        stores = Repositories.of(database, Cipher(tmp_path / "secret.key"))
        assert await stores.accounts.credential(account) == PersonalToken(sandbox.token)


async def test_connecting_again_joins_the_same_account_and_keeps_its_copy(tmp_path: Path) -> None:
    async with evening(tmp_path, many(4)) as tonight:
        await tonight.sync()
        again = await tonight.core.connect.with_token(f"  {tonight.sandbox.token}\n")
        assert (again.id, again.connected_at) == (tonight.account.id, tonight.account.connected_at)
        assert len((await tonight.core.library.collection(again)).copies) == 4
        assert await tonight.core.library.accounts() == (again,)


async def test_whoever_signs_in_after_a_token_joins_the_same_account(tmp_path: Path) -> None:
    async with (
        serve(World(many(4))) as sandbox,
        open_core(config_for(tmp_path, sandbox, **application(sandbox))) as core,
    ):
        by_token = await core.connect.with_token(sandbox.token)
        await core.sync.run(by_token, lambda _event: None)
        asked = await core.connect.begin_sign_in(BACK)
        back = await led_back(asked.address)
        signed_in = await core.connect.join(await core.connect.finish_sign_in(asked.key, back["oauth_verifier"]))

        assert (signed_in.id, signed_in.connected_at) == (by_token.id, by_token.connected_at)
        assert len(await core.library.accounts()) == 1
        assert len((await core.library.collection(signed_in)).copies) == 4
        # The token is no longer what is used.
        sandbox.world.renew()
        assert (await core.sync.run(signed_in, lambda _event: None)).problems == ()


async def test_the_account_that_connected_last_is_the_one_that_opens(tmp_path: Path) -> None:
    async with evening(tmp_path, many(1)) as tonight:
        other = await tonight.core.connect.with_token(tonight.sandbox.world.open_account("other").token)
        assert await tonight.core.library.account() == other
        await tonight.core.connect.with_token(tonight.sandbox.token)
        assert await tonight.core.library.account() == tonight.account
        await tonight.core.library.use(other)
        assert await tonight.core.library.accounts() == (other, tonight.account)


async def test_an_account_is_found_by_its_name_however_that_is_written(tmp_path: Path) -> None:
    async with evening(tmp_path, many(1)) as tonight:
        other = await tonight.core.connect.with_token(tonight.sandbox.world.open_account("Straße_7").token)
        assert await tonight.core.library.account("COLLECTOR") == tonight.account
        assert await tonight.core.library.account("strasse_7") == other

        with pytest.raises(NoSuchAccount) as refused:
            await tonight.core.library.account("collecto")
        assert refused.value == NoSuchAccount(name="collecto", known=("Straße_7", "collector"))


async def test_before_anybody_has_connected_any_name_is_unknown(tmp_path: Path) -> None:
    async with serve(World(many(1))) as sandbox, open_core(config_for(tmp_path, sandbox)) as core:
        assert await core.library.account() is None
        with pytest.raises(NoSuchAccount) as refused:
            await core.library.account("somebody")
    assert refused.value == NoSuchAccount(name="somebody")


async def _saved_elsewhere(directory: Path, name: str, discogs_id: int) -> None:
    """An account that something else than the terminal keeps in the same file."""
    account = make_account(9, username=name)
    async with open_database(directory / "runout.db") as database, database.tx() as tx:
        stores = Repositories.of(database, Cipher(directory / "secret.key"))
        kept = await stores.accounts.save(tx, account, PersonalToken("elsewhere"), ADDED)
        await tx.execute("UPDATE accounts SET discogs_id = ? WHERE account_id = ?", (discogs_id, kept.id))


async def test_an_account_of_something_else_in_the_same_file_is_neither_listed_nor_opened(tmp_path: Path) -> None:
    async with evening(tmp_path, many(1)) as tonight:
        await _saved_elsewhere(tmp_path, "theirs", 77)

        assert await tonight.core.library.accounts() == (tonight.account,)
        with pytest.raises(NoSuchAccount) as refused:
            await tonight.core.library.account("theirs")
        assert refused.value.known == (tonight.account.username,)


async def test_who_connects_in_the_terminal_what_something_else_keeps_joins_that_account(tmp_path: Path) -> None:
    async with evening(tmp_path, many(1)) as tonight:
        world = tonight.sandbox.world
        other = world.open_account("theirs")
        await _saved_elsewhere(tmp_path, "theirs", other.user_id)

        joined = await tonight.core.connect.with_token(other.token)

        assert (joined.id, joined.discogs_id) == (make_account(9).id, DiscogsUserId(other.user_id))
        assert await tonight.core.library.account("theirs") == joined


async def test_a_token_discogs_does_not_know_connects_nobody(tmp_path: Path) -> None:
    async with serve(World(many(1))) as sandbox, open_core(config_for(tmp_path, sandbox)) as core:
        with pytest.raises(NotAuthorised):
            await core.connect.with_token("q" * 40)
        assert await core.library.accounts() == ()


async def test_a_wrong_token_leaves_the_account_that_is_connected_as_it_was(tmp_path: Path) -> None:
    async with evening(tmp_path, many(2)) as tonight:
        with pytest.raises(NotAuthorised):
            await tonight.core.connect.with_token("q" * 40)
        assert await tonight.core.library.accounts() == (tonight.account,)
        assert (await tonight.sync()).problems == ()


@pytest.mark.parametrize(
    "text",
    ["", "  \n", "two words", "line\nbreak", "naïve", "nul\x00", "x" * 201, "\x1b[31mred", "\ufeff" + "q" * 40],
    ids=["nothing", "blanks", "blank inside", "line break", "no ASCII", "nul", "too long", "escape", "byte order mark"],
)
async def test_what_cannot_be_a_token_is_never_sent(tmp_path: Path, text: str) -> None:
    async with serve(World(many(1))) as sandbox, open_core(config_for(tmp_path, sandbox)) as core:
        with pytest.raises(TokenMalformed) as caught:
            await core.connect.with_token(text)
        assert sandbox.world.counts.total == 0
    assert not text.strip() or text.strip() not in str(caught.value)


async def test_the_longest_token_is_sent(tmp_path: Path) -> None:
    async with serve(World(many(1))) as sandbox, open_core(config_for(tmp_path, sandbox)) as core:
        sandbox.world.account.token = "q" * 200
        assert (await core.connect.with_token("q" * 200)).username == sandbox.username


async def test_a_token_that_is_only_asked_about_connects_nobody(tmp_path: Path) -> None:
    async with serve(World(many(1))) as sandbox, open_core(config_for(tmp_path, sandbox)) as core:
        newcomer = await core.connect.by_token(sandbox.token)
        assert newcomer.identity.username == sandbox.username
        assert sandbox.token not in repr(newcomer)
        assert await core.library.accounts() == ()


async def test_an_outage_while_connecting_is_no_wrong_token(tmp_path: Path) -> None:
    async with serve(World(many(1))) as sandbox:
        config = config_for(tmp_path, sandbox)
        async with open_core(config, clock=FakeClock()) as core:
            sandbox.world.faults.add("502", route="identity", times=9)
            with pytest.raises(Unavailable):
                await core.connect.with_token(sandbox.token)
            assert await core.library.accounts() == ()
    # The server is gone, its port is free.
    async with open_core(config, clock=FakeClock()) as core:
        with pytest.raises(Unreachable):
            await core.connect.with_token("q" * 40)


async def test_a_lost_key_asks_to_connect_again_and_keeps_the_copy(tmp_path: Path) -> None:
    async with evening(tmp_path, many(2)) as tonight:
        await tonight.sync()
        tonight.config.paths.key.unlink()
        async with open_core(tonight.config) as core:
            with pytest.raises(SealBroken) as broken:
                await core.sync.run(tonight.account, lambda _event: None)
            assert broken.value == SealBroken(username=tonight.sandbox.username)
            assert len((await core.library.collection(tonight.account)).copies) == 2

            again = await core.connect.with_token(tonight.sandbox.token)
            assert again.id == tonight.account.id
            assert (await core.sync.run(again, lambda _event: None)).problems == ()


async def test_who_connects_after_disconnecting_finds_what_was_left(tmp_path: Path) -> None:
    async with evening(tmp_path, many(3)) as tonight:
        await tonight.sync()
        await tonight.core.leaving.disconnect(tonight.account)
        with pytest.raises(Disconnected):
            await tonight.sync()

        again = await tonight.core.connect.with_token(tonight.sandbox.token)

        assert (again.id, again.access) == (tonight.account.id, Access.OWNER)
        assert again.connected_at > tonight.account.connected_at
        assert len((await tonight.core.library.collection(again)).copies) == 3
        assert (await tonight.core.sync.run(again, lambda _event: None)).problems == ()
