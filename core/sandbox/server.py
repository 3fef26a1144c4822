"""The stand-in server: the gate that every request passes, and how to serve a world."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from core.sandbox import wire
from core.sandbox.asking import WORLD, blindfold, caller_of, identify, page_of, route_of, shuffle, target_of
from core.sandbox.control import add_control_route
from core.sandbox.door import Door
from core.sandbox.faults import TOO_QUICK, Fault
from core.sandbox.gallery import shown
from core.sandbox.kinds import Stage
from core.sandbox.paths import CONTROL, PICTURE, PICTURE_PATH, SITE
from core.sandbox.routes import add_routes
from core.sandbox.signin import add_signin_routes
from core.sandbox.spoiling import BUSY, delayed, dropped, instead, rows_of, spoiled
from core.sandbox.wire import NO_ROUTE, RefusalError
from core.sandbox.world import World

from aiohttp import web

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
    add_control_route(app)
    add_signin_routes(app)
    add_routes(app)
    app.router.add_get(PICTURE_PATH, shown, name=PICTURE)
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=_STOP_SECONDS)
    await runner.setup()
    try:
        async with Door(world, runner, host, port) as door:
            world.pictures.home = _url(host, door.port)
            yield Running(world.pictures.home, world)
    finally:
        await runner.cleanup()


@web.middleware
async def _gate(request: web.Request, handler: Handler) -> web.StreamResponse:
    if request.path.startswith(f"{CONTROL}/"):
        return await handler(request)
    world, route = request.app[WORLD], route_of(request)
    if route == PICTURE:
        return await handler(request)
    await identify(request)
    _look_again(request)
    caller = caller_of(request)
    with world.counts.request(route, page_of(request), caller.name) as entry:
        entry.note = caller.note
        response = await _answered(request, handler, route)
        entry.status = response.status if request.transport and not request.transport.is_closing() else None
    if route not in SITE:
        window = world.limits.window(request.remote or "", authenticated=caller.authenticated)
        response.headers.update(window.headers())
    return wire.packed(response, request.headers.get("Accept-Encoding", ""))


def _look_again(request: web.Request) -> None:
    """Let the faults strike that change how a request is seen."""
    fault = request.app[WORLD].faults.strike(Stage.EYES, target_of(request))
    if fault and fault.name == "owner as anonymous":
        blindfold(request)
    elif fault:
        shuffle(request, fault.times + 1)


async def _answered(request: web.Request, handler: Handler, route: str) -> web.Response:
    world = request.app[WORLD]
    outage = world.faults.outage
    if outage:
        return dropped(request) if outage.parameters["refused"] else wire.page(503, "503 Service Unavailable", BUSY)
    if not request.headers.get("User-Agent", "").strip():
        # Measured: the network in front of the API refuses, so the quota is not touched.
        return wire.page(403, "Attention Required! | Cloudflare", "Sorry, you have been blocked.")
    window = world.limits.window(request.remote or "", authenticated=caller_of(request).authenticated)
    if route not in SITE and not window.take():
        world.counts.refusals += 1
        return wire.refused(RefusalError(429, TOO_QUICK), "collection")
    await world.pause(world.latency)
    target = target_of(request)
    delay = world.faults.strike(Stage.DELAY, target)
    if delay:
        await delayed(delay, world)
    other = world.faults.strike(Stage.INSTEAD, target)
    return instead(other, request, route) if other else await _whole(request, handler, route)


async def _whole(request: web.Request, handler: Handler, route: str) -> web.Response:
    """Make the right answer, spoil it if that was ordered, and let the collection change afterwards."""
    world, target = request.app[WORLD], target_of(request)

    async def again(page: int) -> web.Response:
        return await _handled(request.clone(rel_url=request.rel_url.update_query(page=page)), handler, route)

    response = await _handled(request, handler, route)
    right = response.body if isinstance(response.body, bytes) else b""
    fault = world.faults.strike(Stage.BODY, target) if response.status == 200 else None
    if fault:
        response = await spoiled(fault, response, target.page, again)
    if response.status == 200 and route == "collection":
        change = world.faults.strike(Stage.AFTER, target)
        if change:
            await _changed(change, request, right, again)
    return response


async def _changed(
    fault: Fault, request: web.Request, right: bytes, again: Callable[[int], Awaitable[web.Response]]
) -> None:
    """Change the collection behind the reader's back."""
    website, owner = request.app[WORLD].website, request.match_info["username"]
    if fault.name == "item added":
        website.add(count=fault.parameters["count"], username=owner)
        return
    if not fault.parameters["before"]:
        following = await again(page_of(request) + 1)
        right = following.body if isinstance(following.body, bytes) and following.status == 200 else b""
    page = rows_of(right)
    if page and page[0]["releases"]:
        website.remove(page[0]["releases"][0]["instance_id"], username=owner)


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


def _url(host: str, port: int) -> str:
    if host in ("0.0.0.0", "::", ""):  # noqa: S104 - only named here, to tell an address that can be dialled
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
