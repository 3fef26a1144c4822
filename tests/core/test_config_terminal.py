"""The sections of the terminal: what the core can know of them, and what it leaves to the terminal."""

from __future__ import annotations

from pathlib import Path

from core.config import TerminalSettings
from core.errors import ConfigProblem
from tests.core.configured import load, problems

import pytest


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def test_without_a_word_it_is_dark_the_mouse_is_ours_and_no_key_is_moved(path: Path) -> None:
    found = load(path)
    assert found.terminal == TerminalSettings(theme="runout-dark", mouse=True)
    assert found.keys == ()


def test_a_theme_is_any_name_for_the_core_does_not_know_which_there_are(path: Path) -> None:
    assert load(path, '[terminal]\ntheme = "zebra"').terminal.theme == "zebra"
    assert load(path, '[terminal]\ntheme = "zebra"', RUNOUT_TERMINAL__THEME="nord").terminal.theme == "nord"


@pytest.mark.parametrize("value", ['""', '" "', "5"])
def test_a_theme_has_a_name(path: Path, value: str) -> None:
    assert [problem.key for problem in problems(path, f"[terminal]\ntheme = {value}")] == ["terminal.theme"]


@pytest.mark.parametrize(("text", "is_on"), [("true", True), ("false", False), ("1", True), ("0", False)])
def test_yes_and_no_can_be_said_in_the_environment(path: Path, text: str, *, is_on: bool) -> None:
    assert load(path, RUNOUT_TERMINAL__MOUSE=text).terminal.mouse is is_on


@pytest.mark.parametrize("value", ['"yes"', "1", "[]"])
def test_yes_and_no_are_true_and_false(path: Path, value: str) -> None:
    wrong = ConfigProblem(str(path), "terminal.mouse", "true or false")
    assert problems(path, f"[terminal]\nmouse = {value}") == (wrong,)


def test_any_binding_may_be_given_keys_with_or_without_quotes_around_its_dot(path: Path) -> None:
    text = '[keys]\n"browse.sync" = "ctrl+r, f5"\ntable.down = "n"\nzebra = "z"'
    assert load(path, text).keys == (("browse.sync", "ctrl+r, f5"), ("table.down", "n"), ("zebra", "z"))


KEYS = 'the names of keys, commas between, such as "ctrl+r,f5"'


@pytest.mark.parametrize(
    ("line", "key", "expected"),
    [
        ('"browse.sync" = 5', "keys.browse.sync", KEYS),
        ('"browse.sync" = ["ctrl+r"]', "keys.browse.sync", KEYS),
        ('"browse.sync" = " "', "keys.browse.sync", KEYS),
        ('a.b.c = "x"', "keys.a.b", KEYS),
        ('"a.b" = "x"\na.b = "y"', "keys.a.b", "given once"),
    ],
    ids=["a number", "a list", "nothing", "too many dots", "twice"],
)
def test_keys_are_a_text_and_given_once(path: Path, line: str, key: str, expected: str) -> None:
    assert problems(path, f"[keys]\n{line}") == (ConfigProblem(str(path), key, expected),)


def test_keys_are_a_section(path: Path) -> None:
    assert problems(path, "keys = 5") == (ConfigProblem(str(path), "keys", "a section [keys]"),)
    assert problems(path, "[key]\na = 'b'")[0].nearest == "keys"


def test_keys_are_no_matter_of_the_environment(path: Path) -> None:
    where = "environment variable RUNOUT_KEYS__BROWSE"
    wrong = ConfigProblem(where, "keys", "set in the configuration file")
    assert problems(path, RUNOUT_KEYS__BROWSE="x") == (wrong,)
