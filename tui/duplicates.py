"""`runout duplicates`: what is owned more than once, for people and for scripts."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from itertools import chain, groupby, islice
from typing import Final

from core.clock import clock_at
from core.config import Config
from core.domain.collection import Collection
from core.domain.duplicates import Group, duplicates
from core.domain.ids import Shelf
from core.domain.view import View
from core.errors import QuerySyntaxError
from core.text import counted
from tui.listing import complaint, say_what_is_missing, what_is_here, width
from tui.output import say, say_anyway
from tui.render.duplicates import COLUMNS, ExportedGroup, duplicate_lines, how_many, how_many_copies
from tui.render.export import json_line
from tui.render.freshness import not_current
from tui.render.list_lines import heading_of, laid_out
from tui.render.rows import wrapped
from tui.wording import USAGE

from msgspec import Struct

_AT_ONCE: Final = 500
"""Lines that are written together."""

_INDENT: Final = "  "


class Options(Struct, frozen=True):
    """What was asked for on the command line."""

    account: str = ""
    query: str = ""
    as_json: bool = False

    @classmethod
    def of(cls, given: argparse.Namespace) -> Options:
        """The options of a parsed command line."""
        return cls(given.account, " ".join(given.query), given.json)


def list_duplicates(config: Config, options: Options) -> int:
    """Print the groups among the copies that a query leaves. Nothing is asked of Discogs, and nothing is merged."""
    now = clock_at(config.time.factor, config.time.epoch).now()
    today = now.date()
    try:
        View.of(Collection(), text=options.query, today=today)
    except QuerySyntaxError as error:
        say_anyway(complaint(options.query, error))
        return USAGE
    whose, collection = what_is_here(config, options.account, Shelf.COLLECTION)
    view = View.of(collection, text=options.query, today=today)
    say_what_is_missing(whose, view, Shelf.COLLECTION)
    if told := not_current(whose, now):
        say(told)
    groups = duplicates(view.copies, collection.masters)
    if view.copies and not groups:
        say(f"Nothing is here twice, among {counted(len(view.copies), 'copy', 'copies')}.")
    _write(groups, collection, options)
    if groups:
        groups_of = counted(len(groups), "group")
        say(f"{how_many_copies(groups)} in {groups_of}: {how_many(groups)}.")
    return 0


def _write(groups: Iterable[Group], collection: Collection, options: Options) -> None:
    exported = (json_line(ExportedGroup.of(group, collection)) for group in groups)
    lines = exported if options.as_json else _table(groups, collection, width())
    while some := "".join(islice(lines, _AT_ONCE)):
        sys.stdout.buffer.write(some.encode("utf-8" if options.as_json else sys.stdout.encoding, "replace"))


def _table(groups: Iterable[Group], collection: Collection, cells: int) -> Iterator[str]:
    """A heading, and then each group: what it is of, and a line for each copy."""
    room = cells - len(_INDENT)
    found = groupby(duplicate_lines(groups, collection), key=lambda line: (line.heading, line.about))
    for at, ((_name, said), copies) in enumerate(found):
        if not at:
            yield f"{_INDENT}{heading_of(COLUMNS, room).rstrip()}\n"
        rows = (f"{_INDENT}{laid_out(line.cells, COLUMNS, room).rstrip()}" for line in copies)
        yield "".join(f"{line}\n" for line in chain(wrapped(said, cells), rows))
