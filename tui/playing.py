"""`runout played`: the listening log, for people and for scripts."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import sys
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from core.app import Core, open_core
from core.clock import clock_at
from core.config import Config
from core.domain.account import Account
from core.domain.collection import Collection
from core.domain.ids import ReleaseId, Shelf
from core.domain.plays import heard, number_of, release_of
from core.domain.release import Release
from core.domain.view import View
from core.errors import NeverHere, NotConnected, QuerySyntaxError
from core.services.export_writing import write_whole
from core.text import SOURCE_NOTICE, counted, printable
from tui.listing import complaint, say_what_is_missing, width
from tui.output import say, say_anyway
from tui.play_words import logged, taken_back
from tui.render.export import json_line
from tui.render.freshness import not_current
from tui.render.plays import PlayRow, choices, csv_rows, play_line, play_object
from tui.wording import FAILED, NEEDS_WORD, USAGE

from msgspec import Struct
from msgspec.structs import replace

_LAST: Final = 10
"""Plays that are listed when nothing is asked for."""
_FEW: Final = 5
"""Records that are told when a query leaves more than one."""
_KINDS: Final = {".csv": False, ".jsonl": True, ".ndjson": True}
"""How the name of an exported file ends, and whether it is JSON."""
_WHEN: Final = "Say it as in yesterday, 20min, 2h, 3d, 2w, 2026-11-01 or 2026-11-01T21:30."


class Options(Struct, frozen=True):
    """What was asked for on the command line."""

    account: str = ""
    words: str = ""
    at: str | None = None
    since: str | None = None
    export: str = ""
    lists: bool = False
    undo: bool = False
    force: bool = False
    as_json: bool = False

    @classmethod
    def of(cls, given: argparse.Namespace) -> Options:
        """The options of a parsed command line."""
        return cls(
            account=given.account,
            words=" ".join(given.query),
            at=given.at,
            since=given.since,
            export=given.export,
            lists=given.list,
            undo=given.undo,
            force=given.force,
            as_json=given.json,
        )

    @property
    def logs(self) -> bool:
        """Whether something is to be logged."""
        return bool(self.words) and not self.undo

    @property
    def query(self) -> str:
        """What of it is a query, and no name of a release."""
        return self.words if self.logs and release_of(self.words) is None else ""


def played(config: Config, options: Options) -> int:
    """Log a play, take one back, list or export them."""
    now = now_of(config)
    try:
        View.of(Collection(), text=options.query, today=now.date())
    except QuerySyntaxError as error:
        say_anyway(complaint(options.query, error))
        return USAGE
    if refusal := _refusal(options, now):
        say_anyway(refusal)
        return USAGE
    codes: list[int] = []
    do = _undone if options.undo else _logged if options.words else _exported if options.export else _listed

    async def act(core: Core, account: Account) -> None:
        codes.append(await do(core, account, options, now))

    asyncio.run(in_the_core(config, options.account, act))
    return codes[0]


async def in_the_core(config: Config, name: str, act: Callable[[Core, Account], Awaitable[None]]) -> None:
    """Do something with an account. Nothing comes back, because asyncio would put it into words for itself.

    Raises NotConnected or NoSuchAccount.
    """
    async with open_core(config) as core:
        account = await core.library.account(name)
        if account is None:
            raise NotConnected
        await core.schedule.touch(account)
        await act(core, account)


def print_object(value: dict[str, Any]) -> None:
    """Give one object to whatever reads our output."""
    _write([json_line(value)], as_json=True)


def now_of(config: Config) -> datetime:
    """What the clock of the settings says, UTC."""
    return clock_at(config.time.factor, config.time.epoch).now()


def _refusal(options: Options, now: datetime) -> str:
    """What of the options cannot be meant, in a sentence; empty when all can."""
    if options.words and (options.lists or options.export):
        return "--list and --export are of the whole log and take no query; --since leaves older plays out."
    if options.at is not None and not options.logs:
        return "--at says when something was played; say what, too."
    if options.since is not None and options.logs:
        return "--since is for --list and --export."
    if options.undo and options.words and not (options.words.isascii() and options.words.isdecimal()):
        return f"{printable(options.words)!r} is no number of a play. `runout played --list` shows the numbers."
    if options.export not in ("", "-") and Path(options.export).suffix.casefold() not in _KINDS:
        return f"{printable(options.export)} should end in .csv or .jsonl; - is CSV on standard output."
    if options.force and not options.export:
        return "--force is for --export: it replaces the file if there is one."
    for told in (options.at, options.since):
        if told is not None and _moment(told, now) is None:
            return f"{printable(told)!r} is no moment. {_WHEN}"
    return ""


def _moment(text: str, now: datetime, *, begins: bool = False) -> datetime | None:
    """The moment that is meant where this machine stands."""
    found = heard(text, now.astimezone(), begins=begins)
    if found is None or found.tzinfo is not None:
        return found
    try:
        return found.astimezone(UTC)
    except (OverflowError, ValueError, OSError):  # At the ends of the calendar there is no other zone.
        return found.replace(tzinfo=UTC)


async def _undone(core: Core, account: Account, options: Options, _now: datetime) -> int:
    play = await core.plays.undo(account, int(options.words[:18]) if options.words else None)
    say(taken_back(play))
    if options.as_json:
        print_object(play_object(play, (await core.plays.played(account)).get(play.release_id)))
    return 0


async def _listed(core: Core, account: Account, options: Options, now: datetime) -> int:
    is_whole = options.lists or options.since is not None
    plays = await core.plays.listed(account, _since(options, now), None if is_whole else _LAST)
    if options.as_json:
        _write((json_line(PlayRow.of(play)) for play in plays), as_json=True)
    else:
        _write((f"{play_line(play)}\n" for play in plays), as_json=False)
    if not plays:
        told = "Nothing was logged yet. Run `runout played QUERY`."
        say("Nothing was played since then." if options.since is not None else told)
    return 0


async def _exported(core: Core, account: Account, options: Options, now: datetime) -> int:
    plays = await core.plays.listed(account, _since(options, now))
    as_json = options.as_json if options.export == "-" else _KINDS[Path(options.export).suffix.casefold()]
    rows = map(PlayRow.of, reversed(plays))
    lines = map(json_line, rows) if as_json else csv_rows(rows)
    if options.export == "-":
        _write(lines, as_json=True)
    else:
        write_whole(
            Path(options.export), lines, replace=options.force, is_stopped=lambda: False, on_lines=lambda _lines: None
        )
        say(f"{counted(len(plays), 'play')} written to {printable(options.export)}.")
    say(SOURCE_NOTICE)
    return 0


async def _logged(core: Core, account: Account, options: Options, now: datetime) -> int:
    number, arriving = await _was_here(core, account, options.words), None
    if number is None:
        found = await _sought(core, account, options.words, now)
        if len(found) != 1:
            _say_which(found)
            return NEEDS_WORD if found else FAILED
        number, arriving = found[0].id, found[0]
    play = await core.plays.log(account, number, None if options.at is None else _moment(options.at, now))
    # Of what is still arriving nothing is kept yet.
    play = replace(play, release=play.release or arriving)
    count = (await core.plays.played(account)).get(number)
    say(logged(play, count))
    if options.as_json:
        print_object(play_object(play, count))
    return 0


async def _was_here(core: Core, account: Account, text: str) -> ReleaseId | None:
    """The release that is named by number, if one of it is kept; then nothing else has to be read."""
    number = release_of(text) or number_of(text)
    if number is not None:
        with contextlib.suppress(NeverHere):
            await core.plays.release(account, number)
            return number
    return None


async def _sought(core: Core, account: Account, text: str, now: datetime) -> list[Release]:
    """The releases that may be meant. Says what may be missing. Raises NeverHere for one that is named for certain."""
    collection = await core.library.collection(account)
    certain = release_of(text)
    number = certain or number_of(text)
    if number is not None and number in collection.by_release:
        return [collection.by_release[number][0].release]
    if certain is not None:
        raise NeverHere(certain, account.username)
    view = View.of(collection, text=text, today=now.date())
    say_what_is_missing(account, view, Shelf.COLLECTION)
    if told := not_current(account, now):
        say(told)
    return list({copy.release.id: copy.release for copy in view.copies}.values())


def _say_which(releases: list[Release]) -> None:
    if not releases:
        return
    say_anyway(f"{counted(len(releases), 'record')} match. Say more, or name one by its number:")
    for line in choices(releases[:_FEW], width()):
        say_anyway(line)
    if len(releases) > _FEW:
        say_anyway(f"  and {counted(len(releases) - _FEW, 'other')}")


def _since(options: Options, now: datetime) -> datetime | None:
    return None if options.since is None else _moment(options.since, now, begins=True)


def _write(lines: Iterable[str], *, as_json: bool) -> None:
    # In one piece, and in the terminal's own letters: what it does not have is a question mark there.
    text = "".join(lines)
    sys.stdout.buffer.write(text.encode("utf-8" if as_json else sys.stdout.encoding, "replace"))
    sys.stdout.flush()
