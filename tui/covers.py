"""`runout covers`: fetch pictures with a bar or lines on stderr, say what is here, let go of all."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any, Final, cast

from core.app import Core, open_core
from core.config import Config
from core.domain.account import Account
from core.domain.covers import CoverProgress, CoverReport, CoverStatus, Size
from core.domain.ids import ReleaseId, Shelf
from core.domain.progress import Waiting
from core.domain.query import parse
from core.domain.sorting import parse_order
from core.domain.view import View
from core.errors import NotConnected, QuerySyntaxError, RunoutError
from core.text import counted
from tui.cover_words import advice, how_far, size, status_lines, stopped, summary
from tui.listing import complaint, say_what_is_missing
from tui.output import can_draw, is_quiet, print_json, say, say_anyway
from tui.wording import FAILED, USAGE, describe, waiting

from msgspec import Struct, to_builtins
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

OnCover = Callable[[CoverProgress | Waiting], None]

_STEP: Final = 0.05
"""Lines come at least this part of the whole apart."""


class Options(Struct, frozen=True):
    """What was asked for on the command line."""

    account: str = ""
    query: str = ""
    sizes: tuple[Size, ...] = (Size.LARGE,)
    shelf: Shelf = Shelf.COLLECTION
    limit: int | None = None
    as_json: bool = False

    @classmethod
    def of(cls, given: argparse.Namespace) -> Options:
        """The options of a parsed command line."""
        sizes = tuple(Size) if given.size == "both" else (Size(given.size),)
        shelf = Shelf.WANTLIST if given.wants else Shelf.COLLECTION
        return cls(given.account, " ".join(given.query), sizes, shelf, given.limit, given.json)


def covers(config: Config, given: argparse.Namespace) -> int:
    """One of the commands below `runout covers`."""
    match given.covers_command:
        case "fetch":
            return fetch(config, Options.of(given))
        case "clear":
            return clear(config, as_json=given.json)
        case _:
            return status(config, as_json=given.json)


def fetch(config: Config, options: Options) -> int:
    """Fetch the pictures of what a query leaves; what has come stays, however it ends."""
    try:
        parse(options.query)
    except QuerySyntaxError as error:
        say_anyway(complaint(options.query, error))
        return USAGE
    seen = _Seen()
    try:
        report = asyncio.run(_fetch(config, options, seen))
    except (RunoutError, KeyboardInterrupt) as error:
        if options.as_json:
            said = "Interrupted." if isinstance(error, KeyboardInterrupt) else describe(error)
            print_json(_as_dict(seen.progress.report, said))
        raise
    if options.as_json:
        print_json(_as_dict(report))
    else:
        sys.stdout.write(summary(report) + "\n")
    for line in advice(report, config.covers.limit_mb * 1_000_000):
        say(line)
    return FAILED if report.failed else 0


async def _fetch(config: Config, options: Options, seen: _Seen) -> CoverReport:
    async with open_core(config) as core:
        account = await core.library.account(options.account)
        if account is None:
            raise NotConnected
        await core.schedule.touch(account)
        releases = await _releases(core, account, options)
        with _shown(seen, as_bar=can_draw()) as on_progress:
            return await core.covers.fetch(account, releases, on_progress, options.sizes)


async def _releases(core: Core, account: Account, options: Options) -> tuple[ReleaseId, ...]:
    collection = await core.library.collection(account, options.shelf)
    view = View.of(collection, parse_order("artist"), options.query, core.jobs.now().date())
    say_what_is_missing(account, view, options.shelf)
    found = dict.fromkeys(copy.release.id for copy in view.copies)
    return tuple(islice(found, options.limit))


class _Seen:
    """How far it came, for whoever ends it."""

    def __init__(self) -> None:
        self.progress = CoverProgress(CoverReport(), 0, 0.0)


@contextmanager
def _shown(seen: _Seen, *, as_bar: bool) -> Iterator[OnCover]:
    """Show how far it is until the block ends; when it is stopped, say how it goes on."""

    def show(event: CoverProgress | Waiting) -> None:
        if isinstance(event, CoverProgress):
            seen.progress = event
        on_progress(event)

    try:
        with _surface(as_bar=as_bar) as on_progress:
            yield show
    except (asyncio.CancelledError, RunoutError):
        if seen.progress.total:
            say(stopped(seen.progress.report, seen.progress.total))
        raise


@contextmanager
def _surface(*, as_bar: bool) -> Iterator[OnCover]:
    if is_quiet():
        yield lambda _event: None
        return
    if not as_bar:
        yield _PlainLines().show
        return
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=None),
        MofNCompleteColumn(),
        TextColumn("{task.fields[left]}"),
        console=Console(stderr=True),
        transient=True,
        expand=True,
    )
    with bar:
        yield _Bar(bar).show


class _Bar:
    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._task = bar.add_task("Fetching pictures", total=None, left="")

    def show(self, event: CoverProgress | Waiting) -> None:
        if isinstance(event, Waiting):
            said = waiting(event)
            self._bar.update(self._task, description=said[0].upper() + said[1:])
            return
        left = how_far(event.done, event.total, event.seconds_left).partition(", ")[2]
        self._bar.update(
            self._task, description="Fetching pictures", completed=event.done, total=event.total, left=left
        )


class _PlainLines:
    def __init__(self) -> None:
        self._said = -1.0

    def show(self, event: CoverProgress | Waiting) -> None:
        if isinstance(event, Waiting):
            say(waiting(event))
            return
        part = event.done / event.total if event.total else 1.0
        if event.total and (part - self._said >= _STEP or self._said < part == 1.0):
            self._said = part
            say(how_far(event.done, event.total, event.seconds_left))


def status(config: Config, *, as_json: bool) -> int:
    """Say what the cache holds."""

    async def act() -> CoverStatus:
        async with open_core(config) as core:
            return await core.covers.status()

    found = asyncio.run(act())
    if as_json:
        print_json(cast("dict[str, Any]", to_builtins(found)))
    else:
        sys.stdout.write("".join(f"{line}\n" for line in status_lines(found)))
    return 0


def clear(config: Config, *, as_json: bool) -> int:
    """Let go of every picture."""

    async def act() -> tuple[int, int]:
        async with open_core(config) as core:
            return await core.covers.clear()

    number, length = asyncio.run(act())
    if as_json:
        print_json({"pictures": number, "bytes": length})
    else:
        sys.stdout.write(f"{counted(number, 'picture')} deleted, {size(length)}.\n")
    return 0


def _as_dict(report: CoverReport, *errors: str) -> dict[str, Any]:
    return {**cast("dict[str, Any]", to_builtins(report)), "errors": list(errors)}
