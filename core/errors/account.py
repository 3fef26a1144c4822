"""What is wrong with an account or its credential."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

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


@dataclass(unsafe_hash=True)
class Disconnected(RunoutError):
    """Nothing reads the account's collection any more; what is here stays readable."""

    username: str


@dataclass(unsafe_hash=True)
class NoSuchAccount(RunoutError):
    """No account of that name was connected here."""

    name: str
    known: tuple[str, ...] = ()


@dataclass(unsafe_hash=True)
class OtherIdentity(RunoutError):
    """What was given belongs to somebody else than the account that is in use, and nobody has said that it is meant."""

    username: str
    current: str


class SignInError(RunoutError):
    """A sign-in on Discogs' own page did not lead to an account."""


@dataclass(unsafe_hash=True)
class SignInDenied(SignInError):
    """The member said no."""


@dataclass(unsafe_hash=True)
class SignInExpired(SignInError):
    """More than a quarter of an hour has passed, or it was never begun here."""


@dataclass(unsafe_hash=True)
class SignInUsed(SignInError):
    """It was completed before."""


@dataclass(unsafe_hash=True)
class SignInRefused(SignInError):
    """Discogs does not accept the code: mistyped, or too old."""

    said: str = ""


@dataclass(unsafe_hash=True)
class ApplicationRefused(SignInError):
    """Discogs does not know the application's key, or its secret is another."""

    said: str = ""


@dataclass(unsafe_hash=True)
class ClockWrong(RunoutError):
    """The clock of this machine is so far off that Discogs takes no signature by it."""

    seconds: float
    """How far it is ahead of Discogs' own; negative when it is behind."""


@dataclass(unsafe_hash=True)
class NoSuchMember(RunoutError):
    """Discogs knows nobody of that name."""

    username: str


@dataclass(unsafe_hash=True)
class CollectionPrivate(RunoutError):
    """The collection is shown to its owner only."""

    username: str


@dataclass(unsafe_hash=True)
class WantlistPrivate(RunoutError):
    """The wantlist is shown to its owner only."""

    username: str


@dataclass(unsafe_hash=True)
class TooSoon(RunoutError):
    """A sync was asked for again before the last one that was asked for is old enough."""

    until: datetime


@dataclass(unsafe_hash=True)
class NotSignedIn(RunoutError):
    """Discogs answers this only to whoever is signed in, and the account is read as anybody."""

    username: str


@dataclass(unsafe_hash=True)
class OwnersCopyHere(RunoutError):
    """The owner's own copy is here, which a reading as anybody would make poorer."""

    username: str


@dataclass(unsafe_hash=True)
class KeyElsewhere(RunoutError):
    """The key is given by the environment, so it cannot be changed here."""
