"""What is taken for a picture, by its content alone."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import warnings
import zlib
from pathlib import Path
from typing import Any

from core.discogs.picture_check import Seen, looked_at
from core.domain.covers import MOST_PIXELS, Kind, Refusal
from tests.picture_host import moving, picture

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

ROOT = Path(__file__).resolve().parents[3]
KINDS = {"JPEG": Kind.JPEG, "PNG": Kind.PNG, "WEBP": Kind.WEBP, "GIF": Kind.GIF}
WIDE = 60_000


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(width: int, height: int, rows: bytes = b"") -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    data = zlib.compress(rows, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def gif(width: int, height: int) -> bytes:
    small = picture("GIF", (4, 4))
    return small[:6] + struct.pack("<HH", width, height) + small[10:]


def jpeg(width: int, height: int) -> bytes:
    small = picture("JPEG", (16, 16))
    at = small.index(b"\xff\xc0") + 5
    return small[:at] + struct.pack(">HH", height, width) + small[at + 4 :]


def webp(width: int, height: int, kind: bytes) -> bytes:
    match kind:
        case b"VP8X":
            body = bytes(4) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
        case b"VP8L":
            body = b"\x2f" + ((width - 1) | (height - 1) << 14).to_bytes(4, "little") + bytes(9)
        case _:
            body = bytes(3) + b"\x9d\x01\x2a" + struct.pack("<HH", width, height) + bytes(10)
    return b"RIFF" + struct.pack("<I", 12 + len(body)) + b"WEBP" + kind + struct.pack("<I", len(body)) + body


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_is_kept_as_it_came(kind: str) -> None:
    body = picture(kind, (60, 40))
    assert looked_at(body) == Seen(body, KINDS[kind], 60, 40)


@pytest.mark.parametrize("how", [{"progressive": True}, {"quality": 5}], ids=["progressive", "coarse"])
def test_every_jpeg_is_one(how: dict[str, Any]) -> None:
    assert isinstance(looked_at(picture("JPEG", **how)), Seen)


def test_a_camera_s_jpeg_with_another_picture_behind_is_a_jpeg() -> None:
    frames = [Image.new("RGB", (20, 10), (number * 80, 0, 0)) for number in range(2)]
    written = io.BytesIO()
    frames[0].save(written, "MPO", save_all=True, append_images=frames[1:])
    seen = looked_at(written.getvalue())
    assert isinstance(seen, Seen)
    assert seen.kind is Kind.JPEG


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", Refusal.EMPTY),
        (b"<!doctype html><html><body>Just a moment...</body></html>", Refusal.KIND),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', Refusal.KIND),
        (b'{"message": "no"}', Refusal.KIND),
        (b"%PDF-1.7\n", Refusal.KIND),
        (b"II*\x00" + bytes(100), Refusal.KIND),
        (b"BM" + bytes(100), Refusal.KIND),
        (b"\x00" * 1_000, Refusal.KIND),
        (b"\xff\xd8\xff" + bytes(1_000), Refusal.BROKEN),
        (b"\x89PNG\r\n\x1a\n", Refusal.BROKEN),
        (b"GIF89a", Refusal.BROKEN),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", Refusal.BROKEN),
        (b"RIFF", Refusal.BROKEN),
    ],
    ids=lambda value: value[:12] if isinstance(value, bytes) else str(value),
)
def test_what_is_none_is_refused(body: bytes, why: Refusal) -> None:
    assert looked_at(body) is why


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_that_was_cut_off_is_broken(kind: str) -> None:
    body = picture(kind, (60, 40))
    for left in range(1, len(body) - 8):
        assert isinstance(looked_at(body[:left]), Refusal), left


@pytest.mark.parametrize(
    "body",
    [
        png(WIDE, WIDE),
        png(5_000, 4_001),
        jpeg(WIDE, WIDE),
        gif(WIDE, WIDE),
        webp(16_000, 16_000, b"VP8X"),
        webp(16_000, 16_000, b"VP8L"),
        webp(16_000, 16_000, b"VP8 "),
    ],
    ids=["png", "a little too many", "jpeg", "gif", "webp", "webp, lossless", "webp, plain"],
)
def test_a_header_that_says_too_many_pixels_is_enough(body: bytes) -> None:
    """No line on stderr either: a warning would be one, and ends this test."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert looked_at(body) is Refusal.PIXELS


def test_a_bomb_within_the_pixels_is_decoded_and_nothing_more() -> None:
    rows = (b"\x00" + bytes(5_000)) * 4_000
    body = png(5_000, 4_000, rows)
    assert len(body) < 50_000
    seen = looked_at(body)
    assert isinstance(seen, Seen)
    assert seen.width * seen.height == MOST_PIXELS


def test_a_text_in_a_picture_that_unpacks_to_very_much_is_broken() -> None:
    body = picture("PNG")
    bomb = chunk(b"zTXt", b"Comment\x00\x00" + zlib.compress(bytes(100_000_000), 9))
    assert looked_at(body[:33] + bomb + body[33:]) is Refusal.BROKEN


def test_of_a_gif_that_moves_the_first_picture_is_kept() -> None:
    seen = looked_at(moving("GIF"))
    assert isinstance(seen, Seen)
    assert (seen.kind, seen.width, seen.height) == (Kind.PNG, 50, 40)
    with Image.open(io.BytesIO(seen.body)) as image:
        assert image.convert("RGB").getpixel((5, 5)) == (0, 0, 0)
        assert getattr(image, "n_frames", 1) == 1
    assert looked_at(seen.body) == seen


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_whatever_else_moves_is_refused(kind: str) -> None:
    assert looked_at(moving(kind)) is Refusal.ANIMATED


@given(kind=st.sampled_from(sorted(KINDS)), data=st.data())
def test_whatever_is_changed_in_a_picture_it_is_one_or_it_is_refused(kind: str, data: st.DataObject) -> None:
    body = bytearray(picture(kind, (24, 16)))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(body) - 1))
        body[at] = data.draw(st.integers(0, 255))
    seen = looked_at(bytes(body))
    assert isinstance(seen, Refusal) or seen.width * seen.height <= MOST_PIXELS


def test_pillow_is_not_loaded_before_there_is_something_to_look_at() -> None:
    code = "import sys, core.app, core.discogs.picture_check as check; assert 'PIL' not in sys.modules; print(check)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
