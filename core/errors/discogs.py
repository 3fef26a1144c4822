"""Discogs could not be asked, or said no."""

from __future__ import annotations

from dataclasses import dataclass

from core.errors.base import RunoutError


class DiscogsError(RunoutError):
    """Discogs could not be asked, or said no."""


@dataclass(unsafe_hash=True)
class Unreachable(DiscogsError):
    """No connection, or no answer in time."""

    host: str
    reason: str
    timed_out: bool = False


@dataclass(unsafe_hash=True)
class Unavailable(DiscogsError):
    """Discogs answers with a failure of its own."""

    status: int


@dataclass(unsafe_hash=True)
class RateLimited(DiscogsError):
    """Refused again and again for being too fast; with seconds to wait, when Discogs named them."""

    retry_after: float | None = None


@dataclass(unsafe_hash=True)
class BrokenAnswer(DiscogsError):
    """An answer that cannot be read."""

    route: str
    reason: str


@dataclass(unsafe_hash=True)
class NotAuthorised(DiscogsError):
    """The credential is not, or no longer, good."""

    said: str = ""
    """Discogs' own words."""


@dataclass(unsafe_hash=True)
class NotYours(DiscogsError):
    """Only the owner may see it."""

    said: str = ""


@dataclass(unsafe_hash=True)
class Blocked(DiscogsError):
    """A web page instead of data: no accepted User-Agent, or a challenge of the firewall."""

    status: int


@dataclass(unsafe_hash=True)
class NotFound(DiscogsError):
    """What was asked for does not exist."""

    route: str
    said: str = ""


@dataclass(unsafe_hash=True)
class Rejected(DiscogsError):
    """Another refusal of the request."""

    status: int
    said: str = ""
