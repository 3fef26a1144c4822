"""What cannot be said of listening."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core.errors.base import RunoutError


class PlayError(RunoutError):
    """A play that cannot be logged, or not be taken back."""


@dataclass(unsafe_hash=True)
class PlayAhead(PlayError):
    """Nothing was played at a moment that is yet to come."""

    at: datetime


@dataclass(unsafe_hash=True)
class PlayTooEarly(PlayError):
    """Nothing was played before there were records."""

    at: datetime


@dataclass(unsafe_hash=True)
class NeverHere(PlayError):
    """A release that was never among the records of the account."""

    release: int
    username: str


@dataclass(unsafe_hash=True)
class NoSuchPlay(PlayError):
    """There is no play of that number in the log of the account; None: there is none at all."""

    number: int | None = None


@dataclass(unsafe_hash=True)
class NothingOffered(PlayError):
    """No record was offered yet, so nothing can be said of the one that was offered last."""
