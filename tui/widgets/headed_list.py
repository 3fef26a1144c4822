"""A list with headings, such as what has happened by day: long as it may be, only the lines on the screen are made."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import ClassVar, Final, Generic, TypeVar

from tui.render.list_lines import ListColumn, ListLine, cell_line, heading_of, laid_out
from tui.render.rows import wrapped
from tui.widgets.row_cursor import HEADER, RowCursor

from msgspec import Struct
from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.strip import Strip

L = TypeVar("L", bound=ListLine)


class _Heading(Struct, frozen=True):
    """A row above those that stand under it."""

    of: Hashable


_NONE: Final = _Heading(None)


class HeadedList(RowCursor, Generic[L]):
    """Headings, and below each its lines; the highlight goes from one line to the next."""

    ALLOW_SELECT = False

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "headed-list--header",
        "headed-list--heading",
        "headed-list--row",
        "headed-list--cursor",
    }

    class Highlighted(Message):
        """Another line is highlighted, or none."""

    class Opened(Message):
        """The highlighted line was clicked twice."""

    def __init__(
        self,
        columns: Sequence[ListColumn],
        words: Callable[[L], str],
        *,
        id: str | None = None,  # noqa: A002 - Textual's own name for it
    ) -> None:
        """`words` says the heading under which a line stands."""
        super().__init__(0, id=id)
        self._columns = tuple(columns)
        self._words = words
        self._rows: list[L | _Heading] = []
        self._nothing: tuple[str, ...] = ()

    @property
    def highlighted(self) -> L | None:
        """The line under the cursor."""
        return self._line_at(self._cursor)

    @property
    def is_near_the_end(self) -> bool:
        """Whether somebody may soon want to see more than there is."""
        return self._cursor + 2 * max(1, self.visible_rows) >= len(self._rows)

    def show(self, lines: Iterable[L]) -> None:
        """Show other lines, the newest first. The highlight stays on what it was on, and on its line of the screen."""
        before, line, row, top = self.highlighted, self.highlighted_line, self._cursor, self.top
        self._rows = []
        self._add(lines)
        found = None if before is None else self._row_of(before.key)
        self.measure(len(self._rows))
        row = self._beside(min(row, len(self._rows) - 1) if found is None else found, 1)
        # Whoever stands at the newest wants to see what comes.
        self.place(row, row - line if before and top else 0)
        self.refresh()
        if self.highlighted != before:
            self.post_message(self.Highlighted())

    def extend(self, lines: Iterable[L]) -> None:
        """Show more lines, which stand behind all that are here."""
        self._add(lines)
        self.measure(len(self._rows))
        self.refresh()

    def explain_nothing(self, *texts: str) -> None:
        """What to say in the middle for as long as there is no line."""
        if texts != self._nothing:
            self._nothing = texts
            self.refresh()

    def move(self, row: int, top: int) -> None:
        """Highlight a row, or the one beside it where it is a heading; the heading above it stays in sight."""
        row = max(0, min(row, len(self._rows) - 1))
        row = self._beside(row, 1 if row >= self._cursor else -1)
        if row and self._line_at(row - 1) is None:
            top = min(top, row - 1)
        super().move(row, top)

    def cursor_moved(self) -> None:
        """Tell which line is highlighted."""
        if self._rows and self.highlighted is None:
            # The wheel has brought a heading under it.
            self._cursor = self._beside(self._cursor, 1)
            self.refresh()
        self.post_message(self.Highlighted())

    def on_click(self, event: events.Click) -> None:
        """Highlight a line; open it by a double click."""
        line = event.y - self.gutter.top - HEADER
        row = self.top + line
        if event.button == 1 and line >= 0 and self._line_at(row) is not None:
            self.move(row, self.top)
            if event.chain == 2:
                self.post_message(self.Opened())

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        width, row = self.scrollable_content_region.width, self.top + y - HEADER
        if not self._rows:
            return self._strip("row", self._middle(y, width))
        if y < HEADER:
            return self._strip("header", heading_of(self._columns, width))
        line = self._line_at(row)
        if line is not None:
            return self._strip("cursor" if row == self._cursor else "row", laid_out(line.cells, self._columns, width))
        below = self._line_at(row + 1)
        if below is None:
            return self._strip("row", cell_line("", width))
        return self._strip("heading", cell_line(self._words(below), width))

    def _strip(self, style: str, text: str) -> Strip:
        return Strip([Segment(text, self.get_component_rich_style(f"headed-list--{style}"))], cell_len(text))

    def _middle(self, y: int, width: int) -> str:
        broken = [part for text in self._nothing for part in wrapped(text, width)]
        at = y - max(0, self.size.height - len(broken)) // 2
        text = broken[at] if 0 <= at < len(broken) else ""
        return cell_line(" " * ((width - cell_len(text)) // 2) + text, width)

    def _add(self, lines: Iterable[L]) -> None:
        last = self._line_at(len(self._rows) - 1)
        heading = _NONE if last is None else _Heading(last.heading)
        for line in lines:
            if line.heading != heading.of:
                heading = _Heading(line.heading)
                self._rows.append(heading)
            self._rows.append(line)

    def _line_at(self, row: int) -> L | None:
        """The line of a row; None of a heading, and where there is no row."""
        found = self._rows[row] if 0 <= row < len(self._rows) else _NONE
        return None if isinstance(found, _Heading) else found

    def _row_of(self, key: int | str) -> int | None:
        return next((at for at, one in enumerate(self._rows) if not isinstance(one, _Heading) and one.key == key), None)

    def _beside(self, row: int, direction: int) -> int:
        """A row that is no heading: every heading has a line below it, and all but the first one above."""
        if 0 <= row < len(self._rows) and self._line_at(row) is None:
            return row + (direction if row else 1)
        return max(0, row)
