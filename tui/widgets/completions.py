"""The list under the filter line of what could stand there."""

from __future__ import annotations

from typing import ClassVar, Final

from core.domain.completing import Completion
from core.text import count, printable
from tui.render.rows import cell

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

LINES: Final = 8
"""Lines that are visible at once."""
_WIDEST: Final = 40
_GAP: Final = 2


class Completions(Widget):
    """Lies over what is below it and moves nothing; never has the focus, so that typing goes on."""

    ALLOW_SELECT = False

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "completions--muted",
        "completions--highlight",
    }

    class Picked(Message):
        """A completion was clicked."""

        def __init__(self, completion: Completion) -> None:
            self.completion = completion
            super().__init__()

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(id=id)
        self._offered: tuple[Completion, ...] = ()
        self._highlight: int | None = None
        self._first = 0
        self.display = False

    @property
    def is_open(self) -> bool:
        """Whether there is anything to take."""
        return bool(self._offered)

    @property
    def highlighted(self) -> Completion | None:
        """The completion that was moved to."""
        return None if self._highlight is None else self._offered[self._highlight]

    def offer(self, completions: tuple[Completion, ...], column: int) -> None:
        """Show these, their names beginning that many cells from the left. None of them is highlighted."""
        self._offered, self._highlight, self._first = completions, None, 0
        self.styles.width = min(_WIDEST, max(map(_width, completions)))
        self.styles.height = min(LINES, len(completions))
        self.styles.offset = (column - 1, 0)
        self.display = True
        self.refresh()

    def close(self) -> None:
        """Take the list away."""
        self._offered, self._highlight = (), None
        self.display = False

    def move(self, by: int) -> None:
        """Highlight another one; above the first there is none."""
        target = min((-1 if self._highlight is None else self._highlight) + by, len(self._offered) - 1)
        self.highlight(None if target < 0 else target)

    def highlight(self, index: int | None) -> None:
        """Highlight one by its place, or none."""
        if index != self._highlight:
            self._highlight = index
            seen = index or 0
            self._scroll(max(seen - self._lines + 1, min(self._first, seen)))

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        index, width = self._first + y, self.size.width
        if index >= len(self._offered):
            return Strip.blank(width, self.rich_style)
        one, is_highlighted = self._offered[index], index == self._highlight
        number = "" if one.count is None else f"{count(one.count)} "
        style = self._style("highlight") if is_highlighted else self.rich_style
        texts = [
            Segment(f" {cell(one.label, width - 2 - len(number))} ", style),
            Segment(number, style if is_highlighted else self._style("muted")),
        ]
        return Strip(texts).adjust_cell_length(width, style)

    def on_click(self, event: events.Click) -> None:
        """Take the completion under the mouse."""
        event.stop()
        if self._first + event.y < len(self._offered):
            self.post_message(self.Picked(self._offered[self._first + event.y]))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Show what is below."""
        event.stop()
        self._scroll(self._first + 1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Show what is above."""
        event.stop()
        self._scroll(self._first - 1)

    def _scroll(self, first: int) -> None:
        self._first = max(0, min(first, len(self._offered) - self._lines))
        self.refresh()

    @property
    def _lines(self) -> int:
        return min(LINES, len(self._offered))

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"completions--{name}")


def _width(completion: Completion) -> int:
    number = 0 if completion.count is None else _GAP + len(count(completion.count))
    return 1 + cell_len(printable(completion.label)) + number + 1
