"""Reads what a running app shows, as somebody in front of it would."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from core.app import Core
from tui.app import RunoutApp
from tui.screens.browse import BrowseScreen
from tui.widgets.record_detail import RecordDetail
from tui.widgets.record_table import RecordTable
from tui.widgets.status_line import StatusLine

from textual.pilot import Pilot

SITE = "https://www.discogs.com"
SMALL, WIDE = (80, 24), (160, 48)


@asynccontextmanager
async def opened(core: Core, size: tuple[int, int] = SMALL) -> AsyncIterator[Pilot[None]]:
    """The app with all rows there."""
    app = RunoutApp(core, site_url=SITE)
    async with app.run_test(size=size, notifications=True) as pilot:
        await until(pilot, lambda: any(isinstance(screen, BrowseScreen) for screen in app.screen_stack))
        await until(pilot, lambda: not browse(pilot)._opening)
        yield pilot


async def until(pilot: Pilot[None], holds: Callable[[], bool]) -> None:
    """Let the app work until something is so; a test that waits in vain ends by its own time limit."""
    for _ in range(3_000):
        if holds():
            return
        await pilot.pause(0.01)
    raise AssertionError("it never came to that; the screen shows:\n" + shown(pilot))


def shown(pilot: Pilot[None]) -> str:
    """Every line of the screen as plain text."""
    screen = pilot.app.screen
    lines = screen._compositor.render_strips()
    return "\n".join(strip.text.rstrip() for strip in lines)


def browse(pilot: Pilot[None]) -> BrowseScreen:
    """The screen with the records, wherever the focus is."""
    return next(screen for screen in pilot.app.screen_stack if isinstance(screen, BrowseScreen))


def table(pilot: Pilot[None]) -> RecordTable:
    """The record table."""
    return browse(pilot).query_one(RecordTable)


def status(pilot: Pilot[None]) -> str:
    """The line at the bottom."""
    return str(browse(pilot).query_one(StatusLine).content)


def details(pilot: Pilot[None]) -> str:
    """The whole text of the detail panel, the part below its edge included."""
    return browse(pilot).query_one(RecordDetail).text


async def type_filter(pilot: Pilot[None], text: str) -> None:
    """Type a filter as somebody would, and wait until it is applied."""
    await pilot.press("slash")
    for char in text:
        await pilot.press(char if char.isalnum() else _NAMES.get(char, char))
    bar = browse(pilot)
    await until(pilot, lambda: bar._wanted == text or bool(bar.query_one("#filter-error").display))


async def to_records(pilot: Pilot[None]) -> None:
    """Leave the filter line with what was typed, and wait until the next key goes to the records."""
    await pilot.press("enter")
    await until(pilot, lambda: table(pilot).has_focus)


_NAMES = {" ": "space", ":": "colon", '"': "quotation_mark", "-": "minus", "<": "less_than_sign", ".": "full_stop"}
