"""What an export is of: whose records, which of them, and where they are from."""

from __future__ import annotations

from datetime import datetime

from core.domain.ids import Shelf

from msgspec import Struct


class About(Struct, frozen=True):
    """What is said of a whole export. Of what is in the file, a CSV says none of it."""

    account: str
    shelf: Shelf
    source: str
    """The page of Discogs on which it stands."""
    site_url: str
    made_at: datetime
    """UTC."""
    query: str = ""
    order: str = ""
