"""What Discogs' search has found: rows of releases and masters, of which nothing but the id is sure."""

from __future__ import annotations

from enum import StrEnum

from core.domain.ids import MasterId, ReleaseId

from msgspec import Struct


class Hit(Struct, frozen=True):
    """One row. Texts are as Discogs has them; what is not told is None or empty."""

    release: ReleaseId | None = None
    """None in the row of a master."""
    master: MasterId | None = None
    """The master itself, or that of the release; None when it has none."""
    title: str = ""
    """Artist and title in one, as `Somebody - Something`."""
    year: int | None = None
    country: str = ""
    formats: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    catno: str = ""
    """As one text, even of several numbers."""
    barcodes: tuple[str, ...] = ()
    """Barcodes, and whatever else is written on the record."""


class Found(Struct, frozen=True):
    """One page of what was found."""

    hits: tuple[Hit, ...]
    told: int
    """How many rows there are in all, artists and labels among them."""
    rows: int
    """How many rows the page had, those that cannot be read among them."""

    @property
    def is_all(self) -> bool:
        """Whether there is nothing beyond this page."""
        return self.told <= self.rows


class Question(StrEnum):
    """What Discogs can be asked for one text."""

    BARCODE = "barcode"
    NUMBER = "number"
    RELEASE = "release"
    """Of which record a release is a pressing."""
