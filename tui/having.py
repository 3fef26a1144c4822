"""`runout have`: safe to buy? One of five answers, each with an exit code of its own."""

from __future__ import annotations

import argparse
import asyncio
import sys

from core.app import Core
from core.clock import clock_at
from core.config import Config
from core.domain.account import Access, Account
from core.domain.having_answers import Answer, Verdict
from core.domain.having_text import Sought, read
from core.domain.progress import Waiting
from core.errors import RunoutError
from tui.output import say, say_anyway
from tui.playing import in_the_core, print_object
from tui.render.freshness import not_current
from tui.render.having import code_of, doubts, record_lines, sentence, unread
from tui.render.having_object import as_object
from tui.wording import USAGE, describe, waiting

from msgspec import Struct

_PUBLIC = "Read without sign-in: folders, and fields that are not public, are not known."
_UNASKABLE = "Discogs can be asked for a barcode, a catalogue number or a release; nothing was asked."


class Options(Struct, frozen=True):
    """What was asked for on the command line."""

    account: str = ""
    what: str = ""
    ask: bool = False
    as_json: bool = False

    @classmethod
    def of(cls, given: argparse.Namespace) -> Options:
        """The options of a parsed command line."""
        return cls(given.account, " ".join(given.what), given.ask, given.json)


def have(config: Config, options: Options) -> int:
    """Say whether something is owned; from the copy alone, unless Discogs is to be asked."""
    sought = read(options.what)
    if sought.is_nothing:
        say_anyway(unread(options.what))
        return USAGE
    codes: list[int] = []

    async def act(core: Core, account: Account) -> None:
        codes.append(await _answered(config, core, account, sought, options))

    asyncio.run(in_the_core(config, options.account, act))
    return codes[0]


async def _answered(config: Config, core: Core, account: Account, sought: Sought, options: Options) -> int:
    having = await core.have.shelves(account)
    answer, error = having.answer(sought), ""
    if told := not_current(account, clock_at(config.time.factor, config.time.epoch).now()):
        say(told)
    if options.ask:
        try:
            answer = await core.have.ask(account, having, answer, _wait)
        except RunoutError as problem:
            error = describe(problem)
            say_anyway(error)
    if options.as_json:
        print_object(as_object(having, answer, account, error))
    else:
        lines = (sentence(answer), *doubts(answer), *record_lines(having, answer))
        text = "".join(f"{line}\n" for line in lines)
        sys.stdout.buffer.write(text.encode(sys.stdout.encoding, "replace"))
        sys.stdout.flush()
    _say_more(account, answer, asked=options.ask)
    return code_of(answer, error)


def _say_more(account: Account, answer: Answer, *, asked: bool) -> None:
    """What can still be done, and what is not known of whoever is not signed in."""
    if account.access is Access.PUBLIC:
        say(_PUBLIC)
    if asked and not answer.asked and answer.question is None and answer.verdict is Verdict.UNKNOWN:
        say(_UNASKABLE)
    if not asked and answer.question is not None and account.access is Access.OWNER:
        say("`--ask` asks Discogs, by one request.")


def _wait(event: Waiting) -> None:
    say(f"{waiting(event).capitalize()}.")
