"""The wantlist beside the collection: turned to by a key or a click, remembered for itself, synced with the other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from core.domain.account import Access
from core.domain.collection import Copy, Owned
from core.domain.ids import Shelf
from core.domain.progress import AskedBy
from core.sandbox.holding import Holding, Want
from core.sandbox.shelf import Shelf as Owning
from tests.stand_in import Evening, evening, holding_of, owned
from tests.tui.bare import links
from tests.tui.journeys import (
    SIZES,
    facets,
    filter_text,
    gone,
    header,
    highlighted,
    press,
    rows,
    sees,
    told,
    trees,
    write,
)
from tests.tui.screen import SITE, SMALL, WIDE, browse, details, opened, shown, status, table, to_records, until
from tui.widgets.shelf_tabs import ShelfTabs

import pytest
from textual.pilot import Pilot


def want(release: int, **changes: Any) -> Want:
    """A want of the stand-in's; `changes` to what is said of the release."""
    mine = owned(release, **changes)
    return Want(release % 6, mine.date_added, "", mine.release)


def dreams(number: int = 30) -> tuple[Want, ...]:
    """Wants 1,001 and on; the first is a pressing that is owned, the second another one of a master that is."""
    others = (want(release, title=f"Dream {release}") for release in range(1_003, 1_001 + number))
    return (want(1), want(1_002, title="Dream 1002", master_id=77), *others)


def wishing(number: int = 30) -> Holding:
    """Sixty records and as many wants as are asked for."""
    whole = trees()
    first, second, *others = whole.copies
    with_master = replace(second, release=second.release | {"master_id": 77})
    return replace(whole, copies=(first, with_master, *others), wants=dreams(number))


@asynccontextmanager
async def both(directory: Path, size: tuple[int, int] = SMALL) -> AsyncIterator[tuple[Evening, Pilot[None]]]:
    """Both shelves are here, and the collection is open."""
    async with evening(directory, wishing()) as tonight:
        for shelf in Shelf:
            await tonight.core.sync.run(tonight.account, lambda _event: None, shelf=shelf)
        async with opened(tonight.core, size) as pilot:
            yield tonight, pilot


async def turned(pilot: Pilot[None], shelf: Shelf) -> None:
    """Wait until a shelf is open with all that is on it."""
    await until(pilot, lambda: browse(pilot)._shelf is shelf and browse(pilot)._is_whole)


def _reads(pilot: Pilot[None], copy: Copy, said: str) -> bool:
    """Whether a copy is highlighted, and so much is said in its details."""
    return table(pilot).highlighted == copy and said in details(pilot)


async def to_wants(pilot: Pilot[None]) -> None:
    await press(pilot, "w")
    await turned(pilot, Shelf.WANTLIST)


@SIZES
async def test_one_key_turns_from_the_records_to_the_wants_and_back(tmp_path: Path, size: tuple[int, int]) -> None:
    async with both(tmp_path, size) as (_tonight, pilot):
        assert "Collection 60  |  Wantlist 30" in shown(pilot).splitlines()[0]
        assert status(pilot).startswith("60 of 60 copies")
        assert "Owned" not in header(pilot)
        await to_wants(pilot)
        await until(pilot, lambda: status(pilot).startswith("30 of 30 wants"))
        assert "copies" not in shown(pilot)
        assert "Owned" in header(pilot)
        assert not {"Folder", "Media", "Sleeve"} & set(header(pilot).split())
        assert len(rows(pilot)) == min(30, table(pilot).visible_rows)
        assert highlighted(pilot) == browse(pilot)._view.copies[0]
        await press(pilot, "w")
        await turned(pilot, Shelf.COLLECTION)
        assert status(pilot).startswith("60 of 60 copies")


@SIZES
async def test_a_click_on_its_name_opens_a_shelf(tmp_path: Path, size: tuple[int, int]) -> None:
    async with both(tmp_path, size) as (_tonight, pilot):
        for word, shelf in (("Wantlist", Shelf.WANTLIST), ("Collection", Shelf.COLLECTION)):
            at = shown(pilot).splitlines()[0].index(word)
            await pilot.click(offset=(at + 2, 0))
            await turned(pilot, shelf)
        between = shown(pilot).splitlines()[0].index("|")
        await pilot.click(offset=(between, 0))
        await pilot.click(offset=(shown(pilot).splitlines()[0].index("Collection"), 0))
        await pilot.pause(0.05)
        assert browse(pilot)._shelf is Shelf.COLLECTION
        assert not browse(pilot)._opening


