"""Whether bytes from outside are a picture that we keep. Pillow is loaded with the first of them, in a thread."""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING, Final

from core.domain.covers import MOST_BYTES, MOST_PIXELS, Kind, Refusal

from msgspec import Struct

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

_BEGINNINGS: Final = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"RIFF")
_KINDS: Final = {
    "JPEG": Kind.JPEG,
    "MPO": Kind.JPEG,  # A JPEG with more behind it, as cameras make them: the first one is what is shown.
    "PNG": Kind.PNG,
    "WEBP": Kind.WEBP,
    "GIF": Kind.GIF,
}
_READERS: Final = ("JPEG", "PNG", "WEBP", "GIF")


class Seen(Struct, frozen=True):
    """A picture; `body` may be another one than came."""

    body: bytes
    kind: Kind
    width: int
    height: int


def looked_at(body: bytes) -> Seen | Refusal:
    """What bytes are, by their content alone. Never raises; takes as long as decoding the picture does.

    The size in pixels is read from the header and held against the limit before anything is decoded. Of a GIF that
    moves the first picture is kept.
    """
    if not body:
        return Refusal.EMPTY
    if not body.startswith(_BEGINNINGS):
        return Refusal.KIND
    if body.startswith(b"RIFF") and _webp_pixels(body) > MOST_PIXELS:
        # Its reader takes room for all of them when the file is opened.
        return Refusal.PIXELS
    try:
        return _decoded(body)
    except Exception:  # noqa: BLE001 - decoders raise whatever they like at what they cannot read
        return Refusal.BROKEN


def _decoded(body: bytes) -> Seen | Refusal:
    # Deferred: most runs look at no picture. The reader of WebP is named, or Pillow would load all that it has.
    from PIL import Image, UnidentifiedImageError, WebPImagePlugin  # noqa: F401, PLC0415

    # It would only be a line on stderr otherwise. The same entry again changes nothing.
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        with Image.open(io.BytesIO(body), formats=_READERS) as image:
            refused = _of_header(image)
            if refused is not None:
                return refused
            kind = _KINDS[image.format or ""]
            if kind is Kind.PNG:
                with Image.open(io.BytesIO(body), formats=_READERS) as other:
                    # Its last sums are not looked at for the pixels.
                    other.verify()
            # To the last pixel: what is cut off shows only there.
            image.load()
            width, height = image.size
            if kind is Kind.GIF and getattr(image, "is_animated", False):
                return _first_picture(image)
    except UnidentifiedImageError:
        return Refusal.BROKEN
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        return Refusal.PIXELS
    return Seen(body, kind, width, height)


def _webp_pixels(body: bytes) -> int:
    """What the first chunk of a WebP file says; 0 where it says nothing. Source: RFC 9649, sections 2.5 to 2.7."""
    match body[12:16]:
        case b"VP8X":
            return (int.from_bytes(body[24:27], "little") + 1) * (int.from_bytes(body[27:30], "little") + 1)
        case b"VP8L":
            bits = int.from_bytes(body[21:25], "little")
            return ((bits & 0x3FFF) + 1) * ((bits >> 14 & 0x3FFF) + 1)
        case b"VP8 ":
            return (int.from_bytes(body[26:28], "little") & 0x3FFF) * (int.from_bytes(body[28:30], "little") & 0x3FFF)
    return 0


def _of_header(image: ImageFile) -> Refusal | None:
    width, height = image.size
    if width < 1 or height < 1:
        return Refusal.BROKEN
    if width * height > MOST_PIXELS:
        return Refusal.PIXELS
    moves = getattr(image, "is_animated", False) and image.format in ("PNG", "WEBP")
    return Refusal.ANIMATED if moves else None


def _first_picture(image: ImageFile) -> Seen | Refusal:
    written = io.BytesIO()
    image.convert("RGBA").save(written, "PNG")
    body = written.getvalue()
    if len(body) > MOST_BYTES:
        return Refusal.TOO_LARGE
    return Seen(body, Kind.PNG, *image.size)
