"""What keeps pictures from being kept."""

from __future__ import annotations

from dataclasses import dataclass

from core.errors.base import RunoutError


@dataclass(unsafe_hash=True)
class CoverNotWritten(RunoutError):
    """No room on the disk, or a cache directory that may not be written to."""

    path: str
    reason: str


@dataclass(unsafe_hash=True)
class CoversOff(RunoutError):
    """The limit of the cache is 0: nothing is kept."""
