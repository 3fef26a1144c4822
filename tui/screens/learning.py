"""A screen that takes in what is learned while somebody looks, by whichever process, and how far that is.

Of masters and of the details of releases, and what was played.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Container, Mapping
from datetime import datetime
from typing import Final

from core.app import Core
from core.clock import Clock
from core.domain.account import Account
from core.domain.details import InShort
from core.domain.enrichment import EnrichProgress
from core.domain.filters import speaks_of
from core.domain.ids import MasterId, ReleaseId, Shelf
from core.domain.master import Coverage, Master
from core.domain.plays import Played
from core.domain.view import View
from core.errors import RunoutError
from tui.screens.knowing import KnowingScreen

from textual import work

_LOOKED_AFTER: Final = 3.0
"""Seconds after which it is looked whether anything was learned."""

_AS_LONG: Final = 30
"""How many times as long as looking, or counting, takes it is not done again: of 100,000 copies it takes a while."""

_SELDOM: Final = 5
"""How many times as long while nothing is being read."""


class LearningScreen(KnowingScreen):
    """What a screen needs beside this: `learned` of some masters and releases, which changes a few cells."""

    def __init__(self, core: Core, clock: Clock, *, site_url: str) -> None:
        super().__init__(core, clock, site_url=site_url)
        self._mark: datetime | None = None
        """Up to where the masters are known here."""
        self._facts_mark: datetime | None = None
        """Up to where the details of releases are."""
        self._progress: EnrichProgress | None = None
        """How far the reading of original years is; None when there is nothing to read."""
        self._coverage: Coverage | None = None
        """Of the open shelf."""
        self._is_counted = False
        """Whether that is as of now."""
        self._counted_at = self._took = 0.0
        """When it was counted last, and for how long, in seconds."""
        self._looked_at = self._looking_took = 0.0
        """When it was looked last whether anything was learned, and for how long, in seconds."""
        self._turns = 0
        self._is_asked = False
        """Whether there may be more than was seen by whoever looks right now."""

    @property
    def _enriching(self) -> EnrichProgress | None:
        """How far the reading of original years is; None while nobody is at it."""
        return self._progress if self._progress and self._progress.is_underway else None

    def learned(self, view: View, masters: Collection[MasterId]) -> None:
        """Show a view that differs in what is known of some masters, releases and plays only."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """Look again and again."""
        self.set_interval(_LOOKED_AFTER, self._learn_in_turn)

    async def renew(self, *, only_published: bool = False) -> None:
        """Show what is here now, and remember up to where that is."""
        before = self._view.collection.copies
        # Before the records are read: what is stored meanwhile is learned again.
        mark, _nothing = await self._core.enrich.learned(None)
        told, _nothing_either = await self._core.enrich.told(None)
        await super().renew(only_published=only_published)
        if self._view.collection.copies is not before:
            self._mark, self._facts_mark, self._coverage, self._is_counted, self._took = mark, told, None, False, 0.0
            self._learn()

    def was_read(self) -> None:
        """A release was read: of its master more may be known, too."""
        self._learn()

    def _learn_in_turn(self) -> None:
        self._turns += 1
        is_cheap = self._clock.monotonic() - self._looked_at >= _AS_LONG * self._looking_took
        if is_cheap and (self._enriching is not None or self._turns % _SELDOM == 0):
            self._learn()

    def _learn(self) -> None:
        self._is_asked = True
        if self._is_whole and not any(one.group == "learn" for one in self.workers):
            self._learn_all()

    @work(group="learn")
    async def _learn_all(self) -> None:
        while self._is_asked:
            self._is_asked, begun = False, self._clock.monotonic()
            await self._learn_once()
            self._looked_at = self._clock.monotonic()
            self._looking_took = self._looked_at - begun

    async def _learn_once(self) -> None:
        account, shelf = self._account, self._shelf
        if account is None:
            return
        before = (self._enriching, self._coverage)
        try:
            progress = await self._core.enrich.progress()
            mark, masters = await self._core.enrich.learned(self._mark)
            told, facts = await self._core.enrich.told(self._facts_mark)
            await self._take_in(masters, facts, await self._core.plays.played(account))
            if masters or progress != self._progress:
                self._progress, self._is_counted = progress, False
            if not self._is_counted:
                await self._count_again(account, shelf)
        except RunoutError:
            return  # It is asked for again, and told when somebody asks for something.
        if self._is_open(account, shelf):
            self._mark, self._facts_mark = mark, told
            if before != (self._enriching, self._coverage):
                self.redraw()

    async def _count_again(self, account: Account, shelf: Shelf) -> None:
        """Count of how many the year is known, unless that has just been done and takes long."""
        now = self._clock.monotonic()
        if self._coverage is None or now - self._counted_at >= _AS_LONG * self._took:
            self._coverage, self._is_counted = await self._core.enrich.coverage(account, shelf), True
            self._counted_at, self._took = now, self._clock.monotonic() - now

    async def _take_in(
        self,
        masters: Mapping[MasterId, Master],
        facts: Mapping[ReleaseId, InShort],
        plays: Mapping[ReleaseId, Played],
    ) -> None:
        """Show what was learned of the records that are open. Highlight and place stay."""
        async with self._reading:
            before = self._view
            knowing = await asyncio.to_thread(before.collection.knowing, masters, facts, plays)
            if knowing is before.collection:
                return
            index = before.index.over(knowing)
            view: View | None = None
            if self._goes_by(before.index.learned(knowing)):
                view = await asyncio.to_thread(View.of, index, self._order, self._wanted, self.today)
                view = await self._as_wanted(view)
            if self._view.collection is not before.collection:
                return  # Another shelf is being opened; what is known of that is read with it.
            if view is None:
                self.learned(self._view.over(index), masters.keys())
            else:
                self.show(view)
                self.show_details()

    def _goes_by(self, learned: Container[str]) -> bool:
        """Whether what is learned may move records, or show other ones."""
        is_sorted = any(key.column in learned for key in (*self._order, *self._view.order))
        return is_sorted or speaks_of(self._view.filter, learned)
