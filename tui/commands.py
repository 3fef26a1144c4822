"""The commands besides the demo. Data goes to stdout, words to stderr."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from core.app import Core, open_core
from core.config import Config
from core.domain.account import Account
from core.domain.progress import SyncOutcome, SyncReport, Word
from core.domain.spending import BudgetStatus
from core.errors import NotConnected, RunoutError
from core.services.keys import Rotation
from core.text import counted
from tui.output import can_draw, print_json, say, say_anyway
from tui.progress import shown, summary
from tui.render.budget import budget_lines
from tui.wording import FAILED, describe, exit_code

from msgspec import to_builtins


def sync(config: Config, word: Word, account: str = "", *, as_json: bool) -> int:
    """Bring the copy of an account (default: the last used) up to date; `word` answers for what is missing."""
    if not as_json:
        return told(asyncio.run(_sync(config, word, account)))
    try:
        report = asyncio.run(_sync(config, word, account))
    except (Exception, KeyboardInterrupt) as error:
        print_json(_ended_early(config, account, error))
        raise
    print_json(_as_dict(report))
    return told(report, quiet=True)


def _ended_early(config: Config, name: str, error: BaseException) -> dict[str, Any]:
    """What can be said of a sync without a report: what is not known is null."""
    outcome = SyncOutcome.CANCELLED if isinstance(error, KeyboardInterrupt) else SyncOutcome.FAILED
    result: dict[str, Any] = dict.fromkeys(_as_dict(SyncReport(outcome=outcome, copies=0, releases=0)))
    try:
        copies, releases = asyncio.run(_here(config, name))
    except Exception:  # noqa: BLE001 - it is the first error that counts
        copies, releases = None, None
    said = [describe(error)] if isinstance(error, RunoutError) else [str(type(error).__name__)]
    changes = dict.fromkeys(("added", "changed", "removed", "skipped", "unseen"), 0)
    return {**result, **changes, "outcome": str(outcome), "copies": copies, "releases": releases, "errors": said}


async def _here(config: Config, name: str) -> tuple[int, int]:
    async with open_core(config) as core:
        account = await core.library.account(name)
        if account is None:
            return 0, 0
        collection = await core.library.collection(account)
        return len(collection.copies), collection.release_count


async def _sync(config: Config, word: Word, name: str) -> SyncReport:
    async with open_core(config) as core:
        account = await core.library.account(name)
        if account is None:
            raise NotConnected
        return await sync_shown(core, account, word)


async def sync_shown(core: Core, account: Account, word: Word = Word.ASK, *, lines: bool = True) -> SyncReport:
    """A sync with its progress on stderr: as a bar, else as lines, or not at all."""
    with shown(as_bar=can_draw(), lines=lines) as on_progress:
        return await core.sync.run(account, on_progress, word)


def told(report: SyncReport, *, quiet: bool = False) -> int:
    """Say how a sync ended, problems on stderr and the result on stdout; the exit code."""
    tell = say if report.outcome is SyncOutcome.DONE else say_anyway
    for problem in report.problems:
        tell(describe(problem))
    if not quiet:
        sys.stdout.write(summary(report) + "\n")
    if report.outcome is SyncOutcome.DONE:
        return 0
    return exit_code(report.problems[0]) if report.problems else FAILED


def browse(config: Config, account: str, demonstrate: Callable[[Config], int]) -> int:
    """Open the terminal, on the collection of an account: of the last used if none is named.

    `demonstrate` begins the demo, which can be asked for there.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        say_anyway("The terminal app needs a terminal. For scripts there is `runout sync --json`; see `runout --help`.")
        return FAILED

    # Deferred: no other command needs Textual.
    from tui.app import RunoutApp, Setting  # noqa: PLC0415
    from tui.screens.dialogs import DEMO  # noqa: PLC0415

    setting = Setting.of(config)

    async def act() -> int:
        async with open_core(config) as core:
            if account and (named := await core.library.account(account)):
                await core.library.use(named)
            app = RunoutApp(core, site_url=config.discogs.site_url, setting=setting)
            return await app.run_to_the_end()

    code = asyncio.run(act())
    return demonstrate(config) if code == DEMO else code


def budget(config: Config, *, as_json: bool) -> int:
    """Say what is left of the requests that Discogs allows, for everything on this machine."""

    async def act() -> BudgetStatus:
        async with open_core(config) as core:
            return await core.budget.status()

    found = asyncio.run(act())
    if as_json:
        print_json(to_builtins(found) | {"taken": {lane.name.lower(): count for lane, count in found.taken.items()}})
    else:
        sys.stdout.write("".join(f"{line}\n" for line in budget_lines(found, datetime.now(UTC))))
    return 0


def rotate_keys(config: Config) -> int:
    """Seal every credential with a new key."""

    async def act() -> Rotation:
        async with open_core(config) as core:
            return await core.keys.rotate()

    found = asyncio.run(act())
    sealed = f"{counted(found.sealed, 'credential')} sealed with a new key"
    if found.left:
        lost = counted(found.left, "credential")
        say_anyway(
            f"{sealed}; {lost} opened with no key that is here, so the old keys stay. Run `runout connect` again."
        )
        return FAILED
    say(f"{sealed}; the old one is gone.")
    return 0


def paths(config: Config, *, as_json: bool) -> int:
    """Say where things are."""
    known = {name: str(getattr(config.paths, name)) for name in config.paths.__struct_fields__}
    if as_json:
        print_json(known)
    else:
        for name, path in known.items():
            sys.stdout.write(f"{name:<9} {path}\n")
    return 0


def _as_dict(report: SyncReport) -> dict[str, Any]:
    return {
        "outcome": str(report.outcome),
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
        "errors": [describe(problem) for problem in report.problems],
    }
