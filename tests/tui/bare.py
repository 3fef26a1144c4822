"""An app with nothing in it but our colours and style sheets, for dialogs and lines by themselves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import tui
from tui.themes import DARK, dress

from rich.style import Style
from textual.app import App
from textual.pilot import Pilot

SMALL, WIDE = (80, 24), (160, 48)
STYLES = Path(str(tui.__file__)).with_name("styles")


class Bare(App[None]):
    """Shows what a test pushes or mounts."""

    CSS_PATH: ClassVar[list[str | Path]] = [STYLES / "dialogs.tcss", STYLES / "states.tcss"]  # type: ignore[assignment]
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, theme: str = DARK.name) -> None:
        super().__init__()
        self._wanted = theme

    def on_mount(self) -> None:
        """Dress."""
        dress(self, self._wanted)


def shown(app: App[Any]) -> str:
    """Every line of the screen as plain text."""
    return "\n".join(strip.text.rstrip() for strip in app.screen._compositor.render_strips())


def said(app: App[Any]) -> str:
    """The words on the screen, as if in one line and without the frames around them."""
    return " ".join("".join(" " if "─" <= char <= "▟" else char for char in shown(app)).split())


def links(app: App[Any]) -> set[str]:
    """Where the links lead that can be seen."""
    return {
        segment.style.link
        for strip in app.screen._compositor.render_strips()
        for segment in strip
        if segment.style and segment.style.link
    }


def style_of(app: App[Any], text: str) -> Style:
    """How the first piece of the screen that holds a text is drawn."""
    return next(
        segment.style or Style()
        for strip in app.screen._compositor.render_strips()
        for segment in strip
        if text in segment.text
    )


async def until(pilot: Pilot[Any], holds: Callable[[], bool]) -> None:
    """Let the app work until something is so; a test that waits in vain ends with what the screen shows."""
    for _ in range(2_000):
        if holds():
            return
        await pilot.pause(0.01)
    raise AssertionError("it never came to that; the screen shows:\n" + shown(pilot.app))
