"""The line in which a filter is typed, and under it what is not understood."""

from __future__ import annotations

from typing import ClassVar

from core.errors import QuerySyntaxError
from tui.wording import describe

from rich.highlighter import Highlighter
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input, Label, Static

PAUSE = 0.05
"""Seconds without a key after which the filter is applied."""


class _Marker(Highlighter):
    """Underlines the part of the line that is not understood."""

    error: QuerySyntaxError | None = None

    def highlight(self, text: Text) -> None:
        if self.error is not None:
            text.stylize("bold underline", self.error.start, self.error.end)


class FilterBar(Vertical):
    """Posts what was typed, after a short pause."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,enter", "done", "Keep the filter", show=False, id="filter.done"),
        Binding("escape", "leave", "Clear the filter", show=False, id="filter.leave"),
    ]

    class Changed(Message):
        """The text is another one."""

        def __init__(self, text: str) -> None:
            self.text = text
            super().__init__()

    class Left(Message):
        """Whoever typed wants to go back to the records."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(id=id)
        self._pause: Timer | None = None
        self._marker = _Marker()
        self._input = Input(
            placeholder="words   genre: style: format: label: folder: year:1970..1985   -not",
            id="filter-input",
            compact=True,
            select_on_focus=False,
            highlighter=self._marker,
        )
        self._error = Static("", id="filter-error", markup=False)

    def compose(self) -> ComposeResult:
        """The prompt, the input and the line for errors."""
        with Horizontal(id="filter-line"):
            yield Label("Filter", id="filter-prompt", markup=False)
            yield self._input
        yield self._error

    def start_typing(self) -> None:
        """Put the cursor into the line."""
        self._input.focus()

    def clear(self) -> None:
        """Take the whole filter away."""
        self._input.value = ""

    def explain(self, error: QuerySyntaxError | None) -> None:
        """Mark in the line what is not understood and say under it what was expected; None takes that away."""
        self._marker.error = error
        self._input.refresh()
        self._error.display = error is not None
        if error is not None:
            self._error.update(Text(describe(error), no_wrap=True, overflow="ellipsis"))

    def on_mount(self) -> None:
        """There is nothing to explain yet."""
        self.explain(None)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Wait for the next key before anything is filtered."""
        event.stop()
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(PAUSE, lambda: self.post_message(self.Changed(event.value)))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter belongs to the input itself, so its binding above is never asked."""
        event.stop()
        self.action_done()

    def action_leave(self) -> None:
        """Back to all records."""
        self.clear()
        self.post_message(self.Left())

    def action_done(self) -> None:
        """To the records that are left."""
        self.post_message(self.Left())
