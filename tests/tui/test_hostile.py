"""Texts that members could have written to do harm, in every place where one can stand, through every widget."""

from __future__ import annotations

import unicodedata
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final

from core.app import Core
from core.domain.account import Account, Identity, Newcomer
from core.domain.completing import complete
from core.domain.facets import FACETS, counts, state, toggled
from core.domain.filters import Everything, Filter
from core.domain.ids import DiscogsUserId
from core.domain.index import Index
from core.domain.query import canonical
from core.domain.view import View
from core.errors import NotAuthorised, NotFound, Rejected
from core.sandbox.holding import Copy, Field, Folder, Holding
from tests.fakes import FakeClock
from tests.stand_in import Evening, evening, many, owned
from tests.tui.screen import SITE, SMALL, WIDE, browse, shown, table, until
from tui.app import RunoutApp, Setting
from tui.render.rows import COLUMNS
from tui.screens.accounts import AccountsScreen
from tui.screens.browse import BrowseScreen
from tui.screens.first_run import FirstRunScreen
from tui.screens.help import HelpScreen
from tui.widgets.completions import Completions
from tui.widgets.facet_panel import FacetPanel
from tui.widgets.filter_line import FilterLine
from tui.widgets.record_detail import RecordDetail
from tui.wording import describe

import pytest
from rich.cells import cell_len
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input

HOSTILE: Final = (
    "[/]",
    "[b]bold[/b] [red on blue]x",
    "[link=https://evil.example]x[/link]",
    "[@click=app.quit]quit[/] $primary {brace} \\back\\",
    "שלום עולם",
    "مرحبا \u202bbidi\u202c \u2067isolate\u2069",
    "👩‍👩‍👧‍👦 family 🏳️‍🌈 👍🏽",
    "日本の音楽 ｆｕｌｌ ㍿",
    "Z\u0335\u0321a\u0301\u0302\u0303\u0304\u0305lgo\u0489",
    "\u0301starts with a mark",
    "tab\tand\nbreak\r\nand\x0bmore\x85",
    "\x1b[31mred\x1b[0m \x1b]8;;https://evil.example\x1b\\link \x9b2J",
    "\x07bell\x00nul\x7fdel\x08back",
    "\ufeffmark\u200b\u00adsoft\u2028line\u2029paragraph",
    "\U000f0000private \ue000 \ufffe",
    'say "seven" inches, 7", -minus, a:b, (x)',
    "=1+1 <1970 1970..1980 none",
    "x" * 300,
    "日" * 300,
    "word " * 60,
    " ",
    "\u3000\u00a0",
)


def hostile(number: int, text: str) -> Copy:
    """A copy of which everything that somebody typed is that text."""
    label = {"name": text, "catno": text, "entity_type": "1", "entity_type_name": "Label", "id": 9, "resource_url": ""}
    artist = {"name": text, "anv": text, "join": text, "role": "", "tracks": "", "id": 5, "resource_url": ""}
    return owned(
        number,
        title=text,
        artists=[artist, artist],
        labels=[label],
        formats=[{"name": text, "qty": text, "descriptions": [text, text], "text": text}],
        genres=[text],
        styles=[text],
        folder_id=100 + number,
        notes=tuple((field, text) for field in (1, 2, 3, 10 + number)),
    )


def everything() -> Holding:
    numbered = tuple(enumerate(HOSTILE, 1))
    return Holding(
        copies=tuple(hostile(number, text) for number, text in numbered),
        folders=tuple(Folder(100 + number, text) for number, text in numbered),
        fields=(
            *(Field(number, HOSTILE[number], number) for number in (1, 2, 3)),
            *(Field(10 + number, text, 10 + number) for number, text in numbered),
        ),
    )


@asynccontextmanager
async def opened(core: Core, size: tuple[int, int], setting: Setting | None = None) -> AsyncIterator[Pilot[None]]:
    app = RunoutApp(core, site_url=SITE, clock=FakeClock(), setting=setting)
    async with app.run_test(size=size, notifications=True) as pilot:
        await until(pilot, lambda: any(isinstance(one, BrowseScreen) for one in app.screen_stack))
        await until(pilot, lambda: not browse(pilot)._opening)
        yield pilot


@asynccontextmanager
async def collector(directory: Path) -> AsyncIterator[Evening]:
    """Somebody with all of it."""
    async with evening(directory, everything(), clock=FakeClock()) as tonight:
        await tonight.sync()
        yield tonight


def sound(pilot: Pilot[None]) -> str:
    """What is shown, when nothing in it can harm a terminal: every line is measured anew, as a terminal does."""
    width = pilot.app.size.width
    strips = pilot.app.screen._compositor.render_strips()
    assert [cell_len(strip.text) for strip in strips] == [width] * len(strips)
    text = "".join(strip.text for strip in strips)
    assert not {char for char in text if harms(char)}
    assert "evil.example" not in {segment.style.link for strip in strips for segment in strip if segment.style}
    return text