async def test_whoever_types_a_filter_has_the_line_for_it(tmp_path: Path) -> None:
    async with both(tmp_path) as (_tonight, pilot):
        await write(pilot, "genre:reggae")
        await gone(pilot, "Wantlist 30")
        await to_records(pilot)
        await sees(pilot, "Wantlist 30")


async def test_on_a_very_small_screen_the_tabs_give_way(tmp_path: Path) -> None:
    async with both(tmp_path) as (_tonight, pilot):
        await pilot.resize_terminal(60, 15)
        await sees(pilot, "Collection | Wantlist")
        await pilot.resize_terminal(40, 15)
        await gone(pilot, "Wantlist")
        await to_wants(pilot)
        await until(pilot, lambda: browse(pilot).query_one(ShelfTabs).display is False)


@SIZES
async def test_what_is_owned_of_the_wants_is_told_and_can_be_sorted_by(tmp_path: Path, size: tuple[int, int]) -> None:
    async with both(tmp_path, size) as (_tonight, pilot):
        await to_wants(pilot)
        await press(pilot, "o")
        await sees(pilot, "Owned already")
        assert "Sleeve condition" not in shown(pilot)
        await press(pilot, "end", "k", "enter", "a")
        await until(pilot, lambda: browse(pilot)._view.order[0].column == "owned")
        first, second, third = browse(pilot)._view.copies[:3]
        assert [first.release.id, second.release.id] == [1, 1_002]
        assert browse(pilot)._view.collection.owned == {1: Owned.THIS, 1_002: Owned.OTHER}
        await press(pilot, "home")
        await until(pilot, lambda: "this pressing" in shown(pilot) and "another pressing" in shown(pilot))
        for copy, said in (
            (first, "this pressing"),
            (second, "another pressing"),
            (third, "no pressing that"),
        ):
            table(pilot).restore(copy.instance_id, 0)
            await until(pilot, partial(_reads, pilot, copy, f"Owned     {said}"))
        assert "Folder" not in details(pilot)
        assert "Sleeve" not in details(pilot)


async def test_facets_and_columns_of_the_wants_leave_out_what_no_want_has(tmp_path: Path) -> None:
    async with both(tmp_path, WIDE) as (_tonight, pilot):
        await to_wants(pilot)
        await gone(pilot, "Media condition")
        await until(pilot, lambda: facets(pilot).get("Reggae") == ("", 30))
        assert "Folder" not in shown(pilot)
        await press(pilot, "c")
        await sees(pilot, "Owned already")
        assert "Media condition" not in shown(pilot)
        await press(pilot, "escape", "w")
        await turned(pilot, Shelf.COLLECTION)
        await until(pilot, lambda: "Media condition" in shown(pilot))
        await press(pilot, "c")
        await sees(pilot, "Show these columns")
        assert "Owned already" not in shown(pilot)


async def test_filter_order_and_place_are_each_shelfs_own_and_the_one_left_last_comes_back(tmp_path: Path) -> None:
    async with both(tmp_path) as (tonight, pilot):
        await write(pilot, "genre:reggae")
        await to_records(pilot)
        await press(pilot, "down", "down")
        record = highlighted(pilot)
        await to_wants(pilot)
        assert filter_text(pilot) == ""
        await write(pilot, "dream")
        await to_records(pilot)
        await press(pilot, "G")
        wanted = highlighted(pilot)
        await press(pilot, "w")
        await turned(pilot, Shelf.COLLECTION)
        assert filter_text(pilot) == "genre:reggae"
        assert highlighted(pilot) == record
        await to_wants(pilot)
        await press(pilot, "q")
        await until(pilot, lambda: not pilot.app.is_running or pilot.app._exit)
        async with opened(tonight.core) as again:
            await turned(again, Shelf.WANTLIST)
            assert filter_text(again) == "dream"
            assert highlighted(again) == wanted
            await press(again, "w")
            await turned(again, Shelf.COLLECTION)
            assert highlighted(again) == record


async def test_what_is_put_away_stays_away_on_the_other_shelf(tmp_path: Path) -> None:
    async with both(tmp_path) as (_tonight, pilot):
        await press(pilot, "d")
        await until(pilot, lambda: not browse(pilot).query_one("#detail").display)
        await to_wants(pilot)
        assert not browse(pilot).query_one("#detail").display


