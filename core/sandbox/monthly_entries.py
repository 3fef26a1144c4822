"""Entries of the monthly file of masters, as XML: those of a world, and others that never were.

An entry is a pair: the master's number, and its text from `<master` to `</master>`.
"""

import random
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from core.sandbox.holding import JsonObject
from core.sandbox.invented import Press
from core.sandbox.masters import master_of
from core.sandbox.oddities import ODD_TEXTS
from core.sandbox.world import World

Entry = tuple[int, str]
_UNSAID = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML 1.0 cannot say
_TOP = 4_000_000
_POOL = 2000
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_QUALITIES = ("Correct", "Needs Vote", "Complete and Correct", "Needs Minor Changes")
_NO_TITLE, _NO_YEAR, _YEAR_ZERO, _NO_VIDEO = 0.0002, 0.0004, 0.03, 0.25
_MOST_VIDEOS = 13
_LONGEST = 120
_TAILS = ("", "", " (Official Video)", "&#13;\nRecorded live.&#13;\n&#13;\nAll rights reserved.", " \n[Remastered]")


def world_entries(world: World) -> Iterator[Entry]:
    """Yield every master of a world, by number: it says what GET /masters/{id} says."""
    for number in world.catalogue.masters():
        body = master_of(world.catalogue, number)
        if body is not None:
            yield number, entry(body)


def entry(body: Mapping[str, Any]) -> str:
    """Write a GET /masters/{id} body as an entry. Elements that would be empty are left out."""
    artists = "".join(_element("artist", _artist(one)) for one in body["artists"])
    return "".join(
        (
            f'<master id="{body["id"]}">',
            _element("main_release", str(body["main_release"])),
            _element("artists", artists),
            _element("genres", "".join(_element("genre", _text(one)) for one in body["genres"])),
            _element("styles", "".join(_element("style", _text(one)) for one in body["styles"])),
            _element("year", str(body["year"])),
            _element("title", _text(body["title"])),
            _element("data_quality", _text(body["data_quality"])),
            _element("videos", "".join(_video(place, one) for place, one in enumerate(body.get("videos", ())))),
            "</master>",
        )
    )


def invented_entries(count: int, seed: int, taken: Collection[int] = frozenset()) -> Iterator[Entry]:
    """Invent so many entries, by number, none of them `taken`: the same for the same seed, and about 1.2 KB each."""
    chance = random.Random(f"monthly {seed}")  # noqa: S311 - it draws records, not secrets
    make = _maker(chance)
    for number in _numbers(chance, count, taken):
        yield number, make(number)


def _numbers(chance: random.Random, count: int, taken: Collection[int]) -> Iterator[int]:
    """Spread numbers over all that are in use, and beyond where there is no room."""
    top = max(_TOP, 3 * (count + len(taken)), max(taken, default=0))
    step = top // (count + 1)
    left = count
    for place in range(count):
        first = 1 + place * step
        number = first + int(chance.random() * step)
        if number in taken:
            number = next((other for other in range(first, first + step) if other not in taken), 0)
        if number:
            left -= 1
            yield number
    yield from range(top + 1, top + 1 + left)


def _maker(chance: random.Random) -> Callable[[int], str]:
    """Return what makes one entry of a number: put together of parts that were made beforehand, which is fast."""
    press = Press(random.Random(chance.random()), _POOL)  # noqa: S311
    rows = [press.release() for _ in range(_POOL)]
    heads = [_head(row) for row in rows]
    titles = [_element("title", _text(row["title"])) for row in rows]
    years = [f"<year>{row['year']}</year>" for row in rows if row["year"]]
    videos = [_clip(row, place) for place, row in enumerate(rows)]
    draw, bits = chance.random, chance.getrandbits

    def clips() -> str:
        made = []
        for _ in range(0 if draw() < _NO_VIDEO else 1 + int(draw() ** 1.4 * _MOST_VIDEOS)):
            key, form = bits(66), videos[int(draw() * _POOL)]
            made.append(form.format("".join([_LETTERS[key >> place & 63] for place in range(0, 66, 6)]), bits(9) + 60))
        return f"<videos>{''.join(made)}</videos>" if made else ""

    def make(number: int) -> str:
        fate = draw()
        year = years[int(draw() * len(years))] if fate > _YEAR_ZERO else "<year>0</year>"
        title = titles[int(draw() * _POOL)]
        if fate < _NO_YEAR:
            year, title = (year, "") if fate < _NO_TITLE else ("", title)
        return (
            f'<master id="{number}"><main_release>{number * 3 + bits(10)}</main_release>{heads[int(draw() * _POOL)]}'
            f"{year}{title}<data_quality>{_QUALITIES[bits(2)]}</data_quality>{clips()}</master>"
        )

    return make


def _head(row: JsonObject) -> str:
    return "".join(
        (
            _element("artists", "".join(_element("artist", _artist(one)) for one in row["artists"])),
            _element("genres", "".join(_element("genre", _text(one)) for one in row["genres"])),
            _element("styles", "".join(_element("style", _text(one)) for one in row["styles"])),
        )
    )


def _clip(row: JsonObject, place: int) -> str:
    """A video with two blanks to fill: the end of its address, and its seconds. Attributes come in any order."""
    words = f"{row['artists'][0]['name']} - {row['title']}" if place % 9 else ODD_TEXTS[place % len(ODD_TEXTS)]
    said = _text(words[:_LONGEST])
    about = said + _TAILS[place % len(_TAILS)]
    parts = ('src="https://www.youtube.com/watch?v={0}"', 'duration="{1}"', 'embed="true"')
    turned = parts[place % 3 :] + parts[: place % 3]
    inside = _element("title", said) + _element("description", about if place % 11 else "")
    return f"<video {' '.join(turned)}>{inside.replace('{', '{{').replace('}', '}}')}</video>"


def _video(place: int, one: JsonObject) -> str:
    parts = [
        f'src="{_attribute(one["uri"])}"',
        f'duration="{int(one["duration"] or 0)}"',
        f'embed="{"true" if one["embed"] else "false"}"',
    ]
    turned = parts[place % 3 :] + parts[: place % 3]
    inside = _element("title", _text(one["title"])) + _element("description", _text(one["description"]))
    return f"<video {' '.join(turned)}>{inside}</video>"


def _artist(one: JsonObject) -> str:
    return "".join(_element(name, _text(one[name])) for name in ("id", "name", "anv", "join"))


def _element(name: str, inside: str) -> str:
    return f"<{name}>{inside}</{name}>" if inside else ""


def _text(value: object) -> str:
    said = _UNSAID.sub("", "" if value is None else str(value))
    return said.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")


def _attribute(value: object) -> str:
    return _text(value).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")
