"""Texts that members could have written to do harm, a collection in which each text is one, and what may be shown."""

from __future__ import annotations

import unicodedata
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from core.app import Core
from core.sandbox.holding import Copy, Field, Folder, Holding
from tests.fakes import FakeClock
from tests.stand_in import Evening, evening, owned
from tests.tui.screen import SITE, browse, until
from tui.app import RunoutApp, Setting
from tui.screens.browse import BrowseScreen

from rich.cells import cell_len
from textual.pilot import Pilot

HOSTILE: Final = (
    "[/]",
    "[b]bold[/b] [red on blue]x",
    "[link=https://evil.example]x[/link]",
    "[@click=app.quit]quit[/] $primary {brace} \\back\\",
    "שלום עולם",
    "مرحبا \u202bbidi\u202c \u2067isolate\u2069",
    "👩‍👩‍👧‍👦 family 🏳️‍🌈 👍🏽",
    "日本の音楽 ｆｕｌｌ ㍿",
    "Z\u0335\u0321a\u0301\u0302\u0303\u0304\u0305lgo\u0489",
    "\u0301starts with a mark",
    "tab\tand\nbreak\r\nand\x0bmore\x85",
    "\x1b[31mred\x1b[0m \x1b]8;;https://evil.example\x1b\\link \x9b2J",
    "\x07bell\x00nul\x7fdel\x08back",
    "\ufeffmark\u200b\u00adsoft\u2028line\u2029paragraph",
    "\U000f0000private \ue000 \ufffe",
    'say "seven" inches, 7", -minus, a:b, (x)',
    "=1+1 <1970 1970..1980 none",
    "x" * 300,
    "日" * 300,
    "word " * 60,
    " ",
    "\u3000\u00a0",
)


def hostile(number: int, text: str) -> Copy:
    """A copy of which everything that somebody typed is that text."""
    label = {"name": text, "catno": text, "entity_type": "1", "entity_type_name": "Label", "id": 9, "resource_url": ""}
    artist = {"name": text, "anv": text, "join": text, "role": "", "tracks": "", "id": 5, "resource_url": ""}
    return owned(
        number,
        title=text,
        artists=[artist, artist],
        labels=[label],
        formats=[{"name": text, "qty": text, "descriptions": [text, text], "text": text}],
        genres=[text],
        styles=[text],
        folder_id=100 + number,
        notes=tuple((field, text) for field in (1, 2, 3, 10 + number)),
    )


def everything() -> Holding:
    numbered = tuple(enumerate(HOSTILE, 1))
    return Holding(
        copies=tuple(hostile(number, text) for number, text in numbered),
        folders=tuple(Folder(100 + number, text) for number, text in numbered),
        fields=(
            *(Field(number, HOSTILE[number], number) for number in (1, 2, 3)),
            *(Field(10 + number, text, 10 + number) for number, text in numbered),
        ),
    )


@asynccontextmanager
async def opened(core: Core, size: tuple[int, int], setting: Setting | None = None) -> AsyncIterator[Pilot[None]]:
    app = RunoutApp(core, site_url=SITE, clock=FakeClock(), setting=setting)
    async with app.run_test(size=size, notifications=True) as pilot:
        await until(pilot, lambda: any(isinstance(one, BrowseScreen) for one in app.screen_stack))
        await until(pilot, lambda: not browse(pilot)._opening)
        yield pilot


@asynccontextmanager
async def collector(directory: Path) -> AsyncIterator[Evening]:
    """Somebody with all of it."""
    async with evening(directory, everything(), clock=FakeClock()) as tonight:
        await tonight.sync()
        yield tonight


def sound(pilot: Pilot[None]) -> str:
    """What is shown, when nothing in it can harm a terminal: every line is measured anew, as a terminal does."""
    width = pilot.app.size.width
    strips = pilot.app.screen._compositor.render_strips()
    assert [cell_len(strip.text) for strip in strips] == [width] * len(strips)
    text = "".join(strip.text for strip in strips)
    assert not {char for char in text if harms(char)}
    links = {segment.style.link for strip in strips for segment in strip if segment.style and segment.style.link}
    assert all(link == SITE or link.startswith(f"{SITE}/") for link in links)
    return text


def harms(char: str) -> bool:
    """Whether it moves what stands around it, or is a command."""
    return unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") or unicodedata.bidirectional(char) in _DIRECTIONS


_DIRECTIONS: Final = ("LRE", "LRO", "RLE", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
PLAIN: Final = (
    "[/]",
    "[b]bold[/b]",
    "שלום עולם",
    "日本の音楽",
    "{brace}",
    "tab and break and more",
    "[@click=app.quit]",
)
"""What of it is to be seen as it was written."""
