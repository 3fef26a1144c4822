"""Where no colour is wanted, everything that colours tell can be told by something else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Final

from core.sandbox.readers import read_collection
from tests.stand_in import SAMPLES, evening
from tests.tui.screen import SITE, SMALL, browse, shown, status, table, until
from tui.app import RunoutApp, Setting
from tui.screens.browse import BrowseScreen
from tui.themes import DARK, LIGHT
from tui.widgets.completions import Completions
from tui.widgets.facet_panel import FacetPanel
from tui.widgets.filter_line import FilterLine

import pytest
from rich.style import Style
from textual.color import Color
from textual.pilot import Pilot
from textual.widget import Widget

SEEN: Final = 3.0
"""Contrast from which a part of a screen stands out. Source: WCAG 2.2, 1.4.11."""

themed = pytest.mark.parametrize("theme", [DARK.name, "ansi-dark"])
"""Where there are greys, and where not even these: then the terminal has one colour for letters and one for paper."""


@asynccontextmanager
async def opened(directory: Path, monkeypatch: pytest.MonkeyPatch, theme: str) -> AsyncIterator[Pilot[None]]:
    monkeypatch.setenv("NO_COLOR", "1")
    async with evening(directory, read_collection(SAMPLES / "collections" / "collector_a")) as tonight:
        await tonight.sync()
        app = RunoutApp(tonight.core, site_url=SITE, setting=Setting(theme=theme, keys=(("browse.nothing", "z"),)))
        async with app.run_test(size=SMALL) as pilot:
            await until(pilot, lambda: any(isinstance(one, BrowseScreen) for one in app.screen_stack))
            await until(pilot, lambda: not browse(pilot)._opening)
            yield pilot
            assert not coloured(pilot)


def coloured(pilot: Pilot[None]) -> list[str]:
    """What is drawn in anything but greys."""
    return [
        segment.text
        for strip in pilot.app.screen._compositor.render_strips()
        for segment in strip
        for colour in ((segment.style.color, segment.style.bgcolor) if segment.style else ())
        if colour and colour.triplet and len(set(colour.triplet)) > 1
    ]


def _says(pilot: Pilot[None], text: str) -> bool:
    return text in shown(pilot)


def style_of(pilot: Pilot[None], text: str, inside: Widget | None = None) -> Style:
    """How the piece of the screen that begins with a text is drawn, blanks before it aside; the first in a widget."""
    region = (inside or pilot.app.screen).region
    for y, strip in enumerate(pilot.app.screen._compositor.render_strips()):
        x = 0
        for segment in strip:
            if region.contains(x, y) and segment.text.strip().startswith(text):
                return segment.style or Style()
            x += segment.cell_length
    pytest.fail(f"nothing begins with {text!r}:\n{shown(pilot)}")


def is_shown(pilot: Pilot[None], text: str) -> bool:
    return text in shown(pilot)


def stands_out(one: Style, beside: Style) -> bool:
    """Whether one can be told from the other without a colour."""
    marks = [(style.bold or False, style.reverse or False, style.underline or False) for style in (one, beside)]
    return marks[0] != marks[1] or contrast(one, beside) >= SEEN


def contrast(one: Style, other: Style) -> float:
    """Between what is behind two texts; none where the terminal decides it."""
    behind = [style.bgcolor for style in (one, other)]
    if not all(colour and colour.triplet for colour in behind):
        return 1.0
    dark, bright = sorted(light(Color.from_rich_color(colour)) for colour in behind if colour)
    return (bright + 0.05) / (dark + 0.05)


def light(grey: Color) -> float:
    """Relative luminance of a grey, as WCAG defines it."""
    part = grey.r / 255
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


@pytest.mark.parametrize("theme", [DARK.name, LIGHT.name, "ansi-dark"])
async def test_the_highlighted_record_stands_out_and_what_is_above_and_below_it(
    theme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(tmp_path, monkeypatch, theme) as pilot:
        records = table(pilot)
        assert style_of(pilot, "[keys] there is nothing called").bold
        assert style_of(pilot, "Artist▲", records).bold
        assert style_of(pilot, "Data provided by Discogs.").underline
        plain = style_of(pilot, "Alix Perez", records)
        focused = style_of(pilot, "Alien Project", records)
        assert stands_out(focused, plain)
        await pilot.press("enter")
        await until(pilot, lambda: not records.has_focus)
        away = style_of(pilot, "Alien Project", records)
        assert stands_out(away, plain)
        assert stands_out(away, focused)


@themed
async def test_facets_show_what_is_wanted_and_what_is_not_and_where_the_keys_go(
    theme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(tmp_path, monkeypatch, theme) as pilot:
        panel = browse(pilot).query_one(FacetPanel)
        await pilot.press("b")
        await until(pilot, lambda: bool(panel._groups))
        await pilot.press("down", "down", "space")
        await until(pilot, lambda: status(pilot).startswith("92 of") and panel._groups[0].values[0].value == "Reggae")
        await pilot.press("down", "space", "space")
        await until(pilot, lambda: "✗ Electronic" in shown(pilot) and "✓ Reggae" in shown(pilot))
        excluded, included = style_of(pilot, "✗", panel), style_of(pilot, "✓", panel)
        plain = style_of(pilot, "Hip Hop", panel)
        assert stands_out(included, plain)
        assert stands_out(excluded, plain)
        assert stands_out(excluded, included)
        assert stands_out(style_of(pilot, "▾ Genre", panel), plain)


@themed
async def test_in_the_filter_line_what_is_wrong_stands_out_and_what_would_be_taken(
    theme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(tmp_path, monkeypatch, theme) as pilot:
        await pilot.press("slash")
        line, offers = browse(pilot).query_one(FilterLine), browse(pilot).query_one(Completions)
        line.insert_text_at_cursor("dub gnre:rock lp")
        await until(pilot, lambda: "did you mean genre:" in shown(pilot))
        wrong, right = style_of(pilot, "gnre", line), style_of(pilot, "dub", line)
        assert (wrong.bold, wrong.underline) == (True, True)
        assert not right.bold
        assert not right.underline
        line.clear()
        line.insert_text_at_cursor("label:gr")
        await until(pilot, lambda: offers.is_open)
        offers.move(1)
        await pilot.pause()
        assert stands_out(style_of(pilot, "Greensleeves", offers), style_of(pilot, "Graduate", offers))


@themed
async def test_in_dialogs_the_line_with_the_cursor_stands_out(
    theme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(tmp_path, monkeypatch, theme) as pilot:
        for key, here, beside in (
            ("o", "1 ▲ Artist", "Title"),
            ("n", "Connect with", "Look at a"),
        ):
            await pilot.press(key)
            await until(pilot, lambda: pilot.app.screen.is_modal)
            dialog = pilot.app.screen.query_one(".dialog")
            await until(pilot, partial(is_shown, pilot, here))
            assert stands_out(style_of(pilot, here, dialog), style_of(pilot, beside, dialog))
            await pilot.press("escape")
            await until(pilot, lambda: not pilot.app.screen.is_modal)
