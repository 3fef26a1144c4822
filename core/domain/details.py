"""What GET /releases/{id} says beyond a list row. Texts are as Discogs has them; what is unknown is None or empty.

Source of the shapes: 330 recorded answers, counted in the project's fact sheet on the API.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import StrEnum
from typing import Final

from core.domain.ids import MasterId, ReleaseId
from core.domain.release import Artist, Format, LabelNumber, Release, folded_text
from core.text import fold, without_number

from msgspec import Struct

_BARCODE: Final = "Barcode"
"""The kind of the identifiers that are barcodes. Source: recorded releases."""


class Credit(Struct, frozen=True, gc=False):
    """Somebody who had a part in it: `Mastered By` on `A1 to A4`."""

    artist: Artist
    role: str = ""
    tracks: str = ""
    """On which tracks, in Discogs' words; empty for the whole release."""


class TrackKind(StrEnum):
    """What a line of the tracklist is."""

    TRACK = "track"
    HEADING = "heading"
    INDEX = "index"
    """A work of several parts."""


class Track(Struct, frozen=True):
    """One line of the tracklist."""

    title: str
    kind: TrackKind = TrackKind.TRACK
    position: str = ""
    """Free text: `A1`, `CD1-3`, or nothing."""
    duration: str = ""
    """Free text, `4:33` in most; empty when unknown."""
    artists: tuple[Artist, ...] = ()
    """Empty when they are those of the release."""
    credits: tuple[Credit, ...] = ()
    parts: tuple[Track, ...] = ()
    """Of an index track."""


class Identifier(Struct, frozen=True, gc=False):
    """A number on the record: `Barcode`, `Matrix / Runout`, `Label Code` and others, in Discogs' words."""

    kind: str
    value: str
    about: str = ""


class Company(Struct, frozen=True, gc=False):
    """A company, or the series that the release is part of: `Pressed By`, `Recorded At`, `Series`."""

    name: str
    role: str = ""
    catno: str = ""
    id: int = 0


class Picture(Struct, frozen=True, gc=False):
    """Where a picture can be had. Addresses change when keys are changed: one that is refused is read again."""

    address: str
    small: str = ""
    is_primary: bool = False
    width: int = 0
    height: int = 0


class ReleaseDetails(Struct, frozen=True):
    """Everything that is known of a release."""

    id: ReleaseId
    title: str
    master_id: MasterId | None = None
    """None when it has no master."""
    year: int | None = None
    country: str | None = None
    released: str = ""
    """`1996`, `1996-02-00` or `1996-02-26`; empty when unknown. Not a date."""
    artists: tuple[Artist, ...] = ()
    labels: tuple[LabelNumber, ...] = ()
    formats: tuple[Format, ...] = ()
    genres: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()
    tracks: tuple[Track, ...] = ()
    credits: tuple[Credit, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    companies: tuple[Company, ...] = ()
    series: tuple[Company, ...] = ()
    pictures: tuple[Picture, ...] = ()
    notes: str = ""
    have: int | None = None
    want: int | None = None
    rating: float | None = None
    """The community's, 1 to 5; None when nobody has rated it."""
    ratings: int = 0
    """How many have rated it."""


class KnownDetails(Struct, frozen=True):
    """The details of a release as they were told at one moment."""

    details: ReleaseDetails
    as_of: datetime
    """UTC. Past six hours they are shown with their age, and refreshed behind."""


class InShort(Struct, frozen=True, gc=False):
    """What queries ask of the details of a release: of thousands of them at once, so in little room."""

    country: str | None = None
    barcodes: tuple[str, ...] = ()
    """Each once, as `barcode` has it."""
    tracks: str = ""
    """Every title and every artist of the tracklist, folded, a line each, each line once."""


def barcode(text: str) -> str:
    """A barcode as it is compared: its letters and digits, without the zeros before that tell UPC from EAN."""
    return "".join(filter(str.isalnum, text.casefold())).lstrip("0")


def in_short(details: ReleaseDetails) -> InShort:
    """The same of one release. Migration 0008 says the same in SQL."""
    codes = (barcode(one.value) for one in details.identifiers if one.kind == _BARCODE)
    lines = map(fold, _track_texts(details.tracks))
    return InShort(
        country=details.country or None,
        barcodes=tuple(dict.fromkeys(filter(None, codes))),
        tracks="\n".join(dict.fromkeys(filter(None, lines))),
    )


def _track_texts(tracks: Iterable[Track]) -> Iterator[str]:
    for track in tracks:
        yield track.title
        for artist in track.artists:
            yield without_number(artist.name)
            yield artist.variation
        yield from _track_texts(track.parts)


def as_row(details: ReleaseDetails) -> Release:
    """What a list row would say of the same release."""
    cover = next((one for one in details.pictures if one.is_primary), None) or next(iter(details.pictures), None)
    return Release(
        id=details.id,
        title=details.title,
        artists=details.artists,
        labels=details.labels,
        formats=details.formats,
        genres=details.genres,
        styles=details.styles,
        year=details.year,
        master_id=details.master_id,
        thumb=cover.small if cover else "",
        cover_image=cover.address if cover else "",
        folded=folded_text(details.title, details.artists, details.labels),
    )
