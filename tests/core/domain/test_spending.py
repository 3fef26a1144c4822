"""What is told of the syncs under way."""

from __future__ import annotations

from datetime import UTC, datetime

from core.domain.eta import seconds_left
from core.domain.ids import AccountId, RunId
from core.domain.ledger import WINDOW, Lane, Ledger, Slot, Terms
from core.domain.progress import Phase, RunningSync, SyncProgress
from core.domain.spending import SyncUnderWay, spending

from msgspec import json

NOW = 1_000_000.0
ANN, BEN = AccountId("ann"), AccountId("ben")
LEDGER = Ledger(
    slots=tuple(Slot(number, Lane.SYNC, NOW - 10, NOW - 9.5 + WINDOW, ANN) for number in range(1, 42)), next_number=42
)
FIRST = RunningSync(RunId("first"), ANN, NOW - 12, SyncProgress(page=41, pages=104, seen=4_100, told=10_312))
LATER = RunningSync(RunId("later"), BEN, NOW - 3, SyncProgress(Phase.PUBLISHING, page=2, pages=2, seen=150, told=150))


def test_nobody_syncs_and_nothing_is_told_of_it() -> None:
    assert spending(LEDGER, NOW, Terms()).running == ()


def test_all_is_told_of_each_sync_the_one_that_began_first_in_front() -> None:
    began = [datetime.fromtimestamp(sync.started_at, UTC) for sync in (FIRST, LATER)]
    [left] = seconds_left(LEDGER, [FIRST], NOW, Terms())

    assert spending(LEDGER, NOW, Terms(), (LATER, FIRST)).running == (
        SyncUnderWay(RunId("first"), ANN, Phase.READING, 41, 104, 4_100, 10_312, began[0], left),
        SyncUnderWay(RunId("later"), BEN, Phase.PUBLISHING, 2, 2, 150, 150, began[1], None),
    )


def test_scripts_are_told_in_plain_values() -> None:
    status = spending(LEDGER, NOW, Terms(), (LATER,))

    assert json.decode(json.encode(status.running)) == [
        {
            "run": "later",
            "account": "ben",
            "phase": "publishing",
            "page": 2,
            "pages": 2,
            "seen": 150,
            "told": 150,
            "since": "1970-01-12T13:46:37Z",
            "seconds_left": None,
        }
    ]
