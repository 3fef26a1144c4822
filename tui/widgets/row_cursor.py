"""A highlight among many rows below a header, and the part of them that is on the screen: the two move together."""

from __future__ import annotations

from typing import ClassVar, Final

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView

HEADER: Final = 1
"""Lines above the rows."""


class RowCursor(ScrollView, can_focus=True, inherit_bindings=False):
    """Knows rows by their number only. The highlight is always on the screen: wheel and bar take it along."""

    DEFAULT_CSS = """
    RowCursor {
        overflow-x: hidden;
        overflow-y: scroll;
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False, id="table.up"),
        Binding("down,j", "move(1)", "Down", show=False, id="table.down"),
        Binding("pageup,ctrl+b", "page(-1)", "Page up", show=False, id="table.page_up"),
        Binding("pagedown,ctrl+f", "page(1)", "Page down", show=False, id="table.page_down"),
        Binding("ctrl+u", "half_page(-1)", "Half a page up", show=False, id="table.half_page_up"),
        Binding("ctrl+d", "half_page(1)", "Half a page down", show=False, id="table.half_page_down"),
        Binding("home,g", "edge(-1)", "First record", show=False, id="table.home"),
        Binding("end,G", "edge(1)", "Last record", show=False, id="table.end"),
    ]

    def __init__(self, count: int, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(id=id)
        self._count = count
        self._cursor = 0
        self._line: int | None = None
        """The line on which the highlight is to stand, for as long as there is no room for any."""
        self._is_placing = False

    @property
    def top(self) -> int:
        """The row on the first line below the header, counted from 0."""
        return round(self.scroll_y)

    @property
    def highlighted_line(self) -> int:
        """Where the highlight stands on the screen: 0 is the first line below the header."""
        return self._cursor - self.top if self._line is None else self._line

    @property
    def visible_rows(self) -> int:
        """How many rows there is room for."""
        return self.scrollable_content_region.height - HEADER

    def cursor_moved(self) -> None:
        """Called when somebody moved the highlight to another row."""

    def move(self, row: int, top: int) -> None:
        """Highlight a row; `top` is on the first line, if that leaves the highlight on the screen."""
        left, first = self._cursor, self.top
        self.place(row, top)
        if self._cursor == left:
            return
        if self.top == first:
            self.refresh_row(left)
            self.refresh_row(self._cursor)
        self.cursor_moved()

    def place(self, row: int, top: int) -> None:
        """The same without telling, for whoever paints everything anew."""
        self._cursor = max(0, min(row, self._count - 1))
        if self.visible_rows < 1:
            self._line = row - top
            return
        self._line = None
        self._is_placing = True
        top = max(self._cursor - self.visible_rows + 1, min(top, self._cursor))
        self.scroll_to(y=top, animate=False, force=True)
        self._is_placing = False

    def measure(self, count: int) -> None:
        """Say how many rows there are now.

        Nothing else on the screen moves by that, so the layout is spared: it would paint the whole screen anew.
        """
        self._count = count
        if self.is_attached:
            size = Size(self.scrollable_content_region.width, count + HEADER)
            self.set_reactive(ScrollView.virtual_size, size)
            self.vertical_scrollbar.window_virtual_size = size.height

    def refresh_row(self, row: int) -> None:
        """Paint one row anew."""
        self.refresh(Region(0, row - self.top + HEADER, self.size.width, 1))

    def on_mount(self) -> None:
        """There are rows to scroll through."""
        self.measure(self._count)

    def on_resize(self, _event: events.Resize) -> None:
        """Keep the highlight on the screen."""
        self.measure(self._count)
        self.place(self._cursor, self._cursor - self.highlighted_line)
        self.refresh()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Take the highlight along when it was not we who scrolled."""
        super().watch_scroll_y(old_value, new_value)
        if not self._is_placing and self._count and self.visible_rows >= 1:
            row = max(self.top, min(self._cursor, self.top + self.visible_rows - 1))
            if row != self._cursor:
                self._cursor = row
                self.cursor_moved()

    def action_move(self, by: int) -> None:
        """Move the highlight by some rows."""
        self.move(self._cursor + by, self.top)

    def action_page(self, direction: int) -> None:
        """Move the highlight and what is seen by a screen."""
        self._scroll(direction * max(1, self.visible_rows - 1))

    def action_half_page(self, direction: int) -> None:
        """Move the highlight and what is seen by half a screen."""
        self._scroll(direction * max(1, self.visible_rows // 2))

    def action_edge(self, direction: int) -> None:
        """Go to the first or the last row."""
        row = 0 if direction < 0 else self._count - 1
        self.move(row, row)

    def _scroll(self, by: int) -> None:
        self.move(self._cursor + by, self.top + by)
