"""A week of the schedule in minutes: two daemons and a terminal on one file, twenty accounts, and all that can happen.

`python3 dev.py soak` runs it. Time runs some hundred times as fast for everybody, the stand-in Discogs included.
Meanwhile records come, go and are graded on the website, programs are killed at their work, everything sleeps for
three days, and the clock is set back an hour. It begins on a night in which a summer time begins, and ends on one in
which another ends.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from tests.crowd import HOUR, Plan
from tests.reckoning import reckoned
from tests.town import Town, town

BEGINS: Final = datetime(2026, 3, 29, tzinfo=UTC)
"""An hour before the clocks of Europe go forward, and six days and sixteen hours before those of Sydney go back."""

SIZES: Final = (5_000, 1_500, 700, 400, 300, 250, 200, 150, 120, 101, 100, 90, 60, 40, 30, 20, 10, 3, 1, 0)
DAY: Final = 24 * HOUR

_WAKING: Final = 2.0
"""Seconds of the machine's within which everything has woken up that went to sleep a little late."""


def week(days: float, seed: int, pace: float) -> Plan:
    """What happens in so many days."""
    return Plan(
        begins=BEGINS,
        pace=pace,
        seconds=days * DAY,
        seed=seed,
        sizes=SIZES,
        asleep=(days * 0.28 * DAY, min(3.0, days * 0.43) * DAY),
        kills=round(2.5 * days),
        closings=round(days / 2),
        edit_every=HOUR / 3,
        set_back=days * 0.85 * DAY,
    )


async def happens(here: Town) -> None:
    """Let the plan happen, and everything come to rest."""
    plan, chance = here.plan, random.Random(here.plan.seed)
    await here.open()
    await here.until_looked_at(0.0)
    await here.remember()
    async with asyncio.TaskGroup() as group:
        for at, what in sorted(_events(plan, chance)):
            await here.until(at)
            if what == "sleep":
                group.create_task(here.sleep(plan.asleep[1]))
            else:
                await here.let(what, chance)
    assert here.slept is not None
    await here.until(plan.seconds)
    await here.until_looked_at(here.slept[1])
    await here.end()


def _events(plan: Plan, chance: random.Random) -> list[tuple[float, str]]:
    """What happens when, in seconds since the beginning. Asleep, nothing happens but on the website."""

    sleeps_at, sleeps_for = plan.asleep

    def some(what: str, number: int) -> list[tuple[float, str]]:
        moments = [chance.uniform(0.02, 0.97) * (plan.seconds - sleeps_for) for _ in range(number)]
        return [(at if at < sleeps_at else at + sleeps_for + _WAKING * plan.pace, what) for at in moments]

    number = round(plan.seconds / plan.edit_every)
    edits = [(chance.uniform(0.0, 0.97) * plan.seconds, "edit") for _ in range(number)]
    back = [] if plan.set_back is None else [(plan.set_back, "set back")]
    rest = [*some("key", number), *some("visit", 2 + round(plan.seconds / DAY)), *some("close", plan.closings)]
    return [*edits, *back, *rest, *some("kill", plan.kills), (sleeps_at, "sleep")]


async def lived(plan: Plan, directory: Path) -> tuple[list[str], list[str]]:
    """Live through it; what was found, and what is wrong of that."""
    async with town(plan, directory) as here:
        await happens(here)
        return await reckoned(here)


def main(argv: Sequence[str] | None = None) -> int:
    """One of them; 1 when something is wrong."""
    asked = argparse.ArgumentParser(prog="python -m tests.week", description=__doc__)
    asked.add_argument("--days", type=float, default=7.0, help="how many (default 7)")
    asked.add_argument("--seed", type=int, default=int(time.time()), help="of what happens (default: the time)")
    asked.add_argument("--pace", type=float, default=900.0, help="how fast time runs (default 900)")
    options = asked.parse_args(argv)
    for name in [name for name in os.environ if name.startswith(("RUNOUT_", "DISCOGS_"))]:
        del os.environ[name]
    plan = week(options.days, options.seed, options.pace)
    real = timedelta(seconds=round(plan.seconds / plan.pace))
    sys.stderr.write(f"== {options.days:g} days in {real}, seed {options.seed}\n")
    with tempfile.TemporaryDirectory() as directory:
        found, wrong = asyncio.run(lived(plan, Path(directory)))
    sys.stderr.write("".join(f"{line}\n" for line in (*found, *(f"WRONG: {line}" for line in wrong))))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
