"""Saved views in the terminal: opened, saved, renamed, removed, handed on and taken in."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from core.domain.ids import Shelf
from core.domain.sorting import order_text
from core.domain.views import SavedView, shared
from tests.stand_in import Evening
from tests.tui.bare import links
from tests.tui.hostile import HOSTILE
from tests.tui.journeys import filter_text, gone, press, sees, synced, told
from tests.tui.screen import SITE, SMALL, WIDE, browse, opened, shown, until
from tui.render.notices import account_page
from tui.screens.asking import AskingScreen
from tui.screens.views import ViewsScreen

import pytest
from textual.pilot import Pilot

SIZES: Final = pytest.mark.parametrize("size", [SMALL, WIDE], ids=["80x24", "160x48"])
JAZZ: Final = SavedView("Jazz to hear", "genre:jazz", "-added", ("artist", "title"))
PRESENT: Final = SavedView("", "genre:rock", "year", ("title", "year"))


async def come_to(pilot: Pilot[None], tonight: Evening, found: list[SavedView] | None = None) -> ViewsScreen:
    account, into = tonight.account, found if found is not None else []
    page = account_page(SITE, account, Shelf.COLLECTION)
    screen = ViewsScreen(tonight.core, account, PRESENT, into.append, site_url=SITE, page=page)
    browse(pilot).app.push_screen(screen)
    await until(pilot, lambda: pilot.app.screen is screen and screen._views is not None)
    return screen


async def names(tonight: Evening) -> list[str]:
    return [view.name for view in await tonight.core.views.of(tonight.account)]


@SIZES
async def test_each_view_stands_under_its_shelf_with_what_it_asks_for(size: tuple[int, int], tmp_path: Path) -> None:
    async with synced(tmp_path) as tonight, opened(tonight.core, size) as pilot:
        for view in (JAZZ, SavedView("Dear", "is:owned", shelf=Shelf.WANTLIST)):
            await tonight.core.views.save(tonight.account, view)
        await come_to(pilot, tonight)
        await sees(pilot, "Saved views · collector")
        for text in ("Jazz to hear", "genre:jazz", "Dear", "is:owned", "Wantlist", "2 views"):
            await sees(pilot, text)
        assert links(pilot.app) == {f"{SITE}/user/collector/collection"}


async def test_enter_opens_the_highlighted_one_and_leaves(tmp_path: Path) -> None:
    async with synced(tmp_path) as tonight, opened(tonight.core) as pilot:
        await tonight.core.views.save(tonight.account, JAZZ)
        found: list[SavedView] = []
        await come_to(pilot, tonight, found)
        await press(pilot, "enter")
        await until(pilot, lambda: pilot.app.screen is browse(pilot))
        assert [(view.name, view.text, view.order, view.columns) for view in found] == [
            (JAZZ.name, JAZZ.text, JAZZ.order, JAZZ.columns)
        ]


async def test_one_that_is_no_longer_understood_is_told_and_stays(tmp_path: Path) -> None:
    async with synced(tmp_path) as tonight, opened(tonight.core) as pilot:
        await tonight.core.views.save(tonight.account, SavedView("Old", "shoesize:44"))
        found: list[SavedView] = []
        screen = await come_to(pilot, tonight, found)
        await sees(pilot, "Not understood any more.")
        await press(pilot, "enter")
        await told(pilot, "The query of Old is not understood any more.")
        assert (pilot.app.screen, found, await names(tonight)) == (screen, [], ["Old"])


@SIZES
async def test_what_is_shown_is_saved_under_a_name(size: tuple[int, int], tmp_path: Path) -> None:
    async with synced(tmp_path) as tonight, opened(tonight.core, size) as pilot:
        await come_to(pilot, tonight)
        await sees(pilot, "No view is saved yet. s saves what is shown now.")
        await press(pilot, "s")
        await sees(pilot, "genre:rock, sorted by year")
        await press(pilot, "enter")
        await sees(pilot, "Type something first.")
        await press(pilot, *"Rock", "enter")
        await told(pilot, "Saved as Rock.")
        await sees(pilot, "1 view")
        (kept,) = await tonight.core.views.of(tonight.account)
        assert (kept.name, kept.text, kept.order, kept.columns) == ("Rock", "genre:rock", "year", ("title", "year"))


async def test_another_of_the_same_name_is_replaced_when_that_is_said_twice(tmp_path: Path) -> None:
    async with synced(tmp_path) as tonight, opened(tonight.core) as pilot:
        await tonight.core.views.save(tonight.account, JAZZ)
        await come_to(pilot, tonight)
        await press(pilot, "s")
        await until(pilot, lambda: isinstance(pilot.app.screen, AskingScreen))
        await press(pilot, "enter")
        await sees(pilot, "There is a view Jazz to hear already. Enter once more replaces it.")
        await press(pilot, "enter")
        await told(pilot, "Saved as Jazz to hear.")
        (kept,) = await tonight.core.views.of(tonight.account)
        assert kept.text == "genre:rock"


async def test_it_is_renamed_but_never_over_another(tmp_path: Path) -> None:
    async with synced(tmp_path) as tonight, opened(tonight.core) as pilot:
        for view in (JAZZ, SavedView("Zappa")):
            await tonight.core.views.save(tonight.account, view)
        await come_to(pilot, tonight)
        await press(pilot, "r")
        await until(pilot, lambda: isinstance(pilot.app.screen, AskingScreen))
        await press(pilot, *(["backspace"] * len(JAZZ.name)), *"zappa", "enter")
        await sees(pilot, "There is a view Zappa already.")
        await press(pilot, "2", "enter")
        await told(pilot, "It is called zappa2 now.")
        assert await names(tonight) == ["Zappa", "zappa2"]


async def test_it_is_removed_when_that_is_asked_for_twice(tmp_path: Path) -> None:
    async with synced(tmp_path) as tonight, opened(tonight.core) as pilot:
        await tonight.core.views.save(tonight.account, JAZZ)
        await come_to(pilot, tonight)
        await press(pilot, "D")
        await told(pilot, "once more removes Jazz to hear.")
        assert await names(tonight) == ["Jazz to hear"]
        await press(pilot, "D")
        await told(pilot, "Removed Jazz to hear")
        await sees(pilot, "No view is saved yet.")
        assert await names(tonight) == []


async def test_its_text_is_copied_and_one_is_taken_in(tmp_path: Path) -> None:
    async with synced(tmp_path) as tonight, opened(tonight.core) as pilot:
        await tonight.core.views.save(tonight.account, JAZZ)
        await come_to(pilot, tonight)
        await press(pilot, "y")
        await until(pilot, lambda: pilot.app.clipboard == shared(JAZZ))
        text = shared(SavedView("From a friend", "style:dub"))
        await press(pilot, "p", *text[:-1], "enter")
        await sees(pilot, "A part of that view is missing")
        await press(pilot, text[-1], "enter")
        await told(pilot, "Saved as From a friend.")
        await gone(pilot, "Take in a view")
        assert await names(tonight) == ["From a friend", "Jazz to hear"]


@SIZES
async def test_hostile_texts_do_no_harm(size: tuple[int, int], tmp_path: Path) -> None:
    async with synced(tmp_path) as tonight, opened(tonight.core, size) as pilot:
        for at, text in enumerate(HOSTILE):
            await tonight.core.views.save(tonight.account, SavedView(f"{at} {text}"[:60], text[:500]))
        await come_to(pilot, tonight)
        for _ in HOSTILE:
            await press(pilot, "down", "y")
            assert "\x1b" not in shown(pilot)


async def test_a_view_is_opened_with_its_order_and_its_columns(tmp_path: Path) -> None:
    async with synced(tmp_path) as tonight, opened(tonight.core, WIDE) as pilot:
        await tonight.core.views.save(tonight.account, JAZZ)
        browse(pilot).action_views()
        await sees(pilot, "genre:jazz")
        await press(pilot, "enter")
        await until(pilot, lambda: len(browse(pilot)._view.copies) == 10)
        await until(pilot, lambda: order_text(browse(pilot)._view.order) == "-added")
        assert browse(pilot)._columns == ("artist", "title")
        assert filter_text(pilot) == "genre:jazz"
        # And saved again it is the same.
        now = browse(pilot)._as_a_view()
        assert (now.text, now.order, now.columns, now.shelf) == (JAZZ.text, JAZZ.order, JAZZ.columns, JAZZ.shelf)


async def test_an_order_in_the_query_of_a_view_wins(tmp_path: Path) -> None:
    async with synced(tmp_path) as tonight, opened(tonight.core) as pilot:
        await tonight.core.views.save(tonight.account, SavedView("Few", "sort:-year limit:3", "artist"))
        browse(pilot).action_views()
        await sees(pilot, "sort:-year limit:3")
        await press(pilot, "enter")
        await until(pilot, lambda: [copy.release.year for copy in browse(pilot)._view.copies] == [1999, 1998, 1997])
        assert filter_text(pilot) == "sort:-year limit:3"


async def test_a_view_of_the_wantlist_turns_to_it(tmp_path: Path) -> None:
    async with synced(tmp_path) as tonight, opened(tonight.core) as pilot:
        await tonight.core.views.save(tonight.account, SavedView("Dear", "year:1990..", shelf=Shelf.WANTLIST))
        browse(pilot).action_views()
        await sees(pilot, "Dear")
        await press(pilot, "enter")
        await until(pilot, lambda: browse(pilot)._shelf is Shelf.WANTLIST and filter_text(pilot) == "year:1990..")
        await until(pilot, lambda: browse(pilot)._view.text == "year:1990..")
