"""How old the details of a release are, and what is being done about it: a small line above them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from core.domain.details import KnownDetails
from core.text import ago
from tui.render.detail_lines import styled
from tui.render.rows import wrapped

from msgspec import Struct
from rich.text import Text

NO_SUCH: Final = "Discogs has no such release, or no longer. What is here of it stays."


class Asked(Struct, frozen=True):
    """How it stands with asking Discogs for the details of a release."""

    is_looked_up: bool = False
    """Whether somebody has looked closely enough for them to be asked for."""
    is_reading: bool = False
    failure: str = ""
    """Why they could not be read; empty when they could, or were not asked for."""
    key: str = ""
    """What is pressed to have them read."""


def age_lines(known: KnownDetails | None, asked: Asked, now: datetime, width: int) -> Iterator[Text]:
    """As of when the details are; of none, nothing before they were asked for."""
    if known is None and not (asked.is_looked_up or asked.is_reading or asked.failure):
        return
    said = _unknown(asked) if known is None else _known(known, asked, now)
    yield Text()
    yield from (styled(line, "dim") for line in wrapped(said, width))


def _unknown(asked: Asked) -> str:
    if asked.is_reading:
        return "Details are being read…"
    if asked.failure:
        return f"Details could not be read: {_first(asked.failure)}"
    return f"Details were not read yet{f'; {asked.key} reads them' if asked.key else ''}."


def _known(known: KnownDetails, asked: Asked, now: datetime) -> str:
    said = f"Details as of {ago(known.as_of, now)}"
    if asked.is_reading:
        return f"{said}, being read again…"
    if asked.failure:
        return f"{said}; they could not be read again: {_first(asked.failure)}"
    return said


def _first(sentences: str) -> str:
    """What went wrong, without what to do about it: that is said where somebody asked for something."""
    first, stop, _rest = sentences.partition(". ")
    return first + stop.strip()
