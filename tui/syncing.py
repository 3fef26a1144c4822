"""`runout sync`: the collection and then the wantlist, for people and for scripts."""

from __future__ import annotations

import argparse
import asyncio
import sys
from typing import Any, Final

from core.app import Core, open_core
from core.config import Config
from core.domain.account import Access, Account
from core.domain.ids import Shelf
from core.domain.progress import Kind, SyncOutcome, SyncReport, Word
from core.errors import NotConnected, RunoutError, WantlistPrivate
from tui.output import can_draw, print_json, say, say_anyway
from tui.progress import shown, summary, wantlist_summary
from tui.wording import FAILED, describe, exit_code

from msgspec import Struct

Reports = dict[Shelf, SyncReport]
"""How each shelf was brought up to date, in the order in which that was done."""


_NAMES: Final[dict[type[BaseException], str]] = {KeyboardInterrupt: "Interrupted."}


class Options(Struct, frozen=True):
    """What was asked for on the command line."""

    account: str = ""
    word: Word = Word.ASK
    kind: Kind = Kind.WALK
    shelves: tuple[Shelf, ...] = tuple(Shelf)
    as_json: bool = False

    @classmethod
    def of(cls, arguments: argparse.Namespace) -> Options:
        """The options of a parsed command line."""
        word = Word.ACCEPT if arguments.accept_removals else Word.KEEP if arguments.keep else Word.ASK
        return cls(
            account=arguments.account,
            word=word,
            # A probe cannot do what the word asks for.
            kind=Kind.PROBE if arguments.quick and word is Word.ASK else Kind.WALK,
            shelves=(Shelf(arguments.only),) if arguments.only else tuple(Shelf),
            as_json=arguments.json,
        )


def sync(config: Config, options: Options) -> int:
    """Bring what is here of an account (default: the last used) up to date."""
    if not options.as_json:
        return told(asyncio.run(_sync(config, options)))
    try:
        reports = asyncio.run(_sync(config, options))
    except (Exception, KeyboardInterrupt) as error:
        print_json(_ended_early(config, options.account, error))
        raise
    print_json(_as_dict(reports))
    return told(reports, quiet=True)


async def _sync(config: Config, options: Options) -> Reports:
    async with open_core(config) as core:
        account = await core.library.account(options.account)
        if account is None:
            raise NotConnected
        await core.schedule.touch(account)
        return await sync_shown(core, account, options)


async def sync_shown(core: Core, account: Account, options: Options, *, lines: bool = True) -> Reports:
    """Syncs with their progress on stderr: as a bar, else as lines, or not at all.

    What could not be had of one shelf will not be had of the next.
    """
    reports: Reports = {}
    for shelf in options.shelves:
        with shown(as_bar=can_draw(), lines=lines, shelf=shelf) as on_progress:
            reports[shelf] = await core.sync.run(account, on_progress, options.word, shelf=shelf, kind=options.kind)
        if not reports[shelf].is_published:
            break
    if len(options.shelves) > 1 and _is_nobodys_business(reports.get(Shelf.WANTLIST), account):
        del reports[Shelf.WANTLIST]
    return reports


def _is_nobodys_business(report: SyncReport | None, account: Account) -> bool:
    """Whether it is a wantlist that its owner keeps private, of a collection that is read as anybody."""
    is_private = report is not None and any(isinstance(one, WantlistPrivate) for one in report.problems)
    return is_private and account.access is Access.PUBLIC


def told(reports: Reports, *, quiet: bool = False) -> int:
    """Say how syncs ended, problems on stderr and the results on stdout; the exit code is the first that is none."""
    codes = [_told(report, quiet=quiet) for report in reports.values()]
    return next(filter(None, codes), 0)


def _told(report: SyncReport, *, quiet: bool) -> int:
    tell = say if report.outcome is SyncOutcome.DONE else say_anyway
    for problem in report.problems:
        tell(describe(problem, shelf=report.shelf))
    words = summary(report) if report.shelf is Shelf.COLLECTION else wantlist_summary(report)
    if words and not quiet:
        sys.stdout.write(words + "\n")
    if report.outcome is SyncOutcome.DONE:
        return 0
    return exit_code(report.problems[0]) if report.problems else FAILED


def _ended_early(config: Config, name: str, error: BaseException) -> dict[str, Any]:
    """What can be said of a sync without a report: what is not known is null."""
    outcome = SyncOutcome.CANCELLED if isinstance(error, KeyboardInterrupt) else SyncOutcome.FAILED
    result: dict[str, Any] = dict.fromkeys(_of_one(SyncReport(outcome=outcome, copies=0, releases=0)))
    try:
        copies, releases = asyncio.run(_here(config, name))
    except Exception:  # noqa: BLE001 - it is the first error that counts
        copies, releases = None, None
    said = [describe(error) if isinstance(error, RunoutError) else _NAMES.get(type(error), type(error).__name__)]
    changes = dict.fromkeys(("added", "changed", "removed", "skipped", "unseen"), 0)
    return {
        **result,
        **changes,
        "outcome": str(outcome),
        "copies": copies,
        "releases": releases,
        "errors": said,
        "wantlist": None,
    }


async def _here(config: Config, name: str) -> tuple[int, int]:
    async with open_core(config) as core:
        account = await core.library.account(name)
        if account is None:
            return 0, 0
        collection = await core.library.collection(account)
        return len(collection.copies), collection.release_count


def _as_dict(reports: Reports) -> dict[str, Any]:
    """The collection's own, with the wantlist's in it; null for what was not asked for or not reached."""
    wants = reports.get(Shelf.WANTLIST)
    first = reports.get(Shelf.COLLECTION)
    beside = {"wantlist": _of_one(wants) if wants else None}
    return beside if first is None else {**_of_one(first), **beside}


def _of_one(report: SyncReport) -> dict[str, Any]:
    return {
        "outcome": str(report.outcome),
        "kind": str(report.kind),
        "copies": report.copies,
        "releases": report.releases,
        "added": report.added,
        "changed": report.changed,
        "removed": report.removed,
        "skipped": report.skipped,
        "unseen": report.unseen,
        "queued": report.queued,
        "requests": report.requests,
        "seconds": round(report.seconds, 3),
        "errors": [describe(problem, shelf=report.shelf) for problem in report.problems],
    }
