"""The change feed in the terminal: newest first, by day, filtered, with what was before and after."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Final

from core.domain.changes import Action
from core.domain.ids import Shelf
from core.store.changes import ChangeRepository
from core.store.database import open_database
from tests.factories import ADDED
from tests.fakes import FakeClock
from tests.stand_in import Evening, evening, holding_of, many, owned
from tests.tui.bare import links
from tests.tui.hostile import PLAIN, collector, sound
from tests.tui.past_rows import Row, row
from tests.tui.past_screens import highlighted, lines, opened_at, past, sync_elsewhere
from tests.tui.screen import SITE, SMALL, WIDE, shown, until
from tui.screens.browse import BrowseScreen
from tui.screens.changes import FIRST_PAGE, ChangesScreen, Shown, Sort
from tui.screens.reading import ReadingScreen

import pytest

SIZES: Final = pytest.mark.parametrize("size", [SMALL, WIDE], ids=["80x24", "160x48"])


async def happen(tonight: Evening, rows: list[Row]) -> None:
    """Write rows of the feed beside the core."""
    async with open_database(tonight.config.paths.database) as database:
        feed = ChangeRepository(database)
        async with database.tx() as tx:
            for at, shelf, change in rows:
                await feed.record(tx, tonight.account.id, shelf, None, at, (change,))


@SIZES
async def test_what_happened_stands_there_by_day_the_newest_first(tmp_path: Path, size: tuple[int, int]) -> None:
    clock = FakeClock()
    async with evening(tmp_path, many(3), clock=clock) as tonight:
        await tonight.sync()
        for days, title in ((1, "Older"), (2, "Newer")):
            clock.advance(86_400)
            tonight.own(holding_of(*(owned(number) for number in range(1, 4 + days)), owned(90 + days, title=title)))
            await tonight.sync()
        async with opened_at(tonight.core, "v", size, clock) as pilot:
            found = [line for line in lines(pilot) if "Version" not in line]
            days_ago = [clock.now() - timedelta(days=days) for days in range(3)]
            today, yesterday, before = (f"{one:%A} {one.day} {one:%B %Y}" for one in days_ago)
            assert [found[1], *(line[6:] for line in found[2:4])] == [
                f"{today} · today",
                "Somebody - Older gone",
                "Somebody - Newer added",
            ]
            assert found[4] == f"{yesterday} · yesterday"
            assert found[5].endswith("Somebody - Older added")
            assert [found[6], found[7][6:]] == [before, "The collection the first 3 copies arrived"]
            assert highlighted(pilot).endswith("gone")
            assert "everything, both shelves" in shown(pilot)
            assert "6 changes" in shown(pilot)


async def test_what_is_asked_for_is_shown_and_then_everything_again(tmp_path: Path) -> None:
    async with evening(tmp_path, many(2)) as tonight:
        await tonight.sync()
        await happen(
            tonight,
            [
                row(Action.ADDED, number=1),
                row(Action.RATED, number=1),
                row(Action.PICTURED, number=1),
                row(Action.REMOVED, number=2),
                row(Action.ADDED, shelf=Shelf.WANTLIST, number=2),
            ],
        )

        async with opened_at(tonight.core, "v") as pilot:

            async def after(key: str, *words: str) -> None:
                await pilot.press(key)
                await until(pilot, lambda: [line.split()[-1] for line in lines(pilot) if line[2] == ":"] == [*words])

            assert [line.split()[-1] for line in lines(pilot) if line[2] == ":"] == [
                "wanted",
                "gone",
                "4",
                "added",
                "arrived",
            ]
            await after("f", "wanted", "added", "arrived")
            assert "added only, both shelves" in shown(pilot)
            await after("f", "gone")
            await after("f", "4")
            await after("p", "addresses", "4")
            assert "edited only, both shelves, pictures too" in shown(pilot)
            await after("p", "4")
            await after("f", "wanted", "gone", "4", "added", "arrived")
            await after("w", "gone", "4", "added", "arrived")
            assert "everything, collection only" in shown(pilot)
            await after("w", "wanted")
            await after("w", "wanted", "gone", "4", "added", "arrived")
            await pilot.press("w", "w", "f", "f")
            await until(pilot, lambda: "Nothing of this kind has happened." in shown(pilot))
            assert "f and w show other changes." in shown(pilot)


def test_each_action_is_of_one_sort() -> None:
    sorts = [Shown(sort, pictures=True).actions for sort in (Sort.ADDED, Sort.REMOVED, Sort.EDITED)]
    assert sorted(action for sort in sorts for action in sort) == sorted(Action)
    assert Shown(pictures=True).actions == frozenset(Action)
    assert Shown().actions == frozenset(Action) - {Action.PICTURED}


@SIZES
async def test_enter_shows_before_and_after(tmp_path: Path, size: tuple[int, int]) -> None:
    async with evening(tmp_path, many(3)) as tonight:
        await tonight.sync()
        tonight.sandbox.world.website.rate(2, 4)
        tonight.sandbox.world.website.remove(3)
        await tonight.sync()
        async with opened_at(tonight.core, "v", size) as pilot:
            await until(pilot, lambda: "rating: none → 4" in shown(pilot))
            await pilot.press("end", "up", *(() if "rating" in highlighted(pilot) else ("up",)))
            while "rating" not in highlighted(pilot):
                await pilot.press("down")
            await pilot.press("enter")
            await until(pilot, lambda: isinstance(pilot.app.screen, ReadingScreen))
            await until(pilot, lambda: "After: 4" in shown(pilot))
            for words in ("Somebody - Version 2", "What: rating changed", "Who: found on Discogs", "Before: none"):
                assert words in shown(pilot)
            assert f"{SITE}/release/2" in links(pilot.app)
            await pilot.press("escape")
            await until(pilot, lambda: isinstance(pilot.app.screen, ChangesScreen))
            while not highlighted(pilot).endswith("gone"):
                await pilot.press("up" if past(pilot)._cursor > 1 else "down")
            await pilot.press("enter")
            await until(pilot, lambda: "Before" in shown(pilot) and "Title: Version 3" in shown(pilot))
            await pilot.press("q", "q")
            await until(pilot, lambda: isinstance(pilot.app.screen, BrowseScreen))


async def test_what_another_process_publishes_comes_on_top_and_the_highlight_stays(tmp_path: Path) -> None:
    async with evening(tmp_path, many(60)) as tonight:
        await tonight.sync()
        await happen(tonight, [row(Action.RATED, number / 60, number=1 + number % 60) for number in range(40)])
        async with opened_at(tonight.core, "v") as pilot:
            await pilot.press(*("down",) * 30)
            before, line = highlighted(pilot), past(pilot).highlighted_line
            tonight.sandbox.world.website.add(count=5)
            await sync_elsewhere(tonight)
            await until(pilot, lambda: "46 changes" in shown(pilot))
            assert (highlighted(pilot), past(pilot).highlighted_line) == (before, line)
            await pilot.press("home")
            assert highlighted(pilot).endswith("added")


async def test_a_long_feed_is_read_as_far_as_somebody_goes(tmp_path: Path) -> None:
    async with evening(tmp_path, many(2)) as tonight:
        await tonight.sync()
        await happen(tonight, [row(Action.RATED, number / 60, number=1 + number % 2) for number in range(9_999)])
        async with opened_at(tonight.core, "v") as pilot:
            await until(pilot, lambda: f"newest {FIRST_PAGE}, more below" in shown(pilot))
            await pilot.press("down", "down", "pagedown")
            assert f"newest {FIRST_PAGE}" in shown(pilot)
            while "10,000 changes" not in shown(pilot):
                await pilot.press("G")
                await pilot.pause(0.02)
            await pilot.press("G")
            assert highlighted(pilot).endswith("the first 2 copies arrived")
            assert "more below" not in shown(pilot)
            screen = pilot.app.screen
            assert isinstance(screen, ChangesScreen)
            assert [line.key for line in screen._lines] == list(range(10_000, 0, -1))


async def test_a_heading_is_never_highlighted_and_the_first_one_can_be_seen_again(tmp_path: Path) -> None:
    async with evening(tmp_path, many(2)) as tonight:
        await tonight.sync()
        await happen(tonight, [row(Action.RATED, 24 * number) for number in range(30)])
        async with opened_at(tonight.core, "v") as pilot:
            for key in ("down",) * 25 + ("up",) * 31 + ("pagedown", "ctrl+u", "end", "pageup", "home", "up"):
                await pilot.press(key)
                assert ":" in highlighted(pilot)
            assert past(pilot).top == 0
            past(pilot).scroll_to(y=20, animate=False, force=True)
            await pilot.pause()
            assert ":" in highlighted(pilot)


async def test_nothing_yet_is_said_so(tmp_path: Path) -> None:
    async with evening(tmp_path, many(2)) as tonight, opened_at(tonight.core, "v") as pilot:
        assert "Nothing has happened yet." in shown(pilot)
        await pilot.press("enter", "down", "G", "pageup")
        assert isinstance(pilot.app.screen, ChangesScreen)
        await sync_elsewhere(tonight)
        await until(pilot, lambda: "the first 2 copies arrived" in shown(pilot))


async def test_an_account_that_goes_meanwhile_leaves_an_empty_screen(tmp_path: Path) -> None:
    async with evening(tmp_path, many(2)) as tonight:
        await tonight.sync()
        async with opened_at(tonight.core, "v") as pilot:
            await tonight.core.leaving.delete(tonight.account)
            await until(pilot, lambda: past(pilot).highlighted is None)
            await until(pilot, lambda: "Nothing has happened yet." in "".join(past(pilot)._nothing))


@SIZES
async def test_hostile_texts_harm_nothing(tmp_path: Path, size: tuple[int, int]) -> None:
    async with collector(tmp_path) as tonight:
        website = tonight.sandbox.world.website
        for copy in tonight.sandbox.world.account.shelf.copies:
            website.rate(copy.instance_id, 5)
            website.move(copy.instance_id, 100 + copy.instance_id % 22 + 1)
        await tonight.sync()
        async with opened_at(tonight.core, "v", size, FakeClock()) as pilot:
            seen = sound(pilot)
            await pilot.press("enter")
            await until(pilot, lambda: isinstance(pilot.app.screen, ReadingScreen))
            for _ in range(12):
                await pilot.press("escape", "down")
                seen += sound(pilot)
                await pilot.press("enter")
                await until(pilot, lambda: isinstance(pilot.app.screen, ReadingScreen))
                seen += sound(pilot)
            for text in PLAIN:
                assert text in seen or size == SMALL


@pytest.mark.parametrize("size", [(40, 12), (20, 6), (3, 3), (200, 60)])
async def test_any_size_of_terminal_will_do(tmp_path: Path, size: tuple[int, int]) -> None:
    async with evening(tmp_path, many(2)) as tonight:
        await tonight.sync()
        await happen(tonight, [(ADDED, Shelf.COLLECTION, row(Action.RATED)[2])] * 30)
        async with opened_at(tonight.core, "v") as pilot:
            await pilot.resize_terminal(*size)
            for keys in (("down", "G", "g", "pagedown"), ("enter", "G", "escape"), ("f", "w", "p"), ("question_mark",)):
                await pilot.press(*keys)
                sound(pilot)
