"""`runout random`: a record to listen to, for people and for scripts."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Iterable

from core.app import Core
from core.config import Config
from core.domain.account import Account
from core.domain.collection import Collection
from core.domain.ids import Shelf
from core.domain.picking import Pick
from core.domain.view import View
from core.errors import QuerySyntaxError
from tui.listing import complaint, say_what_is_missing, width
from tui.output import say, say_anyway
from tui.play_words import logged, named, why_this
from tui.playing import in_the_core, now_of, print_object
from tui.render.freshness import not_current
from tui.render.plays import pick_object, play_object, record_lines
from tui.wording import FAILED, USAGE

from msgspec import Struct


class Options(Struct, frozen=True):
    """What was asked for on the command line."""

    account: str = ""
    query: str = ""
    seed: int | None = None
    not_tonight: bool = False
    played: bool = False
    as_json: bool = False

    @classmethod
    def of(cls, given: argparse.Namespace) -> Options:
        """The options of a parsed command line."""
        return cls(given.account, " ".join(given.query), given.seed, given.not_tonight, given.played, given.json)


def random(config: Config, options: Options) -> int:
    """Offer a record, or say something of the one that was offered last."""
    if options.played and options.query:
        say_anyway("--played logs what was offered last; `runout played` logs what a query finds.")
        return USAGE
    try:
        View.of(Collection(), text=options.query, today=now_of(config).date())
    except QuerySyntaxError as error:
        say_anyway(complaint(options.query, error))
        return USAGE
    codes: list[int] = []

    async def act(core: Core, account: Account) -> None:
        codes.append(await (_played if options.played else _offered)(config, core, account, options))

    asyncio.run(in_the_core(config, options.account, act))
    return codes[0]


async def _played(_config: Config, core: Core, account: Account, options: Options) -> int:
    play = await core.plays.log(account, await core.plays.offered(account))
    played = (await core.plays.played(account)).get(play.release_id)
    say(logged(play, played))
    if options.as_json:
        print_object(play_object(play, played))
    return 0


async def _offered(config: Config, core: Core, account: Account, options: Options) -> int:
    if options.not_tonight:
        declined = await core.plays.decline(account)
        say(f"Not tonight: {named(await core.plays.release(account, declined), declined)}.")
    collection = await core.library.collection(account)
    view = View.of(collection, text=options.query, today=now_of(config).date())
    say_what_is_missing(account, view, Shelf.COLLECTION)
    if told := not_current(account, now_of(config)):
        say(told)
    pick = await _picked(core, account, view, options.seed)
    if pick is None:
        return FAILED
    _write(config, pick, collection, options)
    return 0


async def _picked(core: Core, account: Account, view: View, seed: int | None) -> Pick | None:
    releases = {copy.release.id for copy in view.copies}
    if seed is not None:
        return await core.plays.pick_seeded(account, releases, seed)
    return await core.plays.pick(account, releases)


def _write(config: Config, pick: Pick, collection: Collection, options: Options) -> None:
    copies = collection.by_release[pick.release_id]
    if options.as_json:
        print_object(pick_object(pick, copies, collection, options.seed))
    else:
        page = f"{config.discogs.site_url}/release/{pick.release_id}"
        _print(record_lines(copies, collection, pick.played, now_of(config), width(), page))
    more = "" if options.seed is not None else " Not this one: `runout random --not-tonight`; played: `--played`."
    say(f"{why_this(pick.left, pick.among)}{more}")


def _print(lines: Iterable[str]) -> None:
    text = "".join(f"{line}\n" for line in lines)
    sys.stdout.buffer.write(text.encode(sys.stdout.encoding, "replace"))
    sys.stdout.flush()
