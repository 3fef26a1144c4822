"""Pictures over HTTP: another host in the real world, so nothing here knows tokens or the quota of the API."""

from collections.abc import AsyncIterator

from core.sandbox import wire
from core.sandbox.asking import WORLD
from core.sandbox.drawing import claiming, drawn
from core.sandbox.faults import Fault, Target
from core.sandbox.kinds import Stage
from core.sandbox.paths import PICTURE
from core.sandbox.pictures import Picture
from core.sandbox.spoiling import BUSY, delayed, dropped, instead, spoiled
from core.sandbox.world import World

from aiohttp import web

_YEAR = "public, max-age=31536000"
_BLOCK = 65_536
_TINY = 8


async def shown(request: web.Request) -> web.Response:
    """Answer a request for a picture, and count it apart from those of the API."""
    world = request.app[WORLD]
    with world.pictures.counts.request(PICTURE) as entry:
        # The real pictures lie on a host that has no business with a member's token.
        entry.note = "a credential was sent with it" if "Authorization" in request.headers else ""
        response = await _answered(request, world)
        entry.status = response.status if request.transport and not request.transport.is_closing() else None
    response.headers["Server"] = "cloudflare"
    return response


async def _answered(request: web.Request, world: World) -> web.Response:
    outage = world.faults.outage
    if outage:
        return dropped(request) if outage.parameters["refused"] else wire.page(503, "503 Service Unavailable", BUSY)
    if not request.headers.get("User-Agent", "").strip():
        return wire.page(403, "Attention Required! | Cloudflare", "Sorry, you have been blocked.")
    picture = world.pictures.signed(request.match_info["signature"], request.match_info["tail"])
    if picture is None:
        return wire.page(403, "403 Forbidden", "Invalid signature.")
    if not world.pictures.take(request.remote or "", request.path):
        world.pictures.counts.refusals += 1
        return wire.page(429, "429 Too Many Requests", "Too many requests.")
    await world.pause(world.latency)
    target = Target(PICTURE)
    delay = world.faults.strike(Stage.DELAY, target)
    if delay:
        await delayed(delay, world)
    other = world.faults.strike(Stage.INSTEAD, target)
    if other:
        return instead(other, request, PICTURE)
    world.pictures.keep(request.path)
    fault = world.faults.strike(Stage.BODY, target)
    right = _answer(drawn(picture.name, picture.form.width, picture.form.height, picture.form.quality))
    return await _spoiled(fault, picture, right) if fault else right


async def _spoiled(fault: Fault, picture: Picture, right: web.Response) -> web.Response:
    given, body = fault.parameters, right.body
    if fault.name == "giant picture":
        tiny = drawn(picture.name, _TINY, _TINY, picture.form.quality)
        return _answer(claiming(tiny, given["width"], given["height"]))
    if fault.name != "huge body" or not isinstance(body, bytes):

        async def again(_page: int) -> web.Response:
            return right

        return await spoiled(fault, right, 1, again)
    padded = web.Response(body=_padded(body, given["size"]), content_type="image/jpeg")
    if given["announced"]:
        padded.headers["Content-Length"] = str(max(given["size"], len(body)))
    return padded


async def _padded(body: bytes, size: int) -> AsyncIterator[bytes]:
    """The right file, and behind it as many zeros as it takes."""
    yield body
    left = size - len(body)
    while left > 0:
        yield bytes(min(left, _BLOCK))
        left -= _BLOCK


def _answer(body: bytes) -> web.Response:
    return web.Response(body=body, content_type="image/jpeg", headers={"Cache-Control": _YEAR})
