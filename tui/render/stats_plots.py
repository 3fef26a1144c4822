"""What the plots of a terminal are of: bars that lie, and columns that stand, with their words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from core.domain.ids import Shelf
from core.domain.stats import Stats
from core.domain.stats_counts import Line, Lines
from core.text import counted
from tui.render.stats import MONTHS, added_title
from tui.render.stats_bars import STEPS, Bar
from tui.render.stats_words import (
    FORMATS,
    GENRES,
    STYLES,
    by_year,
    coverage_in_short,
    figure_bars,
    line_of_year,
    lines_as_bars,
    month_name,
    month_number,
    sums,
    top_bars,
    which_years,
    years_title,
)

from msgspec import Struct


class Lying(Struct, frozen=True):
    """A bar for each value."""

    title: str
    bars: Sequence[Bar]
    whole: int
    """Of which the shares are."""


class Standing(Struct, frozen=True):
    """A column for each year or month."""

    title: Callable[[int], str]
    """By how many years or months are in a column."""
    places: Sequence[tuple[int, int]]
    """Years or months, in order, with their numbers."""
    steps: Sequence[int]
    name: Callable[[int], str]
    """Of a year or month."""
    note: str = ""
    """What is not in the columns."""


class Said(Struct, frozen=True):
    """Pairs of words, without a plot."""

    title: str
    pairs: Sequence[tuple[str, str]]


Plot = Lying | Standing | Said

NAMES = ("figures", "genres", "styles", "formats", "decades", "years", "months", "artists", "labels")
"""Of the plots, in order."""


def plots(stats: Stats, shelf: Shelf = Shelf.COLLECTION, *, original: bool = False) -> Iterator[Plot]:
    """One for each of `NAMES`. One of which nothing is known has no bars, or no columns."""
    copies = stats.copies
    yield Said("In all", (*sums(stats, shelf), *coverage_in_short(stats)))
    for figure in (GENRES, STYLES, FORMATS):
        yield Lying(figure.title, figure_bars(figure, stats), copies)
    found, which = by_year(stats, original=original), which_years(original=original)
    yield Lying(f"Decades, {which}", lines_as_bars(found.decades, "not known"), copies)
    yield Standing(
        partial(years_title, original=original),
        tuple(map(line_of_year, _known(found.years))),
        STEPS,
        str,
        _unknown(found.years, original=original, fallback=found.fallback),
    )
    yield Standing(
        added_title,
        tuple((month_number(line.value or ""), line.copies) for line in _known(stats.months)),
        MONTHS,
        month_name,
    )
    yield Lying("Top artists", top_bars(stats.artists, "various artists", "no artist"), copies)
    yield Lying("Top labels", top_bars(stats.labels, "on no label", "no label told"), copies)


def _known(lines: Lines) -> Iterator[Line]:
    return (line for line in lines if line.value is not None)


def _unknown(years: Lines, *, original: bool, fallback: int) -> str:
    """How many releases have no year, and of how many copies it is the pressing's."""
    number = sum(line.releases or 0 for line in years if line.value is None)
    said = (
        f"not known: {counted(number, 'release')}" if number else "",
        f"the pressing's: {counted(fallback, 'copy', 'copies')}" if original and fallback else "",
    )
    return "; ".join(filter(None, said))
