"""Choose how often an account is synced by itself, and see when it is looked at next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from core.domain.schedule import Every
from core.text import printable
from tui.render.schedule import PACES
from tui.widgets.choices import Choices

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

_HOW: Final = "It happens while a terminal is open, or always with `runout daemon`. What you ask for works at any time."


class PaceScreen(ModalScreen[Every | None]):
    """A list; closed with the pace that was chosen, or without one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss_without", "Leave as it is", key_display="Esc", id="pace.close"),
    ]

    VERTICAL_BREAKPOINTS = [(0, "-short"), (22, "-tall")]  # noqa: RUF012 - Textual does not declare it a class's

    def __init__(self, username: str, every: Every, told: Sequence[str]) -> None:
        """`told`: when the account is looked at next and what else is read by itself, as things are."""
        super().__init__()
        self._username = username
        self._every = every
        self._told = tuple(told)

    def compose(self) -> ComposeResult:
        """What holds now is marked, and the highlight is on it."""
        with VerticalScroll(id="pace", classes="dialog", can_focus=False):
            yield Static(
                f"How often {printable(self._username)} is synced by itself", classes="dialog-heading", markup=False
            )
            yield Static("\n".join(self._told), markup=False)
            yield Choices(*(Option(self._row(every)) for every in PACES), id="pace-choices", compact=True)
            yield Static(_HOW, id="pace-how", classes="dialog-notice", markup=False)

    def on_mount(self) -> None:
        """Begin at what holds now."""
        choices = self.query_one(Choices)
        choices.highlighted = list(PACES).index(self._every)
        choices.focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Leave with the one that was chosen."""
        self.dismiss(list(PACES)[event.option_index])

    def action_dismiss_without(self) -> None:
        """Leave everything as it is."""
        self.dismiss(None)

    def _row(self, every: Every) -> Text:
        name, means = PACES[every]
        mark = "✓" if every is self._every else " "
        return Text.assemble((f"{mark} {name}", "bold"), f"\n  {means}")
