"""A sync on the command line: a bar in a terminal, plain lines elsewhere, always on stderr."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from core.domain.ids import Shelf
from core.domain.progress import Phase, SyncEvent, SyncProgress, SyncReport, Waiting
from core.text import count, counted, duration
from tui.output import is_quiet, say
from tui.shelf_words import THINGS
from tui.wording import waiting

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

OnProgress = Callable[[SyncEvent], None]

_DOING = {
    Phase.PROBING: "Looking for what is new",
    Phase.READING: "Syncing",
    Phase.SECOND_LOOK: "Reading once more",
    Phase.CONFIRMING: "Asking for what is missing",
    Phase.PUBLISHING: "Publishing",
    Phase.DONE: "Done",
}

_STEP = 0.05
"""Plain lines come at most this part of the whole apart, so that 1,000 pages are not 1,000 lines."""


@contextmanager
def shown(*, as_bar: bool, lines: bool = True, shelf: Shelf = Shelf.COLLECTION) -> Iterator[OnProgress]:
    """Show the events of a sync until the block ends: as a bar, else as lines, or not at all.

    When the block is cancelled it is said how a later sync goes on.
    """
    last = SyncProgress()

    def show(event: SyncEvent) -> None:
        nonlocal last
        last = event if isinstance(event, SyncProgress) else last
        on_progress(event)

    try:
        with _surface(THINGS[shelf], as_bar=as_bar, lines=lines) as on_progress:
            yield show
    except asyncio.CancelledError:
        if last.page:
            page = f"page {count(last.page)} of {count(last.pages)}"
            say(f"Stopped after {page}; a sync within half an hour goes on from there.")
        raise


@contextmanager
def _surface(things: tuple[str, str], *, as_bar: bool, lines: bool) -> Iterator[OnProgress]:
    if is_quiet() or not (as_bar or lines):
        yield _nothing
        return
    if not as_bar:
        yield _PlainLines(things).show
        return
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=None),
        MofNCompleteColumn(),
        TextColumn(things[1]),
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
            case SyncProgress(phase=phase, seen=seen, told=told):
                self._bar.update(self._task, description=_DOING[phase], completed=min(seen, told), total=told)
            case Waiting():
                said = waiting(event)
                self._bar.update(self._task, description=said[0].upper() + said[1:])
            case _:
                pass


class _PlainLines:
    def __init__(self, things: tuple[str, str]) -> None:
        self._things = things
        self._said = 0.0
        self._phase = Phase.READING

    def show(self, event: SyncEvent) -> None:
        match event:
            case SyncProgress(phase=phase, page=page, pages=pages):
                part = page / pages
                if phase is not self._phase or part - self._said >= _STEP or page in (1, pages):
                    self._phase, self._said = phase, part
                    self._say(event)
            case Waiting():
                say(waiting(event))
            case _:
                pass

    def _say(self, event: SyncProgress) -> None:
        page = f"{count(event.page)} of {count(event.pages)}"
        match event.phase:
            case Phase.READING:
                say(f"page {page}: {count(event.seen)} of {counted(event.told, *self._things)}")
            case Phase.SECOND_LOOK:
                say(f"reading once more in another order, page {page}")
            case Phase.CONFIRMING:
                say(f"asking for what was not seen, {page}")
            case _:
                pass


def _nothing(_event: SyncEvent) -> None:
    return


def summary(report: SyncReport) -> str:
    """A finished sync in one line."""
    return _summary(report, f"{counted(report.copies, 'copy', 'copies')} of {counted(report.releases, 'release')}")


def wantlist_summary(report: SyncReport) -> str:
    """The same of a wantlist; empty when nobody wants anything."""
    if report.is_published and not (report.copies or report.removed or report.unseen or report.skipped):
        return ""
    return _summary(report, f"Wantlist, {counted(report.copies, 'want')}")


def _summary(report: SyncReport, here: str) -> str:
    if not report.is_published:
        return f"Nothing was changed: {here} as before."
    changes = f"{count(report.added)} added, {count(report.changed)} changed, {count(report.removed)} removed"
    skipped = f", {count(report.skipped)} skipped" if report.skipped else ""
    unseen = f", {count(report.unseen)} unseen" if report.unseen else ""
    spent = f"{counted(report.requests, 'request')} in {duration(report.seconds)}"
    return f"{here}: {changes}{skipped}{unseen} ({spent})."
