"""The line at the bottom: how much is shown of how much, how old it is, and what runs."""

from __future__ import annotations

from tui.render.status import StatusText

from textual import events
from textual.widgets import Static


class StatusLine(Static):
    """Shows as much as there is room for."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__("", id=id, markup=False)
        self._text: StatusText | None = None

    def show(self, text: StatusText) -> None:
        """Show another text."""
        if text != self._text:
            self._text = text
            self._fit()

    def on_resize(self, _event: events.Resize) -> None:
        """Say more or less in the new width."""
        self._fit()

    def _fit(self) -> None:
        if self._text is not None:
            # Before the first layout there is no width, and nothing is cut that nobody has measured.
            self.update(self._text.fit(self.content_size.width or None), layout=False)
