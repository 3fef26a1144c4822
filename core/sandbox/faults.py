"""Faults on demand: what the real service does on its bad days, when a test says so."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from core.sandbox.wire import RefusalError, encoded, page, refused

from aiohttp import web

NAMES = ("500", "502", "429", "hang", "truncated", "empty page", "reset")
TOO_QUICK = "You are making requests too quickly."


@dataclass(slots=True)
class Fault:
    """One fault: on which route and page (None: any), and how many times still."""

    name: str
    route: str | None = None
    page: int | None = None
    times: int = 1
    released: asyncio.Event = field(default_factory=asyncio.Event)

    def meets(self, route: str, page: int) -> bool:
        """Whether it strikes a request now."""
        return self.times > 0 and self.route in (None, route) and self.page in (None, page)


class Faults:
    """The faults of a world. The first that meets a request strikes it."""

    def __init__(self) -> None:
        self._all: list[Fault] = []

    def add(self, name: str, *, route: str | None = None, page: int | None = None, times: int = 1) -> Fault:
        """Order a fault: one of NAMES, else ValueError. `route` is a route name such as `collection`."""
        if name not in NAMES:
            known = ", ".join(NAMES)
            message = f"no fault is called {name!r}; there are {known}"
            raise ValueError(message)
        fault = Fault(name, route, page, times)
        self._all.append(fault)
        return fault

    @property
    def left(self) -> int:
        """How many strikes are still to come."""
        return sum(fault.times for fault in self._all)

    def release(self) -> None:
        """Let every hanging request go on to its right answer."""
        for fault in self._all:
            fault.released.set()

    def clear(self) -> None:
        """Forget all faults, and let hanging requests go on."""
        self.release()
        self._all.clear()

    def strike(self, route: str, page: int) -> Fault | None:
        """Return the fault that meets this request, once less from now on; None if there is none."""
        fault = next((fault for fault in self._all if fault.meets(route, page)), None)
        if fault:
            fault.times -= 1
        return fault


async def suffer(
    fault: Fault, request: web.Request, route: str, proceed: Callable[[], Awaitable[web.Response]]
) -> web.Response:
    """Give the answer under a fault. `proceed` makes the right one, for faults that only spoil it."""
    match fault.name:
        case "500":
            return page(500, "Internal Server Error", "The server encountered an internal error.")
        case "502":
            return page(502, "502 Bad Gateway", "The Discogs server is currently busy.")
        case "429":
            return refused(RefusalError(429, TOO_QUICK), route)
        case "reset":
            if request.transport:
                request.transport.abort()
            return web.Response(status=502)
        case "hang":
            await fault.released.wait()
    response = await proceed()
    body = response.body if isinstance(response.body, bytes) else b""
    if fault.name == "truncated":
        response.body = body[: len(body) // 2]
    elif fault.name == "empty page":
        response.body = encoded(json.loads(body) | {"releases": []})
    return response
