"""What is to be done about a picture: whether it is asked for, waits, or goes."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from core.domain.cover_addresses import Known, is_allowed, picture_of
from core.domain.covers import Cover, Key, State

from msgspec.structs import replace

RESTS: Final = (timedelta(seconds=30), timedelta(minutes=1))
"""After the first and the second try that failed; after the third it is `LONG_REST`."""

LONG_REST: Final = timedelta(days=1)
NONE_FOR: Final = timedelta(days=7)
"""How long a picture that is not there is believed not to be."""


class Step(StrEnum):
    """What is to be done about a picture."""

    HERE = "here"
    ASK = "ask"
    NONE = "none"
    REFUSED = "refused"
    WAIT = "wait"
    """Asked for lately, and not to be had then."""
    UNKNOWN = "unknown"
    """Nobody here was told where it is."""


def step(known: Known, cover: Cover | None, now: datetime, *, has_file: bool, near: bool) -> Step:
    """What is to be done about a picture of which that is known, and which has that row and maybe a file."""
    address = known.address
    waits = cover is not None and cover.next_at is not None and now < cover.next_at <= now + NONE_FOR
    if cover is not None and cover.state is State.HERE and has_file:
        is_same = not address or picture_of(cover.address) == picture_of(address)
        return Step.HERE if is_same or waits or not is_allowed(address, near=near) else Step.ASK
    if not address:
        return Step.NONE if known.is_told else Step.UNKNOWN
    if not is_allowed(address, near=near):
        return Step.REFUSED
    if cover is None or cover.address != address:
        return Step.ASK
    if cover.state is State.REFUSED:
        return Step.REFUSED
    if not waits:
        return Step.ASK
    return Step.NONE if cover.state is State.NONE else Step.WAIT


def failed(before: Cover | None, key: Key, address: str, reason: str, now: datetime, *, for_long: bool) -> Cover:
    """A picture that could not be had: the third time in a row, or `for_long`, it rests a day."""
    tries = before.tries + 1 if before and before.address == address and before.state is State.FAILED else 1
    if for_long or tries > len(RESTS):
        return Cover(key, address, State.FAILED, next_at=now + LONG_REST, reason=reason)
    return Cover(key, address, State.FAILED, next_at=now + RESTS[tries - 1], reason=reason, tries=tries)


def kept(before: Cover, other: Cover, now: datetime) -> Cover:
    """A picture that is here and was to be replaced: it stays, and the other one is not asked for again at once."""
    return replace(before, next_at=other.next_at or now + LONG_REST, reason=other.reason)
