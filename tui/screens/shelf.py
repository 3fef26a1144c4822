"""A screen on somebody's records: opens them as they were left, keeps the view, and remembers how it is left."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import date
from typing import Final

from core.app import Core
from core.clock import Clock
from core.domain.account import Account
from core.domain.collection import Collection, Copy
from core.domain.completing import complete
from core.domain.desk import Desk
from core.domain.index import Index
from core.domain.progress import SyncEvent, SyncProgress
from core.domain.query import parse
from core.domain.sorting import DEFAULT, Order, UnknownColumnError, parse_order
from core.domain.view import View, view_of
from core.errors import NoSuchAccount, QuerySyntaxError, RunoutError
from tui.letting_go import let_go
from tui.screens.syncing import SyncingScreen
from tui.wording import describe

from textual import work
from textual.timer import Timer

_MORE: Final = 1.25
"""How many times as many rows have to be here to be shown while they arrive."""

_SAVED_AFTER: Final = 1.0
"""Seconds without a change after which it is kept how the screen stands."""

_MINUTE: Final = 60.0

_LARGE: Final = ("label", "artist", "title", "number", "format")
"""Fields of so many values that they are looked through beforehand."""


class ShelfScreen(SyncingScreen):
    """What a screen needs beside this: `show` a view, `restore` a desk, and tell its own `desk`."""

    def __init__(self, core: Core, clock: Clock, *, site_url: str) -> None:
        super().__init__(core, clock, site_url=site_url)
        self._view = view_of(Collection())
        self._wanted = ""
        """The query that holds, or will when the records have been read; it can be understood."""
        self._order: Order = DEFAULT
        """The order in the same sense."""
        self._total = 0
        self._opening = True
        self._openings = 0
        """How often something was opened: what was replaced by another opening has no say any more."""
        self._is_whole = False
        """Whether the view is of all that there is, so that it is worth remembering."""
        self._is_typed = False
        """Whether somebody has typed a filter since the opening began: it is not replaced by the one that was left."""
        self._reading = asyncio.Lock()
        self.names: set[str] = set()
        """Of all members whose records were looked at here."""
        self._saving: Timer | None = None

    def show(self, view: View) -> None:
        """Show the records."""
        raise NotImplementedError

    def restore(self, desk: Desk, text: str | None) -> None:
        """Make the screen what it was when it was left; `text` is the filter, None to leave the line alone."""
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
    async def open(self, chosen: Account | None = None, *, and_sync: bool = False) -> None:
        """Open an account, else the one that was used last: what was on the screen first, then the rest."""
        self._openings += 1
        mine = self._openings
        self._opening, self._is_whole, self._is_typed, self._failure = True, False, False, ""
        account: Account | None = None
        try:
            if chosen is not None:
                await self._core.library.use(chosen)
            account = await self._core.library.account(chosen.username if chosen else "")
            if account is not None:
                await self._open(account)
        except RunoutError as error:
            self._account, self._failure = account, describe(error)
            self.show(view_of(Collection()))
            self.notify(self._failure, severity="error", timeout=20, markup=False)
        else:
            if account is None:
                self.nobody()
        finally:
            if mine == self._openings:
                self._opening = False
                self.redraw()
        if and_sync and mine == self._openings:
            self.action_sync()

    async def _open(self, account: Account) -> None:
        desk = await self._core.desk.of(account)
        first = await self._core.library.first_rows(account, desk)
        self._account, self._order = account, _order(desk)
        self.names.add(account.username)
        self._total = first.total if first else 0
        if not self._is_typed:
            self._wanted = desk.text if _is_understood(desk.text) else ""
        self.show(View.in_this_order(first.collection if first else Collection(), self._order))
        self.restore(desk, None if self._is_typed else desk.text)
        await self._painted()
        await self.renew()

    async def _painted(self) -> None:
        """Until what was shown is on the screen."""
        done = asyncio.Event()
        self.call_after_refresh(done.set)
        await done.wait()

    async def renew(self) -> None:
        """Show what is published now, under the query and in the order that are wanted when it has been read.

        One reading at a time, so that no older state is shown after a newer one.
        """
        account = self._account
        held: list[Copy] = []
        async with self._reading:
            if account is None or not self._is_open(account):
                return
            collection = await self._core.library.collection(account)
            view = await asyncio.to_thread(_made, collection, self._order, self._wanted, self.today)
            view = await self._as_wanted(view)
            if self._is_open(account):
                self._opening, self._is_whole = False, True
                self._total = len(collection.copies)
                held += self._view.collection.copies
                self.show(view)
        del collection, view
        await let_go(held)

    def _is_open(self, account: Account) -> bool:
        """Whether it is still this account that is looked at."""
        return self._account is not None and self._account.id == account.id

    async def _as_wanted(self, view: View) -> View:
        """A view in the order and under the query that are wanted now: they may change while it is made."""
        while (view.order, view.text) != (wanted := (self._order, self._wanted)):
            view = await asyncio.to_thread(_turned, view, *wanted, self.today)
        return view

    def look_for(self, text: str) -> None:
        """Show what a query leaves. Raises QuerySyntaxError; what was shown last stays then."""
        parse(text)
        self._wanted, self._is_typed = text, True
        if not self._opening:
            self.show(self._view.filtered(text, self.today))
        self.keep()

    @work(group="sort", exclusive=True)
    async def order_by(self, order: Order) -> None:
        """Show the records in another order."""
        self._order = order
        before = self._view
        view = await self._as_wanted(before)
        if self._view.index is before.index:  # Else they were read anew meanwhile, in this order.
            self.show(view)
        self.keep()

    @work(group="completions", exclusive=True)
    async def get_completions_ready(self) -> None:
        """Of a large column the first completion takes so long that it would be felt."""
        index = self._view.index
        for field in _LARGE:
            await asyncio.to_thread(complete, f"{field}:", len(field) + 1, index)

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
        if self._account is not None and self._is_whole:
            with contextlib.suppress(RunoutError):
                await self._core.desk.save(self._account, self.desk())

    @work(group="minute", exclusive=True)
    async def _minute(self) -> None:
        """Ages move on; and another process may have synced, or deleted, meanwhile."""
        account = self._account
        if account is not None and self._is_whole and not self.is_syncing:
            try:
                now = await self._core.library.account(account.username)
                if now is not None and self._is_open(account):
                    self._account = now
                    if now.last_sync_at != account.last_sync_at:
                        await self.renew()
            except NoSuchAccount:
                if self._is_open(account):
                    self.open()
            except RunoutError:
                pass  # Whatever it is, it is told when something is asked for.
        if self._is_whole and self._view.today != self.today:
            self.show(self._view.filtered(self._wanted, self.today))
        self.redraw()


def _order(desk: Desk) -> Order:
    try:
        return parse_order(desk.order) if desk.order else DEFAULT
    except UnknownColumnError:
        return DEFAULT


def _is_understood(text: str) -> bool:
    try:
        parse(text)
    except QuerySyntaxError:
        return False
    return True


def _made(collection: Collection, order: Order, text: str, today: date) -> View:
    """Everything that a first look at a collection needs, made where nobody waits for it."""
    view = View.of(Index(collection), order, text, today)
    _ = collection.by_release
    return view


def _turned(view: View, order: Order, text: str, today: date) -> View:
    turned = view if view.order == order else view.sorted(order)
    return turned if turned.text == text else turned.filtered(text, today)
