"""`runout connect`: by a personal token, by signing in on Discogs' page, or a public collection by its owner's name."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import getpass
import os
import sys
import threading
import webbrowser
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, urlsplit

from core.app import Core, open_core
from core.config import Config
from core.domain.account import Access, Account, Newcomer
from core.errors import OtherIdentity, RunoutError, SignInDenied, SignInExpired, SignInRefused, TokenMalformed
from core.text import printable
from tui.loopback import Arrival, Loopback, is_local, loopback
from tui.output import say, say_anyway
from tui.render.account import account_line, what_the_public_misses
from tui.typed import answer_to, typed_line
from tui.wording import describe

SIGN_IN_LIVES: Final = 15 * 60.0
"""Seconds. As long as Discogs' own request token. Source: developer documentation."""


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for on the command line."""

    public: str = ""
    token_stdin: bool = False
    personal_token: bool = False
    no_browser: bool = False
    yes: bool = False
    account: str = ""

    @classmethod
    def of(cls, arguments: argparse.Namespace) -> Options:
        """The options of a parsed command line."""
        return cls(**{name: getattr(arguments, name) for name in cls.__slots__})


def connect(config: Config, options: Options) -> int:
    """Connect an account, or say which one is connected."""
    current, can_sign_in = asyncio.run(_present(config, options.account))
    if current is not None:
        say(account_line(current))
    is_well = current is not None and current.access.is_open and current.refused_at is None
    wants_sign_in = can_sign_in and not (options.personal_token or options.token_stdin or config.discogs.token)
    token = None
    if not (options.public or wants_sign_in):
        token = _token(config, options, is_well=is_well)
        if token is None:
            return _unchanged()
    return asyncio.run(_connect(config, options, current, token, is_well=is_well))


async def _present(config: Config, name: str) -> tuple[Account | None, bool]:
    async with open_core(config) as core:
        return await core.library.account(name), core.connect.can_sign_in


async def _connect(
    config: Config, options: Options, current: Account | None, token: str | None, *, is_well: bool
) -> int:
    async with open_core(config) as core:
        if options.public:
            newcomer = await core.connect.by_public_name(options.public)
        elif token is not None:
            newcomer = await core.connect.by_token(token)
        elif is_well and not options.yes and not await _agreed("Sign in once more? [y/N] "):
            return _unchanged()
        else:
            newcomer = await _signed_in(core, config, options)
        if not await _may_switch(current, newcomer, options):
            return _unchanged()
        account = await core.connect.join(newcomer)
    name = printable(account.username)
    if account.access is Access.PUBLIC:
        say(f"Connected to the public collection of {name}. {what_the_public_misses()}")
    else:
        say(f"Connected as {name}. `runout` opens your collection, `runout sync` fetches it.")
    return 0


def _unchanged() -> int:
    say("Nothing was changed.")
    return 0


def _token(config: Config, options: Options, *, is_well: bool) -> str | None:
    """A personal token: from standard input, from the settings, or asked for. None when all is well and stays so.

    Asked for outside of any event loop: Ctrl-C has to reach the question, which brings the echo back.
    """
    if options.token_stdin:
        return sys.stdin.read()
    if config.discogs.token and not options.personal_token:
        return config.discogs.token
    if not sys.stdin.isatty():
        if is_well:
            return None
        raise TokenMalformed(reason="there is no terminal to ask for it in; use --token-stdin")
    question = "Another personal access token (not shown; Enter changes nothing): "
    try:
        typed = getpass.getpass(question if is_well else "Personal access token (not shown): ")
    except EOFError:
        typed = ""
    return None if is_well and not typed.strip() else typed


async def _may_switch(current: Account | None, newcomer: Newcomer, options: Options) -> bool:
    if current is None or current.discogs_id == newcomer.identity.id or options.yes or current.access is Access.LOCAL:
        return True
    old, new = printable(current.username), printable(newcomer.identity.username)
    if options.token_stdin or not sys.stdin.isatty():
        raise OtherIdentity(username=newcomer.identity.username, current=current.username)
    return await _agreed(f"That is {new}, and {old} is in use. Switch to {new}? What is here of {old} stays. [y/N] ")


async def _signed_in(core: Core, config: Config, options: Options) -> Newcomer:
    """Lead the member to Discogs' page, and take the answer from the browser or from what is pasted."""
    async with _way_back(config, options) as back:
        asked = await core.connect.begin_sign_in(back.address) if back else await core.connect.begin_sign_in()
        say_anyway("Say on this page whether Runout may act for you:")
        say_anyway(f"  {asked.address}")
        if back is not None and not options.no_browser:
            threading.Thread(target=_open_browser, args=(asked.address,), daemon=True).start()
        say_anyway("Then come back here." if back else "Then type here the code that it shows.")
        try:
            async with asyncio.timeout(SIGN_IN_LIVES / config.time.factor):
                verifier = await _verifier(asked.key, back)
        except TimeoutError:
            raise SignInExpired from None
        try:
            newcomer = await core.connect.finish_sign_in(asked.key, verifier)
        except RunoutError as error:
            _tell(back, "That did not work", describe(error))
            raise
        name = newcomer.identity.username
        _tell(back, "Discogs has let you in", f"Runout may act for {name}. Go back to it; you can close this page.")
        return newcomer


