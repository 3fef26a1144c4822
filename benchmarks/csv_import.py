"""How long `runout import` takes for a large export, and how much memory: the real command, in a process of its own."""

from __future__ import annotations

import csv
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

from benchmarks.figures import Figure, Scenario, judged, parser, seconds
from benchmarks.standin import ROOT, NotMeasured, environment

ROWS: Final = 100_000
SECONDS: Final = 5.0
MEGABYTES: Final = 300

_SEED: Final = 8
_BEGAN: Final = datetime(2004, 5, 1, 12)  # noqa: DTZ001 - an export names no zone
_HEADER: Final = (
    *("Catalog#", "Artist", "Title", "Label", "Format", "Rating", "Released", "release_id", "CollectionFolder"),
    *("Date Added", "Collection Media Condition", "Collection Sleeve Condition", "Collection Notes"),
    *("Collection Price", "Collection Shop"),
)
_WORDS: Final = (
    *("Échoes", "Dub", "Night", "Sessions", "Kingston", "Roots", "Live At", "Version", "Vol. 2", "Sound, The", "Blue"),
    *("Crosby, Stills", "No. 1", "“Heroes”", "Bass", "Love", "Machine", "System", "Of The", "In", "Dance", "Music"),
    *("Rock", "Man", "Water", "Days", "(Part 1)", "Orchestra", "Fire", "& Friends", "Street", "Time", "House", "Sun"),
)
"""One text in ten has letters beyond ASCII, as in the real ones."""
_FORMATS: Final = (
    "LP, Album",
    "2xLP, Album, RE, RM",
    '12", EP',
    '7", Single',
    "CD, Album",
    'LP, Yel + 7", S/Sided, Etch',
)
_GRADES: Final = ("", "", "Very Good Plus (VG+)", "Near Mint (NM or M-)", "Mint (M)")


@dataclass(frozen=True, slots=True)
class Took:
    """What one run of the command took."""

    seconds: float
    """From its start to its end."""
    cpu: float
    """Of these, those in which a processor worked for it: on a machine that does other things, too, they tell more."""
    megabytes: float
    """The most that it held."""


def rows(number: int, *, edited: bool = False) -> Iterator[tuple[str, ...]]:
    """An invented export: one artist in four records, one release in twenty twice. The same each time.

    In the order of labels, as a real one, so that neither releases nor dates are in order. `edited`: as it may be
    years later, with another text in one row of fifty.
    """
    chance = random.Random(_SEED)  # noqa: S311 - it guards nothing
    some = partial(chance.choice, _WORDS)
    artists = [f"{some()} {some()} {at}" for at in range(number // 4)]
    labels = sorted(f"{some()} Records {at}" for at in range(number // 20))
    releases = chance.sample(range(1_000, 40_000_000), number)
    for at in range(number):
        release = releases[at - 1 if at % 20 == 19 else at]
        word = " (Remastered)" if edited and release % 50 == 0 else ""
        yield (
            f"{some()[:3].upper()} {release}",
            artists[release % len(artists)],
            f"{some()} {some()} {some()} {release}{word}",
            labels[at // 20 % len(labels)],
            chance.choice(_FORMATS),
            chance.choice(("", "", "4", "5")),
            str(chance.randrange(1955, 2026)),
            str(release),
            f"Shelf {at % 12}",
            str(_BEGAN + timedelta(seconds=chance.randrange(20 * 365 * 86_400))),
            chance.choice(_GRADES),
            chance.choice(_GRADES),
            f"bought from {some()}, {at}" if at % 3 == 0 else "",
            f"{at % 40}.00" if at % 5 == 0 else "",
            "",
        )


def written(path: Path, number: int, *, edited: bool = False) -> Path:
    """An export of that many rows in a file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_HEADER)
        writer.writerows(rows(number, edited=edited))
    return path


def imported(data: Path, file: Path, *options: str) -> Took:
    """Run the command to its end. Raises NotMeasured when it fails."""
    began = time.monotonic()
    command = (sys.executable, "-P", "-m", "tui", "--quiet", "import", str(file), "--as", "large", "--yes", *options)
    process = subprocess.Popen(  # noqa: S603 - our own program
        command,
        cwd=ROOT,
        env=environment() | {"RUNOUT_DATA_DIR": str(data)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        reason = f"the import ended with {process.returncode}"
        raise NotMeasured(reason)
    return Took(time.monotonic() - began, used.ru_utime + used.ru_stime, _megabytes(used))


def _megabytes(used: resource.struct_rusage) -> float:
    """Linux counts in KiB, macOS in bytes."""
    return used.ru_maxrss / (2**20 if sys.platform == "darwin" else 1_024)


async def measure(number: int) -> list[Figure]:
    """A first import, and one of an edited export over it."""
    with tempfile.TemporaryDirectory(prefix="runout-benchmark-", ignore_cleanup_errors=True) as name:
        directory = Path(name)
        first, later = (written(directory / f"{at}.csv", number, edited=bool(at)) for at in range(2))
        new = imported(directory / "data", first)
        again = imported(directory / "data", later)
    return [
        seconds("first import", new.seconds, SECONDS),
        seconds("its CPU", new.cpu),
        memory("its memory", new),
        seconds("an edited export over it", again.seconds),
        seconds("its CPU", again.cpu),
        memory("its memory", again, promised=False),
    ]


def memory(what: str, took: Took, *, promised: bool = True) -> Figure:
    """The most that a run held."""
    measured = f"{took.megabytes:.0f} MB"
    return (
        Figure(what, measured, f"at most {MEGABYTES} MB", took.megabytes <= MEGABYTES)
        if promised
        else Figure(what, measured)
    )


def main() -> int:
    """Measure, print, judge."""
    given = parser("benchmarks.csv_import", __doc__)
    given.add_argument("--rows", type=int, default=ROWS, help=f"rows of the export (default {ROWS:,})")
    number = given.parse_args().rows
    return judged("Import of a CSV export", [Scenario(f"{number:,} rows", partial(measure, number))])


if __name__ == "__main__":
    sys.exit(main())
