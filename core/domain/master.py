"""What is known of masters: the year in which a record first came out, the genres and styles of all its pressings."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from core.domain.ids import MasterId, ReleaseId

from msgspec import Struct


class Source(StrEnum):
    """Who said so."""

    API = "api"
    DUMP = "dump"


class Master(Struct, frozen=True, gc=False):
    """The facts that the API and the monthly dump both tell of a master, in one meaning."""

    id: MasterId
    year: int | None = None
    """The original year; None when Discogs does not know it."""
    genres: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()
    main_release: ReleaseId | None = None


class Told(Struct, frozen=True):
    """A master as it was told at one moment, by one source."""

    master: Master
    source: Source
    as_of: datetime
    """When the API answered, or the day of the dump; UTC."""


class Coverage(Struct, frozen=True):
    """Of how many releases of a shelf the original year is known, and what is with the others."""

    releases: int
    known: int = 0
    """Releases whose master's year is known."""
    no_year: int = 0
    """Their master was read, and Discogs does not know its year."""
    no_master: int = 0
    """They have no master: nobody knows another pressing of them."""
    pending: int = 0
    """Still to be read."""
    failed: int = 0
    """Tried in vain, and tried again later; those with a master that Discogs has no longer are among them."""
