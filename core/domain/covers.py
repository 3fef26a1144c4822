"""Pictures of releases: what is kept of each, and how far fetching them is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from core.domain.ids import ReleaseId

from msgspec import Struct

MOST_BYTES: Final = 5_000_000
"""Of one picture. Discogs' own have at most some 150,000."""

MOST_PIXELS: Final = 20_000_000
"""Of one picture. Discogs' own have 360,000."""


class Size(StrEnum):
    """Which of Discogs' two pictures of a release."""

    SMALL = "small"
    """150 pixels on the long side."""
    LARGE = "large"
    """600 pixels on the long side."""


class State(StrEnum):
    """What is with a picture that was asked for."""

    HERE = "here"
    NONE = "none"
    """The image host has none."""
    REFUSED = "refused"
    """What came is no picture that we keep."""
    FAILED = "failed"


class Refusal(StrEnum):
    """Why something is not kept. Each has words in the front ends."""

    ADDRESS = "address"
    """It is not on Discogs' image host; nobody was asked."""
    REDIRECT = "redirect"
    STATUS = "status"
    EMPTY = "empty"
    TOO_LARGE = "too large"
    KIND = "kind"
    """Neither JPEG nor PNG, WebP or GIF."""
    PIXELS = "pixels"
    ANIMATED = "animated"
    BROKEN = "broken"
    """Cut off, or otherwise not to be decoded."""


class Kind(StrEnum):
    """What a picture is, by its content."""

    JPEG = "jpg"
    PNG = "png"
    WEBP = "webp"
    GIF = "gif"


class Key(Struct, frozen=True, order=True):
    """One picture."""

    release: ReleaseId
    size: Size


class Cover(Struct, frozen=True):
    """What is known of a picture that was asked for."""

    key: Key
    address: str
    """What its address was said to be then; a signature that was renewed meanwhile is not in it."""
    state: State
    kind: Kind | None = None
    bytes: int = 0
    width: int = 0
    height: int = 0
    fetched_at: datetime | None = None
    used_at: datetime | None = None
    next_at: datetime | None = None
    """It is not asked for before that."""
    reason: str = ""
    tries: int = 0
    """That failed, since the last long rest."""


class CoverReport(Struct, frozen=True):
    """What came of fetching pictures: how many of each."""

    here: int = 0
    """Were here already."""
    fetched: int = 0
    none: int = 0
    """There is no picture."""
    refused: int = 0
    failed: int = 0
    waiting: int = 0
    """Could not be had lately, and are asked for later."""
    unknown: int = 0
    """Nobody here was told where they are."""
    left: int = 0
    """Were not asked for: the limit is reached with the others of them."""


class CoverProgress(Struct, frozen=True):
    """How far it is."""

    report: CoverReport
    total: int
    seconds_left: float
    """At the pace of the lane."""

    @property
    def done(self) -> int:
        """How many are settled, one way or the other."""
        return sum(getattr(self.report, name) for name in self.report.__struct_fields__)


class CoverStatus(Struct, frozen=True):
    """What the cache holds."""

    directory: str
    limit: int
    """Bytes."""
    fills: bool
    """Whether what is looked at is fetched by itself."""
    small: int = 0
    large: int = 0
    bytes: int = 0
    none: int = 0
    failed: int = 0
    refused: Mapping[str, int] = MappingProxyType({})
    """By reason."""
    rests_for: float = 0.0
    """Seconds during which the image host is not asked anything."""
