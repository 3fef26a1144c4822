"""The budget in words."""

from __future__ import annotations

from core.domain.budget import note_answer, note_refusal, request_slot
from core.domain.ids import AccountId, RunId
from core.domain.ledger import Candidate, Lane, Ledger, Terms
from core.domain.progress import Phase, RunningSync, SyncProgress
from core.domain.spending import SyncUnderWay, spending
from tests.factories import ADDED
from tui.render.budget import budget_lines

import pytest
from msgspec.structs import replace

NOW = ADDED.timestamp()


def told(ledger: Ledger) -> list[str]:
    return list(budget_lines(spending(ledger, NOW, Terms()), ADDED))


def spent(lane: Lane, account: AccountId | None = None) -> Ledger:
    return request_slot(Ledger(), "me", (Candidate(lane, NOW, account),), NOW - 1, Terms())[0]


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


def test_the_limit_of_anybody_is_told_of_while_it_is_used() -> None:
    ann, few = AccountId("ann"), Terms(per_minute=25)
    anybody = note_answer(spent(Lane.SYNC, ann), 1, NOW - 1, few, said="200", limit=25, remaining=24)
    sync = RunningSync(RunId("run"), ann, NOW - 2, SyncProgress(page=1, pages=3, seen=100, told=240))
    lines = list(budget_lines(spending(Ledger(), NOW, Terms(), (sync,), anybody), ADDED))
    assert lines == [
        "0 of 60 requests a minute used",
        "60 free now",
        "without sign-in 1 of 25 requests a minute used, 24 free, the next in 59 s",
        "a sync without sign-in reads page 1 of 3, 100 of 240 copies, about 0.0 s left",
    ]


def under_way(phase: Phase, page: int, pages: int, seconds_left: float | None) -> SyncUnderWay:
    account = AccountId("00000000-0000-4000-8000-000000000001")
    return SyncUnderWay(RunId("run"), account, phase, page, pages, 4_100, 10_312, ADDED, seconds_left)


@pytest.mark.parametrize(
    ("sync", "line"),
    [
        (
            under_way(Phase.READING, 41, 104, 48.2),
            "a sync reads page 41 of 104, 4,100 of 10,312 copies, about 48 s left",
        ),
        (under_way(Phase.READING, 41, 104, None), "a sync reads page 41 of 104, 4,100 of 10,312 copies"),
        (
            replace(under_way(Phase.READING, 1, 1, 0.0), seen=1, told=1),
            "a sync reads page 1 of 1, 1 of 1 copy, about 0.0 s left",
        ),
        (under_way(Phase.READING, 0, 1, None), "a sync begins reading"),
        (
            under_way(Phase.SECOND_LOOK, 2, 1_004, 1_100.0),
            "a sync reads once more, page 2 of 1,004, about 18 min 20 s left",
        ),
        (under_way(Phase.CONFIRMING, 0, 12, 3.0), "a sync confirms what was not seen, 0 of 12, about 3.0 s left"),
        (under_way(Phase.PUBLISHING, 104, 104, None), "a sync is publishing"),
        (under_way(Phase.DONE, 104, 104, None), "a sync is publishing"),
    ],
    ids=str,
)
def test_each_running_sync_has_its_line_without_an_id(sync: SyncUnderWay, line: str) -> None:
    status = replace(spending(Ledger(), NOW, Terms()), running=(sync, sync))

    assert list(budget_lines(status, ADDED))[2:4] == [line] * 2
