"""The files of the picture cache: each written whole or not at all, and none touched that is not ours."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from core.domain.covers import Key, Kind, Size
from core.domain.ids import ReleaseId
from core.errors import CoverNotWritten

from msgspec import Struct

_SHARDS: Final = 1_000
_SHARD: Final = re.compile(r"\d{3}", re.ASCII)
_NAME: Final = re.compile(rf"(\d{{1,18}})-({'|'.join(Size)})\.({'|'.join(Kind)})", re.ASCII)
_PART: Final = re.compile(r"\.\d{1,18}-\w+\.[0-9a-f]{8}\.part", re.ASCII)

_BEING_WRITTEN: Final = 600.0
"""Seconds of the machine's time during which somebody may still be about to note what they have written."""


class Stray(Struct, frozen=True):
    """What files and rows say differently."""

    rows: tuple[Key, ...]
    """Without a file that is as they say."""
    files: int
    """That no row knew, and that are gone now."""


class CoverFiles:
    """A directory that may be deleted by hand at any time, with everything in it."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def find(self, key: Key) -> Path | None:
        """The file of a picture; None when there is none. Takes some looks at the directory and no more."""
        for kind in Kind:
            path = self.path(key, kind)
            if os.path.isfile(path):  # noqa: PTH113 - it is called for every row of a list, and this is the quicker one
                return path
        return None

    def path(self, key: Key, kind: Kind) -> Path:
        """Where a picture of that kind is, or would be."""
        return self.directory / f"{key.release % _SHARDS:03d}" / f"{key.release}-{key.size}.{kind}"

    def write(self, key: Key, kind: Kind, body: bytes) -> Path:
        """Put a picture in its place, instead of the one that may be there. Raises CoverNotWritten."""
        path = self.path(key, kind)
        part = path.with_name(f".{path.stem}.{secrets.token_hex(4)}.part")
        try:
            for directory in (self.directory, path.parent):
                directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            try:
                with part.open("xb") as file:
                    file.write(body)
                    file.flush()
                    os.fsync(file.fileno())
                part.replace(path)
            except BaseException:
                part.unlink(missing_ok=True)
                raise
        except OSError as error:
            raise CoverNotWritten(path=str(self.directory), reason=error.strerror or str(error)) from error
        _remove(self.path(key, other) for other in Kind if other is not kind)
        return path

    def delete(self, keys: Iterable[Key]) -> None:
        """Take pictures away; what cannot be taken away now is found by the next cleaning."""
        _remove(self.path(key, kind) for key in keys for kind in Kind)

    def clear(self) -> int:
        """Take all of ours away, finished or not; how many pictures that were."""
        everything = list(self._ours())
        _remove(path for path, _ in everything)
        for shard in self._shards():
            with contextlib.suppress(OSError):
                shard.rmdir()
        return sum(key is not None for _, key in everything)

    def compare(self, rows: Mapping[Key, tuple[Kind | None, int]], *, now: float | None = None) -> Stray:
        """Hold the files against the rows: what no row knows goes, unless it is being written this moment."""
        gone, seen = [], set()
        for path, key in self._ours():
            try:
                found = path.stat()
            except OSError:
                continue
            kind, length = rows.get(key, (None, 0)) if key else (None, 0)
            if key is not None and path.suffix == f".{kind}" and found.st_size == length:
                seen.add(key)
            elif abs((time.time() if now is None else now) - found.st_mtime) > _BEING_WRITTEN:
                gone.append(path)
        _remove(gone)
        return Stray(tuple(key for key in rows if key not in seen), len(gone))

    def are_missing(self, keys: Collection[Key]) -> set[Key]:
        """Those that have no file."""
        return {key for key in keys if self.find(key) is None}

    def _ours(self) -> Iterator[tuple[Path, Key | None]]:
        """Every file with a name of ours; no key for what was never finished."""
        for shard in self._shards():
            with contextlib.suppress(OSError), os.scandir(shard) as entries:
                for entry in entries:
                    found = _NAME.fullmatch(entry.name)
                    if found and entry.is_file(follow_symlinks=False):
                        yield Path(entry.path), Key(ReleaseId(int(found[1])), Size(found[2]))
                    elif _PART.fullmatch(entry.name):
                        yield Path(entry.path), None

    def _shards(self) -> list[Path]:
        try:
            with os.scandir(self.directory) as entries:
                found = [one for one in entries if _SHARD.fullmatch(one.name) and one.is_dir(follow_symlinks=False)]
        except OSError:
            return []
        return [Path(one.path) for one in found]


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
