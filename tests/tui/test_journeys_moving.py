"""Moving through the records by keys, letters and mouse; details; a terminal that changes its size; the palette."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from tests.tui.bare import said
from tests.tui.journeys import SIZES, gone, header, highlighted, press, rows, sees, synced
from tests.tui.screen import SMALL, WIDE, browse, details, opened, status, table, until
from tui.keys import rows as keys_of
from tui.widgets.record_detail import RecordDetail

from textual.command import CommandList, CommandPalette
from textual.events import MouseScrollDown, MouseScrollUp
from textual.pilot import Pilot


def title(pilot: Pilot[None]) -> str:
    return highlighted(pilot).release.title


async def test_letters_lead_to_the_records_that_begin_with_them(tmp_path: Path) -> None:
    async with synced(tmp_path) as tonight, opened(tonight.core, SMALL) as pilot:
        await press(pilot, "f", *"ju")
        await until(pilot, lambda: "Find in Artist: ju" in header(pilot))
        assert title(pilot) == "Side 46"
        await press(pilot, "backspace", "backspace", *"gu")
        assert title(pilot) == "Side 31"
        await press(pilot, "x")
        assert "nothing begins with this" in header(pilot)
        assert title(pilot) == "Side 31"
        await press(pilot, "enter", "j")
        await until(pilot, lambda: "Artist▲" in header(pilot))
        assert title(pilot) == "Side 32"
        assert status(pilot).startswith("60 of 60 copies")


@SIZES
async def test_pages_ends_wheel_and_clicks_move_the_highlight(tmp_path: Path, size: tuple[int, int]) -> None:
    async with synced(tmp_path) as tonight, opened(tonight.core, size) as pilot:
        found, screenful = table(pilot), len(rows(pilot))
        assert screenful == found.visible_rows
        await press(pilot, "pagedown")
        assert title(pilot) == f"Side {screenful:02}"
        await press(pilot, "pageup")
        assert title(pilot) == "Side 01"
        await press(pilot, "end")
        assert title(pilot) == "Side 60"
        assert "Side 60" in rows(pilot)[-1]
        await press(pilot, "home")
        assert "Side 01" in rows(pilot)[0]
        for direction, times in ((MouseScrollDown, 3), (MouseScrollUp, 1)):
            for _ in range(times):
                await pilot._post_mouse_events([direction], found, offset=(3, 3))
        assert found.top > 0
        assert title(pilot) == f"Side {found.top + 1 + found.highlighted_line:02}"
        await pilot.click(found, offset=(3, 6))
        assert title(pilot) == f"Side {found.top + 6:02}"
        assert rows(pilot)[5].split()[2] == title(pilot).split()[1]
        assert title(pilot) in details(pilot)
        await pilot.double_click(found, offset=(3, 2))
        await until(pilot, lambda: browse(pilot).query_one(RecordDetail).has_focus)
        assert title(pilot) == f"Side {found.top + 2:02}"
        assert title(pilot) in details(pilot)


async def test_details_are_opened_by_enter_and_left_again(tmp_path: Path) -> None:
    async with synced(tmp_path) as tonight, opened(tonight.core, SMALL) as pilot:
        await press(pilot, "d")
        await until(pilot, lambda: not browse(pilot).query_one(RecordDetail).display)
        await press(pilot, "down", "enter")
        await until(pilot, lambda: browse(pilot).query_one(RecordDetail).has_focus)
        await sees(pilot, "Label Label 2 – N 2")
        assert title(pilot) == "Side 02"
        for way_back in ("escape", "enter"):
            await press(pilot, way_back)
            await until(pilot, lambda: table(pilot).has_focus)
            await press(pilot, "enter")
            await until(pilot, lambda: browse(pilot).query_one(RecordDetail).has_focus)
        await press(pilot, "escape")
        await until(pilot, lambda: table(pilot).has_focus)
        await press(pilot, "down")
        assert title(pilot) == "Side 03"
        await until(pilot, lambda: "Side 03" in details(pilot))


async def test_the_highlighted_record_is_seen_at_every_size_of_the_terminal(tmp_path: Path) -> None:
    async with synced(tmp_path) as tonight, opened(tonight.core, SMALL) as pilot:
        await press(pilot, "pagedown", "pagedown", "down")
        copy = highlighted(pilot)
        for size in (WIDE, (60, 15), (200, 60), SMALL, (60, 15), WIDE, SMALL):
            await pilot.resize_terminal(*size)
            await until(pilot, partial(lambda wanted: browse(pilot).size == wanted, size))
            await pilot.pause()
            assert highlighted(pilot) == copy
            assert "Data provided by Discogs." in said(pilot.app)
        await press(pilot, "down")
        assert highlighted(pilot) != copy


@SIZES
async def test_the_palette_lists_every_action_and_runs_one(tmp_path: Path, size: tuple[int, int]) -> None:
    async with synced(tmp_path) as tonight, opened(tonight.core, size) as pilot:
        await press(pilot, "ctrl+p")
        await until(pilot, lambda: isinstance(pilot.app.screen, CommandPalette))
        palette = pilot.app.screen.query_one(CommandList)
        nodes = (browse(pilot), table(pilot), browse(pilot).query_one(RecordDetail))
        wanted = {row.what for node in nodes for row in keys_of(node)}
        await until(pilot, lambda: palette.option_count >= len(wanted))
        listed = [str(option.prompt).split("\n")[0] for option in palette.options]
        assert wanted <= set(listed)
        await press(pilot, *"columns", "enter")
        await until(pilot, lambda: palette.option_count < len(wanted))
        await press(pilot, "enter")
        await sees(pilot, "Show these columns")
        await press(pilot, "escape")
        await gone(pilot, "Show these columns")
        await press(pilot, "ctrl+p")
        await until(pilot, lambda: isinstance(pilot.app.screen, CommandPalette))
        await press(pilot, *"last record")
        await sees(pilot, "Last record")
        await press(pilot, "enter", "enter")
        await until(pilot, lambda: not isinstance(pilot.app.screen, CommandPalette))
        await sees(pilot, "Side 60")
        await until(pilot, lambda: title(pilot) == "Side 60")
