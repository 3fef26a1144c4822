"""Order, limit and whatever else a query can ask for, typed into the filter line."""

from __future__ import annotations

from pathlib import Path

from core.domain.ids import ReleaseId
from core.domain.sorting import parse_order
from tests.tui.journeys import SIZES, facets, filter_text, header, highlighted, press, rows, sees, synced, write
from tests.tui.screen import SMALL, WIDE, browse, opened, status, table, to_records, until

from textual.pilot import Pilot


def titles(pilot: Pilot[None]) -> list[str]:
    return [copy.release.title for copy in browse(pilot)._view.copies]


async def sort_by(pilot: Pilot[None], title: str) -> None:
    """Click on a heading."""
    await pilot.click(table(pilot), offset=(table(pilot).gutter.left + header(pilot).index(title), 0))


@SIZES
async def test_an_order_that_is_typed_holds_until_it_is_taken_away(tmp_path: Path, size: tuple[int, int]) -> None:
    async with synced(tmp_path) as tonight, opened(tonight.core, size) as pilot:
        as_chosen = titles(pilot)
        await write(pilot, "sort:-title limit:7")
        await until(pilot, lambda: len(titles(pilot)) == 7)
        assert titles(pilot) == sorted(as_chosen, reverse=True)[:7]
        assert status(pilot).startswith("7 of 60 copies")
        await until(pilot, lambda: len(rows(pilot)) == 7 and "Title▼" in header(pilot))
        await sees(pilot, "everything, sorted by title (descending), the first 7 of them")
        await press(pilot, "escape", "escape")
        await until(pilot, lambda: titles(pilot) == as_chosen)
        assert filter_text(pilot) == ""


async def test_an_order_that_is_chosen_takes_the_place_of_one_that_was_typed(tmp_path: Path) -> None:
    async with synced(tmp_path) as tonight, opened(tonight.core, WIDE) as pilot:
        await write(pilot, "alder sort:-title")
        await until(pilot, lambda: browse(pilot)._view.order == parse_order("-title"))
        before = titles(pilot)
        await to_records(pilot)
        record = highlighted(pilot)
        await sort_by(pilot, "Title")
        await until(pilot, lambda: filter_text(pilot) == "alder sort:title")
        await until(pilot, lambda: titles(pilot) == before[::-1])
        assert highlighted(pilot) == record
        await press(pilot, "b")
        await until(pilot, lambda: bool(facets(pilot)))
        await press(pilot, "down", "enter")
        await until(pilot, lambda: filter_text(pilot).startswith("alder genre:="))
        assert filter_text(pilot).endswith(" sort:title")


async def test_a_query_with_an_order_is_there_again_the_next_time(tmp_path: Path) -> None:
    async with synced(tmp_path) as tonight:
        async with opened(tonight.core) as pilot:
            await write(pilot, "sort:-title limit:3")
            await until(pilot, lambda: len(titles(pilot)) == 3)
            left = titles(pilot)
            await to_records(pilot)
            await press(pilot, "q")
        async with opened(tonight.core) as pilot:
            assert filter_text(pilot) == "sort:-title limit:3"
            await until(pilot, lambda: titles(pilot) == left)
            assert browse(pilot)._view.chosen == parse_order("artist")


async def test_what_can_be_asked_is_completed_from_the_collection(tmp_path: Path) -> None:
    async with synced(tmp_path) as tonight:
        await tonight.core.plays.log(tonight.account, ReleaseId(7))
        async with opened(tonight.core, SMALL) as pilot:
            await press(pilot, "slash", *"is:pl")
            await sees(pilot, "played 1")
            await press(pilot, "tab")
            assert filter_text(pilot) == "is:played"
            await until(pilot, lambda: status(pilot).startswith("1 of 60 copies"))
            await sees(pilot, "played at least once")
