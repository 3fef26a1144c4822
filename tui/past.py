"""`runout changes` and `runout history`: what happened, for people and for scripts."""

from __future__ import annotations

import argparse
import asyncio
import re
import sys
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from core.app import Core, open_core
from core.clock import clock_at
from core.config import Config
from core.domain.account import Access, Account
from core.domain.changes import Action, Entry
from core.domain.collection import Collection
from core.domain.ids import Shelf
from core.domain.progress import PastRun
from core.errors import NotConnected
from core.text import printable
from tui.output import say, say_anyway
from tui.render.export import json_line
from tui.render.past import reasons, release_of, run_line, what, when, whose
from tui.wording import USAGE

import msgspec
from msgspec import Struct

_AGE: Final = re.compile(r"(\d{1,5})([hdwmy])", re.IGNORECASE)
_HOURS: Final = {"h": 1, "d": 24, "w": 7 * 24, "m": 30 * 24, "y": 365 * 24}
_BEFORE_ALL: Final = datetime.min.replace(tzinfo=UTC)
_AT_ONCE: Final = 1_000
"""Changes that are read and written together."""


class Options(Struct, frozen=True):
    """What was asked for on the command line."""

    account: str = ""
    since: str = ""
    only: Shelf | None = None
    limit: int | None = None
    everything: bool = False
    as_json: bool = False

    @classmethod
    def of(cls, given: argparse.Namespace) -> Options:
        """The options of a parsed command line."""
        only = getattr(given, "only", None)
        return cls(
            account=given.account,
            since=getattr(given, "since", ""),
            only=Shelf(only) if only else None,
            limit=given.limit,
            everything=getattr(given, "all", False),
            as_json=given.json,
        )


def changes(config: Config, options: Options) -> int:
    """Print the feed of an account, the newest first. Of a long one little is held at a time."""
    since = _moment(options.since, clock_at(config.time.factor, config.time.epoch).now())
    if options.since and since is None:
        say_anyway(
            f"{printable(options.since)!r} is no age and no day. Say it as in 36h, 7d, 2w, 3m, 1y or 2026-11-01."
        )
        return USAGE
    actions = frozenset(Action) - (frozenset() if options.everything else {Action.PICTURED})

    async def act(core: Core, account: Account) -> bool:
        names, told, older_than = await core.library.names(account), 0, None
        while options.limit is None or told < options.limit:
            size = _AT_ONCE if options.limit is None else min(_AT_ONCE, options.limit - told)
            found = await core.history.changes(
                account, since, shelf=options.only, limit=size, older_than=older_than, actions=actions
            )
            _write([_change(entry, names, as_json=options.as_json) for entry in found], as_json=options.as_json)
            told += len(found)
            if len(found) < size:
                break
            older_than = found[-1].number
        return bool(told)

    if not _asked(config, options.account, act) and options.limit != 0:
        say("Nothing has happened since then." if options.since else "Nothing has happened yet.")
    return 0


def history(config: Config, options: Options) -> int:
    """Print the last syncs of an account, the newest first."""
    number, is_read = options.limit if options.limit is not None else 20, True

    async def act(core: Core, account: Account) -> bool:
        nonlocal is_read
        is_read = account.access is not Access.LOCAL
        runs = await core.history.runs(account, number)
        _write([_run(run, as_json=options.as_json) for run in runs], as_json=options.as_json)
        return bool(runs)

    if not _asked(config, options.account, act) and number:
        say("There has been no sync yet." + (" Run `runout sync`." if is_read else " What came from a file has none."))
    return 0


def _asked(config: Config, name: str, act: Callable[[Core, Account], Awaitable[bool]]) -> bool:
    async def ask() -> bool:
        async with open_core(config) as core:
            account = await core.library.account(name)
            if account is None:
                raise NotConnected
            await core.schedule.touch(account)
            return await act(core, account)

    return asyncio.run(ask())


def _moment(text: str, now: datetime) -> datetime | None:
    """The moment that is so long ago, or at which a day begins for whoever says it; None when it is neither."""
    age = _AGE.fullmatch(text.strip())
    if age:
        try:
            return now - timedelta(hours=int(age[1]) * _HOURS[age[2].lower()])
        except OverflowError:
            return _BEFORE_ALL
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    try:
        return found.astimezone(UTC)
    except (OverflowError, ValueError):  # At the ends of the calendar there is no other zone.
        return found.replace(tzinfo=UTC)


def _write(lines: Iterable[str], *, as_json: bool) -> None:
    # In one piece, and in the terminal's own letters: what it does not have is a question mark there.
    text = "".join(lines)
    sys.stdout.buffer.write(text.encode("utf-8" if as_json else sys.stdout.encoding, "replace"))


def _change(entry: Entry, names: Collection, *, as_json: bool) -> str:
    if as_json:
        return json_line(_change_object(entry, names))
    record, shelf = whose(entry), "" if entry.shelf is Shelf.COLLECTION else " (wantlist)"
    return f"{when(entry.at)}  {f'{record}{shelf}: ' if record else ''}{what(entry, names)}\n"


def _run(run: PastRun, *, as_json: bool) -> str:
    if as_json:
        return json_line(_run_object(run))
    told = "".join(f"{' ' * 18}{reason}\n" for reason in reasons(run))
    return f"{when(run.started_at)}  {run_line(run)}\n{told}"


def _change_object(entry: Entry, names: Collection) -> dict[str, Any]:
    change, release = entry.change, release_of(entry)
    return {
        "number": entry.number,
        "when": entry.at.isoformat(),
        "run": entry.run,
        "who": str(change.who),
        "shelf": str(entry.shelf),
        "action": str(change.action),
        "release_id": change.release_id,
        "instance_id": change.instance_id,
        "artist": (release.artist or None) if release else None,
        "title": (release.title or None) if release else None,
        "what": what(entry, names),
        "before": msgspec.json.decode(change.before) if change.before else None,
        "after": msgspec.json.decode(change.after) if change.after else None,
        "result": str(change.result),
        "reason": change.reason or None,
    }


def _run_object(run: PastRun) -> dict[str, Any]:
    finished = run.finished_at
    is_over = finished is not None and not run.crashed
    counts = ("requests", "added", "changed", "removed", "skipped", "unseen")
    return {
        "run": run.run,
        "started": run.started_at.isoformat(),
        "finished": finished.isoformat() if finished else None,
        "seconds": round((finished - run.started_at).total_seconds(), 3) if finished and is_over else None,
        "shelf": str(run.shelf),
        "kind": str(run.kind),
        "asked_by": str(run.by),
        "outcome": "crashed" if run.crashed else str(run.outcome) if run.outcome else "running",
        "reasons": list(reasons(run)),
        **{name: getattr(run, name) if is_over else None for name in counts},
        "copies": run.copies,
    }
