"""`runout list`: the copies that a query leaves, for scripts and for whoever wants them in the shell."""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Final, Protocol

from core.app import open_core
from core.clock import clock_at
from core.config import Config
from core.domain.account import Access, Account
from core.domain.collection import Collection, Copy
from core.domain.ids import Shelf
from core.domain.query import parse
from core.domain.sorting import UnknownColumnError, parse_order
from core.domain.view import View
from core.errors import FromFile, NotConnected, QuerySyntaxError
from core.text import count, counted, printable
from tui.output import say, say_anyway
from tui.render.export import Exported, ExportedWant, csv_header, csv_line, json_line
from tui.render.freshness import not_current
from tui.render.rows import GAP, cell, known_columns, place
from tui.render.shelves import sortable
from tui.shelf_words import THINGS
from tui.wording import USAGE, describe

from msgspec import Struct
from rich.cells import cell_len

_PIPE: Final = 120
"""Cells of a table that goes into no terminal."""

_AT_ONCE: Final = 500
"""Rows that are written together."""


class Options(Struct, frozen=True):
    """What was asked for on the command line."""

    query: str = ""
    order: str = "artist"
    limit: int | None = None
    as_json: bool = False
    as_csv: bool = False
    shelf: Shelf = Shelf.COLLECTION
    columns: tuple[str, ...] = ()
    """Of the table, by name; the usual ones when none are named."""

    @classmethod
    def of(cls, arguments: argparse.Namespace) -> Options:
        """The options of a parsed command line."""
        query = " ".join(arguments.query)
        shelf = Shelf.WANTLIST if arguments.wants else Shelf.COLLECTION
        return cls(query, arguments.sort, arguments.limit, arguments.json, arguments.csv, shelf)


def list_copies(config: Config, account: str, options: Options) -> int:
    """Print the copies, or wants, of an account that a query leaves. Nothing is asked of Discogs."""
    try:
        parse(options.query)
        parse_order(options.order)
    except QuerySyntaxError as error:
        say_anyway(complaint(options.query, error))
        return USAGE
    except UnknownColumnError as error:
        say_anyway(unsortable(error, options.shelf))
        return USAGE
    whose, collection = what_is_here(config, account, options.shelf)
    now = clock_at(config.time.factor, config.time.epoch).now()
    view = View.of(collection, parse_order(options.order), options.query, now.date())
    say_what_is_missing(whose, view, options.shelf)
    if told := not_current(whose, now):
        say(told)
    write_copies(view, options)
    return 0


def unsortable(error: UnknownColumnError, shelf: Shelf) -> str:
    """That there is no such order, and which there are."""
    columns, things = sortable(shelf), THINGS[shelf][1]
    known = f"{', '.join(columns[:-1])} or {columns[-1]}"
    return (
        f"{things.capitalize()} cannot be sorted by {printable(error.column)!r}, but by {known};"
        " a dash before it turns it round."
    )


def what_is_here(config: Config, name: str, shelf: Shelf) -> tuple[Account, Collection]:
    """Whose copies they are, and what is here of them. Raises NotConnected or NoSuchAccount."""
    found: list[tuple[Account, Collection]] = []

    async def act() -> None:
        async with open_core(config) as core:
            account = await core.library.account(name)
            if account is None:
                raise NotConnected
            if account.access is Access.LOCAL and shelf is Shelf.WANTLIST:
                raise FromFile(account.username)
            await core.schedule.touch(account)
            found.append((account, await core.library.collection(account, shelf)))

    # What a run gives back asyncio puts into words for itself: of a large collection that is 400 MB.
    asyncio.run(act())
    return found[0]


class Left(Protocol):
    """What is left of a collection, and the whole of it."""

    @property
    def copies(self) -> tuple[Copy, ...]:
        """Those that are left."""
        raise NotImplementedError

    @property
    def collection(self) -> Collection:
        """All that there is."""
        raise NotImplementedError


def say_what_is_missing(account: Account, view: Left, shelf: Shelf) -> None:
    """Say why there is less than somebody may expect."""
    things = THINGS[shelf]
    here = len(view.collection.copies)
    if not here:
        say(_nothing(account, shelf))
    elif view.collection.arriving is not None:
        say(f"The first sync is not over: {count(here)} of {count(view.collection.arriving)} {things[1]} are here.")
    if here and not view.copies:
        say(f"Nothing matches: none of {counted(here, *things)}.")


def _nothing(account: Account, shelf: Shelf) -> str:
    """Why nothing of a shelf is here: it is empty, or it was not read yet."""
    name = printable(account.username)
    if account.last_sync_at is None and account.access is not Access.LOCAL:
        what = "Nothing" if shelf is Shelf.COLLECTION else "Nothing of the wantlist"
        return f"{what} of {name} is here yet. Run `runout sync`."
    if shelf is Shelf.COLLECTION:
        return f"The collection of {name} is empty."
    # A synced collection does not tell whether its wantlist was read: that comes after it, and may be private.
    return f"Nothing of the wantlist of {name} is here; `runout sync` looks whether there is anything."


def write_copies(view: View, options: Options) -> None:
    """Print the copies of a view."""
    is_data = options.as_json or options.as_csv
    lines = _lines(islice(view.copies, options.limit), view.collection, options)
    while some := "".join(islice(lines, _AT_ONCE)):
        sys.stdout.buffer.write(some.encode("utf-8" if is_data else sys.stdout.encoding, "replace"))


def _lines(copies: Iterable[Copy], collection: Collection, options: Options) -> Iterator[str]:
    if not (options.as_json or options.as_csv):
        return _table(copies, collection, width(), known_columns(options.columns, options.shelf))
    kind = ExportedWant if options.shelf is Shelf.WANTLIST else Exported
    rows = (kind.of(copy, collection) for copy in copies)
    return map(json_line, rows) if options.as_json else chain([csv_header(kind)], map(csv_line, rows))


def _table(copies: Iterable[Copy], collection: Collection, cells: int, names: tuple[str, ...]) -> Iterator[str]:
    """A heading and a line for each copy; nothing when there is none."""
    placed = place(cells, names)
    gap = " " * GAP
    heading = gap.join(cell(one.column.title, one.width) for one in placed)
    for copy in copies:
        if heading:
            yield f"{heading.rstrip()}\n"
            heading = ""
        yield gap.join(cell(one.column.text(copy, collection), one.width) for one in placed).rstrip() + "\n"


def width() -> int:
    """Cells that a line may have."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else _PIPE


def complaint(text: str, error: QuerySyntaxError) -> str:
    """What of a query is not understood, with the place of it."""
    return "\n".join((describe(error), *_marked(text, error)))


def _marked(text: str, error: QuerySyntaxError) -> tuple[str, str]:
    """The query, and under it the part that is not understood."""
    before, wrong, after = (
        _in_cells(part) for part in (text[: error.start], text[error.start : error.end], text[error.end :])
    )
    return f"  {before}{wrong}{after}", f"  {' ' * cell_len(before)}{'^' * max(1, cell_len(wrong))}"


def _in_cells(text: str) -> str:
    """A text in which each character keeps its place, safe to show."""
    return "".join(printable(char) or " " for char in text)
