"""What is wrong with a saved view, or with the text by which one is handed on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from core.errors.base import RunoutError


class Part(StrEnum):
    """What of a view cannot be kept."""

    NAME = "name"
    QUERY = "query"
    ORDER = "order"
    COLUMNS = "columns"


class Flaw(StrEnum):
    """Why a text is no view."""

    OTHER = "other"
    """It does not begin like one."""
    LATER = "later"
    """It is of a later version."""
    CUT = "cut"
    """A part is missing, or something was put in."""
    CONTENT = "content"
    """It is whole, and says what no view says."""


class ViewError(RunoutError):
    """A view cannot be saved, shown or handed on."""


@dataclass(unsafe_hash=True)
class NoSuchView(ViewError):
    """No view of that name was saved."""

    name: str
    known: tuple[str, ...] = ()


@dataclass(unsafe_hash=True)
class ViewExists(ViewError):
    """There is one of that name already."""

    name: str


@dataclass(unsafe_hash=True)
class ViewUnusable(ViewError):
    """A part of it is missing, too long, or not what it should be."""

    part: Part
    found: str
    most: int = 0
    """How long it may be; 0 when that is not the reason."""


@dataclass(unsafe_hash=True)
class TooManyViews(ViewError):
    """So many are saved that no more are."""

    most: int


@dataclass(unsafe_hash=True)
class ViewTextUnusable(ViewError):
    """A text that should be a view is none."""

    flaw: Flaw
