"""The panel with everything known of the highlighted copy."""

from __future__ import annotations

from itertools import zip_longest
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
    """Shows a finished text and scrolls it.

    The lines are its own: a widget that is measured anew would hold up each cursor key by a layout of the screen.
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
        self._text = Text()
        self._lines: list[list[Segment]] | None = None
        self._style, self._width = Style(), 0
        """Asked for once for all lines that are painted together."""

    @property
    def text(self) -> str:
        """The whole text, what is out of sight included."""
        return self._text.plain

    def on_resize(self, _event: events.Resize) -> None:
        """Ask for the text again."""
        self.post_message(self.Resized())

    def show(self, text: Text) -> None:
        """Show another text, broken into lines already, from its beginning."""
        self._text = text
        before, self._lines = self._lines, None
        size = Size(self.scrollable_content_region.width, text.plain.count("\n") + 1)
        self.set_reactive(ScrollView.virtual_size, size)
        if not self.is_attached or before is None or self.scroll_y:
            self.scroll_to(y=0, animate=False, force=True)
            self.refresh()
            return
        self.vertical_scrollbar.window_virtual_size = size.height
        self._lines = self._made()
        self._refresh_what_differs(before, self._lines)

    def _refresh_what_differs(self, before: list[list[Segment]], now: list[list[Segment]]) -> None:
        """Most lines are blank before and after; painting them is most of what a cursor key costs."""
        width = self.size.width
        pairs = zip_longest(before, now, fillvalue=list[Segment]())
        self.refresh(*(Region(0, y, width, 1) for y, (old, new) in enumerate(pairs) if old != new))

    def notify_style_update(self) -> None:
        """Other colours."""
        super().notify_style_update()
        self._lines = None

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines of a part of the panel."""
        self._style, self._width = self.rich_style, self.scrollable_content_region.width
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        if self._lines is None:
            self._lines = self._made()
        width, style = self._width, self._style
        index = round(self.scroll_y) + y
        if index >= len(self._lines):
            return Strip.blank(width, style)
        return Strip(Segment.apply_style(self._lines[index], style)).adjust_cell_length(width, style)

    def _made(self) -> list[list[Segment]]:
        muted = Style(color=self.get_component_rich_style("record-detail--muted").color)
        shown = self._text.copy()
        shown.spans = [Span(span.start, span.end, muted if span.style == "dim" else span.style) for span in shown.spans]
        return [list(line.render(self.app.console, end="")) for line in shown.split("\n", allow_blank=True)]

    def action_leave(self) -> None:
        """Back to the records."""
        self.post_message(self.Left())
