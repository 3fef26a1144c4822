"""The token bucket: hands out the slots of `core.domain.budget`, one by one and in order, to everybody who waits here.

What is taken and who waits stands in a ledger that all processes share, so that turns and the limit hold across them
and a restart forgets nothing. Where the ledger is kept is handed in.
"""

from __future__ import annotations

import asyncio
import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final, Protocol, TypeVar

from core.clock import Clock
from core.domain.budget import (
    Granted,
    Hold,
    give_back,
    note_answer,
    note_refusal,
    note_silence,
    request_slot,
)
from core.domain.ids import AccountId
from core.domain.ledger import Candidate, Lane, Ledger, Terms, Work
from core.domain.progress import Waiting
from core.errors import RunoutError

T = TypeVar("T")

OnWait = Callable[[Waiting], None]

_RENEWED: Final = 2.0
"""Seconds after which a process says again that it waits."""

_JITTER: Final = 0.25


class Slots(Protocol):
    """Where the ledger of each window of the limit is kept."""

    async def update(self, window: str, change: Callable[[Ledger], tuple[Ledger, T]]) -> T:
        """Apply a pure change to a window's ledger, alone among all processes; what the change returns besides."""


@dataclass(eq=False, slots=True)
class _Waiter:
    candidate: Candidate
    granted: asyncio.Future[int]
    on_wait: OnWait | None
    told: bool = False

    @property
    def has_slot(self) -> bool:
        return self.granted.done() and not self.granted.cancelled() and self.granted.exception() is None


class TokenBucket:
    """The slots of one window of the limit: 60 tokens, each coming back 60 s after its answer."""

    def __init__(self, slots: Slots, clock: Clock, rng: random.Random, *, window: str, terms: Terms) -> None:
        self._slots = slots
        self._clock = clock
        self._rng = rng
        self._window = window
        self._terms = terms
        self._process = str(uuid.uuid4())
        self._waiters: list[_Waiter] = []
        self._arrived = asyncio.Event()
        self._server: asyncio.Task[None] | None = None

    async def take(
        self,
        lane: Lane,
        account: AccountId | None = None,
        *,
        work: Work | None = None,
        again: bool = False,
        on_wait: OnWait | None = None,
    ) -> int:
        """Wait for a slot and take it. `again` goes to the head of the lane: for a request that was refused."""
        candidate = Candidate(lane, self._now(), account, work, again)
        waiter = _Waiter(candidate, asyncio.get_running_loop().create_future(), on_wait)
        self._waiters.append(waiter)
        self._arrived.set()
        if self._server is None or self._server.done():
            self._server = asyncio.create_task(self._serve(), name="token bucket")
        try:
            return await waiter.granted
        except asyncio.CancelledError:
            if waiter.has_slot:
                await asyncio.shield(self.give_back(waiter.granted.result()))
            self._arrived.set()
            raise

    async def answered(self, slot: int, said: str, *, limit: int | None = None, remaining: int | None = None) -> None:
        """An answer has come: the slot comes back 60 s from now, and the headers may tell of others on our address."""
        await self._note(note_answer, slot, self._now(), self._terms, said=said, limit=limit, remaining=remaining)

    async def refused(
        self, slot: int, retry_after: float | None, *, limit: int | None = None, remaining: int | None = None
    ) -> None:
        """Discogs said that we are too fast: nothing is sent for a while."""
        jitter = 1.0 + _JITTER * self._rng.random()
        how = partial(note_refusal, retry_after=retry_after, jitter=jitter, limit=limit, remaining=remaining)
        await self._note(how, slot, self._now(), self._terms)

    async def unanswered(self, slot: int) -> None:
        """No answer came, but Discogs may have counted the request."""
        await self._note(note_silence, slot, self._now())

    async def give_back(self, slot: int) -> None:
        """The request was never sent."""
        await self._note(give_back, slot)
        self._arrived.set()

    async def close(self) -> None:
        """Stop serving; who still waits is cancelled."""
        for waiter in self._waiters:
            waiter.granted.cancel()
        self._arrived.set()
        if self._server is not None:
            await asyncio.gather(self._server, return_exceptions=True)

    async def _note(self, change: Callable[..., Ledger], *arguments: object, **facts: object) -> None:
        await self._slots.update(self._window, lambda ledger: (change(ledger, *arguments, **facts), None))

    async def _serve(self) -> None:
        try:
            while True:
                while self._waiters:
                    self._arrived.clear()
                    await self._serve_next()
                await self._ask_for_slot(())
                if not self._waiters:
                    return
        except Exception as error:
            waiters, self._waiters = self._waiters, []
            for waiter in waiters:
                if not waiter.granted.done():
                    waiter.granted.set_exception(error)
            if not isinstance(error, RunoutError):
                raise

    async def _serve_next(self) -> None:
        self._waiters = [waiter for waiter in self._waiters if not waiter.granted.done()]
        found = await self._ask_for_slot(tuple(waiter.candidate for waiter in self._waiters))
        match found:
            case Granted(slot, candidate):
                waiter = next(waiter for waiter in self._waiters if waiter.candidate is candidate)
                self._waiters.remove(waiter)
                if waiter.granted.done():
                    await self.give_back(slot)
                else:
                    waiter.granted.set_result(slot)
            case Hold(seconds, _):
                self._tell(found)
                await self._sleep_or_arrival(min(seconds, _RENEWED))
            case None:
                pass

    async def _ask_for_slot(self, waiting: tuple[Candidate, ...]) -> Granted | Hold | None:
        now = self._now()
        return await self._slots.update(
            self._window, lambda ledger: request_slot(ledger, self._process, waiting, now, self._terms)
        )

    def _tell(self, hold: Hold) -> None:
        for waiter in self._waiters:
            if waiter.on_wait is not None and not waiter.told:
                waiter.told = True
                waiter.on_wait(Waiting(seconds=hold.seconds, reason=hold.reason))

    async def _sleep_or_arrival(self, seconds: float) -> None:
        sleeping = asyncio.ensure_future(self._clock.sleep(seconds))
        arriving = asyncio.ensure_future(self._arrived.wait())
        try:
            await asyncio.wait((sleeping, arriving), return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleeping.cancel()
            arriving.cancel()
            await asyncio.gather(sleeping, arriving, return_exceptions=True)

    def _now(self) -> float:
        return self._clock.now().timestamp()
