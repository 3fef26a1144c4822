"""An image host on a real socket that gives what a test tells it to, and remembers what it was asked."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from core.domain.covers import Key, Kind
from core.store.cover_files import CoverFiles

from aiohttp import web
from PIL import Image

SIGNATURE: Final = "kEy1"


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40), colour: int = 0, **how: object) -> bytes:
    """A picture as an encoder makes it."""
    image = Image.new("RGB", size, (colour % 256, 90, 160))
    image.putpixel((0, 0), (1, 2, 3))
    written = io.BytesIO()
    image.save(written, kind, **how)
    return written.getvalue()


def moving(kind: str, pictures: int = 3) -> bytes:
    """Several pictures in one."""
    frames = [Image.new("RGB", (50, 40), (60 * number, 0, 0)) for number in range(pictures)]
    written = io.BytesIO()
    frames[0].save(written, kind, save_all=True, append_images=frames[1:])
    return written.getvalue()


def write_again_and_again(directory: Path, key: Key, body: bytes) -> None:
    """What another process does."""
    files = CoverFiles(directory)
    for _ in range(40):
        files.write(key, Kind.JPEG, body)


@dataclass
class Given:
    """One answer."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Host:
    """What is asked for, and what is answered: a picture, unless something else was said of its release."""

    url: str = ""
    signature: str = SIGNATURE
    """What an address has to have in it; another one gets 403."""
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    answers: dict[str, list[Given]] = field(default_factory=dict)
    """By the name of a picture, one after the other, the last again and again."""
    gate: Callable[[], object] | None = None
    most_at_once: int = 0
    _now: int = 0

    def address(self, release: int, size: str = "large", signature: str = "") -> str:
        """Where a picture is."""
        side = 150 if size == "small" else 600
        return f"{self.url}/{signature or self.signature}/rs:fit/g:sm/q:90/h:{side}/w:{side}/R-{release}-{size}.jpeg"

    def says(self, name: str, *answers: Given | bytes) -> None:
        """Answer so when that is asked for: `7-large`."""
        self.answers[name] = [one if isinstance(one, Given) else Given(body=one) for one in answers]

    @property
    def names(self) -> list[str]:
        """What was asked for, in that order: `7-large`."""
        return [path.rsplit("/R-", 1)[1].removesuffix(".jpeg") for path in self.asked]

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        self.headers.append(dict(request.headers))
        self._now += 1
        self.most_at_once = max(self.most_at_once, self._now)
        try:
            if self.gate is not None:
                waited = self.gate()
                if asyncio.iscoroutine(waited):
                    await waited
            given = self._given(request.path)
            return web.Response(status=given.status, body=given.body, headers=dict(given.headers))
        finally:
            self._now -= 1

    def _given(self, path: str) -> Given:
        if path.split("/")[1] != self.signature:
            return Given(status=403)
        name = path.rsplit("/R-", 1)[1].removesuffix(".jpeg")
        left = self.answers.get(name)
        if left is None:
            return Given(body=picture(colour=int(name.split("-")[0])), headers={"Content-Type": "image/jpeg"})
        return left.pop(0) if len(left) > 1 else left[0]


@asynccontextmanager
async def serving() -> AsyncIterator[Host]:
    """Serve pictures for as long as the block runs."""
    host = Host()
    app = web.Application()
    app.router.add_get("/{path:.*}", host.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.05, handler_cancellation=True)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield host
    finally:
        await runner.cleanup()
