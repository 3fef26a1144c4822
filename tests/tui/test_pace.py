"""How often an account is synced by itself, chosen in the terminal."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from core.domain.account import Access
from core.domain.ids import Shelf
from core.domain.progress import Kind
from core.domain.schedule import Due, Every
from tests.factories import ADDED, make_account
from tests.stand_in import evening, many
from tests.tui.bare import SMALL, Bare, said, shown
from tests.tui.screen import WIDE, browse, opened, until
from tests.tui.screen import shown as shown_in
from tui.render.schedule import PACES, next_looks
from tui.screens.pace import PaceScreen

import pytest
from msgspec.structs import replace

LOOKS = ("Collection: next look tomorrow at 05:30, in 5 h 30 min, at everything.",) * 2


@pytest.mark.parametrize("size", [SMALL, WIDE], ids=["80x24", "160x48"])
async def test_every_choice_is_seen_with_what_it_means_and_what_holds_is_marked(size: tuple[int, int]) -> None:
    app = Bare()
    async with app.run_test(size=size) as pilot:
        app.push_screen(PaceScreen("[/]\x1b[31mme", Every.DAILY, LOOKS))
        await pilot.pause()
        assert "How often [/][31mme is synced by itself" in said(app)
        for every, (name, means) in PACES.items():
            assert means in said(app)
            assert any(("✓ " if every is Every.DAILY else "  ") + name in line for line in shown(app).splitlines())
        assert said(app).count(LOOKS[0]) == 2
        assert "runout daemon" in said(app)


@pytest.mark.parametrize("size", [(40, 12), (20, 6), (3, 3)])
async def test_every_choice_can_be_made_on_any_terminal(size: tuple[int, int]) -> None:
    app = Bare()
    answers: list[Every | None] = []
    async with app.run_test(size=size) as pilot:
        app.push_screen(PaceScreen("me", Every.SIX_HOURS, LOOKS), answers.append)
        await pilot.pause()
        await pilot.press("end", "enter")
        assert answers == [Every.OFF]


def test_everything_that_can_be_set_can_be_chosen() -> None:
    assert set(PACES) == set(Every)


async def test_what_is_chosen_holds_and_the_next_look_is_told(tmp_path: Path) -> None:
    async with evening(tmp_path, many(3)) as tonight:
        await tonight.sync()
        async with opened(tonight.core) as pilot:
            await pilot.press("t")
            await until(pilot, lambda: "✓ Every 6 hours" in shown_in(pilot))
            assert "Collection: next look" in shown_in(pilot)
            assert "in 5 h 30 min" in shown_in(pilot)
            await pilot.press("down", "down", "down", "enter")
            await until(pilot, lambda: "in 6 d" in shown_in(pilot))
            assert (await tonight.core.schedule.settings(tonight.account)).every is Every.WEEKLY
            await pilot.press("t")
            await until(pilot, lambda: "✓ Once a week" in shown_in(pilot))
            await pilot.press("down", "enter")
            await until(pilot, lambda: "Nothing is synced by itself." in shown_in(pilot))
            assert (await tonight.core.schedule.settings(tonight.account)).every is Every.OFF


@pytest.mark.parametrize("key", ["escape", "q", "enter"])
async def test_whoever_leaves_or_takes_what_holds_changes_nothing(tmp_path: Path, key: str) -> None:
    async with evening(tmp_path, many(3)) as tonight:
        await tonight.sync()
        await tonight.core.schedule.set_every(tonight.account, Every.DAILY)
        async with opened(tonight.core) as pilot:
            await pilot.press("t")
            await until(pilot, lambda: "✓ Once a day" in shown_in(pilot))
            await pilot.press(*(("down",) if key != "enter" else ()), key)
            await until(pilot, lambda: pilot.app.screen is browse(pilot))
            assert (await tonight.core.schedule.settings(tonight.account)).every is Every.DAILY


@pytest.mark.parametrize("key", ["v", "r", "t"])
async def test_of_nobody_there_is_nothing_to_show(tmp_path: Path, key: str) -> None:
    async with evening(tmp_path, many(3)) as tonight:
        await tonight.core.leaving.delete(tonight.account)
        async with opened(tonight.core) as pilot:
            await until(pilot, lambda: pilot.app.screen is not browse(pilot))
            await pilot.press("escape")
            await until(pilot, lambda: pilot.app.screen is browse(pilot))
            await pilot.press(key)
            await until(pilot, lambda: "▌ No account is connected" in shown_in(pilot))
            assert pilot.app.screen is browse(pilot)


@pytest.mark.parametrize(
    ("hours", "words"),
    [(-1, "next look as soon as possible"), (2, "today at"), (24, "tomorrow at"), (24 * 6, "Fri 17 May at")],
)
def test_the_next_look_is_told_by_the_clock_of_whoever_reads_it(hours: float, words: str) -> None:
    at = ADDED.replace(hour=12) + timedelta(hours=hours)
    turns = {Shelf.COLLECTION: Due(at, Kind.PROBE), Shelf.WANTLIST: None}
    (line,) = next_looks(make_account(), Every.DAILY, turns, ADDED.replace(hour=12))
    assert words in line
    assert line.endswith(", for what is new.")


def test_why_there_is_no_next_look_is_told() -> None:
    nothing = dict.fromkeys(Shelf)
    account = make_account()
    assert list(next_looks(account, Every.OFF, nothing, ADDED)) == ["Nothing is synced by itself."]
    refused = (replace(account, access=Access.NONE), replace(account, refused_at=ADDED))
    for one in refused:
        (line,) = next_looks(one, Every.DAILY, nothing, ADDED)
        assert "has to be connected again first" in line
    (line,) = next_looks(account, Every.DAILY, nothing, ADDED)
    assert "nobody was here for long" in line
