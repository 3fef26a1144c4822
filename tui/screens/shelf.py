"""A screen on somebody's records: opens them as they were left, keeps the view, and remembers how it is left."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import date
from typing import Final

from core.app import Core
from core.clock import Clock
from core.domain.account import Account
from core.domain.collection import Collection
from core.domain.desk import Desk
from core.domain.index import Index
from core.domain.progress import SyncEvent, SyncProgress
from core.domain.sorting import DEFAULT, Order, UnknownColumnError, parse_order
from core.domain.view import View, view_of
from core.errors import QuerySyntaxError, RunoutError
from tui.screens.syncing import SyncingScreen
from tui.wording import describe

from textual import work
from textual.timer import Timer

_MORE: Final = 1.25
"""How many times as many rows have to be here to be shown while they arrive."""

_SAVED_AFTER: Final = 1.0
"""Seconds without a change after which it is kept how the screen stands."""

_MINUTE: Final = 60.0


class ShelfScreen(SyncingScreen):
    """What a screen needs beside this: `show` a view, `restore` a desk, and tell its own `desk`."""

    def __init__(self, core: Core, clock: Clock, *, site_url: str) -> None:
        super().__init__(core, clock, site_url=site_url)
        self._view = view_of(Collection())
        self._total = 0
        self._opening = True
        self._wanted = ""
        self._saving: Timer | None = None

    def show(self, view: View) -> None:
        """Show the records."""
        raise NotImplementedError

    def restore(self, desk: Desk) -> None:
        """Make the screen what it was when it was left."""
        raise NotImplementedError

    def desk(self) -> Desk:
        """How the screen stands now."""
        raise NotImplementedError

    def nobody(self) -> None:
        """Nobody has connected anything yet."""

    def on_mount(self) -> None:
        """Show the frame first, then fetch the rows."""
        super().on_mount()
        self.redraw()
        self.set_interval(_MINUTE, self._minute)
        self.call_after_refresh(self.open)

    @property
    def today(self) -> date:
        """The day from which ages are counted."""
        return self._clock.now().date()

    @work(group="load", exclusive=True)
    async def open(self, name: str = "") -> None:
        """Open an account, the one that was used last if none is named: what was on the screen first, then the rest."""
        self._opening = True
        try:
            self._account = await self._core.library.account(name)
            if self._account is not None:
                await self._open(self._account)
        except RunoutError as error:
            self.notify(describe(error), severity="error", timeout=20, markup=False)
        else:
            if self._account is None:
                self.nobody()
        finally:
            self._opening = False
            self.redraw()

    async def _open(self, account: Account) -> None:
        desk = await self._core.desk.of(account)
        first = await self._core.library.first_rows(account, desk)
        self._wanted, order = desk.text, _order(desk)
        self._total = first.total if first else 0
        self.show(View.in_this_order(first.collection if first else Collection(), order))
        self.restore(desk)
        await self._painted()
        await self.renew()

    async def _painted(self) -> None:
        """Until what was shown is on the screen."""
        done = asyncio.Event()
        self.call_after_refresh(done.set)
        await done.wait()

    async def renew(self) -> None:
        """Show what is published now, under the filter that stands in the bar when it has been read."""
        account = self._account
        if account is None:
            return
        collection = await self._core.library.collection(account)
        order = self._view.order
        view = await asyncio.to_thread(View.of, Index(collection), order, today=self.today)
        if self._account is None or self._account.id != account.id:
            return  # Somebody switched to another account meanwhile.
        self._opening = False
        self._total = len(collection.copies)
        if self._view.order != order:
            view = await asyncio.to_thread(view.sorted, self._view.order)
        with contextlib.suppress(QuerySyntaxError):
            view = view.filtered(self._wanted, self.today)
        self.show(view)

    def look_for(self, text: str) -> None:
        """Show what a query leaves. Raises QuerySyntaxError; what was shown last stays then."""
        view = self._view.filtered(text, self.today)
        self._wanted = text
        if not self._opening:
            self.show(view)
        self.keep()

    @work(group="sort", exclusive=True)
    async def order_by(self, order: Order) -> None:
        """Show the records in another order."""
        view = await asyncio.to_thread(self._view.sorted, order)
        if view.text != self._view.text or view.index is not self._view.index:
            view = await asyncio.to_thread(self._view.sorted, order)
        self.show(view)
        self.keep()

    def arrived(self, event: SyncEvent) -> None:
        """Show what is here of a first sync whenever a quarter more has come, so that showing never holds it up."""
        here = self._view.collection
        is_first = here.arriving is not None or not here.copies
        if not is_first or any(one.group == "arrive" for one in self.workers):
            return
        if isinstance(event, SyncProgress) and event.seen > _MORE * len(here.copies):
            self._arrive()

    @work(group="arrive")
    async def _arrive(self) -> None:
        with contextlib.suppress(RunoutError):
            await self.renew()

    def keep(self) -> None:
        """Remember how the screen stands, soon."""
        if self._saving is not None:
            self._saving.stop()
        self._saving = self.set_timer(_SAVED_AFTER, self._keep)

    @work(group="keep", exclusive=True)
    async def _keep(self) -> None:
        await self.keep_now()

    async def keep_now(self) -> None:
        """Remember how the screen stands. What cannot be kept is forgotten: it is a convenience."""
        if self._account is not None and not self._opening:
            with contextlib.suppress(RunoutError):
                await self._core.desk.save(self._account, self.desk())

    @work(group="minute", exclusive=True)
    async def _minute(self) -> None:
        """Ages move on; and another process may have synced meanwhile."""
        if self._account is not None and self._sync_state is None and not self._opening:
            with contextlib.suppress(RunoutError):
                now = await self._core.library.account(self._account.username)
                before, self._account = self._account, now
                if now is not None and now.last_sync_at != before.last_sync_at:
                    await self.renew()
        self.redraw()


def _order(desk: Desk) -> Order:
    try:
        return parse_order(desk.order) if desk.order else DEFAULT
    except UnknownColumnError:
        return DEFAULT
