"""The budget of requests as pure arithmetic: who gets the next slot, and what an answer or a refusal teaches.

Discogs counts the requests of the last 60 s, of everybody behind one address together. A slot that is taken stays taken
until 60 s after its answer, so that no window of the other side can hold more than the limit. The last free slots are
kept for people who wait; syncs come before work that nobody waits for, and that work never comes in bursts.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Sequence
from typing import Final

from core.domain.ledger import (
    LONGEST_BREAK,
    PER_MINUTE,
    REMEMBERED,
    WINDOW,
    Candidate,
    Lane,
    Ledger,
    Queue,
    Slot,
    Terms,
    Work,
    others,
    read_at,
    settled,
    taken,
)
from core.domain.progress import WaitReason

from msgspec import Struct
from msgspec.structs import replace

_FEWEST_FOR_PEOPLE, _MOST_FOR_PEOPLE = 5, 16
"""Of 60 slots, those that are kept for people at least and at most; the most is also what the background leaves."""

_GLANCE: Final = 0.05
"""Seconds until somebody looks again who lets another process go first."""

FEWER: Final = 0.9
"""What is left of the estimate of others' requests after an answer that shows fewer of them."""

_LONGEST_CLOSING, _BREAKER_AFTER = 30.0, 3


class Granted(Struct, frozen=True):
    """A slot was taken."""

    slot: int
    candidate: Candidate


class Hold(Struct, frozen=True):
    """No slot now: look again after some seconds."""

    seconds: float
    reason: WaitReason


def request_slot(
    ledger: Ledger, process: str, waiting: tuple[Candidate, ...], now: float, terms: Terms
) -> tuple[Ledger, Granted | Hold | None]:
    """Take a slot for the first of those who wait in a process, if it is their turn and one is free.

    None when nobody waits. The queue of the process is noted in any case, for the others to see.
    """
    ledger = read_at(ledger, now, terms)
    if not waiting:
        return _with_queue(ledger, process, (), now), None
    first = min(waiting, key=lambda candidate: _turn(ledger, candidate, waiting))
    hold = _closed(ledger, now) or _unpaced(ledger, first, now, terms) or _scarce(ledger, process, first, now, terms)
    if hold is not None:
        return _with_queue(ledger, process, waiting, now), hold
    slot = Slot(ledger.next_number, first.lane, now, now + terms.time_out + WINDOW, first.account, first.work)
    left = list(waiting)
    left.remove(first)
    ledger = replace(
        _with_queue(ledger, process, tuple(left), now),
        slots=(*ledger.slots, slot),
        next_number=slot.number + 1,
        asked_at=now,
        probe=slot.number if ledger.tripped else ledger.probe,
    )
    return ledger, Granted(slot.number, first)


def note_answer(
    ledger: Ledger, slot: int, now: float, terms: Terms, *, said: str, limit: int | None, remaining: int | None
) -> Ledger:
    """An answer has come: its slot comes back 60 s from now, and the headers tell of others on our address."""
    quiet = now >= ledger.careful_until
    ledger = replace(
        settled(ledger, slot, now + WINDOW),
        answered_at=now,
        said=said,
        closings=0 if quiet else ledger.closings,
    )
    if ledger.probe == slot:
        ledger = replace(ledger, tripped=False, probe=None, closings=0, careful_until=now + WINDOW)
    return _learnt(ledger, slot, now, terms, limit, remaining)


def note_refusal(
    ledger: Ledger,
    slot: int,
    now: float,
    terms: Terms,
    *,
    retry_after: float | None,
    jitter: float,
    limit: int | None = None,
    remaining: int | None = None,
) -> Ledger:
    """Discogs said that we are too fast: close for a while, then be careful; after three times let a probe decide.

    `jitter` is a factor from 1 up. What was in flight when the bucket closed and is refused too is no closing of its
    own.
    """
    ledger = _learnt(settled(ledger, slot, now + WINDOW), slot, now, terms, limit, remaining)
    asked_at = next((one.taken_at for one in ledger.slots if one.number == slot), now)
    separate = asked_at >= ledger.closed_until
    quiet = now >= ledger.careful_until and not ledger.tripped
    closings = (0 if quiet else ledger.closings) + separate
    seconds = min(_LONGEST_CLOSING, 2.0**closings) if retry_after is None else retry_after
    tripped = closings >= _BREAKER_AFTER
    if tripped and separate:
        seconds = max(seconds, min(LONGEST_BREAK, WINDOW * 2.0 ** (closings - _BREAKER_AFTER)))
    closed_until = max(ledger.closed_until, now + seconds * jitter) if separate or retry_after else ledger.closed_until
    return replace(
        ledger,
        closed_until=closed_until,
        careful_until=max(closed_until, now) + WINDOW,
        closings=closings,
        tripped=tripped,
        probe=None if ledger.probe == slot else ledger.probe,
        answered_at=now,
        said="429",
    )


