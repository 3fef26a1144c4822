"""What is to be known of a dump before it is read: its day, what tells it from others, and what it should sum up to."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from core.discogs.unpacking import Source, mark_of
from core.domain.dump import Checked, DatedBy, day_in, list_of, listed, name_of
from core.errors import ChecksumUnusable, ChecksumWrong, DumpAhead

from msgspec import Struct

_LONGEST_LIST: Final = 1 << 20
"""Bytes of a list of checksums; one has a few hundred."""


class DumpFile(Struct, frozen=True):
    """A file, or what is piped in."""

    path: str
    name: str
    day: date
    dated_by: DatedBy
    mark: str | None
    """None when it can be read only once."""
    size: int | None
    sums: frozenset[str] | None
    """What it may sum up to, as listed; None without a list."""

    def checked(self, found: str) -> Checked:
        """What the list says of a SHA-256. Raises ChecksumWrong."""
        if self.sums is None:
            return Checked.NO_LIST
        if not self.sums:
            return Checked.NOT_LISTED
        if found not in self.sums:
            raise ChecksumWrong(path=self.path, listed=min(self.sums), found=found)
        return Checked.AGREES


def described(file: Path | None, source: Source, day: date | None, checksum: Path | None, today: date) -> DumpFile:
    """What can be told of a source that is open. `day` and `checksum` are what somebody has said of it.

    Raises DumpAhead, ChecksumUnusable or DumpUnreadable.
    """
    name = "" if file is None else file.name
    of, dated_by = (day, DatedBy.GIVEN) if day is not None else _dated(name, source, today)
    if of > today:
        raise DumpAhead(path=source.path, day=of)
    return DumpFile(
        path=source.path,
        name=name or name_of(of),
        day=of,
        dated_by=dated_by,
        mark=None if file is None or source.total is None else mark_of(file),
        size=source.total,
        sums=_sums(file, name or name_of(of), day_in(name) or of, checksum),
    )


def _dated(name: str, source: Source, today: date) -> tuple[date, DatedBy]:
    in_name = day_in(name)
    if in_name is not None:
        return in_name, DatedBy.NAME
    if source.changed_at is not None:
        # A clock that was ahead when it was fetched does not make it one of a day to come.
        return min(today, datetime.fromtimestamp(source.changed_at, UTC).date()), DatedBy.FILE
    return today.replace(day=1), DatedBy.GUESS


def _sums(file: Path | None, name: str, day: date, checksum: Path | None) -> frozenset[str] | None:
    if checksum is not None:
        found = listed(_read(checksum), name)
        if not found:
            raise ChecksumUnusable(path=str(checksum), reason=f"it does not list {name}")
        return found
    beside = None if file is None else file.parent / list_of(day)
    if beside is None or not beside.exists():
        return None
    try:
        return listed(_read(beside), name)
    except ChecksumUnusable:
        return frozenset()


def _read(path: Path) -> str:
    try:
        with path.open("rb") as opened:
            return opened.read(_LONGEST_LIST).decode("utf-8", "replace")
    except OSError as error:
        raise ChecksumUnusable(path=str(path), reason=error.strerror or str(error)) from error
