"""The panel of facets: as long as its open groups, but only the lines on the screen are ever made."""

from __future__ import annotations

from typing import ClassVar

from tui.render.facet_search import Search
from tui.render.facets import FacetGroup, Outline, Row, pieces

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip


class _OfGroup(Message):
    """Names the group that it is about."""

    def __init__(self, facet: str) -> None:
        self.facet = facet
        super().__init__()


class FacetPanel(ScrollView, can_focus=True, inherit_bindings=False):
    """Shows groups of values and searches inside one of them; posts what was chosen, and changes nothing itself."""

    ALLOW_SELECT = False

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "facet-panel--heading",
        "facet-panel--muted",
        "facet-panel--included",
        "facet-panel--excluded",
        "facet-panel--cursor",
        "facet-panel--cursor-away",
        "facet-panel--search",
        "facet-panel--search-cursor",
    }

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False, id="facets.up"),
        Binding("down,j", "move(1)", "Down", show=False, id="facets.down"),
        Binding("pageup,ctrl+b", "page(-1)", "Page up", show=False, id="facets.page_up"),
        Binding("pagedown,ctrl+f", "page(1)", "Page down", show=False, id="facets.page_down"),
        Binding("home,g", "edge(-1)", "First line", show=False, id="facets.home"),
        Binding("end,G", "edge(1)", "Last line", show=False, id="facets.end"),
        Binding("enter,space", "choose", "Include, exclude, let go; open a group", show=False, id="facets.choose"),
        Binding("right,l", "open", "Open the group", show=False, id="facets.open"),
        Binding("left,h", "close", "To the heading; close the group", show=False, id="facets.close"),
        Binding("slash", "search", "Search inside the group", show=False, id="facets.search"),
        Binding("escape", "leave", "End the search; back to the records", show=False, id="facets.leave"),
    ]

    class Toggled(_OfGroup):
        """A value was chosen, or chosen once more."""

        def __init__(self, facet: str, value: str) -> None:
            self.value = value
            super().__init__(facet)

    class Opened(_OfGroup):
        """The values of a group are wanted."""

    class Closed(_OfGroup):
        """The values of a group are not wanted any more."""

    class Left(Message):
        """Whoever chose wants to go back to the records."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(id=id)
        self._groups: tuple[FacetGroup, ...] = ()
        self._outline = Outline(())
        self._cursor = 0
        self._search: Search | None = None

    def show(self, groups: tuple[FacetGroup, ...]) -> None:
        """Show other groups; cursor and scroll stay on the same facet and value, or near where it was."""
        self._groups = groups
        self._lay_out()

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        width = self.scrollable_content_region.width
        if self._search is not None and y == self._rows:
            return self._search_strip(self._search, width)
        index = self._first + y
        if index >= len(self._outline):
            return Strip.blank(width, self.rich_style)
        texts = pieces(self._outline.row(index), width)
        if index == self._cursor and self.has_focus:
            return self._strip([(text, self._style("cursor")) for text, _ in texts], width)
        behind = self._style("cursor-away").background_style if index == self._cursor else Style.null()
        return self._strip([(text, self._style(name) + behind) for text, name in texts], width)

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Whether a key belongs to the search."""
        return self._search is not None and self._search.after(key, character) is not None

    def on_key(self, event: events.Key) -> None:
        """While a search is typed, letters belong to it and not to the bindings."""
        after = self._search.after(event.key, event.character) if self._search else None
        if after is not None:
            event.stop()
            event.prevent_default()
            self._look_for(after)

    def on_resize(self, _event: events.Resize) -> None:
        """Keep the cursor on the screen."""
        self._measure()
        self._keep_cursor_visible()
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Choose the line under the mouse."""
        offset = event.get_content_offset(self)
        if offset is not None and offset.y < self._rows and self._first + offset.y < len(self._outline):
            self._go(self._first + offset.y)
            self.action_choose()

    def action_move(self, by: int) -> None:
        """Move the cursor by some lines."""
        self._go(self._cursor + by)

    def action_page(self, direction: int) -> None:
        """Move the cursor by a screen."""
        self._go(self._cursor + direction * max(1, self._rows - 1))

    def action_edge(self, direction: int) -> None:
        """Go to the first or the last line."""
        self._go(0 if direction < 0 else len(self._outline) - 1)

    def action_choose(self) -> None:
        """Choose the value under the cursor, or open or close the group."""
        row = self._row
        if row is not None and row.is_heading:
            self._close(row.group) if row.group.is_open else self.action_open()
        elif row is not None and row.line is not None:
            self.post_message(self.Toggled(row.group.name, row.line.value))

    def action_open(self) -> None:
        """Ask for the values of the group under the cursor."""
        if self._row is not None and not self._row.group.is_open:
            self.post_message(self.Opened(self._row.group.name))

    def action_close(self) -> None:
        """From a value to its heading; from the heading of an open group, close it."""
        row = self._row
        if row is not None and not row.is_heading:
            self._go(self._outline.heading(row.group.name) or 0)
        elif row is not None and row.group.is_open:
            self._close(row.group)

    def action_search(self) -> None:
        """Type a search that narrows the values of the group under the cursor."""
        if self._row is not None:
            self.action_open()
            self._search = Search(self._row.group.name)
            self._lay_out()

    def action_leave(self) -> None:
        """End the search; without one, go back to the records."""
        if self._search is None:
            self.post_message(self.Left())
        else:
            self._search = None
            self._lay_out()

    def _close(self, group: FacetGroup) -> None:
        if self._search is not None and self._search.facet == group.name:
            self._search = None
        self.post_message(self.Closed(group.name))

    def _look_for(self, search: Search) -> None:
        """Narrow to another search and stand on the first value that it finds."""
        self._search = search
        self._lay_out()
        heading = self._outline.heading(search.facet)
        if heading is not None:
            self.scroll_to(y=min(self._first, heading), animate=False)
            first = search.first(self._outline.row(heading).group)
            self._go(heading if first is None else heading + 1 + first)

    def _lay_out(self) -> None:
        """Place all rows anew; what is looked at stays on its line of the screen."""
        is_seen = self._first <= self._cursor < self._first + self._rows
        before, anchor = self._outline, self._cursor if is_seen else self._first
        line = anchor - self._first
        self._outline = Outline(tuple(map(self._search.narrow, self._groups)) if self._search else self._groups)
        if len(before):
            anchor, self._cursor = (self._outline.place_after(before, index) for index in (anchor, self._cursor))
        self._measure()
        self.scroll_to(y=max(0, anchor - line), animate=False)
        if is_seen:
            self._keep_cursor_visible()
        self.refresh()

    def _go(self, index: int) -> None:
        target = max(0, min(index, len(self._outline) - 1))
        left, self._cursor = self._cursor, target
        if self._keep_cursor_visible():
            self.refresh()
        else:
            for row in {left, target}:
                self.refresh(Region(0, row - self._first + self.gutter.top, self.size.width, 1))

    def _keep_cursor_visible(self) -> bool:
        """Scroll as little as need be; whether it scrolled."""
        first = max(self._cursor - self._rows + 1, min(self._first, self._cursor))
        if self._rows < 1 or first == self._first:
            return False
        self.scroll_to(y=first, animate=False)
        return True

    def _measure(self) -> None:
        """Say how many lines there are now; nothing else on the screen moves by that, so the layout is spared."""
        size = Size(self.scrollable_content_region.width, len(self._outline) + (self._search is not None))
        self.set_reactive(ScrollView.virtual_size, size)
        if self.is_attached:
            self.vertical_scrollbar.window_virtual_size = size.height

    @property
    def _first(self) -> int:
        """The row on the first line."""
        return round(self.scroll_y)

    @property
    def _rows(self) -> int:
        """Lines for rows: all but the one in which a search is typed."""
        return self.scrollable_content_region.height - (self._search is not None)

    @property
    def _row(self) -> Row | None:
        return self._outline.row(self._cursor) if len(self._outline) else None

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"facet-panel--{name}") if name else self.rich_style

    def _search_strip(self, search: Search, width: int) -> Strip:
        found, total = (
            sum(len(group.values) for group in groups if group.name == search.facet)
            for groups in (self._outline.groups, self._groups)
        )
        return self._strip([(text, self._style(name)) for text, name in search.pieces(found, total, width)], width)

    @staticmethod
    def _strip(texts: list[tuple[str, Style]], width: int) -> Strip:
        return Strip([Segment(text, style) for text, style in texts]).adjust_cell_length(width, texts[-1][1])
