"""A line that is empty again as soon as Enter was pressed, so that a scanner can type the next one at once."""

from __future__ import annotations

from textual.message import Message
from textual.widgets import Input


class AskingLine(Input):
    """Posts what was typed. Keys that come right behind the Enter belong to the next text."""

    class Asked(Message):
        """Enter was pressed behind a text."""

        def __init__(self, text: str) -> None:
            self.text = text
            super().__init__()

    def __init__(self, placeholder: str, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(placeholder=placeholder, compact=True, select_on_focus=False, max_length=1_000, id=id)

    async def action_submit(self) -> None:
        """Take the text away before anything else is typed, and hand it on."""
        text = self.value.strip()
        self.clear()
        if text:
            self.post_message(self.Asked(text))
