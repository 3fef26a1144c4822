"""`runout views`: saved queries, for people and for scripts."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Final

from core.app import Core
from core.config import Config
from core.domain.account import Access, Account
from core.domain.ids import Shelf
from core.domain.query import parse
from core.domain.sorting import DEFAULT, UnknownColumnError, parse_order
from core.domain.view import View
from core.domain.views import SavedView
from core.errors import FromFile, QuerySyntaxError
from core.text import printable
from tui.listing import Options, complaint, say_what_is_missing, unsortable, write_copies
from tui.output import say, say_anyway
from tui.playing import in_the_core, now_of
from tui.render.export import json_line
from tui.render.freshness import not_current
from tui.render.rows import columns_of
from tui.view_words import asks_for, not_understood
from tui.wording import USAGE, describe

_Act = Callable[[Config, argparse.Namespace, Core, Account], Awaitable[int]]


def views(config: Config, given: argparse.Namespace) -> int:
    """One of the commands below `runout views`."""
    if given.views_command == "save" and (refusal := _refusal(given)):
        say_anyway(refusal)
        return USAGE
    do, codes = _DO[given.views_command], [0]

    async def act(core: Core, account: Account) -> None:
        codes.append(await do(config, given, core, account))

    asyncio.run(in_the_core(config, given.account, act))
    return codes[-1]


def _refusal(given: argparse.Namespace) -> str:
    """What of a view that is to be saved cannot be meant, in words; empty when all can."""
    text, shelf = " ".join(given.query), _shelf(given)
    try:
        parse(text)
        _ = parse_order(given.sort) if given.sort else ()
    except QuerySyntaxError as error:
        return complaint(text, error)
    except UnknownColumnError as error:
        return unsortable(error, shelf)
    known = columns_of(shelf)
    wrong = next((name for name in _columns(given) if name not in known), "")
    return f"There is no column {printable(wrong)!r}, only {', '.join(known)}." if wrong else ""


async def _list(_config: Config, given: argparse.Namespace, core: Core, account: Account) -> int:
    found = await core.views.of(account)
    if given.json:
        _print((json_line(view_object(one)) for one in found), "utf-8")
    else:
        width = max((len(printable(one.name)) for one in found), default=0)
        _print((f"{printable(one.name):<{width}}  {asks_for(one)}\n" for one in found), sys.stdout.encoding)
    for one in found:
        if (error := not_understood(one)) is not None:
            say(f"The query of {printable(one.name)} is not understood any more. {describe(error)}")
    if not found:
        say("No view is saved yet. `runout views save NAME QUERY` saves one.")
    return 0


async def _save(_config: Config, given: argparse.Namespace, core: Core, account: Account) -> int:
    view = SavedView(given.name, " ".join(given.query), given.sort, _columns(given), _shelf(given))
    kept = await core.views.save(account, view, replace=given.replace)
    say(f"Saved as {kept.name}: {asks_for(kept)}.")
    return 0


async def _show(config: Config, given: argparse.Namespace, core: Core, account: Account) -> int:
    found, now = await core.views.view(account, given.name), now_of(config)
    if (error := not_understood(found)) is not None:
        say_anyway(f"The query of {printable(found.name)} is not understood any more; it stays as it is.")
        say_anyway(complaint(found.text, error))
        return USAGE
    if account.access is Access.LOCAL and found.shelf is Shelf.WANTLIST:
        raise FromFile(account.username)
    collection = await core.library.collection(account, found.shelf)
    order = parse_order(found.order) if found.order else DEFAULT
    shown = await asyncio.to_thread(View.of, collection, order, found.text, now.date())
    say_what_is_missing(account, shown, found.shelf)
    if told := not_current(account, now):
        say(told)
    write_copies(shown, Options(as_json=given.json, shelf=found.shelf, columns=found.columns))
    return 0


async def _rename(_config: Config, given: argparse.Namespace, core: Core, account: Account) -> int:
    after = await core.views.rename(account, given.name, given.new)
    say(f"It is called {after.name} now.")
    return 0


async def _remove(_config: Config, given: argparse.Namespace, core: Core, account: Account) -> int:
    gone = await core.views.remove(account, given.name)
    say(f"Removed {printable(gone.name)}: {asks_for(gone)}.")
    return 0


async def _share(_config: Config, given: argparse.Namespace, core: Core, account: Account) -> int:
    text = await core.views.text(account, given.name)
    _print([f"{text}\n"], "ascii")
    return 0


async def _import(_config: Config, given: argparse.Namespace, core: Core, account: Account) -> int:
    kept = await core.views.bring(account, given.text, name=given.as_name, replace=given.replace)
    say(f"Saved as {kept.name}: {asks_for(kept)}.")
    if (error := not_understood(kept)) is not None:
        say(f"This version does not understand its query. {describe(error)}")
    return 0


_DO: Final[dict[str, _Act]] = {
    "list": _list,
    "save": _save,
    "show": _show,
    "rename": _rename,
    "remove": _remove,
    "share": _share,
    "import": _import,
}


def view_object(view: SavedView) -> dict[str, Any]:
    """A view for other programs."""
    error = not_understood(view)
    return {
        "name": view.name,
        "shelf": view.shelf,
        "query": view.text,
        "sort": view.order,
        "columns": view.columns,
        "saved_at": view.saved_at,
        "problem": describe(error) if error else None,
    }


def _columns(given: argparse.Namespace) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, map(str.strip, given.columns.split(",")))))


def _shelf(given: argparse.Namespace) -> Shelf:
    return Shelf.WANTLIST if given.wants else Shelf.COLLECTION


def _print(lines: Iterable[str], encoding: str) -> None:
    sys.stdout.buffer.write("".join(lines).encode(encoding, "replace"))
    sys.stdout.buffer.flush()
