"""All figures as one object for other programs. What is not known is None; a line without a value is of what is not."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from core.domain.collection import Copy
from core.domain.stats import ByYear, Coverage, Stats
from core.domain.stats_counts import Lines, Top
from core.domain.stats_records import Landmark

from msgspec import Struct


class ExportedArtists(Struct, frozen=True):
    """The artists that most copies are by. Copies: in all of `top`, `others`, `various` and `unknown` once."""

    known: int
    """How many different ones there are."""
    top: Lines
    others: int
    """Copies by others only."""
    various: int
    """Copies of which Discogs names nobody: by Various Artists, or by an unknown one."""
    unknown: int

    @classmethod
    def of(cls, found: Top) -> Self:
        """The artists of some copies."""
        return cls(found.known, found.lines, found.others, found.apart, found.unknown)


class ExportedLabels(Struct, frozen=True):
    """The same of labels."""

    known: int
    top: Lines
    others: int
    not_on_label: int
    unknown: int

    @classmethod
    def of(cls, found: Top) -> Self:
        """The labels of some copies."""
        return cls(found.known, found.lines, found.others, found.apart, found.unknown)


class ExportedRecord(Struct, frozen=True):
    """A copy that stands out, as far as it is told here."""

    instance_id: int
    release_id: int
    artist: str | None
    title: str | None
    year: int | None
    """Of the pressing; of what is told for its original year, that."""
    added: datetime | None

    @classmethod
    def of(cls, copy: Copy, year: int | None = None) -> Self:
        """A copy, with another year than its pressing's if there is one."""
        release = copy.release
        return cls(
            copy.instance_id,
            release.id,
            release.artist or None,
            release.title or None,
            year or release.year,
            copy.added,
        )


class ExportedStats(Struct, frozen=True):
    """Every figure, in this order."""

    query: str
    copies: int
    releases: int
    artists: ExportedArtists
    labels: ExportedLabels
    genres: Lines
    styles: Lines
    formats: Lines
    sizes: Lines
    """In inches, where they are."""
    speeds: Lines
    """In rounds a minute."""
    pressings: ByYear
    originals: ByYear
    countries: Lines
    folders: Lines
    media: Lines
    sleeves: Lines
    ratings: Lines
    rating_mean: float | None
    months: Lines
    newest: tuple[ExportedRecord, ...]
    first_added: ExportedRecord | None
    last_added: ExportedRecord | None
    added_per_year: float | None
    oldest: ExportedRecord | None
    latest: ExportedRecord | None
    oldest_original: ExportedRecord | None
    latest_original: ExportedRecord | None
    coverage: Coverage

    @classmethod
    def of(cls, stats: Stats, query: str) -> Self:
        """The figures of what a query leaves."""
        marks = stats.landmarks
        return cls(
            query=query,
            copies=stats.copies,
            releases=stats.releases,
            artists=ExportedArtists.of(stats.artists),
            labels=ExportedLabels.of(stats.labels),
            genres=stats.genres,
            styles=stats.styles,
            formats=stats.formats,
            sizes=stats.sizes,
            speeds=stats.speeds,
            pressings=stats.pressings,
            originals=stats.originals,
            countries=stats.countries,
            folders=stats.folders,
            media=stats.media,
            sleeves=stats.sleeves,
            ratings=stats.ratings,
            rating_mean=_rounded(stats.rating),
            months=stats.months,
            newest=tuple(map(ExportedRecord.of, marks.newest)),
            first_added=ExportedRecord.of(marks.first_added) if marks.first_added else None,
            last_added=ExportedRecord.of(marks.last_added) if marks.last_added else None,
            added_per_year=_rounded(marks.per_year),
            oldest=_told(marks.oldest),
            latest=_told(marks.latest),
            oldest_original=_told(marks.oldest_original),
            latest_original=_told(marks.latest_original),
            coverage=stats.coverage,
        )


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 2)


def _told(landmark: Landmark | None) -> ExportedRecord | None:
    return None if landmark is None else ExportedRecord.of(landmark.copy, landmark.year)
