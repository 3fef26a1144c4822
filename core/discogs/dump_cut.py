"""Entries of the monthly dump, cut out of a block of text by hand: much faster than to make elements of all of them.

Only of text that is known to be well-formed and to hold no comments, instructions or marked sections. There every `<`
begins a tag. When moreover each piece that ends with `</master>` begins with the only `<master` in it, no entry stands
inside another one, nor anything between two of them.
"""

from __future__ import annotations

import re
from typing import Final

from core.domain.dump import Wanted

from msgspec import Struct

LAST: Final = b"</master>"
"""How an entry ends, as a rule."""

_CLOSED: Final = re.compile(rb"</master\s*>|<master\s[^<>]*/>")
_OTHERS: Final = rb"""(?:\s+(?!id[\s=])[^\s=<>"'/]+\s*=\s*(?:"[^"]*"|'[^']*'))*"""
_ENTRY: Final = re.compile(
    rb"\s*<master" + _OTHERS + rb"""\s+id\s*=\s*["']([0-9]{1,18})["'](?:[^<>"']|"[^"]*"|'[^']*')*>"""
)
_BEGINS: Final = re.compile(rb"""<master\s(?:[^<>]*\s)?id\s*=\s*["']([0-9]{1,18})["']""")
_USUAL: Final = b'\n<master id="'
_LISTED: Final = re.compile(rb"[1-9][0-9]{0,17}(?:,[1-9][0-9]{0,17})*")
_DIGITS: Final = 18
_MAIN: Final = re.compile(rb"<main_release\s*>\s*([0-9]{1,18})")


class Cut(Struct, frozen=True):
    """What was cut out."""

    text: bytes
    """The entries that may be wanted, one behind the other."""
    entries: int
    """How many there were."""
    last: int
    """The number of the last."""


def last_end(text: bytes, *, is_all: bool) -> int:
    """Where the last entry that ends in a text seems to end; 0 when none does. `is_all`: nothing follows it."""
    cut = 0 if is_all else text.rfind(LAST) + len(LAST)
    if cut >= len(LAST):
        return cut
    return max((found.end() for found in _CLOSED.finditer(text)), default=0)


def last_number(text: bytes) -> int | None:
    """The number of the last entry that ends in a text, as far as it can be told at a glance."""
    begins = list(_BEGINS.finditer(text, 0, last_end(text, is_all=True)))
    return int(begins[-1][1]) if begins else None


class Cutter:
    """Finds what may be wanted."""

    def __init__(self, wanted: Wanted) -> None:
        self._wanted = wanted
        # Looked up as they are written: most are not wanted, and need not become numbers.
        self._written = frozenset(b"%d" % number for number in wanted.masters)

    def cut(self, block: bytes) -> Cut | None:
        """The entries that may be wanted; None when the block cannot be cut by hand."""
        pieces = block.split(LAST)
        if pieces.pop() or block.count(b"<master") != len(pieces):
            return None
        numbers = None if self._wanted.releases else _numbers(pieces)
        if numbers is None:
            return self._one_by_one(pieces)
        chosen = [piece for piece, number in zip(pieces, numbers, strict=True) if number in self._written]
        return Cut(LAST.join((*chosen, b"")), len(pieces), int(numbers[-1]))

    def _one_by_one(self, pieces: list[bytes]) -> Cut | None:
        numbers, releases = self._wanted.masters, self._wanted.releases
        chosen = []
        number = 0
        for piece in pieces:
            begin = _ENTRY.match(piece)
            number = int(begin[1]) if begin else 0
            if not number:
                return None
            if number in numbers or (releases and (main := _MAIN.search(piece)) and int(main[1]) in releases):
                chosen.append(piece)
        return Cut(LAST.join((*chosen, b"")), len(pieces), number)


def _numbers(pieces: list[bytes]) -> list[bytes] | None:
    """The numbers of all entries, when each begins as Discogs writes it; else None."""
    if not all(piece.startswith(_USUAL) for piece in pieces):
        return None
    begin, most = len(_USUAL), len(_USUAL) + _DIGITS + 1
    numbers = [piece[begin : piece.find(b'"', begin, most)] for piece in pieces]
    return numbers if _LISTED.fullmatch(b",".join(numbers)) else None
