"""`runout dump`: import a monthly dump with a bar or lines on stderr, or say which were imported."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from core.app import open_core
from core.config import Config
from core.domain.dump import DumpPhase, DumpProgress, DumpReport, PastDump
from core.errors import RunoutError
from core.services.dump import Asked
from tui.dump_words import PHASES, coverage, how_far, notes, past_line, stopped, summary, what_was_found
from tui.output import can_draw, is_quiet, print_json, say
from tui.wording import describe

from msgspec import Struct, to_builtins
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

OnDump = Callable[[DumpProgress], None]

_STEP: Final = 0.05
"""Lines come at least this part of the whole apart."""

_PIPED_STEP: Final = 50_000_000
"""And of a pipe, whose end nobody knows, this many bytes."""


class Options(Struct, frozen=True):
    """What was asked for on the command line."""

    file: Path
    everything: bool = False
    day: date | None = None
    checksum: Path | None = None
    as_json: bool = False

    @classmethod
    def of(cls, given: argparse.Namespace) -> Options:
        """The options of a parsed command line."""
        return cls(given.file, given.all, given.date, given.checksum, given.json)

    @property
    def asked(self) -> Asked:
        """The same for the service."""
        file = None if str(self.file) == "-" else self.file.expanduser()
        checksum = None if self.checksum is None else self.checksum.expanduser()
        return Asked(file, self.everything, self.day, checksum)


def dump(config: Config, given: argparse.Namespace) -> int:
    """One of the commands below `runout dump`."""
    if given.dump_command == "import":
        return _bring(config, Options.of(given))
    return _status(config, as_json=given.json)


def _bring(config: Config, options: Options) -> int:
    async def act() -> DumpReport:
        async with open_core(config) as core:
            with shown(as_bar=can_draw() and not options.as_json) as on_progress:
                return await core.dump.bring(options.asked, on_progress)

    try:
        report = asyncio.run(act())
    except RunoutError as error:
        if options.as_json:
            print_json({"errors": [describe(error)]})
        raise
    for note in notes(report):
        say(note)
    if options.as_json:
        print_json(_as_dict(report))
        return 0
    for line in filter(None, (summary(report), coverage(report))):
        sys.stdout.write(f"{line}\n")
    return 0


def _status(config: Config, *, as_json: bool) -> int:
    async def act() -> tuple[PastDump, ...]:
        async with open_core(config) as core:
            return await core.dump.past()

    found = asyncio.run(act())
    for one in found:
        if as_json:
            print_json(to_builtins(one))
        else:
            sys.stdout.write(f"{past_line(one, datetime.now(UTC))}\n")
    if not found:
        say("No dump was imported yet. `runout dump import --help` says how.")
    return 0


@contextmanager
def shown(*, as_bar: bool) -> Iterator[OnDump]:
    """Show how far an import is until the block ends: as a bar, else as lines, or not at all.

    When the block is cancelled it is said how another import goes on.
    """
    last: DumpProgress | None = None

    def show(progress: DumpProgress) -> None:
        nonlocal last
        last = progress
        on_progress(progress)

    try:
        with _surface(as_bar=as_bar) as on_progress:
            yield show
    except asyncio.CancelledError:
        if last is not None:
            say(stopped(last, is_pipe=last.total is None))
        raise


@contextmanager
def _surface(*, as_bar: bool) -> Iterator[OnDump]:
    if is_quiet():
        yield _nothing
        return
    if not as_bar:
        yield _Lines().show
        return
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=None),
        DownloadColumn(),
        TextColumn("{task.fields[found]}"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
        expand=True,
    )
    with bar:
        yield _Bar(bar).show


class _Bar:
    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._task = bar.add_task(PHASES[DumpPhase.READING], total=None, found="")

    def show(self, progress: DumpProgress) -> None:
        self._bar.update(
            self._task,
            description=PHASES[progress.phase],
            completed=progress.read,
            total=progress.total,
            found=what_was_found(progress),
        )


class _Lines:
    def __init__(self) -> None:
        self._said = 0
        self._phase: DumpPhase | None = None

    def show(self, progress: DumpProgress) -> None:
        if progress.phase is not self._phase and progress.phase is not DumpPhase.READING:
            say(PHASES[progress.phase])
        elif progress.phase is DumpPhase.READING and progress.read - self._said >= self._step(progress):
            self._said = progress.read
            say(how_far(progress))
        self._phase = progress.phase

    def _step(self, progress: DumpProgress) -> float:
        return _STEP * progress.total if progress.total else _PIPED_STEP


def _nothing(_progress: DumpProgress) -> None:
    return


def _as_dict(report: DumpReport) -> dict[str, Any]:
    told: dict[str, Any] = to_builtins(report)
    published: dict[str, Any] = told.pop("published")
    return {**told, **published, "errors": []}
