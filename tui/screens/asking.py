"""Ask for one line of text, such as a name."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, Static


def nothing_against(_text: str) -> str:
    """Everything is fine."""
    return ""


class AskingScreen(ModalScreen[str | None]):
    """Closed with the line, or with None when there is none."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Back", key_display="Esc", id="asking.cancel"),
    ]

    def __init__(
        self,
        heading: str,
        about: str,
        text: str = "",
        *,
        refuse: Callable[[str], str] = nothing_against,
        warn: Callable[[str], str] = nothing_against,
    ) -> None:
        """`refuse` says why a line is not taken; `warn` what is to be known of it, after which it is taken."""
        super().__init__()
        self._heading = heading
        self._about = about
        self._text = text
        self._refuse = refuse
        self._warn = warn
        self._warned = ""
        """The line that somebody was warned of, if Enter was its last key."""

    def compose(self) -> ComposeResult:
        """The line, and under it what is to be said of it."""
        with VerticalScroll(id="asking", classes="dialog", can_focus=False):
            yield Static(Text(self._heading), classes="dialog-heading", markup=False)
            yield Static(Text(self._about), markup=False)
            yield Input(self._text, id="asking-input", compact=True)
            yield Static("", id="asking-said", classes="dialog-said", markup=False)

    def on_mount(self) -> None:
        """Begin to type."""
        self.query_one(Input).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """What was said is of another line."""
        event.stop()
        self._warned = ""
        self._say("")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the line, or say why not."""
        event.stop()
        text = event.value
        if said := "Type something first." if not text.strip() else self._refuse(text):
            self._say(said)
        elif text != self._warned and (said := self._warn(text)):
            self._warned = text
            self._say(said)
        else:
            self.dismiss(text)

    def action_cancel(self) -> None:
        """Leave without a line."""
        self.dismiss(None)

    def _say(self, text: str) -> None:
        self.query_one("#asking-said", Static).update(Text(text))
