"""Figures beside their targets: one table, and an exit code that says whether all were met."""

from __future__ import annotations

import argparse
import asyncio
import signal
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from benchmarks.standin import Counts, NotMeasured

from rich.console import Console
from rich.markup import escape
from rich.table import Table

INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class Figure:
    """Something measured; `met` is None where nothing was promised."""

    what: str
    measured: str
    target: str = ""
    met: bool | None = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """Several figures that are measured together."""

    name: str
    measure: Callable[[], Awaitable[list[Figure]]]


def seconds(what: str, value: float, most: float | None = None, *, of: str = "") -> Figure:
    """A length of time, with at most so much promised; `of` is added to what was measured."""
    measured = f"{value:.2f} s{of}"
    return Figure(what, measured) if most is None else Figure(what, measured, f"at most {most:g} s", value <= most)


def at_most(what: str, value: float, most: float) -> Figure:
    """A number of which there should be few."""
    return Figure(what, f"{value:g}", "none" if most == 0 else f"at most {most:g}", value <= most)


def at_least(what: str, value: float, least: float) -> Figure:
    """A number of which there should be many."""
    return Figure(what, f"{value:.1f}", f"at least {least:g}", value >= least)


def quota(counts: Counts, *, in_flight: int | None = None) -> list[Figure]:
    """What the stand-in counted: no refusals, and never more than the limit."""
    figures = [at_most("refusals", counts.refusals, 0), at_most("most in any 60 s", counts.busiest_minute, 60)]
    return figures if in_flight is None else [*figures, at_most("most in flight", counts.most_in_flight, in_flight)]


def parser(module: str, description: str | None) -> argparse.ArgumentParser:
    """The command line of a benchmark."""
    return argparse.ArgumentParser(
        prog=f"python -m {module}",
        description=description,
        epilog="Exit codes: 0 every target was met, 1 one was missed or could not be measured, 130 interrupted.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def judged(title: str, scenarios: Sequence[Scenario]) -> int:
    """Measure one after the other, print the table; the exit code."""
    # Both end us and our processes with us, even where a script has started us with Ctrl-C ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, lambda _number, _frame: signal.raise_signal(signal.SIGINT))
    try:
        return asyncio.run(_judged(title, scenarios))
    except KeyboardInterrupt:
        return INTERRUPTED


async def _judged(title: str, scenarios: Sequence[Scenario]) -> int:
    table = Table(title=title)
    for heading in ("scenario", "figure", "measured", "target", "verdict"):
        table.add_column(heading, justify="right" if heading in ("measured", "target") else "left")
    all_met, progress = True, Console(stderr=True)
    for scenario in scenarios:
        progress.print(f"{scenario.name} ...", style="dim", markup=False, highlight=False)
        try:
            figures = await scenario.measure()
        except NotMeasured as reason:
            figures = [Figure("not measured", str(reason), met=False)]
        for number, figure in enumerate(figures):
            verdict = {None: "", True: "met", False: "[red]MISSED[/]"}[figure.met]
            said = (figure.what, escape(figure.measured), figure.target)
            table.add_row("" if number else scenario.name, *said, verdict)
            all_met = all_met and figure.met is not False
        table.add_section()
    Console(width=160).print(table)
    return 0 if all_met else 1
