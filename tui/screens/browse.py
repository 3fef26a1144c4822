"""The screen with the records: owns the view, filters it as somebody types, and runs a sync beside it."""

from __future__ import annotations

import asyncio
import contextlib
from typing import ClassVar

from core.app import Core
from core.clock import Clock
from core.domain.account import Account
from core.domain.collection import Collection, Copy
from core.domain.progress import SyncEvent, SyncFinished, SyncProgress, SyncReport, SyncStarted
from core.domain.view import View, ordered, view_of
from core.errors import NotConnected, QuerySyntaxError, RunoutError
from tui.messages import SyncProgressed
from tui.progress import summary
from tui.render.detail import detail
from tui.render.status import nothing_here, status
from tui.screens.accounts import AccountsScreen
from tui.screens.help import HelpScreen
from tui.widgets.filter_bar import FilterBar
from tui.widgets.record_detail import RecordDetail
from tui.widgets.record_table import RecordTable
from tui.widgets.status_line import StatusLine
from tui.wording import describe

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.screen import Screen
from textual.widgets import Footer

_MINUTE = 60.0

_MORE = 1.25
"""How many times as many rows have to be here to be shown while they arrive."""


class BrowseScreen(Screen[None]):
    """Filter above, records, details beside or below them, status at the bottom."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "Filter", key_display="/", id="browse.filter"),
        Binding("escape", "clear", "Clear filter", show=False, id="browse.clear"),
        Binding("d", "toggle_detail", "Details", id="browse.detail"),
        Binding("s", "sync", "Sync", id="browse.sync"),
        Binding("a", "accounts", "Accounts", show=False, id="browse.accounts"),
        Binding("question_mark", "help", "Help", key_display="?", id="browse.help"),
        Binding("q", "app.quit", "Quit", id="browse.quit"),
    ]

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012 - Textual does not declare it a class's
    VERTICAL_BREAKPOINTS = [(0, "-short"), (17, "-tall")]  # noqa: RUF012 - as above

    def __init__(self, core: Core, clock: Clock, *, site_url: str) -> None:
        super().__init__()
        self._core = core
        self._clock = clock
        self._site_url = site_url
        self._account: Account | None = None
        self._view = view_of(Collection())
        self._sync_state: SyncEvent | None = None
        self._opening = True
        self._bar = FilterBar(id="filter")
        self._records = RecordTable(self._view, id="table")
        self._detail = RecordDetail(id="detail")
        self._status = StatusLine(id="status")

    def compose(self) -> ComposeResult:
        """Everything that is visible."""
        yield self._bar
        with Container(id="records"):
            yield self._records
            yield self._detail
        yield self._status
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Show the frame first, then fetch the rows."""
        self._redraw()
        self._records.focus()
        self.set_interval(_MINUTE, self._redraw)
        self._load()

    @work(group="load", exclusive=True)
    async def _load(self) -> None:
        try:
            self._account = await self._core.library.account()
            if self._account is not None:
                await self._renew(self._account)
        except RunoutError as error:
            self.notify(describe(error), severity="error", timeout=20, markup=False)
        finally:
            self._opening = False
            self._redraw()

    @on(FilterBar.Changed)
    def _filter_typed(self, event: FilterBar.Changed) -> None:
        try:
            self._show(self._view.filtered(event.text))
        except QuerySyntaxError as error:
            self._bar.explain(error)
        else:
            self._bar.explain(None)

    @on(FilterBar.Left)
    @on(RecordDetail.Left)
    def _back_to_records(self) -> None:
        self._records.focus()

    @on(RecordTable.Highlighted)
    def _highlighted(self, event: RecordTable.Highlighted) -> None:
        self._show_detail(event.copy)

    @on(RecordTable.Opened)
    def _opened(self) -> None:
        self._detail.display = True
        self._detail.focus()

    @on(RecordDetail.Resized)
    def _detail_resized(self) -> None:
        self._show_detail(self._records.highlighted)

    @on(SyncProgressed)
    def _sync_progressed(self, message: SyncProgressed) -> None:
        if self._sync_state is not None:
            self._sync_state = message.event
            self._redraw()
            self._show_arrived(message.event)

    def _show_arrived(self, event: SyncEvent) -> None:
        """Show what is here of a first sync whenever a quarter more has come, so that showing never holds it up."""
        here = self._view.collection
        is_first = here.arriving is not None or not here.copies
        if not is_first or self._account is None or any(one.group == "arrive" for one in self.workers):
            return
        if isinstance(event, SyncProgress) and event.seen > _MORE * len(here.copies):
            self._arrive(self._account)

    @work(group="arrive")
    async def _arrive(self, account: Account) -> None:
        with contextlib.suppress(RunoutError):
            await self._renew(account)

    def action_filter(self) -> None:
        """Type a filter."""
        self._bar.start_typing()

    def action_clear(self) -> None:
        """Take the filter away."""
        self._bar.clear()

    def action_toggle_detail(self) -> None:
        """Show or hide the details."""
        self._detail.display = not self._detail.display
        if not self._detail.display:
            self._back_to_records()

    def action_help(self) -> None:
        """Show all keys and the filter language."""
        self.app.push_screen(HelpScreen(self))

    @work(group="accounts", exclusive=True)
    async def action_accounts(self) -> None:
        """Look at the records of another account that is connected in this terminal."""
        try:
            accounts = await self._core.library.accounts()
            if len(accounts) < 2:
                only = describe(NotConnected()) if not accounts else "Nobody else is connected: `runout connect`."
                self.notify(only, markup=False)
                return
            if self._sync_state is not None:
                self.notify("A sync is running. Switch when it is done.", markup=False)
                return
            chosen = await self.app.push_screen_wait(AccountsScreen(accounts, self._clock.now()))
            if chosen is not None and chosen.id != (self._account.id if self._account else None):
                await self._core.library.use(chosen)
                self._account = chosen
                await self._renew(chosen)
        except RunoutError as error:
            self.notify(describe(error), severity="error", timeout=20, markup=False)

    def action_sync(self) -> None:
        """Fetch the collection; browsing goes on meanwhile."""
        if self._sync_state is not None:
            self.notify("A sync is running already.", markup=False)
        elif self._account is None:
            self.notify(describe(NotConnected()), severity="warning", markup=False)
        else:
            self._sync_state = SyncStarted()
            self._redraw()
            self._sync(self._account)

    @work(group="sync", exclusive=True)
    async def _sync(self, account: Account) -> None:
        try:
            report = await self._core.sync.run(account, self._sync_event)
            self.workers.cancel_group(self, "arrive")
            if report.is_published:
                self._account = await self._core.library.account()
                await self._renew(account)
            self._tell(report)
        except RunoutError as error:
            self.notify(describe(error), severity="error", timeout=20, markup=False)
        finally:
            self._sync_state = None
            self._redraw()

    async def _renew(self, account: Account) -> None:
        """Show what is published now, under the filter that stands in the bar when it has been read."""
        collection = await self._core.library.collection(account)
        in_order = await asyncio.to_thread(ordered, collection, self._view.order)
        self._show(self._view.refreshed(in_order))

    def _sync_event(self, event: SyncEvent) -> None:
        if not isinstance(event, SyncFinished):
            self.post_message(SyncProgressed(event))

    def _tell(self, report: SyncReport) -> None:
        for problem in report.problems:
            self.notify(describe(problem), severity="warning", timeout=20, markup=False)
        if report.is_published:
            self.notify(summary(report), title="Synced", markup=False)

    def _show(self, view: View) -> None:
        self._view = view
        self._records.show(view)
        self._redraw()

    def _show_detail(self, copy: Copy | None) -> None:
        if copy is None:
            self._detail.show(Text())
        else:
            now, width = self._clock.now(), self._detail.scrollable_content_region.width
            self._detail.show(detail(copy, self._view.collection, site_url=self._site_url, now=now, width=width))

    def _redraw(self) -> None:
        """Bring what is not the view's own in line with the state."""
        syncing = self._sync_state is not None
        self._records.explain_nothing(nothing_here(self._view, self._account, loading=self._opening, syncing=syncing))
        self._status.show(status(self._view, self._account, self._sync_state, self._clock.now()))
