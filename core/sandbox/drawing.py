"""Pictures that never were, drawn from their names: the same name, the same colours and pattern, in every size."""

import colorsys
import io
import random
from typing import TYPE_CHECKING
from zlib import crc32

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

Colour = tuple[int, int, int]
_STEPS = 6
_LONGEST = 65_535
_FIRST_SIZES = b"\xff\xc0"  # the segment of a JPEG file that tells how large it is


def palette(name: str) -> tuple[Colour, Colour, Colour]:
    """Return the colours of a picture: the ground, which fills its corners, and two on it."""
    chance = random.Random(crc32(name.encode()))  # noqa: S311 - it draws pictures, not secrets
    hue = chance.random()
    return (
        _colour(hue, chance.uniform(0.3, 0.9), chance.uniform(0.25, 0.8)),
        _colour(hue + chance.uniform(0.25, 0.75), 0.7, chance.uniform(0.5, 1.0)),
        _colour(hue + 0.1, 0.2, 0.95),
    )


def drawn(name: str, width: int, height: int, quality: int) -> bytes:
    """Draw a picture as a JPEG file of so many pixels."""
    from PIL import Image, ImageDraw  # noqa: PLC0415 - not before the first picture: most servers never draw one

    ground, ink, light = palette(name)
    image = Image.new("RGB", (width, height), ground)
    draw = ImageDraw.Draw(image)
    pattern = (_rings, _stripes, _tiles, _record)[crc32(name.encode()) % 4]
    pattern(draw, (width, height), (ground, ink, light))
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality)
    return file.getvalue()


def claiming(picture: bytes, width: int, height: int) -> bytes:
    """Return a JPEG file that says to be of another size, at most 65,535 pixels a side."""
    place = picture.find(_FIRST_SIZES)
    if place < 0:
        return picture
    sizes = b"".join(min(side, _LONGEST).to_bytes(2, "big") for side in (height, width))
    return picture[: place + 5] + sizes + picture[place + 9 :]


def _colour(hue: float, saturation: float, value: float) -> Colour:
    red, green, blue = colorsys.hsv_to_rgb(hue % 1, saturation, value)
    return round(red * 255), round(green * 255), round(blue * 255)


def _rings(draw: "ImageDraw", size: tuple[int, int], colours: tuple[Colour, ...]) -> None:
    for step in range(_STEPS):
        draw.ellipse(_inset(size, 0.05 + 0.07 * step), fill=colours[1 + step % 2])


def _record(draw: "ImageDraw", size: tuple[int, int], colours: tuple[Colour, ...]) -> None:
    for inset, colour in ((0.08, (16, 16, 16)), (0.3, colours[1]), (0.47, colours[2])):
        draw.ellipse(_inset(size, inset), fill=colour)


def _stripes(draw: "ImageDraw", size: tuple[int, int], colours: tuple[Colour, ...]) -> None:
    width, height = size
    for step in range(_STEPS):
        top = height * (0.15 + 0.12 * step)
        draw.rectangle((width * 0.1, top, width * 0.9, top + height * 0.06), fill=colours[1 + step % 2])


def _tiles(draw: "ImageDraw", size: tuple[int, int], colours: tuple[Colour, ...]) -> None:
    width, height = size
    for place in range(_STEPS * _STEPS):
        left, top = (0.1 + 0.8 * part / _STEPS for part in (place % _STEPS, place // _STEPS))
        box = (width * left, height * top, width * (left + 0.1), height * (top + 0.1))
        draw.rectangle(box, fill=colours[1 + (place + place // _STEPS) % 2])


def _inset(size: tuple[int, int], share: float) -> tuple[float, float, float, float]:
    width, height = size
    return width * share, height * share, width * (1 - share), height * (1 - share)
