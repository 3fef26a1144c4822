"""The panel with everything known of the highlighted copy."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from rich.text import Span, Text
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip


class RecordDetail(ScrollView, can_focus=True, inherit_bindings=False):
    """Shows finished lines and scrolls them.

    The lines are its own: a widget that is measured anew would hold up each cursor key by a layout of the screen. Only
    those that can be seen are ever made: of a box of hundreds of tracks there are thousands.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"record-detail--muted"}

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter", "leave", "Back to the records", show=False, id="detail.leave"),
        Binding("up,k", "scroll_up", "Up", show=False, id="detail.up"),
        Binding("down,j", "scroll_down", "Down", show=False, id="detail.down"),
        Binding("pageup,ctrl+b", "page_up", "Page up", show=False, id="detail.page_up"),
        Binding("pagedown,ctrl+f", "page_down", "Page down", show=False, id="detail.page_down"),
        Binding("home,g", "scroll_home", "To the beginning", show=False, id="detail.home"),
        Binding("end,G", "scroll_end", "To the end", show=False, id="detail.end"),
    ]

    class Left(Message):
        """Whoever read wants to go back to the records."""

    class Resized(Message):
        """The panel has another width, so the text has to be broken anew."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(id=id)
        self._lines: Sequence[Text] = ()
        self._of: Hashable = None
        self._made: dict[int, list[Segment]] = {}
        self._style, self._width = Style(), 0
        """Asked for once for all lines that are painted together."""

    @property
    def text(self) -> str:
        """The whole text, what is out of sight included."""
        return "\n".join(line.plain for line in self._lines)

    def on_resize(self, _event: events.Resize) -> None:
        """Ask for the text again."""
        self.post_message(self.Resized())

    def show(self, lines: Sequence[Text], of: Hashable = None) -> None:
        """Show other lines, each short enough already, and from the beginning unless they are `of` the same record."""
        before, was_at = self._lines, self.scroll_y
        at = min(was_at, max(0, len(lines) - self._height)) if of == self._of else 0
        self._lines, self._of = lines, of
        self._made.clear()
        size = Size(self.scrollable_content_region.width, len(lines))
        self.set_reactive(ScrollView.virtual_size, size)
        self.vertical_scrollbar.window_virtual_size = size.height
        if not self.is_attached or at != was_at:
            self.scroll_to(y=at, animate=False, force=True)
            self.refresh()
        else:
            self._refresh_what_differs(before)

    @property
    def _height(self) -> int:
        return self.scrollable_content_region.height

    def _refresh_what_differs(self, before: Sequence[Text]) -> None:
        """Most lines are blank before and after; painting them is most of what a cursor key costs."""
        top, width = round(self.scroll_y), self.size.width
        rows = range(top, top + self._height)
        others = [row - top for row in rows if _at(row, self._lines) != _at(row, before)]
        if others:
            self.refresh(*(Region(0, y, width, 1) for y in others))

    def notify_style_update(self) -> None:
        """Other colours."""
        super().notify_style_update()
        self._made.clear()

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines of a part of the panel."""
        self._style, self._width = self.rich_style, self.scrollable_content_region.width
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        width, style = self._width, self._style
        row = round(self.scroll_y) + y
        if row >= len(self._lines):
            return Strip.blank(width, style)
        if row not in self._made:
            self._made[row] = self._segments(self._lines[row])
        return Strip(Segment.apply_style(self._made[row], style)).adjust_cell_length(width, style)

    def _segments(self, line: Text) -> list[Segment]:
        muted = Style(color=self.get_component_rich_style("record-detail--muted").color)
        shown = line.copy()
        shown.spans = [Span(span.start, span.end, muted if span.style == "dim" else span.style) for span in line.spans]
        return list(shown.render(self.app.console, end=""))

    def action_leave(self) -> None:
        """Back to the records."""
        self.post_message(self.Left())


def _at(row: int, lines: Sequence[Text]) -> Text | None:
    return lines[row] if row < len(lines) else None
