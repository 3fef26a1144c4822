"""One beat of the jobs when nothing is due: what it takes in time and memory, however many accounts there are.

The real core on a real file, with a history of a month for every account: four looks a day at each of two shelves.

Run from the root of the repository: `python -m benchmarks.beat` (about two minutes).
"""

from __future__ import annotations

import gc
import sys
import tempfile
import time
import tracemalloc
import uuid
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

from benchmarks.figures import Figure, Scenario, judged, parser
from benchmarks.settled import config_of
from core.app import Core, open_core
from core.config import Config
from core.domain.account import Account, PersonalToken
from core.domain.ids import AccountId, DiscogsUserId, Shelf
from core.domain.schedule import JobOutcome
from core.store.cipher import Cipher
from core.store.database import open_database
from core.store.repositories import Repositories
from tests.core.domain.simulated import percentile
from tests.fakes import START, FakeClock

BEATS: Final = 300
HISTORY: Final = 30
"""Days."""

A_DAY: Final = 4
"""Looks at a shelf."""

AT_ONCE: Final = 500
MOST: Final = 5.0
"""Milliseconds."""


async def beats(accounts: int) -> list[Figure]:
    """Many of them, one after the other."""
    with tempfile.TemporaryDirectory(prefix="runout-beat-") as name:
        config, clock = config_of(Path(name)), FakeClock()
        await _fill(config, accounts)
        size = config.paths.database.stat().st_size
        async with open_core(config, clock=clock) as core:
            begun = time.perf_counter()
            first = await core.jobs.beat(clock.now())
            first_took = time.perf_counter() - begun
            failed = [report.said for report in first if report.outcome is not JobOutcome.DONE]
            wall, cpu = [sorted(found) for found in zip(*[_ async for _ in _timed(core, clock)], strict=True)]
            grown, peak = await _weighed(core, clock)
    return [
        Figure("database", f"{size / 1e6:.0f} MB"),
        Figure("first beat, with backup, cleaning, optimise", f"{first_took:.2f} s{', '.join(failed)}"),
        Figure(
            "a beat with nothing due, p95 (p50, max)",
            f"{percentile(wall, 0.95):.2f} ms ({percentile(wall, 0.5):.2f}, {wall[-1]:.2f})",
            f"at most {MOST:g} ms",
            percentile(wall, 0.95) <= MOST,
        ),
        Figure("CPU of a beat, p50", f"{percentile(cpu, 0.5):.2f} ms"),
        Figure("memory: peak of a beat", f"{peak / 1024:.0f} KiB"),
        Figure(f"memory: left after {BEATS} beats", f"{grown / 1024:.1f} KiB"),
    ]


async def _timed(core: Core, clock: FakeClock) -> AsyncIterator[tuple[float, float]]:
    """Milliseconds of the wall and of the CPU."""
    for _ in range(BEATS):
        clock.advance(1.0)
        wall, cpu = time.perf_counter(), time.process_time()
        await core.jobs.beat(clock.now())
        yield (time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000


async def _weighed(core: Core, clock: FakeClock) -> tuple[int, int]:
    """Bytes that stay after many beats, and the most that one of them holds."""
    tracemalloc.start()
    try:
        await core.jobs.beat(clock.now())
        gc.collect()
        before, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        await core.jobs.beat(clock.now())
        _, peak = tracemalloc.get_traced_memory()
        for _ in range(BEATS):
            await core.jobs.beat(clock.now())
        gc.collect()
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return after - before, peak - before


async def _fill(config: Config, number: int) -> None:
    """Accounts that were looked at a moment ago, with what happened before."""
    async with open_database(config.paths.database) as database:
        stores = Repositories.of(database, Cipher(config.paths.key, config.secrets.key))
        for start in range(1, number + 1, AT_ONCE):
            async with database.tx() as tx:
                for one in range(start, min(start + AT_ONCE, number + 1)):
                    account = Account(
                        id=AccountId(str(uuid.UUID(int=one))),
                        discogs_id=DiscogsUserId(one),
                        username=f"collector_{one}",
                        connected_at=START - timedelta(days=HISTORY),
                        currency="EUR",
                    )
                    await stores.accounts.save(tx, account, PersonalToken(f"token{one:035d}"), START)
                    await stores.shelves.begin(tx, account.id, START)
                    for shelf in Shelf:
                        await stores.shelves.mark_published(tx, account.id, shelf, checked=START, walked=START)
                        await stores.shelves.mark_tried(tx, account.id, shelf, START, failed=False)
                    await tx.execute_many(
                        "INSERT INTO sync_runs (run_id, account_id, started_at, finished_at, outcome, added, changed,"
                        " removed, skipped, requests, copies, shelf, kind, asked_by)"
                        " VALUES (?, ?, ?, ?, 'done', 0, 0, 0, 0, 1, 300, ?, 'probe', 'schedule')",
                        _history(account.id),
                    )


def _history(account: AccountId) -> Iterator[tuple[str, str, str, str, str]]:
    for number in range(HISTORY * A_DAY):
        moment: datetime = START - timedelta(days=number / A_DAY)
        for shelf in Shelf:
            yield str(uuid.uuid4()), account, moment.isoformat(), moment.isoformat(), shelf


def main() -> int:
    """Measure and judge."""
    options = parser("benchmarks.beat", __doc__)
    options.add_argument(
        "--accounts", type=int, nargs="+", default=[100, 10_000], metavar="N", help="of each row (default: %(default)s)"
    )
    given = options.parse_args()
    scenarios = [Scenario(f"{number:,} accounts", partial(beats, number)) for number in given.accounts]
    return judged("A beat with nothing due", scenarios)


if __name__ == "__main__":
    sys.exit(main())