@SIZES
async def test_a_sync_brings_the_open_shelf_and_then_the_other(tmp_path: Path, size: tuple[int, int]) -> None:
    async with evening(tmp_path, wishing()) as tonight, opened(tonight.core, size) as pilot:
        await to_wants(pilot)
        await sees(pilot, "Press s to fetch your wantlist from Discogs.")
        assert "Wantlist 0" not in shown(pilot)
        await press(pilot, "s")
        await told(pilot, "60 copies of 60 releases")
        await told(pilot, "Wantlist, 30 wants")
        assert status(pilot).startswith("30 of 30 wants")
        await until(pilot, lambda: "Collection 60  |  Wantlist 30" in shown(pilot))
        asked = [one["route"] for one in tonight.sandbox.world.counts.log() if one["route"] in ("wants", "collection")]
        assert asked == ["wants", "collection"]
        assert {run.by for run in await tonight.core.history.runs(tonight.account)} == {AskedBy.PERSON}


async def test_where_nothing_is_wanted_it_is_said(tmp_path: Path) -> None:
    async with evening(tmp_path, trees()) as tonight, opened(tonight.core) as pilot:
        await press(pilot, "s")
        await until(pilot, lambda: "Wantlist 0" in shown(pilot) and not browse(pilot).is_syncing)
        await to_wants(pilot)
        await sees(pilot, "There are no wants in this wantlist. Press s to look again.")


async def test_a_private_wantlist_beside_a_public_collection_is_said_to_be_so(tmp_path: Path) -> None:
    async with evening(tmp_path, wishing()) as tonight:
        world, connect = tonight.sandbox.world, tonight.core.connect
        await tonight.core.leaving.delete(tonight.account)
        world.account.wantlist_public = False
        account = await connect.join(await connect.by_public_name(world.account.username))
        assert account.access is Access.PUBLIC
        async with opened(tonight.core) as pilot:
            await press(pilot, "s")
            await told(pilot, "60 copies of 60 releases")
            assert "private" not in shown(pilot)
            await to_wants(pilot)
            await sees(pilot, f"The wantlist of {account.username} is private.")
            world.account.wantlist_public = True
            await press(pilot, "s")
            await until(pilot, lambda: status(pilot).startswith("30 of 30 wants"))


async def test_wants_that_have_vanished_are_asked_about_as_wants(tmp_path: Path) -> None:
    async with both(tmp_path) as (tonight, pilot):
        tonight.sandbox.world.account.wants = dreams()[25:]
        await to_wants(pilot)
        await press(pilot, "s")
        await sees(pilot, "25 of your 30 wants are not on Discogs any more")
        await sees(pilot, "out of your wantlist there")
        await press(pilot, "down", "enter")
        await sees(pilot, "25 wants that Discogs does not show")
        await press(pilot, "escape", "end", "enter")
        await until(pilot, lambda: status(pilot).startswith("5 of 5 wants"))
        assert len((await tonight.collection()).copies) == 60


async def test_both_shelves_can_be_in_doubt_and_each_is_asked_about(tmp_path: Path) -> None:
    async with both(tmp_path) as (tonight, pilot):
        tonight.sandbox.world.account.wants = dreams()[25:]
        tonight.sandbox.world.account.shelf = Owning(holding_of(*wishing().copies[:30]))
        await press(pilot, "s")
        await sees(pilot, "30 of your 60 records are not on Discogs any more")
        await press(pilot, "end", "enter")
        await sees(pilot, "25 of your 30 wants are not on Discogs any more")
        await press(pilot, "escape")
        await until(pilot, lambda: status(pilot).startswith("30 of 30 copies"))
        await until(pilot, lambda: not browse(pilot).is_syncing)
        assert len((await tonight.core.library.collection(tonight.account, Shelf.WANTLIST)).copies) == 30


async def test_the_notice_leads_to_the_wantlist_while_that_is_open(tmp_path: Path) -> None:
    async with both(tmp_path) as (tonight, pilot):
        name = tonight.account.username
        assert f"{SITE}/user/{name}/collection" in links(pilot.app)
        await to_wants(pilot)
        await until(pilot, lambda: f"{SITE}/wantlist?user={name}" in links(pilot.app))
        assert f"{SITE}/user/{name}/collection" not in links(pilot.app)


@pytest.mark.parametrize("word", ["wantlist", "Collection or wantlist"])
async def test_the_key_is_in_the_help(tmp_path: Path, word: str) -> None:
    async with both(tmp_path, WIDE) as (_tonight, pilot):
        await press(pilot, "question_mark")
        await sees(pilot, word)
