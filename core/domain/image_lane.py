"""The lane to Discogs' image host, apart from the API's slots: an even pace, few at once, rests when it is refused.

The host has a limit of its own, of which nobody says how high it is: 20 to 40 pictures a minute, by report.
Times are seconds since 1970 by the core's clock.
"""

from __future__ import annotations

from typing import Final

from core.domain.covers import Key

from msgspec import Struct
from msgspec.structs import replace

PACE: Final = 4.0
"""Seconds from one picture to the next: 15 a minute."""

AT_ONCE: Final = 2
FLIGHT: Final = 70.0
"""Seconds after which a picture that was asked for is no longer under way: the longest time-out, and some more."""

LOOKED_AGAIN: Final = 1.0
"""Seconds until somebody looks again who waits for another one to land."""

_FIRST_REST: Final = 60.0
_LONGEST_REST: Final = 3_600.0
_LONGEST_ASKED: Final = 86_400.0
"""The longest rest that the host may ask for."""

_DENIED: Final = 3
"""Addresses in a row that were new and refused all the same: then it is the host that refuses us."""


class Flight(Struct, frozen=True):
    """A picture that is under way to some process."""

    key: Key
    until: float


class ImageLane(Struct, frozen=True):
    """What all processes of this machine know of the lane."""

    next_at: float = 0.0
    rests_until: float = 0.0
    refusals: int = 0
    """In a row."""
    denied: int = 0
    flights: tuple[Flight, ...] = ()


class Hold(Struct, frozen=True):
    """Nothing is asked for that many seconds."""

    seconds: float
    is_rest: bool = False
    """Because the host has refused."""


class Elsewhere(Struct, frozen=True):
    """That very picture is under way already."""


def hold(lane: ImageLane, now: float) -> Hold | None:
    """What keeps the next picture from being asked for now."""
    lane = _without_the_past(lane, now)
    if lane.rests_until > now:
        return Hold(lane.rests_until - now, is_rest=True)
    if len(lane.flights) >= AT_ONCE:
        return Hold(min(LOOKED_AGAIN, min(one.until for one in lane.flights) - now))
    return Hold(lane.next_at - now) if lane.next_at > now else None


def ask(lane: ImageLane, key: Key, now: float) -> tuple[ImageLane, Hold | Elsewhere | None]:
    """Take a turn for a picture; None when it may be asked for now."""
    lane = _without_the_past(lane, now)
    if any(one.key == key for one in lane.flights):
        return lane, Elsewhere()
    held = hold(lane, now)
    if held is not None:
        return lane, held
    return replace(lane, next_at=now + PACE, flights=(*lane.flights, Flight(key, now + FLIGHT))), None


def landed(lane: ImageLane, key: Key, *, answered: bool = True) -> ImageLane:
    """A picture is no longer under way; `answered`: and the host has not refused it."""
    flights = tuple(one for one in lane.flights if one.key != key)
    return replace(lane, flights=flights, refusals=0, denied=0) if answered else replace(lane, flights=flights)


def refused(lane: ImageLane, now: float, retry_after: float | None = None) -> ImageLane:
    """The host says that we are too fast. Those that were under way together are refused together, which is once."""
    if retry_after is not None:
        until = now + min(retry_after, _LONGEST_ASKED)
        return replace(lane, rests_until=max(lane.rests_until, until), refusals=lane.refusals + 1)
    if lane.rests_until > now:
        return lane
    rest = min(_FIRST_REST * 2.0**lane.refusals, _LONGEST_REST)
    return replace(lane, rests_until=now + rest, refusals=min(lane.refusals + 1, 20))


def denied(lane: ImageLane, now: float) -> ImageLane:
    """An address that Discogs had given a moment ago was refused, too."""
    lane = replace(lane, denied=lane.denied + 1)
    return replace(refused(lane, now), denied=0) if lane.denied >= _DENIED else lane


def _without_the_past(lane: ImageLane, now: float) -> ImageLane:
    """Without what is over, and without what a clock has written that was ahead."""
    return replace(
        lane,
        next_at=min(lane.next_at, now + PACE),
        rests_until=min(lane.rests_until, now + _LONGEST_ASKED),
        flights=tuple(one for one in lane.flights if now < one.until <= now + FLIGHT),
    )
