"""The export of what is shown, in the terminal: as what, under which name, and never over anything by accident."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from core.domain.ids import Shelf
from tests.stand_in import Evening
from tests.tui.bare import links
from tests.tui.journeys import press, sees, synced, told, words_in, write
from tests.tui.screen import SITE, SMALL, WIDE, browse, opened, until
from tui.render.notices import account_page
from tui.screens.exporting import ExportScreen

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

SIZES: Final = pytest.mark.parametrize("size", [SMALL, WIDE], ids=["80x24", "160x48"])


async def come_to(pilot: Pilot[None], tonight: Evening, home: Path) -> list[Path | None]:
    account, answers = tonight.account, list[Path | None]()
    page = account_page(SITE, account, Shelf.COLLECTION)
    view = browse(pilot)._view
    screen = ExportScreen(tonight.core, account, view, Shelf.COLLECTION, site_url=SITE, page=page, home=home)
    browse(pilot).app.push_screen(screen, answers.append)
    await until(pilot, lambda: pilot.app.screen is screen)
    return answers


def typed(pilot: Pilot[None]) -> str:
    return pilot.app.screen.query_one(Input).value


async def name_it(pilot: Pilot[None], name: str) -> None:
    await until(pilot, lambda: pilot.app.screen.query_one(Input).has_focus)
    await press(pilot, *(["backspace"] * len(typed(pilot))), *name)
    await until(pilot, lambda: typed(pilot) == name)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


@SIZES
async def test_what_is_shown_is_written_where_the_dialog_says(
    size: tuple[int, int], tmp_path: Path, home: Path
) -> None:
    async with synced(tmp_path) as tonight, opened(tonight.core, size) as pilot:
        await write(pilot, "genre:jazz")
        await until(pilot, lambda: len(browse(pilot)._view.copies) == 10)
        await press(pilot, "enter")
        answers = await come_to(pilot, tonight, home)
        await sees(pilot, "Export 10 copies that are shown")
        assert links(pilot.app) == {f"{SITE}/user/collector/collection"}
        await press(pilot, "down", "enter")
        await until(pilot, lambda: typed(pilot) == str(home / "runout-collector-collection.json"))
        await press(pilot, "enter")
        await told(pilot, "10 copies written to")
        assert answers == [home / "runout-collector-collection.json"]
        told_of = json.loads((home / "runout-collector-collection.json").read_bytes())
        assert (told_of["count"], told_of["query"], told_of["source"]) == (
            10,
            "genre:jazz",
            f"{SITE}/user/collector/collection",
        )
        assert [one["instance_id"] for one in told_of["records"]] == [
            copy.instance_id for copy in browse(pilot)._view.copies
        ]


async def test_a_file_that_is_there_is_replaced_when_that_is_said_twice(tmp_path: Path, home: Path) -> None:
    (home / "mine.csv").write_text("precious")
    async with synced(tmp_path) as tonight, opened(tonight.core) as pilot:
        answers = await come_to(pilot, tonight, home)
        await press(pilot, "enter")
        await name_it(pilot, "mine.csv")
        await press(pilot, "enter")
        await sees(pilot, "There is such a file already. Enter once more replaces it.")
        assert (home / "mine.csv").read_text() == "precious"
        await press(pilot, "enter")
        await told(pilot, "60 copies written to")
        assert answers == [home / "mine.csv"]
        assert (home / "mine.csv").read_bytes().count(b"\r\n") == 61


async def test_the_name_that_is_suggested_is_of_no_file_yet(tmp_path: Path, home: Path) -> None:
    (home / "runout-collector-collection.csv").write_text("precious")
    async with synced(tmp_path) as tonight, opened(tonight.core) as pilot:
        await come_to(pilot, tonight, home)
        await press(pilot, "enter")
        await until(pilot, lambda: typed(pilot) == str(home / "runout-collector-collection-2.csv"))


async def test_where_nothing_can_be_written_it_is_said_and_another_name_can_be_typed(
    tmp_path: Path, home: Path
) -> None:
    async with synced(tmp_path) as tonight, opened(tonight.core) as pilot:
        answers = await come_to(pilot, tonight, home)
        await press(pilot, "enter")
        await name_it(pilot, "nowhere/mine.csv")
        await press(pilot, "enter")
        said = pilot.app.screen.query_one("#export-said")
        await until(pilot, lambda: "there is no such directory" in words_in(pilot, said))
        await name_it(pilot, "mine.csv")
        await press(pilot, "enter")
        await told(pilot, "60 copies written to")
        assert answers == [home / "mine.csv"]
        assert [one.name for one in home.iterdir()] == ["mine.csv"]


async def test_escape_goes_back_and_then_leaves_without_a_file(tmp_path: Path, home: Path) -> None:
    async with synced(tmp_path) as tonight, opened(tonight.core) as pilot:
        answers = await come_to(pilot, tonight, home)
        await press(pilot, "enter", "escape")
        await sees(pilot, "JSON Lines, a record a line")
        await press(pilot, "escape")
        await until(pilot, lambda: answers == [None])
        assert list(home.iterdir()) == []


async def test_what_is_shown_now_is_offered(tmp_path: Path) -> None:
    async with synced(tmp_path) as tonight, opened(tonight.core) as pilot:
        browse(pilot).action_export()
        await sees(pilot, "Export 60 copies that are shown")
        await press(pilot, "escape")
        await until(pilot, lambda: pilot.app.screen is browse(pilot))
