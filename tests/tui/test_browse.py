"""The screen with the records, driven by keys and read as it stands."""

from __future__ import annotations

import asyncio
from pathlib import Path

from core.app import open_core
from core.domain import ids
from core.domain.account import Account
from core.domain.collection import Collection
from core.errors import DatabaseUnusable
from core.sandbox.generate import generated
from core.sandbox.shelf import Shelf
from tests.fakes import FakeClock
from tests.stand_in import config_for, evening, holding_of, many, owned
from tests.tui.screen import (
    SITE,
    SMALL,
    WIDE,
    browse,
    details,
    opened,
    shown,
    status,
    table,
    to_records,
    type_filter,
    until,
)
from tui.app import RunoutApp

import pytest
from textual.widgets import Input

HOSTILE = (
    "[/]",
    "[b]bold[/b]",
    "[untitled]",
    "[link=https://example.org]x[/link]",
    "[@click=app.quit]quit[/]",
    "שלום עולם",
    "مرحبا",
    "👩‍👩‍👧‍👦 family",
    "日本の音楽",
    "e\u0301 combining",
    "\u202eevil\u202c",
    "tab\tand\nbreak",
    "\x1b[31mred\x1b[0m",
    "$money {brace} \\back\\",
    "x" * 300,
)


@pytest.mark.parametrize("size", [SMALL, WIDE], ids=["80x24", "160x48"])
async def test_foreign_text_is_shown_as_it_is_and_breaks_nothing(tmp_path: Path, size: tuple[int, int]) -> None:
    copies = [
        owned(number, title=text, artists=[{"name": text, "anv": "", "join": "", "id": 1}], notes=((3, text),))
        for number, text in enumerate(HOSTILE, start=1)
    ]
    async with evening(tmp_path, holding_of(*copies)) as tonight:
        await tonight.sync()
        async with opened(tonight.core, size) as pilot:
            seen = ""
            for _ in HOSTILE:
                seen += shown(pilot) + details(pilot)
                await pilot.press("down")
            await type_filter(pilot, "[/]")
            assert pilot.app.is_running
    for text in ("[/]", "[b]bold[/b]", "[untitled]", "שלום עולם", "日本の音楽", "tab and break", "{brace}"):
        assert text in seen
    assert "\x1b" not in seen
    assert "\u202e" not in seen


async def test_every_line_is_exactly_as_wide_as_the_terminal(tmp_path: Path) -> None:
    async with evening(tmp_path, generated(300, 3)) as tonight:
        await tonight.sync()
        async with opened(tonight.core) as pilot:
            for _ in range(15):
                await pilot.press("pagedown")
                assert {strip.cell_length for strip in pilot.app.screen._compositor.render_strips()} == {SMALL[0]}


async def test_keys_move_through_the_whole_collection_and_the_last_record_is_reachable(tmp_path: Path) -> None:
    async with evening(tmp_path, many(1_234)) as tonight:
        await tonight.sync()
        async with opened(tonight.core) as pilot:
            await pilot.press("end")
            last = table(pilot).highlighted
            assert last is not None
            assert last.release.title in shown(pilot)
            await pilot.press("home")
            first = table(pilot).highlighted
            await pilot.press("j", "pagedown", "pageup", "k")
            assert table(pilot).highlighted == first != last


async def test_a_filter_that_is_not_understood_keeps_the_rows_and_says_what_was_expected(tmp_path: Path) -> None:
    async with evening(tmp_path, many(30)) as tonight:
        await tonight.sync()
        async with opened(tonight.core) as pilot:
            await type_filter(pilot, "version 1")
            good = status(pilot).split(" copies")[0]
            browse(pilot).query_one(Input).value = "version 1 gnre:dub"
            await until(pilot, lambda: "did you mean genre:" in shown(pilot))
            assert status(pilot).startswith(good)
            await pilot.press("escape", "escape")
            await until(pilot, lambda: status(pilot).startswith("30 of 30"))
            assert "did you mean" not in shown(pilot)


