from __future__ import annotations

import difflib
import os
import pty
import sys
import termios
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path
from typing import ClassVar

from core.domain.collection import Collection
from core.domain.view import view_of
from tests.factories import make_copy, make_release
from tests.tui.bare import SMALL, STYLES, Bare, style_of
from tui.background import is_light
from tui.themes import AUTO, DARK, LIGHT, THEMES, dress, settled
from tui.widgets.choices import Choices
from tui.widgets.record_table import RecordTable

import pytest
from rich.style import Style
from textual.app import ComposeResult
from textual.color import Color
from textual.theme import Theme

GROUNDS = ("background", "surface", "panel")
LETTERS = ("foreground", "primary", "secondary", "accent", "success", "warning", "error")
MIXED = ("text-muted", "text-disabled", "foreground-muted", "footer-key-foreground", "link-color")
TEXT, SEEN = 4.5, 3.0
"""What WCAG 2.2 asks for at level AA: of text, and of what has only to be told from what is around it."""


def light(colour: Color) -> float:
    """Relative luminance, as WCAG defines it."""
    parts = (part / 255 for part in (colour.r, colour.g, colour.b))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str | Color, other: str | Color) -> float:
    dark, bright = sorted(light(Color.parse(colour)) for colour in (one, other))
    return (bright + 0.05) / (dark + 0.05)


def drawn(theme: Theme) -> dict[str, str]:
    """Every colour that style sheets can name."""
    return theme.to_color_system().generate()


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("letters", [*LETTERS, *MIXED])
def test_every_text_can_be_read_on_every_ground(theme: Theme, letters: str, ground: str) -> None:
    colours = drawn(theme)
    assert contrast(colours[letters], colours[ground]) >= TEXT


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
@pytest.mark.parametrize(
    ("letters", "ground"),
    [
        ("background", "primary"),
        ("block-cursor-foreground", "block-cursor-background"),
        ("block-cursor-blurred-foreground", "block-cursor-blurred-background"),
        ("input-selection-foreground", "input-selection-background"),
        ("input-cursor-foreground", "input-cursor-background"),
        ("link-color-hover", "link-background-hover"),
    ],
)
def test_what_is_highlighted_can_be_read(theme: Theme, letters: str, ground: str) -> None:
    colours = drawn(theme)
    assert contrast(colours[letters], colours[ground]) >= TEXT


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("mark", ["primary", "border", "border-blurred", "scrollbar", "block-cursor-background"])
def test_edges_bars_and_highlights_are_told_from_what_is_around_them(theme: Theme, mark: str, ground: str) -> None:
    colours = drawn(theme)
    assert contrast(colours[mark], colours[ground]) >= SEEN


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_without_colours_all_of_that_holds_in_greys(theme: Theme) -> None:
    grey = {name: Color.parse(drawn(theme)[name]).monochrome for name in (*LETTERS, *GROUNDS)}
    assert all(contrast(grey[letters], grey[ground]) >= TEXT for letters in LETTERS for ground in GROUNDS)
    assert contrast(grey["background"], grey["primary"]) >= TEXT


class Listing(Bare):
    """Records with one of them highlighted, and things to choose from."""

    CSS_PATH: ClassVar[list[str | Path]] = [*Bare.CSS_PATH, STYLES / "table.tcss"]

    def compose(self) -> ComposeResult:
        copies = (make_copy(number, make_release(number, artist=f"Artist {number}")) for number in (1, 2))
        yield Choices(id="choices")
        yield RecordTable(view_of(Collection(tuple(copies))))

    def on_mount(self) -> None:
        """Dress, and offer two things."""
        super().on_mount()
        self.query_one(Choices).offer([("one", ""), ("two", "")])


