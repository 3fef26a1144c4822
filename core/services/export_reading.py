"""Open a file that should be a collection export, packed or not, and read it within limits."""

from __future__ import annotations

import contextlib
import gzip
import io
import zlib
from pathlib import Path
from typing import Final

from core.domain.export_file import Export, read_export
from core.domain.export_text import HEAD, MOST_BYTES, refuse_foreign
from core.errors import FileUnreadable, Found, NotAnExport

_GZIP: Final = b"\x1f\x8b"
_AT_ONCE: Final = 2**16


def read_file(path: Path) -> Export:
    """The export in a file, which is told by its content. Raises FileUnreadable or NotAnExport."""
    try:
        with contextlib.ExitStack() as stack:
            file = stack.enter_context(path.open("rb"))
            is_packed = file.peek(len(_GZIP)).startswith(_GZIP)
            source = stack.enter_context(gzip.GzipFile(fileobj=file)) if is_packed else file
            stream = stack.enter_context(io.BufferedReader(_Limited(source, path.name), _AT_ONCE))
            refuse_foreign(stream.peek(HEAD)[:HEAD], path.name)
            return read_export(stream, path.name)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise NotAnExport(path.name, Found.DAMAGED, str(error)) from error
    except OSError as error:
        raise FileUnreadable(str(path), error.strerror or str(error)) from error


class _Limited(io.RawIOBase):
    """The bytes of a stream; of a small file that unpacks to a whole disk no more than there may be."""

    def __init__(self, source: io.BufferedIOBase, name: str) -> None:
        super().__init__()
        self._source = source
        self._name = name
        self._read = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # that is what it is given
        """Fill a buffer as far as there is anything."""
        number = self._source.readinto(buffer)
        self._read += number
        if self._read > MOST_BYTES:
            raise NotAnExport(self._name, Found.TOO_LARGE)
        return number
