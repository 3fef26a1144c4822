"""The amber line: what somebody should know for as long as it holds."""

from __future__ import annotations

from rich.text import Text
from textual.widgets import Static


class Notice(Static):
    """One line, and no line at all while there is nothing to say."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__("", id=id, markup=False)
        self.display = False
        self._shown = ""

    def show(self, text: str) -> None:
        """Show a text; the empty one takes the line away.

        It is one line whatever is said, so the screen is laid out only when the line appears or goes.
        """
        if text != self._shown:
            self._shown = text
            self.update(Text(text), layout=False)
            self.display = bool(text)
