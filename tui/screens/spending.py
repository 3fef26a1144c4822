"""A screen that knows whose records it shows, and what is left of the requests, and which syncs run anywhere."""

from __future__ import annotations

from typing import Final

from core.app import Core
from core.clock import Clock
from core.domain.account import Account
from core.domain.ids import Shelf
from core.domain.progress import SyncEvent
from core.domain.spending import BudgetStatus, SyncUnderWay
from core.errors import RunoutError
from tui.advice import by_key
from tui.render.states import KEYS
from tui.render.status import progress_of, under_way
from tui.wording import describe

from textual import work
from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget

_GLANCE: Final = 1.0
"""Seconds after which the budget is looked at again while something runs."""

_SELDOM: Final = 4
"""How many times as long while nothing does: others on this machine may spend it, or sync this account."""


class SpendingScreen(Screen[None]):
    """What a screen needs beside this: `redraw` shows what has changed."""

    # Who gets or loses the focus paints itself; Textual's own paints the whole screen besides.
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    def __init__(self, core: Core, clock: Clock, *, site_url: str) -> None:
        super().__init__()
        self._site_url = site_url
        self._core = core
        self._clock = clock
        self._account: Account | None = None
        self._shelf = Shelf.COLLECTION
        """Which of the account's shelves is open."""
        self._sync_state: SyncEvent | None = None
        """How far the sync is that was begun here."""
        self._budget: BudgetStatus | None = None
        self._behind: SyncUnderWay | None = None
        """The sync of this account that runs without having been begun here, that of the open shelf before another."""
        self._glances = 0
        self._keys = KEYS
        """What is pressed for what."""

    def redraw(self) -> None:
        """Show what has changed."""
        raise NotImplementedError

    def arrived(self, event: SyncEvent) -> None:
        """More of a sync of the open shelf is here."""

    def behind_is_over(self) -> None:
        """A sync that ran behind has ended."""

    def worded(self, error: RunoutError, shelf: Shelf = Shelf.COLLECTION) -> str:
        """What went wrong and what to do here, where keys do it."""
        return describe(error, by_key(self._keys), shelf)

    def on_mount(self) -> None:
        """Look at the budget for as long as something runs."""
        self.set_interval(_GLANCE, self._look_at_budget)

    @work(group="budget", exclusive=True)
    async def _look_at_budget(self) -> None:
        self._glances += 1
        is_idle = self._sync_state is None and self._behind is None
        if self._account is None or (is_idle and self._glances % _SELDOM):
            return
        try:
            found = await self._core.budget.status()
        except RunoutError:
            return  # It is told by the sync itself when nothing can be had.
        if found == self._budget:
            return
        before, self._budget = self._behind, found
        self._behind = under_way(self._account, found, self._shelf) if self._sync_state is None else None
        self.redraw()
        if self._behind is not None and self._behind.shelf is self._shelf:
            self.arrived(progress_of(self._behind))
        if before is not None and self._behind is None:
            self.behind_is_over()
