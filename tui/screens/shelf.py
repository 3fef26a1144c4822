"""A screen on somebody's records: opens them as they were left, keeps the view, and remembers how it is left."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any, Final

from core.app import Core
from core.clock import Clock
from core.domain.account import Account
from core.domain.collection import Collection, Copy
from core.domain.desk import Desk
from core.domain.ids import Shelf
from core.domain.progress import AskedBy, SyncEvent, SyncProgress
from core.domain.query import parse
from core.domain.sorting import DEFAULT, Order, UnknownColumnError, parse_order
from core.domain.standing import Standing
from core.domain.view import View, view_of
from core.errors import QuerySyntaxError, RunoutError
from tui.giving_way import between_keys
from tui.letting_go import let_go, parts_of
from tui.screens.viewing import ViewingScreen, made

from msgspec.structs import replace
from textual import work
from textual.timer import Timer

_MORE: Final = 1.25
"""How many times as many rows have to be here to be shown while they arrive."""

_SAVED_AFTER: Final = 1.0
"""Seconds without a change after which it is kept how the screen stands."""

_SHARED: Final = ("shows_facets", "asks_facets", "shows_detail", "theme")
"""What of a desk is the screen's rather than a shelf's."""


class ShelfScreen(ViewingScreen):
    """What a screen needs beside this: `restore` a desk, and tell its own `desk`."""

    def __init__(self, core: Core, clock: Clock, *, site_url: str) -> None:
        super().__init__(core, clock, site_url=site_url)
        self._total = 0
        self._openings = 0
        """How often something was opened: what was replaced by another opening has no say any more."""
        self._is_whole = False
        """Whether the view is of all that there is, so that it is worth remembering."""
        self._reading = asyncio.Lock()
        self._standing: Standing | None = None
        """How old both shelves are, and how much is on them."""
        self._revision: tuple[int, ...] | None = None
        """What had been published when the records were read."""
        self.names: set[str] = set()
        """Of all members whose records were looked at here."""
        self._saving: Timer | None = None

    def restore(self, desk: Desk, text: str | None) -> None:
        """Make the screen what it was when it was left; `text` is the filter, None to leave the line alone."""
        raise NotImplementedError

    def desk(self) -> Desk:
        """How the screen stands now."""
        raise NotImplementedError

    def nobody(self) -> None:
        """Nobody has connected anything yet."""

    def was_opened(self, account: Account) -> None:
        """A shelf of an account is open, with all that is on it."""

    def on_mount(self) -> None:
        """Show the frame first, then fetch the rows."""
        self.redraw()
        self.call_after_refresh(self.open)

    @work(group="load", exclusive=True)
    async def open(self, chosen: Account | None = None, *, and_sync: bool = False) -> None:
        """Open an account, else the one that was used last: what was on the screen first, then the rest."""
        mine = self._begin_opening()
        account: Account | None = None
        try:
            if chosen is not None:
                await self._core.library.use(chosen)
            account = await self._core.library.account(chosen.username if chosen else "")
            if account is not None:
                shelf = await self._core.desk.last(account)
                await self._open(account, shelf, await self._core.desk.of(account, shelf))
        except RunoutError as error:
            self._account = account
            self._could_not_open(error)
        else:
            if account is None:
                self.nobody()
        finally:
            self._end_opening(mine)
        if and_sync and mine == self._openings:
            self.sync_all(AskedBy.CONNECT)

    @work(group="load", exclusive=True)
    async def turn_to(self, shelf: Shelf) -> None:
        """Open another shelf of the same account. Filter, order, columns and place are its own, all else stays."""
        account = self._account
        if account is None:
            return
        await self.keep_now()
        mine, now = self._begin_opening(), self.desk()
        try:
            left = await self._core.desk.of(account, shelf)
            await self._open(account, shelf, replace(left, **{name: getattr(now, name) for name in _SHARED}))
        except RunoutError as error:
            self._could_not_open(error)
        finally:
            self._end_opening(mine)

    def _begin_opening(self) -> int:
        """What is begun after this has the only say."""
        self._openings += 1
        self._opening, self._is_whole, self._is_typed, self._failure, self._is_private = True, False, False, "", False
        return self._openings

    def _end_opening(self, mine: int) -> None:
        if mine == self._openings:
            self._opening = False
            self.redraw()

    def _could_not_open(self, error: RunoutError) -> None:
        self._failure = self.worded(error)
        self.show(view_of(Collection()))
        self.notify(self._failure, severity="error", timeout=20, markup=False)

    async def _open(self, account: Account, shelf: Shelf, desk: Desk) -> None:
        first, standing = await asyncio.gather(
            self._core.library.first_rows(account, desk, shelf), self._core.history.standing(account)
        )
        self._account, self._shelf, self._standing, self._order = account, shelf, standing, _order(desk)
        self._revision = None
        self.names.add(account.username)
        self._total = first.total if first else 0
        if not self._is_typed:
            self._wanted = desk.text if _is_understood(desk.text) else ""
        self.show(View.in_this_order(first.collection if first else Collection(), self._order))
        self.restore(desk, None if self._is_typed else desk.text)
        await self._painted()
        await self.renew()
        self.was_opened(account)

    async def _painted(self) -> None:
        """Until what was shown is on the screen."""
        done = asyncio.Event()
        self.call_after_refresh(done.set)
        await done.wait()

    async def renew(self, *, only_published: bool = False) -> None:
        """Show what is here now, under the query and in the order that are wanted when it has been read.

        One reading at a time, so that no older state is shown after a newer one. `only_published` leaves the screen
        alone when nothing has been published since it was read.
        """
        account, shelf = self._account, self._shelf
        held: list[Copy] = []
        parts: list[Any] = []
        async with self._reading:
            if account is None or not self._is_open(account, shelf):
                return
            # Before the records are read: what is published meanwhile is read again.
            revision = await self._core.history.revision(account.id)
            if only_published and revision == self._revision:
                return
            collection = await self._core.library.collection(account, shelf)
            standing = await self._core.history.standing(account)
            view = await asyncio.to_thread(made, collection, self._order, self._wanted, self.today)
            await between_keys()
            view = await self._as_wanted(view)
            if self._is_open(account, shelf):
                self._opening, self._is_whole = False, True
                self._total, self._revision, self._standing = len(collection.copies), revision, standing
                held += self._view.collection.copies
                parts += parts_of(self._view)
                self.show(view)
        del collection, view
        await let_go(parts, at_once=1)
        await let_go(held)

    async def renew_published(self) -> None:
        """Show what has been published since it was last read, and how old it is."""
        await self.renew(only_published=True)
        if self._account is not None:
            self._standing = await self._core.history.standing(self._account)
            self.redraw()

    def _is_open(self, account: Account, shelf: Shelf) -> bool:
        """Whether it is still this shelf that is looked at."""
        return self._is_of(account) and self._shelf is shelf

    def _is_of(self, account: Account) -> bool:
        """Whether it is still this account that is looked at."""
        return self._account is not None and self._account.id == account.id

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
                await self._core.desk.save(self._account, self.desk(), self._shelf)


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
