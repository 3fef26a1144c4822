"""The reports of what went wrong, where they lie: beside the log."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Final

KEPT: Final = 5
"""Reports that are kept, the newest."""

PREFIX: Final = "crash-"


def reports(directory: Path) -> list[Path]:
    """The oldest first: the names begin with the time."""
    return sorted(directory.glob(f"{PREFIX}*.txt"))


def forget_older(directory: Path) -> None:
    """Delete all but the newest."""
    _forget(reports(directory)[:-KEPT])


def forget_all(directory: Path) -> tuple[str, ...]:
    """Delete every report; the names of those that went."""
    return _forget(reports(directory))


def _forget(some: list[Path]) -> tuple[str, ...]:
    gone = []
    for report in some:
        with contextlib.suppress(OSError):
            report.unlink()
            gone.append(report.name)
    return tuple(gone)
