"""The words of the figures: what each is called, what stands for the unknown, and the lines that sum them up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from core.domain.collection import Copy
from core.domain.conditions import short_grade
from core.domain.ids import Shelf
from core.domain.stats import ByYear, Covered, Stats
from core.domain.stats_counts import Line, Lines, Top
from core.domain.stats_records import Landmark
from core.text import count, counted, printable, without_number
from tui.render.rows import stars
from tui.render.stats_bars import Bar
from tui.shelf_words import THINGS

from msgspec import Struct

MOST: Final = 10
"""Values that are shown of a figure; how many more there are is said."""


class Figure(Struct, frozen=True):
    """How a figure is shown that is made of lines."""

    title: str
    unknown: str
    lines: Callable[[Stats], Lines]
    name: Callable[[str], str] = str
    """How a value is shown."""
    most: int | None = MOST
    """None where all are shown: there are never many."""


def _inches(size: str) -> str:
    return size if size.endswith("cm") else f'{size}"'


GENRES: Final = Figure("Genres", "no genre", lambda stats: stats.genres)
STYLES: Final = Figure("Styles", "no style", lambda stats: stats.styles)
FORMATS: Final = Figure("Formats", "no format", lambda stats: stats.formats)
SIZES: Final = Figure("Sizes", "no size told", lambda stats: stats.sizes, _inches)
SPEEDS: Final = Figure("Speeds", "no speed told", lambda stats: stats.speeds, lambda speed: f"{speed} rpm")
COUNTRIES: Final = Figure("Countries", "not known", lambda stats: stats.countries)
FOLDERS: Final = Figure("Folders", "not known", lambda stats: stats.folders)
MEDIA: Final = Figure("Media condition", "not graded", lambda stats: stats.media, short_grade, None)
SLEEVES: Final = Figure("Sleeve condition", "not graded", lambda stats: stats.sleeves, short_grade, None)
RATINGS: Final = Figure("Ratings", "not rated", lambda stats: stats.ratings, lambda rating: stars(int(rating)), None)

FIRST: Final = (GENRES, STYLES, FORMATS, SIZES, SPEEDS)
LAST: Final = (COUNTRIES, FOLDERS, MEDIA, SLEEVES, RATINGS)
"""In the order in which they are printed; what is told by year stands between."""


def figure_bars(figure: Figure, stats: Stats) -> tuple[Bar, ...]:
    """The bars of a figure; none when nothing is known but that it is not known."""
    return lines_as_bars(figure.lines(stats), figure.unknown, figure.name, figure.most)


def lines_as_bars(
    lines: Lines, unknown: str, name: Callable[[str], str] = str, most: int | None = None
) -> tuple[Bar, ...]:
    """The same of any lines: it is said how many are left out; the unknown comes last, and is never left out."""
    known = [line for line in lines if line.value is not None]
    if not known:
        return ()
    more = len(known) - len(known[:most])
    return (
        *(Bar(name(line.value or ""), line.copies) for line in known[:most]),
        *((Bar(f"and {count(more)} more", None, is_rest=True),) if more else ()),
        *(Bar(unknown, line.copies, is_rest=True) for line in lines if line.value is None),
    )


def top_bars(top: Top, apart: str, unknown: str) -> tuple[Bar, ...]:
    """The ten, what is by others only, and what is by nobody in particular."""
    if not top.lines:
        return ()
    more = count(top.known - len(top.lines))
    names = [line.value or "" for line in top.lines]
    bare = [without_number(name) for name in names]
    rest = ((f"others ({more})", top.others), (apart, top.apart), (unknown, top.unknown))
    return (
        # The number of a namesake is told only where there is another one.
        *(
            Bar(one if bare.count(one) == 1 else name, line.copies)
            for one, name, line in zip(bare, names, top.lines, strict=True)
        ),
        *(Bar(name, number, is_rest=True) for name, number in rest if number),
    )


def by_year(stats: Stats, *, original: bool) -> ByYear:
    """By the years that are wanted."""
    return stats.originals if original else stats.pressings


def which_years(*, original: bool) -> str:
    """What the years are of."""
    return "original years" if original else "pressings"


def years_title(step: int, *, original: bool) -> str:
    """What columns of so many years are called."""
    return f"Releases per {'year' if step == 1 else f'{step} years'}, {which_years(original=original)}"


def fallback_note(stats: Stats, shelf: Shelf = Shelf.COLLECTION) -> str:
    """That some original years are not known; empty when all are."""
    number = stats.originals.fallback
    if not number:
        return ""
    return f"Of {counted(number, *THINGS[shelf])} it is the year of the pressing: the original one is not known."


def sums(stats: Stats, shelf: Shelf = Shelf.COLLECTION) -> Iterator[tuple[str, str]]:
    """The figures that are one number or one record each: what they are called, and what they are."""
    one, many = THINGS[shelf]
    marks = stats.landmarks
    of = f" of {counted(stats.releases, 'release')}" if stats.releases != stats.copies else ""
    yield many.capitalize(), f"{count(stats.copies)}{of}"
    yield "Artists", _top(stats.artists, "by various artists")
    yield "Labels", _top(stats.labels, "on no label")
    if stats.rating is not None:
        rated = sum(line.copies for line in stats.ratings if line.value is not None)
        yield "Mean rating", f"{stats.rating:.1f} of 5, of {counted(rated, one, many)}"
    yield from _in_time(stats)
    yield from _records("pressing", marks.oldest, marks.latest)
    yield from _records("original", marks.oldest_original, marks.latest_original)


def _top(top: Top, what: str) -> str:
    return f"{count(top.known)}{f'; {count(top.apart)} {what}' if top.apart else ''}"


def _in_time(stats: Stats) -> Iterator[tuple[str, str]]:
    marks = stats.landmarks
    if marks.first_added is None or marks.last_added is None:
        return
    if stats.copies == 1:
        yield "Added", added(marks.first_added)
        return
    yield "First added", added(marks.first_added)
    yield "Last added", added(marks.last_added)
    if marks.per_year is not None:
        yield "Added per year", f"{marks.per_year:,.0f}" if marks.per_year >= 10 else f"{marks.per_year:.1f}"


def _records(what: str, first: Landmark | None, last: Landmark | None) -> Iterator[tuple[str, str]]:
    if first is None or last is None:
        return
    if first.copy.instance_id == last.copy.instance_id:
        yield f"Year, {what}", f"{first.year}"
        return
    yield f"Oldest {what}", f"{first.year}  {record(first.copy)}"
    yield f"Latest {what}", f"{last.year}  {record(last.copy)}"


def added(copy: Copy) -> str:
    """`2024-05-11  The Gunmen - Kingston Echoes`."""
    day = copy.added.date().isoformat() if copy.added else "–"
    return f"{day}  {record(copy)}"


def record(copy: Copy) -> str:
    """`The Gunmen - Kingston Echoes`."""
    release = copy.release
    return f"{printable(release.artist) or '?'} - {printable(release.title) or '?'}"


def coverage(stats: Stats) -> Iterator[tuple[str, str]]:
    """Of how many copies is known what their rows do not carry."""
    found = stats.coverage
    yield "Original year", _covered(found.original)
    yield "Country", _covered(found.country)
    yield "Details", _covered(found.details)


def coverage_in_short(stats: Stats) -> Iterator[tuple[str, str]]:
    """The same in few words."""
    found = stats.coverage
    for name, one in (("Original year", found.original), ("Country", found.country), ("Details", found.details)):
        yield name, f"known for {count(one.known)} of {count(stats.copies)}"


def _covered(one: Covered) -> str:
    whole = one.known + one.not_told + one.unread + one.none
    others: Sequence[tuple[int, str]] = (
        (one.unread, "to be read"),
        (one.none, "without a master"),
        (one.not_told, "unknown to Discogs"),
    )
    said = ", ".join(f"{count(number)} {what}" for number, what in others if number)
    return f"known for {count(one.known)} of {count(whole)}{f': {said}' if said else ''}"


def line_of_year(line: Line) -> tuple[int, int]:
    """Its year, and how many releases came out in it."""
    return int(line.value or 0), line.releases or 0


def month_number(text: str) -> int:
    """A month as a number, so that the next one is the next number."""
    year, month = text.split("-")
    return int(year) * 12 + int(month) - 1


def month_name(number: int) -> str:
    """`month_number` turned round."""
    return f"{number // 12:04}-{number % 12 + 1:02}"
