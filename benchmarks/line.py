"""The line to a Discogs of thousands of collectors, in the same process: its limit, its time, its bad days."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Final, cast

from benchmarks.collectors import Collector, Collectors, Pile
from core.clock import Clock
from core.domain.ids import Shelf
from core.sandbox.callers import UNKNOWN_CREDENTIAL
from core.sandbox.faults import TOO_QUICK, Fault
from core.sandbox.kinds import KINDS, Stage
from core.sandbox.limits import Limits
from core.sandbox.spoiling import BUSY, instead, spoiled
from core.sandbox.wire import NO_ROUTE, RefusalError, encoded, refused
from core.sandbox.wire import page as html

import httpx
from aiohttp import web

LATENCY: Final = 0.25
"""Seconds from the request to its answer."""

TIME_OUT: Final = 30.0
_OUTAGE: Final = 60.0


@dataclass(slots=True)
class Person:
    """Somebody who waits for requests: since when, and how long they waited so far."""

    since: float
    waits: list[float]


WHOSE: ContextVar[Person | None] = ContextVar("WHOSE", default=None)
"""Who waits for what is sent; whoever sends it in a task of its own inherits it."""


class BadDays:
    """Strikes a share of all requests, with every kind of fault that the stand-in knows, as often each."""

    def __init__(self, share: float, seed: int = 1) -> None:
        self._share = share
        self._chance = random.Random(seed)  # noqa: S311 - it draws faults

    def strike(self, route: str, page: int) -> Fault | None:
        """What befalls a request."""
        if self._chance.random() >= self._share:
            return None
        kinds = [name for name in KINDS if _applies(name, route, page)]
        # An outage strikes everybody for a minute, so that it comes the more seldom.
        weights = [1 / 60 if name == "outage" else 1.0 for name in kinds]
        name = self._chance.choices(kinds, weights)[0]
        return Fault(name, parameters=KINDS[name].completed(name, {}))


def _applies(name: str, route: str, page: int) -> bool:
    is_page = route in ("collection", "wants", "by_release")
    if KINDS[name].stage is Stage.BODY:
        return name == "truncated" or (is_page and (name != "page repeated" or page > 1))
    if name in ("item added", "item removed"):
        return route == "collection"
    return name != "shuffled ties" or is_page


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request, understood."""

    route: str
    caller: Collector | None
    owner: Collector | None
    page: int
    newest_first: bool
    release: int = 0
    """The number of what is asked for: of a release, or of a master."""


@dataclass(slots=True)
class Counted:
    """What came over the line."""

    routes: Counter[str] = field(default_factory=Counter)
    refusals: int = 0
    faults: Counter[str] = field(default_factory=Counter)


