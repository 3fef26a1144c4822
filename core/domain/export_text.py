"""Whether a file can be a collection export at all, and its lines: within limits, whatever is handed in."""

from __future__ import annotations

import io
from typing import IO, Final

from core.errors import Found, NotAnExport

HEAD: Final = 4_096
"""Bytes that tell what a file is."""

LONGEST_ROW: Final = 100_000
"""Characters. The longest of 5,400 real rows has 500; a quote that is not closed makes one of all that is left."""

MOST_BYTES: Final = 256 * 2**20
MOST_LINES: Final = 1_000_000
"""Several times what any collection has, notes of several lines included."""

_BINARY: Final = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0", b"SQLite format 3\0", b"%PDF", b"7z\xbc\xaf")
_OTHER_ENCODINGS: Final = (b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")
_BOM: Final = b"\xef\xbb\xbf"


def refuse_foreign(head: bytes, name: str) -> None:
    """Raise NotAnExport for what cannot be one by its first bytes; `name` is what the file is called."""
    if head.startswith(_BINARY):
        raise NotAnExport(name, Found.SPREADSHEET)
    if head.startswith(_OTHER_ENCODINGS) or _is_wide(head):
        raise NotAnExport(name, Found.ENCODING)
    text = head.removeprefix(_BOM).lstrip()
    if text.startswith(b"<"):
        raise NotAnExport(name, Found.WEB_PAGE)
    if text.startswith((b"{", b"[")):
        raise NotAnExport(name, Found.JSON)


def _is_wide(head: bytes) -> bool:
    """Whether every other byte is nothing: plain letters in UTF-16, with nothing said of it."""
    return len(head) > 3 and any(head[0:64:2]) != any(head[1:64:2])


class Lines:
    """The lines of a text in UTF-8, ended by LF, CRLF or CR, each with its end, one after the other.

    Raises NotAnExport for what no export holds, and for more than anybody can have.
    """

    def __init__(self, stream: IO[bytes], name: str) -> None:
        self._text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="strict", newline="")
        self._name = name
        self._length = 0
        self._began = 1
        self.number = 0
        """Of the line that was given last; 1 is the first."""
        self.is_over = False
        """Whether there is no more."""

    def __iter__(self) -> Lines:
        return self

    def __next__(self) -> str:
        try:
            line = self._text.readline(LONGEST_ROW + 1)
        except UnicodeDecodeError as error:
            before = error.object[: error.start].count(b"\n")
            detail = f"0x{error.object[error.start]:02X}"
            raise NotAnExport(self._name, Found.NOT_UTF8, detail, self.number + 1 + before) from None
        if not line:
            self.is_over = True
            raise StopIteration
        self.number += 1
        self._length += len(line)
        if "\0" in line:
            raise NotAnExport(self._name, Found.NUL, line=self.number)
        if self._length > LONGEST_ROW:
            raise NotAnExport(self._name, Found.TOO_LONG, line=self._began)
        if self.number > MOST_LINES:
            raise NotAnExport(self._name, Found.TOO_MANY)
        return line

    def begin_row(self) -> int:
        """The row before is complete; the number of the line in which the next one begins."""
        self._length, self._began = 0, self.number + 1
        return self._began
