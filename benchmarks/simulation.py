"""Days of many weekly-active collectors on one address: the real program on a clock that leaps.

Every collector is looked at by its owner three times a day: the list, and the details of one record. People's own calls
come up to 30 a minute, at half past eight in the evening. Collections of 600 copies on average, one of 500 has 50,000;
each buys a record every other day and lets one go every ten. An answer takes 250 ms. Ages are those of all shelves,
every ten minutes, once six hours have passed. "Failing" are rows in which a share of all requests fails, in every way
that the stand-in knows.

Run from the root of the repository: `python -m benchmarks.simulation` (about half an hour; `--days 0.5` is a look).
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import sys
from functools import partial
from pathlib import Path
from typing import Any, Final

from benchmarks.figures import Figure, Scenario, at_most, judged, parser
from benchmarks.standin import ROOT, NotMeasured, environment, killed

HOUR: Final = 3600.0
MEMBERSHIP: Final = 6 * HOUR
"""Seconds: what is promised to those who are active."""

WAIT: Final = 0.5
"""Seconds."""

KEPT: Final = 0.99
"""Of the turns that were due, those that succeed within their period."""

MEMORY: Final = Path("/dev/shm")  # noqa: S108 - only where it is
"""Where files are quickest, if the system has it."""


async def days(number: int, given: argparse.Namespace, failing: float = 0.0) -> list[Figure]:
    """Simulate in a process of its own, so that its memory can be told."""
    found = await simulated(number, given, failing)
    due, kept = found["due"], found["kept"]
    p50, p95, p99, most = found["waits"]
    return [
        Figure("budget used", f"{found['share']:.0%} ({found['requests']:,} requests, {found['people']:,} people's)"),
        Figure("requests an account and day", f"{found['a day']:.1f}"),
        Figure("age of membership, p50, p95", _hours(found["membership"][:2])),
        _promised("age of membership, p99", found["membership"][2], MEMBERSHIP, HOUR, "h"),
        Figure("age of membership, max", _hours(found["membership"][3:])),
        Figure("age of details, p50, p95, max", _hours([*found["details"][:2], found["details"][3]])),
        Figure("a person's wait, p50, p99, max", f"{p50:.2f}, {p99:.2f}, {most:.2f} s"),
        _wait(p95, is_judged=not failing),
        *([Figure("refusals", str(found["refusals"]))] if failing else [at_most("refusals", found["refusals"], 0)]),
        Figure(
            "due turns within their period", f"{kept / due:.2%} of {due:,}", f"at least {KEPT:.0%}", kept / due >= KEPT
        ),
        *([Figure("faults", f"{sum(found['faults'].values()):,} of {len(found['faults'])} kinds")] if failing else []),
        Figure("runs", ", ".join(f"{count:,} {name}" for name, count in sorted(found["turns"].items()))),
        Figure("what it told its operator", found["warned"] or "nothing"),
        Figure(
            "the simulation",
            f"{found['seconds']:.0f} s, {found['peak'] / 1e6:.0f} MB, a file of {found['database'] / 1e6:.0f} MB",
        ),
    ]


def _promised(what: str, value: float, most: float, unit: float, sign: str) -> Figure:
    return Figure(what, f"{value / unit:.2f} {sign}", f"at most {most / unit:g} {sign}", value <= most)


def _wait(p95: float, *, is_judged: bool) -> Figure:
    """Where requests fail, a wait includes those for the next try."""
    figure = _promised("a person's wait, p95", p95, WAIT, 1.0, "s")
    return figure if is_judged else Figure(figure.what, figure.measured)


def _hours(values: list[float]) -> str:
    return ", ".join(f"{value / HOUR:.2f}" for value in values) + " h"


async def simulated(number: int, given: argparse.Namespace, failing: float = 0.0, **more: int) -> dict[str, Any]:
    """What came of it; `more` are options of `benchmarks.days`."""
    options = {"accounts": number, "days": given.days, "copies": given.copies, "failing": failing, "mean": given.mean}
    options |= more
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "benchmarks.days", *(f"--{name}={value}" for name, value in options.items())),
        f"--directory={MEMORY if MEMORY.is_dir() else ''}",
        stdout=asyncio.subprocess.PIPE,
        env=environment(),
        cwd=ROOT,
    )
    try:
        output, _ = await process.communicate()
    finally:
        await killed(process)
    with contextlib.suppress(ValueError):
        found: dict[str, Any] = json.loads(output)
        return found
    raise NotMeasured("the simulation did not come to its end")


def main() -> int:
    """Read the command line, simulate, judge."""
    options = parser("benchmarks.simulation", __doc__)
    whole = partial(options.add_argument, type=int, metavar="N")
    whole("--accounts", nargs="*", default=[1_000, 2_500], help="of each row (default: %(default)s)")
    whole(
        "--failing",
        nargs="*",
        default=[500],
        help="accounts of each row in which 5 %% of the requests fail (default: %(default)s)",
    )
    options.add_argument("--days", type=float, default=2.0, metavar="N", help="how long (default: %(default)s)")
    whole("--copies", default=1, help="whose details are looked at each time (default: %(default)s)")
    whole("--mean", default=600, help="copies of a collection (default: %(default)s)")
    given = options.parse_args()
    scenarios = [Scenario(f"{number:,} accounts", partial(days, number, given)) for number in given.accounts]
    scenarios += [
        Scenario(f"{number:,} accounts, 5 % failing", partial(days, number, given, 0.05)) for number in given.failing
    ]
    return judged(f"{given.days:g} days of weekly-active accounts on one address", scenarios)


if __name__ == "__main__":
    sys.exit(main())
