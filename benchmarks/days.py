"""Days of thousands of collectors in minutes: the real services, store, budget and jobs, on a clock that leaps.

Run by `benchmarks.simulation`, in a process of its own; prints one JSON object.
"""

from __future__ import annotations

import argparse
import gc
import json
import logging
import random
import resource
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from benchmarks import unthreaded
from benchmarks.collectors import Collectors
from benchmarks.line import BadDays, Line
from benchmarks.lives import QUIET, Asked, Days, Seen
from benchmarks.settled import config_of, settle
from core.app import open_core
from core.config import Config
from tests.core.domain.simulated import percentile
from tests.fakes import START, FakeClock

PERIOD: Final = timedelta(hours=6)
"""From one look at a shelf to the next, as promised."""


def periods(path: Path, since: datetime, until: datetime) -> tuple[int, int]:
    """How many times a shelf was due, and how many of those it was looked at with success within its period."""
    good: dict[tuple[str, str], list[datetime]] = {}
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute(
            "SELECT account_id, shelf, finished_at FROM sync_runs WHERE outcome IN ('done', 'needs your word')"
            " AND kind <> 'read' ORDER BY finished_at"
        )
        for account, shelf, finished in rows:
            good.setdefault((account, shelf), []).append(datetime.fromisoformat(finished))
        ((shelves,),) = connection.execute("SELECT count(*) FROM shelves")
    gaps = [
        later - earlier
        for ends in good.values()
        for earlier, later in zip(ends, [*ends[1:], until], strict=True)
        # What is not over yet counts only when it is too late already.
        if later > since and (later != until or later - earlier > PERIOD)
    ]
    lost = shelves - len(good)
    return len(gaps) + lost, sum(gap <= PERIOD for gap in gaps)


async def simulate(asked: Asked, directory: Path) -> dict[str, Any]:
    """All of it; figures by name."""
    clock, config = FakeClock(), config_of(directory)
    collectors = Collectors(asked.accounts, START - timedelta(days=1), mean=asked.mean)
    begun = time.monotonic()
    accounts = await settle(config, collectors.all, START, known=bool(asked.known))
    sys.stderr.write(f"  {asked.accounts:,} accounts after {time.monotonic() - begun:.0f} s\n")
    gc.freeze()
    line = Line(collectors, clock, BadDays(asked.failing) if asked.failing else None)
    begun, used = time.monotonic(), time.process_time()
    async with open_core(config, clock=clock, transport=line, rng=random.Random(3)) as core:  # noqa: S311 - it spreads waits
        days = Days(asked, core, collectors, accounts, line, clock, config.paths.database)
        await days.pass_by()
    spent = {"seconds": time.monotonic() - begun, "cpu": time.process_time() - used}
    return {**told(asked, config, days.seen, line, clock.now()), **spent, "peak": _peak()}


def told(asked: Asked, config: Config, seen: Seen, line: Line, now: datetime) -> dict[str, Any]:
    """What is printed: seconds, numbers and shares."""
    sent = sum(line.counted.routes.values())
    due, kept = periods(config.paths.database, START + timedelta(hours=QUIET), now)
    ages = {name: sorted(found) for name, found in seen.ages.items()}
    waits = sorted(seen.waits)
    by_people = sum(line.counted.routes[route] for route in ("identity", "profile"))
    return {
        "requests": sent,
        "share": sent / (asked.days * 86_400),
        "people": by_people,
        "routes": dict(line.counted.routes),
        "a day": (sent - by_people) / asked.accounts / asked.days,
        "refusals": line.counted.refusals,
        "arrival": seen.arrival,
        "faults": dict(line.counted.faults),
        "turns": dict(seen.turns),
        "failed": dict(seen.failed),
        "calls refused": seen.refused,
        "due": due,
        "kept": kept,
        **{
            name: [*(percentile(found, share) for share in (0.5, 0.95, 0.99)), found[-1]]
            for name, found in ages.items()
        },
        "waits": [*(percentile(waits, share) for share in (0.5, 0.95, 0.99)), waits[-1]],
        "database": config.paths.database.stat().st_size,
    }


def _peak() -> int:
    """Of this process, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


class _Warnings(logging.Handler):
    """What the operator is told in the log of the accounts that there are; what nobody foresaw goes to stderr."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said = ""

    def emit(self, record: logging.LogRecord) -> None:
        """Note a line."""
        if record.levelno >= logging.ERROR:
            sys.stderr.write(f"  {self.format(record)}\n")
        elif record.name == "core.services.schedule":
            self.said = record.getMessage()


def main() -> None:
    """Simulate what is asked for, and print what came of it."""
    options = argparse.ArgumentParser()
    whole = (("accounts", 100), ("copies", 1), ("mean", 600), ("seed", 1), ("newcomer", 0), ("known", 1))
    for name, default in whole:
        options.add_argument(f"--{name}", type=int, default=default)
    for name, share in (("days", 2.0), ("failing", 0.0)):
        options.add_argument(f"--{name}", type=float, default=share)
    options.add_argument("--directory", default="")
    asked = Asked(**vars(options.parse_args()))
    warnings = _Warnings()
    logging.getLogger().addHandler(warnings)
    with tempfile.TemporaryDirectory(prefix="runout-days-", dir=asked.directory or None) as name:
        found = unthreaded.run(simulate(asked, Path(name))) | {"warned": warnings.said}
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
