"""Wherever data from Discogs is shown, it is said that it is from there, with a link to the page it is from."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

import tui.screens
from core.domain.account import Identity, Newcomer, PersonalToken
from core.domain.ids import DiscogsUserId
from core.domain.ids import Shelf as DomainShelf
from core.domain.views import SavedView
from core.sandbox.shelf import Shelf
from core.text import SOURCE_NOTICE
from tests.stand_in import Evening, evening, holding_of, many, owned
from tests.tui.screen import SITE, SMALL, WIDE, browse, opened, shown, status, until
from tui.screens.accounts import AccountsScreen
from tui.screens.asking import AskingScreen
from tui.screens.browse import BrowseScreen
from tui.screens.changes import ChangesScreen
from tui.screens.columns import ColumnsScreen
from tui.screens.duplicates import DuplicatesScreen
from tui.screens.exporting import ExportScreen
from tui.screens.first_run import FirstRunScreen
from tui.screens.having import HavingScreen
from tui.screens.help import HelpScreen
from tui.screens.history import HistoryScreen
from tui.screens.pace import PaceScreen
from tui.screens.playing import PickScreen
from tui.screens.reading import ReadingScreen
from tui.screens.sorting import SortScreen
from tui.screens.stats import StatsScreen
from tui.screens.vanished import MissingScreen, VanishedScreen
from tui.screens.views import ViewsScreen
from tui.widgets.filter_line import FilterLine

import pytest
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input

COLLECTION: Final = f"{SITE}/user/collector/collection"
SIZES: Final = (SMALL, WIDE)

NO_DATA: Final[dict[type[Screen[Any]], str]] = {
    ColumnsScreen: "names of columns, which are ours",
    SortScreen: "names of columns, which are ours",
    AskingScreen: "a line that somebody types",
    HelpScreen: "keys and the filter language; both notices stand at its end all the same",
    PaceScreen: "how often it is synced here, which is our own record",
    AccountsScreen: "who has connected here and when the copy was made, which is our own record",
}


def screens() -> set[type[Screen[Any]]]:
    """Every screen that can be opened: those that others only build upon cannot."""
    found = {
        kind
        for module in pkgutil.iter_modules(tui.screens.__path__, "tui.screens.")
        for _name, kind in inspect.getmembers(importlib.import_module(module.name), inspect.isclass)
        if issubclass(kind, Screen) and kind.__module__.startswith("tui.screens.")
    }
    return {kind for kind in found if not any(kind in other.__mro__[1:] for other in found)}


async def records(_pilot: Pilot[None], _tonight: Evening) -> None:
    pass


async def details_read(pilot: Pilot[None], _tonight: Evening) -> None:
    await pilot.press("R")
    await until(pilot, lambda: browse(pilot)._here is not None)


async def details_hidden(pilot: Pilot[None], _tonight: Evening) -> None:
    await pilot.press("d")
    await until(pilot, lambda: not browse(pilot).query_one("#detail").display)


async def facets_shown(pilot: Pilot[None], _tonight: Evening) -> None:
    await pilot.press("b")
    await until(pilot, lambda: "▾ Genre" in shown(pilot))


async def facets_hidden(pilot: Pilot[None], _tonight: Evening) -> None:
    await pilot.press("b")
    await until(pilot, lambda: "▾ Genre" not in shown(pilot))


async def find(pilot: Pilot[None], _tonight: Evening) -> None:
    await pilot.press("f")
    await until(pilot, lambda: "Find in Artist" in shown(pilot))


async def filter_not_understood(pilot: Pilot[None], _tonight: Evening) -> None:
    await pilot.press("escape", "slash")
    browse(pilot).query_one(FilterLine).insert_text_at_cursor("gnre:x")
    await until(pilot, lambda: "did you mean" in shown(pilot))


async def copies_gone(pilot: Pilot[None], tonight: Evening) -> None:
    tonight.sandbox.world.account.shelf = Shelf(holding_of(owned(1), owned(2)))
    await pilot.press("s")
    await until(pilot, lambda: "not on Discogs any more" in shown(pilot))


async def which_are_gone(pilot: Pilot[None], tonight: Evening) -> None:
    await copies_gone(pilot, tonight)
    await pilot.press("down", "enter")
    await until(pilot, lambda: "that Discogs does not show" in shown(pilot))


async def three_ways(pilot: Pilot[None], _tonight: Evening) -> None:
    await pilot.press("n")
    await until(pilot, lambda: "Another collection" in shown(pilot))


async def by_token(pilot: Pilot[None], _tonight: Evening) -> None:
    await pilot.press("enter")
    await until(pilot, lambda: "A personal token" in shown(pilot))


async def somebody_found(pilot: Pilot[None], tonight: Evening) -> None:
    pilot.app.screen.query_one(Input).value = tonight.sandbox.token
    await pilot.press("enter")
    await until(pilot, lambda: "with your token" in shown(pilot))


async def what_happened(pilot: Pilot[None], _tonight: Evening) -> None:
    await pilot.press("v")
    await until(pilot, lambda: "the first 60 copies arrived" in shown(pilot))


async def before_and_after(pilot: Pilot[None], tonight: Evening) -> None:
    tonight.sandbox.world.website.rate(60, 4)
    await tonight.sync()
    await what_happened(pilot, tonight)
    await until(pilot, lambda: "rating: none → 4" in shown(pilot))
    await pilot.press("home", "enter")
    await until(pilot, lambda: "After: 4" in shown(pilot))


async def past_syncs(pilot: Pilot[None], _tonight: Evening) -> None:
    await pilot.press("r")
    await until(pilot, lambda: "collection, all" in shown(pilot))


async def owned_twice(pilot: Pilot[None], tonight: Evening) -> None:
    tonight.own(holding_of(*many(60).copies, owned(61, 60)))
    await tonight.sync()
    await pilot.press("u")
    await until(pilot, lambda: "2 × Somebody - Version 60" in shown(pilot))


async def nothing_twice(pilot: Pilot[None], _tonight: Evening) -> None:
    await pilot.press("f", "f")
    await until(pilot, lambda: "Nothing is here twice in this way." in shown(pilot))


async def saved_views(pilot: Pilot[None], tonight: Evening) -> None:
    opened_view: list[SavedView] = []
    screen = ViewsScreen(
        tonight.core, tonight.account, SavedView(""), opened_view.append, site_url=SITE, page=COLLECTION
    )
    pilot.app.push_screen(screen)
    await until(pilot, lambda: "No view is saved yet." in shown(pilot))


async def export_of_what_is_shown(pilot: Pilot[None], tonight: Evening) -> None:
    view, shelf = browse(pilot)._view, DomainShelf.COLLECTION
    pilot.app.push_screen(ExportScreen(tonight.core, tonight.account, view, shelf, site_url=SITE, page=COLLECTION))
    await until(pilot, lambda: "Export 60 copies" in shown(pilot))


async def name_of_the_file(pilot: Pilot[None], _tonight: Evening) -> None:
    await pilot.press("enter")
    await until(pilot, lambda: "Enter writes the file" in shown(pilot))


async def one_of_them(pilot: Pilot[None], _tonight: Evening) -> None:
    await pilot.press("z")
    await until(pilot, lambda: isinstance(pilot.app.screen, PickScreen) and "One of" in shown(pilot))


async def have_it(pilot: Pilot[None], tonight: Evening) -> None:
    below = browse(pilot)
    await pilot.app.push_screen(
        HavingScreen(tonight.core, below._clock, tonight.account, lambda: below._view.collection, site_url=SITE)
    )
    await until(pilot, lambda: "barcodes known for" in shown(pilot))


async def have_it_answered(pilot: Pilot[None], _tonight: Evening) -> None:
    await pilot.press("r", "1", "enter")
    await until(pilot, lambda: "You own this pressing" in shown(pilot))


async def figures(pilot: Pilot[None], _tonight: Evening) -> None:
    below = browse(pilot)
    await pilot.app.push_screen(StatsScreen("collector", lambda: below._view, site_url=SITE, page=COLLECTION))
    await until(pilot, lambda: "In all" in shown(pilot))


async def figures_at_their_end(pilot: Pilot[None], _tonight: Evening) -> None:
    await pilot.press("end", "y")
    await until(pilot, lambda: "original years" in shown(pilot))


Step = Callable[[Pilot[None], Evening], Awaitable[None]]

OPENED: Final[dict[type[Screen[Any]], tuple[Step, ...]]] = {
    BrowseScreen: (records, details_read, details_hidden, facets_shown, facets_hidden, find, filter_not_understood),
    VanishedScreen: (copies_gone,),
    MissingScreen: (which_are_gone,),
    ChangesScreen: (what_happened,),
    ReadingScreen: (before_and_after,),
    HistoryScreen: (past_syncs,),
    DuplicatesScreen: (owned_twice, nothing_twice),
    PickScreen: (one_of_them,),
    HavingScreen: (have_it, have_it_answered),
    StatsScreen: (figures, figures_at_their_end),
    ViewsScreen: (saved_views,),
    ExportScreen: (export_of_what_is_shown, name_of_the_file),
    FirstRunScreen: (three_ways, by_token, somebody_found),
}
"""How each screen with data is come to, and through what it goes on."""


def test_no_screen_is_forgotten() -> None:
    assert screens() == OPENED.keys() | NO_DATA.keys()
    assert not OPENED.keys() & NO_DATA.keys()


@pytest.mark.parametrize(
    ("kind", "size"),
    [
        *(pytest.param(kind, size, id=f"{kind.__name__} {size[0]}x{size[1]}") for kind in OPENED for size in SIZES),
        pytest.param(BrowseScreen, (60, 15), id="BrowseScreen 60x15"),
    ],
)
async def test_a_screen_with_data_says_where_it_is_from(
    kind: type[Screen[Any]], size: tuple[int, int], tmp_path: Path
) -> None:
    async with evening(tmp_path, many(60)) as tonight:
        await tonight.sync()
        async with opened(tonight.core, size) as pilot:
            for step in OPENED[kind]:
                await step(pilot, tonight)
                assert isinstance(pilot.app.screen, kind)
                await until(pilot, lambda: any(where.startswith(SITE) for where in notices(pilot)))


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_the_notice_leads_to_the_collection_and_that_of_the_details_to_the_release(
    size: tuple[int, int], tmp_path: Path
) -> None:
    async with evening(tmp_path, many(3)) as tonight:
        await tonight.sync()
        async with opened(tonight.core, size) as pilot:
            assert COLLECTION in notices(pilot)
            await pilot.press("end", "enter", "end")
            await until(pilot, lambda: notices(pilot) == {COLLECTION, f"{SITE}/release/3"})


async def test_where_nobody_is_connected_or_nothing_is_here_yet_it_is_said_too(tmp_path: Path) -> None:
    async with evening(tmp_path, many(3)) as tonight:
        async with opened(tonight.core) as pilot:
            assert notices(pilot) == {COLLECTION}
        await tonight.core.leaving.delete(tonight.account)
        async with opened(tonight.core) as pilot:
            await until(pilot, lambda: isinstance(pilot.app.screen, FirstRunScreen))
            await until(pilot, lambda: notices(pilot) == {SITE})
            await pilot.press("escape")
            await until(pilot, lambda: "No account is connected yet" in shown(pilot))
            assert notices(pilot) == {SITE}


async def test_a_name_cannot_lead_elsewhere(tmp_path: Path) -> None:
    async with evening(tmp_path, many(3)) as tonight:
        name = "../..//evil.example/?a=[/]\x1b]8;;https://evil.example\x1b\\ #"
        identity = Identity(DiscogsUserId(tonight.account.discogs_id), name)
        await tonight.core.connect.join(Newcomer(identity, None, PersonalToken("aBc")))
        async with opened(tonight.core, WIDE) as pilot:
            assert "evil.example" in status(pilot)
            (where,) = notices(pilot)
        assert where.startswith(f"{SITE}/user/")
        assert where.endswith("/collection")
        assert (
            where.removeprefix(f"{SITE}/user/").removesuffix("/collection").replace("%", "").replace(".", "").isalnum()
        )


def notices(pilot: Pilot[None]) -> set[str]:
    """Where the notices lead that can be seen."""
    return {
        segment.style.link
        for strip in pilot.app.screen._compositor.render_strips()
        for segment in strip
        if SOURCE_NOTICE in segment.text and segment.style and segment.style.link
    }
