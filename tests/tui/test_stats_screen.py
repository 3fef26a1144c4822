"""Figures and plots in the terminal: they are of what the screen below shows."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Final

from core.sandbox.holding import Holding
from tests.stand_in import Evening, evening, holding_of, many, owned
from tests.tui.bare import links
from tests.tui.hostile import HOSTILE, hostile, sound
from tests.tui.hostile import opened as opened_hostile
from tests.tui.journeys import press, sees, synced
from tests.tui.screen import SITE, SMALL, WIDE, browse, opened, shown, until
from tests.tui.test_no_colour import coloured, contrast, style_of
from tui.app import RunoutApp, Setting
from tui.screens.browse import BrowseScreen
from tui.screens.help import HelpScreen
from tui.screens.stats import StatsScreen
from tui.themes import DARK, LIGHT
from tui.widgets.plot import StatsPlot

import pytest
from textual import events
from textual.color import Color
from textual.containers import VerticalScroll
from textual.pilot import Pilot
from textual.theme import Theme

SIZES: Final = pytest.mark.parametrize("size", [SMALL, WIDE], ids=["80x24", "160x48"])
PAGE: Final = f"{SITE}/user/collector/collection"


def some() -> Holding:
    """Nine records of three genres, two decades and two artists."""
    ann, bob = ([{"name": name, "anv": "", "join": "", "role": "", "tracks": "", "id": 5}] for name in ("Ann", "東京"))
    return holding_of(
        *(
            owned(
                number,
                100 + number,
                genres=["Reggae", "Rock"] if number < 4 else ["Jazz"],
                styles=[],
                artists=ann if number < 6 else bob,
                year=1970 + 2 * number,
            )
            for number in range(1, 10)
        )
    )


async def come_to(pilot: Pilot[None]) -> None:
    """What the key does, wherever it is bound."""
    below = browse(pilot)
    screen = StatsScreen("collector", lambda: below._view, site_url=SITE, page=PAGE, shelf=below._shelf)
    await pilot.app.push_screen(screen)
    await until(pilot, lambda: "One moment" not in shown(pilot))


def words(pilot: Pilot[None]) -> str:
    """What can be seen, single blanks between its words."""
    return " ".join(shown(pilot).split())


def scroll(pilot: Pilot[None]) -> VerticalScroll:
    return pilot.app.screen.query_one(VerticalScroll)


@asynccontextmanager
async def looking(
    directory: Path, holding: Holding | None = None, size: tuple[int, int] = WIDE
) -> AsyncIterator[tuple[Evening, Pilot[None]]]:
    async with synced(directory, holding or some()) as tonight, opened(tonight.core, size) as pilot:
        yield tonight, pilot


async def test_figures_and_every_plot_stand_on_a_wide_screen(tmp_path: Path) -> None:
    async with looking(tmp_path) as (_tonight, pilot):
        await come_to(pilot)
        found = words(pilot)
        for text in (
            "Figures · collector · everything",
            *("Copies 9", "Artists 2", "Oldest pressing 1972 Ann", "Original year known for 0 of 9"),
            *("Genres Styles", "Formats Decades, pressings Releases per year, pressings"),
            *("Added per", "Top artists", "Top labels"),
            "9 of 9 copies · pressings",
        ):
            assert text in found
        assert links(pilot.app) == {PAGE}
        lines = shown(pilot).splitlines()
        reggae = next(line for line in lines if "Reggae" in line)
        jazz = next(line for line in lines if "Jazz" in line)
        assert 0 <= 2 * reggae.count("▇") - jazz.count("▇") <= 2 < jazz.count("▇")
        assert [line for line in lines if "東京  ▇" in line]


async def test_they_are_of_what_the_filter_leaves(tmp_path: Path) -> None:
    async with looking(tmp_path) as (_tonight, pilot):
        browse(pilot).filter_by("genre:reggae")
        await until(pilot, lambda: len(browse(pilot)._view.copies) == 3)
        await come_to(pilot)
        found = words(pilot)
        assert "figures · collector · genre reggae" in found.lower()
        assert "3 of 9 copies" in found
        assert "Jazz" not in found


async def test_a_key_tells_years_by_the_originals_and_by_the_pressings_again(tmp_path: Path) -> None:
    async with looking(tmp_path) as (_tonight, pilot):
        await come_to(pilot)
        await press(pilot, "y")
        await sees(pilot, "Decades, original years")
        await sees(pilot, "the pressing's: 9 copies")
        await press(pilot, "y")
        await sees(pilot, "Decades, pressings")


async def test_what_a_sync_brings_is_counted(tmp_path: Path) -> None:
    async with looking(tmp_path) as (tonight, pilot):
        await come_to(pilot)
        tonight.own(holding_of(*some().copies, owned(99, 999)))
        await tonight.sync()
        await until(pilot, lambda: "10 of 10 copies" in words(pilot))


@SIZES
async def test_it_scrolls_by_keys_and_by_the_wheel(size: tuple[int, int], tmp_path: Path) -> None:
    async with looking(tmp_path, size=size) as (_tonight, pilot):
        await come_to(pilot)
        await until(pilot, lambda: bool(scroll(pilot).virtual_size.height))
        if size == SMALL:
            assert "Top labels" not in shown(pilot)
        await press(pilot, "end")
        await sees(pilot, "Top labels")
        await press(pilot, "home")
        await sees(pilot, "In all")
        if size == SMALL:
            for key, y in (("down", 1), ("j", 2), ("up", 1), ("k", 0)):
                await press(pilot, key)
                await until(pilot, partial(_stands_at, pilot, y))
            await press(pilot, "pagedown")
            await until(pilot, lambda: scroll(pilot).scroll_y > 5)
            await press(pilot, "home")
            await until(pilot, partial(_stands_at, pilot, 0))
            await pilot._post_mouse_events([events.MouseScrollDown], "#stats", button=0)
            await until(pilot, lambda: scroll(pilot).scroll_y > 0)


def _stands_at(pilot: Pilot[None], y: int) -> bool:
    return round(scroll(pilot).scroll_y) == y


async def test_it_is_laid_out_anew_in_another_size(tmp_path: Path) -> None:
    async with looking(tmp_path) as (_tonight, pilot):
        await come_to(pilot)
        for size, columns in (
            ((160, 48), 3),
            ((120, 40), 2),
            ((80, 24), 1),
            ((40, 12), 1),
            ((20, 5), 1),
            ((200, 60), 3),
        ):
            await pilot.resize_terminal(*size)
            await until(pilot, partial(_has_columns, pilot, columns))
            assert max(map(len, shown(pilot).splitlines())) <= size[0]


def _has_columns(pilot: Pilot[None], number: int) -> bool:
    plots = pilot.app.screen.query(StatsPlot)
    return len({plot.region.x for plot in plots}) == number and all(plot.size.width for plot in plots)


async def test_escape_goes_back_to_where_one_was(tmp_path: Path) -> None:
    async with looking(tmp_path) as (_tonight, pilot):
        await come_to(pilot)
        await press(pilot, "escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, BrowseScreen))


async def test_help_tells_of_its_keys(tmp_path: Path) -> None:
    async with looking(tmp_path) as (_tonight, pilot):
        await come_to(pilot)
        await press(pilot, "?")
        await until(pilot, lambda: isinstance(pilot.app.screen, HelpScreen))
        assert all(name in shown(pilot) for name in ("stats.years", "stats.page_down", "past.back"))


async def test_before_the_first_sync_it_is_said(tmp_path: Path) -> None:
    async with evening(tmp_path, many(3)) as tonight, opened(tonight.core) as pilot:
        await come_to(pilot)
        await sees(pilot, "There are no records here.")


async def test_a_filter_that_leaves_nothing_is_said(tmp_path: Path) -> None:
    async with looking(tmp_path) as (_tonight, pilot):
        browse(pilot).filter_by("zzz")
        await until(pilot, lambda: not browse(pilot)._view.copies)
        await come_to(pilot)
        await sees(pilot, "No record matches this filter.")


async def test_a_single_record_reads_well(tmp_path: Path) -> None:
    async with looking(tmp_path, holding_of(owned(1, 100, year=1976))) as (_tonight, pilot):
        await come_to(pilot)
        found = words(pilot)
        assert "Copies 1 " in found
        assert "Year, pressing 1976" in found
        assert "1 of 1 copy" in found


@pytest.mark.parametrize("theme", [DARK.name, LIGHT.name, "ansi-dark"])
async def test_without_colours_bars_can_be_told_from_what_is_behind_them(
    theme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with synced(tmp_path, some()) as tonight:
        app = RunoutApp(tonight.core, site_url=SITE, setting=Setting(theme=theme))
        async with app.run_test(size=WIDE) as pilot:
            await until(pilot, lambda: any(isinstance(one, BrowseScreen) for one in app.screen_stack))
            await until(pilot, lambda: not browse(pilot)._opening)
            await come_to(pilot)
            assert not coloured(pilot)
            bar, title = style_of(pilot, "▇"), style_of(pilot, "Genres")
            assert title.bold
            assert contrast(bar, title) == pytest.approx(1.0)
            if theme != "ansi-dark":
                assert bar.color
                assert bar.bgcolor
                assert bar.color != bar.bgcolor


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
async def test_bars_have_the_colour_of_the_theme_also_after_a_change(theme: Theme, tmp_path: Path) -> None:
    async with looking(tmp_path) as (_tonight, pilot):
        await come_to(pilot)
        pilot.app.theme = theme.name
        wanted = Color.parse(theme.primary)

        def has_it() -> bool:
            found = style_of(pilot, "▇").color
            # Each part may be rounded.
            return found is not None and all(
                abs(one - other) < 3 for one, other in zip(found.get_truecolor(), wanted.rgb, strict=True)
            )

        await until(pilot, has_it)


@SIZES
async def test_hostile_texts_do_no_harm(size: tuple[int, int], tmp_path: Path) -> None:
    copies = tuple(hostile(at, text) for at, text in enumerate(HOSTILE, 1))
    alike = tuple(
        owned(one.instance_id, one.instance_id + 1_000, **{**one.release, "id": 1_000 + one.instance_id})
        for one in copies
    )
    async with synced(tmp_path, holding_of(*alike)) as tonight, opened_hostile(tonight.core, size) as pilot:
        for number in range(0, len(HOSTILE), 8):
            browse(pilot).filter_by(f"release:{1_001 + number}..{1_008 + number}")
            await until(pilot, lambda: 0 < len(browse(pilot)._view.copies) <= 8)
            await come_to(pilot)
            seen = sound(pilot)
            while scroll(pilot).scroll_y < scroll(pilot).max_scroll_y:
                await press(pilot, "pagedown")
                seen += sound(pilot)
            assert "Top labels" in seen
            await press(pilot, "escape")
            await until(pilot, lambda: isinstance(pilot.app.screen, BrowseScreen))
