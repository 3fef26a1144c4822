"""Choose whose records to look at, when several accounts are connected in this terminal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from core.domain.account import Account
from tui.render.account import account_line
from tui.widgets.choices import Choices

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option


class AccountsScreen(ModalScreen[Account | None]):
    """A list; closed with the account that was chosen, or without one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss_without", "Close", key_display="Esc", id="accounts.close"),
    ]

    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (16, "-roomy")]  # noqa: RUF012 - Textual does not declare it a class's

    def __init__(self, accounts: Sequence[Account], now: datetime) -> None:
        super().__init__()
        self._accounts = tuple(accounts)
        self._now = now

    def compose(self) -> ComposeResult:
        """One line for each, the one in use first."""
        yield Choices(*(Option(Text(account_line(one, self._now))) for one in self._accounts), id="accounts")

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Leave with the one that was chosen."""
        self.dismiss(self._accounts[event.option_index])

    def action_dismiss_without(self) -> None:
        """Leave everything as it is."""
        self.dismiss(None)
