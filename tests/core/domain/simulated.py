"""Minutes in no time: Discogs with its moving window, other programs, and processes that share one ledger."""

from __future__ import annotations

import heapq
import itertools
import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from core.domain.budget import Granted, Hold, note_answer, note_refusal, note_silence, request_slot
from core.domain.ids import AccountId
from core.domain.ledger import WINDOW, Candidate, Lane, Ledger, Terms, Work

START: Final = 1_000_000.0
"""What the wall clock shows at the beginning; moments of the simulation count from 0."""

_RENEWED: Final = 2.0
"""Seconds after which a process looks again in any case, as the bucket does."""

_BLINK: Final = 1e-6

Latency = Callable[[random.Random], tuple[float, float]]
"""Seconds to Discogs, and seconds back."""


def steady(there: float, back: float) -> Latency:
    """Every request takes as long as every other."""
    return lambda rng: (there, back)


def shaky(least: float, most: float) -> Latency:
    """Requests overtake each other."""
    return lambda rng: (rng.uniform(least, most) / 2, rng.uniform(least, most) / 2)


@dataclass(eq=False)
class Ask:
    """A request, and what became of it; moments in seconds from the beginning."""

    lane: Lane
    account: AccountId | None = None
    work: Work | None = None
    silent: bool = False
    """Discogs counts it, and no answer ever comes."""
    then: Callable[[], object] | None = None
    """What its process does once it has its answer."""
    process: int = 0
    asked: float = 0.0
    sent: float | None = None
    answered: float | None = None
    refusals: int = 0

    @property
    def wait(self) -> float | None:
        """Seconds until it was sent first; None while it waits."""
        return None if self.sent is None else self.sent - self.asked


@dataclass
class _Process:
    name: str
    waiting: list[tuple[Candidate, Ask]] = field(default_factory=list)
    looks: int = 0
    born: int = 0


