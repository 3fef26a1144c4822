"""A list of what has happened, by day: as long as need be, but only the lines on the screen are ever made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import ClassVar

from tui.render.past_lines import PastColumn, PastLine, cell_line, day_words, heading_of, laid_out
from tui.render.rows import wrapped
from tui.widgets.row_cursor import HEADER, RowCursor

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.strip import Strip


class PastList(RowCursor):
    """Days as headings, and below each what happened then; the highlight goes from one happening to the next."""

    ALLOW_SELECT = False

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "past-list--header",
        "past-list--day",
        "past-list--row",
        "past-list--cursor",
    }

    class Highlighted(Message):
        """Another line is highlighted; None when there is none."""

        def __init__(self, line: PastLine | None) -> None:
            self.line = line
            super().__init__()

    class Opened(Message):
        """The highlighted line was clicked twice."""

    def __init__(self, columns: Sequence[PastColumn], today: Callable[[], date], *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(0, id=id)
        self._columns = tuple(columns)
        self._today = today
        self._rows: list[PastLine | date] = []
        self._nothing: tuple[str, ...] = ()

    @property
    def highlighted(self) -> PastLine | None:
        """The line under the cursor."""
        row = self._rows[self._cursor] if self._cursor < len(self._rows) else None
        return row if isinstance(row, PastLine) else None

    @property
    def is_near_the_end(self) -> bool:
        """Whether somebody may soon want to see more than there is."""
        return self._cursor + 2 * max(1, self.visible_rows) >= len(self._rows)

    def show(self, lines: Iterable[PastLine]) -> None:
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
            self.post_message(self.Highlighted(self.highlighted))

    def extend(self, lines: Iterable[PastLine]) -> None:
        """Show more lines, which are older than all that are here."""
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
        if row and not isinstance(self._rows[row - 1], PastLine):
            top = min(top, row - 1)
        super().move(row, top)

    def cursor_moved(self) -> None:
        """Tell which line is highlighted."""
        if self._rows and self.highlighted is None:
            # The wheel has brought a heading under it.
            self._cursor = self._beside(self._cursor, 1)
            self.refresh()
        self.post_message(self.Highlighted(self.highlighted))

    def on_click(self, event: events.Click) -> None:
        """Highlight a line; open it by a double click."""
        line = event.y - self.gutter.top - HEADER
        row = self.top + line
        if event.button == 1 and line >= 0 and row < len(self._rows) and isinstance(self._rows[row], PastLine):
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
        one = self._rows[row] if row < len(self._rows) else None
        if isinstance(one, PastLine):
            return self._strip("cursor" if row == self._cursor else "row", laid_out(one.cells, self._columns, width))
        if one is None:
            return self._strip("row", cell_line("", width))
        return self._strip("day", cell_line(day_words(one, self._today()), width))

    def _strip(self, style: str, text: str) -> Strip:
        return Strip([Segment(text, self.get_component_rich_style(f"past-list--{style}"))], cell_len(text))

    def _middle(self, y: int, width: int) -> str:
        broken = [part for text in self._nothing for part in wrapped(text, width)]
        at = y - max(0, self.size.height - len(broken)) // 2
        text = broken[at] if 0 <= at < len(broken) else ""
        return cell_line(" " * ((width - cell_len(text)) // 2) + text, width)

    def _add(self, lines: Iterable[PastLine]) -> None:
        last = self._rows[-1] if self._rows else None
        day = last.day if isinstance(last, PastLine) else None
        for line in lines:
            if line.day != day:
                day = line.day
                self._rows.append(day)
            self._rows.append(line)

    def _row_of(self, key: int | str) -> int | None:
        return next((at for at, one in enumerate(self._rows) if isinstance(one, PastLine) and one.key == key), None)

    def _beside(self, row: int, direction: int) -> int:
        """A row that is no heading: every heading has a line below it, and all but the first one above."""
        if 0 <= row < len(self._rows) and not isinstance(self._rows[row], PastLine):
            return row + (direction if row else 1)
        return max(0, row)
