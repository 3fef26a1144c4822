"""The figures of a view: how many there are of what, what stands out, and of how much of it something is known.

What each figure means, and whether it counts copies or releases, stands in docs/stats.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from core.domain.index import Index, bits_of
from core.domain.stats_columns import column, giving_way, no_artists, no_labels, rank
from core.domain.stats_counts import Line, Lines, Seen, Top, lines, top
from core.domain.stats_records import Landmarks, landmarks
from core.domain.view import View

from msgspec import Struct


class Covered(Struct, frozen=True):
    """Of how many copies something is known. Together they are all copies."""

    known: int
    not_told: int
    """It was looked up, and Discogs does not say."""
    unread: int
    """It was not looked up yet."""
    none: int = 0
    """There is nothing to be looked up: they have no master."""


class Coverage(Struct, frozen=True):
    """Of how many copies is known what a row of a collection does not carry."""

    original: Covered
    """The year of the master."""
    country: Covered
    details: Covered


class ByYear(Struct, frozen=True):
    """When records came out. Years without any have no line."""

    years: Lines
    decades: Lines
    fallback: int = 0
    """Copies that are told by the year of the pressing, because that of the master is not known."""


class Stats(Struct, frozen=True):
    """All figures. Lines are sorted by their copies, but for what has an order of its own."""

    copies: int
    """All that the view leaves."""
    releases: int
    """Each once."""
    artists: Top
    labels: Top
    genres: Lines
    """The master's where it was read, else the release's; so are the styles. A copy may be in several lines."""
    styles: Lines
    formats: Lines
    """The carriers: `Vinyl`, `CD`. A copy may be in several lines, of sizes and speeds as well."""
    sizes: Lines
    speeds: Lines
    pressings: ByYear
    """By the year of the pressing, the earliest first."""
    originals: ByYear
    """By the year of the master; where it is not known, by that of the pressing."""
    countries: Lines
    folders: Lines
    media: Lines
    """Conditions in Discogs' words, the best first."""
    sleeves: Lines
    ratings: Lines
    """`5` to `1`."""
    rating: float | None
    """The mean of the copies that are rated."""
    months: Lines
    """When copies were added, as `2024-05`, the earliest first; UTC. Months without any have no line."""
    landmarks: Landmarks
    coverage: Coverage


def stats_of(view: View) -> Stats:
    """The figures of what a view leaves. Of 100,000 copies that is work for a thread, the first time above all."""
    seen = Seen.of(view)
    index = seen.index
    ratings = lines(seen, "rating", lambda line: -int(line.value or 0), by_copy=True)
    return Stats(
        copies=seen.bits.bit_count(),
        releases=seen.firsts.bit_count(),
        artists=top(seen, "artist", no_artists(index)),
        labels=top(seen, "label", no_labels(index)),
        genres=lines(seen, "genre"),
        styles=lines(seen, "style"),
        formats=lines(seen, "carrier"),
        sizes=lines(seen, "size"),
        speeds=lines(seen, "speed"),
        pressings=_by_year(seen, "year"),
        originals=_by_year(seen, "original", seen.bits & index.fallback),
        countries=lines(seen, "country"),
        folders=lines(seen, "folder", by_copy=True),
        media=lines(seen, "media", _condition, by_copy=True),
        sleeves=lines(seen, "sleeve", _condition, by_copy=True),
        ratings=ratings,
        rating=_mean(ratings),
        months=lines(seen, "month", lambda line: line.value or "", by_copy=True),
        landmarks=landmarks(seen, view.today),
        coverage=_coverage(seen),
    )


def _by_year(seen: Seen, name: str, fallback: int = 0) -> ByYear:
    years = lines(seen, name, lambda line: int(line.value or 0))
    return ByYear(years, tuple(_decades(years)), fallback.bit_count())


def _decades(years: Iterable[Line]) -> Iterator[Line]:
    for decade, found in groupby(years, key=lambda line: None if line.value is None else int(line.value) // 10):
        some = list(found)
        name = None if decade is None else f"{decade * 10}s"
        yield Line(name, sum(line.copies for line in some), sum(line.releases or 0 for line in some))


def _condition(line: Line) -> tuple[bool, int, str]:
    return rank(line.value or "")


def _mean(ratings: Iterable[Line]) -> float | None:
    rated = [(int(line.value), line.copies) for line in ratings if line.value is not None]
    copies = sum(number for _rating, number in rated)
    return sum(rating * number for rating, number in rated) / copies if copies else None


def _coverage(seen: Seen) -> Coverage:
    index, bits = seen.index, seen.bits
    known, read, without = index.keep(_masters, "original")
    told, details = column(index, "country").having, index.keep(_details, "country")
    return Coverage(
        original=Covered(
            known=(bits & known).bit_count(),
            not_told=(bits & read & ~known).bit_count(),
            unread=(bits & ~read & ~without).bit_count(),
            none=(bits & without).bit_count(),
        ),
        country=Covered(
            known=(bits & told).bit_count(),
            not_told=(bits & details & ~told).bit_count(),
            unread=(bits & ~details & ~told).bit_count(),
        ),
        details=Covered((bits & details).bit_count(), 0, (bits & ~details).bit_count()),
    )


def _masters(index: Index, _name: str) -> tuple[int, int, int]:
    """The copies whose master's year is known, those whose master was read, and those without a master; as bits."""
    collection = index.collection
    releases = [copy.release for copy in giving_way(collection.copies)]
    return (
        bits_of(year is not None for year in giving_way(index.numbers("original of the master"))),
        bits_of(collection.master_of(release) is not None for release in giving_way(releases)),
        bits_of(release.master_id is None for release in giving_way(releases)),
    )


def _details(index: Index, _name: str) -> int:
    facts = index.collection.facts
    return bits_of(copy.release.id in facts for copy in giving_way(index.collection.copies))
