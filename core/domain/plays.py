"""The listening log: which records were played, and when."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct


class Played(Struct, frozen=True, gc=False):
    """How often a release was played, and when last."""

    count: int
    last: datetime
    """UTC."""