async def test_nothing_found_says_so_and_escape_brings_everything_back(tmp_path: Path) -> None:
    async with evening(tmp_path, many(30)) as tonight:
        await tonight.sync()
        async with opened(tonight.core) as pilot:
            await type_filter(pilot, "zzz")
            await until(pilot, lambda: "No record matches" in shown(pilot))
            assert details(pilot) == ""
            await to_records(pilot)
            await pilot.press("d", "d", "end", "escape")
            await until(pilot, lambda: status(pilot).startswith("30 of 30"))
            assert "Version" in details(pilot)


async def test_without_an_account_the_screen_says_how_to_get_one(tmp_path: Path) -> None:
    async with evening(tmp_path / "other", many(1)) as tonight:
        config = config_for(tmp_path / "mine", tonight.sandbox)
        async with open_core(config) as core, opened(core) as pilot:
            await until(pilot, lambda: "personal" in shown(pilot))
            await pilot.press("escape")
            await until(pilot, lambda: "No account is connected yet" in shown(pilot))
            assert "Press n" in shown(pilot)
            await pilot.press("s", "slash", "x", "enter", "d", "question_mark", "escape")
            assert pilot.app.is_running


async def test_before_the_first_sync_the_screen_says_which_key_fetches(tmp_path: Path) -> None:
    async with evening(tmp_path, many(120)) as tonight, opened(tonight.core) as pilot:
        assert "Press s" in shown(pilot)
        await pilot.press("s")
        await until(pilot, lambda: status(pilot).startswith("120 of 120"))


async def test_keys_are_answered_while_discogs_hangs(tmp_path: Path) -> None:
    async with evening(tmp_path, many(250)) as tonight:
        await tonight.sync()
        async with opened(tonight.core) as pilot:
            faults = tonight.sandbox.world.faults
            hanging = faults.add("hang", route="collection", page=2)
            await pilot.press("s")
            await until(pilot, lambda: hanging.times == 0 and "page 2 of 3" in status(pilot))
            await pilot.press("down", "down")
            await type_filter(pilot, "version 7")
            assert hanging.times == 0
            assert not hanging.released.is_set()
            assert not status(pilot).startswith("250 of 250")
            await to_records(pilot)
            await pilot.press("s")
            await until(pilot, lambda: "running already" in shown(pilot))
            faults.release()
            await until(pilot, lambda: "page" not in status(pilot))
            assert "version 7" in browse(pilot).query_one(Input).value


async def test_leaving_during_a_sync_ends_it_and_the_next_start_has_the_old_copy(tmp_path: Path) -> None:
    async with evening(tmp_path, many(250)) as tonight:
        await tonight.sync()
        tonight.own(many(350))
        async with opened(tonight.core) as pilot:
            hanging = tonight.sandbox.world.faults.add("hang", route="collection", page=2)
            await pilot.press("s")
            await until(pilot, lambda: hanging.times == 0)
            await pilot.press("q")
        assert len((await tonight.collection()).copies) == 250
        async with opened(tonight.core) as pilot:
            assert status(pilot).startswith("250 of 250")


async def test_a_filter_typed_while_rows_are_read_holds_when_they_arrive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with evening(tmp_path, many(40)) as tonight:
        await tonight.sync()
        read, go_on = tonight.core.library.collection, asyncio.Event()

        async def slowly(account: Account, shelf: ids.Shelf) -> Collection:
            await go_on.wait()
            return await read(account, shelf)

        monkeypatch.setattr(type(tonight.core.library), "collection", lambda _self, *asked: slowly(*asked))
        async with RunoutApp(tonight.core, site_url=SITE).run_test(size=SMALL) as pilot:
            await type_filter(pilot, "39")
            go_on.set()
            await until(pilot, lambda: status(pilot).startswith("1 of 40"))


async def test_a_failed_sync_is_told_and_the_rows_stay(tmp_path: Path) -> None:
    async with evening(tmp_path, many(120), clock=FakeClock()) as tonight:
        await tonight.sync()
        async with opened(tonight.core, WIDE) as pilot:
            tonight.sandbox.world.faults.add("502", route="collection", times=100)
            await pilot.press("s")
            await until(pilot, lambda: "having trouble" in shown(pilot))
            assert status(pilot).startswith("120 of 120")


