"""The decisions one by one: who gets a slot, what an answer, a refusal and silence teach."""

from __future__ import annotations

from collections.abc import Callable

from core.domain.budget import (
    Granted,
    Hold,
    free,
    give_back,
    note_answer,
    note_refusal,
    note_silence,
    request_slot,
    reserve,
    seconds_for,
)
from core.domain.ids import AccountId
from core.domain.ledger import WINDOW, Candidate, Lane, Ledger, Queue, Slot, Terms, Work, others, taken
from core.domain.progress import WaitReason

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

NOW = 1_000_000.0
TERMS = Terms(per_minute=60, time_out=30.0)
ANN, BEN = AccountId("ann"), AccountId("ben")
PERSON = Candidate(Lane.PEOPLE, NOW)
SYNC = Candidate(Lane.SYNC, NOW)
PRICE = Candidate(Lane.BACKGROUND, NOW, work=Work.PRICES)
ALERT = Candidate(Lane.BACKGROUND, NOW, work=Work.ALERTS)


def held(count: int, lane: Lane = Lane.SYNC, *, ago: float = 10.0, first: int = 1) -> tuple[Slot, ...]:
    """Slots that were taken a while ago and answered at once."""
    return tuple(Slot(first + number, lane, NOW - ago, NOW - ago + WINDOW) for number in range(count))


def ledger(slots: tuple[Slot, ...] = (), **more: object) -> Ledger:
    return replace(Ledger(slots=slots, next_number=len(slots) + 1), **more)


def found(before: Ledger, *waiting: Candidate, now: float = NOW, terms: Terms = TERMS) -> Granted | Hold | None:
    return request_slot(before, "me", waiting, now, terms)[1]


def granted(before: Ledger, *waiting: Candidate, now: float = NOW) -> tuple[Ledger, int]:
    after, result = request_slot(before, "me", waiting, now, TERMS)
    assert isinstance(result, Granted)
    return after, result.slot


def answer(before: Ledger, slot: int, now: float = NOW, remaining: int | None = None, limit: int | None = 60) -> Ledger:
    return note_answer(before, slot, now, TERMS, said="200", limit=limit, remaining=remaining)


def refusal(before: Ledger, slot: int, now: float = NOW, retry_after: float | None = None) -> Ledger:
    return note_refusal(before, slot, now, TERMS, retry_after=retry_after, jitter=1.0)


def test_a_slot_is_booked_until_its_time_out_and_a_minute() -> None:
    after, slot = granted(ledger(), PERSON)

    assert after.slots == (Slot(slot, Lane.PEOPLE, NOW, NOW + 30 + WINDOW),)
    assert after.asked_at == NOW


@pytest.mark.parametrize("note", [answer, refusal, note_silence])
def test_a_slot_comes_back_a_minute_after_its_end(note: Callable[[Ledger, int, float], Ledger]) -> None:
    after = note(*granted(ledger(), PERSON), NOW + 4)

    assert taken(after, NOW + 4 + WINDOW - 0.001) == 1
    assert taken(after, NOW + 4 + WINDOW) == 0


def test_what_was_never_sent_is_as_if_it_had_not_been_asked_for() -> None:
    after, slot = granted(ledger(), PERSON)

    assert give_back(after, slot).slots == ()