class Line(httpx.AsyncBaseTransport):
    """Answers as Discogs does, to all from one address."""

    def __init__(self, collectors: Collectors, clock: Clock, bad_days: BadDays | None = None) -> None:
        self.counted = Counted()
        self._collectors = collectors
        self._clock = clock
        self._limits = Limits(lambda: clock.now().timestamp())
        self._bad_days = bad_days
        self._outage_until = 0.0
        self._chance = random.Random(1)  # noqa: S311 - it draws records

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """One request, after its time there and back. Raises as a line does that fails."""
        person = WHOSE.get()
        if person is not None:
            person.waits.append(self._clock.monotonic() - person.since)
        await self._clock.sleep(LATENCY / 2)
        asked = self._understood(request)
        fault = self._bad_days.strike(asked.route, asked.page) if self._bad_days else None
        is_known = asked.caller is not None and not (fault and fault.name == "owner as anonymous")
        window = self._limits.window("", authenticated=is_known)
        if window.take():
            self.counted.routes[asked.route] += 1
            response = await self._answered(asked, fault, is_known=is_known)
        else:
            self.counted.refusals += 1
            response = refused(RefusalError(429, TOO_QUICK), "collection")
        response.headers.update(window.headers())
        await self._clock.sleep(LATENCY / 2)
        if person is not None:
            # The next one is asked for when this one has been answered.
            person.since = self._clock.monotonic()
        return httpx.Response(response.status, headers=dict(response.headers), content=_body(response))

    async def _answered(self, asked: _Asked, fault: Fault | None, *, is_known: bool) -> web.Response:
        if self._clock.monotonic() < self._outage_until:
            self.counted.faults["outage"] += 1
            return html(503, "503 Service Unavailable", BUSY)
        if fault is None:
            return self._right(asked, is_known=is_known)
        self.counted.faults[fault.name] += 1
        match fault.name:
            case "outage":
                self._outage_until = self._clock.monotonic() + _OUTAGE
                return html(503, "503 Service Unavailable", BUSY)
            case "hang":
                await self._clock.sleep(TIME_OUT)
                raise httpx.ReadTimeout("nothing came")
            case "reset":
                raise httpx.RemoteProtocolError("Server disconnected without sending a response.")
            case "latency":
                await self._clock.sleep(float(fault.parameters["seconds"]))
                return self._right(asked, is_known=is_known)
        if KINDS[fault.name].stage is Stage.INSTEAD:
            return instead(fault, cast("web.Request", None), asked.route)
        salt = 1 + self._chance.randrange(2) if fault.name == "shuffled ties" else 0
        response = self._right(asked, is_known=is_known, salt=salt)
        if KINDS[fault.name].stage is Stage.BODY and response.status == 200:
            return await spoiled(fault, response, asked.page, lambda page: self._again(asked, page))
        self._change(fault, asked)
        return response

    def _change(self, fault: Fault, asked: _Asked) -> None:
        if asked.owner is None:
            return
        if fault.name == "item added":
            asked.owner.piles[Shelf.COLLECTION].add(self._clock.now())
        elif fault.name == "item removed":
            asked.owner.piles[Shelf.COLLECTION].remove(self._chance)

    async def _again(self, asked: _Asked, page: int) -> web.Response:
        other = _Asked(asked.route, asked.caller, asked.owner, page, asked.newest_first, asked.release)
        return self._right(other, is_known=True)

    def _right(self, asked: _Asked, *, is_known: bool, salt: int = 0) -> web.Response:
        owner = asked.owner
        if not is_known and asked.route in ("identity", "fields", "wants", "by_release"):
            return refused(RefusalError(401, UNKNOWN_CREDENTIAL), asked.route)
        match asked.route, owner:
            case "identity", _ if asked.caller:
                return _json(asked.caller.identity())
            case (("master" | "release"), _):
                return _json(_facts(asked.route, asked.release))
            case "profile", Collector():
                return _json(owner.profile())
            case "folders" | "fields", Collector():
                return _json(owner.names(asked.route))
            case "collection" | "wants", Collector():
                pile = owner.piles[Shelf.WANTLIST if asked.route == "wants" else Shelf.COLLECTION]
                rows = pile.page(asked.page, newest_first=asked.newest_first, shuffled=salt)
                return _page(pile, asked.page, rows, len(pile.rows), is_owners=is_known)
            case "by_release", Collector():
                pile = owner.piles[Shelf.COLLECTION]
                rows = pile.of_release(asked.release)
                return _page(pile, 1, rows, len(rows), is_owners=is_known)
        return refused(RefusalError(404, NO_ROUTE), asked.route)

    def _understood(self, request: httpx.Request) -> _Asked:
        parts, query = request.url.path.strip("/").split("/"), request.url.params
        caller = self._collectors.of_token(request.headers.get("Authorization", "").removeprefix("Discogs token="))
        owner = self._collectors.named(parts[1]) if parts[0] == "users" else None
        page, newest_first = int(query.get("page", "1")), query.get("sort_order") == "desc"
        match parts:
            case ["oauth", "identity"]:
                return _Asked("identity", caller, caller, page, newest_first)
            case [("masters" | "releases") as kind, number]:
                return _Asked(kind[:-1], caller, None, page, newest_first, int(number))
            case ["users", _]:
                return _Asked("profile", caller, owner, page, newest_first)
            case ["users", _, "wants"]:
                return _Asked("wants", caller, owner, page, newest_first)
            case ["users", _, "collection", ("folders" | "fields") as what]:
                return _Asked(what, caller, owner, page, newest_first)
            case ["users", _, "collection", "releases", release]:
                return _Asked("by_release", caller, owner, page, newest_first, int(release))
            case ["users", _, "collection", "folders", "0", "releases"]:
                return _Asked("collection", caller, owner, page, newest_first)
        return _Asked("unknown", caller, owner, page, newest_first)


def _facts(kind: str, number: int) -> bytes:
    """What is said of any release or master: enough to be kept, and as much as it takes."""
    tracks = [{"position": f"A{place}", "type_": "track", "title": "Version", "duration": ""} for place in range(8)]
    told = {"id": number, "title": "Version", "year": 1950 + number % 70, "genres": ["Reggae"], "styles": ["Dub"]}
    return encoded(told | {"main_release": number} if kind == "master" else told | {"tracklist": tracks})


def _page(pile: Pile, number: int, rows: Sequence[int], told: int, *, is_owners: bool) -> web.Response:
    if number > max(1, -(-told // 100)):
        return refused(RefusalError(404, NO_ROUTE), "collection")
    return _json(pile.body(number, rows, told, is_owners=is_owners))


def _json(body: bytes) -> web.Response:
    return web.Response(body=body, content_type="application/json")


def _body(response: web.Response) -> bytes:
    return response.body if isinstance(response.body, bytes) else b""
