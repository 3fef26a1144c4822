"""A screen with a view of records: under which query, and in which order."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Final

from core.app import Core
from core.clock import Clock
from core.domain.collection import Collection
from core.domain.completing import complete
from core.domain.index import Index
from core.domain.query import canonical, parse
from core.domain.sorting import DEFAULT, Order
from core.domain.view import View, view_of
from tui.screens.syncing import SyncingScreen

from msgspec.structs import replace
from textual import work

_LARGE: Final = (
    *("label", "artist", "title", "number", "format"),
    *("country", "size", "speed", "colour", "is", "has"),
)
"""Fields of so many values, or of so many copies each, that they are looked through beforehand."""


class ViewingScreen(SyncingScreen):
    """What a screen needs beside this: `show` a view, `filter_by` a text, and `keep` how it stands."""

    def __init__(self, core: Core, clock: Clock, *, site_url: str) -> None:
        super().__init__(core, clock, site_url=site_url)
        self._view = view_of(Collection())
        self._wanted = ""
        """The query that holds, or will when the records have been read; it can be understood."""
        self._order: Order = DEFAULT
        """The order in the same sense."""
        self._opening = True
        self._is_typed = False
        """Whether somebody has typed a filter since the opening began: it is not replaced by the one that was left."""

    def show(self, view: View) -> None:
        """Show the records."""
        raise NotImplementedError

    def filter_by(self, text: str) -> None:
        """Put a filter into the line, and show what it leaves."""
        raise NotImplementedError

    def keep(self) -> None:
        """Remember how the screen stands, soon."""
        raise NotImplementedError

    @property
    def today(self) -> date:
        """The day from which ages are counted."""
        return self._clock.now().date()

    async def _as_wanted(self, view: View) -> View:
        """A view in the order and under the query that are wanted now: they may change while it is made."""
        while (view.chosen, view.text) != (wanted := (self._order, self._wanted)):
            view = await asyncio.to_thread(_turned, view, *wanted, self.today)
        return view

    def look_for(self, text: str) -> None:
        """Show what a query leaves. Raises QuerySyntaxError; what was shown last stays then."""
        query = parse(text)
        self._wanted, self._is_typed = text, True
        if not self._opening:
            if self._view.is_arranged_for(query):
                self.show(self._view.filtered(text, self.today))
            else:
                self._arrange()
        self.keep()

    def order_by(self, order: Order) -> None:
        """Show the records in another order; a query that asks for one asks for this one from now on."""
        self._order = order
        query = parse(self._wanted)
        if query.order is not None:
            self.filter_by(canonical(replace(query, order=order)))
        self._arrange()

    @work(group="sort", exclusive=True)
    async def _arrange(self) -> None:
        while (self._view.chosen, self._view.text) != (self._order, self._wanted):
            before = self._view
            view = await self._as_wanted(before)
            if self._view.index is before.index:  # Else they were read anew meanwhile, or more was learned of them.
                self.show(view)
        self.keep()

    @work(group="completions", exclusive=True)
    async def get_completions_ready(self) -> None:
        """Of a large column the first completion takes so long that it would be felt."""
        index = self._view.index
        for field in _LARGE:
            await asyncio.to_thread(complete, f"{field}:", len(field) + 1, index)


def made(collection: Collection, order: Order, text: str, today: date) -> View:
    """Everything that a first look at a collection needs, made where nobody waits for it."""
    view = View.of(Index(collection), order, text, today)
    _ = collection.by_release, collection.master_ids
    return view


def _turned(view: View, order: Order, text: str, today: date) -> View:
    turned = view if view.chosen == order else view.sorted(order)
    return turned if turned.text == text else turned.filtered(text, today)
