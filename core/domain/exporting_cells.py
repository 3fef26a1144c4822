"""The cells of a collection export as Discogs writes them, and what keeps a spreadsheet from running one of ours.

Source: 316 rows of a real export beside the full bodies of their releases. Names keep the numbers that tell namesakes
apart, labels stand once for each of their numbers, numbers stand once.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from core.domain.export_cells import NotReadError, moment_in
from core.domain.pacific import to_pacific
from core.domain.release import Artist, LabelNumber
from core.text import joined_credit

GUARD: Final = "'"
"""Before what a spreadsheet would take for a formula; and before itself, so that what is read again is the same."""

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", GUARD)
"""Source: OWASP, CSV injection."""

BETWEEN: Final = "; "
"""Between the values of a cell of ours."""


def guarded(text: str) -> str:
    """A text as a cell that can be opened; without NUL, which no text file may have."""
    text = text.replace("\0", "")
    return f"{GUARD}{text}" if text.startswith(_FORMULA) else text


def unguarded(cell: str) -> str:
    """The text of a cell of ours: without the one apostrophe that was put before it."""
    return cell[1:] if cell.startswith(GUARD) else cell


def artist_cell(artists: Iterable[Artist]) -> str:
    """A credit, by the names that the database has."""
    return joined_credit((artist.name, artist.join) for artist in artists)


def label_cell(labels: Iterable[LabelNumber]) -> str:
    """The labels, as often as they have numbers."""
    return ", ".join(label.name for label in labels)


def number_cell(labels: Iterable[LabelNumber]) -> str:
    """The catalogue numbers, each once; `none` as Discogs says it."""
    return ", ".join(dict.fromkeys(label.catno for label in labels if label.catno))


def year_cell(year: int | None) -> str:
    """Four digits, or 0 for what is not known."""
    return f"{year:04}" if year is not None and 0 < year < 10_000 else "0"


def rating_cell(rating: int | None) -> str:
    """1 to 5, or nothing."""
    return str(rating) if rating is not None and 0 < rating < 6 else ""


@lru_cache(maxsize=4_096)
def date_cell(added: datetime | None) -> str:
    """What a clock in Discogs' time zone showed, which the file does not name; empty for what cannot be read again."""
    if added is None:
        return ""
    try:
        text = to_pacific(added).isoformat(sep=" ", timespec="seconds")
        moment_in(text)
    except (OverflowError, NotReadError):
        return ""
    return text


def moment_cell(added: datetime | None) -> str:
    """The same moment in UTC, which leaves no doubt in autumn; empty where `date_cell` is."""
    return added.astimezone(UTC).isoformat().replace("+00:00", "Z") if added and date_cell(added) else ""


def listed(values: Iterable[str]) -> str:
    """Several values in one cell."""
    return BETWEEN.join(values)


def unlisted(cell: str) -> tuple[str, ...]:
    """The values of a cell; listed again they are the same cell."""
    return tuple(cell.split(BETWEEN)) if cell else ()
