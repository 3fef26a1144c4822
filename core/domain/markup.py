"""Discogs' own markup in notes, made readable: `[r=123]`, `[l=Studio One]`, `[b]…[/b]`, `[url=…]…[/url]` and the like.

Source of what there is: documentation of Discogs' API, and the notes of 330 recorded releases.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

NOBODY: Final[Mapping[tuple[str, int], str]] = MappingProxyType({})

_TAG: Final = re.compile(
    r"\[(?:(?P<page>[almrgt])=?(?P<number>\d{1,18}(?:\.\d+)*)"
    r"|(?P<named>[almr])=(?P<name>[^\[\]\n]+)"
    r"|url=(?P<address>[^\[\]\s]*)"
    r"|img=(?P<picture>[^\[\]\s]*)"
    r"|(?P<close>/url)"
    r"|/?[bius]|url)\]",
    re.IGNORECASE,
)

_OWN: Final = re.compile(
    r"https?://(?:www\.)?discogs\.com/(?:[a-z]{2}/)?(artist|label|master|release)/(\d{1,18})\b\S*", re.IGNORECASE
)
"""Pages of Discogs itself."""

_PAGES: Final = {
    "a": "artist",
    "l": "label",
    "m": "master",
    "r": "release",
    "g": "guideline",
    "t": "topic",
}


def readable(text: str, names: Mapping[tuple[str, int], str] = NOBODY) -> str:
    """A text without the markup. What is no markup stays as it is, brackets included.

    `names` of artists and labels by their numbers, as `("artist", 123)`; of whom none is known the number is said. An
    address follows what leads to it, in brackets, unless it is that; of Discogs' own pages the number is said.
    """
    parts: list[str] = []
    address, begun, end = "", 0, 0
    for tag in _TAG.finditer(text):
        parts.append(text[end : tag.start()])
        end = tag.end()
        opened, closes = tag["address"], tag["close"]
        if opened is None and not closes:
            parts.append(_said(tag, names))
            continue
        # One at a time: what was never closed leads there as far as the next.
        parts.append(_led_to(address, parts[begun:]))
        address, begun = opened or "", len(parts)
    parts.append(text[end:])
    parts.append(_led_to(address, parts[begun:]))
    return "".join(parts)


def _said(tag: re.Match[str], names: Mapping[tuple[str, int], str]) -> str:
    if tag["page"]:
        page, number = _PAGES[tag["page"].lower()], tag["number"]
        return (names.get((page, int(number)), "") if number.isdecimal() else "") or f"{page} {number}"
    return tag["name"] or tag["picture"] or ""


def _led_to(address: str, parts: list[str]) -> str:
    """What is said of an address behind the text that leads to it; nothing of none."""
    if not address:
        return ""
    text = "".join(parts).strip()
    if text == address:
        return ""
    own = _OWN.fullmatch(address)
    said = f"{own[1].lower()} {own[2]}" if own else address
    return f" ({said})" if text else said
