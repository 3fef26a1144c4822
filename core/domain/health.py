"""What was found of one thing that Runout stands on."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from core.errors import RunoutError

from msgspec import Struct


class Health(StrEnum):
    """How it stands with one thing."""

    WELL = "well"
    NOTE = "note"
    """It works, and somebody should know."""
    BROKEN = "broken"


class Check(Struct, frozen=True):
    """What was found of one thing."""

    name: str
    health: Health
    facts: dict[str, Any] = {}
    error: RunoutError | None = None
