"""What faults do to an answer: another one instead, or the right one spoiled."""

import asyncio
import json
from collections.abc import Awaitable, Callable

from core.sandbox.callers import UNKNOWN_CREDENTIAL
from core.sandbox.faults import TOO_QUICK, Fault
from core.sandbox.holding import JsonObject
from core.sandbox.paths import PICTURE
from core.sandbox.wire import NO_ROUTE, RefusalError, encoded, page, refused
from core.sandbox.world import World

from aiohttp import web

BUSY = "The Discogs server is currently busy."
_LISTS = ("releases", "wants", "versions", "results")


async def delayed(fault: Fault, world: World) -> None:
    """Wait as long as a fault says."""
    seconds = fault.parameters["seconds"]
    if fault.name == "latency":
        await world.pause(seconds)
        return
    waiting = None if seconds is None else seconds / world.time_scale
    try:
        await asyncio.wait_for(fault.released.wait(), waiting)
    except TimeoutError:
        return


def instead(fault: Fault, request: web.Request, route: str) -> web.Response:
    """Make the answer that comes instead of the right one."""
    match fault.name:
        case "500":
            return page(500, "Internal Server Error", "The server encountered an internal error.")
        case "502":
            return page(502, "502 Bad Gateway", BUSY)
        case "403":
            return page(403, "403 Forbidden", "Invalid signature.")
        case "html":
            return page(200, "Just a moment...", "Checking your browser before you go on.")
        case "404" | "429" if route == PICTURE:
            return _of_pictures(fault)
        case "404":
            return refused(RefusalError(404, NO_ROUTE), route)
        case "revoked token":
            return refused(RefusalError(401, UNKNOWN_CREDENTIAL), route)
        case "429":
            return _too_many(fault.parameters, route)
    return dropped(request)


def dropped(request: web.Request) -> web.Response:
    """Drop the connection. What is returned reaches nobody."""
    if request.transport:
        request.transport.abort()
    return web.Response(status=502)


async def spoiled(
    fault: Fault, response: web.Response, number: int, again: Callable[[int], Awaitable[web.Response]]
) -> web.Response:
    """Spoil the right answer. `number` is its page; `again` makes the right answer for another page."""
    body = response.body if isinstance(response.body, bytes) else b""
    if fault.name == "truncated":
        response.body = body[: len(body) // 2]
        return response
    whole = rows_of(body)
    if whole is None:
        return response
    payload, name = whole
    if fault.name == "page repeated":
        before = (await again(number - 1)).body
        other = rows_of(before) if isinstance(before, bytes) else None
        payload[name] = other[0][name] if other else payload[name]
    else:
        _alter(fault, payload, name)
    response.body = encoded(payload)
    return response


def rows_of(body: bytes) -> tuple[JsonObject, str] | None:
    """Return a body of a page and the name of its list; None for a body of another kind."""
    try:
        payload = json.loads(body)
    except ValueError:
        return None
    name = next((name for name in _LISTS if isinstance(payload, dict) and isinstance(payload.get(name), list)), None)
    return (payload, name) if name and "pagination" in payload else None


def _alter(fault: Fault, payload: JsonObject, name: str) -> None:
    rows, given = payload[name], fault.parameters
    place = min(given.get("row", 0), len(rows) - 1)
    match fault.name:
        case "empty page":
            payload[name] = []
        case "short page":
            payload[name] = rows[: max(0, len(rows) - given["rows"])]
        case "total moves":
            payload["pagination"]["items"] += given["by"]
        case "undecodable item" if rows and name == "results":
            rows[place] |= {"id": "five", "title": []}
        case "undecodable item" if rows:
            rows[place] |= {"basic_information": [], "rating": "five", "date_added": None}
        case "item without instance_id" if rows:
            rows[place].pop("instance_id", None)


def _of_pictures(fault: Fault) -> web.Response:
    """The network in front of the pictures speaks no JSON."""
    response = page(int(fault.name), f"Error {fault.name}", "")
    wait = fault.parameters.get("retry_after")
    if wait is not None:
        response.headers["Retry-After"] = str(wait)
    if not fault.parameters.get("body", True):
        response.body = b""
    return response


def _too_many(given: JsonObject, route: str) -> web.Response:
    wait = given["retry_after"]
    response = refused(RefusalError(429, TOO_QUICK, {} if wait is None else {"Retry-After": str(wait)}), route)
    if not given["body"]:
        response.body = b""
    return response
