"""Texts that somebody could have written to do harm: as names of members, in the settings, and in what Discogs says."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from core.domain.account import Account, Identity, Newcomer
from core.domain.ids import DiscogsUserId
from core.errors import NotAuthorised, NotFound, Rejected
from tests.fakes import FakeClock
from tests.stand_in import evening, many
from tests.tui.hostile import HOSTILE, PLAIN, opened, sound
from tests.tui.screen import SITE, SMALL, WIDE, browse, shown, until
from tui.app import Setting
from tui.screens.accounts import AccountsScreen
from tui.screens.first_run import FirstRunScreen
from tui.screens.help import HelpScreen
from tui.wording import describe

from textual.pilot import Pilot
from textual.widgets import Input


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
    async with evening(tmp_path, many(1), clock=FakeClock()) as tonight, opened(tonight.core, SMALL) as pilot:
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


def is_shown(pilot: Pilot[None], text: str) -> bool:
    return text in shown(pilot)
