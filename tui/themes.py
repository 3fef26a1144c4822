"""The colours: two themes of our own beside Textual's, and which of them holds."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection
from functools import lru_cache
from typing import Any, Final

from core.text import printable

from msgspec import Struct
from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style
from textual.app import App
from textual.color import Color
from textual.filter import LineFilter, Monochrome, NoColor
from textual.theme import Theme

AUTO: Final = "auto"
"""The setting that follows the background of the terminal."""


class Palette(Struct, frozen=True, kw_only=True):
    """The colours of a theme. All but the last are for text, on any of the three grounds."""

    primary: str
    secondary: str
    accent: str
    foreground: str
    success: str
    warning: str
    error: str
    background: str
    surface: str
    panel: str
    edge: str
    """For lines and bars, which have to be seen, not read."""


_ON_BLACK: Final = Palette(
    primary="#d9a05b",
    secondary="#8fa3ad",
    accent="#e3b778",
    foreground="#e8e2d6",
    success="#8fb573",
    warning="#e0b04c",
    error="#de7b6a",
    background="#161412",
    surface="#1d1a17",
    panel="#272320",
    edge="#7c7063",
)
_ON_PAPER: Final = Palette(
    primary="#85480e",
    secondary="#4a5a63",
    accent="#7a4208",
    foreground="#29231c",
    success="#3a6120",
    warning="#7a4f00",
    error="#a02c1c",
    background="#faf6ee",
    surface="#f1ebdf",
    panel="#e6ddcc",
    edge="#867763",
)


def _theme(name: str, palette: Palette, *, dark: bool) -> Theme:
    """A theme in which all text can be read: what Textual would mix from a colour and its ground is given."""
    colours = {part: getattr(palette, part) for part in palette.__struct_fields__ if part != "edge"}
    return Theme(
        name,
        dark=dark,
        **colours,
        variables={
            "text-muted": palette.secondary,
            "text-disabled": palette.secondary,
            "foreground-muted": palette.secondary,
            "block-cursor-foreground": palette.background,
            "block-cursor-background": palette.primary,
            "block-cursor-text-style": "bold",
            "block-cursor-blurred-foreground": palette.foreground,
            "block-cursor-blurred-background": palette.panel,
            "block-cursor-blurred-text-style": "bold",
            "border": palette.primary,
            "border-blurred": palette.edge,
            "scrollbar": palette.edge,
            "scrollbar-hover": palette.secondary,
            "scrollbar-background": palette.background,
            "footer-key-foreground": palette.accent,
            "input-selection-background": palette.primary,
            "input-selection-foreground": palette.background,
            "link-color": palette.accent,
            "link-color-hover": palette.background,
        },
    )


DARK: Final = _theme("runout-dark", _ON_BLACK, dark=True)
LIGHT: Final = _theme("runout-light", _ON_PAPER, dark=False)
THEMES: Final = (DARK, LIGHT)


def settled(setting: str, is_light: Callable[[], bool]) -> str:
    """The name of the theme that a setting stands for; the terminal is asked only where the setting says so.

    For before the app runs: while it does, what the terminal answers goes to the app.
    """
    if setting.strip().casefold() != AUTO:
        return setting.strip()
    return (LIGHT if is_light() else DARK).name


class Greys(LineFilter):
    """Greys for colours, and what the terminal has for what a theme leaves to the terminal.

    Textual settles which of the two it is when an app is made; a theme that comes later may then be black on black.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002 - it is asked so
        """The same segments without a colour."""
        return [
            Segment(text, style if style is None else _without_colour(style), control)
            for text, style, control in segments
        ]


@lru_cache(maxsize=1_024)
def _without_colour(style: Style) -> Style:
    return style + Style.from_color(*(_grey(colour) for colour in (style.color, style.bgcolor)))


def _grey(colour: RichColor | None) -> RichColor | None:
    if colour is None or colour.triplet is None:
        return colour and RichColor.default()
    return Color.from_rich_color(colour).monochrome.rich_color


def dress(app: App[Any], name: str) -> str:
    """Put a theme on, ours when there is none of that name; what to say about that, or nothing."""
    for theme in THEMES:
        app.register_theme(theme)
    if app.no_color:
        filters = app._filters  # noqa: SLF001 - Textual has no other place for it
        filters[:] = [Greys() if isinstance(one, (Monochrome, NoColor)) else one for one in filters]
    known = app.available_themes
    app.theme = name if name in known else DARK.name
    return "" if name in known else _unknown(name, known)


def _unknown(name: str, known: Collection[str]) -> str:
    nearest = difflib.get_close_matches(name.casefold(), (AUTO, *known), n=1)
    hint = f" Did you mean {nearest[0]}?" if nearest else f" {DARK.name} holds."
    return f"[terminal] theme: there is no theme {printable(name)}.{hint}"