def note_silence(ledger: Ledger, slot: int, now: float) -> Ledger:
    """No answer came, but Discogs may have counted the request."""
    return replace(settled(ledger, slot, now + WINDOW), probe=None if ledger.probe == slot else ledger.probe)


def give_back(ledger: Ledger, slot: int) -> Ledger:
    """The request was never sent."""
    return replace(
        ledger,
        slots=tuple(one for one in ledger.slots if one.number != slot),
        probe=None if ledger.probe == slot else ledger.probe,
    )


def free(ledger: Ledger, now: float, terms: Terms) -> int:
    """How many requests the limit still lets through now; one, when nothing of ours is under way."""
    own = taken(ledger, now)
    return max(terms.per_minute - own - others(ledger), 0 if own else 1)


def reserve(ledger: Ledger, lane: Lane, now: float, terms: Terms) -> int:
    """How many free slots a lane leaves to those before it."""
    return kept_free([slot.taken_at for slot in ledger.slots if slot.lane is Lane.PEOPLE], lane, now, terms)


def kept_free(calls: Sequence[float], lane: Lane, now: float, terms: Terms) -> int:
    """The same, from the moments at which people called so far."""
    if lane is Lane.PEOPLE:
        return 0
    lately = sum(now - WINDOW < moment for moment in calls)
    rate = max(lately, sum(now - REMEMBERED < moment for moment in calls) * WINDOW / REMEMBERED)
    wanted = _MOST_FOR_PEOPLE if lane is Lane.BACKGROUND else min(max(_FEWEST_FOR_PEOPLE, rate), _MOST_FOR_PEOPLE)
    return min(round(wanted * terms.per_minute / PER_MINUTE), (terms.per_minute - 1) // 2)


def seconds_for(ledger: Ledger, requests: int, lane: Lane, now: float, terms: Terms) -> float:
    """How long the last of that many requests of a lane waits for its slot, when nobody else asks for any."""
    ledger = read_at(ledger, now, terms)
    spare = max(1, terms.per_minute - others(ledger) - reserve(ledger, lane, now, terms))
    returns = sorted(slot.until for slot in ledger.slots if slot.until > now)
    pace = background_pace(terms) if lane is Lane.BACKGROUND else 0.0
    moment = max(now, ledger.closed_until)
    for number in range(requests):
        if number:
            moment += max(pace, 1.0) if moment < ledger.careful_until else pace
        if len(returns) >= spare:
            moment = max(moment, returns[-spare])
        insort(returns, moment + WINDOW)
    return moment - now if requests else 0.0


def _with_queue(ledger: Ledger, process: str, waiting: tuple[Candidate, ...], now: float) -> Ledger:
    others = tuple(queue for queue in ledger.queues if queue.process != process)
    return replace(ledger, queues=(*others, Queue(process, now, waiting)) if waiting else others)


def _turn(ledger: Ledger, candidate: Candidate, everyone: tuple[Candidate, ...]) -> tuple[object, ...]:
    """What those who wait are ordered by: the lane, then whose turn it is in it."""
    served = [slot.number for slot in ledger.slots if slot.lane is candidate.lane and slot.account == candidate.account]
    work = _work_rank(ledger, candidate, everyone) if candidate.lane is Lane.BACKGROUND else 0
    return (candidate.lane, not candidate.again, work, max(served, default=0), candidate.since)


def _work_rank(ledger: Ledger, candidate: Candidate, everyone: tuple[Candidate, ...]) -> int:
    if candidate.work is None:
        return len(Work)
    if candidate.work is not Work.ALERTS:
        return int(candidate.work)
    background = [slot for slot in ledger.slots if slot.lane is Lane.BACKGROUND]
    just_alerted = bool(background) and max(background, key=lambda slot: slot.number).work is Work.ALERTS
    others_wait = any(one.lane is Lane.BACKGROUND and one.work is not Work.ALERTS for one in everyone)
    return len(Work) + 1 if just_alerted and others_wait else int(Work.ALERTS)


def _closed(ledger: Ledger, now: float) -> Hold | None:
    if now < ledger.closed_until:
        return Hold(ledger.closed_until - now, WaitReason.REFUSED)
    if ledger.tripped and ledger.probe is not None:
        return Hold(1.0, WaitReason.REFUSED)
    if now < ledger.careful_until and ledger.slots:
        next_at = max(slot.taken_at for slot in ledger.slots) + 1.0
        if now < next_at:
            return Hold(next_at - now, WaitReason.REFUSED)
    return None


def background_pace(terms: Terms) -> float:
    """Seconds between two requests of the background."""
    kept = min(round(_MOST_FOR_PEOPLE * terms.per_minute / PER_MINUTE), (terms.per_minute - 1) // 2)
    return WINDOW / (terms.per_minute - kept)


def _unpaced(ledger: Ledger, first: Candidate, now: float, terms: Terms) -> Hold | None:
    if first.lane is not Lane.BACKGROUND:
        return None
    last = max((slot.taken_at for slot in ledger.slots if slot.lane is Lane.BACKGROUND), default=None)
    wait = 0.0 if last is None else last + background_pace(terms) - now
    return Hold(wait, WaitReason.LIMIT) if wait > 0 else None


def _scarce(ledger: Ledger, process: str, first: Candidate, now: float, terms: Terms) -> Hold | None:
    """Whether there are too few free slots for this lane, those who wait elsewhere and come before counted in."""
    elsewhere = tuple(one for queue in ledger.queues if queue.process != process for one in queue.waiting)
    mine = _turn(ledger, first, (first, *elsewhere))
    before = sum(_turn(ledger, one, (first, *elsewhere)) < mine for one in elsewhere)
    one_by_one = first.lane is Lane.BACKGROUND or ledger.tripped or now < ledger.careful_until
    missing = reserve(ledger, first.lane, now, terms) + 1 - free(ledger, now, terms)
    returns = sorted(slot.until for slot in ledger.slots if slot.until > now)
    if missing <= 0 or not returns:
        # With nothing of ours under way one is sent whatever the others use: only an answer can tell that they stopped.
        return Hold(_GLANCE, WaitReason.LIMIT) if before > (0 if one_by_one else max(0, -missing)) else None
    if len(returns) < missing:
        return Hold(1.0, WaitReason.LIMIT)
    return Hold(max(returns[missing - 1] - now, 0.001), WaitReason.LIMIT)


def _learnt(ledger: Ledger, slot: int, now: float, terms: Terms, limit: int | None, remaining: int | None) -> Ledger:
    """The estimate rises at once and falls slowly: others' requests do not lapse with our slots.

    An answer tells how many were counted, and not when they were: as the request came, or as the answer left. Those of
    ours that were counted for sure are what was sent within 60 s before this request, and what has overtaken it; those
    that may have been are all that was sent since. Where the two differ the difference is a suspicion, until an answer
    comes with which they do not.
    """
    asked_at = next((one.taken_at for one in ledger.slots if one.number == slot), None)
    if remaining is None or limit != terms.per_minute or asked_at is None:
        return ledger
    sent = [one for one in ledger.slots if one.taken_at > asked_at - WINDOW]
    surely = sum(one.number <= slot or one.until <= now + WINDOW for one in sent)
    counted = terms.per_minute - remaining
    fewest, most = max(0, counted - len(sent)), max(0, counted - surely)
    return replace(
        ledger,
        foreign=min(max(ledger.foreign, fewest), max(most, ledger.foreign * FEWER)),
        suspected=float(most) if surely == len(sent) else max(ledger.suspected, most),
    )
