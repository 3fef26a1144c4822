"""The record table: as long as the collection, but only the lines on the screen are ever made."""

from __future__ import annotations

from typing import ClassVar, Final

from core.domain.collection import Copy
from core.domain.view import View
from tui.render.rows import GAP, cell, place

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

_HEADER: Final = 1
_BLANK: Final = " " * GAP


class RecordTable(ScrollView, can_focus=True):
    """Shows a `View`; posts which copy is highlighted and which was opened."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "record-table--header",
        "record-table--cursor",
        "record-table--cursor-away",
        "record-table--muted",
    }

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False, id="table.up"),
        Binding("down,j", "move(1)", "Down", show=False, id="table.down"),
        Binding("pageup,ctrl+b", "page(-1)", "Page up", show=False, id="table.page_up"),
        Binding("pagedown,ctrl+f", "page(1)", "Page down", show=False, id="table.page_down"),
        Binding("home,g", "edge(-1)", "First record", show=False, id="table.home"),
        Binding("end,G", "edge(1)", "Last record", show=False, id="table.end"),
        Binding("enter", "open", "Read the details", show=False, id="table.open"),
    ]

    class Highlighted(Message):
        """Another copy is highlighted; None when the view is empty."""

        def __init__(self, copy: Copy | None) -> None:
            self.copy = copy
            super().__init__()

    class Opened(Message):
        """The highlighted copy was opened."""

    def __init__(self, view: View, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(id=id)
        self._view = view
        self._cursor = 0
        self._nothing: tuple[str, ...] = ()

    @property
    def highlighted(self) -> Copy | None:
        """The copy under the cursor."""
        return self._view.copies[self._cursor] if self._view.copies else None

    def show(self, view: View) -> None:
        """Show another view; the highlight stays on its copy, or where it was when the copy is not in the view."""
        before = self.highlighted
        offset = self._cursor - self._first
        self._view = view
        position = view.position_of(before.instance_id if before else None)
        self._cursor = max(0, min(self._cursor if position is None else position, len(view.copies) - 1))
        self._measure()
        self.scroll_to(y=max(0, self._cursor - offset), animate=False)
        self._keep_cursor_visible()
        self.refresh()
        if self.highlighted is not before:
            self.post_message(self.Highlighted(self.highlighted))

    def explain_nothing(self, lines: tuple[str, ...]) -> None:
        """What to say in the middle for as long as there is no row."""
        if lines != self._nothing:
            self._nothing = lines
            self.refresh()

    def on_mount(self) -> None:
        """Tell who is highlighted at the beginning."""
        self._measure()
        self.post_message(self.Highlighted(self.highlighted))

    def on_resize(self, _event: events.Resize) -> None:
        """Fit the columns to the new width and keep the cursor on the screen."""
        self._measure()
        self._keep_cursor_visible()
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        width = self.scrollable_content_region.width
        if not self._view.copies:
            return self._strip_of_nothing(y, width)
        if y < _HEADER:
            return self._strip([(p.column.title, p.width, False) for p in place(width)], self._style("header"), width)
        index = self._first + y - _HEADER
        if index >= len(self._view.copies):
            return Strip.blank(width, self.rich_style)
        copy = self._view.copies[index]
        texts = [(p.column.text(copy, self._view.collection), p.width, p.column.muted) for p in place(width)]
        if index == self._cursor:
            return self._strip(texts, self._style("cursor" if self.has_focus else "cursor-away"), width)
        return self._strip(texts, self.rich_style, width, muted=self._style("muted"))

    def action_move(self, by: int) -> None:
        """Move the cursor by some rows."""
        self._go(self._cursor + by)

    def action_page(self, direction: int) -> None:
        """Move the cursor by a screen."""
        self._go(self._cursor + direction * max(1, self._rows - 1))

    def action_edge(self, direction: int) -> None:
        """Go to the first or the last record."""
        self._go(0 if direction < 0 else len(self._view.copies) - 1)

    def action_open(self) -> None:
        """Read the details of the highlighted record."""
        if self.highlighted is not None:
            self.post_message(self.Opened())

    def on_click(self, event: events.Click) -> None:
        """Highlight the record under the mouse."""
        index = self._first + event.y - _HEADER
        if event.y >= _HEADER and index < len(self._view.copies):
            self._go(index)

    def _go(self, index: int) -> None:
        target = max(0, min(index, len(self._view.copies) - 1))
        if target == self._cursor:
            return
        left, self._cursor = self._cursor, target
        if self._keep_cursor_visible():
            self.refresh()
        else:
            for row in (left, target):
                self.refresh(Region(0, row - self._first + _HEADER, self.size.width, 1))
        self.post_message(self.Highlighted(self.highlighted))

    def _keep_cursor_visible(self) -> bool:
        """Scroll as little as need be; whether it scrolled."""
        if self._rows < 1:
            return False
        if self._cursor < self._first:
            self.scroll_to(y=self._cursor, animate=False)
        elif self._cursor >= self._first + self._rows:
            self.scroll_to(y=self._cursor - self._rows + 1, animate=False)
        else:
            return False
        return True

    def _measure(self) -> None:
        self.virtual_size = Size(self.scrollable_content_region.width, len(self._view.copies) + _HEADER)

    @property
    def _first(self) -> int:
        """The row on the first line below the header."""
        return round(self.scroll_y)

    @property
    def _rows(self) -> int:
        return self.scrollable_content_region.height - _HEADER

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"record-table--{name}")

    def _strip_of_nothing(self, y: int, width: int) -> Strip:
        line = y - (self.size.height - len(self._nothing)) // 2
        text = self._nothing[line] if 0 <= line < len(self._nothing) else ""
        style = self.rich_style + Style(bold=True) if line == 0 else self.rich_style
        return Strip([Segment(cell(text.center(width), width), style)])

    def _strip(
        self, texts: list[tuple[str, int, bool]], style: Style, width: int, *, muted: Style | None = None
    ) -> Strip:
        segments: list[Segment] = []
        for position, (text, cells, is_muted) in enumerate(texts):
            if position:
                segments.append(Segment(_BLANK, style))
            segments.append(Segment(cell(text, cells), muted if muted and is_muted else style))
        return Strip(segments).adjust_cell_length(width, style)
