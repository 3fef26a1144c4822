"""Write a file whole or not at all: in a part beside it, which takes its name when all of it stands on the disk."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path
from typing import Final

from core.errors import ExportExists, ExportNotWritten
from core.store.backup import forget_parts, part_beside, sync_directory

AT_ONCE: Final = 500
"""Lines that are written between two looks at whether to stop."""

OnLines = Callable[[int], None]
"""Hears how many lines are written."""


class StoppedError(Exception):
    """Nobody waits for the file any more."""


def write_whole(
    target: Path, lines: Iterable[str], *, replace: bool, is_stopped: Callable[[], bool], on_lines: OnLines
) -> int:
    """Write a text, for its owner's eyes; its bytes. `replace`: over what was there before.

    Raises ExportExists, ExportNotWritten, or StoppedError, and leaves nothing behind then.
    """
    try:
        refuse(target, replace=replace)
        # A link stays one; what it leads to is replaced.
        target = target.resolve()
        forget_parts(target.parent)
        with part_beside(target) as part:
            with part.open("wb") as file:
                rest, done = iter(lines), 0
                while some := list(islice(rest, AT_ONCE)):
                    if is_stopped():
                        raise StoppedError
                    file.write("".join(some).encode("utf-8", "replace"))
                    done += len(some)
                    on_lines(done)
                file.flush()
                os.fsync(file.fileno())
                size = file.tell()
            if is_stopped():
                raise StoppedError
            _give_name(part, target, replace=replace)
    except OSError as error:
        raise ExportNotWritten(path=str(target), reason=error.strerror or str(error)) from error
    sync_directory(target.parent)
    return size


def refuse(target: Path, *, replace: bool) -> None:
    """Raise ExportExists or ExportNotWritten when nothing can be written under that name. Raises OSError."""
    if target.is_dir():
        raise ExportNotWritten(path=str(target), reason="it is a directory")
    if os.path.lexists(target):
        if not replace:
            raise ExportExists(path=str(target))
        if target.exists() and not target.is_file():
            raise ExportNotWritten(path=str(target), reason="it is no file that could be replaced")
    if not target.absolute().parent.is_dir():
        raise ExportNotWritten(path=str(target), reason="there is no such directory")


def _give_name(part: Path, target: Path, *, replace: bool) -> None:
    if replace:
        if target.exists():
            shutil.copymode(target, part)
        part.replace(target)
        return
    try:
        # Never over something else, whoever is faster.
        os.link(part, target)
    except FileExistsError:
        raise ExportExists(path=str(target)) from None
    except OSError:
        # A file system without links.
        refuse(target, replace=False)
        part.rename(target)
