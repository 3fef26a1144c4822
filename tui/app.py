"""The Textual app: its theme, its screens, and what happens when something unexpected does."""

from __future__ import annotations

import logging
import secrets
from pathlib import Path
from typing import ClassVar, Final

from core.app import Core
from core.clock import Clock, SystemClock
from tui.screens.browse import BrowseScreen
from tui.wording import unexpected

from rich.text import Text
from textual.app import App
from textual.theme import Theme

DARK: Final = Theme(
    name="runout",
    primary="#d9a05b",
    secondary="#8fa3ad",
    accent="#e3b778",
    foreground="#e8e2d6",
    background="#161412",
    surface="#1d1a17",
    panel="#272320",
    success="#8fb573",
    warning="#e0b04c",
    error="#d9705f",
    dark=True,
)


class RunoutApp(App[None]):
    """The terminal."""

    CSS_PATH: ClassVar[list[str | Path]] = [  # type: ignore[assignment]
        Path(__file__).with_name("styles") / "browse.tcss",
        Path(__file__).with_name("styles") / "dialogs.tcss",
    ]
    TITLE = "Runout"
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, core: Core, *, site_url: str, clock: Clock | None = None) -> None:
        super().__init__()
        self._core = core
        self._site_url = site_url
        self._clock = clock or SystemClock()

    def on_mount(self) -> None:
        """Dress, and open the records."""
        self.register_theme(DARK)
        self.theme = DARK.name
        self.push_screen(BrowseScreen(self._core, self._clock, site_url=self._site_url))

    async def run_to_the_end(self) -> int:
        """Run until somebody leaves; the exit code."""
        await self.run_async()
        return self.return_code or 0

    def _fatal_error(self) -> None:
        """Textual's own would print a traceback when the screen is gone: it goes to the log, under a reference."""
        reference = secrets.token_hex(4)
        logging.getLogger("tui").error("unexpected, reference %s", reference, exc_info=self._exception)
        self._exit_renderables.append(Text(unexpected(reference)))
        self._close_messages_no_wait()
