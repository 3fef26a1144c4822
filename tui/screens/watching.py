"""A screen that notices what happens elsewhere, and tells of what is looked at, so that it can be refreshed behind."""

from __future__ import annotations

from typing import Final

from core.app import Core
from core.clock import Clock
from core.domain.account import Access, Account
from core.domain.collection import Copy
from core.domain.ids import Shelf
from core.errors import NoSuchAccount, RunoutError, WantlistPrivate
from tui.render.shelves import other
from tui.screens.shelf import ShelfScreen

from textual import work
from textual.timer import Timer

_WATCHED_AFTER: Final = 2.0
"""Seconds after which it is looked again whether anybody has published anything."""

_MINUTE: Final = 60.0

_LOOKED_AT: Final = 1.0
"""Seconds for which the details of a copy have to be there to have been looked at, and not passed by."""


class WatchingScreen(ShelfScreen):
    """What a screen needs beside this: `shows_details`."""

    def __init__(self, core: Core, clock: Clock, *, site_url: str) -> None:
        super().__init__(core, clock, site_url=site_url)
        self._looking: Timer | None = None

    @property
    def shows_details(self) -> bool:
        """Whether the details of the highlighted copy can be seen."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """Look again and again."""
        self.set_interval(_WATCHED_AFTER, self._watch)
        self.set_interval(_MINUTE, self._minute)

    def action_wantlist(self) -> None:
        """Open the other shelf."""
        if self._account is not None and self._account.access is Access.LOCAL:
            self.notify("What came from a file has no wantlist.", markup=False)
            return
        self.turn_to(other(self._shelf))

    def was_opened(self, account: Account) -> None:
        """Refresh behind what has become old, and know why there is nothing."""
        self._core.look.at_shelf(account, self._shelf)
        self._note_opening(account, self._shelf)

    def looked_at(self, copy: Copy | None) -> None:
        """The details of a copy are there now: if they still are in a moment, somebody reads them."""
        if self._looking is not None:
            self._looking.stop()
        self._looking = self.set_timer(_LOOKED_AT, lambda: self._look_at(copy)) if copy is not None else None

    def _look_at(self, copy: Copy) -> None:
        if self._account is not None and self._is_whole and self.shows_details:
            self.looks_closely(copy)

    def looks_closely(self, copy: Copy) -> None:
        """Somebody reads the details of a copy: refresh behind what has become old of its row."""
        if self._account is not None:
            self._core.look.at_copies(self._account, (copy,), self._shelf)

    def look_now(self, copy: Copy | None) -> None:
        """Somebody has opened a copy: no need to wait whether it is passed by."""
        if self._looking is not None:
            self._looking.stop()
            self._looking = None
        if copy is not None:
            self._look_at(copy)

    @work(group="opened", exclusive=True)
    async def _note_opening(self, account: Account, shelf: Shelf) -> None:
        await self._core.schedule.touch(account)
        if shelf is Shelf.WANTLIST and account.access is Access.PUBLIC and not self._view.collection.copies:
            try:
                runs = await self._core.history.runs(account)
            except RunoutError:
                return  # Whoever asks for a sync is told.
            last = next((run for run in runs if run.shelf is shelf and run.outcome is not None), None)
            if last and self._is_open(account, shelf):
                self._is_private = any(isinstance(problem, WantlistPrivate) for problem in last.problems)
                self.redraw()

    def behind_is_over(self) -> None:
        """Ages may be others, even if nothing was published."""
        self._minute()

    def _watch(self) -> None:
        """Another process may have published something. What was begun here shows itself what it has published."""
        # The one before may still read the records: a large shelf takes a while.
        if self._is_whole and not any(one.group == "watch" for one in self.workers):
            self._renew_if_published()

    @work(group="watch")
    async def _renew_if_published(self) -> None:
        account = self._account
        if account is None or self._revision is None:
            return
        try:
            if await self._core.history.revision(account.id) != self._revision and self._is_of(account):
                await self._look_again(account)
        except RunoutError:
            pass  # Whatever it is, it is told when something is asked for.

    @work(group="minute", exclusive=True)
    async def _minute(self) -> None:
        """Ages move on; and another process may have looked, or deleted, meanwhile."""
        account = self._account
        if account is not None and self._is_whole:
            try:
                await self._look_again(account)
                await self._core.schedule.touch(account)
            except RunoutError:
                pass  # As above.
        if self._is_whole and self._view.today != self.today:
            self.show(self._view.filtered(self._wanted, self.today))
        self.redraw()

    async def _look_again(self, account: Account) -> None:
        """Show what is here of an account now; once it was deleted, whoever else is there."""
        try:
            now = await self._core.library.account(account.username)
        except NoSuchAccount:
            if self._is_of(account):
                self.open()
            return
        if now is not None and self._is_of(account):
            self._account = now
            await self.renew_published()
