"""The line at the bottom: how much is shown of how much, how old it is, and what runs."""

from __future__ import annotations

from rich.text import Text
from textual.widgets import Static


class StatusLine(Static):
    """Shows a finished text."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__("", id=id, markup=False)

    def show(self, text: Text) -> None:
        """Show another text, if it is another."""
        self.update(text)
