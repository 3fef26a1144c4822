"""Discogs' monthly dump of masters: what its files are called, and what an import says while it runs and at its end."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Final

from core.domain.ids import MasterId, ReleaseId
from core.domain.master import Master

from msgspec import Struct

_NAME: Final = re.compile(r"discogs_(\d{8})_")
_SUM: Final = re.compile(r"([0-9a-fA-F]{64})[ \t]+\*?(.*\S)\s*$")


class Wanted(Struct, frozen=True):
    """Which masters of a dump are kept."""

    everything: bool = False
    masters: frozenset[MasterId] = frozenset()
    releases: frozenset[ReleaseId] = frozenset()
    """Those of which nobody has told the master: it is wanted when one of them is its main release."""

    @property
    def fingerprint(self) -> str:
        """The same for the same wishes, and for no others; empty when everything is wanted."""
        if self.everything:
            return ""
        told = f"{sorted(self.masters)} {sorted(self.releases)}"
        return hashlib.sha256(told.encode()).hexdigest()


class Reached(Struct, frozen=True):
    """How far a dump was read. Everything before it is known to be well-formed."""

    position: int = 0
    """Bytes of unpacked text, up to the end of an entry; 0 before the first."""
    check: int = 0
    """CRC-32 of that text, by which it is known again."""
    entries: int = 0
    unnumbered: int = 0
    """Entries without a usable number among them."""
    read: int = 0
    """Bytes of the file, as it lies, that were read for it."""


class Batch(Struct, frozen=True):
    """Some more of a dump."""

    reached: Reached
    masters: tuple[Master, ...] = ()
    """Those that are wanted."""
    is_skipped: bool = False
    """Whether it was staged before, and only unpacked again."""


class DatedBy(StrEnum):
    """How the day of a dump is known."""

    NAME = "name"
    GIVEN = "given"
    FILE = "file"
    """Its name says nothing: taken to be as old as the file."""
    GUESS = "guess"
    """A pipe without a name: dumps are made on the first of a month, so it is taken to be of the first of this one."""


class Checked(StrEnum):
    """What the list of checksums says."""

    AGREES = "agrees"
    NO_LIST = "no list"
    NOT_LISTED = "not listed"
    """There is a list, and the file is not on it, or it cannot be read."""


class DumpPhase(StrEnum):
    """What an import is at."""

    SKIPPING = "skipping"
    READING = "reading"
    PUBLISHING = "publishing"


class DumpProgress(Struct, frozen=True):
    """How far an import is."""

    phase: DumpPhase
    read: int
    """Bytes of the file as it lies."""
    total: int | None
    """None of a pipe."""
    entries: int
    kept: int
    seconds_left: float | None = None


class Published(Struct, frozen=True):
    """What a dump has brought to the store."""

    kept: int
    added: int
    """Masters of which nothing was known."""
    changed: int
    """Known otherwise before."""
    same: int
    """Known just so before."""
    newer: int
    """Known from a later moment than the dump's: they stay as they are."""


class DumpReport(Struct, frozen=True):
    """The end of an import."""

    name: str
    day: date
    dated_by: DatedBy
    everything: bool
    entries: int
    unnumbered: int
    published: Published
    checked: Checked
    before: datetime | None
    """When the same dump was imported before."""
    latest: date | None
    """The day of the latest dump that was imported before, when that is a later one."""
    resumed_at: int
    """Bytes of text that an import which was stopped had staged; 0 when all of it was read."""
    releases: int
    """Releases on any shelf."""
    known: int
    """Of how many of them the original year is known now."""
    seconds: float
    publishing: float
    """Of these, how long nobody else could write."""


class PastDump(Struct, frozen=True):
    """An import that was, is or was stopped."""

    name: str
    day: date
    everything: bool
    entries: int
    kept: int
    part: float | None
    """How much of the file was read; None of a pipe."""
    started_at: datetime
    published_at: datetime | None
    is_underway: bool


def day_in(name: str) -> date | None:
    """The day in the name of a file of a dump: `discogs_20260801_masters.xml.gz` is of 1 August 2026."""
    found = _NAME.match(name)
    return None if found is None else day_of(found[1])


def day_of(text: str) -> date | None:
    """A day as in `20260801`; None when there is no such."""
    if not re.fullmatch(r"\d{8}", text, re.ASCII):
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def moment_of(day: date) -> datetime:
    """From when on the facts of a dump count: the day's beginning, so that what the API says that day is newer."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def name_of(day: date) -> str:
    """What the file of a day is called."""
    return f"discogs_{day:%Y%m%d}_masters.xml.gz"


def list_of(day: date) -> str:
    """What the list of checksums of a day is called."""
    return f"discogs_{day:%Y%m%d}_CHECKSUM.txt"


def listed(text: str, name: str) -> frozenset[str]:
    """The SHA-256 sums, in small hexadecimal letters, that a list gives a file of this name."""
    return frozenset(found.lower() for found, of in _lines(text) if of.rpartition("/")[2] == name)


def _lines(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        if found := _SUM.match(line.strip()):
            yield found[1], found[2]


def seconds_left(read: int, total: int | None, begun_at: int, seconds: float) -> float | None:
    """How long the rest of a file takes, at the pace since byte `begun_at`; None as long as nobody can know."""
    done = read - begun_at
    if total is None or done <= 0 or seconds <= 0:
        return None
    return max(0, total - read) * seconds / done
