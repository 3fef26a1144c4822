"""What a sync of 100,000 copies costs the machine: CPU seconds and peak memory of its process.

The real service in a process of its own (`benchmarks.inside`), which asks the operating system (`getrusage`) for what
it has used: before the sync, when the last answer has come, and at the end. "walk" lies between the first two,
"publish" between the last two: reading the pages back, comparing, writing. No latency, and a limit of 100,000 a minute
on both sides, so that nothing waits. A second sync follows in a new process, with nothing changed on Discogs' side. The
budget's memory is emptied between them, as it is for whoever syncs again after five minutes.

Run from the root of the repository: `python -m benchmarks.weight` (about one minute).
"""

from __future__ import annotations

import sys
from functools import partial
from typing import Any, Final

from benchmarks.figures import Figure, Scenario, at_most, judged, parser
from benchmarks.machine import Machine, finished, machine
from benchmarks.standin import stand_in

LIMIT: Final = 100_000
"""Requests a minute, the most that can be set."""

_MEGABYTE: Final = 1_000_000


async def weights(items: int) -> list[Figure]:
    """Walk and publish, then again."""
    async with (
        stand_in(items=items, latency=0, limit=LIMIT) as discogs,
        machine(discogs, RUNOUT_DISCOGS__REQUESTS_PER_MINUTE=str(LIMIT)) as home,
    ):
        await home.connect(discogs.token)
        first = await _weighed(home, items)
        second = await _weighed(home, items)
        counts = await discogs.counts()
    changes = sum(second[kind] for kind in ("added", "changed", "removed"))
    return [
        *_figures("first", first),
        *_figures("second", second),
        at_most("changes of the second sync", changes, 0),
        at_most("refusals", counts.refusals, 0),
    ]


async def _weighed(home: Machine, items: int) -> dict[str, Any]:
    home.forget_budget()
    told, _ = await finished(await home.inside("weigh"), items)
    return told


def _figures(which: str, told: dict[str, Any]) -> list[Figure]:
    begun, walked, published, ended = (told[moment] for moment in ("begun", "walked", "published", "ended"))
    return [
        Figure(f"{which} sync, walk: CPU", _cpu(begun, walked)),
        Figure(f"{which} sync, walk: peak memory", f"{walked['peak'] / _MEGABYTE:.0f} MB"),
        Figure(f"{which} sync, publish: CPU", _cpu(walked, published)),
        Figure(f"{which} sync, publish: peak memory", f"{published['peak'] / _MEGABYTE:.0f} MB"),
        Figure(f"{which} sync, whole process: CPU", f"{ended['cpu']:.2f} s"),
    ]


def _cpu(since: dict[str, float], until: dict[str, float]) -> str:
    return f"{until['cpu'] - since['cpu']:.2f} s in {until['moment'] - since['moment']:.2f} s"


def main() -> int:
    """Read the command line, measure, judge."""
    options = parser("benchmarks.weight", __doc__)
    options.add_argument("--items", type=int, default=100_000, metavar="N", help="copies (default: %(default)s)")
    given = options.parse_args()
    scenarios = [Scenario(f"{given.items:,} copies", partial(weights, given.items))]
    return judged("The weight of a sync", scenarios)


if __name__ == "__main__":
    sys.exit(main())
