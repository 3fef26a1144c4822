"""Faults on demand: what the real service does on its bad days, when a test says so.

A request meets at most one fault of each stage, in this order: it is delayed, seen with other eyes, answered with
something else, its body is spoiled, and afterwards the collection changes. `kinds.py` lists them.
"""

import asyncio
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from core.sandbox.holding import JsonObject
from core.sandbox.kinds import ALL_KINDS, PICTURE_KINDS, Stage
from core.sandbox.paths import NAMES as ROUTES
from core.sandbox.paths import PICTURE
from core.sandbox.timing import Clock

NAMES = tuple(ALL_KINDS)
TOO_QUICK = "You are making requests too quickly."


@dataclass(frozen=True, slots=True)
class Target:
    """A request as faults see it. `owner` is the user named in its path, `caller` the one who sent it."""

    route: str
    page: int = 1
    owner: str = ""
    caller: str = ""
    token: str = ""


@dataclass(slots=True, eq=False)
class Fault:
    """One fault: on which requests (None: any), how many times still, and the parameters of its kind."""

    name: str
    route: str | None = None
    page: int | None = None
    owner: str | None = None
    token: str | None = None
    times: int = 1
    parameters: JsonObject = field(default_factory=dict)
    until: float = math.inf
    released: asyncio.Event = field(default_factory=asyncio.Event)

    def meets(self, target: Target) -> bool:
        """Whether it strikes a request now. `owner` is met by who is asked about and by who asks.

        Without a route it is any of the API's: what befalls pictures is ordered for them.
        """
        owner = (self.owner or "").lower()
        return (
            self.times > 0
            and self.route in ((None, target.route) if target.route != PICTURE else (PICTURE,))
            and self.page in (None, target.page)
            and self.token in (None, target.token)
            and owner in ("", target.owner.lower(), target.caller.lower())
            and (self.name != "page repeated" or target.page > 1)
        )

    def as_json(self) -> JsonObject:
        """Return it as one JSON object."""
        names = ("name", "route", "page", "owner", "token", "times")
        return {name: getattr(self, name) for name in names} | self.parameters


class Faults:
    """The faults of a world. Within a stage, the first that meets a request strikes it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._all: list[Fault] = []
        self._listeners: list[Callable[[], None]] = []

    def add(
        self,
        name: str,
        *,
        route: str | None = None,
        page: int | None = None,
        owner: str | None = None,
        token: str | None = None,
        times: int = 1,
        **parameters: Any,  # noqa: ANN401 - each kind has its own, checked below
    ) -> Fault:
        """Order a fault. ValueError, which names the known ones, for an unknown name, route or parameter.

        `route` is a route name such as `collection`, or `picture`; `owner` a username, `token` a personal or an access
        token.
        """
        if name not in ALL_KINDS:
            message = f"no fault is called {name!r}; there are {', '.join(NAMES)}"
            raise ValueError(message)
        if route is not None and route not in ROUTES:
            message = f"no route is called {route!r}; there are {', '.join(ROUTES)}"
            raise ValueError(message)
        if name in PICTURE_KINDS and route not in (None, PICTURE):
            message = f"{name!r} is for the route {PICTURE!r} only, not for {route!r}"
            raise ValueError(message)
        route = PICTURE if name in PICTURE_KINDS else route
        fault = Fault(name, route, page, owner, token, times, ALL_KINDS[name].completed(name, parameters))
        if ALL_KINDS[name].stage is Stage.EVERYTHING:
            if (route, page, owner, token) != (None, None, None, None):
                message = f"{name!r} strikes everything; it takes no route, page, owner or token"
                raise ValueError(message)
            fault.until = self._clock() + fault.parameters["seconds"]
        self._all.append(fault)
        self._tell()
        return fault

    @property
    def all(self) -> tuple[Fault, ...]:
        """Every fault that was ordered, used up or not."""
        return tuple(self._all)

    @property
    def left(self) -> int:
        """How many strikes are still to come."""
        return sum(fault.times for fault in self._all if ALL_KINDS[fault.name].stage is not Stage.EVERYTHING)

    @property
    def outage(self) -> Fault | None:
        """The outage that lasts now, or None."""
        now = self._clock()
        return next((fault for fault in self._all if fault.name == "outage" and now < fault.until), None)

    def release(self) -> None:
        """Let every hanging request go on to its right answer."""
        for fault in self._all:
            fault.released.set()

    def clear(self) -> None:
        """Forget all faults, end an outage, and let hanging requests go on."""
        self.release()
        self._all.clear()
        self._tell()

    def strike(self, stage: Stage, target: Target) -> Fault | None:
        """Return the fault of a stage that meets this request, once less from now on; None if there is none."""
        for fault in self._all:
            if ALL_KINDS[fault.name].stage is stage and fault.meets(target):
                fault.times -= 1
                return fault
        return None

    def listen(self, listener: Callable[[], None]) -> None:
        """Call `listener` whenever a fault was ordered or all were cleared."""
        self._listeners.append(listener)

    def unlisten(self, listener: Callable[[], None]) -> None:
        """Call it no more."""
        self._listeners.remove(listener)

    def _tell(self) -> None:
        for listener in self._listeners:
            listener()
