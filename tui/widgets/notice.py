"""The amber line: what somebody should know for as long as it holds."""

from __future__ import annotations

from rich.text import Text
from textual.widgets import Static


class Notice(Static):
    """One line, and no line at all while there is nothing to say."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__("", id=id, markup=False)
        self.display = False

    def show(self, text: str) -> None:
        """Show a text; the empty one takes the line away."""
        self.display = bool(text)
        self.update(Text(text))
