"""What the settings say of keys and colours; and what is left behind when something unexpected happens."""

from __future__ import annotations

import getpass
import logging
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core import config as settings
from core.logs import log_to_file
from tests.stand_in import Evening
from tests.tui.bare import said
from tests.tui.journeys import filter_text, gone, highlighted, press, sees, started, synced, words_in
from tests.tui.screen import SITE, SMALL, browse, status, table, until
from tui.app import RunoutApp, Setting
from tui.themes import DARK, LIGHT
from tui.widgets.notice import Notice

import pytest

KEYS = """\
[keys]
"browse.filter" = "F3"
"browse.help" = "ctrl+h"
"browse.columns" = "K,f6"
"table.down" = "n,down"
"browse.connect" = "f7"
"""
WRONG = """\
[keys]
"browse.fitler" = "f3"
"browse.sync" = "stgr+s"
"browse.order" = "c"
[terminal]
theme = "runout-lihgt"
"""


def configured(tonight: Evening, text: str) -> Setting:
    """What the terminal makes of a configuration file."""
    path = tonight.config.paths.data / "config.toml"
    path.write_text(text, encoding="utf-8")
    return Setting.of(settings.load({"RUNOUT_DATA_DIR": str(path.parent), "RUNOUT_CONFIG": str(path)}))


async def test_keys_of_the_settings_work_and_help_names_them(tmp_path: Path) -> None:
    async with synced(tmp_path) as tonight, started(tonight.core, SMALL, configured(tonight, KEYS)) as pilot:
        await until(pilot, lambda: status(pilot).startswith("60 of 60 copies"))
        assert not browse(pilot).query_one(Notice).display
        await press(pilot, "n", "n", "down")
        assert highlighted(pilot).release.title == "Side 04"
        await press(pilot, "/", "c", "?")
        assert table(pilot).has_focus
        assert pilot.app.screen is browse(pilot)
        await press(pilot, "f3")
        await until(pilot, lambda: browse(pilot).query_one("#filter-input").has_focus)
        await press(pilot, *"gum")
        await until(pilot, lambda: status(pilot).startswith("5 of 60 copies"))
        await press(pilot, "escape")
        await until(pilot, lambda: table(pilot).has_focus and filter_text(pilot) == "")
        for key in ("K", "f6"):
            await press(pilot, key)
            await sees(pilot, "Show these columns")
            await press(pilot, "escape")
            await gone(pilot, "Show these columns")
        await press(pilot, "ctrl+h")
        await until(pilot, lambda: re.search(r"f3 +Filter", said(pilot.app)) is not None)
        await press(pilot, "pagedown")
        await sees(pilot, "K, f6 Columns")
        assert "^h Help" in said(pilot.app)


async def test_what_is_wrong_in_the_settings_is_said_and_the_program_runs(tmp_path: Path) -> None:
    async with synced(tmp_path) as tonight, started(tonight.core, SMALL, configured(tonight, WRONG)) as pilot:
        await until(pilot, lambda: status(pilot).startswith("60 of 60 copies"))
        notice = str(browse(pilot).query_one(Notice).content)
        assert notice.startswith("1 of 4 (? for all): [")
        assert notice[:70] in said(pilot.app)
        await press(pilot, "?")
        await sees(pilot, "Everywhere")
        said_in_full = words_in(pilot, pilot.app.screen.query_one("#help-warnings"))
        for sentence in (
            "[terminal] theme: there is no theme runout-lihgt. Did you mean runout-light?",
            "[keys] there is nothing called browse.fitler. Did you mean browse.filter?",
            "[keys] browse.sync: there is no key stgr+s.",
            "[keys] c stands for browse.order and for browse.columns; only one of them will answer.",
        ):
            assert sentence in said_in_full
        await press(pilot, "escape", "down")
        await until(pilot, lambda: highlighted(pilot).release.title == "Side 02")
        assert pilot.app.theme == DARK.name


async def test_the_theme_of_the_settings_holds_until_another_is_chosen_here(tmp_path: Path) -> None:
    async with synced(tmp_path) as tonight:
        setting = configured(tonight, f'[terminal]\ntheme = "{LIGHT.name}"\n')
        async with started(tonight.core, SMALL, setting) as pilot:
            await until(pilot, lambda: status(pilot).startswith("60 of 60 copies"))
            assert pilot.app.theme == LIGHT.name
            await press(pilot, "ctrl+p", *"theme")
            await sees(pilot, "Change the current theme")
            await press(pilot, "down", "enter")
            await until(pilot, lambda: len(pilot.app.screen_stack) == 3)
            await press(pilot, *"nord")
            await sees(pilot, "nord")
            await press(pilot, "enter", "enter")
            await until(pilot, lambda: pilot.app.theme == "nord" and pilot.app.screen is browse(pilot))
            await press(pilot, "q")
            await until(pilot, lambda: not pilot.app.is_running)
        async with started(tonight.core, SMALL, setting) as pilot:
            await until(pilot, lambda: pilot.app.theme == "nord")


@contextmanager
def logged(tonight: Evening) -> Iterator[None]:
    """The log file of the program, as its entry point opens it."""
    root = logging.getLogger()
    before, level = set(root.handlers), root.level
    log_to_file(tonight.config.paths.log, "debug")
    try:
        yield
    finally:
        root.setLevel(level)
        for handler in set(root.handlers) - before:
            root.removeHandler(handler)
            handler.close()


async def test_the_unforeseen_leaves_a_report_without_secrets_and_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async with synced(tmp_path) as tonight:
        token, name = tonight.sandbox.token, tonight.account.username

        def explode(*_arguments: object, **_options: object) -> None:
            raise ZeroDivisionError(" ".join(("token=" + token, "of", name)))

        async def fall(app: RunoutApp) -> None:
            async with app.run_test(size=SMALL) as pilot:
                await until(pilot, lambda: status(pilot).startswith("60 of 60 copies"))
                monkeypatch.setattr("tui.screens.knowing.copy_lines", explode)
                await press(pilot, "down")

        app = RunoutApp(tonight.core, site_url=SITE, setting=Setting.of(tonight.config))
        with logged(tonight), pytest.raises(ZeroDivisionError):
            await fall(app)
        assert app.return_code == 1
        (report,) = tonight.config.paths.log.parent.glob("crash-*.txt")
        printed = "".join(capsys.readouterr())
        assert str(report) in printed.replace("\n", "")
        assert printed.count("Something unexpected") == 1
        assert "Traceback" not in printed
        assert stat.S_IMODE(report.stat().st_mode) == 0o600
        text = report.read_text(encoding="utf-8")
        assert "ZeroDivisionError" in text
        assert "80x24" in text
        assert token not in text
        assert name not in text
        assert re.search(rf"(?<!\w){getpass.getuser()}(?!\w)", text) is None
        assert token not in tonight.config.paths.log.read_text(encoding="utf-8")
