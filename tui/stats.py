"""`runout stats`: what there is of what among the copies that a query leaves, for people and for scripts."""

from __future__ import annotations

import argparse
import asyncio
import sys

from core.app import open_core
from core.clock import clock_at
from core.config import Config
from core.domain.account import Account
from core.domain.collection import Collection
from core.domain.ids import Shelf
from core.domain.stats import stats_of
from core.domain.view import View
from core.errors import NotConnected, QuerySyntaxError
from tui.listing import complaint, say_what_is_missing, width
from tui.output import say, say_anyway
from tui.render.export import json_line
from tui.render.freshness import not_current
from tui.render.stats import stats_lines
from tui.render.stats_export import ExportedStats
from tui.wording import USAGE

from msgspec import Struct

_BLOCKS = "█▏▁│"


class Options(Struct, frozen=True):
    """What was asked for on the command line."""

    account: str = ""
    query: str = ""
    original: bool = False
    as_json: bool = False

    @classmethod
    def of(cls, given: argparse.Namespace) -> Options:
        """The options of a parsed command line."""
        return cls(given.account, " ".join(given.query), given.original, given.json)


def stats(config: Config, options: Options) -> int:
    """Print the figures of the copies that a query leaves. Nothing is asked of Discogs."""
    now = clock_at(config.time.factor, config.time.epoch).now()
    try:
        View.of(Collection(), text=options.query, today=now.date())
    except QuerySyntaxError as error:
        say_anyway(complaint(options.query, error))
        return USAGE
    account, collection = _here(config, options.account)
    view = View.of(collection, text=options.query, today=now.date())
    say_what_is_missing(account, view, Shelf.COLLECTION)
    if told := not_current(account, now):
        say(told)
    if options.as_json:
        _write(json_line(ExportedStats.of(stats_of(view), options.query)), "utf-8")
    elif view.copies:
        encoding = sys.stdout.encoding
        lines = stats_lines(stats_of(view), width(), original=options.original, plain=not _has_blocks(encoding))
        _write("".join(f"{line}\n" for line in lines), encoding)
    return 0


def _here(config: Config, name: str) -> tuple[Account, Collection]:
    """Whose copies they are, and what is here of them. Raises NotConnected or NoSuchAccount."""
    found: list[tuple[Account, Collection]] = []

    async def act() -> None:
        async with open_core(config) as core:
            account = await core.library.account(name)
            if account is None:
                raise NotConnected
            await core.schedule.touch(account)
            found.append((account, await core.library.collection(account)))

    # What a run gives back asyncio puts into words for itself: of a large collection that is 400 MB.
    asyncio.run(act())
    return found[0]


def _write(text: str, encoding: str) -> None:
    sys.stdout.buffer.write(text.encode(encoding, "replace"))


def _has_blocks(encoding: str) -> bool:
    try:
        _BLOCKS.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
