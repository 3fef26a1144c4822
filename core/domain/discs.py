"""What the formats of a release say of its discs: how wide they are, and how fast they turn."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from core.domain.release import Format

_INCHES: Final = re.compile(r'(\d+)(½?)"')
_SPEED: Final = re.compile(r"(\d+)(?: \S+)? RPM")
_WRITTEN: Final = re.compile(r"(\d+)(½|\.5)? ?(?:\"|”|″|''|in\.?|inch|inches)?", re.IGNORECASE)
_NUMBER: Final = re.compile(r"\d+")
_WIDTH: Final = re.compile(r"\d+ ?cm")


@lru_cache(maxsize=4_096)
def sizes(formats: tuple[Format, ...]) -> tuple[str, ...]:
    """`7`, `6.5`, in inches, or `25cm`, each once. An LP of no stated size is one of twelve inches.

    Source: the list of format descriptions in Discogs' database guidelines.
    """
    return tuple(dict.fromkeys(size for form in formats for size in _sizes_of(form)))


def _sizes_of(form: Format) -> Iterable[str]:
    found = []
    for text in form.descriptions:
        inches = _INCHES.fullmatch(text)
        if inches is not None:
            found.append(inches[1] + ".5" * bool(inches[2]))
        elif _WIDTH.fullmatch(text):
            found.append(text.replace(" ", ""))
    return found or (["12"] if "LP" in form.descriptions else [])


def size_written(text: str) -> str:
    """A size as `sizes` has it: `7`, of whatever stands for inches after it."""
    found = _WRITTEN.fullmatch(text.strip())
    return text.strip().replace(" ", "") if found is None else found[1] + ".5" * bool(found[2])


def speed_written(text: str) -> str:
    """A speed as `speeds` has it: `33` of `33 1/3`, `33⅓` and `33rpm`; nothing where there is no number."""
    found = _NUMBER.match(text.strip())
    return found[0] if found else ""


@lru_cache(maxsize=4_096)
def speeds(formats: tuple[Format, ...]) -> tuple[str, ...]:
    """`33`, `45`, `78`, in whole rounds a minute, each once. What does not state its speed has none."""
    found = (_SPEED.fullmatch(text) for form in formats for text in form.descriptions)
    return tuple(dict.fromkeys(speed[1] for speed in found if speed is not None))
