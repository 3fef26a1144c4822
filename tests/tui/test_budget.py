"""The budget in words."""

from __future__ import annotations

from core.domain.budget import note_answer, note_refusal, request_slot
from core.domain.ledger import Candidate, Lane, Ledger, Terms
from core.domain.spending import spending
from tests.factories import ADDED
from tui.render.budget import budget_lines

NOW = ADDED.timestamp()


def told(ledger: Ledger) -> list[str]:
    return list(budget_lines(spending(ledger, NOW, Terms()), ADDED))


def spent(lane: Lane) -> Ledger:
    return request_slot(Ledger(), "me", (Candidate(lane, NOW),), NOW - 1, Terms())[0]


def test_nothing_asked_is_said_so() -> None:
    assert told(Ledger()) == ["0 of 60 requests a minute used", "60 free now", "Discogs has not been asked yet"]


def test_what_is_used_is_told_by_whom_and_with_the_last_answer() -> None:
    ledger = note_answer(spent(Lane.SYNC), 1, NOW - 1, Terms(), said="200", limit=60, remaining=39)
    assert told(ledger) == [
        "1 of 60 requests a minute used (1 by syncs)",
        "about 20 more by other programs on this address",
        "39 free now, the next in 59 s",
        "Discogs answered just now: 200",
    ]


def test_who_waits_and_a_closed_bucket_are_told() -> None:
    ledger = note_refusal(spent(Lane.PEOPLE), 1, NOW - 1, Terms(), retry_after=9.0, jitter=1.0)
    ledger, _ = request_slot(ledger, "me", (Candidate(Lane.BACKGROUND, NOW),) * 2, NOW, Terms())
    lines = told(ledger)
    assert "nothing is sent for 8.0 s: Discogs said that we are too fast" in lines
    assert "2 requests waiting, in the background" in lines
