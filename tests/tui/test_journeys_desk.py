"""Leaving the terminal and finding it again as it was: by quitting, by being ended, after the records have changed."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path

from core.domain.account import Account
from core.domain.collection import Collection
from core.domain.desk import Desk
from core.domain.ids import Shelf
from tests.journeys.terminal import in_terminal
from tests.stand_in import Evening
from tests.tui.journeys import (
    facets,
    filter_text,
    header,
    highlighted,
    press,
    rows,
    sees,
    started,
    synced,
    write,
)
from tests.tui.screen import SMALL, WIDE, browse, opened, shown, status, table, to_records, until
from tui.widgets.record_detail import RecordDetail

import pytest
from textual.pilot import Pilot


async def kept(pilot: Pilot[None], tonight: Evening, holds: Callable[[Desk], bool]) -> None:
    """Wait until what was changed last is on the disk."""
    found = [await tonight.core.desk.of(tonight.account)]
    while not holds(found[-1]):
        await pilot.pause(0.05)
        found.append(await tonight.core.desk.of(tonight.account))
        assert len(found) < 200, found[-1]


def body(tonight: Evening, text: str) -> None:
    """Write a desk as another version of the program may have left it."""
    with sqlite3.connect(tonight.config.paths.database) as database:
        database.execute("UPDATE terminal_desks SET body = ?", (text.encode(),))
    database.close()


async def arrange(pilot: Pilot[None]) -> None:
    """Filter, sort, choose columns, hide the details, open a facet, and stand somewhere in the middle."""
    await write(pilot, "-genre:jazz")
    await to_records(pilot)
    await press(pilot, "o")
    await sees(pilot, "Sort like this")
    await press(pilot, "end", *["up"] * 8, "enter", "enter", "a")
    await until(pilot, lambda: "Year▼" in header(pilot))
    await press(pilot, "c")
    await sees(pilot, "Show these columns")
    await press(pilot, "J", "a")
    await until(pilot, lambda: header(pilot).split()[0] == "Title")
    await press(pilot, "d", "home", "pagedown", "down", "down")
    await until(pilot, lambda: not browse(pilot).query_one(RecordDetail).display)


@pytest.mark.parametrize(
    ("size", "quits"),
    [(SMALL, True), (WIDE, True), (SMALL, False)],
    ids=["80x24, quit", "160x48, quit", "80x24, ended"],
)
async def test_everything_is_found_again_as_it_was_left(tmp_path: Path, size: tuple[int, int], quits: bool) -> None:
    async with synced(tmp_path) as tonight:
        async with opened(tonight.core, size) as pilot:
            await arrange(pilot)
            left, line, seen, titles = highlighted(pilot), table(pilot).highlighted_line, rows(pilot), header(pilot)
            if quits:
                await press(pilot, "q")
                await until(pilot, lambda: not pilot.app.is_running)
            else:
                await kept(pilot, tonight, lambda desk: desk.instance == left.instance_id and not desk.shows_detail)
        async with opened(tonight.core, size) as pilot:
            await until(pilot, lambda: status(pilot).startswith("50 of 60 copies"))
            assert filter_text(pilot) == "-genre:jazz"
            assert header(pilot) == titles
            assert (highlighted(pilot), table(pilot).highlighted_line) == (left, line)
            assert rows(pilot) == seen
            assert not browse(pilot).query_one(RecordDetail).display
            await press(pilot, "escape")
            await until(pilot, lambda: status(pilot).startswith("60 of 60 copies"))
            assert highlighted(pilot) == left


async def test_a_terminal_that_is_killed_is_found_again(tmp_path: Path) -> None:
    async with synced(tmp_path) as tonight:
        async with in_terminal(tmp_path, tonight.sandbox) as terminal:
            await terminal.until("Side 12")
            terminal.type("/")
            await terminal.until("everything")
            terminal.type("gum")
            async with asyncio.timeout(30):
                while (await tonight.core.desk.of(tonight.account)).text != "gum":
                    await asyncio.sleep(0.05)
            terminal.process.kill()
            await terminal.process.wait()
        async with opened(tonight.core) as pilot:
            await until(pilot, lambda: status(pilot).startswith("5 of 60 copies"))
            assert filter_text(pilot) == "gum"


async def test_the_facets_that_were_open_are_open_again(tmp_path: Path) -> None:
    async with synced(tmp_path) as tonight:
        async with opened(tonight.core, WIDE) as pilot:
            await until(pilot, lambda: facets(pilot).get("Reggae") == ("", 30))
            await press(pilot, "b", "left")
            await until(pilot, lambda: "Reggae" not in facets(pilot))
            await press(pilot, "down", "right")
            await until(pilot, lambda: facets(pilot).get("Swing") == ("", 30))
            await press(pilot, "q")
        async with opened(tonight.core, WIDE) as pilot:
            await until(pilot, lambda: facets(pilot).get("Swing") == ("", 30))
            assert facets(pilot)["Dub"] == ("", 60)
            assert "Reggae" not in facets(pilot)
            await press(pilot, "b", "home", "down", "left")
            await until(pilot, lambda: "Dub" not in facets(pilot))
            await press(pilot, "down", "down", "left")
            await until(pilot, lambda: not facets(pilot))
            await press(pilot, "q")
        async with opened(tonight.core, WIDE) as pilot:
            await until(pilot, lambda: "Genre" in shown(pilot))
            await pilot.pause(0.1)
            assert not facets(pilot)


async def test_the_rows_that_were_on_the_screen_are_there_before_the_rest_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with synced(tmp_path) as tonight:
        async with opened(tonight.core) as pilot:
            await arrange(pilot)
            left, seen = highlighted(pilot), rows(pilot)
            await press(pilot, "q")
        read, go_on = tonight.core.library.collection, asyncio.Event()

        async def slowly(account: Account, shelf: Shelf) -> Collection:
            await go_on.wait()
            return await read(account, shelf)

        monkeypatch.setattr(type(tonight.core.library), "collection", lambda _self, *asked: slowly(*asked))
        async with started(tonight.core) as pilot:
            await until(pilot, lambda: rows(pilot) == seen)
            assert browse(pilot)._opening
            assert highlighted(pilot) == left
            assert status(pilot).startswith("60 copies")
            await press(pilot, "down")
            moved = highlighted(pilot)
            assert moved != left
            go_on.set()
            await until(pilot, lambda: status(pilot).startswith("50 of 60 copies"))
            assert highlighted(pilot) == moved
            assert rows(pilot) == seen


@pytest.mark.parametrize(
    ("written", "first"),
    [
        ('{"columns": ["matrix"], "order": "-pressed_in", "instance": 7}', ["Artist▲", "Title", "Year"]),
        ('{"columns": ["title", "matrix"], "order": "year", "shelf_marks": [1]}', ["Title"]),
        ('{"columns": 7, "order": ["year"]}', ["Artist▲", "Title", "Year"]),
    ],
    ids=["unknown names", "some known", "other types"],
)
async def test_what_another_version_left_breaks_nothing(tmp_path: Path, written: str, first: list[str]) -> None:
    async with synced(tmp_path) as tonight:
        await tonight.core.desk.save(tonight.account, Desk())
        body(tonight, written)
        async with opened(tonight.core) as pilot:
            assert header(pilot).split()[: len(first)] == first
            assert status(pilot).startswith("60 of 60 copies")
            await press(pilot, "down")
            assert highlighted(pilot).release.year is not None


async def test_a_filter_that_another_version_left_is_explained(tmp_path: Path) -> None:
    async with synced(tmp_path) as tonight:
        await tonight.core.desk.save(tonight.account, Desk(text="nation:jamaica"))
        async with opened(tonight.core) as pilot:
            assert status(pilot).startswith("60 of 60 copies")
            assert filter_text(pilot) == "nation:jamaica"
            await sees(pilot, "Expected")
            await press(pilot, "escape")
            await until(pilot, lambda: filter_text(pilot) == "")


async def test_the_record_that_was_highlighted_is_gone_and_its_neighbours_are_shown(tmp_path: Path) -> None:
    async with synced(tmp_path) as tonight:
        async with opened(tonight.core, SMALL) as pilot:
            await press(pilot, "pagedown", "down")
            left = highlighted(pilot)
            neighbours = [row for row in rows(pilot) if left.release.title not in row]
            await press(pilot, "q")
        tonight.sandbox.world.account.shelf.take([left.instance_id])
        await tonight.sync()
        async with opened(tonight.core, SMALL) as pilot:
            await until(pilot, lambda: status(pilot).startswith("59 of 59 copies"))
            assert any(highlighted(pilot).release.title in row for row in neighbours)
            assert left.release.title not in shown(pilot)
            assert len({*rows(pilot)} & {*neighbours}) > len(neighbours) // 2
