"""The beginning of a monthly dump, up to where its entries begin; and what a file is that is none."""

from __future__ import annotations

import re
from typing import Final
from xml.parsers import expat

from core.errors import DumpBroken, DumpCutOff, NotMasters
from core.errors.dump import Instead

HEAD: Final = 1 << 16
"""Bytes within which the entries begin."""

ROOT: Final = "masters"

_STEP: Final = 64
"""Bytes in which no entity can be both declared and used to any harm."""

_NAME: Final = 80
"""Characters of somebody else's name that are told."""

_TAG: Final = re.compile(rb"""<(?:[^<>"']|"[^"]*"|'[^']*')*>""")
_PAGE: Final = re.compile(rb"\s*(?:<!doctype\s+html|<html)", re.IGNORECASE)
_MARKS: Final = {
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
    b"<\x00": "UTF-16",
    b"\x00<": "UTF-16",
}
_GZIP: Final = b"\x1f\x8b"
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_UTF_8: Final = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})


def begin_of_entries(head: bytes, path: str) -> int:
    """Where the first entry may begin, in the first bytes of a text: all of it, or at least HEAD.

    Raises NotMasters, DumpBroken or DumpCutOff. No entity is ever expanded: what declares any is refused before.
    """
    _refuse_others(head, path)
    found = _Head()
    try:
        found.read(head)
    except expat.ExpatError as error:
        if not found.root:
            _refuse_no_xml(head, path)
            reason = expat.ErrorString(error.code)
            at = found.parser.ErrorByteIndex
            raise DumpBroken(path=path, reason=reason, byte=at, line=error.lineno, master=None) from error
    if found.has_type:
        raise NotMasters(path=path, found=Instead.DOCTYPE)
    if found.encoding.casefold() not in _UTF_8:
        raise NotMasters(path=path, found=Instead.ENCODED, name=found.encoding[:_NAME])
    if found.root and found.root != ROOT:
        raise NotMasters(path=path, found=Instead.OTHER_XML, name=found.root[:_NAME])
    tag = _TAG.match(head, found.begins) if found.root else None
    if tag is None:
        _refuse_no_xml(head, path)
        if len(head) >= HEAD:
            raise DumpBroken(
                path=path, reason="no entry begins", byte=HEAD, line=head.count(b"\n", 0, HEAD), master=None
            )
        raise DumpCutOff(path=path, byte=len(head), line=head.count(b"\n") + 1, master=None)
    if tag[0].endswith(b"/>"):
        raise NotMasters(path=path, found=Instead.NO_ENTRIES)
    return tag.end()


class _Head:
    """What stands before the entries."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate("utf-8")
        self.parser.StartElementHandler = self._element
        self.parser.StartDoctypeDeclHandler = self._type
        self.parser.XmlDeclHandler = self._declaration
        self.root = ""
        self.begins = 0
        self.encoding = "utf-8"
        self.has_type = False

    def read(self, head: bytes) -> None:
        """Raises expat.ExpatError where it cannot be read on.

        A little at a time: the parser goes on to the end of what it was given, entities of a document type included.
        """
        for start in range(0, min(len(head), HEAD), _STEP):
            self.parser.Parse(head[start : start + _STEP], False)  # noqa: FBT003 - it takes no names
            if self.root or self.has_type:
                return

    def _element(self, name: str, _attributes: dict[str, str]) -> None:
        if not self.root:
            self.root, self.begins = name, self.parser.CurrentByteIndex

    def _type(self, *_told: object) -> None:
        self.has_type = True

    def _declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        self.encoding = encoding or self.encoding


def _refuse_others(head: bytes, path: str) -> None:
    if not head:
        raise NotMasters(path=path, found=Instead.NOTHING)
    if head.startswith(_GZIP):
        raise NotMasters(path=path, found=Instead.PACKED, name="gzip twice")
    for mark, encoding in _MARKS.items():
        if head.startswith(mark):
            raise NotMasters(path=path, found=Instead.ENCODED, name=encoding)
    if _PAGE.match(head.removeprefix(_BYTE_ORDER_MARK)):
        raise NotMasters(path=path, found=Instead.WEB_PAGE)


def _refuse_no_xml(head: bytes, path: str) -> None:
    if not head.removeprefix(_BYTE_ORDER_MARK).lstrip().startswith(b"<"):
        raise NotMasters(path=path, found=Instead.NO_XML)
