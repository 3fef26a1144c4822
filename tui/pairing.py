"""`runout pair`: copies from a file give way to those that were fetched from Discogs."""

from __future__ import annotations

import argparse
import asyncio
import sys
from typing import Final

from core.app import Core, open_core
from core.config import Config
from core.domain.account import Access, Account
from core.errors import NotConnected, RunoutError
from tui.import_lines import pairing_lines, pairing_object
from tui.output import print_json, say, say_anyway
from tui.typed import answer_to
from tui.wording import FAILED, describe

from msgspec import Struct

_NOT_SAID: Final = "Nothing was paired: add --yes, there is no terminal to ask in."
_NOT_WANTED: Final = "Nothing was paired."
_NOTHING: Final = "Nothing of it was found again, so nothing was paired."


class Options(Struct, frozen=True):
    """What was asked for on the command line."""

    name: str
    account: str = ""
    yes: bool = False
    as_json: bool = False

    @classmethod
    def of(cls, given: argparse.Namespace) -> Options:
        """The options of a parsed command line."""
        return cls(given.name, given.account, given.yes, given.json)


def pair(config: Config, options: Options) -> int:
    """Say which copies of a collection that came from a file are an account's, and let go of them."""
    try:
        return asyncio.run(_pair(config, options))
    except RunoutError as error:
        if options.as_json:
            print_json(pairing_object(None, describe(error)))
        raise


async def _pair(config: Config, options: Options) -> int:
    async with open_core(config) as core:
        proposal = await core.pairing.look(options.name, await _whose(core, options.account))
        if not options.as_json:
            sys.stdout.write("".join(f"{line}\n" for line in pairing_lines(proposal)))
            sys.stdout.flush()
        code, refusal = 0, ""
        if not proposal.pairing.pairs:
            refusal = _NOTHING
        elif not (options.yes or sys.stdin.isatty()):
            code, refusal = FAILED, _NOT_SAID
        elif not (options.yes or (await answer_to("Pair them? [y/N] ")).strip().casefold() in ("y", "yes")):
            refusal = _NOT_WANTED
        if refusal:
            (say_anyway if code else say)(refusal)
        else:
            say(describe(await core.pairing.carry_out(proposal)))
        if options.as_json:
            print_json(pairing_object(proposal, *filter(None, [refusal]), done=not refusal))
        return code


async def _whose(core: Core, name: str) -> Account:
    """The account of that name, else the last used of those that are read from Discogs. Raises NotConnected."""
    if name and (named := await core.library.account(name)) is not None:
        return named
    found = next((one for one in await core.library.accounts() if one.access is not Access.LOCAL), None)
    if found is None:
        raise NotConnected
    return found
