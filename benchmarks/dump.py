"""Import of a monthly dump in the real form, invented: `runout dump import` as a process of its own.

Each figure is of the whole command, from the start of Python to its end, on a new database; the middle one of several
runs counts. Beside it, in the same run, how long it takes to unpack the file and do nothing else.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
import zlib
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, Final

from benchmarks.figures import Figure, Scenario, at_least, judged, parser, seconds
from benchmarks.standin import ROOT, NotMeasured, environment
from core.sandbox.monthly import monthly
from core.store.database import open_database

DAY: Final = "20260801"
WANTED_A_SECOND: Final = 60_000
ALL_A_SECOND: Final = 15_000
MEGABYTES: Final = 80
_NUMBER: Final = re.compile(rb'<master id="(\d+)"')

_LAUNCH: Final = """
import json, os, sys, time
began = time.monotonic()
process = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ)
_, status, used = os.wait4(process, 0)
print(json.dumps({"seconds": time.monotonic() - began, "kilobytes": used.ru_maxrss}))
sys.exit(os.waitstatus_to_exitcode(status))
"""
"""Something small in between: a process begins with as much memory as whoever starts it."""


@dataclass(frozen=True, slots=True)
class Place:
    """A dump, and how many of its masters are those of records."""

    file: Path
    entries: int
    wanted: int
    rounds: int


@dataclass(frozen=True, slots=True)
class Import:
    """A command that has ended."""

    seconds: float
    megabytes: float
    """The most memory that it had at a time."""
    report: dict[str, Any]


async def wanted_only(place: Place) -> list[Figure]:
    """The masters of the records that are here."""
    ends = [await _imported(place) for _ in range(place.rounds)]
    kept = ends[0].report["kept"]
    if kept != place.wanted:
        reason = f"{kept:,} of {place.wanted:,} masters were kept"
        raise NotMeasured(reason)
    unpacking = median([await asyncio.to_thread(_unpacked, place.file) for _ in range(place.rounds)])
    return [
        *_pace(place, ends, WANTED_A_SECOND),
        seconds("gunzip of the same file alone", unpacking),
        _memory(ends, MEGABYTES),
    ]


async def everything(place: Place) -> list[Figure]:
    """All masters, and how long nobody else can write at the end."""
    ends = [await _imported(place, "--all") for _ in range(place.rounds)]
    added = ends[0].report["added"]
    if added != place.entries:
        reason = f"{added:,} of {place.entries:,} masters were published"
        raise NotMeasured(reason)
    return [
        *_pace(place, ends, ALL_A_SECOND),
        seconds("publish, one transaction", median(end.report["publishing"] for end in ends)),
        _memory(ends, None),
    ]


def _pace(place: Place, ends: list[Import], least: float) -> list[Figure]:
    took = median(end.seconds for end in ends)
    return [seconds("the whole command", took), at_least("entries a second", place.entries / took, least)]


def _memory(ends: list[Import], most: float | None) -> Figure:
    found = max(end.megabytes for end in ends)
    if most is None:
        return Figure("memory", f"{found:.0f} MB")
    return Figure("memory", f"{found:.0f} MB", f"under {most:g} MB", found < most)


async def _imported(place: Place, *more: str) -> Import:
    with tempfile.TemporaryDirectory(prefix="runout-benchmark-", ignore_cleanup_errors=True) as name:
        await _fill(Path(name), place)
        (Path(name) / "config.toml").touch()
        ours = {"RUNOUT_DATA_DIR": name, "RUNOUT_CONFIG": str(Path(name) / "config.toml")}
        command = (sys.executable, "-P", "-m", "tui", "dump", "import", str(place.file), "--json", *more)
        return await asyncio.to_thread(_run, command, environment() | ours)


async def _fill(directory: Path, place: Place) -> None:
    """Records of masters that are spread over the whole file."""
    numbers = await asyncio.to_thread(_numbers, place)
    async with open_database(directory / "runout.db") as database, database.tx() as tx:
        await tx.execute_many(
            "INSERT INTO releases (release_id, master_id, body) VALUES (?, ?, x'7b7d')",
            [(number, master) for number, master in enumerate(numbers, 1)],
        )


def _numbers(place: Place) -> list[int]:
    unpack, found, rest = zlib.decompressobj(wbits=31), [], b""
    with place.file.open("rb") as file:
        while packed := file.read(1 << 20):
            text = rest + unpack.decompress(packed)
            cut = text.rfind(b"\n")
            found += [int(number) for number in _NUMBER.findall(text, 0, cut)]
            rest = text[cut:]
    return random.Random(1).sample(found, place.wanted)  # noqa: S311 - any will do


def _run(command: tuple[str, ...], environ: dict[str, str]) -> Import:
    whole = (sys.executable, "-I", "-S", "-c", _LAUNCH, *command)
    process = subprocess.run(whole, cwd=ROOT, env=environ, capture_output=True, check=False)  # noqa: S603 - ours
    if process.returncode:
        raise NotMeasured(process.stderr.decode().strip())
    report, used = map(json.loads, process.stdout.splitlines())
    return Import(used["seconds"], used["kilobytes"] / 1_024, report)


def _unpacked(file: Path) -> float:
    program = shutil.which("gunzip")
    if program is None:
        raise NotMeasured("there is no gunzip here")
    began = time.monotonic()
    subprocess.run([program, "-c", str(file)], stdout=subprocess.DEVNULL, check=True)  # noqa: S603 - a dump of ours
    return time.monotonic() - began


def main() -> int:
    """Read the command line, measure, judge."""
    options = parser("benchmarks.dump", __doc__)
    options.add_argument("--entries", type=int, default=200_000, metavar="N", help="of the dump (default: %(default)s)")
    options.add_argument(
        "--wanted", type=int, default=10_000, metavar="N", help="masters of records here (default: %(default)s)"
    )
    options.add_argument("--rounds", type=int, default=3, metavar="N", help="runs of each (default: %(default)s)")
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="runout-benchmark-") as name:
        file = monthly(Path(name), DAY, entries=given.entries)
        place = Place(file, given.entries, given.wanted, given.rounds)
        title = f"Dump of {given.entries:,} masters, {file.stat().st_size / 1e6:.0f} MB packed"
        scenarios = [
            Scenario(f"masters of records ({given.wanted:,})", partial(wanted_only, place)),
            Scenario("all masters", partial(everything, place)),
        ]
        return judged(title, scenarios)


if __name__ == "__main__":
    sys.exit(main())
