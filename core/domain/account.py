"""Whose collection it is, and the secrets that open it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final, TypeAlias

from core.domain.ids import AccountId, DiscogsUserId

from msgspec import Struct

TOLERATED: Final = 300.0
"""Seconds that a clock may be off before it is taken for the reason of a refusal. Discogs names no limit."""


class Identity(Struct, frozen=True):
    """Who Discogs says the holder of a token is."""

    id: DiscogsUserId
    username: str


class Profile(Struct, frozen=True):
    """What we use of a member's profile. Its count of copies lags, so it is not among it."""

    id: DiscogsUserId
    username: str
    currency: str | None = None
    """The three letters of the currency set on Discogs; None when none is set."""


class Access(StrEnum):
    """With whose eyes a collection is read."""

    OWNER = "owner"
    PUBLIC = "public"
    """As anybody: without folders, private fields and pictures, at 25 requests a minute."""
    NONE = "none"
    """Not any more. What is here stays readable."""
    LOCAL = "local"
    """It came from a file, and is nobody's on Discogs that we know of."""

    @property
    def is_open(self) -> bool:
        """Whether there is anybody on Discogs whose shelves it is read from."""
        return self in (Access.OWNER, Access.PUBLIC)


class Account(Struct, frozen=True):
    """One Discogs identity as we know it."""

    id: AccountId
    discogs_id: DiscogsUserId
    username: str
    connected_at: datetime
    currency: str | None = None
    last_sync_at: datetime | None = None
    """When a complete copy of the collection was published last; None before the first."""
    checked_at: datetime | None = None
    """When it was last looked whether copies came or went: never before `last_sync_at`."""
    access: Access = Access.OWNER
    refused_at: datetime | None = None
    """Since when Discogs no longer accepts the credential; None while it does."""


class Newcomer(Struct, frozen=True):
    """Whom Discogs knows by a credential, or by name, before they are an account of ours."""

    identity: Identity
    currency: str | None
    credential: Credential | None
    """None for a public collection that is read as anybody."""


class PersonalToken:
    """A personal access token. Neither its text form nor its repr ever shows the secret."""

    __slots__ = ("_secret",)

    def __init__(self, secret: str) -> None:
        self._secret = secret

    def reveal(self) -> str:
        """The secret itself: for the request header and the seal, for nothing else."""
        return self._secret

    def __repr__(self) -> str:
        return "PersonalToken(***)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PersonalToken) and other._secret == self._secret

    def __hash__(self) -> int:
        return hash(self._secret)

    def __reduce__(self) -> str | tuple[object, ...]:
        raise TypeError("a personal token is not pickled")


class _KeyPair:
    """A key, which is sent, and the secret that signs for it. Neither text form nor repr shows any of them."""

    __slots__ = ("_secret", "key")

    def __init__(self, key: str, secret: str) -> None:
        self.key = key
        self._secret = secret

    def reveal(self) -> str:
        """The secret itself: for the signature and the seal, for nothing else."""
        return self._secret

    def __repr__(self) -> str:
        return f"{type(self).__name__}(***)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, type(self)) and (other.key, other._secret) == (self.key, self._secret)

    def __hash__(self) -> int:
        return hash((type(self), self.key, self._secret))

    def __reduce__(self) -> str | tuple[object, ...]:
        raise TypeError("a key and its secret are not pickled")


class Consumer(_KeyPair):
    """The application as it is registered with Discogs; it is no member."""

    __slots__ = ()


class RequestToken(_KeyPair):
    """What a member is asked to agree to. It lives 15 minutes and opens nothing but the way to an access token."""

    __slots__ = ()


class AccessToken(_KeyPair):
    """What lets the application act as one member, until that member revokes it."""

    __slots__ = ()


Credential: TypeAlias = PersonalToken | AccessToken
"""What acts as a member."""


class SignInAsked(Struct, frozen=True):
    """A question to a member that waits for its answer."""

    key: str
    """What the answer names."""
    address: str
    """The page on which the member answers."""


class Consent(Struct, frozen=True):
    """The question to a member, whether the application may act for them."""

    token: RequestToken
    address: str
    """The page on which the member answers. It holds the token's key, so it belongs to nobody else and to no log."""
