"""The screens of the past in the running app, with the program's clock where a test wants it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from core.app import Core, open_core
from core.clock import Clock
from core.domain.ids import Shelf
from tests.stand_in import Evening
from tests.tui.screen import SITE, SMALL, browse, shown, until
from tui.app import RunoutApp
from tui.render.past_lines import PastLine
from tui.screens.browse import BrowseScreen
from tui.widgets.headed_list import HeadedList

from textual.pilot import Pilot


@asynccontextmanager
async def opened_at(
    core: Core, key: str, size: tuple[int, int] = SMALL, clock: Clock | None = None
) -> AsyncIterator[Pilot[None]]:
    """The app with the screen that a key opens, when something stands on it."""
    app = RunoutApp(core, site_url=SITE, clock=clock)
    async with app.run_test(size=size, notifications=True) as pilot:
        await until(pilot, lambda: any(isinstance(screen, BrowseScreen) for screen in app.screen_stack))
        await until(pilot, lambda: not browse(pilot)._opening)
        await pilot.press(key)
        await until(pilot, lambda: bool(app.screen.query(HeadedList)) and "One moment" not in shown(pilot))
        yield pilot


def past(pilot: Pilot[None]) -> HeadedList[PastLine]:
    """The list, wherever the focus is."""
    return next(found for screen in pilot.app.screen_stack for found in screen.query(HeadedList))


def lines(pilot: Pilot[None]) -> list[str]:
    """The lines of the list that can be seen, single blanks between their words."""
    top = past(pilot).region.y
    found = shown(pilot).splitlines()[top : top + past(pilot).region.height]
    return [text for line in found if (text := " ".join(line.replace("▄", "").replace("▃", "").split()))]


def highlighted(pilot: Pilot[None]) -> str:
    """What the highlighted line says."""
    line = past(pilot).highlighted
    return " ".join(" ".join(line.cells).split()) if line else ""


async def sync_elsewhere(tonight: Evening, shelf: Shelf = Shelf.COLLECTION) -> None:
    """A sync by another process of the same member."""
    async with open_core(tonight.config) as other:
        await other.sync.run(tonight.account, lambda _event: None, shelf=shelf)
