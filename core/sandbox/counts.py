"""What was asked of the server, for whoever judges a client afterwards."""

from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass

from core.sandbox.holding import JsonObject
from core.sandbox.limits import WINDOW
from core.sandbox.timing import Clock

ANONYMOUS = "anonymous"
LOGGED = 1000


@dataclass(slots=True)
class Entry:
    """One request in the log. `at` is the world's time; no status: no answer (yet). `note`: what was odd about it."""

    at: float
    route: str
    page: int
    caller: str
    status: int | None = None
    note: str = ""


class Counts:
    """Requests by route and by caller, refusals by the quota, the busiest 60 seconds, the most in flight, a log.

    A caller is a username, `key and secret`, `refused` (a wrong credential) or `anonymous`.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.in_flight = 0
        self.reset()

    def reset(self) -> None:
        """Begin anew; what is in flight stays so."""
        self.requests: Counter[str] = Counter()
        self.callers: Counter[str] = Counter()
        self.refusals = 0
        self.busiest_minute = 0
        self.most_in_flight = self.in_flight
        self._recent: deque[float] = deque()
        self._log: deque[Entry] = deque(maxlen=LOGGED)

    @property
    def total(self) -> int:
        """All requests that arrived, refused ones included."""
        return self.requests.total()

    @contextmanager
    def request(self, route: str, page: int = 1, caller: str = ANONYMOUS) -> Iterator[Entry]:
        """Count one request, in flight for as long as the block runs. The entry is for its status."""
        entry = Entry(self._clock(), route, page, caller)
        self._log.append(entry)
        self._recent.append(entry.at)
        while self._recent[0] <= entry.at - WINDOW:
            self._recent.popleft()
        self.requests[route] += 1
        self.callers[caller] += 1
        self.busiest_minute = max(self.busiest_minute, len(self._recent))
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            yield entry
        finally:
            self.in_flight -= 1

    def as_json(self) -> JsonObject:
        """Return the figures as one JSON object."""
        return {
            "requests": dict(sorted(self.requests.items())),
            "callers": dict(sorted(self.callers.items())),
            "total": self.total,
            "refusals": self.refusals,
            "busiest_minute": self.busiest_minute,
            "most_in_flight": self.most_in_flight,
        }

    def log(self, last: int = LOGGED) -> list[JsonObject]:
        """Return the last requests, oldest first; at most 1,000 are kept."""
        return [asdict(entry) for entry in [*self._log][max(0, len(self._log) - last) :]]
