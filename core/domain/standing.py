"""How fresh what is here of an account is, and how well the schedule does."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from core.domain.ids import Shelf

from msgspec import Struct


class ShelfAge(Struct, frozen=True):
    """How old a shelf is. Times are UTC; None is never."""

    walked_at: datetime | None
    """What is known of details, such as grades and folders, is as old as this."""
    checked_at: datetime | None
    """What is known of which copies there are is as old as this."""
    due_at: datetime | None
    """When the schedule looks at it next."""
    failures: int
    """Looks in a row that brought nothing."""
    private_since: datetime | None = None
    """Since when Discogs shows it to nobody but its owner; None when it is shown."""


class Standing(Struct, frozen=True):
    """How things stand at one moment."""

    ages: Mapping[Shelf, ShelfAge]
    copies: Mapping[Shelf, int]
    scheduled: int
    """Syncs of the schedule that ended in the last day, of all accounts."""
    succeeded: int
    """How many of them did what they were for."""
    asked: Mapping[Shelf, int] = MappingProxyType({})
    """Copies that Discogs no longer shows, and that wait for their owner's word."""
