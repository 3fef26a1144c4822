"""A collection that does not stand still, and those who sync it, in any order; and what must hold all the while."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar

from core.domain.ids import Shelf
from core.domain.progress import Kind, SyncOutcome, Word
from core.domain.walk import MOST_CONFIRMED
from tests.core.services.another_process import EVERYTHING, Death, Order, Process, What
from tests.core.services.happenings import DOUBTS, EDITS, FAULTS, GOOD_DAY, NOTHING, REPLACEMENTS, Edit, Fault
from tests.core.services.house import House, Page, house, shelf_of
from tests.core.services.truth import Row
from tests.core.services.watched import WatchedWorld

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

T = TypeVar("T")

SCALE: Final = 40.0
"""How fast time runs: the minute of the limit in one and a half seconds, and what one request may take in two."""

LIMIT: Final = 160
"""Requests a minute: so few that the processes have to wait for each other now and then."""

TO_THE_END: Final = 10_000

MANY: Final = st.integers(30, 60)
WHO: Final = st.sampled_from([0, 1])
WORDS: Final = st.sampled_from([Word.ASK, Word.ASK, Word.ASK, Word.KEEP, Word.ACCEPT])
WHATS: Final = st.sampled_from(
    [
        *[EVERYTHING] * 3,
        *[What(Shelf.COLLECTION, Kind.PROBE)] * 3,
        What(Shelf.WANTLIST, Kind.WALK),
        What(Shelf.WANTLIST, Kind.PROBE),
    ]
)
DEATHS: Final = st.none() | st.none() | st.none() | st.sampled_from(Death)
ANSWERS: Final = st.integers(0, 15)
ANYWAY: Final = st.sampled_from([True, True, False])


class End(NamedTuple):
    """What becomes of a process, or of all of them when the machine sleeps."""

    who: int
    how: str


ENDS: Final = st.builds(End, WHO, st.sampled_from(["killed", "killed", "killed", "closed", "stopped", "asleep"]))


class ShelfMachine(RuleBasedStateMachine):
    """Two processes on one file; Discogs answers only when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self._runner = asyncio.Runner()
        self._open = AsyncExitStack()
        self._people: list[Process] = []
        self._orders: list[Order] = []
        self._published: dict[int, Row] = {}
        self._overslept = False
        self._pages = {shelf: Page({}, ()) for shelf in Shelf}

    @initialize(copies=st.integers(0, 60) | MANY, per_page=st.sampled_from([5, 5, 10]), known=st.booleans())
    def move_in(self, copies: int, per_page: int, *, known: bool) -> None:
        self._run(self._move_in(copies, per_page))
        if known:
            for shelf in Shelf:
                self._run(self._begin(0, Word.ASK, None, What(shelf)))
            self._run(self._go_on(TO_THE_END))

    # Three rules only: hypothesis leaves out some rules in each example, and without syncs nothing is tried.

    @rule(what=EDITS | FAULTS | GOOD_DAY | ENDS)
    def something_happens(self, what: Edit | Fault | End) -> None:
        if isinstance(what, End):
            self._run(self._end(what))
        else:
            what.happen(self._world)

    @rule(
        who=WHO | st.none(),
        word=WORDS,
        what=WHATS,
        death=DEATHS,
        before=NOTHING | EDITS,
        fault=NOTHING | NOTHING | FAULTS | DOUBTS,
        answers=ANSWERS,
        meanwhile=NOTHING | REPLACEMENTS | EDITS | ENDS,
        to_the_end=ANYWAY,
    )
    def somebody_syncs(
        self,
        who: int | None,
        word: Word,
        what: What,
        death: Death | None,
        before: Edit,
        fault: Edit | Fault,
        answers: int,
        meanwhile: Edit | End,
        *,
        to_the_end: bool,
    ) -> None:
        before.happen(self._world)
        fault.happen(self._world)
        if who is not None:
            self._run(self._begin(who, word, death, what))
        self._run(self._go_on(answers))
        self.something_happens(meanwhile)
        if to_the_end:
            self._run(self._go_on(TO_THE_END))

    @rule()
    def all_is_quiet_for_a_while(self) -> None:
        self._run(self._settle())

    @invariant()
    def no_copy_is_lost_none_is_invented_and_none_goes_back_in_time(self) -> None:
        shelf, before, now = self._world.shelf, self._published, self._run(self._home.published()).copies
        orders, self._orders = self._orders, [order for order in self._orders if not order.is_over]
        self._published = now
        lost = before.keys() - now.keys()
        began = min((order.begun for order in orders), default=shelf.next_moment())
        there = {number for number in lost if not shelf.lacked(number, began)}
        assert not there, f"dropped, although the website had them all the while: {there}"
        if all(order.word is not Word.ACCEPT for order in orders):
            assert len(lost) <= MOST_CONFIRMED * len(orders), f"dropped, and nobody was asked: {lost}"
        for number, row in now.items():
            assert shelf.ever_had(number, row), f"{number} never was {row}"
            newer = before.get(number, row)
            assert not shelf.is_older(number, row, newer), f"{number} was {newer} and is {row} again"
        ended = [order.result.result() for order in orders if order.is_over]
        taken_over = any(one is not None and "TakenOver()" in one.problems for one in ended)
        assert self._overslept or not taken_over, "two runs at a time, although nobody had overslept"

    @invariant()
    def what_was_told_of_each_shelf_gives_what_is_there(self) -> None:
        for shelf in Shelf:
            before, now = self._pages[shelf], self._run(self._home.page(shelf))
            assert now.follows(before), f"the feed of the {shelf} does not replay"
            self._pages[shelf] = now
        assert {int(number) for number in self._pages[Shelf.WANTLIST].copies} <= set(self._world.ever_wanted)

    @invariant()
    def the_limit_holds(self) -> None:
        counts = self._world.counts
        assert counts.refusals == 0
        assert counts.busiest_minute <= LIMIT

    def teardown(self) -> None:
        """Whatever was: in the end all is well."""
        try:
            if sys.exc_info()[0] is None:
                self._run(self._settle())
                self.no_copy_is_lost_none_is_invented_and_none_goes_back_in_time()
                self.what_was_told_of_each_shelf_gives_what_is_there()
                self.the_limit_holds()
        finally:
            self._run(self._open.aclose())
            self._runner.close()

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(work)

    @property
    def _world(self) -> WatchedWorld:
        assert isinstance(self._home.world, WatchedWorld)
        return self._home.world

    async def _move_in(self, copies: int, per_page: int) -> None:
        directory = Path(self._open.enter_context(tempfile.TemporaryDirectory()))
        self._home: House = await self._open.enter_async_context(
            house(directory, shelf_of(copies), per_page=per_page, limit=LIMIT, scale=SCALE, world=WatchedWorld)
        )
        self._world.let_through(TO_THE_END)
        self._people = [await self._home.enter() for _ in range(2)]
        self._world.hold_all()

    async def _begin(self, who: int, word: Word, death: Death | None, what: What) -> None:
        if not self._people[who].is_alive:
            self._people[who] = await self._home.enter()
        order = self._people[who].order(word, death, what, begun=self._world.shelf.next_moment())
        self._orders.append(order)

    async def _go_on(self, answers: int) -> None:
        goal = self._world.answered + answers
        self._world.let_through(answers)
        await self._home.until(lambda: self._world.answered >= goal or not self._is_busy)
        self._world.hold_all()

    async def _end(self, end: End) -> None:
        process = self._people[end.who]
        if end.how == "asleep":
            self._overslept = True
            await self._home.oversleep()
        elif process.is_alive:
            {"killed": process.kill, "closed": process.leave, "stopped": process.stop}[end.how]()

    @property
    def _is_busy(self) -> bool:
        return any(process.is_busy for process in self._people)

    async def _settle(self) -> None:
        """Nothing happens any more: one walk makes the copy true."""
        self._world.faults.clear()
        self._world.let_through(TO_THE_END)
        await self._home.until(lambda: not self._is_busy)
        for shelf in Shelf:
            await self._settle_shelf(shelf)
        assert await self._home.published() == self._home.told()
        assert await self._home.wanted() == {want.release["id"] for want in self._world.account.wants}
        books = await self._home.books()
        assert (books.leases, books.asked, books.kept) == (0, frozenset(), frozenset())
        assert None not in books.outcomes, "a run is open for ever"
        self._world.hold_all()

    async def _settle_shelf(self, shelf: Shelf) -> None:
        books = await self._home.books()
        outcome = await self._last(Word.ACCEPT if books.asked or books.kept else Word.ASK, shelf)
        if outcome == SyncOutcome.NEEDS_WORD:
            outcome = await self._last(Word.ACCEPT, shelf)
        assert outcome == SyncOutcome.DONE
        if shelf is Shelf.COLLECTION:
            assert (await self._home.published()).copies.keys() == self._home.told().copies.keys()
        if books.staged:
            # A sync that went on is as old as its first page (decision 7): one more, then, for what was edited since.
            await self._last(Word.ASK, shelf)

    async def _last(self, word: Word, shelf: Shelf) -> str | None:
        await self._begin(0, word, None, What(shelf))
        await self._home.until(lambda: not self._is_busy)
        ended = self._orders[-1].result.result()
        return None if ended is None else ended.outcome
