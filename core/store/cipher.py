"""Seals credentials. The account's id is inside the seal, so a sealed value moved to another row does not open."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import TYPE_CHECKING

from core.domain.account import AccessToken, Credential, PersonalToken
from core.domain.ids import AccountId
from core.errors import DirectoryUnusable, KeyDamaged, KeyElsewhere

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet


class SealDoesNotOpen(Exception):
    """Another key or a later version sealed it, it was changed, or it belongs to another account."""


class Cipher:
    """Seals with the newest key, opens with any.

    Keys stand one a line, the newest first, in a file that is made at the first seal and read again once when a seal
    does not open. Those that are given instead come from the environment.
    """

    def __init__(self, key_file: Path, given: str = "") -> None:
        self._key_file = key_file
        self._given = given.replace(",", " ").split()
        self._keys: MultiFernet | None = None

    def seal(self, account: AccountId, credential: Credential) -> bytes:
        """The credential as it is stored. Raises DirectoryUnusable when no key can be kept."""
        # Read anew each time: another process may have changed the key, and dropped the one that is known here.
        keys = self._read_keys(make=True)
        return keys.encrypt(json.dumps({"account": account, **_written(credential)}).encode())

    def open(self, account: AccountId, sealed: bytes) -> Credential:
        """The credential of that account. Raises SealDoesNotOpen."""
        found = self._opened(self._keys or self._read_keys(make=False), sealed)
        if found is None:
            found = self._opened(self._read_keys(make=False), sealed)
        if found is None or found.get("account") != account:
            raise SealDoesNotOpen
        match found:
            case {"token": token}:
                return PersonalToken(token)
            case {"key": key, "secret": secret}:
                return AccessToken(key, secret)
            case _:
                raise SealDoesNotOpen

    def add_key(self) -> frozenset[str]:
        """Put a new key before the others, to seal from now on; the others, for `drop_keys` when nothing needs them.

        Raises KeyElsewhere, DirectoryUnusable, KeyDamaged.
        """
        from cryptography.fernet import Fernet  # noqa: PLC0415

        return frozenset(self._change_keys(lambda keys: [Fernet.generate_key().decode(), *keys]))

    def drop_keys(self, old: AbstractSet[str]) -> None:
        """Forget these keys, and no key that another process has added since."""
        self._change_keys(lambda keys: [key for key in keys if key not in old])

    def _change_keys(self, change: Callable[[list[str]], list[str]]) -> list[str]:
        """Write the keys anew; those that were there before."""
        if self._given:
            raise KeyElsewhere
        with contextlib.suppress(SealDoesNotOpen):
            self._read_keys(make=True)
        try:
            before = self._key_file.read_text(encoding="ascii").split()
            _replace(self._key_file, "".join(f"{key}\n" for key in change(before)).encode())
        except OSError as error:
            raise DirectoryUnusable(path=str(self._key_file), reason=error.strerror or str(error)) from error
        self._read_keys(make=False)
        return before

    def _opened(self, keys: MultiFernet, sealed: bytes) -> dict[str, str] | None:
        # Deferred: the terminal's first paint needs no cryptography.
        from cryptography.fernet import InvalidToken  # noqa: PLC0415

        try:
            found: dict[str, str] = json.loads(keys.decrypt(sealed))
        except InvalidToken:
            return None
        return found

    def _read_keys(self, *, make: bool) -> MultiFernet:
        from cryptography.fernet import Fernet, MultiFernet  # noqa: PLC0415

        try:
            if make and not self._given and not self._key_file.exists():
                _write_new(self._key_file, Fernet.generate_key())
            lines = self._given or self._key_file.read_text(encoding="ascii").split()
            self._keys = MultiFernet([Fernet(line) for line in lines])
        except FileNotFoundError:
            raise SealDoesNotOpen from None
        except OSError as error:
            raise DirectoryUnusable(path=str(self._key_file), reason=error.strerror or str(error)) from error
        except ValueError as error:
            raise KeyDamaged(path=str(self._key_file)) from error
        return self._keys


def _written(credential: Credential) -> dict[str, str]:
    """What is sealed, told apart by its names: databases hold personal tokens from before there were others."""
    if isinstance(credential, AccessToken):
        return {"key": credential.key, "secret": credential.reveal()}
    return {"token": credential.reveal()}


def _replace(path: Path, content: bytes) -> None:
    """Write a file anew, whole or not at all, for its owner's eyes."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".key-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


def _write_new(path: Path, key: bytes) -> None:
    """Write a file that only its owner can read. Of two processes at once the first wins."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".key-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(key + b"\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(name, path)
        except FileExistsError:
            pass
        except OSError:
            Path(name).rename(path)
            return
    finally:
        Path(name).unlink(missing_ok=True)