@pytest.mark.parametrize(("lane", "kept"), [(Lane.PEOPLE, 0), (Lane.SYNC, 5), (Lane.BACKGROUND, 16)])
@pytest.mark.parametrize(("per_minute", "share"), [(60, 1.0), (240, 4.0), (25, 25 / 60)])
def test_the_last_slots_are_kept_for_those_before(lane: Lane, kept: int, per_minute: int, share: float) -> None:
    assert reserve(ledger(), lane, NOW, Terms(per_minute)) == min(round(kept * share), (per_minute - 1) // 2)


@pytest.mark.parametrize(
    ("calls", "kept"),
    [
        (held(4, Lane.PEOPLE), 5),
        (held(9, Lane.PEOPLE), 9),
        (held(50, Lane.PEOPLE), 16),
        (held(50, Lane.PEOPLE, ago=200), 10),
        (held(50, Lane.SYNC), 5),
    ],
    ids=["few", "lately", "many", "over five minutes", "no people"],
)
def test_what_is_kept_for_people_follows_their_calls(calls: tuple[Slot, ...], kept: int) -> None:
    assert reserve(ledger(calls), Lane.SYNC, NOW, TERMS) == kept


@pytest.mark.parametrize(
    ("slots", "foreign", "left"),
    [((), 0.0, 60), (held(10), 0.0, 50), (held(10), 20.0, 30), (held(10), 90.0, 0), ((), 90.0, 1)],
)
def test_others_and_what_is_taken_leave_the_rest(slots: tuple[Slot, ...], foreign: float, left: int) -> None:
    assert free(ledger(slots, foreign=foreign), NOW, TERMS) == left


@pytest.mark.parametrize("waiting", [PERSON, SYNC, PRICE])
def test_nobody_is_held_for_good_by_what_others_were_thought_to_use(waiting: Candidate) -> None:
    """Only an answer can tell that they have stopped, so one is asked for."""
    assert isinstance(found(ledger(foreign=60.0), waiting), Granted)
    assert isinstance(found(ledger(held(1, ago=30), foreign=60.0), waiting), Hold)


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (PERSON, SYNC),
        (SYNC, PRICE),
        (ALERT, PRICE),
        (PRICE, Candidate(Lane.BACKGROUND, NOW, work=Work.ENRICHMENT)),
        (Candidate(Lane.BACKGROUND, NOW, work=Work.ENRICHMENT), Candidate(Lane.BACKGROUND, NOW, work=Work.DETAILS)),
        (Candidate(Lane.SYNC, NOW, again=True), SYNC),
        (SYNC, Candidate(Lane.SYNC, NOW + 1)),
        (Candidate(Lane.SYNC, NOW + 1, BEN), Candidate(Lane.SYNC, NOW, ANN)),
    ],
    ids=["person", "sync", "alert", "price", "enrichment", "refused", "earlier", "whose turn it is"],
)
def test_who_comes_first_of_two(first: Candidate, then: Candidate) -> None:
    before = ledger((Slot(1, Lane.SYNC, NOW - 70, NOW - 10, ANN),))

    for waiting in ((first, then), (then, first)):
        result = found(before, *waiting)
        assert isinstance(result, Granted)
        assert result.candidate is first


@pytest.mark.parametrize(
    ("last", "others", "served"),
    [(Work.ALERTS, True, PRICE), (Work.ALERTS, False, ALERT), (Work.PRICES, True, ALERT), (None, True, ALERT)],
)
def test_alerts_take_at_most_every_second_slot(last: Work | None, *, others: bool, served: Candidate) -> None:
    slots = (Slot(1, Lane.BACKGROUND, NOW - 2, NOW + 58, work=last),) if last is not None else ()

    result = found(ledger(slots), ALERT, *((PRICE,) if others else ()))

    assert isinstance(result, Granted)
    assert result.candidate is served


def test_background_work_is_paced() -> None:
    result = found(ledger((Slot(1, Lane.BACKGROUND, NOW - 1, NOW + 59),)), PRICE)

    assert isinstance(result, Hold)
    assert result.seconds == pytest.approx(60 / 44 - 1)


@pytest.mark.parametrize(
    ("mine", "theirs", "own", "goes"),
    [
        (SYNC, PERSON, 54, False),
        (SYNC, PERSON, 53, True),
        (PERSON, SYNC, 59, True),
        (SYNC, SYNC, 54, True),
        (PRICE, ALERT, 0, False),
        (ALERT, PRICE, 0, True),
    ],
    ids=["the last one", "one for each", "a person", "equals", "work that comes first", "work that comes later"],
)
def test_who_waits_in_another_process_and_comes_before_goes_first(
    mine: Candidate, theirs: Candidate, own: int, *, goes: bool
) -> None:
    before = ledger(held(own), queues=(Queue("other", NOW, (theirs,)),))

    assert isinstance(found(before, mine), Granted if goes else Hold)


def test_the_others_see_who_waits_and_no_longer_who_was_served() -> None:
    after, _ = request_slot(ledger(held(60)), "me", (PERSON, SYNC), NOW, TERMS)
    assert [queue.waiting for queue in after.queues] == [(PERSON, SYNC)]

    after, _ = request_slot(ledger(), "me", (PERSON, SYNC), NOW, TERMS)
    assert [queue.waiting for queue in after.queues] == [(SYNC,)]

    after, _ = request_slot(after, "me", (), NOW, TERMS)
    assert after.queues == ()


