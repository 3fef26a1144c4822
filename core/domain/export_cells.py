"""The cells of a collection export that are no texts: what stands in them, and what cannot be meant."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Final

from core.domain.ids import ReleaseId
from core.domain.pacific import from_pacific

_LARGEST_ID: Final = 2**32
_YEARS: Final = range(1900, 2200)
"""In which something can have been added; Discogs began in 2000, and clocks go wrong."""


class Why(StrEnum):
    """What is wrong with a row."""

    CELLS = "cells"
    """It has more or fewer cells than there are columns."""
    QUOTES = "quotes"
    """Something stands behind the end of a quoted cell."""
    RELEASE = "release_id"
    RATING = "rating"
    YEAR = "year"
    DATE = "date added"


class NotReadError(Exception):
    """A cell cannot be meant; of its row nothing can be used."""

    def __init__(self, why: Why, found: str) -> None:
        super().__init__(why)
        self.why = why
        self.found = found


def number_in(text: str) -> ReleaseId | None:
    """The number of a release; None when it is none."""
    text = text.strip()
    if not (text.isascii() and text.isdigit() and len(text) < 11):
        return None
    number = int(text)
    return ReleaseId(number) if 0 < number < _LARGEST_ID else None


@lru_cache(maxsize=256)
def rating_in(text: str) -> int | None:
    """1 to 5; None when not rated. Raises NotReadError."""
    match text.strip():
        case "" | "0":
            return None
        case "1" | "2" | "3" | "4" | "5" as rating:
            return int(rating)
    raise NotReadError(Why.RATING, text)


@lru_cache(maxsize=256)
def year_in(text: str) -> int | None:
    """A year of four digits; None when it is not known. Raises NotReadError."""
    text = text.strip()
    if text in ("", "0"):
        return None
    if not (text.isascii() and text.isdigit() and len(text) == 4):
        raise NotReadError(Why.YEAR, text)
    return int(text) or None


def moment_in(text: str) -> datetime | None:
    """When something was added, UTC; None when that is not known. Raises NotReadError.

    The file names no zone: it is taken as Discogs' own, US Pacific.
    """
    text = text.strip()
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
        moment = found.astimezone(UTC) if found.tzinfo else from_pacific(found)
    except (ValueError, OverflowError):
        raise NotReadError(Why.DATE, text) from None
    if moment.year not in _YEARS:
        raise NotReadError(Why.DATE, text)
    return moment
