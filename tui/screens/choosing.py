"""What the dialogs share that put a list in order: rows that change under the cursor, and one that applies them."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from tui.keys import rows, spoken

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

T = TypeVar("T")


class _Rows(OptionList, inherit_bindings=False):
    """The keys are the dialog's."""


class ChoosingScreen(ModalScreen[T | None]):
    """Closed with what was chosen, or with None when everything is to stay as it was."""

    HEADING: ClassVar[str]
    APPLY: ClassVar[str]
    """What stands in the last row."""
    TOLD: ClassVar[tuple[tuple[str, ...], ...]]
    """The ids of the keys that are named below the list, line by line."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "cursor(-1)", "Up", show=False, id="choosing.up"),
        Binding("down,j", "cursor(1)", "Down", show=False, id="choosing.down"),
        Binding("home,g", "edge(-1)", "First", show=False, id="choosing.home"),
        Binding("end,G", "edge(1)", "Last", show=False, id="choosing.end"),
        Binding("a", "apply", "apply", show=False, id="choosing.apply"),
        Binding("escape,q", "cancel", "leave as it was", show=False, id="choosing.cancel"),
    ]

    VERTICAL_BREAKPOINTS = [(0, "-short"), (24, "-tall")]  # noqa: RUF012 - Textual does not declare it a class's

    def rows(self) -> list[Text]:
        """The rows as they are now; always as many."""
        raise NotImplementedError

    def act_on(self, row: int) -> None:
        """Enter was pressed on a row, or it was clicked."""
        raise NotImplementedError

    def chosen(self) -> T:
        """What is chosen now."""
        raise NotImplementedError

    @property
    def row(self) -> int | None:
        """The row under the cursor; None for the last one, which applies."""
        at = self._list.highlighted
        return at if at is not None and at < self._list.option_count - 1 else None

    def compose(self) -> ComposeResult:
        """The list, and under it the keys."""
        self._list = _Rows(*map(Option, self.rows()), None, Option(Text(self.APPLY, "bold")))
        self._keys = Static(classes="choosing-keys", markup=False)
        with Vertical(classes="dialog choosing"):
            yield Static(self.HEADING, classes="dialog-heading", markup=False)
            yield self._list
            yield self._keys

    def on_mount(self) -> None:
        """Name the keys as they are, those that the settings changed too."""
        keys, whats = spoken(self), {row.id: row.what for row in rows(self)}
        lines = [[Text.assemble((keys[name], "bold"), f" {whats[name]}") for name in line] for line in self.TOLD]
        self._keys.update(Text("\n").join(Text(" · ").join(line) for line in lines))

    def redraw(self, cursor: int | None = None) -> None:
        """Show the rows as they are now, with the cursor on another one if asked."""
        for at, row in enumerate(self.rows()):
            self._list.replace_option_prompt_at_index(at, row)
        if cursor is not None:
            self._list.highlighted = cursor

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A row was clicked."""
        self._list.highlighted = event.option_index
        self.action_enter()

    def action_enter(self) -> None:
        """What enter and a click do."""
        if self.row is None:
            self.action_apply()
        else:
            self.act_on(self.row)

    def action_cursor(self, direction: int) -> None:
        """Go one row on; from the last to the first."""
        self._list.highlighted = ((self._list.highlighted or 0) + direction) % self._list.option_count

    def action_edge(self, direction: int) -> None:
        """Go to the first row or the last."""
        self._list.highlighted = 0 if direction < 0 else self._list.option_count - 1

    def action_apply(self) -> None:
        """Leave with what is chosen."""
        self.dismiss(self.chosen())

    def action_cancel(self) -> None:
        """Leave everything as it was."""
        self.dismiss(None)
