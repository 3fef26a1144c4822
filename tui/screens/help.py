"""Help: every key of the screen it was called from, as the keys are now, and the filter language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Final

from core.text import INDEPENDENCE_NOTICE
from tui.keys import Row, rows
from tui.render.help import blocks, in_two
from tui.render.notices import source_notice

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, VerticalScroll
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

_NAMES: Final = "Keys can be changed: section [keys] of the configuration file takes the names on the right."


class HelpScreen(ModalScreen[None]):
    """Closed by any of the keys that one would try."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,q,enter", "dismiss", "Close", key_display="Esc", id="help.close"),
        Binding("down,j", "move(1)", "Down", show=False, id="help.down"),
        Binding("up,k", "move(-1)", "Up", show=False, id="help.up"),
        Binding("pagedown,space,ctrl+f", "page(1)", "Page down", show=False, id="help.page_down"),
        Binding("pageup,ctrl+b", "page(-1)", "Page up", show=False, id="help.page_up"),
        Binding("home,g", "edge(-1)", "To the top", show=False, id="help.home"),
        Binding("end,G", "edge(1)", "To the end", show=False, id="help.end"),
    ]

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (150, "-wide")]  # noqa: RUF012 - Textual does not declare it a class's

    def __init__(
        self, about: Screen[Any], warnings: Sequence[str] = (), *, site_url: str = "https://www.discogs.com"
    ) -> None:
        """`warnings` are said in full above everything else."""
        super().__init__()
        self._about = about
        self._warnings = tuple(warnings)
        self._site_url = site_url

    def compose(self) -> ComposeResult:
        """Two columns, one under the other where there is no room for them, and all of it scrolls."""
        left, right = in_two(blocks(self._rows()))
        with VerticalScroll(id="help", classes="dialog", can_focus=False):
            if self._warnings:
                yield Static(Text("\n".join(self._warnings)), id="help-warnings", markup=False)
            with Container(id="help-columns"):
                yield Static(left, classes="help-column", markup=False)
                yield Static(right, classes="help-column", markup=False)
            yield Static(_NAMES, id="help-names", markup=False)
            yield Static(
                source_notice(self._site_url).append(f" {INDEPENDENCE_NOTICE}"), id="help-notice", markup=False
            )

    def action_move(self, by: int) -> None:
        """Scroll by a line."""
        self._text.scroll_relative(y=by, animate=False)

    def action_page(self, by: int) -> None:
        """Scroll by what can be seen."""
        self._text.scroll_relative(y=by * max(1, self._text.size.height - 1), animate=False)

    def action_edge(self, by: int) -> None:
        """Scroll as far as it goes."""
        self._text.scroll_to(y=0 if by < 0 else self._text.max_scroll_y, animate=False)

    @property
    def _text(self) -> VerticalScroll:
        return self.query_one("#help", VerticalScroll)

    def _rows(self) -> list[Row]:
        """What can be done on the screen and by each of its widgets; those of one kind are told of once."""
        found: dict[str, Row] = {}
        for node in (self._about, *self._about.query("*"), self.app):
            for row in rows(node):
                found.setdefault(row.id, row)
        return list(found.values())