@pytest.mark.parametrize(
    ("foreign", "limit", "remaining", "then"),
    [
        (0.0, 60, 29, 20.0),
        (20.0, 60, 9, 40.0),
        (20.0, 60, 49, 18.0),
        (20.0, 60, 30, 19.0),
        (20.0, 60, 59, 18.0),
        (0.0, 60, 55, 0.0),
        (20.0, 25, 5, 20.0),
        (20.0, None, 5, 20.0),
        (20.0, 60, None, 20.0),
    ],
    ids=["rises", "rises further", "falls", "falls to it", "more than believed", "it lags", "strangers'", "no", "none"],
)
def test_what_others_use_is_read_from_the_headers(
    foreign: float, limit: int | None, remaining: int | None, then: float
) -> None:
    before, slot = granted(ledger(held(10), foreign=foreign), PERSON)

    assert answer(before, slot, limit=limit, remaining=remaining).foreign == then


def test_what_is_still_on_its_way_hides_no_others() -> None:
    """Discogs had not counted the five that were sent later, so the headers speak of others."""
    before, slot = granted(ledger(), PERSON)
    for _ in range(5):
        before, _ = granted(before, PERSON)

    assert others(answer(before, slot, NOW + 0.2, remaining=54)) == 5


def test_what_has_overtaken_a_request_is_ours() -> None:
    before, slot = granted(ledger(), PERSON)
    for _ in range(5):
        before, later = granted(before, PERSON)
        before = answer(before, later, NOW + 0.1)

    assert answer(before, slot, NOW + 0.2, remaining=54).foreign == 0


def test_what_discogs_no_longer_counts_hides_no_others() -> None:
    """Ours are booked until a minute after their answer; Discogs counts from their arrival."""
    before, slot = granted(ledger((Slot(1, Lane.SYNC, NOW - 61, NOW + 1),)), PERSON)

    assert answer(before, slot, NOW + 0.2, remaining=56).foreign == 3


@pytest.mark.parametrize(
    ("closings", "retry_after", "seconds", "tripped"),
    [
        (0, None, 2, False),
        (1, None, 4, False),
        (0, 17.0, 17, False),
        (2, None, 60, True),
        (2, 90.0, 90, True),
        (3, None, 120, True),
        (9, None, 600, True),
    ],
)
def test_a_refusal_closes(closings: int, retry_after: float | None, seconds: float, *, tripped: bool) -> None:
    before, slot = granted(ledger(closings=closings, careful_until=NOW + 50, tripped=closings > 2), PERSON)

    after = refusal(before, slot, NOW, retry_after)

    assert after.closed_until == NOW + seconds
    assert after.careful_until == NOW + seconds + WINDOW
    assert (after.closings, after.tripped) == (closings + 1, tripped)
    assert found(after, PERSON) == Hold(seconds, WaitReason.REFUSED)


@pytest.mark.parametrize("late", [0.1, 20.0], ids=["while closed", "when it is open again"])
def test_what_was_under_way_when_it_closed_is_no_closing_of_its_own(late: float) -> None:
    before, first = granted(ledger(), PERSON)
    before, second = granted(before, PERSON)
    closed = refusal(before, first, NOW)

    after = refusal(closed, second, NOW + late)

    assert after.closings == 1
    assert after.closed_until == closed.closed_until
    assert after.careful_until >= NOW + late + WINDOW


def test_a_quiet_minute_forgives() -> None:
    before, slot = granted(ledger(closings=2, careful_until=NOW), PERSON)

    assert answer(before, slot).closings == 0
    assert refusal(before, slot).closings == 1


def test_one_a_second_until_a_minute_was_quiet() -> None:
    after, _ = granted(ledger(careful_until=NOW + 40), SYNC)

    assert found(after, SYNC, now=NOW + 0.25) == Hold(0.75, WaitReason.REFUSED)
    assert isinstance(found(after, SYNC, now=NOW + 1), Granted)
    assert isinstance(found(replace(after, careful_until=NOW), SYNC), Granted)


def test_one_probe_decides() -> None:
    after, probe = granted(ledger(tripped=True, closings=3), SYNC)

    assert isinstance(found(after, PERSON, now=NOW + 5), Hold)
    assert not answer(after, probe).tripped
    assert refusal(after, probe).tripped
    for nothing in (note_silence(after, probe, NOW), give_back(after, probe)):
        assert nothing.tripped
        assert isinstance(found(nothing, PERSON, now=NOW + 5), Granted)


@given(st.integers(0, 90), st.integers(0, 90), st.sampled_from(Lane), st.floats(0, 70))
def test_more_requests_never_take_less_time(fewer: int, more: int, lane: Lane, foreign: float) -> None:
    before = ledger(held(30), foreign=foreign)
    first, last = sorted((fewer, more))

    assert seconds_for(before, 0, lane, NOW, TERMS) == 0
    assert seconds_for(before, first, lane, NOW, TERMS) <= seconds_for(before, last, lane, NOW, TERMS)
