"""The panel with everything known of the highlighted copy."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual import events
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

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(id=id)
        self._text = Static("", markup=False)

    class Left(Message):
        """Whoever read wants to go back to the records."""

    class Resized(Message):
        """The panel has another width, so the text has to be broken anew."""

    def on_resize(self, _event: events.Resize) -> None:
        """Ask for the text again."""
        self.post_message(self.Resized())

    def compose(self) -> ComposeResult:
        """One text."""
        yield self._text

    def show(self, text: Text) -> None:
        """Show another text, from its beginning."""
        self._text.update(text)
        self.scroll_home(animate=False)

    def action_leave(self) -> None:
        """Back to the records."""
        self.post_message(self.Left())
