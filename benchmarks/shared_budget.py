"""One budget for everything on the machine: two processes on one file, one that is killed, another program, a newcomer.

All are processes of `runout` in one data directory; the stand-in counts. The clocks are true ones but where another
program takes its share, which runs faster to get ten minutes over with.

accounts  two processes sync an account each, at once
same      two processes sync the same account at once
killed    a sync is killed (SIGKILL) in the middle of its burst and again 30 s later, each time another begins at once
foreign   another program takes 20 of the 60 requests, over ten minutes of a long walk
newcomer  somebody with 100 copies syncs first while another account's 100,000 are walked over, begun at three moments

Run from the root of the repository: `python -m benchmarks.shared_budget` (about seven minutes).
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from functools import partial
from typing import Any, Final

from benchmarks.figures import Figure, Scenario, at_least, at_most, judged, parser, quota, seconds
from benchmarks.machine import Machine, Running, finished, machine
from benchmarks.standin import Counts, NotMeasured, StandIn, stand_in

NEWCOMER: Final = 65.0
"""Seconds until the 100 copies of a newcomer are there."""

MOMENTS: Final = (5.0, 35.0, 70.0)
"""Seconds after the long walk's first page when newcomers begin: with the burst over, in mid-window, in steady flow."""

MINUTES: Final = 10
FOREIGN, REFUSALS, OURS = 20, 3, 33.0
"""Another program's requests a minute; refusals in ten minutes and our own requests a minute beside it."""

KILLED_AFTER, KILLED_AGAIN = 30, 30.0
"""Requests of the first process; seconds of the second."""


async def accounts(items: int) -> list[Figure]:
    """Two accounts, a process each."""
    async with stand_in(items=items) as discogs, machine(discogs) as home:
        other = await discogs.open_account("second", items - 100)
        await home.connect(discogs.token)
        first = await _walking(home, discogs, "collection", 1)
        # The first process has chosen its account; from now on the one that was connected last is the other.
        await home.connect(other)
        second = await home.sync()
        return await _both(discogs, (first, items), (second, items - 100))


async def same(items: int) -> list[Figure]:
    """One account, two processes."""
    async with stand_in(items=items) as discogs, machine(discogs) as home:
        await home.connect(discogs.token)
        return await _both(discogs, (await home.sync(), items), (await home.sync(), items))


async def _both(discogs: StandIn, *syncs: tuple[Running, int]) -> list[Figure]:
    reports = await asyncio.gather(*(finished(*one) for one in syncs))
    return [
        *(_sync(name, report) for name, (report, _) in zip(("first sync", "second sync"), reports, strict=True)),
        *quota(await discogs.counts()),
    ]


async def killed(items: int) -> list[Figure]:
    """Killed and begun again, twice."""
    async with stand_in(items=items) as discogs, machine(discogs) as home:
        await home.connect(discogs.token)
        await (await _walking(home, discogs, "collection", KILLED_AFTER)).kill()
        second = await home.sync()
        await asyncio.sleep(KILLED_AGAIN)
        if not second.is_running:
            raise NotMeasured("the second sync was over before it could be killed; take more --items")
        await second.kill()
        report, _ = await finished(await home.sync(), items)
        return [_sync("third sync", report), *quota(await discogs.counts())]


async def foreign(items: int, scale: float) -> list[Figure]:
    """Ten minutes beside another program, from the sync's first request on."""
    async with stand_in(items=items, foreign=FOREIGN, scale=scale) as discogs, machine(discogs) as home:
        await home.connect(discogs.token)
        await discogs.forget()
        sync = await _walking(home, discogs, "collection", 1)
        await discogs.sleep(60.0 * MINUTES)
        counts = await discogs.counts()
        if not sync.is_running:
            report = (await sync.ended()).said
            reason = f"the sync was over after {report['seconds']:.0f} s ({report['outcome']})"
            raise NotMeasured(reason)
    return [
        at_most("refusals in ten minutes", counts.refusals, REFUSALS),
        at_least("ours a minute", (counts.total - counts.refusals) / MINUTES, OURS),
        at_most("most of ours in any 60 s, refused ones included", counts.busiest_minute, 60),
    ]


async def newcomer(items: int, scale: float) -> list[Figure]:
    """First syncs of 100 copies during a walk over very many."""
    async with stand_in(items=items, scale=scale) as discogs, machine(discogs) as home:
        tokens = [await discogs.open_account(f"newcomer-{number}", 100) for number in range(len(MOMENTS))]
        await home.connect(discogs.token)
        walk = await _walking(home, discogs, "collection", 1)
        syncs: list[Running] = []
        waited = 0.0
        for moment, token in zip(MOMENTS, tokens, strict=True):
            await discogs.sleep(moment - waited)
            waited = moment
            await home.connect(token)
            syncs.append(await home.sync())
        reports = [(await finished(sync, 100))[0] for sync in syncs]
        if not walk.is_running:
            raise NotMeasured("the long walk was over before the newcomers were; take more --big")
        counts = await discogs.counts()
    figures = (
        seconds(f"sync begun after {moment:g} s", report["seconds"], NEWCOMER, of=f", {report['requests']} requests")
        for moment, report in zip(MOMENTS, reports, strict=True)
    )
    return [*figures, *quota(counts)]


async def _walking(home: Machine, discogs: StandIn, route: str, requests: int) -> Running:
    """A sync that has sent so many requests of a route."""

    def arrived(counts: Counts) -> bool:
        return counts.requests.get(route, 0) >= requests

    sync = await home.sync()
    await discogs.wait_for(arrived, f"request {requests} of {route}")
    return sync


def _sync(name: str, report: dict[str, Any]) -> Figure:
    return seconds(name, report["seconds"], of=f", {report['requests']} requests")


def main() -> int:
    """Read the command line, measure, judge."""
    known = ("accounts", "same", "killed", "foreign", "newcomer")
    options = parser("benchmarks.shared_budget", __doc__)
    options.add_argument("--only", nargs="+", choices=known, default=known, help="these rows (default: all)")
    options.add_argument(
        "--items",
        type=int,
        default=5_000,
        metavar="N",
        help="copies of accounts, same and killed (default: %(default)s)",
    )
    options.add_argument(
        "--big", type=int, default=100_000, metavar="N", help="copies of the long walks (default: %(default)s)"
    )
    options.add_argument(
        "--time-scale",
        type=float,
        default=20.0,
        metavar="N",
        help="clocks of foreign (default: %(default)s times as fast)",
    )
    options.add_argument(
        "--newcomer-scale", type=float, default=1.0, metavar="N", help="clocks of newcomer (default: true ones)"
    )
    given = options.parse_args()
    return judged("One budget, 250 ms latency, 60 a minute", [_scenario(name, given) for name in given.only])


def _scenario(name: str, given: argparse.Namespace) -> Scenario:
    items, big, scale, newcomers = given.items, given.big, given.time_scale, given.newcomer_scale
    hurry = f", time x {newcomers:g}" if newcomers != 1 else ""
    return {
        "accounts": Scenario(f"two accounts of {items:,} copies, a process each", partial(accounts, items)),
        "same": Scenario(f"one account of {items:,} copies, two processes", partial(same, items)),
        "killed": Scenario(f"{items:,} copies, killed and begun again, twice", partial(killed, items)),
        "foreign": Scenario(f"another program, {FOREIGN} a minute, time x {scale:g}", partial(foreign, big, scale)),
        "newcomer": Scenario(f"100 copies beside a walk of {big:,}{hurry}", partial(newcomer, big, newcomers)),
    }[name]


if __name__ == "__main__":
    sys.exit(main())
