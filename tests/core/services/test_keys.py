"""Changing the key that seals the credentials: nobody has to connect again, wherever it stops and whoever else runs."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from core.app import open_core
from core.domain.account import Account, Credential, PersonalToken
from core.errors import KeyDamaged, KeyElsewhere, SealBroken, SignInExpired
from core.sandbox.server import serve
from core.sandbox.world import World
from core.services.keys import KeyService
from core.store.cipher import Cipher
from core.store.database import open_database
from core.store.repositories import Repositories
from tests.browser import BACK, application, led_back
from tests.factories import ADDED, make_account
from tests.stand_in import config_for, evening, many

import pytest
from cryptography.fernet import Fernet

ME, YOU, THIRD = make_account(1, username="me"), make_account(2, username="you"), make_account(3, username="third")


def token_of(account: Account) -> PersonalToken:
    return PersonalToken(f"token of {account.username}")


@dataclass(frozen=True)
class Evening:
    """A process with some accounts on a database and a key."""

    stores: Repositories
    cipher: Cipher
    keys: KeyService
    file: Path

    async def connects(self, *accounts: Account) -> None:
        async with self.stores.database.tx() as tx:
            for account in accounts:
                await self.stores.accounts.save(tx, account, token_of(account), ADDED)

    async def reseal(self) -> tuple[int, int]:
        async with self.stores.database.tx() as tx:
            return await self.stores.accounts.reseal(tx)

    async def opened(self, account: Account) -> Credential | None:
        return await self.stores.accounts.credential(account)

    @property
    def lines(self) -> list[str]:
        return self.file.read_text().split()


@asynccontextmanager
async def process(directory: Path, given: str = "") -> AsyncIterator[Evening]:
    """One of several processes, each with a key that it has read for itself."""
    file = directory / "secret.key"
    async with open_database(directory / "runout.db") as database:
        cipher = Cipher(file, given)
        stores = Repositories.of(database, cipher)
        yield Evening(stores, cipher, KeyService(stores, cipher), file)


@pytest.fixture
async def tonight(tmp_path: Path) -> AsyncIterator[Evening]:
    async with process(tmp_path) as one:
        await one.connects(ME, YOU)
        yield one


async def found(directory: Path, *accounts: Account, given: str = "") -> list[Credential | None]:
    """What a program that is started now opens."""
    async with process(directory, given) as later:
        return [await later.opened(account) for account in accounts]


async def test_after_a_change_every_credential_opens_and_the_old_key_opens_none(
    tonight: Evening, tmp_path: Path
) -> None:
    (old,) = tonight.lines
    assert (await tonight.keys.rotate()).sealed == 2

    (new,) = tonight.lines
    assert new != old
    assert [await tonight.opened(one) for one in (ME, YOU)] == [token_of(ME), token_of(YOU)]
    assert await found(tmp_path, ME, YOU) == [token_of(ME), token_of(YOU)]
    for account in (ME, YOU):
        with pytest.raises(SealBroken):
            await found(tmp_path, account, given=old)


async def test_the_key_stays_its_owner_s_alone(tonight: Evening) -> None:
    await tonight.keys.rotate()
    assert tonight.file.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in tonight.file.parent.glob("*key*")] == ["secret.key"]


async def test_stopped_before_anything_is_sealed_anew_nothing_is_lost(tonight: Evening, tmp_path: Path) -> None:
    tonight.cipher.add_key()

    assert len(tonight.lines) == 2
    assert await found(tmp_path, ME, YOU) == [token_of(ME), token_of(YOU)]
    async with process(tmp_path) as later:
        assert (await later.keys.rotate()).sealed == 2
        assert len(later.lines) == 1
    assert await found(tmp_path, ME, YOU) == [token_of(ME), token_of(YOU)]


async def test_stopped_before_the_old_key_goes_nothing_is_lost(tonight: Evening, tmp_path: Path) -> None:
    tonight.cipher.add_key()
    assert await tonight.reseal() == (2, 0)

    assert await found(tmp_path, ME, YOU) == [token_of(ME), token_of(YOU)]
    newest = tonight.lines[0]
    assert await found(tmp_path, ME, YOU, given=newest) == [token_of(ME), token_of(YOU)]
    async with process(tmp_path) as later:
        await later.keys.rotate()
        assert len(later.lines) == 1
    assert await found(tmp_path, ME, YOU) == [token_of(ME), token_of(YOU)]


async def test_stopped_while_sealing_anew_nothing_is_lost(tonight: Evening, tmp_path: Path) -> None:
    tonight.cipher.add_key()
    with contextlib.suppress(KeyboardInterrupt):
        async with tonight.stores.database.tx() as tx:
            assert await tonight.stores.accounts.reseal(tx) == (2, 0)
            raise KeyboardInterrupt
    assert await found(tmp_path, ME, YOU) == [token_of(ME), token_of(YOU)]


async def test_what_does_not_open_stays_as_it_is_and_keeps_the_keys_that_it_may_need(
    tonight: Evening, tmp_path: Path
) -> None:
    lost = tonight.file.read_text()
    tonight.file.unlink()
    async with process(tmp_path) as later:
        await later.connects(THIRD)
        assert (await later.keys.rotate()).sealed == 1
        assert len(later.lines) == 2
        assert await later.opened(THIRD) == token_of(THIRD)
        with pytest.raises(SealBroken) as broken:
            await later.opened(ME)
        assert broken.value == SealBroken(username="me")
        # The lost one is found again, in a backup.
        later.file.write_text(later.file.read_text() + lost)
    assert await found(tmp_path, ME, YOU, THIRD) == [token_of(ME), token_of(YOU), token_of(THIRD)]


async def test_without_anybody_connected_there_is_a_key_all_the_same(tmp_path: Path) -> None:
    async with process(tmp_path) as one:
        assert (await one.keys.rotate()).sealed == 0
        assert len(one.lines) == 1


async def test_a_damaged_key_file_is_not_replaced(tonight: Evening) -> None:
    tonight.file.write_text("no key\n")
    with pytest.raises(KeyDamaged):
        await tonight.keys.rotate()
    assert tonight.file.read_text() == "no key\n"


async def test_a_key_of_the_settings_is_not_changed_here(tmp_path: Path) -> None:
    given = Fernet.generate_key().decode()
    async with process(tmp_path, given) as one:
        await one.connects(ME)
        with pytest.raises(KeyElsewhere):
            await one.keys.rotate()
        assert not one.file.exists()
        assert await one.opened(ME) == token_of(ME)


@pytest.mark.parametrize("between", [" ", ",", ", ", "\n"])
async def test_of_two_keys_of_the_settings_the_first_seals_and_both_open(tmp_path: Path, between: str) -> None:
    older, newer = (Fernet.generate_key().decode() for _ in range(2))
    async with process(tmp_path, older) as before:
        await before.connects(ME)
    async with process(tmp_path, f"{newer}{between}{older}") as now:
        await now.connects(YOU)
        assert [await now.opened(one) for one in (ME, YOU)] == [token_of(ME), token_of(YOU)]

    assert await found(tmp_path, YOU, given=newer) == [token_of(YOU)]
    with pytest.raises(SealBroken):
        await found(tmp_path, YOU, given=older)


async def test_another_process_reads_the_key_again_when_it_was_changed(tonight: Evening, tmp_path: Path) -> None:
    async with process(tmp_path) as other:
        assert await other.opened(ME) == token_of(ME)
        await tonight.keys.rotate()
        assert [await other.opened(one) for one in (ME, YOU)] == [token_of(ME), token_of(YOU)]
        # And twice.
        await tonight.keys.rotate()
        assert await other.opened(ME) == token_of(ME)


async def test_what_another_process_seals_after_a_change_is_not_lost(tonight: Evening, tmp_path: Path) -> None:
    """It has read its key before; with that, nobody could open it tomorrow."""
    async with process(tmp_path) as other:
        assert await other.opened(ME) == token_of(ME)
        await tonight.keys.rotate()
        await other.connects(THIRD)
    assert await found(tmp_path, ME, YOU, THIRD) == [token_of(ME), token_of(YOU), token_of(THIRD)]


async def test_two_processes_that_change_it_one_within_the_other_lose_nothing(tonight: Evening, tmp_path: Path) -> None:
    async with process(tmp_path) as other:
        old = tonight.cipher.add_key()
        assert (await other.keys.rotate()).sealed == 2
        assert await tonight.reseal() == (2, 0)
        tonight.cipher.drop_keys(old)
    assert await found(tmp_path, ME, YOU) == [token_of(ME), token_of(YOU)]


async def test_the_program_syncs_on_after_a_change(tmp_path: Path) -> None:
    async with evening(tmp_path, many(2)) as tonight:
        old = tonight.config.paths.key.read_text()
        async with open_core(tonight.config) as other:
            assert (await other.keys.rotate()).sealed == 1
        assert tonight.config.paths.key.read_text() != old
        assert (await tonight.sync()).problems == ()


async def test_a_sign_in_that_waits_is_begun_again_after_a_change(tmp_path: Path) -> None:
    async with (
        serve(World(many(1))) as sandbox,
        open_core(config_for(tmp_path, sandbox, **application(sandbox))) as core,
    ):
        asked = await core.connect.begin_sign_in(BACK)
        back = await led_back(asked.address)
        await core.keys.rotate()
        with pytest.raises(SignInExpired):
            await core.connect.finish_sign_in(asked.key, back["oauth_verifier"])


async def test_one_that_is_stopped_while_another_changes_it_too_takes_nothing_along(
    tonight: Evening, tmp_path: Path
) -> None:
    async with process(tmp_path) as stopped:
        old = tonight.cipher.add_key()
        stopped.cipher.add_key()
    await tonight.reseal()
    tonight.cipher.drop_keys(old)
    assert await found(tmp_path, ME, YOU) == [token_of(ME), token_of(YOU)]
