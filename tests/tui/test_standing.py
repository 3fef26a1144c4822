"""`runout status`: how old everything is, what is due, how the schedule does, and the budget."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import Final

from core.domain.account import Access, Account
from core.domain.budget import note_answer, note_refusal, request_slot
from core.domain.enrichment import EnrichProgress, Facts
from core.domain.ids import RunId, Shelf
from core.domain.ledger import Candidate, Lane, Ledger, Terms
from core.domain.master import Coverage
from core.domain.progress import RunningSync, SyncOutcome, SyncProgress
from core.domain.spending import BudgetStatus, spending
from core.domain.standing import ShelfAge, Standing
from tests.factories import ADDED, make_account, make_copy
from tests.processes import runout
from tests.tui.past_rows import filled, run
from tui.render.standing import busy_line, standing_lines

import msgspec
import pytest
from msgspec.structs import replace

NOW: Final = ADDED.timestamp()
QUIET: Final = spending(Ledger(), NOW, Terms())
NEVER: Final = ShelfAge(None, None, None, 0)


def standing(collection: ShelfAge = NEVER, *, scheduled: int = 0, succeeded: int = 0) -> Standing:
    ages = {Shelf.COLLECTION: collection, Shelf.WANTLIST: NEVER}
    return Standing(ages, {Shelf.COLLECTION: 2_188, Shelf.WANTLIST: 0}, scheduled, succeeded)


def told(found: Standing, account: Account | None = None, budget: BudgetStatus = QUIET) -> list[str]:
    return list(standing_lines(account or make_account(), found, budget, ADDED))


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


@pytest.mark.parametrize(
    ("age", "line"),
    [
        (NEVER, "never synced"),
        (ShelfAge(None, None, ADDED, 2), "never synced; due now, failed 2 times in a row"),
        (ShelfAge(ADDED, ADDED, ADDED + hours(5.5), 0), "2,188 copies, just now; next look in 5 h 30 min"),
        (
            ShelfAge(ADDED - hours(20), ADDED - hours(2), ADDED - hours(1), 1),
            "2,188 copies, checked 2 h ago, details 20 h ago; due now, failed 1 time in a row",
        ),
        (ShelfAge(ADDED - hours(3), None, None, 0), "2,188 copies, 3 h ago"),
    ],
)
def test_both_ages_of_a_shelf_and_its_next_turn_are_told(age: ShelfAge, line: str) -> None:
    assert told(standing(age))[1] == f"  collection: {line}"


@pytest.mark.parametrize(
    ("account", "line"),
    [
        (make_account(username="[/]\x1b[31mme"), "[/][31mme"),
        (replace(make_account(), access=Access.PUBLIC), "collector_1, read as anybody"),
        (replace(make_account(), access=Access.NONE), "collector_1: disconnected; what is here stays as it is"),
        (
            replace(make_account(), refused_at=ADDED - hours(3)),
            "collector_1: Discogs refused the token 3 h ago; run `runout connect`",
        ),
    ],
)
def test_whose_records_they_are_is_told(account: Account, line: str) -> None:
    assert told(standing(), account)[0] == line


def test_how_the_schedule_did_is_told_when_it_had_anything_to_do() -> None:
    assert "2 of 3 syncs that were due in the last day succeeded (66 %)" in told(standing(scheduled=3, succeeded=2))
    assert not any("due in the last day" in line for line in told(standing()))


def test_that_discogs_is_busy_is_told_with_when_it_goes_on_and_how_far_it_is() -> None:
    ledger, _ = request_slot(Ledger(), "me", (Candidate(Lane.SYNC, NOW),), NOW - 1, Terms())
    ledger = note_refusal(ledger, 1, NOW - 1, Terms(), retry_after=121.0, jitter=1.0)
    sync = RunningSync(RunId("run"), make_account().id, NOW - 2, SyncProgress(page=9, pages=42, seen=812, told=4_153))
    on = f"{(ADDED + timedelta(seconds=120)).astimezone():%H:%M}"
    assert busy_line(spending(ledger, NOW, Terms()), ADDED) == f"Discogs is busy; going on at {on}"
    assert told(standing(), budget=spending(ledger, NOW, Terms(), (sync,)))[3] == (
        f"Discogs is busy; going on at {on}, 812 of 4,153 done"
    )
    assert busy_line(QUIET, ADDED) == ""


def test_the_budget_is_told_to_whoever_is_nobody() -> None:
    asked, _ = request_slot(Ledger(), "me", (Candidate(Lane.SYNC, NOW),), NOW - 1, Terms())
    answered = note_answer(asked, 1, NOW - 1, Terms(), said="200", limit=60, remaining=59)
    lines = list(standing_lines(None, None, spending(answered, NOW, Terms()), ADDED))
    assert lines[0].startswith("No account is connected. Run `runout connect`")
    assert lines[-1] == "Discogs answered just now: 200"


async def test_status_is_told_as_one_object(tmp_path: Path) -> None:
    await asyncio.to_thread(filled, tmp_path, (), (make_copy(1), make_copy(2)), (run(outcome=SyncOutcome.DONE),))
    found = (await runout(tmp_path, None, "status", "--json")).result
    assert set(found) == {
        "account",
        "access",
        "refused_at",
        "collection",
        "wantlist",
        "due_last_day",
        "enrichment",
        "budget",
    }
    assert (found["account"], found["access"]) == ("collector_1", "owner")
    shelf = found["collection"]
    assert isinstance(shelf, dict)
    assert shelf.pop("next") is not None
    assert shelf.pop("original_year") == msgspec.to_builtins(Coverage(releases=2, no_master=2))
    assert found["enrichment"] is None
    assert shelf == {"copies": 2, "membership": None, "details": None, "failures": 0, "needs_word": 0, "private": False}
    assert found["due_last_day"] == {"ended": 0, "succeeded": 0}


async def test_of_nobody_everything_is_null_but_the_budget(tmp_path: Path) -> None:
    done = await runout(tmp_path, None, "status", "--json")
    found = json.loads(done.out)
    assert done.code == 0
    assert found.pop("budget")["per_minute"] == 60
    assert set(found.values()) == {None}
    in_words = await runout(tmp_path, None, "status")
    assert in_words.code == 0
    assert in_words.out.startswith("No account is connected.")
    named = await runout(tmp_path, None, "status", "--account", "nobody")
    assert (named.code, named.out) == (2, "")


def test_copies_that_wait_for_a_word_are_told_with_what_to_say() -> None:
    asked = replace(standing(ShelfAge(ADDED, ADDED, None, 0)), asked={Shelf.COLLECTION: 34, Shelf.WANTLIST: 0})
    lines = [line for line in told(asked) if "no longer shows" in line]
    assert len(lines) == 1
    assert lines[0].startswith("  34 copies of it Discogs no longer shows")
    assert "--accept-removals" in lines[0]
    assert "--keep" in lines[0]


def test_a_shelf_that_its_owner_shows_to_nobody_is_called_private_and_not_failed() -> None:
    lines = told(standing(ShelfAge(None, None, None, 3, private_since=ADDED)))
    assert any("collection: private" in line for line in lines)
    assert not any("never synced" in line for line in lines if "collection:" in line)


def known(collection: Coverage, progress: EnrichProgress | None = None) -> list[str]:
    facts = Facts({Shelf.COLLECTION: collection, Shelf.WANTLIST: Coverage(0)}, progress)
    return list(standing_lines(make_account(), standing(), QUIET, ADDED, None, facts))


def test_of_how_many_records_the_original_year_is_known_is_told_below_the_shelf() -> None:
    lines = known(Coverage(1_497, known=1_131, no_year=40, no_master=310, pending=12, failed=4))
    place = lines.index("  collection: never synced")
    assert lines[place + 1] == (
        "    Original year known for 1,131 of 1,497: 12 still to be read, 310 without a master,"
        " 40 whose year Discogs does not know, 4 to be tried again."
    )
    assert lines[place + 2] == "  wantlist: never synced"


def test_how_far_the_reading_of_years_is_and_how_long_it_takes_is_told_while_somebody_is_at_it() -> None:
    lines = known(Coverage(20, pending=20), EnrichProgress(done=1_131, left=366, seconds=499.0, is_underway=True))
    assert "reading original years: 1,131 of 1,497, about 8 min left" in lines


def test_when_nobody_is_at_it_it_is_told_who_would_be() -> None:
    lines = known(Coverage(20, pending=20), EnrichProgress(done=0, left=20, seconds=None, is_underway=False))
    assert any(line.startswith("20 original years still to be read: an open terminal,") for line in lines)
