"""The first sync of somebody who has just connected, with nobody else asking.

Each row is `runout connect` and `runout sync --json` on a new data directory. "sync" is what the report says, in
seconds of the program's clock; "process" is the whole process, its start included. All else the stand-in counted.

Run from the root of the repository: `python -m benchmarks.first_sync` (about three minutes).
"""

from __future__ import annotations

import sys
from functools import partial
from typing import Final

from benchmarks.figures import Figure, Scenario, judged, parser, quota, seconds
from benchmarks.machine import finished, machine
from benchmarks.standin import stand_in

TARGETS: Final = {1_500: 1.6, 10_000: 66.0, 50_000: 565.0}
"""Seconds by copies."""

IN_FLIGHT: Final = 8
LONG: Final = 50_000
"""Copies from which on the clocks run faster, unless told otherwise."""


async def first_sync(items: int, scale: float) -> list[Figure]:
    """Connect and sync once."""
    async with stand_in(items=items, scale=scale) as discogs, machine(discogs) as home:
        await home.connect(discogs.token)
        report, process = await finished(await home.sync(), items)
        counts = await discogs.counts()
    most = TARGETS.get(items)
    # Starting Python takes as long as ever when the clocks run faster, so a scaled process is no figure.
    whole = [seconds("process", process, most)] if scale == 1 else [seconds("process, real time", process)]
    return [
        seconds("sync", report["seconds"], most, of=f", {report['requests']} requests"),
        *whole,
        *quota(counts, in_flight=IN_FLIGHT),
    ]


def main() -> int:
    """Read the command line, measure, judge."""
    options = parser("benchmarks.first_sync", __doc__)
    options.add_argument(
        "--items",
        type=int,
        nargs="+",
        default=[*TARGETS],
        metavar="N",
        help="copies of each row (default: %(default)s)",
    )
    options.add_argument(
        "--time-scale", type=float, metavar="N", help=f"clocks run N times as fast (default: 10 from {LONG} copies on)"
    )
    given = options.parse_args()
    scenarios = []
    for items in given.items:
        scale = given.time_scale or (10.0 if items >= LONG else 1.0)
        name = f"{items:,} copies" + (f", time x {scale:g}" if scale != 1 else "")
        scenarios.append(Scenario(name, partial(first_sync, items, scale)))
    return judged("First sync, 250 ms latency, 60 a minute", scenarios)


if __name__ == "__main__":
    sys.exit(main())
