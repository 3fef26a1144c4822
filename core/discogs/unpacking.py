"""The bytes of a large file or a pipe, packed with gzip or not, from the beginning to the end and in little memory."""

from __future__ import annotations

import hashlib
import os
import select
import stat
import threading
import zlib
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from queue import SimpleQueue
from typing import Final

from core.errors import DumpUnreadable, NotMasters
from core.errors.dump import Instead

CHUNK: Final = 1 << 19
"""Bytes at a time, of the file and of its text."""

_AHEAD: Final = 3
"""How many chunks are fetched before they are wanted."""

_ENDS: Final = 1 << 16
"""Bytes at the beginning and at the end by which a file is known again."""

_PATIENCE: Final = 0.2
"""Seconds between two looks at whether anybody still waits for a pipe."""

_GZIP: Final = b"\x1f\x8b"
_STANDARD_INPUT: Final = 0
_PACKED_OTHERWISE: Final = {
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"Rar!": "rar",
}

IsStopped = Callable[[], bool]


class Stopped(Exception):
    """Nobody waits for it any more."""


class EndsEarly(Exception):
    """The file ends before what is packed in it does."""


class PackingBroken(Exception):
    """What is packed cannot be unpacked; the text says why."""


class Source:
    """A file or a pipe that is open. `total` and `mark` are None where it cannot be read twice."""

    def __init__(self, descriptor: int, path: str, is_stopped: IsStopped) -> None:
        self._descriptor = descriptor
        self._is_stopped = is_stopped
        self._is_abandoned = False
        self.path = path
        self.read = 0
        """Bytes so far."""
        self.sum = hashlib.sha256()
        """Of them."""
        told = os.fstat(descriptor)
        self._waits = not stat.S_ISREG(told.st_mode) and hasattr(select, "poll")
        self.total = told.st_size if stat.S_ISREG(told.st_mode) else None
        self.changed_at = told.st_mtime if stat.S_ISREG(told.st_mode) else None
        """Seconds since 1970."""

    def take(self) -> bytes:
        """The next bytes; none at the end. Raises Stopped or DumpUnreadable."""
        try:
            while self._waits and not self._is_ready():
                self.refuse_stopped()
            found = os.read(self._descriptor, CHUNK)
        except OSError as error:
            raise DumpUnreadable(path=self.path, reason=error.strerror or str(error)) from error
        self.refuse_stopped()
        self.read += len(found)
        self.sum.update(found)
        return found

    def abandon(self) -> None:
        """Nobody will take any more of it."""
        self._is_abandoned = True

    def close(self) -> None:
        """Let go of it. Standard input is not ours to close."""
        if self._descriptor != _STANDARD_INPUT:
            os.close(self._descriptor)

    def refuse_stopped(self) -> None:
        """Raises Stopped when nobody waits for it any more."""
        if self._is_abandoned or self._is_stopped():
            raise Stopped

    def _is_ready(self) -> bool:
        poll = select.poll()
        poll.register(self._descriptor, select.POLLIN)
        return bool(poll.poll(_PATIENCE * 1_000))


def open_source(file: Path | None, is_stopped: IsStopped) -> Source:
    """Open a file, or standard input when there is none. Raises DumpUnreadable or NotMasters."""
    path = "-" if file is None else str(file)
    if file is None:
        if os.isatty(_STANDARD_INPUT):
            raise NotMasters(path=path, found=Instead.TERMINAL)
        return Source(_STANDARD_INPUT, path, is_stopped)
    try:
        if file.is_dir():
            raise DumpUnreadable(path=path, reason="it is a directory")
        # A pipe with a name would wait here for whoever writes to it, and nobody could stop that.
        descriptor = os.open(file, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0))
        if hasattr(os, "O_NONBLOCK"):
            os.set_blocking(descriptor, True)
    except (OSError, ValueError) as error:
        raise DumpUnreadable(path=path, reason=getattr(error, "strerror", None) or str(error)) from error
    return Source(descriptor, path, is_stopped)


