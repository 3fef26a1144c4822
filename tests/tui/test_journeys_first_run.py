"""The first evening: nobody is connected, and each way in leads to records, or to a sentence that helps."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from core.app import Core, open_core
from core.domain.account import Access
from core.sandbox.server import Running, serve
from core.sandbox.world import World
from tests.stand_in import config_for
from tests.tui.bare import said
from tests.tui.journeys import SIZES, gone, paste, press, rows, sees, started, told, trees
from tests.tui.screen import SMALL, WIDE, browse, shown, status, table, until
from tui.screens.dialogs import DEMO
from tui.widgets.notice import Notice

from textual.pilot import Pilot
from textual.widgets import Input

WRONG = "aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789abcd"


@asynccontextmanager
async def first_evening(directory: Path, size: tuple[int, int]) -> AsyncIterator[tuple[Running, Core, Pilot[None]]]:
    """The app of somebody who has connected nothing."""
    async with (
        serve(World(trees())) as sandbox,
        open_core(config_for(directory, sandbox)) as core,
        started(core, size) as pilot,
    ):
        await sees(pilot, "No account is connected yet. What would you like to see?")
        yield sandbox, core, pilot


@SIZES
async def test_a_token_leads_to_ones_own_records(tmp_path: Path, size: tuple[int, int]) -> None:
    async with first_evening(tmp_path, size) as (sandbox, core, pilot):
        screens: list[str] = []
        await press(pilot, "enter")
        await sees(pilot, "www.discogs.com/settings/developers")
        for token in (WRONG, sandbox.token):
            await paste(pilot, token)
            await until(pilot, lambda: bool(pilot.app.screen.query_one(Input).value))
            screens.append(shown(pilot))
            assert "••••" in screens[-1]
            await press(pilot, "enter")
            await sees(pilot, "Discogs does not accept the token" if token == WRONG else "Found")
            screens.append(shown(pilot))
            if token == WRONG:
                assert await core.library.account() is None
                assert pilot.app.screen.query_one(Input).has_focus
                await press(pilot, "ctrl+u")
        await sees(pilot, "collector, with your token.")
        await sees(pilot, "60 copies come with 5 requests, which takes a few seconds.")
        assert await core.library.account() is None
        await press(pilot, "enter")
        await until(pilot, lambda: status(pilot).startswith("60 of 60 copies · collector"))
        await told(pilot, "60 copies of 60 releases")
        screens.append(shown(pilot))
        assert table(pilot).has_focus
        assert len(rows(pilot)) == table(pilot).visible_rows
        assert not browse(pilot).query_one(Notice).display
        for token in (WRONG, sandbox.token):
            assert all(token[:6] not in screen and token[-6:] not in screen for screen in screens)


async def test_a_name_leads_to_a_public_collection_and_the_line_says_what_is_missing(tmp_path: Path) -> None:
    async with first_evening(tmp_path, SMALL) as (_sandbox, core, pilot):
        await press(pilot, "down", "enter")
        await sees(pilot, "without folders, notes and pictures")
        await paste(pilot, "nobody-by-that-name")
        await press(pilot, "enter")
        await sees(pilot, "Discogs knows nobody called nobody-by-that-name.")
        await press(pilot, "ctrl+u", *"collector", "enter")
        await sees(pilot, "collector, read as anybody sees it.")
        await sees(pilot, "60 copies come with 5 requests")
        await press(pilot, "enter")
        await until(pilot, lambda: status(pilot).startswith("60 of 60 copies"))
        await sees(pilot, "No sign-in: 25 requests a minute, no pictures. Set [discogs] consumer_key.")
        account = await core.library.account()
        assert account is not None
        assert account.access is Access.PUBLIC


async def test_a_private_collection_is_said_to_be_one(tmp_path: Path) -> None:
    async with first_evening(tmp_path, WIDE) as (sandbox, core, pilot):
        sandbox.world.set_public(collection=False)
        await press(pilot, "down", "enter", *"collector", "enter")
        await sees(pilot, "The collection of collector is private.")
        await sees(pilot, "A public collection")
        assert await core.library.account() is None
        await press(pilot, "escape")
        await sees(pilot, "What would you like to see?")


async def test_whoever_leaves_is_told_which_key_comes_back(tmp_path: Path) -> None:
    async with first_evening(tmp_path, SMALL) as (_sandbox, _core, pilot):
        await press(pilot, "escape")
        await sees(pilot, "Press n to connect one, or to look around.")
        assert "Data provided by Discogs." in said(pilot.app)
        await press(pilot, "s")
        await told(pilot, "No account is connected.")
        await press(pilot, "n")
        await sees(pilot, "What would you like to see?")
        await press(pilot, "escape")
        await gone(pilot, "What would you like to see?")


async def test_the_demo_is_asked_of_whoever_started_the_terminal(tmp_path: Path) -> None:
    async with first_evening(tmp_path, SMALL) as (_sandbox, core, pilot):
        await press(pilot, "end", "enter")
        await until(pilot, lambda: not pilot.app.is_running)
        assert pilot.app.return_code == DEMO
        assert await core.library.account() is None
