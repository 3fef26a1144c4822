"""`runout export`: the records that a query leaves, into a file or to standard output."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Final

from core.app import Core
from core.config import Config
from core.domain.account import Account
from core.domain.exporting import Export, Kind
from core.domain.ids import Shelf
from core.domain.query import parse
from core.domain.sorting import DEFAULT, UnknownColumnError, parse_order
from core.errors import QuerySyntaxError
from core.services.export import OnWritten, Wanted
from tui.export_words import kind_of, source_words, written_words
from tui.listing import complaint, say_what_is_missing, unsortable
from tui.output import can_draw, is_quiet, say, say_anyway
from tui.playing import in_the_core, now_of
from tui.render.freshness import not_current
from tui.render.notices import account_page
from tui.wording import USAGE

from msgspec import Struct
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

_AT_ONCE: Final = 500
"""Lines that are written together."""

_LONG: Final = 5_000
"""Records from which on it is shown how many are written."""

_STDOUT: Final = "-"


class Options(Struct, frozen=True):
    """What was asked for on the command line."""

    account: str = ""
    query: str = ""
    kind: Kind | None = None
    output: str = _STDOUT
    force: bool = False
    shelf: Shelf = Shelf.COLLECTION
    order: str = ""

    @property
    def target(self) -> Path:
        """The file that is to be written."""
        return Path(self.output).expanduser()

    @classmethod
    def of(cls, given: argparse.Namespace) -> Options:
        """The options of a parsed command line."""
        return cls(
            account=given.account,
            query=" ".join(given.query),
            kind=Kind(given.format) if given.format else kind_of(given.output),
            output=given.output,
            force=given.force,
            shelf=Shelf.WANTLIST if given.wants else Shelf.COLLECTION,
            order=given.sort,
        )


def export(config: Config, options: Options) -> int:
    """Write the records. Nothing is asked of Discogs."""
    try:
        query = parse(options.query)
        order = parse_order(options.order) if options.order else DEFAULT
    except QuerySyntaxError as error:
        say_anyway(complaint(options.query, error))
        return USAGE
    except UnknownColumnError as error:
        say_anyway(unsortable(error, options.shelf))
        return USAGE

    async def act(core: Core, account: Account) -> None:
        wanted = Wanted(
            kind=options.kind or Kind.CSV,
            shelf=options.shelf,
            text=options.query,
            order=order,
            # An order in the query wins, and stands there.
            order_text="" if query.order else options.order,
            source=account_page(config.discogs.site_url, account, options.shelf),
            site_url=config.discogs.site_url,
        )
        chosen = await core.export.choose(account, wanted)
        say_what_is_missing(account, chosen, options.shelf)
        if told := not_current(account, now_of(config)):
            say(told)
        await _write(core, chosen, options)

    asyncio.run(in_the_core(config, options.account, act))
    return 0


async def _write(core: Core, chosen: Export, options: Options) -> None:
    if options.output == _STDOUT:
        await asyncio.to_thread(_print, chosen)
    else:
        with _shown(len(chosen.copies)) as on_written:
            done = await core.export.write(chosen, options.target, replace=options.force, on_written=on_written)
        say(written_words(done.records, done.bytes, done.path, options.shelf))
    if chosen.kind is Kind.CSV:
        say(source_words(chosen.about.source))


def _print(chosen: Export) -> None:
    """To a person's terminal nothing goes that would harm it; to anything else the text as it is."""
    is_seen = sys.stdout.isatty()
    lines = chosen.lines()
    while some := "".join(islice(lines, _AT_ONCE)):
        text = "".join(char if char.isprintable() or char == "\n" else " " for char in some) if is_seen else some
        sys.stdout.buffer.write(text.encode("utf-8", "replace"))
    sys.stdout.buffer.flush()


@contextmanager
def _shown(total: int) -> Iterator[OnWritten | None]:
    """Show how far it is until the block ends, where there is somebody to see it and it takes a while."""
    if is_quiet() or not can_draw() or total < _LONG:
        yield None
        return
    bar = Progress(
        TextColumn("Writing"),
        BarColumn(bar_width=None),
        MofNCompleteColumn(),
        console=Console(stderr=True),
        transient=True,
        expand=True,
    )
    with bar:
        task = bar.add_task("", total=total)
        yield lambda done, _total: bar.update(task, completed=done)
