"""A screen from which shelves are synced: what runs, how long it still takes, how it ended, and what is asked."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from core.app import Core
from core.clock import Clock
from core.domain.account import Access, Account
from core.domain.ids import Shelf
from core.domain.progress import AskedBy, SyncEvent, SyncFinished, SyncOutcome, SyncReport, SyncStarted, Word
from core.domain.view import View, view_of
from core.errors import FromFile, NeedsYourWord, NotConnected, RunoutError, WantlistPrivate
from tui.messages import SyncProgressed
from tui.progress import summary, wantlist_summary
from tui.render.notices import shelf_page
from tui.render.shelves import other
from tui.screens.spending import SpendingScreen
from tui.screens.vanished import VanishedScreen

from textual import on, work
from textual.worker import Worker

Errands = Sequence[tuple[Shelf, Word]]
"""Which shelves are synced, one after the other, and what is said of copies that Discogs no longer shows."""


class SyncingScreen(SpendingScreen):
    """What a screen needs beside this: `renew_published` shows what has been published."""

    def __init__(self, core: Core, clock: Clock, *, site_url: str) -> None:
        super().__init__(core, clock, site_url=site_url)
        self._synced: Shelf | None = None
        """The shelf that is synced here now."""
        self._sync_worker: Worker[None] | None = None
        self._can_be_stopped = False
        self._failure = ""
        """Why the last sync of the open shelf brought nothing."""
        self._is_private = False
        """Whether Discogs shows the open shelf to its owner only, who is somebody else."""

    async def renew_published(self) -> None:
        """Show what is published now, and how old it is."""
        raise NotImplementedError

    @property
    def is_syncing(self) -> bool:
        """Whether a sync was begun here and has not ended."""
        return self._sync_worker is not None and not self._sync_worker.is_finished

    def action_sync(self) -> None:
        """Fetch the open shelf and then the other; browsing goes on meanwhile."""
        self.sync_all(AskedBy.PERSON)

    def sync_all(self, by: AskedBy) -> None:
        """Sync both shelves, the open one first."""
        if self.is_syncing:
            self.notify("A sync is running already.", markup=False)
        elif self._account is None:
            self.notify(self.worded(NotConnected()), severity="warning", markup=False)
        elif self._account.access is Access.LOCAL:
            self.notify(self.worded(FromFile(self._account.username)), severity="warning", timeout=20, markup=False)
        else:
            self._begin(self._account, [(shelf, Word.ASK) for shelf in (self._shelf, other(self._shelf))], by)

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

    def _begin(self, account: Account, errands: Errands, by: AskedBy) -> None:
        self._can_be_stopped = True
        self._sync_worker = self._sync(account, errands, by)

    @work(group="sync", exclusive=True)
    async def _sync(self, account: Account, errands: Errands, by: AskedBy) -> None:
        """What could not be had of one shelf will not be had of the next, unless only that one is kept from us."""
        reports: list[SyncReport] = []
        try:
            for shelf, word in errands:
                reports.append(await self._sync_one(account, shelf, word, by))
                if not reports[-1].is_published and not _is_private(reports[-1]):
                    break
        except RunoutError as error:
            self._fail(self.worded(error), self._synced)
            self.notify(self.worded(error), severity="error", timeout=20, markup=False)
        finally:
            self._can_be_stopped = False
            self._sync_state = self._synced = self._budget = None
            self.redraw()
        self._say(reports)
        if asked := [report for report in reports if report.outcome is SyncOutcome.NEEDS_WORD]:
            self._ask(account, asked)

    async def _sync_one(self, account: Account, shelf: Shelf, word: Word, by: AskedBy) -> SyncReport:
        self._sync_state, self._synced, self._behind = SyncStarted(), shelf, None
        self._can_be_stopped = True
        if shelf is self._shelf:
            self._failure, self._is_private = "", False
        self.redraw()
        report = await self._core.sync.run(account, self._sync_event, word, shelf=shelf, by=by)
        # From here on it is published, or it has failed: there is nothing to stop.
        self._can_be_stopped = False
        self._account = await self._core.library.account(account.username)
        if report.is_published:
            await self.renew_published()
        self._tell(report, account)
        return report

    @work(group="ask", exclusive=True)
    async def _ask(self, account: Account, reports: Sequence[SyncReport]) -> None:
        """The owner's word about what seems to be gone, from each shelf."""
        errands: list[tuple[Shelf, Word]] = []
        for report in reports:
            missing = next((one.missing for one in report.problems if isinstance(one, NeedsYourWord)), report.unseen)
            word = await self.app.push_screen_wait(
                VanishedScreen(
                    missing,
                    report.copies,
                    page=shelf_page(self._site_url, account.username, report.shelf),
                    which=await self._missing(account, report.shelf),
                    shelf=report.shelf,
                )
            )
            if word is not None:
                errands.append((report.shelf, word))
        if errands:
            self._begin(account, errands, AskedBy.PERSON)

    async def _missing(self, account: Account, shelf: Shelf) -> View | None:
        try:
            found = await self._core.library.missing(account, shelf)
        except RunoutError:
            return None  # The question can be asked without the list.
        return await asyncio.to_thread(view_of, found) if found.copies else None

    def _sync_event(self, event: SyncEvent) -> None:
        if not isinstance(event, SyncFinished):
            self.post_message(SyncProgressed(event))

    @on(SyncProgressed)
    def _sync_progressed(self, message: SyncProgressed) -> None:
        if self._sync_state is not None:
            self._sync_state = message.event
            self.redraw()
            if self._synced is self._shelf:
                self.arrived(message.event)

    def _tell(self, report: SyncReport, account: Account) -> None:
        """Say what went wrong, as soon as it is known."""
        is_kept_from_us = _is_private(report) and account.access is Access.PUBLIC
        if is_kept_from_us and report.shelf is self._shelf:
            self._is_private = True
        if is_kept_from_us and report.shelf is not self._shelf:
            return  # Nobody's business, for who only looks at a public collection.
        if not report.is_published and report.problems:
            self._fail(self.worded(report.problems[0], report.shelf), report.shelf)
        for problem in report.problems:
            if not isinstance(problem, NeedsYourWord):
                self.notify(self.worded(problem, report.shelf), severity="warning", timeout=20, markup=False)

    def _fail(self, why: str, shelf: Shelf | None) -> None:
        if shelf in (None, self._shelf):
            self._failure = why

    def _say(self, reports: Sequence[SyncReport]) -> None:
        """Say how it ended: of both shelves in one place."""
        lines = [
            summary(report) if report.shelf is Shelf.COLLECTION else wantlist_summary(report)
            for report in reports
            if report.is_published
        ]
        if said := "\n".join(filter(None, lines)):
            self.notify(said, title="Synced", markup=False)


def _is_private(report: SyncReport) -> bool:
    return any(isinstance(problem, WantlistPrivate) for problem in report.problems)
