"""The quota: requests within a moving minute, one count for each address and class of caller."""

import math
from collections import deque

from core.sandbox.timing import Clock

WINDOW = 60.0
AUTHENTICATED, ANONYMOUS = 60, 25


class MovingWindow:
    """At most `limit` requests within any 60 seconds of `clock`. Refused ones do not count: there is no lock-out.

    `foreign` requests a minute come at even pace from other programs at the same address and take their share.
    """

    def __init__(self, limit: int, clock: Clock, foreign: int = 0) -> None:
        self.limit = limit
        self._clock = clock
        self._taken: deque[float] = deque()
        self._pace = WINDOW / foreign if foreign else math.inf
        self._next_foreign = clock() + self._pace

    @property
    def used(self) -> int:
        """Requests granted within the last 60 seconds, those of others included."""
        now = self._clock()
        self._let_foreign_in(now)
        self._forget(now)
        return len(self._taken)

    def take(self) -> bool:
        """Grant one request, or say no."""
        if self.used >= self.limit:
            return False
        self._taken.append(self._clock())
        return True

    def headers(self) -> dict[str, str]:
        """Return the three headers that every answer carries."""
        used = self.used
        return {
            "X-Discogs-Ratelimit": str(self.limit),
            "X-Discogs-Ratelimit-Used": str(used),
            "X-Discogs-Ratelimit-Remaining": str(self.limit - used),
        }

    def _let_foreign_in(self, now: float) -> None:
        if self._next_foreign < now - WINDOW:
            # Whatever came before the last minute has gone again.
            self._next_foreign += math.ceil((now - WINDOW - self._next_foreign) / self._pace) * self._pace
        while self._next_foreign <= now:
            self._forget(self._next_foreign)
            if len(self._taken) < self.limit:
                self._taken.append(self._next_foreign)
            self._next_foreign += self._pace

    def _forget(self, now: float) -> None:
        while self._taken and self._taken[0] <= now - WINDOW:
            self._taken.popleft()


class Limits:
    """The windows of all callers. `limit` is for authenticated ones; the anonymous share stays 25 in 60."""

    def __init__(self, clock: Clock, limit: int = AUTHENTICATED, foreign: int = 0) -> None:
        self._clock = clock
        self._limits = {True: limit, False: max(1, limit * ANONYMOUS // AUTHENTICATED)}
        self._foreign = {True: foreign, False: 0}
        self._windows: dict[tuple[str, bool], MovingWindow] = {}

    def window(self, address: str, *, authenticated: bool) -> MovingWindow:
        """Return the window of one address and class. (Whether the real service counts by token is not known)."""
        key = (address, authenticated)
        if key not in self._windows:
            self._windows[key] = MovingWindow(self._limits[authenticated], self._clock, self._foreign[authenticated])
        return self._windows[key]
