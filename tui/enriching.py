"""`runout enrich`: original years and details of one account's records, read now, by whichever process is at it."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from core.app import Core, open_core
from core.config import Config
from core.domain.account import Access, Account
from core.domain.enrichment import EnrichProgress, Left
from core.domain.ids import Shelf
from core.domain.master import Coverage
from core.domain.turns import JobReport
from core.errors import Disconnected, NotConnected, RunoutError
from core.services.enrich import JOB
from core.text import count, counted
from tui.output import can_draw, is_quiet, print_json, say, say_anyway
from tui.render.coverage import coverage_lines
from tui.render.foretelling import left
from tui.wording import FAILED, describe, exit_code

from msgspec import Struct, to_builtins
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

_GLANCE: Final = 1.0
"""Seconds after which it is looked how far it is."""

_STEP: Final = 0.05
"""Lines come at least this part of the whole apart."""

_YEARS, _DETAILS = "original years", "details"
_UNEXPECTED: Final = "Something unexpected went wrong. The log has the details; `runout paths` says where it is."


class Options(Struct, frozen=True):
    """What was asked for on the command line."""

    account: str = ""
    details: bool = False
    as_json: bool = False

    @classmethod
    def of(cls, given: argparse.Namespace) -> Options:
        """The options of a parsed command line."""
        return cls(given.account, given.details, given.json)


class Known(Struct, frozen=True):
    """What is known at the end."""

    account: Account
    shelves: dict[Shelf, Coverage]
    details: Left
    report: JobReport | None
    """How our own turn ended; None when others have done it all."""

    @property
    def code(self) -> int:
        """The exit code."""
        if self.report is None or self.report.problem is None:
            return FAILED if self.error else 0
        return exit_code(self.report.problem)

    @property
    def error(self) -> str:
        """What kept it from its end, in words."""
        if self.report is None or not self.report.is_failed:
            return ""
        return describe(self.report.problem) if self.report.problem is not None else _UNEXPECTED


def enrich(config: Config, options: Options) -> int:
    """Read what is to be read of an account's records (default: the last used); what has come stays."""
    try:
        known = asyncio.run(_enriched(config, options))
    except (RunoutError, KeyboardInterrupt) as error:
        if options.as_json:
            said = "Interrupted." if isinstance(error, KeyboardInterrupt) else describe(error)
            print_json({"account": None, "outcome": "stopped", "errors": [said]})
        raise
    if options.as_json:
        print_json(_as_dict(known, options))
    else:
        for line in coverage_lines(known.shelves[Shelf.COLLECTION]):
            sys.stdout.write(line + "\n")
        if options.details:
            sys.stdout.write(_of_details(known.details) + "\n")
    if known.error:
        say_anyway(known.error)
    return known.code


async def _enriched(config: Config, options: Options) -> Known:
    async with open_core(config) as core:
        account = await core.library.account(options.account)
        if account is None:
            raise NotConnected
        if account.access is Access.NONE:
            raise Disconnected(username=account.username)
        await core.schedule.touch(account)
        with _shown(as_bar=can_draw()) as show:
            watching = asyncio.create_task(_watch(core, account, show, details=options.details))
            try:
                report = await _worked(core, account, details=options.details)
            finally:
                watching.cancel()
                await asyncio.gather(watching, return_exceptions=True)
        shelves = {shelf: await core.enrich.coverage(account, shelf) for shelf in Shelf}
        return Known(account, shelves, await core.enrich.left(account, details=True), report)


async def _worked(core: Core, account: Account, *, details: bool) -> JobReport | None:
    """How our turn ended; None when another process was at it until nothing was left."""
    while await _next(core, account, details=details) is not None:
        report = await core.jobs.alone(JOB, lambda _now: core.enrich.work_down(account, details=details))
        if report is not None:
            return report
        await asyncio.sleep(_GLANCE)
    return None


async def _next(core: Core, account: Account, *, details: bool) -> tuple[str, EnrichProgress] | None:
    """What is read now, and how far it is; None when nothing is left."""
    for what in (_YEARS, _DETAILS) if details else (_YEARS,):
        progress = await core.enrich.progress_of(account, details=what is _DETAILS)
        if progress is not None:
            return what, progress
    return None


async def _watch(core: Core, account: Account, show: _Surface, *, details: bool) -> None:
    while True:
        began = time.monotonic()
        with contextlib.suppress(RunoutError):  # Whoever reads will say it.
            if (found := await _next(core, account, details=details)) is not None:
                show.progress(*found)
        # Of 100,000 copies it takes half a second to see how far it is.
        await asyncio.sleep(max(_GLANCE, 10 * (time.monotonic() - began)))


class _Surface:
    """Lines, at most one for every twentieth; and nothing where nothing is wanted."""

    def __init__(self, *, is_silent: bool = False) -> None:
        self._said = ("", 0.0)
        self._is_silent = is_silent

    def progress(self, what: str, progress: EnrichProgress) -> None:
        """How far it is."""
        part = progress.done / max(1, progress.done + progress.left)
        if not self._is_silent and (what != self._said[0] or part - self._said[1] >= _STEP):
            self._said = what, part
            say(f"{what}: {count(progress.done)} of {count(progress.done + progress.left)}{_until(progress)}")


class _Bar(_Surface):
    def __init__(self, bar: Progress) -> None:
        super().__init__()
        self._bar = bar
        self._task = bar.add_task("Looking what is known", total=None, until="")

    def progress(self, what: str, progress: EnrichProgress) -> None:
        """How far it is."""
        self._bar.update(
            self._task,
            description=f"Reading {what}",
            completed=progress.done,
            total=progress.done + progress.left,
            until=_until(progress).removeprefix(", "),
        )


def _until(progress: EnrichProgress) -> str:
    return "" if progress.seconds is None else f", about {left(progress.seconds)}"


@contextmanager
def _shown(*, as_bar: bool) -> Iterator[_Surface]:
    """Show how far it is until the block ends; when it is stopped, say how it goes on."""
    try:
        if is_quiet() or not as_bar:
            yield _Surface(is_silent=is_quiet())
        else:
            columns = (TextColumn("{task.description}"), BarColumn(bar_width=None), MofNCompleteColumn())
            with Progress(
                *columns,
                TextColumn("{task.fields[until]}"),
                console=Console(stderr=True),
                transient=True,
                expand=True,
            ) as bar:
                yield _Bar(bar)
    except asyncio.CancelledError:
        say("Stopped. What was read so far is kept, and the same command goes on from there.")
        raise


def _of_details(found: Left) -> str:
    waiting = f"; {count(found.pending)} still to be read" if found.pending else ""
    return f"Details known of {counted(found.done, 'release')}{waiting}."


def _as_dict(known: Known, options: Options) -> dict[str, Any]:
    details = {"known": known.details.done, "pending": known.details.pending}
    return {
        "account": known.account.username,
        "outcome": "failed" if known.error else "done",
        **{str(shelf): to_builtins(coverage) for shelf, coverage in known.shelves.items()},
        "details": details if options.details else None,
        "seconds": round(known.report.seconds, 3) if known.report else 0.0,
        "errors": [known.error] if known.error else [],
    }
