"""Answers to keys: how long they took, and the figures of that."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from benchmarks.figures import Figure
from benchmarks.pty_driver import Paint
from benchmarks.standin import NotMeasured
from tests.core.domain.simulated import percentile

MORE: Final = 1.5
"""How many times as long a key may take while something is published."""


@dataclass(slots=True)
class Timed:
    """Answers to keys of one kind: seconds until their last byte, and CPU seconds of the program until then."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def add(self, paint: Paint | None) -> None:
        """Note an answer; one that did not come is none."""
        if paint is not None:
            self.wall.append(paint.at)
            self.cpu.append(paint.cpu)


def milliseconds(what: str, timed: Timed, most: float | None = None) -> Figure:
    """The p95, beside it the median, the CPU time and the number of keys; `most` is in milliseconds."""
    if not timed.wall:
        return Figure(what, "no key was answered", met=False)
    wall, cpu = sorted(timed.wall), statistics.median(timed.cpu) * 1000
    p95 = percentile(wall, 0.95) * 1000
    measured = f"{p95:.1f} ms ({percentile(wall, 0.5) * 1000:.1f}, {cpu:.1f}; {len(wall)})"
    return Figure(what, measured) if most is None else Figure(what, measured, f"at most {most:g} ms", p95 <= most)


def spent(what: str, cpu: Sequence[float], most: float) -> Figure:
    """The p95 of CPU times, beside it the median; `most` is in milliseconds."""
    p95, middle = (percentile(sorted(cpu), share) * 1000 for share in (0.95, 0.5))
    return Figure(what, f"{p95:.1f} ms ({middle:.1f})", f"at most {most:g} ms", p95 <= most)


def compared(what: str, timed: Timed, alone: Timed, target: float) -> Figure:
    """Half as much again as alone is judged, where that is more than what is promised anyway."""
    if not alone.wall:
        raise NotMeasured("there is nothing to compare with")
    return milliseconds(what, timed, max(target, round(percentile(sorted(alone.wall), 0.95) * 1000 * MORE, 1)))
