"""A screen that asks: which columns, which order, whose records, who connects; and that helps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from core.app import Core
from core.clock import Clock
from core.domain.account import Account
from core.domain.ledger import PER_MINUTE
from core.errors import NotConnected, RunoutError
from tui.render.rows import DEFAULT_COLUMNS
from tui.render.states import KEYS, warnings
from tui.screens.accounts import AccountsScreen
from tui.screens.columns import ColumnsScreen
from tui.screens.first_run import FirstRunScreen, Wish
from tui.screens.help import HelpScreen
from tui.screens.shelf import ShelfScreen
from tui.screens.sorting import SortScreen
from tui.wording import describe

from textual import work

DEMO: Final = 100
"""The exit code by which the app asks its caller for the demo."""


class DialogsScreen(ShelfScreen):
    """What a screen needs beside this: `show_columns`."""

    def __init__(
        self,
        core: Core,
        clock: Clock,
        *,
        site_url: str,
        complaints: Sequence[str] = (),
        per_minute: int = PER_MINUTE,
    ) -> None:
        """`complaints` are about the settings; `per_minute` is how many requests Discogs allows."""
        super().__init__(core, clock, site_url=site_url)
        self._complaints = tuple(complaints)
        self._per_minute = per_minute
        self._keys = KEYS
        """What is pressed for what."""
        self._columns = DEFAULT_COLUMNS

    @property
    def warned(self) -> tuple[str, ...]:
        """What somebody should know for as long as it holds."""
        return warnings(self._account, self._complaints, self._keys)

    def show_columns(self, names: tuple[str, ...]) -> None:
        """Show other columns."""
        raise NotImplementedError

    def nobody(self) -> None:
        """Offer three ways to see records."""
        self.action_connect()

    def action_help(self) -> None:
        """Show all keys and the filter language."""
        self.app.push_screen(HelpScreen(self, self.warned, site_url=self._site_url))

    @work(group="dialog", exclusive=True)
    async def action_columns(self) -> None:
        """Choose the columns and their order."""
        chosen = await self.app.push_screen_wait(ColumnsScreen(self._columns))
        if chosen:
            self.show_columns(chosen)
            self.keep()

    @work(group="dialog", exclusive=True)
    async def action_order(self) -> None:
        """Choose what the records are sorted by."""
        chosen = await self.app.push_screen_wait(SortScreen(self._view.order))
        if chosen:
            self.order_by(chosen)

    @work(group="dialog", exclusive=True)
    async def action_accounts(self) -> None:
        """Look at the records of another account that is connected in this terminal."""
        try:
            accounts = await self._core.library.accounts()
            if len(accounts) < 2:
                only = describe(NotConnected()) if not accounts else "Nobody else is connected here."
                self.notify(only, markup=False)
                return
            if self.is_syncing:
                self.notify("A sync is running. Switch when it is done.", markup=False)
                return
            chosen = await self.app.push_screen_wait(AccountsScreen(accounts, self._clock.now()))
        except RunoutError as error:
            self.notify(describe(error), severity="error", timeout=20, markup=False)
            return
        if chosen is not None and chosen.id != (self._account.id if self._account else None):
            await self.keep_now()
            self.open(chosen)

    @work(group="dialog", exclusive=True)
    async def action_connect(self) -> None:
        """Connect an account, look at somebody's public collection, or leave for the demo."""
        if self.is_syncing:
            self.notify("A sync is running. Connect another account when it is done.", markup=False)
            return
        connect = self._core.connect
        chosen = await self.app.push_screen_wait(
            FirstRunScreen(
                by_token=connect.by_token,
                by_public_name=connect.by_public_name,
                join=connect.join,
                copies_of=connect.copies_of,
                site_url=self._site_url,
                per_minute=self._per_minute,
                current=self._account.username if self._account else "",
            )
        )
        await self.keep_now()
        if chosen is Wish.DEMO:
            self.app.exit(return_code=DEMO)
        elif isinstance(chosen, Account):
            self.open(chosen, and_sync=True)
