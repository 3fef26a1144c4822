"""How long the syncs under way still take: what is left of them is played forward, request by request.

Played by the rules of `core.domain.budget`, with what the ledger knows: when slots come back, how long answers took
lately, how often people call. Work in the background is left out, for it goes after every sync.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count, cycle, repeat
from typing import Final

from core.domain.budget import FEWER, kept_free
from core.domain.ledger import REMEMBERED, WINDOW, Lane, Ledger, Slot, Terms, read_at
from core.domain.progress import Phase, RunningSync, SyncProgress

IN_FLIGHT: Final = 8
"""Most requests that a sync has under way at a time."""

HEAD_START: Final = 5
"""Requests that a sync somebody waits for sends in the people's lane."""

_ASKING: Final = frozenset({Phase.READING, Phase.SECOND_LOOK, Phase.CONFIRMING})
"""Phases that end with their last answer."""

_PATIENCE: Final = 2 * REMEMBERED
"""Seconds without a slot after which none is expected: what people did lately has come twice meanwhile."""

_LATEST: Final = 40
"""Answers from which the time of one is taken."""


def seconds_left(ledger: Ledger, syncs: Sequence[RunningSync], now: float, terms: Terms) -> tuple[float | None, ...]:
    """Seconds until the present phase of each sync ends, in their order, when people go on calling as they did lately.

    None when nothing can be said: before the first page, in a phase that asks for nothing, while one probe decides,
    when people call so often that syncs come to a halt.
    """
    ledger = read_at(ledger, now, terms)
    took = _took(ledger, now)
    if not took or ledger.tripped:
        return (None,) * len(syncs)
    walks = [_walk(ledger, sync, now, cycle(took)) for sync in syncs]
    _Forward(ledger, walks, now, cycle(took), _calls_to_come(ledger, syncs, now), terms).play()
    return tuple(
        walk.answers[-1] - now if _can_be_told(sync.progress) and not walk.unsent else None
        for sync, walk in zip(syncs, walks, strict=True)
    )


def _can_be_told(progress: SyncProgress) -> bool:
    """Page 1 tells how many there are."""
    return progress.phase in _ASKING and (progress.page > 0 or progress.phase is Phase.CONFIRMING)


@dataclass(eq=False, slots=True)
class _Walk:
    """What a sync has before it."""

    unsent: int
    answers: list[float]
    """When they come, one behind the other; the last at the end."""
    served: int
    """Number of the last slot it got: who got none for longest is next."""

    def full_until(self) -> float:
        """Moment from which it has a place for another request."""
        return self.answers[-IN_FLIGHT] if len(self.answers) >= IN_FLIGHT else 0.0


def _walk(ledger: Ledger, sync: RunningSync, now: float, took: Iterator[float]) -> _Walk:
    left = sync.progress.pages - sync.progress.page if sync.progress.phase in _ASKING else 0
    own = [slot for slot in ledger.slots if slot.account == sync.account]
    asked = sorted(
        max(now, slot.taken_at + next(took))
        for slot in own
        if slot.lane is not Lane.BACKGROUND and _unanswered(slot, now) and slot.taken_at >= sync.started_at
    )
    under_way = asked[: max(0, left)]
    served = max((slot.number for slot in own if slot.lane is Lane.SYNC), default=0)
    return _Walk(max(0, left) - len(under_way), [now, *under_way], served)


