"""What somebody holds in their hand, as typed or scanned: a barcode, a catalogue number, a link, an id, or words.

One text may be meant in several ways. All of them are read here; which one it was, only what matches can tell.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from typing import Final

from core.domain.details import barcode
from core.domain.ids import MasterId, ReleaseId
from core.text import fold

from msgspec import Struct

_LINK: Final = re.compile(r"(?<![\w.-])(?:[\w-]+\.)*discogs\.com(?::\d+)?(/\S*)", re.IGNORECASE)
_PAGE: Final = re.compile(r"/(release|master)s?/(?:view/)?(\d{1,18})(?!\d)", re.IGNORECASE)
_BRACKETED: Final = re.compile(r"\[\s*(r|m|release|master)\s*[=:]?\s*(\d{1,18})\s*\]", re.IGNORECASE)
_NAMED: Final = re.compile(r"(release|master)\s*[=:]\s*(\d{1,18})", re.IGNORECASE)
_LETTERED: Final = re.compile(r"(r|m)(\d{1,18})", re.IGNORECASE)
_DIGITS: Final = re.compile(r"[<>|\s]*[0-9][0-9\s.\-\u00ad\u2010-\u2015\u2212<>|]*")
"""Digits as they are printed below bars: with blanks, dashes, and the marks at either end."""

_LONGEST_ID: Final = 9
"""Digits that the number of a release or master may have, when nothing but the number is typed."""

_BARCODE: Final = range(7, 15)
"""Digits of a barcode, those before which zeros were lost among them."""

_SCANNED: Final = range(12, 15)
"""Digits of what can hardly be anything but a barcode: UPC-A, EAN-13 and GTIN-14."""

_LONGEST_NUMBER: Final = 40
_LONGEST_PREFIX, _LONGEST_IN_CAPITALS = 5, 9
"""Letters of a word in a catalogue number that has no digit, as in `nw 1` or `STUMMCD 1`."""

_MOST_WORDS: Final = 12
"""Words that are compared; who types more has pasted something."""


class By(StrEnum):
    """What a text is, and how something was found."""

    BARCODE = "barcode"
    NUMBER = "number"
    LINK = "link"
    ID = "id"
    WORDS = "words"


class Sought(Struct, frozen=True):
    """One text with everything that it may mean; what it cannot mean is None or empty."""

    text: str
    kind: By
    """What it looks like most."""
    release: ReleaseId | None = None
    master: MasterId | None = None
    barcode: str = ""
    """As `core.domain.details.barcode` has it."""
    number: str = ""
    """As `folded_number` has it."""
    words: tuple[str, ...] = ()
    """Folded."""
    checks: bool | None = None
    """Whether the last digit of a barcode fits the others; None where there is none to check."""

    @property
    def is_nothing(self) -> bool:
        """Whether nothing can be looked up: no letter and no digit, or a link to something else than a record."""
        return not (self.release or self.master or self.barcode or self.number or self.words)

    @property
    def is_named(self) -> bool:
        """Whether it names a release or a master, and hardly anything else."""
        return self.kind in (By.LINK, By.ID)


def read(text: str) -> Sought:
    """Everything that a text may mean. Never raises."""
    text = unicodedata.normalize("NFKC", text).strip()
    found = _link(text) or _id(text) or _digits(text)
    if found is not None:
        return found
    words = tuple(fold(text).split())[:_MOST_WORDS]
    number = _number(text)
    return Sought(
        text, By.NUMBER if number and _looks_like_number(text, words) else By.WORDS, number=number, words=words
    )


def folded_number(text: str) -> str:
    """A catalogue number as it is compared: `NW 123`, `nw-123` and `NW123` are one."""
    return "".join(filter(str.isalnum, fold(text)))


def check_digit_fits(digits: str) -> bool:
    """Whether the last digit of a barcode follows from the others. Source: GS1, the same for UPC and EAN.

    Zeros before it change nothing, so that either form may be asked about.
    """
    weighed = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(digits)))
    return weighed % 10 == 0


def _link(text: str) -> Sought | None:
    found = _LINK.search(text)
    page = _PAGE.search(found[1]) if found else None
    if page is not None:
        return _named(text, By.LINK, page[1], page[2])
    return Sought(text, By.LINK) if found or "://" in text else None


def _id(text: str) -> Sought | None:
    if found := _BRACKETED.fullmatch(text) or _NAMED.fullmatch(text):
        return _named(text, By.ID, found[1], found[2])
    if found := _LETTERED.fullmatch(text):
        # There are catalogue numbers that look so.
        return _named(text, By.ID, found[1], found[2], number=_number(text))
    return None


def _named(text: str, kind: By, what: str, digits: str, number: str = "") -> Sought:
    is_release = what[0] in "rR"
    return Sought(
        text,
        kind,
        release=ReleaseId(int(digits)) if is_release and int(digits) else None,
        master=MasterId(int(digits)) if not is_release and int(digits) else None,
        number=number,
    )


def _digits(text: str) -> Sought | None:
    if not _DIGITS.fullmatch(text):
        return None
    digits = "".join(char for char in text if "0" <= char <= "9")
    is_plain = digits == text
    may_be_barcode = len(digits) in _BARCODE and bool(barcode(digits))
    return Sought(
        text,
        By.BARCODE if len(digits) in _SCANNED and may_be_barcode else By.NUMBER,
        release=ReleaseId(int(digits)) if is_plain and len(digits) <= _LONGEST_ID and int(digits) else None,
        barcode=barcode(digits) if may_be_barcode else "",
        number=_number(digits),
        words=tuple(fold(text).split())[:_MOST_WORDS] if len(digits) not in _SCANNED else (),
        checks=check_digit_fits(digits) if len(digits) in _SCANNED else None,
    )


def _number(text: str) -> str:
    """A text as a catalogue number; empty when it can be none: those without any digit are found as words."""
    number = folded_number(text)
    return number if len(number) <= _LONGEST_NUMBER and any(map(str.isdigit, number)) else ""


def _looks_like_number(text: str, words: tuple[str, ...]) -> bool:
    """Whether there is a digit in every word but those that are short, of which there are two at most."""
    longest = _LONGEST_IN_CAPITALS if text.isupper() else _LONGEST_PREFIX
    plain = [word for word in words if not any(map(str.isdigit, word))]
    return len(plain) <= 2 and all(len(word) <= longest for word in plain)