def mark_of(file: Path) -> str:
    """What tells a file from others: its size, its beginning and its end. What is packed ends with a check of itself.

    Raises DumpUnreadable.
    """
    try:
        with file.open("rb") as opened:
            size = opened.seek(0, os.SEEK_END)
            opened.seek(0)
            found = hashlib.sha256(opened.read(_ENDS))
            opened.seek(max(0, size - _ENDS))
            found.update(opened.read(_ENDS))
    except OSError as error:
        raise DumpUnreadable(path=str(file), reason=error.strerror or str(error)) from error
    return f"{size} {found.hexdigest()}"


def texts(source: Source) -> Generator[bytes, None, None]:
    """What a source says, unpacked when it is packed, some at a time; a few are fetched while one is looked at.

    Raises NotMasters for what is packed in another way, EndsEarly, PackingBroken, Stopped or DumpUnreadable.
    """
    found: SimpleQueue[bytes | Exception] = SimpleQueue()
    room = threading.Semaphore(_AHEAD)
    thread = threading.Thread(target=_fetch, args=(source, found, room), name="unpack", daemon=True)
    thread.start()
    try:
        while text := found.get():
            if isinstance(text, Exception):
                raise text
            room.release()
            yield text
    finally:
        # Or what is fetched now would be waited for, and a pipe may be silent.
        source.abandon()
        room.release()
        thread.join()


def _fetch(source: Source, found: SimpleQueue[bytes | Exception], room: threading.Semaphore) -> None:
    """On a thread of its own, which goes on by itself: to wake it for each would take as long as to unpack."""
    try:
        for text in _texts(source):
            found.put(text)
            room.acquire()
            source.refuse_stopped()
        found.put(b"")
    except Exception as error:  # noqa: BLE001 - it is raised where the text is wanted
        found.put(error)


def _texts(source: Source) -> Iterator[bytes]:
    first = source.take()
    while 0 < len(first) < len(max(_PACKED_OTHERWISE, key=len)) and (more := source.take()):
        first += more
    if first.startswith(_GZIP):
        yield from _unpacked(source, first)
        return
    _refuse_packed(source, first)
    while first:
        yield first
        first = source.take()


def _refuse_packed(source: Source, first: bytes) -> None:
    if first.startswith(b"PK"):
        raise NotMasters(path=source.path, found=Instead.ZIP)
    for magic, name in _PACKED_OTHERWISE.items():
        if first.startswith(magic):
            raise NotMasters(path=source.path, found=Instead.PACKED, name=name)


def _unpacked(source: Source, data: bytes) -> Iterator[bytes]:
    """The members of a gzip file, one behind the other; between and behind them there may be zeros."""
    while data := data.lstrip(b"\0") or source.take():
        if data.startswith(b"\0"):
            continue
        while len(data) < len(_GZIP) and (more := source.take()):
            data += more
        if not data.startswith(_GZIP):
            raise PackingBroken("something else follows the end of what is packed")
        member = _Member(data)
        try:
            yield from member.texts(source)
        except zlib.error as error:
            raise PackingBroken(str(error)) from error
        data = member.rest


class _Member:
    """One packed piece of a gzip file."""

    def __init__(self, data: bytes) -> None:
        self._unpack = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        self._data = data
        self.rest = b""
        """What follows it, when it is over."""

    def texts(self, source: Source) -> Iterator[bytes]:
        while not self._unpack.eof:
            # Never more at once: a little that is packed can be a lot.
            text = self._unpack.decompress(self._data, CHUNK)
            self._data = self._unpack.unconsumed_tail
            if text:
                yield text
            if not self._data and len(text) < CHUNK and not self._unpack.eof:
                self._data = source.take()
                if not self._data:
                    raise EndsEarly
        self.rest = self._unpack.unused_data
