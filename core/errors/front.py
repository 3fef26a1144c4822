"""What is wrong with what somebody typed or started."""

from __future__ import annotations

from dataclasses import dataclass

from core.errors.base import RunoutError


@dataclass(unsafe_hash=True)
class QuerySyntaxError(RunoutError):
    """A filter that cannot be understood."""

    start: int
    end: int
    """The part that is not understood, as a half-open span of the text."""
    expected: str
    nearest: str = ""
    """What was probably meant, as it is written: `genre:`."""


@dataclass(unsafe_hash=True)
class DemoFailed(RunoutError):
    """The stand-in Discogs of the demo could not be started; the reason is its own sentence."""

    reason: str


@dataclass(unsafe_hash=True)
class SyncEnded(RunoutError):
    """A sync in a process of its own, of which nothing is heard any more: somebody or something has killed it."""

    reference: str
    """Under which the log knows more."""
