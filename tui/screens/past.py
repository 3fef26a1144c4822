"""A screen with what has happened, the newest first: looks again when anything was published, by whichever process."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import ClassVar, Final

from core.app import Core
from core.clock import Clock
from core.domain.account import Account
from core.errors import RunoutError
from tui.render.notices import collection_page, source_notice
from tui.render.past_lines import PastColumn
from tui.screens.help import HelpScreen
from tui.widgets.key_line import KeyLine
from tui.widgets.past_list import PastList
from tui.wording import describe

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Static

LOOKED_AFTER: Final = 2.0
"""Seconds after which it is looked whether anything was published."""


class PastScreen(ModalScreen[None]):
    """What a screen needs beside this: `COLUMNS`, `look` for what is new, `heading`, `standing`, and `action_open`."""

    COLUMNS: ClassVar[Sequence[PastColumn]]

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss", "Back", key_display="Esc", id="past.back"),
        Binding("question_mark", "help", "Help", key_display="?", id="past.help"),
    ]

    VERTICAL_BREAKPOINTS = [(0, "-short"), (17, "-tall"), (36, "-roomy")]  # noqa: RUF012 - Textual does not declare it a class's

    def __init__(self, core: Core, clock: Clock, account: Account, *, site_url: str) -> None:
        super().__init__()
        self._core = core
        self._clock = clock
        self._account = account
        self._site_url = site_url
        self._is_looking = False
        self._failure = ""
        self._list = PastList(self.COLUMNS, self._today, id="past-list")
        self._heading = Static("", id="past-heading", markup=False)
        self._standing = Static("", id="past-standing", markup=False)

    async def look(self) -> None:
        """Show what has happened meanwhile; called again and again. Raises RunoutError."""
        raise NotImplementedError

    def heading(self) -> str:
        """What the screen shows."""
        raise NotImplementedError

    def standing(self) -> str:
        """How much there is of it."""
        raise NotImplementedError

    async def action_open(self) -> None:
        """Read about the highlighted line."""
        raise NotImplementedError

    def below(self) -> Sequence[Widget]:
        """What stands below the list."""
        return ()

    def compose(self) -> ComposeResult:
        """Everything that is visible."""
        page = collection_page(self._site_url, self._account.username)
        yield self._heading
        yield self._list
        yield from self.below()
        with Horizontal(classes="past-bottom"):
            yield self._standing
            yield Static(source_notice(page), classes="past-source", markup=False)
        yield KeyLine()

    def on_mount(self) -> None:
        """Begin at the newest."""
        self._list.focus()
        self._list.explain_nothing("One moment…")
        self.set_interval(LOOKED_AFTER, self.look_again)
        self.redraw()
        self.look_again()

    @work(group="look")
    async def look_again(self) -> None:
        """Show what has happened meanwhile, unless that is being done already."""
        if self._is_looking:
            return
        self._is_looking = True
        try:
            await self.look()
            self._failure = ""
        except RunoutError as error:
            self._failure = describe(error)
            self._list.explain_nothing(self._failure)
        finally:
            self._is_looking = False
        self.redraw()

    def redraw(self) -> None:
        """Bring heading and standing in line with what is shown."""
        self._heading.update(Text(self.heading()), layout=False)
        self._standing.update(Text(self._failure or self.standing()), layout=False)

    @on(PastList.Opened)
    async def _opened(self) -> None:
        await self.action_open()

    @on(PastList.Highlighted)
    def _highlighted(self) -> None:
        self.redraw()

    def action_help(self) -> None:
        """Show all keys and the filter language."""
        self.app.push_screen(HelpScreen(self, site_url=self._site_url))

    def _today(self) -> date:
        return self._clock.now().astimezone().date()
