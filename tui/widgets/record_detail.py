"""The panel with everything known of the highlighted copy."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widgets import Static


class RecordDetail(VerticalScroll):
    """Shows a finished text and scrolls it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter", "leave", "Back to the records", show=False, id="detail.leave"),
        Binding("k", "scroll_up", "Up", show=False, id="detail.up"),
        Binding("j", "scroll_down", "Down", show=False, id="detail.down"),
    ]

    class Left(Message):
        """Whoever read wants to go back to the records."""

    def compose(self) -> ComposeResult:
        """One text."""
        yield Static("", id="detail-text", markup=False)

    def show(self, text: Text) -> None:
        """Show another text, from its beginning."""
        self.query_one("#detail-text", Static).update(text)
        self.scroll_home(animate=False)

    def action_leave(self) -> None:
        """Back to the records."""
        self.post_message(self.Left())
