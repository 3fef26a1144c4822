"""The record table: as long as the collection, but only the lines on the screen are ever made."""

from __future__ import annotations

from collections.abc import Container, Iterable
from itertools import chain, islice
from typing import ClassVar

from core.domain.collection import Copy
from core.domain.ids import InstanceId, MasterId
from core.domain.view import View
from tui.render.rows import DEFAULT_COLUMNS
from tui.widgets.finding import Finding
from tui.widgets.row_cursor import HEADER, RowCursor
from tui.widgets.table_lines import TableLines

from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip


class RecordTable(RowCursor):
    """Shows a `View`; posts which copy is highlighted, which was opened, and what a click on the header asks for."""

    ALLOW_SELECT = False

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "record-table--header",
        "record-table--find",
        "record-table--row",
        "record-table--muted",
        "record-table--cursor",
        "record-table--cursor-away",
    }

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f", "find", "Find by first letters", show=False, id="table.find"),
        Binding("enter", "open", "Read the details", show=False, id="table.open"),
    ]

    class Highlighted(Message):
        """Another copy is highlighted; None when the view is empty."""

        def __init__(self, copy: Copy | None) -> None:
            self.copy = copy
            super().__init__()

    class Opened(Message):
        """The highlighted copy was opened."""

    class SortWanted(Message):
        """A heading was clicked."""

        def __init__(self, column: str, *, add: bool) -> None:
            self.column = column
            """As a sort key calls it."""
            self.add = add
            """Whether it is to be a further key beside those there are."""
            super().__init__()

    def __init__(
        self,
        view: View,
        columns: Iterable[str] = DEFAULT_COLUMNS,
        *,
        id: str | None = None,  # noqa: A002 - Textual's own name for it
    ) -> None:
        super().__init__(len(view.copies), id=id)
        self._view = view
        self._names = tuple(columns)
        self._lines = TableLines(view, self._names)
        self._held: tuple[InstanceId, int] | None = None
        """Who somebody highlighted, and on which line, for as long as a filter has left that copy out.

        It is highlighted again as soon as it is among the rows, unless somebody goes to another one before.
        """
        self._finding: Finding | None = None
        self._nothing: tuple[str, ...] = ()

    @property
    def highlighted(self) -> Copy | None:
        """The copy under the cursor."""
        return self._view.copies[self._cursor] if self._view.copies else None

    def show(self, view: View) -> None:
        """Show another view; the highlight stays on its copy and its line, or beside where the copy was.

        A copy that is left out by a filter is highlighted again when it is back, as long as nobody went elsewhere.
        """
        before = self.highlighted
        row, line = self._where(view)
        self._view = view
        self._lines = TableLines(view, self._names)
        self.measure(len(view.copies))
        self.place(row, row - line)
        if self._finding is not None:
            self._finding = self._finding.moved_to(view, self._cursor)
        self.refresh()
        if self.highlighted is not before:
            self.post_message(self.Highlighted(self.highlighted))

    def learn(self, view: View, masters: Container[MasterId]) -> None:
        """Show a view with the same rows, of which more is known of some masters: what has changed is painted."""
        self._view = view
        rows = self._lines.learn(view, masters, range(self.top, self.top + self.visible_rows))
        for row in rows:
            self.refresh_row(row)

    def _where(self, view: View) -> tuple[int, int]:
        """Row and line of the highlight in another view: on who was held, else beside who is highlighted now."""
        now, line = self.highlighted, self.highlighted_line
        if now is not None and self._held is None:
            self._held = (now.instance_id, line)
        if self._held is None:
            return 0, 0
        instance, held_line = self._held
        row = view.position_of(instance)
        if row is not None:
            self._held = None
            return row, held_line
        if now is None:
            return self._cursor, held_line
        return _row_of(now.instance_id, self._view.copies, self._cursor, view), line

    def show_columns(self, names: Iterable[str]) -> None:
        """Show other columns, in the order of their names; if none of the names is known, the usual ones."""
        self._names = tuple(names)
        self._lines = TableLines(self._view, self._names)
        self.refresh()

    def restore(self, instance: InstanceId | None, line: int) -> bool:
        """Highlight a copy on a line of the screen, see `highlighted_line`; False when it is not in the view.

        When the view has no rows, it is kept for the next one.
        """
        row = self._view.position_of(instance)
        if row is None:
            self._held = None if self._view.copies or instance is None else (instance, line)
            return False
        self._held = None
        self.move(row, row - line)
        return True

    def explain_nothing(self, lines: tuple[str, ...]) -> None:
        """What to say in the middle for as long as there is no row."""
        if lines != self._nothing:
            self._nothing = lines
            self.refresh()

    def cursor_moved(self) -> None:
        """Tell who is highlighted, by somebody's will."""
        self._held = None
        self.post_message(self.Highlighted(self.highlighted))

    def on_mount(self) -> None:
        """Tell who is highlighted at the beginning."""
        self.cursor_moved()

    def on_focus(self) -> None:
        """Whoever comes to the records has found what was looked for: from here on it is this one that is kept."""
        if self.highlighted is not None:
            self._held = None

    def on_blur(self) -> None:
        """Whoever goes elsewhere types there."""
        self._find(None)

    def on_click(self, event: events.Click) -> None:
        """Highlight a record, open it by a double click, or ask for another order by the header."""
        self._find(None)
        x, line = event.x - self.gutter.left, event.y - self.gutter.top - HEADER
        row = self.top + line
        if event.button != 1 or row >= len(self._view.copies):
            return
        if line >= 0:
            self.move(row, self.top)
            if event.chain == 2:
                self.action_open()
        elif column := self._lines.column_at(x):
            self.post_message(self.SortWanted(column.sort, add=event.shift or event.ctrl))

    def on_key(self, event: events.Key) -> None:
        """While somebody types to find a record letters are letters; any other key ends that and does what it does."""
        if self._finding is None:
            return
        typed = self._finding.typed
        if event.key in ("enter", "escape") or (event.key == "backspace" and not typed):
            self._find(None)
        elif event.key == "backspace":
            self._type(self._finding, typed[:-1])
        elif event.is_printable and event.character:
            self._type(self._finding, typed + event.character)
        else:
            self._find(None)
            return
        event.stop()
        event.prevent_default()

    def check_consume_key(self, key: str, character: str | None) -> bool:  # noqa: ARG002 - Textual's signature
        """Tell the footer that letters are no commands while somebody types to find a record."""
        return self._finding is not None and character is not None and character.isprintable()

    def action_open(self) -> None:
        """Read the details of the highlighted record."""
        if self.highlighted is not None:
            self.post_message(self.Opened())

    def action_find(self) -> None:
        """Find a record by the first letters of what the records are sorted by."""
        if self._view.copies:
            self._find(Finding(self._view, self._cursor))
            self.call_after_refresh(self._prepare, self._finding)

    def _find(self, finding: Finding | None) -> None:
        if finding is not self._finding:
            self._finding = finding
            self.refresh_row(self.top - HEADER)
            self.refresh_bindings()

    def _prepare(self, finding: Finding) -> None:
        """A portion at a time, so that keys are answered in between."""
        if finding is self._finding and not finding.prepare():
            self.call_later(self._prepare, finding)

    def _type(self, finding: Finding, typed: str) -> None:
        finding.type(typed)
        self.refresh_row(self.top - HEADER)
        if finding.row is not None:
            is_seen = self.top <= finding.row < self.top + self.visible_rows
            self.move(finding.row, self.top if is_seen else finding.row - self.visible_rows // 3)

    def notify_style_update(self) -> None:
        """The theme is another."""
        super().notify_style_update()
        self._lines.forget()

    def render_lines(self, crop: Region) -> list[Strip]:
        """Some lines of the screen."""
        self._lines.fit(self.scrollable_content_region.width)
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        row = self.top + y - HEADER
        if not self._view.copies:
            return self._lines.middle(self._nothing, y, self.size.height, self._style("row"))
        if y < HEADER:
            return self._header()
        if row >= len(self._view.copies):
            return self._lines.line("", self._style("row"))
        if row == self._cursor:
            return self._lines.highlighted(row, self._style("cursor" if self.has_focus else "cursor-away"))
        return self._lines.row(row, self._style("row"), self._style("muted"))

    def _header(self) -> Strip:
        if self._finding is None:
            return self._lines.header(self._style("header"))
        return self._lines.line(self._finding.prompt(self.scrollable_content_region.width), self._style("find"))

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"record-table--{name}")


def _row_of(instance: InstanceId, copies: tuple[Copy, ...], row: int, view: View) -> int:
    """The row of a copy in another view, or of the one nearest behind or else before it that is there."""
    found = view.position_of(instance)
    if found is not None:
        return found
    rows = {copy.instance_id: at for at, copy in enumerate(view.copies)}
    others = chain(islice(copies, row + 1, None), reversed(copies[:row]))
    return next((rows[copy.instance_id] for copy in others if copy.instance_id in rows), row)
