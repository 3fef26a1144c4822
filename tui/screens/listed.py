"""A screen with a list under headings, that looks again and again whether something else is to be listed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final, Generic

from core.errors import RunoutError
from tui.render.list_lines import ListColumn
from tui.render.notices import source_notice
from tui.screens.help import HelpScreen
from tui.widgets.headed_list import HeadedList, L
from tui.widgets.key_line import KeyLine
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
"""Seconds after which it is looked whether something else is to be listed."""


class ListedScreen(ModalScreen[None], Generic[L]):
    """What a screen needs beside this: `COLUMNS`, `look`, `words`, `heading`, `standing`, and `action_open`."""

    COLUMNS: ClassVar[Sequence[ListColumn]]

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss", "Back", key_display="Esc", id="past.back"),
        Binding("question_mark", "help", "Help", key_display="?", id="past.help"),
    ]

    VERTICAL_BREAKPOINTS = [(0, "-short"), (17, "-tall"), (36, "-roomy")]  # noqa: RUF012 - Textual does not declare it a class's

    def __init__(self, *, site_url: str, page: str) -> None:
        """`page` is where Discogs shows what the list is about."""
        super().__init__()
        self._site_url = site_url
        self._address = page
        self._is_looking = False
        self._failure = ""
        self._list: HeadedList[L] = HeadedList(self.COLUMNS, self.words, id="listed")
        self._heading = Static("", id="listed-heading", markup=False)
        self._standing = Static("", id="listed-standing", markup=False)

    async def look(self) -> None:
        """Show what there is now; called again and again. Raises RunoutError."""
        raise NotImplementedError

    def words(self, line: L) -> str:
        """The heading under which a line stands."""
        raise NotImplementedError

    def heading(self) -> str:
        """What the screen shows."""
        raise NotImplementedError

    def standing(self) -> str:
        """How much there is of it."""
        raise NotImplementedError

    async def action_open(self) -> None:
        """Do what the highlighted line is there for."""
        raise NotImplementedError

    def below(self) -> Sequence[Widget]:
        """What stands below the list."""
        return ()

    def compose(self) -> ComposeResult:
        """Everything that is visible."""
        yield self._heading
        yield self._list
        yield from self.below()
        with Horizontal(classes="listed-bottom"):
            yield self._standing
            yield Static(source_notice(self._address), classes="listed-source", markup=False)
        yield KeyLine()

    def on_mount(self) -> None:
        """Begin at the first."""
        self._list.focus()
        self._list.explain_nothing("One moment…")
        self.set_interval(LOOKED_AFTER, self.look_again)
        self.redraw()
        self.look_again()

    @work(group="look")
    async def look_again(self) -> None:
        """Show what there is now, unless that is being done already."""
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

    @on(HeadedList.Opened)
    async def _opened(self) -> None:
        await self.action_open()

    @on(HeadedList.Highlighted)
    def _highlighted(self) -> None:
        self.redraw()

    def action_help(self) -> None:
        """Show all keys and the filter language."""
        self.app.push_screen(HelpScreen(self, site_url=self._site_url))
