"""Where a picture is, and from where one may come: Discogs' own hosts, and nothing else whatever a row says."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from core.domain.covers import Size
from core.domain.details import ReleaseDetails

from msgspec import Struct

LONGEST: Final = 2_000
"""Characters of an address; real ones have about 230."""

_PATH: Final = r"/[\w.~:/?@!$&'()*+,;=%-]*"
_FAR: Final = re.compile(
    # Those two are asked in turn, and for nothing but what they are for.
    rf"https://(?!(?:api|www)\.)(?:[a-z0-9](?:[a-z0-9-]{{0,61}}[a-z0-9])?\.){{1,8}}discogs\.com{_PATH}",
    re.IGNORECASE | re.ASCII,
)
_OCTET: Final = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_NEAR_HOST: Final = rf"(?:127(?:\.{_OCTET}){{3}}|localhost|\[::1\])"
_PORT: Final = r"(?:6553[0-5]|655[0-2]\d|65[0-4]\d{2}|6[0-4]\d{3}|[1-5]\d{4}|[1-9]\d{0,3})"
_NEAR: Final = re.compile(rf"https?://{_NEAR_HOST}(?::{_PORT})?{_PATH}", re.IGNORECASE | re.ASCII)
_SIGNED: Final = re.compile(r"https?://[^/]+/[^/]+/(rs:.+)")
"""An address of the image host: the part before `rs:` is the signature, which changes with its keys."""

_NO_PICTURE: Final = "/spacer.gif"
"""What has stood in the place of a picture that there is not."""


class Known(Struct, frozen=True):
    """What is known of the address of a picture."""

    address: str = ""
    """Empty when there is none to ask."""
    is_told: bool = False
    """Whether somebody who is shown pictures was told that there is none."""


def is_allowed(address: str, *, near: bool) -> bool:
    """Whether a picture may be asked for there: on Discogs' own hosts, by https; `near`: on this machine, too.

    The address is matched as a whole, so that nobody who reads it otherwise comes to another host.
    """
    if len(address) > LONGEST or not address.isascii():
        return False
    return bool(_FAR.fullmatch(address) or (near and _NEAR.fullmatch(address)))


def is_near(address: str) -> bool:
    """Whether an address of the API is on this machine: a stand-in's."""
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        return False
    return bool(re.fullmatch(_NEAR_HOST, f"[{host}]" if ":" in host else host, re.IGNORECASE | re.ASCII))


def picture_of(address: str) -> str:
    """What tells pictures apart: the address without its signature."""
    found = _SIGNED.fullmatch(address)
    return found[1] if found else address


def of_row(size: Size, thumb: str, cover_image: str) -> str:
    """The address that a row of a collection says; empty when it says none. The other size is better than none."""
    first, second = (thumb, cover_image) if size is Size.SMALL else (cover_image, thumb)
    return next((one for one in (first, second) if one and not one.endswith(_NO_PICTURE)), "")


def of_details(size: Size, details: ReleaseDetails) -> Known:
    """The address that the release itself says: of its first picture, or of the one that is called so."""
    pictures = [one for one in details.pictures if one.address or one.small]
    chosen = next((one for one in pictures if one.is_primary), pictures[0] if pictures else None)
    if chosen is None:
        # Whoever is not shown pictures may be told that there are some.
        return Known(is_told=not details.pictures)
    first, second = (chosen.small, chosen.address) if size is Size.SMALL else (chosen.address, chosen.small)
    return Known(first or second)
