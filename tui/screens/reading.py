"""A text to read, such as what was before and after a change: closed by any of the keys that one would try."""

from __future__ import annotations

from typing import ClassVar

from tui.render.notices import source_notice

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static


class ReadingScreen(ModalScreen[None]):
    """A heading, the text, and where the data in it are from."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter", "dismiss", "Close", key_display="Esc", id="reading.close"),
        Binding("down,j", "move(1)", "Down", show=False, id="reading.down"),
        Binding("up,k", "move(-1)", "Up", show=False, id="reading.up"),
        Binding("pagedown,space,ctrl+f", "page(1)", "Page down", show=False, id="reading.page_down"),
        Binding("pageup,ctrl+b", "page(-1)", "Page up", show=False, id="reading.page_up"),
        Binding("home,g", "edge(-1)", "To the top", show=False, id="reading.home"),
        Binding("end,G", "edge(1)", "To the end", show=False, id="reading.end"),
    ]

    def __init__(self, heading: str, text: Text, *, page: str) -> None:
        """`page` is where Discogs shows what the text tells of."""
        super().__init__()
        self._heading = heading
        self._text = text
        self._page = page

    def compose(self) -> ComposeResult:
        """The notice stays where it can be seen, however long the text is."""
        with VerticalScroll(id="reading", classes="dialog", can_focus=False):
            yield Static(self._heading, classes="dialog-heading", markup=False)
            yield Static(source_notice(self._page), id="reading-notice", markup=False)
            yield Static(self._text, markup=False)

    def action_move(self, by: int) -> None:
        """Scroll by a line."""
        self._scroll.scroll_relative(y=by, animate=False)

    def action_page(self, by: int) -> None:
        """Scroll by what can be seen."""
        self._scroll.scroll_relative(y=by * max(1, self._scroll.size.height - 1), animate=False)

    def action_edge(self, by: int) -> None:
        """Scroll as far as it goes."""
        self._scroll.scroll_to(y=0 if by < 0 else self._scroll.max_scroll_y, animate=False)

    @property
    def _scroll(self) -> VerticalScroll:
        return self.query_one("#reading", VerticalScroll)
