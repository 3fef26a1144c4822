"""One entry of the monthly dump of masters: an element with its children, of which only direct ones count.

An artist has an `id` and a `name` of its own, a video a `title`. Source: dumps of 2026.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final
from xml.etree.ElementTree import Element

from core.domain.ids import MasterId, ReleaseId
from core.domain.master import Master

ENTRY: Final = "master"

_DIGITS: Final = 19
_LARGEST: Final = 2**63 - 1
"""What the database takes for a number."""

_MOST: Final = 50
_LONGEST: Final = 1_000
"""Genres and styles beyond that many, or characters of one, are none."""


def master_of(entry: Element) -> Master | None:
    """What an entry says; None without a number by which it could be found."""
    number = number_of(entry.get("id"))
    if number is None:
        return None
    main = number_of(entry.findtext("main_release"))
    return Master(
        id=MasterId(number),
        year=number_of(entry.findtext("year")),
        genres=_texts(entry.find("genres"), "genre"),
        styles=_texts(entry.find("styles"), "style"),
        main_release=None if main is None else ReleaseId(main),
    )


def number_of(text: str | None) -> int | None:
    """A number from 1 to the largest that can be kept; None of anything else, such as 0, a word or 64 digits."""
    digits = text or ""
    if not digits.isdigit():
        digits = digits.strip()
    if not (digits.isdigit() and len(digits) <= _DIGITS and digits.isascii()):
        return None
    number = int(digits)
    return number if 0 < number <= _LARGEST else None


def _texts(above: Element | None, tag: str) -> tuple[str, ...]:
    if above is None:
        return ()
    found = [text for one in above.findall(tag) if (text := one.text) and len(text) <= _LONGEST]
    return _stripped(tuple(found[:_MOST]))


@lru_cache(maxsize=512)
def _stripped(found: tuple[str, ...]) -> tuple[str, ...]:
    """Most are the same as those of others, so they are kept once."""
    return tuple(text for text in map(str.strip, found) if text)
