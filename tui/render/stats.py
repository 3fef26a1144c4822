"""The figures as lines of text, for the shell: sums first, then bars and columns. No line is wider than asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from core.domain.stats import Stats
from core.domain.stats_counts import Lines
from core.text import counted
from tui.render.rows import cell, wrapped
from tui.render.stats_bars import Bar, bars, columns_of, cut, standing, under
from tui.render.stats_words import (
    FIRST,
    LAST,
    Figure,
    added,
    by_year,
    coverage,
    fallback_note,
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

WIDEST: Final = 100
"""Cells of a line: longer bars tell no more."""

_NAMES: Final = 16
"""Cells of what a sum is called."""

_FEW: Final = 3
"""Columns of less places than these tell less than bars."""

_SIDE: Final = 12
"""Cells that columns leave to what stands beside them, at most."""

MONTHS: Final = (1, 2, 3, 6, 12, 24, 60, 120, 240, 1_200, 12_000)
"""How many months may be one column."""


def stats_lines(stats: Stats, width: int, *, original: bool = False, plain: bool = False) -> Iterator[str]:
    """Everything, of at least one copy. `plain` is for terminals that have no blocks to draw with."""
    width = max(1, min(width, WIDEST))
    yield from _pairs(sums(stats), width)
    yield from _section("What is known", _pairs(coverage(stats), width), width)
    if stats.copies > 1:
        newest = (f"  {cell(added(copy), max(1, width - 2)).rstrip()}" for copy in stats.landmarks.newest)
        yield from _section("Added last", newest, width)
    for figure in FIRST:
        yield from _figure(figure, stats, width, plain=plain)
    yield from _by_year(stats, width, original=original, plain=plain)
    for figure in LAST:
        yield from _figure(figure, stats, width, plain=plain)
    for title, found in (
        ("Top artists", top_bars(stats.artists, "various artists", "no artist")),
        ("Top labels", top_bars(stats.labels, "on no label", "no label told")),
    ):
        yield from _section(title, bars(found, stats.copies, width, plain=plain), width)
    yield from _months(stats, width, plain=plain)


def _pairs(pairs: Iterable[tuple[str, str]], width: int) -> Iterator[str]:
    room = width - _NAMES - 2
    for name, said in pairs:
        if room < _NAMES:
            yield from wrapped(f"{name}: {said}", width)
            continue
        first, *more = wrapped(said, room)
        yield f"{cell(name, _NAMES)}  {first}"
        yield from (f"{' ' * _NAMES}  {line}" for line in more)


def _section(title: str, lines: Iterable[str], width: int) -> Iterator[str]:
    """A blank, the title and the lines; nothing where there is no line."""
    found = list(lines)
    if found:
        yield from ("", cell(title, width).rstrip(), *found)


def _figure(figure: Figure, stats: Stats, width: int, *, plain: bool) -> Iterator[str]:
    found = figure_bars(figure, stats)
    yield from _section(figure.title, bars(found, stats.copies, width, plain=plain), width)


def _by_year(stats: Stats, width: int, *, original: bool, plain: bool) -> Iterator[str]:
    found, which = by_year(stats, original=original), which_years(original=original)
    decades = lines_as_bars(found.decades, "not known")
    note = fallback_note(stats) if original else ""
    notes = [f"  {line}" for line in wrapped(note, max(1, width - 2))] if note else []
    lines = [*bars(decades, stats.copies, width, plain=plain)]
    yield from _section(f"Decades, {which}", [*lines, *(notes if lines else ())], width)
    known = [line_of_year(line) for line in found.years if line.value is not None]
    if len(known) < _FEW:
        few = tuple(Bar(str(year), number) for year, number in known)
        title = years_title(1, original=original)
        yield from _section(title, bars(few, stats.releases, width, plain=plain), width)
        return
    drawn = columns_of(known, width - _SIDE)
    unknown = sum(line.releases or 0 for line in found.years if line.value is None)
    lines = [
        *standing(drawn, width, plain=plain),
        under(drawn, width, (str(drawn.first), str(drawn.last))),
        *([cut(f"  not known: {counted(unknown, 'release')}", width)] if unknown else ()),
    ]
    yield from _section(years_title(drawn.step, original=original), lines, width)


def _months(stats: Stats, width: int, *, plain: bool) -> Iterator[str]:
    found: Lines = tuple(line for line in stats.months if line.value is not None)
    known = [(month_number(line.value or ""), line.copies) for line in found]
    if len(known) < _FEW:
        few = tuple(Bar(line.value or "", line.copies) for line in found)
        yield from _section("Added per month", bars(few, stats.copies, width, plain=plain), width)
        return
    drawn = columns_of(known, width - _SIDE, MONTHS)
    names = (month_name(drawn.first), month_name(drawn.last))
    yield from _section(
        added_title(drawn.step), [*standing(drawn, width, plain=plain), under(drawn, width, names)], width
    )


def added_title(step: int) -> str:
    """What columns of so many months are called."""
    if step % 12 == 0:
        return "Added per year" if step == 12 else f"Added per {step // 12} years"
    return "Added per month" if step == 1 else f"Added per {step} months"
