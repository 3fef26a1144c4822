"""What keeps a monthly dump from being imported."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.errors.base import RunoutError


class Instead(StrEnum):
    """What a file holds that holds no dump of masters."""

    NOTHING = "nothing"
    NO_ENTRIES = "no entries"
    TERMINAL = "a terminal"
    WEB_PAGE = "a web page"
    ZIP = "a zip archive"
    PACKED = "packed in another way"
    ENCODED = "another encoding"
    DOCTYPE = "a document type"
    OTHER_XML = "other XML"
    NO_XML = "no XML"


@dataclass(unsafe_hash=True)
class DumpError(RunoutError):
    """Nothing was published."""

    path: str
    """As it is shown to whoever asked for it."""


@dataclass(unsafe_hash=True)
class DumpUnreadable(DumpError):
    """There is no such file, it is a directory, or the system refuses."""

    reason: str


@dataclass(unsafe_hash=True)
class NotMasters(DumpError):
    """A file of another kind."""

    found: Instead
    name: str = ""
    """Which XML, packing or encoding; empty where there is nothing to name."""


@dataclass(unsafe_hash=True)
class DumpBroken(DumpError):
    """What cannot be in a dump is in it."""

    reason: str
    byte: int
    """Of the unpacked text, counted from 0."""
    line: int
    """Of the unpacked text, counted from 1."""
    master: int | None
    """The last entry that is whole, by number."""


@dataclass(unsafe_hash=True)
class DumpCutOff(DumpError):
    """The file ends before the dump does."""

    byte: int
    line: int
    master: int | None


@dataclass(unsafe_hash=True)
class DumpDamaged(DumpError):
    """What is packed does not unpack to what was packed."""

    reason: str
    packed: int
    """Bytes of the file that were read until it was noticed."""
    byte: int
    line: int
    master: int | None


@dataclass(unsafe_hash=True)
class ChecksumWrong(DumpError):
    """The file is not the one that Discogs has published."""

    listed: str
    found: str


@dataclass(unsafe_hash=True)
class ChecksumUnusable(DumpError):
    """The list of checksums that was named cannot be read, or says nothing of the file. The path is the list's."""

    reason: str


@dataclass(unsafe_hash=True)
class DumpAhead(DumpError):
    """A dump of a day that is yet to come."""

    day: date


@dataclass(unsafe_hash=True)
class DumpUnderWay(DumpError):
    """Another import is at it; the path is of its file."""


@dataclass(unsafe_hash=True)
class DumpTakenOver(DumpError):
    """Another process has gone on with this import meanwhile."""
