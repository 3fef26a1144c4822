"""Syncing from inside: rows that appear, a highlight that stays, a sync that is stopped, and what is asked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.stand_in import Evening, evening, holding_of, many, owned
from tests.tui.journeys import SIZES, gone, highlighted, nearest_line, press, rows, sees, synced, told, write
from tests.tui.screen import SMALL, WIDE, browse, opened, status, table, to_records, until
from tui.widgets.record_table import RecordTable

from textual.pilot import Pilot


def pages_asked(tonight: Evening) -> list[int]:
    """The pages of the collection that were asked for since the counts began, and whether each was answered."""
    return [int(entry["page"]) for entry in tonight.sandbox.world.counts.log() if entry["route"] == "collection"]


async def done(pilot: Pilot[None]) -> None:
    """Wait until no sync runs any more."""
    await until(pilot, lambda: not browse(pilot).is_syncing)


@SIZES
async def test_the_first_records_can_be_browsed_while_the_others_are_on_their_way(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with evening(tmp_path, many(250)) as tonight, opened(tonight.core, size) as pilot:
        await sees(pilot, "Press s to fetch your collection from Discogs.")
        hanging = tonight.sandbox.world.faults.add("hang", route="collection", page=2)
        await press(pilot, "s")
        await until(pilot, lambda: "of 250 copies arrived" in status(pilot) or "/250" in status(pilot))
        await until(pilot, lambda: "page 2" in status(pilot) and hanging.times == 0)
        assert len(rows(pilot)) == table(pilot).visible_rows
        await press(pilot, "pagedown", "down")
        copy, line = highlighted(pilot), table(pilot).highlighted_line
        await write(pilot, f'title:="{copy.release.title}"')
        await until(pilot, lambda: len(browse(pilot)._view.copies) == 1)
        await to_records(pilot)
        await press(pilot, "escape")
        await until(pilot, lambda: len(browse(pilot)._view.copies) > 1)
        assert not hanging.released.is_set()
        tonight.sandbox.world.faults.release()
        await until(pilot, lambda: status(pilot).startswith("250 of 250 copies"))
        await told(pilot, "Synced")
        assert highlighted(pilot) == copy
        assert table(pilot).highlighted_line <= line


async def test_what_a_sync_brings_moves_neither_the_highlight_nor_its_line(tmp_path: Path) -> None:
    async with synced(tmp_path) as tonight, opened(tonight.core, WIDE) as pilot:
        await press(pilot, "down", "down", "pagedown")
        copy, line = highlighted(pilot), table(pilot).highlighted_line
        first = [owned(number, artists=[{"name": "Aaron", "anv": "", "join": "", "id": 9}]) for number in (98, 99)]
        tonight.sandbox.world.account.shelf.put(first)
        tonight.sandbox.world.account.shelf.take([60])
        await press(pilot, "s")
        await until(pilot, lambda: status(pilot).startswith("61 of 61 copies"))
        await told(pilot, "Synced")
        assert highlighted(pilot) == copy
        assert table(pilot).highlighted_line == nearest_line(pilot, line)


async def test_a_sync_that_is_stopped_leaves_the_old_copy_and_the_next_goes_on(tmp_path: Path) -> None:
    async with evening(tmp_path, many(250)) as tonight:
        await tonight.sync()
        tonight.own(many(450))
        async with opened(tonight.core, SMALL) as pilot:
            hanging = tonight.sandbox.world.faults.add("hang", route="collection", page=3)
            await press(pilot, "s")
            await until(pilot, lambda: hanging.times == 0 and "page 4 of 5" in status(pilot))
            await press(pilot, "x")
            await told(pilot, "Stopped. What was here is still here")
            await done(pilot)
            assert status(pilot).startswith("250 of 250 copies")
            assert "page" not in status(pilot)
            assert len((await tonight.collection()).copies) == 250
            await press(pilot, "x")
            await told(pilot, "No sync is running.")
            tonight.sandbox.world.faults.clear()
            tonight.sandbox.world.counts.reset()
            await press(pilot, "s")
            await until(pilot, lambda: status(pilot).startswith("450 of 450 copies"))
            assert pages_asked(tonight).count(3) == 1
            assert not {2, 4, 5} & set(pages_asked(tonight))


@asynccontextmanager
async def doubtful(directory: Path, size: tuple[int, int]) -> AsyncIterator[tuple[Evening, Pilot[None]]]:
    """Somebody is asked what becomes of 21 records of 150 that the website has no longer."""
    async with evening(directory, many(150)) as tonight:
        await tonight.sync()
        tonight.own(holding_of(*many(150).copies[21:]))
        async with opened(tonight.core, size) as pilot:
            await press(pilot, "s")
            await sees(pilot, "21 of your 150 records are not on Discogs any more")
            yield tonight, pilot


async def test_the_question_of_vanished_records_can_wait(tmp_path: Path) -> None:
    async with doubtful(tmp_path, SMALL) as (tonight, pilot):
        assert len((await tonight.collection()).copies) == 150
        await press(pilot, "enter")
        await gone(pilot, "not on Discogs any more")
        assert status(pilot).startswith("150 of 150 copies")
        assert table(pilot).has_focus
        await press(pilot, "s")
        await sees(pilot, "21 of your 150 records are not on Discogs any more")
        await press(pilot, "escape")
        await gone(pilot, "not on Discogs any more")
        assert len((await tonight.collection()).copies) == 150


async def test_vanished_records_are_kept_and_not_asked_about_again(tmp_path: Path) -> None:
    async with doubtful(tmp_path, SMALL) as (tonight, pilot):
        await press(pilot, "down", "down", "enter")
        await told(pilot, "21 copies that Discogs no longer shows stay, as you said")
        await done(pilot)
        await press(pilot, "s")
        await done(pilot)
        await gone(pilot, "not on Discogs any more")
        assert len(pilot.app.screen_stack) == 2
        assert status(pilot).startswith("150 of 150 copies")
        assert len((await tonight.collection()).copies) == 150


@SIZES
async def test_which_records_have_vanished_can_be_looked_at_before_anything_is_said(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with doubtful(tmp_path, size) as (_tonight, pilot):
        await press(pilot, "down", "enter")
        await sees(pilot, "21 records that Discogs does not show")
        [records] = pilot.app.screen.query(RecordTable)
        assert {copy.instance_id for copy in records._view.copies} == set(range(1, 22))
        first = records._view.copies[0]
        await sees(pilot, first.release.title)
        await sees(pilot, first.release.numbers[0])
        await press(pilot, "end")
        await until(pilot, lambda: records.highlighted == records._view.copies[-1])
        await sees(pilot, records._view.copies[-1].release.title)
        await press(pilot, "escape")
        await sees(pilot, "21 of your 150 records are not on Discogs any more")
        await press(pilot, "end", "enter")
        await until(pilot, lambda: status(pilot).startswith("129 of 129 copies"))


async def test_vanished_records_are_let_go(tmp_path: Path) -> None:
    async with doubtful(tmp_path, WIDE) as (tonight, pilot):
        await press(pilot, "end", "enter")
        await until(pilot, lambda: status(pilot).startswith("129 of 129 copies"))
        await done(pilot)
        assert len(pilot.app.screen_stack) == 2
        assert {copy.instance_id for copy in (await tonight.collection()).copies} == set(range(22, 151))
