"""A few things to choose from, each with what it does under it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widgets import OptionList
from textual.widgets.option_list import Option


class Choices(OptionList, inherit_bindings=False):
    """Posts the option that was chosen, as its parent does: by place."""

    # Textual ends with an error where it is to break lines for a list that has no width at all.
    DEFAULT_CSS = """
    Choices {
        min-width: 8;
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "cursor_down", "Down", show=False, id="choices.down"),
        Binding("up,k", "cursor_up", "Up", show=False, id="choices.up"),
        Binding("home,g", "first", "First", show=False, id="choices.home"),
        Binding("end,G", "last", "Last", show=False, id="choices.end"),
        Binding("enter,space", "select", "Choose", show=False, id="choices.choose"),
    ]

    def offer(self, choices: Sequence[tuple[str, str]]) -> None:
        """Show other choices, each a name and what it does."""
        self.clear_options()
        self.add_options([line for name, does in choices for line in (None, Option(_two_lines(name, does)))][1:])
        self.highlighted = 0


def _two_lines(name: str, does: str) -> Text:
    text = Text(name, style="bold")
    if does:
        text.append(f"\n{does}", style="not bold")
    return text