@pytest.mark.parametrize("name", [*(theme.name for theme in THEMES), "nord", "ansi-dark", "ansi-light"])
async def test_what_is_highlighted_stands_out_where_no_colour_is_wanted(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = Listing(name)
    async with app.run_test(size=SMALL) as pilot:
        for one, other, widget in (("Artist 1 ", "Artist 2 ", RecordTable), ("one", "two", Choices)):
            app.query_one(widget).focus()
            await pilot.pause()
            highlighted, plain = style_of(app, one), style_of(app, other)
            assert no_colour(highlighted)
            assert no_colour(plain)
            assert can_be_read(plain)
            assert can_be_read(highlighted)
            is_marked = (highlighted.reverse, highlighted.underline) != (plain.reverse, plain.underline)
            assert is_marked or is_told_apart(highlighted, plain)


def no_colour(style: Style) -> bool:
    """Whether there are greys at most."""
    colours = (colour.triplet for colour in (style.color, style.bgcolor) if colour and colour.triplet)
    return all(red == green == blue for red, green, blue in colours)


def can_be_read(style: Style) -> bool:
    """Textual's own themes are not as strict as ours."""
    if not (style.color and style.color.triplet and style.bgcolor and style.bgcolor.triplet):
        return True
    return contrast(Color.from_rich_color(style.color), Color.from_rich_color(style.bgcolor)) >= SEEN


def is_told_apart(one: Style, other: Style) -> bool:
    if not (one.bgcolor and other.bgcolor and one.bgcolor.triplet and other.bgcolor.triplet):
        return False
    return contrast(Color.from_rich_color(one.bgcolor), Color.from_rich_color(other.bgcolor)) >= SEEN


async def test_a_theme_is_ours_or_textuals_and_ours_when_there_is_none_of_that_name() -> None:
    app = Listing()
    async with app.run_test():
        for name in ("nord", "ansi-dark", LIGHT.name, DARK.name):
            assert (dress(app, name), app.theme) == ("", name)
        assert dress(app, "nrod") == "[terminal] theme: there is no theme nrod. Did you mean nord?"
        assert app.theme == DARK.name
        said = dress(app, "zz\x1b[31m\n")
        assert said == f"[terminal] theme: there is no theme zz[31m. {DARK.name} holds."
        assert not difflib.get_close_matches("zz", app.available_themes)


def test_the_terminal_is_asked_only_where_the_setting_says_so() -> None:
    def asked() -> bool:
        raise AssertionError("nobody wanted to know")

    assert settled("nord", asked) == "nord"
    assert settled(" nord ", asked) == "nord"
    assert settled(AUTO, lambda: True) == LIGHT.name
    assert settled("Auto", lambda: False) == DARK.name


@contextmanager
def terminal_that_answers(answer: bytes, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bytes]]:
    """A terminal as the standard streams, which says one thing when it is asked something; what it was asked."""
    ours, theirs = pty.openpty()
    asked: list[bytes] = []

    def play() -> None:
        asked.append(os.read(ours, 1_024))
        os.write(ours, answer)

    player = threading.Thread(target=play, daemon=True)
    player.start()
    with FileIO(theirs, "r", closefd=False) as coming, FileIO(theirs, "w", closefd=False) as going:
        monkeypatch.setattr("sys.stdin", coming)
        monkeypatch.setattr("sys.stdout", going)
        yield asked
    player.join()
    os.close(ours)
    os.close(theirs)


PLAIN = b"\x1b[?62;c"


@pytest.mark.parametrize(
    ("answer", "fits"),
    [
        (b"\x1b]11;rgb:ffff/ffff/ffff\x1b\\" + PLAIN, True),
        (b"\x1b]11;rgb:fa/f6/ee\x07" + PLAIN, True),
        (b"\x1b]11;rgba:0000/0000/0000/ffff\x1b\\" + PLAIN, False),
        (b"\x1b]11;rgb:2e2e/3434/4040\x1b\\" + PLAIN, False),
        (PLAIN, False),
    ],
    ids=["white", "paper", "black", "slate", "does not say"],
)
def test_the_terminal_says_how_light_it_is(answer: bytes, monkeypatch: pytest.MonkeyPatch, *, fits: bool) -> None:
    with terminal_that_answers(answer, monkeypatch) as asked:
        before = termios.tcgetattr(sys.stdin.fileno())
        assert is_light({}) is fits
        assert termios.tcgetattr(sys.stdin.fileno()) == before
    assert asked == [b"\x1b]11;?\x1b\\\x1b[c"]


@pytest.mark.parametrize(
    ("left", "fits"),
    [("0;15", True), ("0;default;7", True), ("15;0", False), ("15;8", False), ("", False), ("x", False)],
)
def test_what_a_terminal_has_left_in_the_environment_counts_where_it_cannot_be_asked(
    left: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, fits: bool
) -> None:
    with (tmp_path / "no terminal").open("w+") as file:
        monkeypatch.setattr("sys.stdin", file)
        monkeypatch.setattr("sys.stdout", file)
        assert is_light({"COLORFGBG": left}) is fits
        assert file.tell() == 0
