"""Which record to listen to: chosen by chance, but not by chance alone.

One release counts once, however many copies of it there are. Its weight is the product of two numbers:

    played   1 when it was never played; else as many 90ths of 1 as days have gone by since it was, but no less than
             1/20 and no more than 1: after 9 days 0.1, after 45 days 0.5, after 90 days 1
    offered  the same of the days since it was last offered, over 14 days, and no less than 1/10

The one that was offered last weighs nothing, so that nothing is offered twice in a row; and nothing weighs what was
declined ("not tonight") in the last 18 hours. If that leaves nothing, the declined ones are weighed as the others are;
and if it still does, the one that was offered last is the only one there is, and is offered again. A release is chosen
with the probability of its weight, divided by the weight of all.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import accumulate
from types import MappingProxyType
from typing import Final

from core.domain.ids import ReleaseId
from core.domain.plays import Played

from msgspec import Struct

PLAYED_RESTS: Final = timedelta(days=90)
"""After that a release that was played is as likely as one that never was."""
PLAYED_LEAST: Final = 1 / 20
OFFERED_RESTS: Final = timedelta(days=14)
"""The same for one that was offered."""
OFFERED_LEAST: Final = 1 / 10
DECLINED_RESTS: Final = timedelta(hours=18)
"""How long "not tonight" holds: an evening, a night and a morning, wherever on earth that is."""


class Offer(Struct, frozen=True, gc=False):
    """When a release was last offered for listening, and when it was declined since; UTC."""

    at: datetime
    declined_at: datetime | None = None


class Memory(Struct, frozen=True):
    """What is remembered of an account's listening, by release."""

    plays: Mapping[ReleaseId, Played] = MappingProxyType({})
    offers: Mapping[ReleaseId, Offer] = MappingProxyType({})

    @property
    def last(self) -> ReleaseId | None:
        """The release that was offered last."""
        return max(self.offers, key=lambda release: (self.offers[release].at, release), default=None)


class Left(StrEnum):
    """What was left to choose from."""

    SOME = "some"
    DECLINED = "declined"
    """Nothing but what was declined a short while ago."""
    SAME = "same"
    """Nothing but what was offered last."""


class Pick(Struct, frozen=True):
    """A release that was chosen."""

    release_id: ReleaseId
    among: int
    """How many releases there were to choose from, resting ones included."""
    left: Left = Left.SOME
    played: Played | None = None
    """How often it was played before, and when; None when it never was."""


def weights(releases: Sequence[ReleaseId], memory: Memory, now: datetime) -> tuple[list[float], Left]:
    """The weight of each of some different releases, as the module has it, and what was left. Nothing of nothing."""
    known = memory.plays.keys() | memory.offers.keys()
    found = [_weight(release, memory, now) if release in known else 1.0 for release in releases]
    declined = {release for release, offer in memory.offers.items() if _rests(offer, now)}
    same = {memory.last}
    for left, without in ((Left.SOME, declined | same), (Left.DECLINED, same), (Left.SAME, frozenset())):
        odds = [0.0 if release in without else weight for release, weight in zip(releases, found, strict=True)]
        if any(odds):
            return odds, left
    return found, Left.SOME


def pick(releases: Iterable[ReleaseId], memory: Memory, now: datetime, chance: float) -> Pick | None:
    """One of some releases, by their weights; None of none.

    `chance` is a number from 0 up to, not including, 1, as `random.Random.random` has them; the same number over the
    same releases, in whatever order, with the same memory at the same moment gives the same one.
    """
    different = sorted(set(releases))
    odds, left = weights(different, memory, now)
    if not different:
        return None
    sums = list(accumulate(odds))
    # A product may be rounded up to the whole sum; behind the place where that is reached nothing weighs anything.
    chosen = different[min(bisect_right(sums, chance * sums[-1]), bisect_left(sums, sums[-1]))]
    return Pick(chosen, len(different), left, memory.plays.get(chosen))


def _weight(release: ReleaseId, memory: Memory, now: datetime) -> float:
    played, offer = memory.plays.get(release), memory.offers.get(release)
    weight = _grown(now - played.last, PLAYED_RESTS, PLAYED_LEAST) if played else 1.0
    return weight * _grown(now - offer.at, OFFERED_RESTS, OFFERED_LEAST) if offer else weight


def _grown(since: timedelta, whole: timedelta, least: float) -> float:
    return min(1.0, max(least, since / whole))


def _rests(offer: Offer, now: datetime) -> bool:
    return offer.declined_at is not None and now - offer.declined_at < DECLINED_RESTS
