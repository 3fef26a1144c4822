"""Discogs' monthly dump of masters, read in little memory.

The format, as far as it is used: `<masters>` holds one `<master id="...">` after the other, and each has
`main_release`, `genres/genre`, `styles/style` and `year` among its children; what is empty is left out, and a year that
is not known is 0. Source: dumps of 2026.
"""

from __future__ import annotations

import zlib
from collections.abc import Generator, Iterator
from contextlib import closing
from itertools import chain
from typing import Final, TypedDict

from core.discogs.dump_block import BlockReader, Found, Wrong
from core.discogs.dump_cut import last_end, last_number
from core.discogs.dump_head import HEAD, begin_of_entries
from core.discogs.unpacking import EndsEarly, PackingBroken, Source, texts
from core.domain.dump import Batch, Reached, Wanted
from core.domain.master import Master
from core.errors import DumpBroken, DumpCutOff, DumpDamaged, NotMasters
from core.errors.dump import Instead

from msgspec.structs import replace

LONGEST: Final = 1 << 22
"""Bytes that no entry has: the longest have some hundred thousand."""


class Changed(Exception):
    """The text is not the one that was read before."""


class _End(TypedDict):
    byte: int
    line: int
    master: int | None


class DumpReader:
    """Reads a dump once, from its beginning, or from where it was read before."""

    def __init__(self, source: Source, wanted: Wanted, start: Reached | None = None) -> None:
        self._source = source
        self._reader = BlockReader(wanted)
        self._start = start or Reached()
        self._reached = Reached()
        self._buffer = b""
        """What follows that."""
        self._line = 1
        self._last: int | None = None

    def batches(self, masters: int, size: int) -> Generator[Batch, None, None]:
        """All of it in batches of about so many masters, or of so many bytes of text that hold fewer.

        What was read before is only looked at, whether it still is the same. Raises Changed when it is not; Stopped;
        DumpUnreadable, NotMasters, DumpBroken, DumpCutOff or DumpDamaged.
        """
        found: list[Master] = []
        with closing(texts(self._source)) as text:
            try:
                yield from self._skipped(text)
                begun = self._reached.position
                for block in self._blocks(text):
                    found += block.masters
                    if len(found) >= masters or self._reached.position - begun >= size:
                        yield Batch(self._now(), tuple(found))
                        found, begun = [], self._reached.position
            except Wrong as error:
                raise self._broken(error) from error
            except EndsEarly as error:
                raise self._cut_off() from error
            except PackingBroken as error:
                raise self._damaged(str(error)) from error
        if not self._reached.entries:
            raise NotMasters(path=self._source.path, found=Instead.NO_ENTRIES)
        yield Batch(self._now(), tuple(found))

    def _skipped(self, text: Iterator[bytes]) -> Iterator[Batch]:
        check = position = 0
        until = self._start.position
        while position < until:
            chunk = next(text, b"")
            if not chunk:
                raise Changed
            part = chunk[: until - position]
            check, position = zlib.crc32(part, check), position + len(part)
            self._reached = Reached(position=position)
            self._line += part.count(b"\n")
            self._buffer = chunk[len(part) :]
            yield Batch(self._now(), is_skipped=True)
        if check != self._start.check:
            raise Changed
        self._reached = self._start

    def _blocks(self, text: Iterator[bytes]) -> Iterator[Found]:
        if not self._reached.position:
            self._find_begin(text)
        for chunk in chain((b"",), text):
            self._buffer += chunk
            if found := self._block():
                yield found
            elif len(self._buffer) > LONGEST:
                blank = self._buffer[: -len(self._buffer.lstrip())]
                raise Wrong("an entry is longer than 4 MB", len(blank), 1 + blank.count(b"\n"))
        if found := self._block(is_all=True):
            yield found
        yield self._rest()

    def _find_begin(self, text: Iterator[bytes]) -> None:
        while len(self._buffer) < HEAD and (chunk := next(text, b"")):
            self._buffer += chunk
        begin = begin_of_entries(self._buffer, self._source.path)
        head = self._buffer[:begin]
        self._pass(head, zlib.crc32(head), Found())

    def _block(self, *, is_all: bool = False) -> Found | None:
        """The entries up to the last one that ends in what is here; None when that is not known to be one's end."""
        cut = last_end(self._buffer, is_all=is_all)
        if not cut:
            return None
        block = self._buffer[:cut]
        # First, because it lets go of Python's lock, so that the next can be unpacked meanwhile.
        check = zlib.crc32(block, self._reached.check)
        found = self._reader.read(block)
        if found is not None:
            self._pass(block, check, found)
        return found

    def _rest(self) -> Found:
        """What follows the last entry: the end of all, and as a rule nothing of interest."""
        found = self._reader.rest(self._buffer)
        if found is None:
            raise self._cut_off()
        # An entry whose end was not found for what follows it: whoever goes on from here reads it again.
        entries, unnumbered = self._reached.entries + found.entries, self._reached.unnumbered + found.unnumbered
        self._reached = replace(self._reached, entries=entries, unnumbered=unnumbered)
        return found

    def _pass(self, block: bytes, check: int, found: Found) -> None:
        self._reached = Reached(
            position=self._reached.position + len(block),
            check=check,
            entries=self._reached.entries + found.entries,
            unnumbered=self._reached.unnumbered + found.unnumbered,
        )
        self._line += block.count(b"\n")
        self._last = found.last or self._last
        self._buffer = self._buffer[len(block) :]

    def _now(self) -> Reached:
        return replace(self._reached, read=self._source.read)

    def _broken(self, wrong: Wrong) -> DumpBroken:
        """The same with its place in all of the text: what is wrong is in the buffer."""
        return DumpBroken(
            path=self._source.path,
            reason=wrong.reason,
            byte=self._reached.position + wrong.at,
            line=self._line + wrong.line - 1,
            master=last_number(self._buffer[: wrong.at]) or self._last,
        )

    def _cut_off(self) -> DumpCutOff:
        return DumpCutOff(path=self._source.path, **self._end())

    def _damaged(self, reason: str) -> DumpDamaged:
        return DumpDamaged(path=self._source.path, reason=reason, packed=self._source.read, **self._end())

    def _end(self) -> _End:
        """Where the text ends that there is."""
        return {
            "byte": self._reached.position + len(self._buffer),
            "line": self._line + self._buffer.count(b"\n"),
            "master": last_number(self._buffer) or self._last,
        }