@asynccontextmanager
async def _way_back(config: Config, options: Options) -> AsyncIterator[Loopback | None]:
    """Where the browser is led back to; None when the code has to be typed, as from another machine's browser."""
    wanted = config.discogs.callback_url
    if options.no_browser or is_remote(os.environ) or not is_local(wanted):
        yield None
        return
    async with contextlib.AsyncExitStack() as stack:
        try:
            back = await stack.enter_async_context(loopback(wanted))
        except OSError as error:
            why = error.strerror or str(error)
            say_anyway(f"This machine cannot be led back to ({why}), so there will be a code to type.")
            back = None
        yield back


async def _verifier(key: str, back: Loopback | None) -> str:
    """What says that the member agreed: from the browser, or from what is typed, whichever comes first."""
    typing = asyncio.ensure_future(_typed(wait_at_end=back is not None))
    arriving = asyncio.ensure_future(_arrived(key, back))
    try:
        await asyncio.wait((typing, arriving), return_when=asyncio.FIRST_COMPLETED)
        return arriving.result() if arriving.done() else verifier_in(typing.result())
    finally:
        typing.cancel()
        arriving.cancel()
        await asyncio.gather(typing, arriving, return_exceptions=True)


async def _arrived(key: str, back: Loopback | None) -> str:
    """The verifier that a browser brings; what belongs to another sign-in is passed over."""
    while True:
        if back is None:
            await asyncio.Event().wait()
        else:
            arrival: Arrival = await back.arrivals.get()
            if arrival.key == key and arrival.denied:
                _tell(back, "Nothing was connected", describe(SignInDenied()))
                raise SignInDenied
            if arrival.key == key:
                return arrival.verifier
            arrival.tell("Another sign-in", "This answer belongs to another sign-in. It was not taken.")
            say("A browser came back with the answer to another sign-in; it was not taken.")


async def _typed(*, wait_at_end: bool) -> str:
    """A line from standard input; at its end nothing more, when the browser may still come."""
    line = await typed_line()
    if not line and wait_at_end:
        await asyncio.Event().wait()
    if not line.strip() and not wait_at_end:
        raise SignInRefused
    return line if line.strip() else await _typed(wait_at_end=wait_at_end)


def verifier_in(text: str) -> str:
    """The code in what was pasted: the code itself, or the whole address that the browser was led to."""
    text = text.strip()
    if "://" not in text:
        return text
    try:
        query = parse_qs(urlsplit(text).query)
    except ValueError:
        return ""
    if "denied" in query:
        raise SignInDenied
    return query.get("oauth_verifier", [""])[0]


def is_remote(environ: Mapping[str, str]) -> bool:
    """Whether the browser is on another machine, which cannot be led back to this one."""
    return any(environ.get(name) for name in ("SSH_CONNECTION", "SSH_TTY"))


def _tell(back: Loopback | None, title: str, text: str) -> None:
    if back is not None:
        back.end(title, text)


def _open_browser(address: str) -> None:
    """Open the page, unless the only browser there is would take the terminal over."""
    has_windows = sys.platform in ("win32", "darwin") or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY")))
    if has_windows or os.environ.get("BROWSER"):
        with contextlib.suppress(webbrowser.Error, OSError):
            webbrowser.open(address)


async def _agreed(question: str) -> bool:
    return (await answer_to(question)).strip().casefold() in ("y", "yes")
