"""What keeps a copy of the database from being made, or from taking its place."""

from __future__ import annotations

from dataclasses import dataclass

from core.errors.store import StoreError


@dataclass(unsafe_hash=True)
class BackupExists(StoreError):
    """There is something of that name already."""

    path: str


@dataclass(unsafe_hash=True)
class BackupNotWritten(StoreError):
    """No room, no such directory, or none that may be written to."""

    path: str
    reason: str


@dataclass(unsafe_hash=True)
class BackupUnusable(StoreError):
    """The file is none of ours, or is damaged."""

    path: str
    reason: str


@dataclass(unsafe_hash=True)
class DatabaseInUse(StoreError):
    """Another process has the database open."""

    path: str
    processes: int | None
    """None when it is not known how many."""


@dataclass(unsafe_hash=True)
class NotRestored(StoreError):
    """The backup could not take the database's place."""

    path: str
    reason: str
