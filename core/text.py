"""Text that both front ends share: folding for search, making foreign text safe to show, counts, ages, notices."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Final

from anyascii import anyascii

SOURCE_NOTICE: Final = "Data provided by Discogs."
"""Stands beside the data, as a link to the page it is from. Source, of both notices: terms of use of Discogs' API."""

INDEPENDENCE_NOTICE: Final = (
    "This application uses Discogs’ API but is not affiliated with, sponsored or endorsed by Discogs."
    " ‘Discogs’ is a trademark of Zink Media, LLC."
)
"""Stands where people read about the program."""

_NUMBER: Final = re.compile(r" \(\d+\)$")
_DROPPED: Final = re.compile(r"['`.’]|(?<!\d)\"")
_SEPARATORS: Final = re.compile(r"[^a-z0-9\"+#&$@%]+")
_PLAIN: Final = {
    code: None if chr(code) in "'`." else " " if _SEPARATORS.fullmatch(chr(code).lower()) else chr(code).lower()
    for code in range(128)
}
"""What the characters of plain text come to: nothing, a blank, or themselves in small letters."""

_INVISIBLE: Final = frozenset(
    "\u00ad\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
)
"""Zero-width and direction marks: they would move the text around them. Joiners of emoji and scripts stay."""


@lru_cache(maxsize=65_536)
def fold(text: str) -> str:
    """Lower-case ASCII for comparing: no accents, no punctuation, one blank between words.

    `Łódź` becomes `lodz`, `Mr. Isaacs ` becomes `mr isaacs`, `7"` keeps its inch mark. Text of nothing but punctuation
    folds to nothing.
    """
    if text.isascii() and '"' not in text:
        # Most are, and this is what the rest comes to for them, in a third of the time.
        return " ".join(text.translate(_PLAIN).split())
    plain = anyascii(text).casefold()
    return _SEPARATORS.sub(" ", _DROPPED.sub("", plain)).strip()


def without_number(name: str) -> str:
    """A name without the number that tells namesakes apart: `Gunmen (2)` becomes `Gunmen`."""
    return _NUMBER.sub("", name)


def joined_credit(names: Iterable[tuple[str, str]]) -> str:
    """A credit from names and the words that join each to the next. Source: docs of the `join` key, recorded bodies."""
    parts: list[str] = []
    pairs = list(names)
    for position, (name, join) in enumerate(pairs):
        parts.append(name)
        if position < len(pairs) - 1:
            word = join.strip()
            parts.append(", " if word in ("", ",") else f" {word} ")
    return "".join(parts)


def printable(text: str) -> str:
    """One line that is safe to show: no control characters, no direction marks, white space as single blanks.

    Right-to-left letters, combining marks and emoji stay as they are.
    """
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    kept = "".join(_shown(char) for char in text)
    return " ".join(kept.split())


def printable_lines(text: str) -> list[str]:
    """The lines of a longer text, each safe to show."""
    return [printable(line) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]


def _shown(char: str) -> str:
    if char in _INVISIBLE:
        return ""
    category = unicodedata.category(char)
    if category == "Cc":
        return " " if char in "\t\n\r\x0b\x0c\x85" else ""
    return "\ufffd" if category in ("Cs", "Co", "Cn") else char


def count(number: int) -> str:
    """A whole number with thousands apart: `12,345`."""
    return f"{number:,}"


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun: `1 copy`, `2,188 copies`."""
    return f"{count(number)} {one if number == 1 else many or one + 's'}"


_HOUR: Final = 3_600
_UNITS: Final = (
    (3_600, 60, "min"),
    (2 * 86_400, 3_600, "h"),
    (60 * 86_400, 86_400, "d"),
)


def ago(then: datetime, now: datetime) -> str:
    """How long ago something was, in one unit; what lies ahead by a wrong clock is `just now`."""
    seconds = (now - then).total_seconds()
    if seconds < 60:
        return "just now"
    for limit, length, unit in _UNITS:
        if seconds < limit:
            return f"{int(seconds // length)} {unit} ago"
    days = seconds / 86_400
    return f"{round(days / 30.44)} months ago" if days < 2 * 365 else f"{round(days / 365.25)} years ago"


def duration(seconds: float) -> str:
    """A length of time for reading: `1.2 s`, `48 s`, `1 min 5 s`, `5 h 30 min`, `6 d 23 h`."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < _HOUR:
        return f"{whole // 60} min {whole % 60} s"
    minutes = round(seconds / 60)
    if minutes < 2 * 24 * 60:
        return f"{minutes // 60} h {minutes % 60} min"
    hours = round(seconds / _HOUR)
    return f"{hours // 24} d {hours % 24} h"
