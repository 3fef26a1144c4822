"""Looking at a collection from its sides: values are included, excluded and let go, and the filter line says so."""

from __future__ import annotations

from pathlib import Path

from tests.tui.bare import said
from tests.tui.journeys import SIZES, facets, filter_text, highlighted, lines_of, press, rows, sees, synced, write
from tests.tui.screen import SMALL, WIDE, browse, opened, status, table, to_records, until
from tui.widgets.facet_panel import FacetPanel

from textual.pilot import Pilot


async def to_facets(pilot: Pilot[None]) -> None:
    """Go to the panel, and wait until it shows how many there are."""
    await press(pilot, "b")
    await until(pilot, lambda: browse(pilot).query_one(FacetPanel).has_focus and bool(facets(pilot)))


async def says(pilot: Pilot[None], text: str, shown: int) -> None:
    """Wait until the filter is that text, and as many records are left as are said."""
    await until(pilot, lambda: filter_text(pilot) == text and status(pilot).startswith(f"{shown} of 60 copies"))


async def click_on(pilot: Pilot[None], label: str) -> None:
    """Click a value in the panel."""
    panel = browse(pilot).query_one(FacetPanel)
    line = next(at for at, line in enumerate(lines_of(pilot, panel)) if label in line)
    await pilot.click(panel, offset=(panel.gutter.left + 4, line))


@SIZES
async def test_a_value_is_included_excluded_and_let_go(tmp_path: Path, size: tuple[int, int]) -> None:
    async with synced(tmp_path) as tonight, opened(tonight.core, size) as pilot:
        await to_facets(pilot)
        every = [("Reggae", ("", 30)), ("Rock", ("", 25)), ("Jazz", ("", 10))]
        await until(pilot, lambda: list(facets(pilot).items())[:3] == every)
        await press(pilot, "down", "down", "enter")
        await says(pilot, "genre:=Rock", 25)
        await until(pilot, lambda: facets(pilot)["Rock"] == ("✓", 25) and facets(pilot)["Reggae"] == ("", 5))
        assert "Jazz" not in facets(pilot)
        await press(pilot, "enter")
        await says(pilot, "-genre:=Rock", 35)
        await until(pilot, lambda: facets(pilot)["Rock"] == ("✗", 0) and facets(pilot)["Reggae"] == ("", 25))
        assert facets(pilot)["Jazz"] == ("", 10)
        await press(pilot, "space")
        await says(pilot, "", 60)
        await until(pilot, lambda: facets(pilot)["Rock"] == ("", 25))
        await press(pilot, "escape")
        await until(pilot, lambda: table(pilot).has_focus)
        assert len(rows(pilot)) == table(pilot).visible_rows


async def test_what_the_counts_promise_is_what_is_left(tmp_path: Path) -> None:
    async with synced(tmp_path) as tonight, opened(tonight.core, WIDE) as pilot:
        await write(pilot, "-alder")
        await to_records(pilot)
        await to_facets(pilot)
        await until(pilot, lambda: facets(pilot)["Reggae"] == ("", 27))
        await click_on(pilot, "Reggae")
        await says(pilot, "-alder genre:=Reggae", 27)
        await until(pilot, lambda: facets(pilot)["1990s"] == ("", 6))
        await click_on(pilot, "1990s")
        await says(pilot, "-alder genre:=Reggae year:1990..1999", 6)
        await until(pilot, lambda: facets(pilot)["Reggae"] == ("✓", 6) and "1980s" not in facets(pilot))
        assert len(rows(pilot)) == 6
        await click_on(pilot, "1990s")
        await says(pilot, "-alder genre:=Reggae -year:1990..1999", 21)
        await until(pilot, lambda: facets(pilot)["Reggae"] == ("✓", 21))
        decades = {label: count for label, (_mark, count) in facets(pilot).items() if label.endswith("0s")}
        assert sum(decades.values()) == 21


@SIZES
async def test_a_value_is_searched_for_inside_its_facet(tmp_path: Path, size: tuple[int, int]) -> None:
    async with synced(tmp_path) as tonight, opened(tonight.core, size) as pilot:
        await to_facets(pilot)
        await press(pilot, "/", *"ja")
        await until(pilot, lambda: "Reggae" not in facets(pilot) and facets(pilot)["Jazz"] == ("", 10))
        await sees(pilot, "/ja")
        assert filter_text(pilot) == ""
        await press(pilot, "enter")
        await says(pilot, "genre:=Jazz", 10)
        await press(pilot, "escape")
        await until(pilot, lambda: "/ja" not in said(pilot.app))
        assert browse(pilot).query_one(FacetPanel).has_focus
        await press(pilot, "escape")
        await until(pilot, lambda: table(pilot).has_focus)
        assert highlighted(pilot).release.genres == ("Jazz",)
        await press(pilot, "escape")
        await says(pilot, "", 60)


async def test_what_was_typed_and_what_was_chosen_stand_in_one_filter(tmp_path: Path) -> None:
    async with synced(tmp_path) as tonight, opened(tonight.core, SMALL) as pilot:
        await write(pilot, "genre:=reggae   side year:<=1979")
        await to_records(pilot)
        await to_facets(pilot)
        await until(pilot, lambda: facets(pilot).get("Reggae", ("", 0))[0] == "✓")
        await press(pilot, "home", "down", "down", "enter")
        await until(pilot, lambda: filter_text(pilot) == "genre:=reggae,=Rock side year:<=1979")
        await until(pilot, lambda: facets(pilot)["Rock"][0] == "✓")
        await press(pilot, "b")
        await until(pilot, lambda: table(pilot).has_focus and not browse(pilot).query_one(FacetPanel).display)
        await press(pilot, "escape")
        await says(pilot, "", 60)
