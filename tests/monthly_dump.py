"""A monthly dump of masters in small: written here by hand, in the form that Discogs gives out, and in odd ones."""

from __future__ import annotations

import gzip
import random
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Final

from core.domain.ids import MasterId, ReleaseId
from core.domain.master import Master

DAY: Final = "20260801"
NAME: Final = f"discogs_{DAY}_masters.xml.gz"
_MARKED: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;"}


def make_master(
    number: int,
    year: int | None = 1976,
    genres: Sequence[str] = ("Reggae",),
    styles: Sequence[str] = ("Dub",),
    main_release: int | None = None,
) -> Master:
    main = number * 10 if main_release is None else main_release
    return Master(MasterId(number), year, tuple(genres), tuple(styles), ReleaseId(main) if main else None)


def some_masters(count: int, seed: int = 1) -> list[Master]:
    """Different ones, by number."""
    chance = random.Random(seed)
    numbers = sorted(chance.sample(range(1, 20 * count + 2), count))
    genres, styles = (
        ("Electronic", "Folk, World, & Country", "Rock", "Hip Hop"),
        ("Dub", "Łódź <3", "Drum n Bass", "坂"),
    )
    return [
        make_master(
            number,
            chance.choice((None, 1959, 1976, 2001, 2026)),
            chance.sample(genres, chance.randint(0, 2)),
            chance.sample(styles, chance.randint(0, 3)),
            chance.choice((0, number * 3)),
        )
        for number in numbers
    ]


def marked(text: str) -> str:
    return "".join(_MARKED.get(char, char) for char in text)


def element(name: str, inside: str) -> str:
    return f"<{name}>{inside}</{name}>" if inside else ""


def entry(master: Master, *, title: str = "Version", notes: str = "", quote: str = '"', more: str = "") -> str:
    """What a dump says of a master. Empty elements are left out, and a year that is not known is 0."""
    artist = f"<artist><id>{master.id + 7}</id><name>{marked(title)} &amp; Co</name><join>,</join></artist>"
    video = (
        f'<video src="https://www.youtube.com/watch?v=a&amp;b={master.id}" duration="241" embed="true">'
        f"<title>{marked(title)}</title>{element('description', marked(notes))}</video>"
    )
    return "".join(
        (
            f"<master id={quote}{master.id}{quote}{more}>",
            element("main_release", str(master.main_release or "")),
            element("artists", artist),
            element("genres", "".join(element("genre", marked(genre)) for genre in master.genres)),
            element("styles", "".join(element("style", marked(style)) for style in master.styles)),
            element("year", str(master.year or 0)),
            element("title", marked(title)),
            element("data_quality", "Correct"),
            element("videos", video),
            "</master>",
        )
    )


def text_of(entries: Iterable[str]) -> bytes:
    return "".join(("<masters>\n", *(f"{one}\n" for one in entries), "</masters>\n")).encode()


def dump_of(masters: Iterable[Master]) -> bytes:
    return text_of(map(entry, masters))


def packed(text: bytes) -> bytes:
    return gzip.compress(text, mtime=0)


def write(directory: Path, content: bytes, name: str = NAME) -> Path:
    path = directory / name
    path.write_bytes(content)
    return path


def list_beside(path: Path, found: str = "", *, name: str = "", between: str = " ") -> Path:
    """The list of checksums of a day, with the sum of a file, or another one, under its name or another one."""
    listed = found or sha256(path.read_bytes()).hexdigest()
    others = "".join(
        f"{sha256(kind).hexdigest()} discogs_{DAY}_{kind.decode()}.xml.gz\n" for kind in (b"artists", b"l")
    )
    target = path.parent / f"discogs_{DAY}_CHECKSUM.txt"
    target.write_text(f"{others}{listed}{between}{name or path.name}\n")
    return target
