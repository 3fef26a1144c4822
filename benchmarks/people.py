"""How long people wait while a sync of 10,000 copies takes what the limit gives.

A person connects an account of their own: two requests one after the other in the people's lane, each with a token or
a path that nobody else has, at an even pace. A request's wait is measured inside the process, from the moment it was
asked for (for a person's first request, when this benchmark sent the person) to the moment it is handed to the core's
transport. The sync is `runout sync` in another process, or runs in the same one, as in a program that serves many.
Not in it: the 0.2 s for importing the HTTP library, which a process's very first request costs.

Run from the root of the repository: `python -m benchmarks.people` (about nine minutes).
"""

from __future__ import annotations

import asyncio
import sys
import time
from functools import partial
from typing import Final

from benchmarks.figures import Figure, Scenario, judged, parser, quota, seconds
from benchmarks.machine import Running, finished, machine
from benchmarks.standin import Counts, NotMeasured, stand_in
from tests.core.domain.simulated import percentile

WAIT: Final = 0.3
"""Seconds that 95 of 100 requests may wait."""

JUDGED: Final = {12: 60.0}
"""Seconds after which waits count, by people's requests a minute; those of rates not named count from the start.

How many slots are kept for people follows how many they used lately, so a rush is known as one after a minute.
"""

SYNC: Final = {12: 125.0}
"""Seconds that a sync of 10,000 copies may take beside so many."""

EACH: Final = 2
"""Requests of one who connects."""


async def waits(items: int, a_minute: int, place: str) -> list[Figure]:
    """One sync with people beside it."""
    async with stand_in(items=items) as discogs, machine(discogs) as home:
        tokens = [await discogs.open_account(f"person-{number}") for number in range(a_minute * 5)]
        await home.connect(discogs.token)
        if place == "same":
            worker = sync = await home.inside("people", "sync")
        else:
            worker = await home.inside("people")
            sync = await home.sync()
        await discogs.wait_for(_has_begun, "the sync's first request")
        begun = time.monotonic()
        sending = asyncio.create_task(_send(worker, tokens, a_minute))
        try:
            report, _ = await finished(sync, items)
        finally:
            sending.cancel()
        worker.close_input()
        told = (await worker.ended()).said
        counts = await discogs.counts()
    if told["refused"]:
        reason = f"somebody could not connect: {told['refused'][0]}"
        raise NotMeasured(reason)
    judged_from = begun + JUDGED.get(a_minute, 0.0)
    early = sorted(wait for asked, wait in told["waits"] if asked < judged_from)
    found = sorted(wait for asked, wait in told["waits"] if asked >= judged_from)
    if not found:
        reason = f"the sync was over after {report['seconds']:.1f} s, before any wait counted"
        raise NotMeasured(reason)
    most = SYNC.get(a_minute) if items == 10_000 else None
    first_minute = [seconds("p95 in the first minute", percentile(early, 0.95), of=_of(early))] if early else []
    return [
        *first_minute,
        seconds("wait, p50", percentile(found, 0.5), of=_of(found)),
        seconds("wait, p95", percentile(found, 0.95), WAIT),
        seconds("wait, longest", found[-1]),
        seconds("sync", report["seconds"], most, of=f", {report['requests']} requests"),
        *quota(counts),
    ]


def _of(waited: list[float]) -> str:
    return f" of {len(waited)} requests"


def _has_begun(counts: Counts) -> bool:
    return counts.requests.get("collection", 0) > 0


async def _send(worker: Running, tokens: list[str], a_minute: int) -> None:
    """Send people at an even pace."""
    every = 60.0 * EACH / a_minute
    await asyncio.sleep(every / 4)
    begun = time.monotonic()
    for number, token in enumerate(tokens):
        await asyncio.sleep(begun + number * every - time.monotonic())
        await worker.write(f"{time.monotonic()} {token}")


def main() -> int:
    """Read the command line, measure, judge."""
    options = parser("benchmarks.people", __doc__)
    options.add_argument("--items", type=int, default=10_000, metavar="N", help="copies (default: %(default)s)")
    options.add_argument(
        "--a-minute",
        type=int,
        nargs="+",
        default=[5, 12],
        metavar="N",
        help="people's requests a minute of each row; 12 count from the second minute on (default: %(default)s)",
    )
    options.add_argument(
        "--place", nargs="+", choices=("other", "same"), default=["other", "same"], help="where the sync runs"
    )
    given = options.parse_args()
    scenarios = [
        Scenario(_name(a_minute, place), partial(waits, given.items, a_minute, place))
        for a_minute in given.a_minute
        for place in given.place
    ]
    return judged(f"People beside a sync of {given.items:,} copies, 250 ms latency, 60 a minute", scenarios)


def _name(a_minute: int, place: str) -> str:
    begin = "minute two" if JUDGED.get(a_minute) else "the start"
    return f"{a_minute} a minute, judged from {begin} on, sync in the {place} process"


if __name__ == "__main__":
    sys.exit(main())