class World:
    """Everything that happens, in order. Nothing of ours is refused while nobody else asks: see `refused`."""

    def __init__(
        self,
        *,
        processes: int = 1,
        per_minute: int = 60,
        time_out: float = 30.0,
        latency: Latency = steady(0.125, 0.125),  # noqa: B008 - a value
        seed: int = 1,
        ledger: Ledger | None = None,
        headers: bool = True,
        told_late: bool = False,
    ) -> None:
        self.terms = Terms(per_minute, time_out)
        self.ledger = ledger or Ledger()
        self.rng = random.Random(seed)
        self.now = 0.0
        self.asks: list[Ask] = []
        self.arrived: list[float] = []
        self.sends: list[Ask] = []
        """Every request of ours that was sent, in order; one that was refused, again."""
        self.refused: list[float] = []
        self.foreign_refused = 0
        self.retry_after: float | None = None
        self.outage: tuple[float, float] = (0.0, 0.0)
        """Between these moments Discogs refuses everything."""
        self.on_answer: Callable[[Ask], object] = lambda one: None
        """Happens with every good answer, once the ledger knows of it."""
        self._headers = headers
        self._told_late = told_late
        self._latency = latency
        self._shift = 0.0
        self._window: deque[float] = deque()
        self._events: list[tuple[float, int, Callable[[], object]]] = []
        self._numbers = itertools.count()
        self._processes = [_Process(f"p{number}") for number in range(processes)]

    # What the tests let happen.

    def at(self, moment: float, happens: Callable[[], object]) -> None:
        """Let something happen later."""
        heapq.heappush(self._events, (moment, next(self._numbers), happens))

    def ask(self, lane: Lane, *, at: float | None = None, process: int = 0, **more: object) -> Ask:
        """Somebody wants something of Discogs, now or later."""
        one = Ask(lane, process=process, **more)  # type: ignore[arg-type]
        self.asks.append(one)
        self.at(self.now if at is None else at, lambda: self._wants(one))
        return one

    def sync(
        self,
        requests: float = float("inf"),
        *,
        process: int = 0,
        account: str = "ann",
        at: float = 0.0,
        head_start: int = 0,
        lane: Lane = Lane.SYNC,
        in_flight: int = 8,
    ) -> list[Ask]:
        """A walk of so many requests, eight of them at a time; its list grows."""
        walk: list[Ask] = []

        def go_on() -> None:
            if len(walk) < requests:
                which = Lane.PEOPLE if len(walk) < head_start else lane
                walk.append(self.ask(which, process=process, account=AccountId(account), then=go_on))

        for _ in range(in_flight):
            self.at(at, go_on)
        return walk

    def people(self, per_minute: float, *, until: float, at: float = 0.0, process: int = 0) -> list[Ask]:
        """Somebody asks about every so many seconds."""
        every = WINDOW / per_minute
        moments = (at + (number + self.rng.random() / 2) * every for number in range(int((until - at) / every)))
        return [self.ask(Lane.PEOPLE, at=moment, process=process) for moment in moments]

    def others(self, per_minute: float, *, until: float, at: float = 0.0) -> None:
        """Another program on the same address."""
        every = WINDOW / per_minute
        for number in range(int((until - at) / every)):
            self.at(at + (number + self.rng.random()) * every, self.other)

    def other(self) -> None:
        """One request of another program."""
        self.foreign_refused += not self._counts()

    def move_clock(self, seconds: float) -> None:
        """Somebody sets the wall clock."""
        self._shift += seconds
        for process in self._processes:
            self._look_at(process, self.now)

    def kill(self, process: int) -> list[Ask]:
        """A process is gone, with what waited in it and whatever answers it waited for; a new one starts."""
        gone = self._processes[process]
        lost = [one for _, one in gone.waiting]
        self._processes[process] = _Process(f"{gone.name}'", born=gone.born + 1)
        return lost

    def run(self, until: float = float("inf")) -> World:
        """Let time pass, until the moment or the end of everything."""
        while self._events and self._events[0][0] <= until:
            self.now, _, happens = heapq.heappop(self._events)
            happens()
        self.now = max(self.now, until) if until < float("inf") else self.now
        return self

    # What can be read off.

    def most_in_a_window(self) -> int:
        """The most requests of ours that came within any 60 s."""
        arrived = sorted(self.arrived)
        first = most = 0
        for last, moment in enumerate(arrived):
            while arrived[first] <= moment - WINDOW:
                first += 1
            most = max(most, last - first + 1)
        return most

    @property
    def wall(self) -> float:
        """What the wall clock shows."""
        return START + self.now + self._shift

    # What happens then.

    def _wants(self, one: Ask) -> None:
        one.asked = self.now
        self._queue(one, again=False)

    def _queue(self, one: Ask, *, again: bool) -> None:
        process = self._processes[one.process]
        process.waiting.append((Candidate(one.lane, self.wall, one.account, one.work, again), one))
        self._look_at(process, self.now)

    def _look_at(self, process: _Process, moment: float) -> None:
        process.looks += 1
        self.at(moment, partial(self._look, process, process.looks))

    def _look(self, process: _Process, number: int) -> None:
        if number != process.looks or process not in self._processes:
            return None
        while True:
            waiting = tuple(candidate for candidate, _ in process.waiting)
            self.ledger, found = request_slot(self.ledger, process.name, waiting, self.wall, self.terms)
            match found:
                case Granted(slot, candidate):
                    place = next(place for place, one in enumerate(waiting) if one is candidate)
                    self._send(process, slot, process.waiting.pop(place)[1])
                case Hold(seconds, _):
                    return self._look_at(process, self.now + max(_BLINK, min(seconds, _RENEWED)))
                case None:
                    return None

    def _send(self, process: _Process, slot: int, one: Ask) -> None:
        one.sent = self.now if one.sent is None else one.sent
        self.sends.append(one)
        there, back = self._latency(self.rng)
        self.at(self.now + there, lambda: self._arrives(process, slot, one, back))
        if one.silent:
            self.at(self.now + self.terms.time_out, lambda: self._gives_up(process, slot, one))

    def _arrives(self, process: _Process, slot: int, one: Ask, back: float) -> None:
        self.arrived.append(self.now)
        out = self.outage[0] <= self.now < self.outage[1]
        good = not out and self._counts()
        if not good:
            self.refused.append(self.now)
        remaining = self.terms.per_minute - len(self._window)
        if not one.silent:
            self.at(self.now + back, lambda: self._answers(process, slot, one, remaining, good=good))

    def _counts(self) -> bool:
        while self._window and self._window[0] <= self.now - WINDOW:
            self._window.popleft()
        if len(self._window) >= self.terms.per_minute:
            return False
        self._window.append(self.now)
        return True

    def _answers(self, process: _Process, slot: int, one: Ask, remaining: int, *, good: bool) -> None:
        if process not in self._processes:
            return
        if self._told_late:
            # Some servers write these headers as the answer leaves: what has come meanwhile is counted too.
            remaining = self.terms.per_minute - len(self._window)
        headers = {"limit": self.terms.per_minute, "remaining": remaining} if self._headers else {}
        told = {"limit": None, "remaining": None, **headers}
        if good:
            self.ledger = note_answer(self.ledger, slot, self.wall, self.terms, said="200", **told)
            one.answered = self.now
            if one.then is not None:
                one.then()
            self.on_answer(one)
            return
        jitter = 1 + 0.25 * self.rng.random()
        self.ledger = note_refusal(
            self.ledger, slot, self.wall, self.terms, retry_after=self.retry_after, jitter=jitter, **told
        )
        one.refusals += 1
        self._queue(one, again=True)

    def _gives_up(self, process: _Process, slot: int, one: Ask) -> None:
        if process in self._processes:
            self.ledger = note_silence(self.ledger, slot, self.wall)
            if one.then is not None:
                one.then()


def waits(asks: list[Ask], now: float) -> list[float]:
    """How long each waited, those who still do included; shortest first."""
    return sorted((now if one.sent is None else one.sent) - one.asked for one in asks if one.asked or one.sent)


def percentile(values: list[float], share: float) -> float:
    """The value that this share of all do not exceed."""
    return values[min(len(values) - 1, int(len(values) * share))] if values else 0.0
