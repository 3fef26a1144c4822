"""The line in which a filter is typed: Textual's own, with what is not understood marked in it."""

from __future__ import annotations

from typing import ClassVar, Final

from core.errors import QuerySyntaxError

from rich.cells import cell_len
from rich.highlighter import Highlighter
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.reactive import Reactive
from textual.widgets import Input

_JOINERS: Final = "\u200c\u200d"


class _Marker(Highlighter):
    """Underlines the part that is not understood, and disarms what is no letter."""

    error: QuerySyntaxError | None = None

    def highlight(self, text: Text) -> None:
        if not text.plain.isprintable():
            text.plain = "".join(map(_shown, text.plain))
        if self.error is not None:
            start = max(0, min(self.error.start, len(text) - 1))
            text.stylize("bold underline", start, max(self.error.end, start + 1))


class FilterLine(Input):
    """Changes its text without a message when told to, and knows in which column a letter stands."""

    # Textual's own, to be named at the bottom. It has no id: which other keys do this is said where the filter is.
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "submit", "Keep the filter")]

    virtual_size: Reactive[Size] = Reactive(Size(0, 0))
    """Textual lays the whole screen out when it changes, which is with every letter; nothing moves by it here."""

    def __init__(self, placeholder: str, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name for it
        self._marker = _Marker()
        super().__init__(placeholder=placeholder, id=id, compact=True, select_on_focus=False, highlighter=self._marker)

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """What is typed here is no command; Textual does not know that of a stroke, which it calls by a name."""
        return key == "slash" or super().check_consume_key(key, character)

    @property
    def error(self) -> QuerySyntaxError | None:
        """What is marked."""
        return self._marker.error

    def mark(self, error: QuerySyntaxError | None) -> None:
        """Mark what is not understood, or nothing."""
        self._marker.error = error
        self.refresh()

    def write(self, text: str, cursor: int) -> None:
        """Put another text here, and the cursor to a place in it; nobody is told."""
        with self.prevent(Input.Changed):
            self.value = text
        self.cursor_position = cursor

    def column_of(self, place: int) -> int:
        """In which column of the screen the letter at a place stands; it may be scrolled away to the left."""
        return self.content_region.x + cell_len(self.value[:place]) - self.scroll_offset.x


def _shown(char: str) -> str:
    if char.isprintable() or char in _JOINERS:
        return char
    return " " if char.isspace() else "\ufffd"
