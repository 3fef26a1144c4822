"""A screen from which a collection is synced: what runs, how long it still takes, how it ended, and what is asked."""

from __future__ import annotations

from core.app import Core
from core.clock import Clock
from core.domain.account import Account
from core.domain.progress import SyncEvent, SyncFinished, SyncOutcome, SyncReport, SyncStarted, Word
from core.domain.spending import BudgetStatus
from core.errors import NeedsYourWord, NotConnected, RunoutError
from tui.messages import SyncProgressed
from tui.progress import summary
from tui.render.notices import collection_page
from tui.screens.vanished import VanishedScreen
from tui.wording import describe

from textual import on, work
from textual.screen import Screen
from textual.worker import Worker

_GLANCE = 1.0
"""Seconds after which the budget is looked at again while something runs."""

_SELDOM = 10
"""How many times as long while nothing does: others on this machine may spend it."""


class SyncingScreen(Screen[None]):
    """What a screen needs beside this: `renew` shows what is published now, `redraw` what else has changed."""

    def __init__(self, core: Core, clock: Clock, *, site_url: str) -> None:
        super().__init__()
        self._site_url = site_url
        self._core = core
        self._clock = clock
        self._account: Account | None = None
        self._sync_state: SyncEvent | None = None
        self._budget: BudgetStatus | None = None
        self._sync_worker: Worker[None] | None = None
        self._can_be_stopped = False
        self._glances = 0
        self._failure = ""
        """Why the last sync brought nothing."""

    async def renew(self) -> None:
        """Show what is published now."""
        raise NotImplementedError

    def redraw(self) -> None:
        """Show how far the sync is."""
        raise NotImplementedError

    def arrived(self, event: SyncEvent) -> None:
        """More of a sync is here."""

    @property
    def is_syncing(self) -> bool:
        """Whether a sync was begun here and has not ended."""
        return self._sync_worker is not None and not self._sync_worker.is_finished

    def action_sync(self) -> None:
        """Fetch the collection; browsing goes on meanwhile."""
        if self.is_syncing:
            self.notify("A sync is running already.", markup=False)
        elif self._account is None:
            self.notify(describe(NotConnected()), severity="warning", markup=False)
        else:
            self._begin(self._account, Word.ASK)

    def action_cancel_sync(self) -> None:
        """Stop the sync that runs; what is here stays as it is."""
        if self._sync_worker is None or not self._can_be_stopped:
            self.notify("No sync is running.", markup=False)
            return
        self._can_be_stopped = False
        self._sync_worker.cancel()
        self.notify(
            "Stopped. What was here is still here; a sync within half an hour goes on from there.", markup=False
        )

    def on_mount(self) -> None:
        """Look at the budget for as long as something runs."""
        self.set_interval(_GLANCE, self._look_at_budget)

    def _begin(self, account: Account, word: Word) -> None:
        self._can_be_stopped = True
        self._sync_worker = self._sync(account, word)

    @work(group="sync", exclusive=True)
    async def _sync(self, account: Account, word: Word) -> None:
        report: SyncReport | None = None
        try:
            self._sync_state, self._failure = SyncStarted(), ""
            self.redraw()
            report = await self._core.sync.run(account, self._sync_event, word)
            # From here on it is published, or it has failed: there is nothing to stop.
            self._can_be_stopped = False
            self._account = await self._core.library.account(account.username)
            if report.is_published:
                await self.renew()
            self._tell(report)
        except RunoutError as error:
            self._failure = describe(error)
            self.notify(self._failure, severity="error", timeout=20, markup=False)
        finally:
            self._can_be_stopped = False
            self._sync_state = self._budget = None
            self.redraw()
        if report is not None and report.outcome is SyncOutcome.NEEDS_WORD:
            self._ask(account, report)

    @work(group="ask", exclusive=True)
    async def _ask(self, account: Account, report: SyncReport) -> None:
        """The owner's word about what seems to be gone."""
        missing = next((one.missing for one in report.problems if isinstance(one, NeedsYourWord)), report.unseen)
        page = collection_page(self._site_url, account.username)
        word = await self.app.push_screen_wait(VanishedScreen(missing, report.copies, page=page))
        if word is not None:
            self._begin(account, word)

    def _sync_event(self, event: SyncEvent) -> None:
        if not isinstance(event, SyncFinished):
            self.post_message(SyncProgressed(event))

    @on(SyncProgressed)
    def _sync_progressed(self, message: SyncProgressed) -> None:
        if self._sync_state is not None:
            self._sync_state = message.event
            self.redraw()
            self.arrived(message.event)

    def _tell(self, report: SyncReport) -> None:
        if not report.is_published and report.problems:
            self._failure = describe(report.problems[0])
        for problem in report.problems:
            if not isinstance(problem, NeedsYourWord):
                self.notify(describe(problem), severity="warning", timeout=20, markup=False)
        if report.is_published:
            self.notify(summary(report), title="Synced", markup=False)

    @work(group="budget", exclusive=True)
    async def _look_at_budget(self) -> None:
        self._glances += 1
        if self._account is None or (self._sync_state is None and self._glances % _SELDOM):
            return
        try:
            found = await self._core.budget.status()
        except RunoutError:
            return  # It is told by the sync itself when nothing can be had.
        if found != self._budget:
            self._budget = found
            self.redraw()
