"""Credentials: sealed for one account, with a key that is in no database."""

from __future__ import annotations

import json
import stat
from pathlib import Path

from core.domain.account import AccessToken, Credential, PersonalToken
from core.domain.ids import AccountId
from core.errors import DirectoryUnusable, KeyDamaged
from core.store.cipher import Cipher, SealDoesNotOpen
from tests.core.store.elsewhere import at_once, seal_one

import pytest
from cryptography.fernet import Fernet

ME, YOU = AccountId("me"), AccountId("you")
TOKEN = PersonalToken("qWeRtYuIoPaSdFgHjKlZxCvBnM")
ACCESS = AccessToken("mYkEymYkEymYkEymYkEy", "mYsEcReTmYsEcReTmYsEcReT")


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "runout.key"


@pytest.fixture
def cipher(key_file: Path) -> Cipher:
    return Cipher(key_file)


@pytest.mark.parametrize("credential", [TOKEN, ACCESS])
def test_what_was_sealed_opens(cipher: Cipher, credential: Credential) -> None:
    assert cipher.open(ME, cipher.seal(ME, credential)) == credential


def key_of(file: Path) -> Fernet:
    return Fernet(file.read_text().strip())


def test_a_personal_token_is_sealed_as_it_always_was(cipher: Cipher, key_file: Path) -> None:
    """Databases hold tokens from before there were other credentials, and an earlier version may be started again."""
    sealed = cipher.seal(ME, TOKEN)
    layout = {"account": "me", "token": "qWeRtYuIoPaSdFgHjKlZxCvBnM"}

    assert json.loads(key_of(key_file).decrypt(sealed)) == layout
    assert cipher.open(ME, key_of(key_file).encrypt(json.dumps(layout).encode())) == TOKEN


@pytest.mark.parametrize("later", [{}, {"key": "k"}, {"secret": "s"}, {"passkey": "p"}])
def test_what_a_later_version_sealed_does_not_open(cipher: Cipher, key_file: Path, later: dict[str, str]) -> None:
    cipher.seal(ME, TOKEN)
    sealed = key_of(key_file).encrypt(json.dumps({"account": "me", **later}).encode())

    with pytest.raises(SealDoesNotOpen):
        cipher.open(ME, sealed)


def test_what_was_sealed_opens_after_a_restart(cipher: Cipher, key_file: Path) -> None:
    assert Cipher(key_file).open(ME, cipher.seal(ME, TOKEN)) == TOKEN


def test_a_sealed_value_does_not_show_the_token(cipher: Cipher) -> None:
    assert TOKEN.reveal().encode() not in cipher.seal(ME, TOKEN)
    assert ACCESS.reveal().encode() not in cipher.seal(ME, ACCESS)
    assert ACCESS.key.encode() not in cipher.seal(ME, ACCESS)


@pytest.mark.parametrize("credential", [TOKEN, ACCESS])
def test_a_seal_that_is_moved_to_another_account_does_not_open(cipher: Cipher, credential: Credential) -> None:
    sealed = cipher.seal(ME, credential)

    with pytest.raises(SealDoesNotOpen):
        cipher.open(YOU, sealed)


def test_a_seal_that_was_changed_does_not_open(cipher: Cipher) -> None:
    sealed = bytearray(cipher.seal(ME, TOKEN))
    sealed[30] ^= 1

    with pytest.raises(SealDoesNotOpen):
        cipher.open(ME, bytes(sealed))


def test_without_its_key_a_seal_does_not_open(cipher: Cipher, key_file: Path) -> None:
    sealed = cipher.seal(ME, TOKEN)
    key_file.unlink()

    with pytest.raises(SealDoesNotOpen):
        Cipher(key_file).open(ME, sealed)


@pytest.mark.parametrize("key", ["", "no key\n", "ключ\n"], ids=["empty", "no key", "no ascii"])
def test_a_damaged_key_file_is_told_by_its_name(cipher: Cipher, key_file: Path, key: str) -> None:
    sealed = cipher.seal(ME, TOKEN)
    key_file.write_text(key, encoding="utf-8")

    for use in (lambda: Cipher(key_file).open(ME, sealed), lambda: Cipher(key_file).seal(ME, TOKEN)):
        with pytest.raises(KeyDamaged) as damaged:
            use()
        assert damaged.value.path == str(key_file)


def test_opening_makes_no_key(cipher: Cipher, key_file: Path) -> None:
    """A new key beside a lost one would look as if all were well."""
    with pytest.raises(SealDoesNotOpen):
        cipher.open(ME, b"sealed elsewhere")

    assert not key_file.exists()


def test_another_key_does_not_open(cipher: Cipher, tmp_path: Path) -> None:
    other = Cipher(tmp_path / "other.key")
    other.seal(ME, TOKEN)

    with pytest.raises(SealDoesNotOpen):
        other.open(ME, cipher.seal(ME, TOKEN))


def test_a_key_that_was_replaced_while_the_program_runs_is_read_again(cipher: Cipher, tmp_path: Path) -> None:
    cipher.seal(ME, TOKEN)
    other = tmp_path / "other.key"
    sealed = Cipher(other).seal(ME, TOKEN)
    other.replace(tmp_path / "keys" / "runout.key")

    assert cipher.open(ME, sealed) == TOKEN


def test_an_older_key_below_a_new_one_still_opens(cipher: Cipher, key_file: Path, tmp_path: Path) -> None:
    sealed = cipher.seal(ME, TOKEN)
    newer = tmp_path / "newer.key"
    Cipher(newer).seal(ME, TOKEN)
    key_file.write_bytes(newer.read_bytes() + key_file.read_bytes())

    assert Cipher(key_file).open(ME, sealed) == TOKEN


def test_only_the_owner_may_read_the_key(cipher: Cipher, key_file: Path) -> None:
    cipher.seal(ME, TOKEN)

    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600


def test_a_second_seal_keeps_the_key(cipher: Cipher, key_file: Path) -> None:
    cipher.seal(ME, TOKEN)
    key = key_file.read_bytes()
    Cipher(key_file).seal(YOU, TOKEN)

    assert key_file.read_bytes() == key
    assert [file.name for file in key_file.parent.iterdir()] == [key_file.name]


def test_nothing_is_sealed_where_no_key_can_be_kept(cipher: Cipher, key_file: Path) -> None:
    key_file.parent.mkdir()
    key_file.mkdir()

    with pytest.raises(DirectoryUnusable) as refused:
        cipher.seal(ME, TOKEN)

    assert refused.value.path == str(key_file)


def test_nothing_is_sealed_where_the_directory_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("")

    with pytest.raises(DirectoryUnusable):
        Cipher(tmp_path / "keys" / "runout.key").seal(ME, TOKEN)


def test_two_processes_that_make_the_key_at_once_end_up_with_one(key_file: Path, tmp_path: Path) -> None:
    sealed = tmp_path / "sealed"
    sealed.mkdir()

    at_once(2, seal_one, key_file, sealed)

    opened = {Cipher(key_file).open(AccountId("me"), file.read_bytes()).reveal() for file in sealed.iterdir()}
    assert opened == {file.name for file in sealed.iterdir()}
    assert len(opened) == 2
    assert len(key_file.read_text().split()) == 1
    assert [file.name for file in key_file.parent.iterdir()] == [key_file.name]
