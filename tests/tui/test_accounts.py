"""Several accounts in one terminal: one key lists them, and the one that is chosen is opened."""

from __future__ import annotations

from pathlib import Path

from tests.factories import ADDED, make_account
from tests.stand_in import evening, holding_of, many, owned
from tests.tui.bare import Bare, said
from tests.tui.screen import SMALL, WIDE, opened, shown, status, until
from tui.screens.accounts import AccountsScreen

import pytest


@pytest.mark.parametrize("size", [SMALL, WIDE], ids=["80x24", "160x48"])
async def test_another_account_is_chosen_opened_and_opened_again_next_time(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with evening(tmp_path, many(3)) as tonight:
        await tonight.sync()
        other = tonight.sandbox.world.open_account("other[/]", holding_of(owned(9, title="Theirs alone")))
        theirs = await tonight.core.connect.with_token(other.token)
        await tonight.core.sync.run(theirs, lambda _event: None)
        await tonight.core.library.use(tonight.account)
        async with opened(tonight.core, size) as pilot:
            assert "Theirs alone" not in shown(pilot)
            await pilot.press("a")
            await until(pilot, lambda: "Connected as other[/]" in shown(pilot))
            await pilot.press("down", "enter")
            await until(pilot, lambda: "Theirs alone" in shown(pilot))
            assert "other[/]" in status(pilot)
        found = await tonight.core.library.account()
        assert found is not None
        assert found.id == theirs.id


async def test_whoever_leaves_the_list_stays_where_they_were(tmp_path: Path) -> None:
    async with evening(tmp_path, many(3)) as tonight:
        await tonight.sync()
        other = tonight.sandbox.world.open_account("other", many(1))
        await tonight.core.connect.with_token(other.token)
        await tonight.core.library.use(tonight.account)
        async with opened(tonight.core) as pilot:
            before = status(pilot)
            await pilot.press("a")
            await until(pilot, lambda: "Connected as other" in shown(pilot))
            await pilot.press("down", "escape")
            await until(pilot, lambda: "Connected as other" not in shown(pilot))
            assert status(pilot) == before


async def test_with_one_account_there_is_nothing_to_choose(tmp_path: Path) -> None:
    async with evening(tmp_path, many(3)) as tonight, opened(tonight.core) as pilot:
        await pilot.press("a")
        await until(pilot, lambda: "Nobody else is connected" in shown(pilot))


@pytest.mark.parametrize("width", [3, 4, 6, 9, 12, 15, 16, 20])
async def test_on_the_narrowest_terminal_every_letter_of_an_account_can_be_read(width: int) -> None:
    app = Bare()
    async with app.run_test(size=(width, 60)) as pilot:
        app.push_screen(AccountsScreen([make_account(1, username="ann")], ADDED))
        await pilot.pause()
        assert "ConnectedasAnnsince".casefold() in "".join(said(app).split()).casefold()
