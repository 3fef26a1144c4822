"""What is wrong with a file that should be an export, or with a collection that came from one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from core.errors.base import RunoutError


class Found(StrEnum):
    """What was found where a collection export was expected."""

    EMPTY = "empty"
    SPREADSHEET = "spreadsheet"
    """A workbook or another archive: not text at all."""
    WEB_PAGE = "web page"
    JSON = "json"
    ENCODING = "encoding"
    """Text in UTF-16 or UTF-32."""
    NOT_UTF8 = "not utf-8"
    NUL = "nul"
    """A byte that is in no text."""
    DAMAGED = "damaged"
    """Compressed, and broken or cut off."""
    TOO_LARGE = "too large"
    TOO_MANY = "too many"
    """More rows than any collection has."""
    TOO_LONG = "too long"
    """A row without an end: a quote that is not closed, or a cell that is no cell."""
    OPEN_QUOTE = "open quote"
    DELIMITER = "delimiter"
    NO_RELEASE_ID = "no release_id"
    INVENTORY = "inventory"
    WANTLIST = "wantlist"
    COLUMN_TWICE = "column twice"
    COLUMN_MISSING = "column missing"


class ImportingError(RunoutError):
    """A collection cannot come from this file, or cannot be dealt with as if it had not."""


@dataclass(unsafe_hash=True)
class FileUnreadable(ImportingError):
    """The file is not there, or cannot be read."""

    path: str
    reason: str


@dataclass(unsafe_hash=True)
class NotAnExport(ImportingError):
    """The file is no collection export of Discogs, or a damaged one."""

    path: str
    found: Found
    detail: str = ""
    """What exactly, in the file's own words."""
    line: int = 0
    """Where; 0 for the file as a whole."""


@dataclass(unsafe_hash=True)
class NameUnusable(ImportingError):
    """Nothing can be called so."""

    name: str


@dataclass(unsafe_hash=True)
class NameTaken(ImportingError):
    """An account that was connected is called so."""

    name: str


@dataclass(unsafe_hash=True)
class ChangedMeanwhile(ImportingError):
    """Since it was looked at, somebody else has changed what is here of it."""

    name: str


@dataclass(unsafe_hash=True)
class FromFile(ImportingError):
    """The collection came from a file: there is nobody on Discogs of whom it could be asked."""

    username: str


@dataclass(unsafe_hash=True)
class NoSuchLocal(ImportingError):
    """No collection of that name came from a file."""

    name: str
    known: tuple[str, ...] = ()


@dataclass(unsafe_hash=True)
class NotSyncedYet(ImportingError):
    """The account has no complete copy here that anything could be paired with."""

    username: str


@dataclass(unsafe_hash=True)
class BothFromFiles(ImportingError):
    """The account that a collection was to be paired with came from a file itself."""

    username: str


@dataclass(unsafe_hash=True)
class LocalPaired(ImportingError):
    """Copies from a file were found again among those that were fetched, which took their place. No failure."""

    name: str
    username: str
    pairs: int
    left: int
    """Rows that found no pair and stay."""


@dataclass(unsafe_hash=True)
class LocalNotPaired(ImportingError):
    """Too few copies from a file were found again for it to be the same collection. No failure; nothing was done."""

    name: str
    username: str
    pairs: int
    rows: int
