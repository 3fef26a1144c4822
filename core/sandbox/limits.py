"""The quota: requests within a moving minute, one count for each address and class of caller."""

from collections import deque
from collections.abc import Callable

Clock = Callable[[], float]

WINDOW = 60.0
AUTHENTICATED, ANONYMOUS = 60, 25


class MovingWindow:
    """At most `limit` requests within any 60 seconds of `clock`. Refused ones do not count: there is no lock-out."""

    def __init__(self, limit: int, clock: Clock) -> None:
        self.limit = limit
        self._clock = clock
        self._taken: deque[float] = deque()

    @property
    def used(self) -> int:
        """Requests granted within the last 60 seconds."""
        while self._taken and self._taken[0] <= self._clock() - WINDOW:
            self._taken.popleft()
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


class Limits:
    """The windows of all callers. `limit` is for authenticated ones; the anonymous share stays 25 in 60."""

    def __init__(self, clock: Clock, limit: int = AUTHENTICATED) -> None:
        self._clock = clock
        self._limits = {True: limit, False: max(1, limit * ANONYMOUS // AUTHENTICATED)}
        self._windows: dict[tuple[str, bool], MovingWindow] = {}

    def window(self, address: str, *, authenticated: bool) -> MovingWindow:
        """Return the window of one address and class. (Whether the real service counts by token is not known)."""
        key = (address, authenticated)
        if key not in self._windows:
            self._windows[key] = MovingWindow(self._limits[authenticated], self._clock)
        return self._windows[key]
