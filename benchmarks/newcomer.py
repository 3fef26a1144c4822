"""Somebody new beside many settled accounts on one address: how soon the original years of their records are known.

As in `benchmarks.simulation`: everybody is looked at by the schedule and by its owner, people call up to 30 times a
minute. When the quiet hours are over somebody connects whose records nobody else has, and syncs for the first time; the
rest is read in the background with what is left of the budget. "Nothing known" is an address that begins to read on
that very day, with everybody's records at once.

Run from the root of the repository: `python -m benchmarks.newcomer` (about half an hour; `--days 0.5` shows as much).
"""

from __future__ import annotations

import argparse
import sys
from functools import partial
from typing import Final

from benchmarks.figures import Figure, Scenario, at_least, at_most, judged, parser
from benchmarks.simulation import HOUR, simulated

SHARE: Final = 90.0
"""Percent of the releases with a master, of which the year is known after a day."""


async def arrival(given: argparse.Namespace, known: int) -> list[Figure]:
    """One newcomer."""
    found = await simulated(given.accounts, given, known=known, newcomer=given.copies_of_newcomer)
    came = found["arrival"]
    marks = [f"{came[name] / HOUR:.2f} h" if name in came else "later" for name in _MARKS]
    return [
        Figure("budget used", f"{found['share']:.0%} ({found['requests']:,} requests, {found['people']:,} people's)"),
        Figure("first sync", f"{came['sync']:.1f} s, {came['requests']:.0f} requests"),
        Figure("releases, of them with a master", f"{came['releases']:,.0f}, {came['with a master']:,.0f}"),
        Figure(", ".join(_MARKS).replace("until ", "known of "), ", ".join(marks)),
        at_least(f"percent known after {min(24.0, given.days * 24):g} h", 100 * came["share"], SHARE),
        Figure(
            "masters and releases read", f"{found['routes'].get('master', 0):,}, {found['routes'].get('release', 0):,}"
        ),
        at_most("refusals", found["refusals"], 0),
        Figure("a person's wait, p95", f"{found['waits'][1]:.2f} s"),
        Figure("the simulation", f"{found['seconds']:.0f} s, {found['peak'] / 1e6:.0f} MB"),
    ]


_MARKS: Final = ("until 50%", "until 90%", "until 100%")


def main() -> int:
    """Read the command line, simulate, judge."""
    options = parser("benchmarks.newcomer", __doc__)
    whole = partial(options.add_argument, type=int, metavar="N")
    whole("--accounts", default=1_000, help="settled ones (default: %(default)s)")
    whole("--copies-of-newcomer", default=1_497, help="default: %(default)s")
    whole("--copies", default=1, help="whose details are looked at each time (default: %(default)s)")
    whole("--mean", default=600, help="copies of a settled collection (default: %(default)s)")
    options.add_argument("--days", type=float, default=1.0, metavar="N", help="how long (default: %(default)s)")
    given = options.parse_args()
    scenarios = [
        Scenario(name, partial(arrival, given, known)) for name, known in (("settled", 1), ("nothing known", 0))
    ]
    return judged(f"A newcomer beside {given.accounts:,} accounts on one address", scenarios)


if __name__ == "__main__":
    sys.exit(main())
