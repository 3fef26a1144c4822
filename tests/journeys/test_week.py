"""The schedule as real processes on a fast clock: killed, asleep, and never twice. `dev.py soak` runs whole weeks."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from tests.crowd import HOUR, Plan
from tests.week import BEGINS, lived

_HOURS: Final = 10


async def test_two_daemons_and_a_terminal_do_nothing_twice_and_lose_nothing(tmp_path: Path) -> None:
    """It begins on a night in which the clock of one daemon goes forward; one is killed, and all sleep for a while."""
    plan = Plan(
        begins=BEGINS,
        pace=2_400.0,
        seconds=_HOURS * HOUR,
        seed=1,
        sizes=(230, 100, 40, 12, 3, 0),
        asleep=(3 * HOUR, 6 * HOUR),
        kills=1,
        edit_every=HOUR / 3,
    )

    found, wrong = await lived(plan, tmp_path)

    assert wrong == [], found
