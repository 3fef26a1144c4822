"""What is wrong with the local files."""

from __future__ import annotations

from dataclasses import dataclass

from core.errors.base import RunoutError


class StoreError(RunoutError):
    """The local database cannot be used."""


@dataclass(unsafe_hash=True)
class DatabaseTooNew(StoreError):
    """Written by a later version of the program."""

    path: str
    found: int
    known: int


@dataclass(unsafe_hash=True)
class DatabaseUnusable(StoreError):
    """Not a database, damaged, locked, read-only, or no room on the disk."""

    path: str
    reason: str


@dataclass(unsafe_hash=True)
class DirectoryUnusable(StoreError):
    """A directory of ours cannot be made, read or written."""

    path: str
    reason: str


@dataclass(unsafe_hash=True)
class DatabaseDamaged(StoreError):
    """It was not closed the last time, and has been found damaged since."""

    path: str
    reason: str
    backup: str
    """Where the newest backup lies; empty when there is none."""
