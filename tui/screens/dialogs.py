"""A screen that asks: which columns, which order, whose records, who connects; and that helps."""

from __future__ import annotations

from typing import Final

from core.domain.account import Access, Account
from core.domain.collection import Collection
from core.domain.ids import InstanceId, Shelf
from core.errors import FromFile, NotConnected, RunoutError
from tui.render.coverage import coverage_lines
from tui.render.notices import account_page
from tui.render.rows import DEFAULT_COLUMNS
from tui.render.schedule import PACES, next_looks
from tui.screens.accounts import AccountsScreen
from tui.screens.changes import ChangesScreen
from tui.screens.columns import ColumnsScreen
from tui.screens.duplicates import DuplicatesScreen
from tui.screens.first_run import FirstRunScreen, Wish
from tui.screens.help import HelpScreen
from tui.screens.history import HistoryScreen
from tui.screens.pace import PaceScreen
from tui.screens.sorting import SortScreen
from tui.screens.warned import WarnedScreen

from textual import work

DEMO: Final = 100
"""The exit code by which the app asks its caller for the demo."""


class DialogsScreen(WarnedScreen):
    """What a screen needs beside this: `show_columns`, and `go_to` a copy."""

    _columns = DEFAULT_COLUMNS

    def show_columns(self, names: tuple[str, ...]) -> None:
        """Show other columns."""
        raise NotImplementedError

    def go_to(self, instance: InstanceId) -> None:
        """Highlight a copy among all records."""
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
        chosen = await self.app.push_screen_wait(ColumnsScreen(self._columns, self._shelf))
        if chosen:
            self.show_columns(chosen)
            self.keep()

    @work(group="dialog", exclusive=True)
    async def action_order(self) -> None:
        """Choose what the records are sorted by."""
        chosen = await self.app.push_screen_wait(SortScreen(self._view.order, self._shelf))
        if chosen:
            self.order_by(chosen)

    def action_changes(self) -> None:
        """Look at what came, went or was edited."""
        if (account := self._somebody()) is not None:
            self.app.push_screen(ChangesScreen(self._core, self._clock, account, site_url=self._site_url))

    def action_duplicates(self) -> None:
        """Look at what is owned more than once."""
        account, site = self._somebody(), self._site_url
        if account is None:
            return
        if self._shelf is not Shelf.COLLECTION:
            key = self._keys.get("browse.wantlist", "")
            self.notify(f"What is owned more than once is told of the collection. {key} opens it.", markup=False)
            return
        page = account_page(site, account, self._shelf)
        self.app.push_screen(DuplicatesScreen(account.username, self._whole, self.go_to, site_url=site, page=page))

    def _whole(self) -> Collection | None:
        """All that is open; None before it was read."""
        return self._view.collection if self._is_whole else None

    def action_history(self) -> None:
        """Look at the syncs there were."""
        if (account := self._somebody()) is not None:
            core, sync, stop = self._core, self.action_sync, self.action_cancel_sync
            self.app.push_screen(
                HistoryScreen(core, self._clock, account, site_url=self._site_url, sync=sync, stop=stop)
            )

    @work(group="dialog", exclusive=True)
    async def action_schedule(self) -> None:
        """Choose how often the account is synced by itself."""
        if (account := self._somebody()) is None:
            return
        if account.access is Access.LOCAL:
            self.notify(self.worded(FromFile(account.username)), timeout=20, markup=False)
            return
        try:
            schedule = await self._core.schedule.settings(account)
            looks = next_looks(account, schedule.every, schedule.turns, self._clock.now())
            coverage = await self._core.enrich.coverage(account, self._shelf)
            told = (*looks, *coverage_lines(coverage, self._enriching))
            chosen = await self.app.push_screen_wait(PaceScreen(account.username, schedule.every, told))
            if chosen is not None and chosen is not schedule.every:
                await self._core.schedule.set_every(account, chosen)
                schedule = await self._core.schedule.settings(account)
                said = "\n".join(next_looks(account, schedule.every, schedule.turns, self._clock.now()))
                self.notify(said, title=PACES[chosen][0], markup=False)
        except RunoutError as error:
            self.notify(self.worded(error), severity="error", timeout=20, markup=False)

    def _somebody(self) -> Account | None:
        """Whose records are looked at; when nobody's are, that is said."""
        if self._account is None:
            self.notify(self.worded(NotConnected()), severity="warning", markup=False)
        return self._account

    @work(group="dialog", exclusive=True)
    async def action_accounts(self) -> None:
        """Look at the records of another account that is connected in this terminal."""
        try:
            accounts = await self._core.library.accounts()
            if len(accounts) < 2:
                key = self._keys.get("browse.connect")
                more = f" {key} connects another account." if key else ""
                only = self.worded(NotConnected()) if not accounts else f"Nobody else is connected here.{more}"
                self.notify(only, markup=False)
                return
            if self.is_syncing:
                self.notify("A sync is running. Switch when it is done.", markup=False)
                return
            chosen = await self.app.push_screen_wait(AccountsScreen(accounts, self._clock.now()))
        except RunoutError as error:
            self.notify(self.worded(error), severity="error", timeout=20, markup=False)
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
                per_minute=self._known.per_minute,
                has_application=self._known.has_application,
                current=self._account.username if self._account else "",
            )
        )
        await self.keep_now()
        if chosen is Wish.DEMO:
            self.app.exit(return_code=DEMO)
        elif isinstance(chosen, Account):
            self.open(chosen, and_sync=True)
