"""A block of the monthly dump: some entries, from one's end to another's.

It is whole if and only if it is well-formed between `<masters>` and `</masters>`. Only the entries that are wanted are
made elements: most blocks can be cut by hand (`dump_cut`), any other is parsed as a whole.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from xml.etree.ElementTree import Element, ParseError, fromstring
from xml.parsers import expat

from core.discogs.dump_cut import Cutter
from core.discogs.dump_entry import ENTRY, master_of, number_of
from core.domain.dump import Wanted
from core.domain.master import Master

from msgspec import Struct

_BEGIN: Final = b"<masters>"
_END: Final = b"</masters>"


class Wrong(Exception):
    """What stays wrong whatever follows."""

    def __init__(self, reason: str, at: int, line: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.at = max(0, at)
        """Byte of the text that was read, counted from 0."""
        self.line = line
        """Of that text, counted from 1."""


class Found(Struct, frozen=True):
    """What a block holds."""

    masters: tuple[Master, ...] = ()
    """Those that are wanted."""
    entries: int = 0
    unnumbered: int = 0
    last: int | None = None
    """The number of its last entry."""


class BlockReader:
    """Finds what is wanted in blocks."""

    def __init__(self, wanted: Wanted) -> None:
        self._wanted = wanted
        self._cutter = Cutter(wanted)

    def read(self, block: bytes) -> Found | None:
        """The entries of a block; None when it is not whole. Raises Wrong."""
        if self._wanted.everything:
            return self._parsed(block)
        odd = _checked(block)
        if odd is None:
            return None
        found = None if odd else self._cut_by_hand(block)
        return found or self._parsed(block)

    def rest(self, text: bytes) -> Found | None:
        """What follows the last block, with the end of the whole; None when that is missing. Raises Wrong."""
        try:
            return self._found(_BEGIN + text)
        except ParseError:
            _checked(text)
            return None

    def _parsed(self, block: bytes) -> Found | None:
        try:
            return self._found(_BEGIN + block + _END)
        except ParseError:
            _checked(block)
            return None

    def _cut_by_hand(self, block: bytes) -> Found | None:
        """The same; None when it cannot be done."""
        cut = self._cutter.cut(block)
        if cut is None:
            return None
        masters = self._found(_BEGIN + cut.text + _END).masters if cut.text else ()
        return Found(masters, cut.entries, 0, cut.last)

    def _found(self, text: bytes) -> Found:
        """What is in a whole document. Raises ParseError."""
        with _uncollected():
            return self._sorted(_elements(text))

    def _sorted(self, entries: Element) -> Found:
        masters: list[Master] = []
        found = unnumbered = 0
        for entry in entries.iterfind(ENTRY):
            found += 1
            master = master_of(entry)
            if master is None:
                unnumbered += 1
            elif self._is_wanted(master):
                masters.append(master)
        last = number_of(entry.get("id")) if found else None
        return Found(tuple(masters), found, unnumbered, last)

    def _is_wanted(self, master: Master) -> bool:
        wanted = self._wanted
        return wanted.everything or master.id in wanted.masters or master.main_release in wanted.releases


def _checked(block: bytes) -> bool | None:
    """Whether a block is an odd one; None when it is not whole. Raises Wrong.

    Odd is what can hold a `<` that begins no tag: comments, instructions, and text that is marked as such. Not a single
    call into Python is made for the rest.
    """
    odd: list[object] = []
    parser = expat.ParserCreate("utf-8", " ")
    parser.CommentHandler = odd.append
    parser.ProcessingInstructionHandler = lambda target, _data: odd.append(target)
    parser.StartCdataSectionHandler = lambda: odd.append(None)
    try:
        parser.Parse(_BEGIN + block, False)  # noqa: FBT003 - it takes no names
    except expat.ExpatError as error:
        reason = expat.ErrorString(error.code)
        raise Wrong(reason, parser.ErrorByteIndex - len(_BEGIN), error.lineno) from error
    try:
        parser.Parse(_END, True)  # noqa: FBT003 - as above
    except expat.ExpatError:
        return None
    return bool(odd)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Elements never refer to each other in a circle; to look for one takes half as long again as to make them."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _elements(text: bytes) -> Element:
    return fromstring(text)  # noqa: S314 - inside an element nothing can be declared that expands
