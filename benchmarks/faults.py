"""The fault matrix as a table: how a sync ends that meets a fault at a stage, and why. Exit code 1 if a state is wrong.

Run from the root of the repository: `python -m benchmarks.faults`.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import tempfile
from pathlib import Path
from typing import Final

from tests.core.services.bad_days import Stage
from tests.core.services.cells import published, run
from tests.core.services.matrix import CELLS, ROWS
from tests.core.services.right import Happened

from rich.console import Console
from rich.progress import track
from rich.table import Table

WIDTH: Final = 190

IN_SHORT: Final = {
    "does not answer in time": "no answer",
    "cannot be reached": "not reached",
    "status 50": "Discogs' trouble",
    "too many requests": "too fast",
    "that cannot be read": "broken answer",
    "status 401": "refused, token good",
    "does not accept the token": "token refused",
    "as if nobody": "as a stranger",
    "asked for one by one": "unconfirmed",
    "kept changing": "kept changing",
    "told of": "rows missing",
    "row could not be read;": "a row skipped",
    "could not be read at all": "a nameless row",
    "no longer shows": "45 seem gone",
    "disk is full": "disk full",
    "Another Runout": "taken over",
}
_STYLES: Final = {"done": "green", "needs your word": "yellow", "incomplete": "yellow"}

Found = dict[tuple[str, Stage], Happened]


def in_short(reason: str) -> str:
    """A sentence in a few words."""
    return next((words for part, words in IN_SHORT.items() if part in reason), reason)


def told(happened: Happened | None) -> str:
    """A cell of the table."""
    if happened is None:
        return "[dim]-[/]"
    style = "bold white on red" if happened.wrong else _STYLES.get(happened.outcome, "cyan")
    why = f"\n[dim]{in_short(happened.reason)}[/]" if happened.reason else ""
    return f"[{style}]{happened.outcome}[/]{why}"


def table(found: Found) -> Table:
    """Faults down, stages across."""
    made = Table(title="How a sync ends, and why; red: not in a right state", show_lines=True)
    made.add_column("fault", max_width=22)
    for stage in Stage:
        made.add_column(stage.title)
    for row in ROWS:
        made.add_row(row.name, *(told(found.get((row.name, stage))) for stage in Stage))
    return made


async def happenings(console: Console) -> Found:
    """Every cell, one after the other."""
    found: Found = {}
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        morning = await published(directory / "morning")
        for number, cell in enumerate(track(CELLS, "cells", console=console, transient=True)):
            found[cell.row.name, cell.stage] = await run(cell, morning, directory / str(number))
    return found


def main() -> int:
    """Show the table and what is wrong; the exit code."""
    logging.disable()
    console = Console(width=WIDTH)
    found = asyncio.run(happenings(Console(stderr=True)))
    console.print(table(found))
    wrong = {key: happened for key, happened in found.items() if happened.wrong}
    for (name, stage), happened in wrong.items():
        console.print(f"[bold]{name} at {stage.title}[/]: {'; '.join(happened.wrong)}", highlight=False)
    requests = sum(happened.requests for happened in found.values())
    console.print(f"{len(found)} cells, {requests:,} requests, {len(wrong)} not in a right state.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
