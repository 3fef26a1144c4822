from __future__ import annotations

from datetime import timedelta

from core.domain.account import Account
from core.domain.collection import Collection
from core.domain.progress import (
    SyncEvent,
    SyncFinished,
    SyncOutcome,
    SyncProgress,
    SyncReport,
    SyncStarted,
    Waiting,
    WaitReason,
)
from core.domain.view import View, view_of
from tests.factories import ADDED, make_account, make_copy, make_release
from tui.render.status import nothing_here, status

import pytest

NOW = ADDED
EMPTY = view_of(Collection())
SHELF = view_of(Collection(tuple(make_copy(number, make_release(number)) for number in range(1, 1_235))))
SYNCED = make_account(1, username="collector_a", last_sync_at=NOW - timedelta(minutes=5))
NEW = make_account(1, username="collector_a")


@pytest.mark.parametrize(
    ("view", "account", "running", "said"),
    [
        (EMPTY, None, None, "0 of 0 copies"),
        (EMPTY, NEW, None, "0 of 0 copies · collector_a · never synced"),
        (SHELF, SYNCED, None, "1,234 of 1,234 copies · collector_a · synced 5 min ago"),
        (SHELF.filtered("year:1800"), SYNCED, None, "0 of 1,234 copies · collector_a · synced 5 min ago"),
        (EMPTY, NEW, SyncStarted(), "0 of 0 copies · collector_a · never synced · syncing…"),
        (
            EMPTY,
            NEW,
            Waiting(48.0, WaitReason.LIMIT),
            "0 of 0 copies · collector_a · never synced · syncing, waiting 48 s for Discogs' limit",
        ),
    ],
    ids=["no account", "never synced", "synced", "filtered", "syncing", "waiting"],
)
def test_the_line_says_how_much_whose_how_old_and_what_runs(
    view: View, account: Account | None, running: SyncEvent | None, said: str
) -> None:
    assert status(view, account, running, NOW).plain == said


def test_one_copy_is_one_copy() -> None:
    assert status(view_of(Collection((make_copy(1),))), None, None, NOW).plain == "1 of 1 copy"


@pytest.mark.parametrize(
    ("page", "pages", "filled"), [(1, 1, 16), (1, 1_000, 0), (11, 22, 8), (21, 22, 15), (22, 22, 16), (4, 3, 16)]
)
def test_the_bar_fills_with_the_pages(page: int, pages: int, filled: int) -> None:
    """Pages can become fewer while they are read."""
    line = status(EMPTY, None, SyncProgress(page=page, pages=pages, seen=page * 100, told=2_188), NOW).plain
    bar = "━" * filled + "╌" * (16 - filled)
    assert line == f"0 of 0 copies · {bar} page {page:,} of {pages:,}, {page * 100:,} of 2,188"


def test_what_comes_after_the_last_page_is_publishing() -> None:
    report = SyncReport(outcome=SyncOutcome.DONE, copies=1, releases=1)
    assert status(EMPTY, None, SyncFinished(report), NOW).plain.endswith(" · publishing…")


def test_the_line_stays_one_line() -> None:
    odd = make_account(1, username="a\nb\x1b[31m\u202ec [b]")
    line = status(EMPTY, odd, None, NOW)
    assert line.plain == "0 of 0 copies · a b[31mc [b] · never synced"
    assert line.no_wrap


@pytest.mark.parametrize(
    ("view", "account", "loading", "syncing", "said"),
    [
        (EMPTY, None, True, False, "Opening your collection"),
        (EMPTY, NEW, True, True, "Opening your collection"),
        (EMPTY, None, False, False, "No account is connected"),
        (EMPTY, NEW, False, False, "Press s"),
        (EMPTY, NEW, False, True, "on their way"),
        (SHELF.filtered("year:1800"), SYNCED, False, False, "No record matches"),
        (SHELF.filtered("year:1800"), SYNCED, False, True, "No record matches"),
    ],
    ids=["opening", "opening first", "no account", "no copy", "first sync", "no match", "no match while syncing"],
)
def test_where_nothing_is_there_are_words_what_to_do(
    view: View, account: Account | None, *, loading: bool, syncing: bool, said: str
) -> None:
    assert said in "\n".join(nothing_here(view, account, loading=loading, syncing=syncing))


def test_who_has_no_account_is_told_both_ways_on() -> None:
    said = "\n".join(nothing_here(EMPTY, None, loading=False, syncing=False))
    assert "runout connect" in said
    assert "runout demo" in said
