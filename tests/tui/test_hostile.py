"""Texts that members could have written to do harm: in the records, the facets, the details, and as a filter."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

from core.domain.completing import complete
from core.domain.facets import FACETS, counts, state, toggled
from core.domain.filters import Everything, Filter
from core.domain.index import Index
from core.domain.query import canonical
from core.domain.view import View
from tests.tui.hostile import HOSTILE, PLAIN, collector, opened, sound
from tests.tui.screen import SMALL, WIDE, browse, shown, table, until
from tui.render.rows import COLUMNS
from tui.widgets.completions import Completions
from tui.widgets.facet_panel import FacetPanel
from tui.widgets.filter_line import FilterLine
from tui.widgets.record_detail import RecordDetail

import pytest
from textual import events

TODAY: Final = date(2026, 3, 14)
SIZES: Final = pytest.mark.parametrize("size", [SMALL, WIDE], ids=["80x24", "160x48"])


@SIZES
async def test_every_record_and_all_its_details(size: tuple[int, int], tmp_path: Path) -> None:
    async with collector(tmp_path) as tonight, opened(tonight.core, size) as pilot:
        assert len(table(pilot)._view.copies) == len(HOSTILE)
        seen = sound(pilot)
        panel = browse(pilot).query_one(RecordDetail)
        for _ in HOSTILE:
            table(pilot).action_move(1)
            await pilot.pause()
            seen += sound(pilot)
            panel.scroll_end(animate=False)
            await pilot.pause()
            seen += sound(pilot)
    for text in PLAIN:
        assert text in seen


async def test_all_columns(tmp_path: Path) -> None:
    async with collector(tmp_path) as tonight, opened(tonight.core, (220, 40)) as pilot:
        browse(pilot).show_columns(tuple(COLUMNS))
        await pilot.press("b", "b", "d")
        await until(pilot, lambda: all(column.title in shown(pilot) for column in COLUMNS.values()))
        for size in ((220, 40), (165, 30), (100, 24), (61, 20), (23, 9), (9, 5), (3, 3)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            sound(pilot)


@SIZES
async def test_every_facet_open(size: tuple[int, int], tmp_path: Path) -> None:
    async with collector(tmp_path) as tonight, opened(tonight.core, size) as pilot:
        panel = browse(pilot).query_one(FacetPanel)
        browse(pilot)._facets_open = tuple(facet.name for facet in FACETS)
        await pilot.press("b")
        await until(pilot, lambda: len(panel._outline) > 3 * len(HOSTILE))
        seen = sound(pilot)
        for _ in range(len(panel._outline) // size[1] + 2):
            await pilot.press("pagedown")
            seen += sound(pilot)
        await pilot.press("slash", *"[/]", "space", "x")
        seen += sound(pilot)
    assert "[@click=app.quit]qui" in seen


async def test_whatever_is_pasted_as_a_filter(tmp_path: Path) -> None:
    async with collector(tmp_path) as tonight, opened(tonight.core, SMALL) as pilot:
        await pilot.press("slash")
        line = browse(pilot).query_one(FilterLine)
        for text in HOSTILE:
            line.clear()
            line.post_message(events.Paste(f'artist:"{text}'))
            await until(pilot, lambda: browse(pilot)._view.text == line.value or line.error is not None)
            sound(pilot)


async def test_whatever_is_offered_for_a_filter(tmp_path: Path) -> None:
    async with collector(tmp_path) as tonight, opened(tonight.core, SMALL) as pilot:
        await pilot.press("slash")
        line, offers = browse(pilot).query_one(FilterLine), browse(pilot).query_one(Completions)
        for field in ("artist", "label", "folder"):
            line.write(f"{field}:", len(field) + 1)
            await pilot.press("ctrl+@")
            await until(pilot, lambda: offers.is_open)
            for _ in range(12):
                offers.move(1)
                await pilot.pause()
                sound(pilot)
            await pilot.press("tab")
            await until(pilot, lambda: browse(pilot)._view.text == line.value)
            assert table(pilot)._view.copies
            sound(pilot)


async def test_a_facet_and_a_completion_ask_for_what_they_say_whatever_is_in_them(tmp_path: Path) -> None:
    async with collector(tmp_path) as tonight:
        index = Index(await tonight.collection())
    for facet in FACETS:
        for value in counts(index, facet.name, index.everything):
            node: Filter = Everything()
            for wanted, left in ((1, value.count), (-1, index.size - value.count)):
                node = toggled(node, facet.name, value.value)
                view = View.of(index, text=canonical(node), today=TODAY)
                assert (state(view.filter, facet.name, value.value), len(view.copies)) == (wanted, left)
    for field in ("artist", "title", "label", "number", "genre", "style", "format", "folder"):
        for begun in ("", *(f"{quote}{text[:2]}" for text in HOSTILE for quote in ("", '"', "="))):
            text = f"{field}:{begun}"
            for one in complete(text, len(text), index):
                if not one.text.endswith(":"):
                    view = View.of(index, text=text[: one.start] + one.text + text[one.end :], today=TODAY)
                    assert len(view.copies) >= (one.count or 0)
