"""A client with the network cut off at its very edge."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from core.discogs.client import Discogs, Session
from core.discogs.http import Http
from core.discogs.throttle import TokenBucket
from core.domain.account import PersonalToken
from core.domain.ledger import SIGNED_IN, taken
from core.domain.progress import Waiting
from tests.fakes import FakeClock, MemorySlots

import httpx
import respx

API = "https://api.discogs.test"
SECRET = "qWeRtYuIoPaSdFgHjKlZxCvBnMqWeRtYuIoPaSdF"
AGENT = "Runout/1.0 +https://runout.test"
ME = b'{"id": 1, "username": "me"}'


@dataclass
class Door:
    """A client, and what it is built of."""

    discogs: Discogs
    bucket: TokenBucket
    slots: MemorySlots
    clock: FakeClock
    router: respx.Router
    opened: list[Http]
    waits: list[Waiting] = field(default_factory=list)

    def session(self, *, secret: str | None = SECRET, **more: Any) -> Session:
        token = None if secret is None else PersonalToken(secret)
        return self.discogs.session(token, on_wait=self.waits.append, **more)

    def answers(self, *answers: Any, path: str = "/oauth/identity") -> respx.Route:
        """What comes, one after the other; the last one again and again."""
        left = list(answers)

        def answer(request: httpx.Request) -> httpx.Response:
            given = left.pop(0) if len(left) > 1 else left[0]
            if isinstance(given, Exception):
                raise given
            assert isinstance(given, httpx.Response)
            return given

        return self.router.get(path).mock(side_effect=answer)

    async def taken(self) -> int:
        """How many slots are taken now."""
        return taken(await self.slots.update(SIGNED_IN, lambda ledger: (ledger, ledger)), self.clock.now().timestamp())


def good() -> httpx.Response:
    return httpx.Response(200, content=ME)


def refused(**headers: str) -> httpx.Response:
    return httpx.Response(429, headers={name.replace("_", "-"): value for name, value in headers.items()})


MakeDoor = Callable[..., Door]
