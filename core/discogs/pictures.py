"""What the image host answers when it is asked for a picture: never signed in, and nothing of it believed unseen."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

from core.discogs.picture_check import looked_at
from core.discogs.protocol import Answer, retry_after
from core.domain.cover_addresses import is_allowed
from core.domain.covers import MOST_BYTES, Kind, Refusal
from core.errors import BrokenAnswer, DiscogsError, Unavailable, Unreachable

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx


class Picture(Struct, frozen=True):
    """A picture that was looked at and is one."""

    body: bytes
    kind: Kind
    width: int
    height: int


class Refused(Struct, frozen=True):
    """What came is not kept, and would come again."""

    why: Refusal


class Missing(Struct, frozen=True):
    """There is no such picture."""


class OldAddress(Struct, frozen=True):
    """The address is not, or no longer, good: its release has to be read again."""


class TooFast(Struct, frozen=True):
    """The host wants to be asked later; with seconds, when it named them."""

    retry_after: float | None = None


class Trouble(Struct, frozen=True):
    """The host or the line failed, which may pass."""

    error: DiscogsError


Came: TypeAlias = Picture | Refused | Missing | OldAddress | TooFast | Trouble

_KINDS: Final = "image/jpeg, image/png, image/webp, image/gif"
_PASSING: Final = frozenset({408, 425})


class Line(Protocol):
    """What carries the request: `core.discogs.http.PictureLine`."""

    async def get(self, address: str, headers: Mapping[str, str], most: int) -> Answer:
        """One request, one answer of any status."""

    async def close(self) -> None:
        """Close every connection."""


class Pictures:
    """The door to the image host. The line is opened with the first picture."""

    def __init__(
        self,
        *,
        user_agent: str,
        near: bool,
        transport: httpx.AsyncBaseTransport | None = None,
        time_scale: float = 1.0,
    ) -> None:
        # What is packed could be anything when it is unpacked.
        self._headers = {"User-Agent": user_agent, "Accept": _KINDS, "Accept-Encoding": "identity"}
        self._near = near
        self._transport = transport
        self._scale = time_scale
        self._opening = asyncio.Lock()
        self._looking = asyncio.Lock()
        self._line: Line | None = None

    @property
    def near(self) -> bool:
        """Whether this machine may be asked, too: when the API is a stand-in on it."""
        return self._near

    async def fetch(self, address: str) -> Came:
        """Ask for one picture, once; an address that is not allowed is not asked at all."""
        if not is_allowed(address, near=self._near):
            return Refused(Refusal.ADDRESS)
        try:
            line = await self._opened()
            answer = await line.get(address, self._headers, MOST_BYTES)
        except (Unreachable, BrokenAnswer) as error:
            return Trouble(error)
        found = meaning(answer)
        if found is not None:
            return found
        # One at a time: of a large one the pixels take 80 MB for a moment.
        async with self._looking:
            seen = await asyncio.to_thread(looked_at, answer.body)
        if isinstance(seen, Refusal):
            return Refused(seen)
        return Picture(seen.body, seen.kind, seen.width, seen.height)

    async def close(self) -> None:
        """Close the line."""
        if self._line is not None:
            await self._line.close()

    async def _opened(self) -> Line:
        async with self._opening:
            if self._line is None:
                self._line = await asyncio.to_thread(_line, self._near, self._transport, self._scale)
            return self._line


def meaning(answer: Answer) -> Came | None:
    """What an answer stands for before its body is looked at; None when it is to be looked at."""
    match answer.status:
        case 200:
            return _of_body(answer)
        case 403:
            return OldAddress()
        case 404 | 410:
            return Missing()
        case 429:
            return TooFast(retry_after(answer))
        case status if status >= 500 or status in _PASSING:
            return Trouble(Unavailable(status=status))
        case status if 300 <= status < 400:
            return Refused(Refusal.REDIRECT)
        case _:
            return Refused(Refusal.STATUS)


def _of_body(answer: Answer) -> Refused | None:
    told = answer.headers.get("content-length", "")
    if len(answer.body) > MOST_BYTES or (told.isdecimal() and int(told) > MOST_BYTES):
        return Refused(Refusal.TOO_LARGE)
    if not answer.body:
        return Refused(Refusal.EMPTY)
    if answer.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
        return Refused(Refusal.KIND)
    return None


def _line(near: bool, transport: httpx.AsyncBaseTransport | None, scale: float) -> Line:  # noqa: FBT001 - for a thread
    # Deferred: whoever only reads what is here never loads it.
    from core.discogs.http import PictureLine  # noqa: PLC0415

    return PictureLine(trust_env=not near, transport=transport, time_scale=scale)
