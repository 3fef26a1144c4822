"""`python -m core.sandbox.monthly DIR`: the file of all masters that Discogs gives out once a month, invented.

`discogs_YYYYMMDD_masters.xml.gz` and beside it, written last, `discogs_YYYYMMDD_CHECKSUM.txt`. It holds the masters of
a world (`--items`, `--collection` or `--sample`), `--entries` others between them, or either alone.
"""

import argparse
import gzip
import hashlib
import heapq
import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import IO

from core.sandbox.contents import holding_of
from core.sandbox.monthly_entries import Entry, invented_entries, world_entries
from core.sandbox.options import Parser, add_contents, number
from core.sandbox.unreadable import UnreadableError
from core.sandbox.world import World

KINDS = ("artists", "labels", "masters", "releases")
_TOGETHER = 500
_LEVEL = 3


def monthly(
    directory: Path, date: str, *, world: World | None = None, entries: int = 0, seed: int = 1, plain: bool = False
) -> Path:
    """Write the file of a day (`YYYYMMDD`) and its sum, and return the file's path.

    It holds exactly the masters of `world`, if one is given, and `entries` invented ones between them, by number.
    `plain` writes it unpacked; the sum is of the packed file nevertheless, as it is when somebody has unpacked one.
    """
    known = frozenset() if world is None else frozenset(world.catalogue.masters())
    of_world = iter(()) if world is None else world_entries(world)
    return write(directory, date, heapq.merge(of_world, invented_entries(entries, seed, known)), plain=plain)


def write(directory: Path, date: str, entries: Iterable[Entry], *, plain: bool = False) -> Path:
    """Write entries as they come, without holding them all, and then the sum."""
    directory.mkdir(parents=True, exist_ok=True)
    packed = directory / f"discogs_{date}_masters.xml.gz"
    path = packed.with_suffix("") if plain else packed
    with ExitStack() as stack:
        file = stack.enter_context(path.open("wb"))
        summed = _Summed(None if plain else file)
        packing = stack.enter_context(gzip.GzipFile("", "wb", _LEVEL, summed, mtime=0))
        for text in _texts(entries):
            packing.write(text)
            if plain:
                file.write(text)
    sums = {kind: summed.sum if kind == "masters" else _elsewhere(date, kind) for kind in KINDS}
    lines = [f"{found} discogs_{date}_{kind}.xml.gz\n" for kind, found in sums.items()]
    (directory / f"discogs_{date}_CHECKSUM.txt").write_text("".join(lines), encoding="ascii")
    return path


def main(arguments: list[str] | None = None) -> int:
    """Write one, and tell in a line of JSON where it lies. Returns the exit code: 2 if it cannot be."""
    try:
        options = _parser().parse_args(sys.argv[1:] if arguments is None else arguments)
        named = options.sample or options.collection is not None or options.items is not None
        world = World(holding_of(options)) if named else None
        given = {"world": world, "entries": options.entries, "seed": options.seed, "plain": options.plain}
        path = monthly(options.directory, options.date, **given)
        sys.stdout.write(json.dumps({"written": str(path), "bytes": path.stat().st_size}) + "\n")
    except UnreadableError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except OSError as error:
        sys.stderr.write(f"The file cannot be written ({error}); name another directory.\n")
        return 2
    return 0


class _Summed:
    """A file that is summed up while it is written; without one, only the sum."""

    def __init__(self, file: IO[bytes] | None) -> None:
        self._file, self._sum = file, hashlib.sha256()

    def write(self, content: bytes) -> int:
        """Write some more."""
        self._sum.update(content)
        return self._file.write(content) if self._file else len(content)

    def flush(self) -> None:
        """Nothing is kept back here."""

    @property
    def sum(self) -> str:
        """SHA-256 of all that was written, in hexadecimal digits."""
        return self._sum.hexdigest()


def _texts(entries: Iterable[Entry]) -> Iterator[bytes]:
    yield b"<masters>\n"
    left = iter(entries)
    while some := list(islice(left, _TOGETHER)):
        yield "".join(f"{text}\n" for _, text in some).encode()
    yield b"</masters>\n"


def _elsewhere(date: str, kind: str) -> str:
    """The sum of a file that is in the list and not here."""
    return hashlib.sha256(f"{date} {kind}".encode()).hexdigest()


def _parser() -> argparse.ArgumentParser:
    made = Parser(prog="python -m core.sandbox.monthly", allow_abbrev=False, description="The monthly file of masters.")
    made.add_argument("directory", type=Path, help="where to write it")
    made.add_argument(
        "--date", type=_day, default="20260801", metavar="YYYYMMDD", help="of the file (default 20260801)"
    )
    made.add_argument(
        "--entries", type=number(0, 10**8), default=0, metavar="N", help="so many invented masters (default 0)"
    )
    made.add_argument("--plain", action="store_true", help="write it unpacked")
    made.add_argument("--sample", action="store_true", help="with the masters of the shipped sample")
    add_contents(made)
    return made


def _day(text: str) -> str:
    return f"{datetime.strptime(text, '%Y%m%d'):%Y%m%d}"  # noqa: DTZ007 - a day and no moment


_day.__name__ = "day as YYYYMMDD"


if __name__ == "__main__":
    sys.exit(main())
