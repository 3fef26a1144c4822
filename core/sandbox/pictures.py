"""Addresses of pictures: of the real form, signed, and leading to this server.

What a row or a body names is a recorded address, or the name of an invented picture. A reader gets an address made of
it: `HOME/SIGNATURE/rs:fit/g:sm/q:90/h:600/w:600/NAME IN BASE64, CUT BY SLASHES.jpeg`. Any change of it fails the
signature, and a change of keys fails all that were given out before.
"""

import base64
import binascii
import hmac
import re
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from core.sandbox.counts import Counts
from core.sandbox.holding import JsonObject
from core.sandbox.limits import MovingWindow
from core.sandbox.timing import Clock

UNCACHED = 30
NAMED = "s3://"
_CUT = 16
_TAIL = re.compile(r"rs:fit/g:sm/q:(\d{1,3})/h:(\d{1,3})/w:(\d{1,3})/([A-Za-z0-9_/-]+)\.jpeg")
_RECORDED = re.compile(rf"https?://[^/]+/[^/]+/({_TAIL.pattern})")


@dataclass(frozen=True, slots=True)
class Form:
    """Quality and size in pixels."""

    quality: int
    height: int
    width: int


LARGE, SMALL = Form(90, 600, 600), Form(40, 150, 150)
_FORMS = {"thumb": SMALL, "uri150": SMALL, "thumbnail_url": SMALL, "cover_image": LARGE}
_IMAGE_FORMS = {"uri": LARGE, "resource_url": LARGE, "uri150": SMALL}


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture in one form, as an address tells it."""

    name: str
    form: Form


class Pictures:
    """The pictures of a world: their addresses, the key that signs them, how many may be fetched, and who did.

    `home` is where this server listens. `limit` are the pictures a minute, for each address that asks, which nobody has
    fetched before: those that somebody has are in a cache in front, and cost nothing.
    """

    def __init__(self, clock: Clock, limit: int = UNCACHED) -> None:
        self.home = ""
        self.counts = Counts(clock)
        self.uncached = 0
        self._clock, self._limit = clock, limit
        self._windows: dict[str, MovingWindow] = {}
        self._cached: set[str] = set()
        self._rotations = 0

    def rotate(self) -> int:
        """Change the key: every address given out so far is refused from now on. Return how often that was done."""
        self._rotations += 1
        return self._rotations

    def address(self, source: str, form: Form) -> str:
        """Make the address of what a row or body names; "" stays "". A recorded address keeps its own form."""
        if not source:
            return ""
        tail = tail_of(source, form)
        return f"{self.home}/{self._signature(tail)}/{tail}"

    def in_row(self, row: JsonObject) -> JsonObject:
        """Return a list row with addresses that lead here."""
        thumb, cover = row["thumb"], row["cover_image"]
        if not (thumb or cover):
            return row
        return row | {"thumb": self.address(thumb, SMALL), "cover_image": self.address(cover, LARGE)}

    def in_body(self, body: JsonObject) -> JsonObject:
        """Return a whole body with addresses that lead here, wherever one stands in it."""
        return {
            key: [self._addressed(image, _IMAGE_FORMS) for image in value]
            if key == "images" and isinstance(value, list)
            else self._inside(key, value)
            for key, value in body.items()
        }

    def signed(self, signature: str, tail: str) -> Picture | None:
        """Return what an address asks for; None if the signature is not of this tail and the key of today."""
        whole = _TAIL.fullmatch(tail)
        if not whole or not hmac.compare_digest(signature.encode(), self._signature(tail).encode()):
            return None
        quality, height, width, name = whole.groups()
        return Picture(_decoded(name), Form(int(quality), int(height), int(width)))

    def take(self, remote: str, path: str) -> bool:
        """Let somebody have a picture, or say no: it is not cached, and too many such were fetched within a minute."""
        if path in self._cached:
            return True
        if remote not in self._windows:
            self._windows[remote] = MovingWindow(self._limit, self._clock)
        granted = self._windows[remote].take()
        self.uncached += granted
        return granted

    def keep(self, path: str) -> None:
        """Remember that a picture was served: from now on it comes out of the cache."""
        self._cached.add(path)

    def reset(self) -> None:
        """Begin counting anew."""
        self.counts.reset()
        self.uncached = 0

    def as_json(self) -> JsonObject:
        """Return the figures as one JSON object."""
        counts = self.counts
        return {
            "total": counts.total,
            "uncached": self.uncached,
            "refusals": counts.refusals,
            "busiest_minute": counts.busiest_minute,
            "most_in_flight": counts.most_in_flight,
        }

    def _inside(self, key: str, value: Any) -> Any:  # noqa: ANN401 - whatever a body holds
        if isinstance(value, dict):
            return self.in_body(value)
        if isinstance(value, list):
            return [self.in_body(one) if isinstance(one, dict) else one for one in value]
        return self.address(value, _FORMS[key]) if key in _FORMS and isinstance(value, str) else value

    def _addressed(self, image: Any, forms: dict[str, Form]) -> Any:  # noqa: ANN401 - whatever a list holds
        if not isinstance(image, dict):
            return image
        return image | {
            key: self.address(image[key], form) for key, form in forms.items() if isinstance(image.get(key), str)
        }

    def _signature(self, tail: str) -> str:
        # No secret: the same world gives the same addresses again, until its keys are rotated.
        digest = hmac.digest(b"key %d" % self._rotations, tail.encode(), "sha256")
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def tail_of(source: str, form: Form) -> str:
    """Return what an address says after its signature. A recorded one says the same again."""
    recorded = _RECORDED.fullmatch(source)
    if recorded:
        return recorded[1]
    name = source if source.startswith(NAMED) else f"{NAMED}discogs-database-images/X-{crc32(source.encode())}.jpeg"
    text = base64.urlsafe_b64encode(name.encode()).decode().rstrip("=")
    cut = "/".join(text[place : place + _CUT] for place in range(0, len(text), _CUT))
    return f"rs:fit/g:sm/q:{form.quality}/h:{form.height}/w:{form.width}/{cut}.jpeg"


def form_of(source: str) -> Form:
    """Return the form that a recorded address asks for, else the large one."""
    recorded = _RECORDED.fullmatch(source)
    return Form(int(recorded[2]), int(recorded[3]), int(recorded[4])) if recorded else LARGE


def _decoded(text: str) -> str:
    joined = text.replace("/", "")
    try:
        return base64.urlsafe_b64decode(joined + "=" * (-len(joined) % 4)).decode("utf-8", "replace")
    except (ValueError, binascii.Error):
        return joined
