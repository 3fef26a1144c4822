"""Original years of a new collection, read from the API: what that takes, and how long people wait beside it.

One account with invented copies has just been synced; then every master of its records is read, by `runout enrich` in a
process of its own or in the process that serves people. A person connects an account of their own: two requests in the
people's lane. A request's wait is measured inside the process, from the moment it was asked for to the moment it is
handed to the core's transport. All seconds are those of the program's clock, which runs faster than the machine's: what
the machine itself takes counts so many times as much.

Run from the root of the repository: `python -m benchmarks.enrichment` (about seven minutes).
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import time
from contextlib import closing
from functools import partial
from typing import Any, Final

from benchmarks.figures import Figure, Scenario, judged, parser, quota, seconds
from benchmarks.machine import Machine, Running, finished, machine
from benchmarks.standin import Counts, NotMeasured, StandIn, stand_in
from tests.core.domain.simulated import percentile

WAIT: Final = 0.3
"""Seconds that 95 of 100 requests may wait."""

A_MINUTE: Final = 12
EACH: Final = 2
"""Requests of one who connects."""

HONEST: Final = 0.2
"""How far off what is told at half time may be."""


async def enriched(items: int, scale: float, place: str) -> list[Figure]:
    """One collection with people beside it."""
    async with stand_in(items=items, scale=scale) as discogs, machine(discogs) as home:
        tokens = [
            await discogs.open_account(f"person-{number}") for number in range(items * 2 * A_MINUTE // 44 // EACH)
        ]
        await home.connect(discogs.token)
        await finished(await home.sync(), items)
        masters = _masters(home)
        await discogs.forget()
        worker = await home.inside("people", *(["enrich"] if place == "same" else []))
        work = worker if place == "same" else await home.enrich()
        await discogs.wait_for(_has_begun, "the first request for a master")
        sending = asyncio.create_task(_send(worker, tokens, scale))
        began = time.monotonic()
        try:
            told, asked_at = await _at_half_time(home, discogs, masters)
            ended = await work.ended()
            left = (time.monotonic() - asked_at) * scale
        finally:
            sending.cancel()
        took = (time.monotonic() - began) * scale
        worker.close_input()
        people = (await worker.ended()).said
        counts = await discogs.counts()
    if ended.said["outcome"] != "done" or people["refused"]:
        reason = f"it ended as {ended.said['outcome']}; {people['refused'][:1]}"
        raise NotMeasured(reason)
    waits = sorted(wait * scale for _, wait in people["waits"])
    asked = counts.requests.get("master", 0)
    return [
        Figure("masters that were asked for", f"{asked:,}", f"{masters:,}, each once", asked == masters),
        seconds("all of them", took, of=f", {asked / took * 60:.1f} a minute"),
        Figure("told at half time", f"{told:.0f} s", f"{left:.0f} s, give or take 20 %", _is_honest(told, left)),
        seconds("a person's wait, p50", percentile(waits, 0.5), of=f" of {len(waits)} requests"),
        seconds("a person's wait, p95", percentile(waits, 0.95), WAIT),
        seconds("a person's wait, longest", waits[-1]),
        *quota(counts),
    ]


def _masters(home: Machine) -> int:
    """How many different masters the records have."""
    with closing(sqlite3.connect(home.directory / "runout.db")) as database:
        return int(database.execute("SELECT count(DISTINCT master_id) FROM releases").fetchone()[0])


def _has_begun(counts: Counts) -> bool:
    return counts.requests.get("master", 0) > 0


async def _at_half_time(home: Machine, discogs: StandIn, masters: int) -> tuple[float, float]:
    """The seconds that another process tells, and when it was asked."""
    await discogs.wait_for(lambda counts: counts.requests.get("master", 0) >= masters / 2, "half of the masters")
    status: dict[str, Any] = (await (await home.status()).ended()).said
    if not status["enrichment"]:
        raise NotMeasured("nothing was left when it was asked")
    return float(status["enrichment"]["seconds"] or 0.0), time.monotonic()


def _is_honest(told: float, left: float) -> bool:
    return abs(told - left) <= HONEST * left


async def _send(worker: Running, tokens: list[str], scale: float) -> None:
    """Send people at an even pace."""
    every = 60.0 * EACH / A_MINUTE / scale
    begun = time.monotonic()
    for number, token in enumerate(tokens):
        await asyncio.sleep(begun + number * every - time.monotonic())
        await worker.write(f"{time.monotonic()} {token}")


def main() -> int:
    """Read the command line, measure, judge."""
    options = parser("benchmarks.enrichment", __doc__)
    options.add_argument("--items", type=int, default=1_500, metavar="N", help="copies (default: %(default)s)")
    options.add_argument(
        "--time-scale", type=float, default=8.0, metavar="N", help="clocks run N times as fast (default: %(default)g)"
    )
    options.add_argument(
        "--place", nargs="+", choices=("other", "same"), default=["other", "same"], help="where masters are read"
    )
    given = options.parse_args()
    scenarios = [
        Scenario(f"masters read in the {place} process", partial(enriched, given.items, given.time_scale, place))
        for place in given.place
    ]
    title = f"Original years of {given.items:,} copies beside {A_MINUTE} calls a minute, time x {given.time_scale:g}"
    return judged(title, scenarios)


if __name__ == "__main__":
    sys.exit(main())
