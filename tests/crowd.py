"""What is to happen in a town, and who lives there with which records."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from core.sandbox.generate import generated
from core.sandbox.holding import Copy, Holding, Want
from core.sandbox.pacific import written

HOUR: Final = 3600.0


@dataclass(frozen=True)
class Plan:
    """What is to happen, and when. Seconds are those of the stand-in's clock, since the beginning."""

    begins: datetime
    pace: float
    """How fast time runs."""
    seconds: float
    seed: int
    sizes: tuple[int, ...]
    asleep: tuple[float, float]
    """When everything falls asleep, and for how long."""
    kills: int = 0
    closings: int = 0
    edit_every: float = HOUR
    set_back: float | None = None
    """When the machine's clock is set back an hour."""


def everybody(plan: Plan) -> dict[str, Holding]:
    """Collections of these sizes, of one world of releases; every third owner wants some of what the others have."""
    whole, chance = generated(sum(plan.sizes), plan.seed), random.Random(plan.seed)
    copies = list(whole.copies)
    chance.shuffle(copies)
    found = {}
    for number, size in enumerate(plan.sizes):
        mine, copies = copies[:size], copies[size:]
        wants = _wants(chance.sample(whole.copies, min(len(whole.copies), size // 4 + 5)), plan) if number % 3 else ()
        found[f"collector_{number:02}"] = Holding(tuple(mine), whole.folders, whole.fields, wants=wants)
    return found


def _wants(copies: list[Copy], plan: Plan) -> tuple[Want, ...]:
    releases = {copy.release["id"]: copy.release for copy in copies}
    began = plan.begins.timestamp() - 400 * 24 * HOUR
    return tuple(Want(0, written(began + HOUR * place), "", release) for place, release in enumerate(releases.values()))
