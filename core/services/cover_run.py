"""A run over many pictures: the lane's pace, tries that come after a rest, and where it stops."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections import Counter, deque
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from core.clock import Clock
from core.domain.account import Account
from core.domain.cover_steps import RESTS, Step
from core.domain.covers import CoverProgress, CoverReport, Key
from core.domain.image_lane import AT_ONCE, PACE
from core.domain.progress import Waiting
from core.services.cover_bringing import Brought, CoverBringer, Outcome, Wanted

OnCover = Callable[[CoverProgress | Waiting], None]

_TROUBLES: Final = 5
"""Failures of the host or the line in a row, after which a run is over."""

_REMEMBERED: Final = 9
"""Pictures by which the pace is judged: others may share the lane."""

_COUNTED: Final = {
    Step.HERE: "here",
    Step.NONE: "none",
    Step.REFUSED: "refused",
    Step.WAIT: "waiting",
    Step.UNKNOWN: "unknown",
}


class CoverRun:
    """Asks for what is to be asked for, two at once; what was brought stays, whenever it is stopped."""

    def __init__(
        self, bringer: CoverBringer, account: Account | None, plan: Iterable[Wanted], clock: Clock, on_progress: OnCover
    ) -> None:
        self._bringer = bringer
        self._account = account
        self._clock = clock
        self._on_progress = on_progress
        self._began_at = clock.now()
        self._counts: Counter[str] = Counter()
        self._again: Counter[Key] = Counter()
        self._told_at: deque[datetime] = deque(maxlen=_REMEMBERED)
        self._numbers = itertools.count()
        self._queue: list[tuple[datetime, int, Wanted]] = []
        self._total = 0
        self._troubles = 0
        for wanted in plan:
            self._total += 1
            if wanted.step is Step.ASK:
                self._later(wanted, self._began_at)
            else:
                self._counts[_COUNTED[wanted.step]] += 1

    async def run(self) -> CoverReport:
        """Go through all of it. Raises CoverNotWritten, StoreError, or the last of many failures in a row."""
        self._tell()
        workers = [asyncio.create_task(self._work(), name="pictures") for _ in range(AT_ONCE)]
        try:
            done, _ = await asyncio.wait(workers, return_when=asyncio.FIRST_EXCEPTION)
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)
        for worker in done:
            worker.result()
        return self.report

    @property
    def report(self) -> CoverReport:
        """What came of it so far."""
        return CoverReport(**self._counts)

    async def _work(self) -> None:
        while self._queue:
            due, _, wanted = heapq.heappop(self._queue)
            await self._clock.sleep((due - self._clock.now()).total_seconds())
            brought = await self._bringer.bring(self._account, wanted, spared=self._began_at, on_wait=self._on_progress)
            self._take(wanted, brought)
            self._tell()

    def _take(self, wanted: Wanted, brought: Brought) -> None:
        now = self._clock.now()
        self._troubles = self._troubles + 1 if brought.error is not None else 0
        if brought.error is not None and self._troubles >= _TROUBLES:
            raise brought.error
        match brought.outcome:
            case Outcome.LATER:
                self._later(wanted, now + timedelta(seconds=PACE))
            case Outcome.FAILED if brought.next_at is not None and self._again[wanted.key] < len(RESTS):
                self._again[wanted.key] += 1
                self._later(wanted, brought.next_at)
            case Outcome.FULL:
                # There is no room for any other of them either.
                self._counts["left"] += 1 + len(self._queue)
                self._queue.clear()
            case outcome:
                self._counts[str(outcome)] += 1

    def _later(self, wanted: Wanted, due: datetime) -> None:
        heapq.heappush(self._queue, (due, next(self._numbers), wanted))

    def _tell(self) -> None:
        self._told_at.append(self._clock.now())
        between = sorted((later - earlier).total_seconds() for earlier, later in pairwise(self._told_at))
        # The middle one, so that a rest does not count for all that are left.
        pace = max(PACE, between[(len(between) - 1) // 2]) if len(between) > 1 else PACE
        left = self._total - sum(self._counts.values())
        self._on_progress(CoverProgress(self.report, self._total, left * pace))
