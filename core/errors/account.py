"""What is wrong with an account or its credential."""

from __future__ import annotations

from dataclasses import dataclass

from core.errors.base import RunoutError


@dataclass(unsafe_hash=True)
class SealBroken(RunoutError):
    """A stored credential does not open with this key: the key was lost, or the row is another account's."""

    username: str


@dataclass(unsafe_hash=True)
class KeyDamaged(RunoutError):
    """The key file holds no key, so nothing can be sealed or opened."""

    path: str


@dataclass(unsafe_hash=True)
class NotConnected(RunoutError):
    """No account has been connected yet."""


@dataclass(unsafe_hash=True)
class TokenMalformed(RunoutError):
    """What was given cannot be a token; it is not repeated here."""

    reason: str