class _Forward:
    """Slots, walks and people's calls from now on, one event after the other."""

    def __init__(
        self,
        ledger: Ledger,
        walks: list[_Walk],
        now: float,
        took: Iterator[float],
        to_come: Iterator[float],
        terms: Terms,
    ) -> None:
        self._ledger = ledger
        # A few others may be our own, which Discogs counts a moment later: what is asked for meanwhile will tell.
        few = ledger.foreign <= IN_FLIGHT * len(walks)
        self._others = 0.0 if few else ledger.foreign
        self._suspected = max(ledger.suspected, ledger.foreign)
        self._walks = walks
        self._moment = max(now, ledger.closed_until)
        self._took = took
        self._terms = terms
        self._patience_ends = self._moment + _PATIENCE
        self._returns = sorted(
            (max(now, slot.taken_at + next(took)) + WINDOW if _unanswered(slot, now) else slot.until)
            for slot in ledger.slots
            if slot.until > now
        )
        self._calls = [slot.taken_at for slot in ledger.slots if slot.lane is Lane.PEOPLE]
        self._to_come = to_come
        self._next_call = next(to_come)
        self._number = ledger.next_number
        self._next_send = 0.0
        self._sent(max((slot.taken_at for slot in ledger.slots), default=0.0))

    def play(self) -> None:
        """Until the walks have sent everything, or for long nothing."""
        while (waiting := [walk for walk in self._walks if walk.unsent]) and self._moment < self._patience_ends:
            opens = min(walk.full_until() for walk in waiting)
            if self._next_call <= self._moment:
                self._call()
            elif max(opens, self._next_send) > self._moment:
                self._moment = min(max(opens, self._next_send), self._next_call)
            elif self._scarce():
                self._moment = min(self._returns[bisect_right(self._returns, self._moment)], self._next_call)
            else:
                able = (walk for walk in waiting if walk.full_until() <= self._moment)
                self._send(min(able, key=lambda walk: walk.served))

    def _scarce(self) -> bool:
        kept = kept_free(self._calls, Lane.SYNC, self._moment, self._terms)
        others = round(max(self._others, self._suspected))
        spare = max(1, self._terms.per_minute - others - kept)
        return len(self._returns) - bisect_right(self._returns, self._moment) >= spare

    def _send(self, walk: _Walk) -> None:
        walk.unsent -= 1
        walk.served = self._number
        self._number += 1
        self._patience_ends = self._moment + _PATIENCE
        answer = self._moment + next(self._took)
        insort(walk.answers, answer)
        insort(self._returns, answer + WINDOW)
        self._sent(self._moment)

    def _call(self) -> None:
        insort(self._returns, self._next_call + next(self._took) + WINDOW)
        self._calls = [call for call in self._calls if call > self._next_call - REMEMBERED] + [self._next_call]
        self._sent(self._next_call)
        self._next_call = next(self._to_come)

    def _sent(self, moment: float) -> None:
        """With each answer a suspicion of others fades; after a refusal requests go one a second."""
        self._suspected *= FEWER
        if moment < self._ledger.careful_until:
            self._next_send = moment + 1.0


def _unanswered(slot: Slot, now: float) -> bool:
    """Its answer would have brought it back within a minute."""
    return slot.until > now + WINDOW


def _took(ledger: Ledger, now: float) -> list[float]:
    """Seconds from a slot to its answer, of the latest answers."""
    answered = sorted((slot for slot in ledger.slots if not _unanswered(slot, now)), key=lambda slot: slot.until)
    return [max(0.0, slot.until - WINDOW - slot.taken_at) for slot in answered[-_LATEST:]]


def _calls_to_come(ledger: Ledger, syncs: Sequence[RunningSync], now: float) -> Iterator[float]:
    """When people will call: as they did since they began to, within what is remembered, over and over.

    The head starts of syncs are no calls.
    """
    calls = [slot for slot in ledger.slots if slot.lane is Lane.PEOPLE]
    for sync in syncs:
        own = [slot for slot in calls if slot.account == sync.account and slot.taken_at >= sync.started_at]
        calls = [slot for slot in calls if slot not in own[:HEAD_START]]
    moments = sorted(slot.taken_at for slot in calls)
    if not moments:
        return repeat(float("inf"))
    gap = (moments[-1] - moments[0]) / max(1, len(moments) - 1)
    period = max(WINDOW, max(now, moments[-1] + gap) - moments[0])
    return (moment + turn * period for turn in count(1) for moment in moments)
