"""Where Discogs leads the browser back to: an address of this machine that lives as long as the sign-in."""

from __future__ import annotations

import asyncio
import html
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from aiohttp import web

_PAGE: Final = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Runout</title>
<style>body {{ font: 18px/1.5 sans-serif; background: #161412; color: #e8e2d6; max-width: 32em; margin: 20vh auto;
padding: 0 1em }} h1 {{ color: #d9a05b; font-size: 1.3em }}</style>
<h1>{title}</h1><p>{text}</p></html>
"""
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_LOCAL: Final = ("127.0.0.1", "localhost")
_UNTOLD: Final = ("Runout", "See the terminal for how it went.")
_PATIENCE: Final = 60.0
"""Seconds for which the browser waits to hear how it ended."""


@dataclass(slots=True)
class Arrival:
    """What a browser brought back: the verifier, or that the member said no. It waits to hear how that ended."""

    key: str
    verifier: str
    denied: bool
    told: asyncio.Future[tuple[str, str]] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future(), compare=False
    )

    def tell(self, title: str, text: str) -> None:
        """Let this browser show something."""
        if not self.told.done():
            self.told.set_result((title, text))


@dataclass(eq=False, slots=True)
class Loopback:
    """An address of this machine, and who comes to it."""

    address: str
    arrivals: asyncio.Queue[Arrival] = field(default_factory=asyncio.Queue)
    ended: asyncio.Future[tuple[str, str]] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    def end(self, title: str, text: str) -> None:
        """Let every browser show how it ended, those that come later too."""
        if not self.ended.done():
            self.ended.set_result((title, text))


@asynccontextmanager
async def loopback(wanted: str = "") -> AsyncIterator[Loopback]:
    """Listen on this machine alone, at the wanted address or at a free port. Raises OSError when that cannot be."""
    # Deferred: nothing else of the terminal needs a server.
    from aiohttp import web  # noqa: PLC0415

    parts = urlsplit(wanted)
    path = parts.path or "/" if wanted else f"/{secrets.token_urlsafe(16)}"
    here: Loopback

    async def arrive(request: web.Request) -> web.Response:
        denied = request.query.get("denied", "")
        key, verifier = request.query.get("oauth_token", "") or denied, request.query.get("oauth_verifier", "")
        if not key or not (verifier or denied):
            return _page("Nothing to see here", "This address waits for Discogs to bring you back.", status=400)
        arrival = Arrival(key, verifier, bool(denied))
        await here.arrivals.put(arrival)
        await asyncio.wait((arrival.told, here.ended), timeout=_PATIENCE, return_when=asyncio.FIRST_COMPLETED)
        said = next((one.result() for one in (arrival.told, here.ended) if one.done()), _UNTOLD)
        return _page(*said)

    app = web.Application()
    app.router.add_get(path, arrive)
    runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=2.0)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", parts.port or 0)
        await site.start()
        port = runner.addresses[0][1]
        here = Loopback(wanted or f"http://127.0.0.1:{port}{path}")
        try:
            yield here
        finally:
            here.end(*_UNTOLD)
    finally:
        await runner.cleanup()


def is_local(address: str) -> bool:
    """Whether an address can be listened at: one of this machine, without TLS; no address means a free one."""
    parts = urlsplit(address)
    return not address or (parts.scheme == "http" and parts.hostname in _LOCAL)


def _page(title: str, text: str, *, status: int = 200) -> web.Response:
    from aiohttp import web  # noqa: PLC0415 - see `loopback`

    body = _PAGE.format(title=html.escape(title), text=html.escape(text))
    return web.Response(text=body, content_type="text/html", status=status, headers=_HEADERS)
