"""What is told of the syncs under way."""

from __future__ import annotations

from datetime import UTC, datetime

from core.domain.eta import seconds_left
from core.domain.ids import AccountId, RunId
from core.domain.ledger import WINDOW, Candidate, Lane, Ledger, Queue, Slot, Terms
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
            "signed_in": True,
            "shelf": "collection",
        }
    ]


def test_a_sync_without_sign_in_is_foretold_by_the_limit_of_anybody() -> None:
    busy = tuple(Slot(number, Lane.SYNC, NOW - 11, NOW - 10.5 + WINDOW, ANN) for number in range(1, 21))
    anybody = Ledger(slots=busy, next_number=21, asked_at=NOW - 11)
    begun = RunningSync(RunId("first"), ANN, NOW - 12, SyncProgress(page=20, pages=104, seen=2_000, told=10_312))
    few = Terms(per_minute=25)

    status = spending(Ledger(), NOW, Terms(), (begun,), anybody)

    [told] = status.running
    assert not told.signed_in
    assert told.seconds_left == seconds_left(anybody, [begun], NOW, few)[0]
    assert told.seconds_left is not None
    assert told.seconds_left > 180
    assert (status.used, status.free, status.per_minute) == (0, 60, 60)
    assert status.anybody is not None
    assert (status.anybody.used, status.anybody.free, status.anybody.per_minute) == (20, 5, 25)


def test_a_sync_belongs_to_the_limit_that_heard_of_it_last() -> None:
    before = (Slot(1, Lane.SYNC, NOW - 100, NOW - 40, ANN),)
    queue = Queue("me", NOW, (Candidate(Lane.SYNC, NOW - 1, ANN),))

    def signed_in(members: Ledger, anybody: Ledger) -> bool:
        return spending(members, NOW, Terms(), (FIRST,), anybody).running[0].signed_in

    assert signed_in(LEDGER, Ledger(slots=before))
    assert signed_in(Ledger(), Ledger(slots=before))
    assert not signed_in(Ledger(slots=before), LEDGER)
    assert not signed_in(Ledger(slots=before), Ledger(queues=(queue,)))


def test_a_limit_that_nobody_uses_is_not_spoken_of() -> None:
    assert spending(LEDGER, NOW, Terms(), (), Ledger()).anybody is None