def harms(char: str) -> bool:
    """Whether it moves what stands around it, or is a command."""
    return unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") or unicodedata.bidirectional(char) in _DIRECTIONS


_DIRECTIONS: Final = ("LRE", "LRO", "RLE", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
PLAIN: Final = (
    "[/]",
    "[b]bold[/b]",
    "שלום עולם",
    "日本の音楽",
    "{brace}",
    "tab and break and more",
    "[@click=app.quit]",
)
"""What of it is to be seen as it was written."""
TODAY: Final = date(2026, 3, 14)


def is_shown(pilot: Pilot[None], text: str) -> bool:
    return text in shown(pilot)


SIZES: Final = pytest.mark.parametrize("size", [SMALL, WIDE], ids=["80x24", "160x48"])


def _says(pilot: Pilot[None], text: str) -> bool:
    return text in shown(pilot)


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
    for text in (
        "[/]",
        "[b]bold[/b]",
        "שלום עולם",
        "日本の音楽",
        "{brace}",
        "tab and break and more",
        "[@click=app.quit]",
    ):
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


async def test_whosever_records_they_are(tmp_path: Path) -> None:
    async with evening(tmp_path, many(1), clock=FakeClock()) as tonight:
        for number, name in enumerate(HOSTILE, 50):
            await tonight.core.connect.join(Newcomer(Identity(DiscogsUserId(number), name), None, None))
        async with opened(tonight.core, WIDE) as pilot:
            seen = ""
            for account in await tonight.core.library.accounts():
                await browse(pilot).open(account).wait()
                await pilot.pause()
                seen += sound(pilot)
            for text in PLAIN:
                assert text in seen
            for size in (SMALL, (20, 8)):
                await pilot.resize_terminal(*size)
                await pilot.press("a")
                await until(pilot, lambda: isinstance(pilot.app.screen, AccountsScreen))
                await pilot.press("end")
                sound(pilot)
                await pilot.press("escape")


async def test_whatever_stands_in_the_settings(tmp_path: Path) -> None:
    keys = (*((text, text) for text in HOSTILE), *(("browse.sync", text) for text in HOSTILE))
    setting = Setting(theme=" ".join(HOSTILE), keys=keys)
    async with evening(tmp_path, many(1), clock=FakeClock()) as tonight, opened(tonight.core, SMALL, setting) as pilot:
        assert "1 of " in sound(pilot)
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(pilot.app.screen, HelpScreen))
        text = pilot.app.screen.query_one("#help")
        for line in range(0, text.max_scroll_y + 1, 15):
            text.scroll_to(y=line, animate=False)
            await pilot.pause()
            sound(pilot)


async def test_whatever_discogs_says_to_somebody_who_connects(tmp_path: Path) -> None:
    said = iter(HOSTILE)

    async def look(text: str) -> Newcomer:
        if text == "known":
            return Newcomer(Identity(DiscogsUserId(8), next(said)), None, None)
        raise NotAuthorised(said=next(said))

    async def join(_newcomer: Newcomer) -> Account:
        raise AssertionError

    first = FirstRunScreen(by_token=look, by_public_name=look, join=join, site_url=SITE, current=HOSTILE[4])
    async with evening(tmp_path, many(1), clock=FakeClock()) as tonight, opened(tonight.core, SMALL) as pilot:
        await pilot.app.push_screen(first)
        await pilot.press("down", "enter")
        for _ in range(len(HOSTILE) // 2):
            for typed, answer in (("unknown", "does not accept"), ("known", "Found")):
                first.query_one(Input).value = typed
                await first.query_one(Input).action_submit()
                await until(pilot, partial(is_shown, pilot, answer))
                sound(pilot)
            first.action_back()
            await until(pilot, lambda: "Found" not in shown(pilot))


async def test_whatever_is_told_at_the_edge(tmp_path: Path) -> None:
    async with collector(tmp_path) as tonight, opened(tonight.core, SMALL) as pilot:
        for text in HOSTILE:
            browse(pilot).notify(describe(Rejected(status=400, said=text)), markup=False)
            await until(pilot, lambda: "Discogs refused" in shown(pilot))
            sound(pilot)
            pilot.app.clear_notifications()
            await until(pilot, lambda: "Discogs refused" not in shown(pilot))


async def test_whatever_a_sync_failed_for(tmp_path: Path) -> None:
    async with evening(tmp_path, many(1), clock=FakeClock()) as tonight, opened(tonight.core, SMALL) as pilot:
        for text in HOSTILE:
            browse(pilot)._failure = describe(NotFound(route=text, said=text))
            browse(pilot).redraw()
            await pilot.pause()
            assert "Nothing could be fetched." in sound(pilot)
