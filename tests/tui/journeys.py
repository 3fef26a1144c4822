"""A collection of which everything is known, and what somebody in front of the running app does and sees."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from core.app import Core
from core.clock import Clock
from core.domain.collection import Copy
from core.sandbox.holding import Holding
from tests.stand_in import Evening, evening, holding_of, owned
from tests.tui.bare import said
from tests.tui.screen import SITE, SMALL, WIDE, browse, shown, table, until
from tui.app import RunoutApp, Setting
from tui.screens.browse import BrowseScreen
from tui.widgets.facet_panel import FacetPanel

import pytest
from textual.events import Key, Paste
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import Input
from textual.widgets._toast import Toast

SIZES: Final = pytest.mark.parametrize("size", [SMALL, WIDE], ids=["80x24", "160x48"])

ARTISTS: Final = (
    *("Alder", "Birch", "Cedar", "Dogwood", "Elder", "Fir"),
    *("Gum", "Hazel", "Ironwood", "Juniper", "Kapok", "Larch"),
)

_HEADER: Final = 1
_FACET: Final = re.compile(r" ?([✓✗]?) *(\S.*?) +([\d,]+)")


def trees() -> Holding:
    """Five records of each of twelve artists: 30 of Reggae, 25 of Rock (five are both), 10 of Jazz; 1960 to 1999."""
    return holding_of(*(_record(number) for number in range(1, 61)))


def _record(number: int) -> Any:
    artist = {"name": ARTISTS[(number - 1) // 5], "anv": "", "join": "", "role": "", "tracks": "", "id": number}
    genres = (["Jazz"], ["Reggae"], ["Reggae"], ["Reggae"], ["Rock"], ["Rock"])[number % 6]
    both = ["Rock"] if number % 12 == 3 else []
    return owned(
        number,
        title=f"Side {number:02}",
        year=1960 + number % 40,
        artists=[artist],
        genres=[*genres, *both],
        styles=["Dub", "Swing"][: 1 + number % 2],
        rating=number % 6,
    )


@asynccontextmanager
async def synced(
    directory: Path, holding: Holding | None = None, *, clock: Clock | None = None
) -> AsyncIterator[Evening]:
    """A connected account with its published copy."""
    async with evening(directory, holding or trees(), clock=clock) as tonight:
        await tonight.sync()
        yield tonight


@asynccontextmanager
async def started(
    core: Core, size: tuple[int, int] = SMALL, setting: Setting | None = None
) -> AsyncIterator[Pilot[None]]:
    """The app as it starts, whatever it shows first."""
    app = RunoutApp(core, site_url=SITE, setting=setting)
    async with app.run_test(size=size, notifications=True) as pilot:
        await until(pilot, lambda: any(isinstance(screen, BrowseScreen) for screen in app.screen_stack))
        yield pilot


def key_event(key: str) -> Key:
    """A key as the terminal tells of it: a character, or the name of another key."""
    return Key(_character_to_key(key), key) if len(key) == 1 else Key(key, None)


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press keys one after the other, each when the one before was answered."""
    for key in keys:
        pilot.app.post_message(key_event(key))
        await pilot.pause(0)


async def write(pilot: Pilot[None], text: str) -> None:
    """Go to the filter line and type into it."""
    await press(pilot, "/")
    await until(pilot, lambda: browse(pilot).query_one("#filter-input").has_focus)
    await press(pilot, *text)


async def paste(pilot: Pilot[None], text: str) -> None:
    """Paste into what has the focus, as a terminal does it."""
    pilot.app.post_message(Paste(text))
    await pilot.pause(0)
    await pilot.pause(0)


async def sees(pilot: Pilot[None], text: str) -> None:
    """Wait until words are on the screen, in however many lines."""
    await until(pilot, lambda: text in said(pilot.app))


async def told(pilot: Pilot[None], text: str) -> None:
    """Wait until a notification in the corner says so."""
    await until(pilot, lambda: any(text in words_in(pilot, toast) for toast in pilot.app.screen.query(Toast)))


async def gone(pilot: Pilot[None], text: str) -> None:
    """Wait until words are not on the screen."""
    await until(pilot, lambda: text not in said(pilot.app))


def words_in(pilot: Pilot[None], widget: Widget) -> str:
    """The words on the screen in the place of a widget, as if in one line."""
    return " ".join(" ".join(lines_of(pilot, widget)).split())


def filter_text(pilot: Pilot[None]) -> str:
    """What stands in the filter line."""
    return browse(pilot).query_one("#filter-input", Input).value


def header(pilot: Pilot[None]) -> str:
    """The titles of the columns, as they can be seen."""
    return lines_of(pilot, table(pilot))[0]


def rows(pilot: Pilot[None]) -> list[str]:
    """The records that can be seen, a line each."""
    return [line for line in lines_of(pilot, table(pilot))[_HEADER:] if line.strip()]


def highlighted(pilot: Pilot[None]) -> Copy:
    """The highlighted copy, which is on the screen on the line that is drawn as the highlight."""
    copy = table(pilot).highlighted
    assert copy is not None
    assert copy.release.title in lines_of(pilot, table(pilot))[_HEADER + table(pilot).highlighted_line], shown(pilot)
    return copy


def nearest_line(pilot: Pilot[None], line: int) -> int:
    """The line nearest to that one on which the highlighted record can stand, given how many are above and below it."""
    found, count = table(pilot), len(browse(pilot)._view.copies)
    row = found.top + found.highlighted_line
    return row - max(0, min(row - line, count - found.visible_rows))


def facets(pilot: Pilot[None]) -> dict[str, tuple[str, int]]:
    """What the facet panel shows: the mark and the count of each value."""
    panel = browse(pilot).query_one(FacetPanel)
    found = (_FACET.match(line) for line in lines_of(pilot, panel) if line[:1] not in "▾▸/")
    return {match[2]: (match[1], int(match[3])) for match in found if match}


def lines_of(pilot: Pilot[None], widget: Widget) -> list[str]:
    """What stands on the screen in the place of a widget, its edges and scroll bars left out."""
    region = widget.scrollable_content_region
    every = [strip.text for strip in pilot.app.screen._compositor.render_strips()]
    return [line[region.x : region.right] for line in every[region.y : region.bottom]]
