"""A sync on the command line: a bar in a terminal, plain lines elsewhere, always on stderr."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from core.domain.progress import PageFetched, SyncEvent, SyncOutcome, SyncReport, Waiting
from core.text import count, counted, duration
from tui.output import say
from tui.wording import waiting

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

OnProgress = Callable[[SyncEvent], None]

_STEP = 0.05
"""Plain lines come at most this part of the whole apart, so that 1,000 pages are not 1,000 lines."""


@contextmanager
def shown(*, as_bar: bool, lines: bool = True) -> Iterator[OnProgress]:
    """Show the events of a sync until the block ends: as a bar, else as lines, or not at all."""
    if not as_bar:
        yield _PlainLines().show if lines else _nothing
        return
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=None),
        MofNCompleteColumn(),
        TextColumn("copies"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
        expand=True,
    )
    with bar:
        yield _Bar(bar).show


class _Bar:
    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._task = bar.add_task("Syncing", total=None)

    def show(self, event: SyncEvent) -> None:
        match event:
            case PageFetched(seen=seen, told=told):
                self._bar.update(self._task, description="Syncing", completed=min(seen, told), total=told)
            case Waiting():
                said = waiting(event)
                self._bar.update(self._task, description=said[0].upper() + said[1:])
            case _:
                pass


class _PlainLines:
    def __init__(self) -> None:
        self._said = 0.0

    def show(self, event: SyncEvent) -> None:
        match event:
            case PageFetched(page=page, pages=pages, seen=seen, told=told):
                part = page / pages
                if part - self._said >= _STEP or page in (1, pages):
                    self._said = part
                    say(f"page {count(page)} of {count(pages)}: {count(seen)} of {counted(told, 'copy', 'copies')}")
            case Waiting():
                say(waiting(event))
            case _:
                pass


def _nothing(_event: SyncEvent) -> None:
    return


def summary(report: SyncReport) -> str:
    """A finished sync in one line."""
    here = f"{counted(report.copies, 'copy', 'copies')} of {counted(report.releases, 'release')}"
    if report.outcome is not SyncOutcome.DONE:
        return f"Nothing was changed: {here} as before."
    changes = f"{count(report.added)} added, {count(report.changed)} changed, {count(report.removed)} removed"
    skipped = f", {count(report.skipped)} skipped" if report.skipped else ""
    spent = f"{counted(report.requests, 'request')} in {duration(report.seconds)}"
    return f"{here}: {changes}{skipped} ({spent})."