async def test_a_copy_that_is_gone_leaves_the_highlight_beside_it(tmp_path: Path) -> None:
    async with evening(tmp_path, many(10)) as tonight:
        await tonight.sync()
        async with opened(tonight.core) as pilot:
            await pilot.press("end")
            gone = table(pilot).highlighted
            assert gone is not None
            shelf = [copy for copy in many(10).copies if copy.instance_id != gone.instance_id]
            tonight.sandbox.world.account.shelf = Shelf(holding_of(*shelf))
            await pilot.press("s")
            await until(pilot, lambda: status(pilot).startswith("9 of 9"))
            assert table(pilot).highlighted is not None
            assert table(pilot).highlighted != gone


async def test_details_can_be_put_away_and_read_by_keys(tmp_path: Path) -> None:
    async with evening(tmp_path, many(10)) as tonight:
        await tonight.sync()
        async with opened(tonight.core) as pilot:
            await pilot.press("d")
            assert not browse(pilot).query_one("#detail").display
            await pilot.press("enter")
            assert browse(pilot).query_one("#detail").has_focus
            await pilot.press("j", "k", "escape")
            assert table(pilot).has_focus


async def test_help_names_every_key_that_has_a_description(tmp_path: Path) -> None:
    async with evening(tmp_path, many(3)) as tonight:
        await tonight.sync()
        async with opened(tonight.core, (100, 110)) as pilot:
            await pilot.press("question_mark")
            await until(pilot, lambda: "How a filter is written" in shown(pilot))
            for words in ("Sync", "Filter", "Details", "Quit", "First record", "Page down", "not affiliated"):
                assert words in shown(pilot)
            await pilot.press("escape")
            await until(pilot, lambda: "How a filter is written" not in shown(pilot))


async def test_the_mouse_highlights_a_record(tmp_path: Path) -> None:
    async with evening(tmp_path, many(10)) as tonight:
        await tonight.sync()
        async with opened(tonight.core) as pilot:
            before = table(pilot).highlighted
            await pilot.click("#table", offset=(4, 5))
            assert table(pilot).highlighted != before


async def test_the_terminal_can_be_made_smaller_and_larger_while_it_runs(tmp_path: Path) -> None:
    async with evening(tmp_path, many(400)) as tonight:
        await tonight.sync()
        async with opened(tonight.core, WIDE) as pilot:
            await pilot.press("end")
            last = table(pilot).highlighted
            assert last is not None
            for size in ((30, 8), (80, 24), (200, 60), (10, 3), (80, 24)):
                await pilot.resize_terminal(*size)
                await pilot.pause()
            assert table(pilot).highlighted == last
            assert last.release.title in shown(pilot)


async def test_the_unforeseen_ends_with_a_sentence_and_no_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async with evening(tmp_path, many(3)) as tonight:

        def explode(_self: object) -> None:
            raise ZeroDivisionError

        monkeypatch.setattr("tui.screens.browse.BrowseScreen.action_toggle_detail", explode)
        app = RunoutApp(tonight.core, site_url=SITE)
        with pytest.raises(ZeroDivisionError):
            async with app.run_test() as pilot:
                await pilot.press("d")
    printed = capsys.readouterr()
    assert "Something unexpected" in printed.err + printed.out
    assert "Traceback" not in printed.err + printed.out
    assert app.return_code == 1


async def test_a_database_that_cannot_be_read_is_told_on_the_screen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with evening(tmp_path, many(3)) as tonight:

        async def unreadable(*_arguments: object) -> None:
            raise DatabaseUnusable(path="runout.db", reason="disk I/O error")

        monkeypatch.setattr("core.services.library.LibraryService.collection", unreadable)
        async with opened(tonight.core, WIDE) as pilot:
            await until(pilot, lambda: "disk I/O error" in shown(pilot))
