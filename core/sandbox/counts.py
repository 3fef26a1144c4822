"""What was asked of the server, for whoever judges a client afterwards."""

from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager

from core.sandbox.holding import JsonObject
from core.sandbox.limits import WINDOW, Clock


class Counts:
    """Requests by route name, refusals by the quota, the busiest 60 seconds, the most requests in flight."""

    def __init__(self, clock: Clock) -> None:
        self.requests: Counter[str] = Counter()
        self.refusals = 0
        self.busiest_minute = 0
        self.in_flight = 0
        self.most_in_flight = 0
        self._clock = clock
        self._recent: deque[float] = deque()

    @property
    def total(self) -> int:
        """All requests that arrived, refused ones included."""
        return self.requests.total()

    @contextmanager
    def request(self, route: str) -> Iterator[None]:
        """Count one request, in flight for as long as the block runs."""
        now = self._clock()
        self._recent.append(now)
        while self._recent[0] <= now - WINDOW:
            self._recent.popleft()
        self.requests[route] += 1
        self.busiest_minute = max(self.busiest_minute, len(self._recent))
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            yield
        finally:
            self.in_flight -= 1

    def as_json(self) -> JsonObject:
        """Return the figures as one JSON object."""
        return {
            "requests": dict(sorted(self.requests.items())),
            "total": self.total,
            "refusals": self.refusals,
            "busiest_minute": self.busiest_minute,
            "most_in_flight": self.most_in_flight,
        }
