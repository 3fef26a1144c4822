"""The stand-in server: the gate that every request passes, and how to serve a world."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from core.sandbox import wire
from core.sandbox.faults import TOO_QUICK, suffer
from core.sandbox.limits import MovingWindow
from core.sandbox.routes import WORLD, add_routes, caller_of
from core.sandbox.wire import RefusalError
from core.sandbox.world import World

from aiohttp import web

NO_ROUTE = "The requested resource was not found."
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_STOP_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers. `url` has no trailing slash."""

    url: str
    world: World

    @property
    def username(self) -> str:
        """The name of the user whose collection is served."""
        return self.world.account.username

    @property
    def user_id(self) -> int:
        """That user's number."""
        return self.world.account.user_id

    @property
    def token(self) -> str:
        """That user's personal access token."""
        return self.world.account.token


@asynccontextmanager
async def serve(world: World, *, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[Running]:
    """Serve a world for as long as the block runs. Port 0 takes a free one; OSError if one cannot be had.

    Leaving the block is prompt: requests that hang are dropped.
    """
    app = web.Application(middlewares=[_gate])
    app[WORLD] = world
    add_routes(app)
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=_STOP_SECONDS)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        yield Running(_url(host, runner.addresses[0][1]), world)
    finally:
        await runner.cleanup()


@web.middleware
async def _gate(request: web.Request, handler: Handler) -> web.StreamResponse:
    world, route = request.app[WORLD], request.match_info.route.name or "unknown"
    window = world.limits.window(request.remote or "", authenticated=caller_of(request).authenticated)
    with world.counts.request(route):
        response = await _answered(request, handler, route, window)
    response.headers.update(window.headers())
    return wire.packed(response, request.headers.get("Accept-Encoding", ""))


async def _answered(request: web.Request, handler: Handler, route: str, window: MovingWindow) -> web.Response:
    world = request.app[WORLD]
    if not request.headers.get("User-Agent", "").strip():
        # Measured: the network in front of the API refuses, so the quota is not touched.
        return wire.page(403, "Attention Required! | Cloudflare", "Sorry, you have been blocked.")
    if not window.take():
        world.counts.refusals += 1
        return wire.refused(RefusalError(429, TOO_QUICK), "collection")

    async def proceed() -> web.Response:
        return await _handled(request, handler, route)

    fault = world.faults.strike(route, _page_of(request))
    return await suffer(fault, request, route, proceed) if fault else await proceed()


async def _handled(request: web.Request, handler: Handler, route: str) -> web.Response:
    refusal_text = caller_of(request).refusal
    if refusal_text:
        return wire.refused(RefusalError(401, refusal_text), route)
    try:
        response = await handler(request)
    except RefusalError as refusal:
        return wire.refused(refusal, route)
    except web.HTTPMethodNotAllowed as error:
        text, allowed = f"Method {request.method} is not allowed for this resource.", {"Allow": error.headers["Allow"]}
        return wire.refused(RefusalError(405, text, allowed), route)
    except web.HTTPNotFound:
        return wire.refused(RefusalError(404, NO_ROUTE), route)
    if not isinstance(response, web.Response):
        raise TypeError("every route answers with a whole body")
    return response


def _page_of(request: web.Request) -> int:
    page = request.query.get("page", "1")
    return int(page) if page.isdecimal() and len(page) < 18 else 1


def _url(host: str, port: int) -> str:
    if host in ("0.0.0.0", "::", ""):  # noqa: S104 - only named here, to tell an address that can be dialled
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
