"""What keeps records from being written to a file."""

from __future__ import annotations

from dataclasses import dataclass

from core.errors.base import RunoutError


class ExportingError(RunoutError):
    """No file was written, and nothing is left behind."""


@dataclass(unsafe_hash=True)
class ExportExists(ExportingError):
    """There is a file of that name already."""

    path: str


@dataclass(unsafe_hash=True)
class ExportNotWritten(ExportingError):
    """It cannot be written there."""

    path: str
    reason: str
