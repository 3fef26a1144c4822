from __future__ import annotations

from datetime import date, timedelta, timezone
from typing import Any, Final

from core.domain.account import Access, Account
from core.domain.collection import Collection
from core.domain.ids import RunId, Shelf
from core.domain.ledger import Lane
from core.domain.progress import (
    Phase,
    SyncEvent,
    SyncFinished,
    SyncOutcome,
    SyncProgress,
    SyncReport,
    SyncStarted,
    Waiting,
    WaitReason,
)
from core.domain.spending import BudgetStatus, SyncUnderWay, WaitingRequests, WindowStatus
from core.domain.view import View, view_of
from tests.factories import ADDED, make_account, make_copy, make_release
from tests.tui.bare import SMALL, Bare, shown, style_of
from tui.render.status import GIVING_WAY, Part, StatusText, status
from tui.widgets.status_line import StatusLine

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from rich.cells import cell_len
from textual.app import ComposeResult

NOW: Final = ADDED
LATER: Final = f"{(ADDED + timedelta(seconds=30)).astimezone(timezone(timedelta(hours=5, minutes=45))):%H:%M}"
"""By the clock of the place where the tests are."""
TODAY: Final = date(2024, 5, 11)
EMPTY: Final = view_of(Collection())
SHELF: Final = view_of(Collection(tuple(make_copy(number, make_release(number)) for number in range(1, 1_235))))
NONE_LEFT: Final = SHELF.filtered("year:1800", TODAY)
ARRIVING: Final = view_of(replace(SHELF.collection, arriving=2_188))
SYNCED: Final = make_account(1, username="collector_a", last_sync_at=NOW - timedelta(minutes=5))
ANYBODY: Final = replace(SYNCED, access=Access.PUBLIC)
NEW: Final = make_account(1, username="collector_a")
BUDGET: Final = BudgetStatus(
    per_minute=60,
    taken=dict.fromkeys(Lane, 0),
    others=0,
    free=60,
    next_free_in=0.0,
    closed_for=0.0,
    tripped=False,
    waiting=(),
    asked_at=None,
    answered_at=None,
    said="",
)


ORIGINALS: Final = ("original year known for 3 of 9", "original year of 3 of 9", "")


def spent(**changes: Any) -> BudgetStatus:
    return replace(BUDGET, **changes)


def under_way(
    seconds_left: float | None, account: Account = SYNCED, page: int = 11, *, signed_in: bool = True
) -> BudgetStatus:
    """The budget while a sync of an account runs."""
    read = page * 100
    sync = SyncUnderWay(RunId("r"), account.id, Phase.READING, page, 22, read, 2_188, NOW, seconds_left, signed_in)
    return spent(running=(sync,), free=0, waiting=(WaitingRequests(Lane.SYNC, account.id, 8),))


@pytest.mark.parametrize(
    ("view", "account", "running", "said"),
    [
        (EMPTY, None, None, "0 of 0 copies"),
        (EMPTY, NEW, None, "0 of 0 copies · collector_a · never synced"),
        (SHELF, SYNCED, None, "1,234 of 1,234 copies · collector_a · synced 5 min ago"),
        (NONE_LEFT, SYNCED, None, "0 of 1,234 copies · collector_a · synced 5 min ago"),
        (EMPTY, NEW, SyncStarted(), "0 of 0 copies · collector_a · never synced · syncing…"),
        (
            EMPTY,
            NEW,
            Waiting(48.0, WaitReason.LIMIT),
            "0 of 0 copies · collector_a · never synced · syncing, waiting 48 s for Discogs' limit",
        ),
        (ARRIVING, NEW, None, "1,234 of 2,188 copies arrived · collector_a · never synced"),
        (
            ARRIVING.filtered("year:1800", TODAY),
            NEW,
            None,
            "0 of 1,234 copies · 1,234 of 2,188 arrived · collector_a · never synced",
        ),
    ],
    ids=["no account", "never synced", "synced", "filtered", "syncing", "waiting", "arriving", "arriving, filtered"],
)
def test_the_line_says_how_much_whose_how_old_and_what_runs(
    view: View, account: Account | None, running: SyncEvent | None, said: str
) -> None:
    assert status(view, account, running, NOW).plain == said


def test_one_copy_is_one_copy() -> None:
    assert status(view_of(Collection((make_copy(1),))), None, None, NOW).plain == "1 of 1 copy"


def test_while_only_the_first_rows_are_here_nothing_is_said_of_how_many_are_shown() -> None:
    assert status(SHELF, SYNCED, None, NOW, total=100_000).plain.startswith("100,000 copies · collector_a")


def test_the_two_ages_are_told_apart_where_they_differ() -> None:
    old = replace(SYNCED, last_sync_at=NOW - timedelta(hours=3))

    def age(checked: timedelta | None) -> str:
        at = None if checked is None else NOW - checked
        return status(EMPTY, old, None, NOW, checked_at=at).plain.split(" · ")[-1]

    assert age(timedelta(minutes=5)) == "checked 5 min ago, details 3 h ago"
    assert age(timedelta(hours=3, minutes=20)) == "synced 3 h ago"
    assert age(timedelta(days=3)) == "synced 3 h ago", "a whole walk looks who is there, too"
    assert age(None) == "synced 3 h ago"


def test_an_age_that_is_no_longer_the_present_stands_out() -> None:
    def is_strong(age: timedelta) -> bool:
        line = status(EMPTY, replace(SYNCED, last_sync_at=NOW - age), None, NOW)
        return dict(line.parts)["age"].is_strong

    assert not is_strong(timedelta(hours=6))
    assert is_strong(timedelta(hours=6, seconds=1))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"access": Access.NONE}, "disconnected"),
        ({"refused_at": NOW}, "Discogs refuses the token"),
        ({"access": Access.PUBLIC}, "synced 5 min ago"),
    ],
)
def test_what_keeps_an_account_from_being_read_is_in_the_line(changes: dict[str, Any], said: str) -> None:
    assert status(EMPTY, replace(SYNCED, **changes), None, NOW).plain.endswith(f" · {said}")


@pytest.mark.parametrize(
    ("page", "pages", "filled"), [(1, 1, 16), (1, 1_000, 0), (11, 22, 8), (21, 22, 15), (22, 22, 16), (4, 3, 16)]
)
def test_the_bar_fills_with_the_pages(page: int, pages: int, filled: int) -> None:
    """Pages can become fewer while they are read."""
    line = status(EMPTY, None, SyncProgress(page=page, pages=pages, seen=page * 100, told=2_188), NOW).plain
    bar = "━" * filled + "╌" * (16 - filled)
    assert line == f"0 of 0 copies · {bar} page {page:,} of {pages:,}, {page * 100:,} of 2,188"


READING: Final = SyncProgress(page=11, pages=22, seen=1_100, told=2_188)


@pytest.mark.parametrize(
    ("seconds", "said"), [(1.0, "5 s left"), (38.0, "40 s left"), (71.0, "1 min left"), (1_100.0, "18 min left")]
)
def test_how_long_a_sync_still_takes_is_said_where_it_is_known(seconds: float, said: str) -> None:
    assert status(SHELF, SYNCED, READING, NOW, budget=under_way(seconds)).plain.endswith(f"1,100 of 2,188, {said}")


def test_what_nobody_knows_is_not_said() -> None:
    for account, budget in ((SYNCED, under_way(None)), (SYNCED, under_way(38.0, make_account(2))), (SYNCED, None)):
        assert " left" not in status(SHELF, account, READING, NOW, budget=budget).plain


def test_of_a_collection_that_is_read_without_sign_in_it_is_said_as_well() -> None:
    line = status(SHELF, ANYBODY, READING, NOW, budget=under_way(230.0, ANYBODY, signed_in=False)).plain
    assert line.endswith("1,100 of 2,188, 4 min left")


def test_who_reads_without_sign_in_is_told_of_the_limit_of_those() -> None:
    closed = WindowStatus(**{name: getattr(BUDGET, name) for name in WindowStatus.__struct_fields__})
    closed = replace(closed, closed_for=30.0)
    running = under_way(None, ANYBODY, signed_in=False)
    for account, budget, is_told in (
        (ANYBODY, spent(anybody=closed), True),
        (ANYBODY, replace(running, anybody=closed), True),
        (ANYBODY, replace(under_way(None, ANYBODY), anybody=closed), False),  # An application vouches for it.
        (SYNCED, spent(anybody=closed), False),
        (ANYBODY, spent(closed_for=30.0), True),
    ):
        assert ("Discogs is busy" in status(SHELF, account, READING, NOW, budget=budget).plain) is is_told


def test_waiting_does_not_hide_how_far_a_sync_is() -> None:
    wait = Waiting(30.0, WaitReason.LIMIT)
    line = status(SHELF, SYNCED, wait, NOW, budget=under_way(38.0)).plain
    assert line.endswith("━━━━━━━━╌╌╌╌╌╌╌╌ page 11 of 22, waiting 30 s for Discogs' limit, 40 s left")
    assert status(SHELF, SYNCED, wait, NOW, budget=under_way(None, page=0)).plain.endswith(
        "syncing, waiting 30 s for Discogs' limit"
    )


def test_the_later_phases_are_named() -> None:
    def line(event: SyncEvent) -> str:
        return status(EMPTY, None, event, NOW).plain.partition(" · ")[2]

    assert line(replace(READING, phase=Phase.CONFIRMING, page=3, pages=20)) == "asking for what was not seen, 3 of 20"
    assert "once more, page 11 of 22" in line(replace(READING, phase=Phase.SECOND_LOOK))
    assert line(replace(READING, phase=Phase.PUBLISHING)) == "publishing…"
    assert line(SyncFinished(SyncReport(outcome=SyncOutcome.DONE, copies=1, releases=1))) == "publishing…"


PEOPLE: Final = (WaitingRequests(Lane.PEOPLE, make_account(2).id, 3),)
HEAD_START: Final = (WaitingRequests(Lane.PEOPLE, SYNCED.id, 5),)
SYNCS: Final = (WaitingRequests(Lane.SYNC, None, 8),)


@pytest.mark.parametrize(
    ("budget", "running", "said"),
    [
        (BUDGET, None, ""),
        (spent(free=5), None, ""),
        (spent(free=4, next_free_in=12.0), None, "4 requests free, more in 12 s"),
        (spent(free=1), None, "1 request free"),
        (spent(free=0, waiting=SYNCS, next_free_in=12.0), None, "8 requests waiting"),
        (spent(free=0, waiting=SYNCS), SyncStarted(), ""),
        (spent(free=0, waiting=PEOPLE + SYNCS), SyncStarted(), "3 requests waiting"),
        (spent(free=0, waiting=HEAD_START + SYNCS), SyncStarted(), ""),
        (spent(free=0, waiting=HEAD_START), None, "5 requests waiting"),
        (spent(closed_for=30.0, free=0), SyncStarted(), f"Discogs is busy; going on at {LATER}"),
        (spent(closed_for=30.0, tripped=True), None, f"Discogs is busy; going on at {LATER}"),
        (
            replace(under_way(None), closed_for=30.0),
            READING,
            f"Discogs is busy; going on at {LATER}, 1,100 of 2,188 done",
        ),
    ],
    ids=[
        "plenty",
        "a handful",
        "few",
        "one",
        "others wait",
        "a sync waits",
        "people wait",
        "its own begin",
        "mine wait",
        "closed",
        "tripped",
        "closed in the middle of a sync",
    ],
)
def test_the_budget_is_told_of_where_it_matters(budget: BudgetStatus, running: SyncEvent | None, said: str) -> None:
    parts = dict(status(EMPTY, SYNCED, running, NOW, budget=budget).parts)
    assert (parts["budget"].forms[0] if "budget" in parts else "") == said


def test_where_discogs_is_busy_how_far_a_sync_is_stands_beside_it_once() -> None:
    line = status(SHELF, SYNCED, READING, NOW, budget=replace(under_way(None), closed_for=30.0))
    assert "page" not in line.plain
    assert line.fit(58).plain == f"1,234 of 1,234 copies · Discogs is busy; going on at {LATER}"
    started = status(SHELF, SYNCED, SyncStarted(), NOW, budget=spent(closed_for=30.0))
    assert "syncing… · Discogs is busy" in started.plain


def on_wantlist(sync: SyncUnderWay) -> SyncUnderWay:
    return replace(sync, shelf=Shelf.WANTLIST, told=261, seen=100, page=1, pages=3)


def test_on_the_wantlist_wants_are_counted() -> None:
    def line(view: View, running: SyncEvent | None = None, **more: Any) -> str:
        return status(view, SYNCED, running, NOW, shelf=Shelf.WANTLIST, **more).plain

    assert line(SHELF).startswith("1,234 of 1,234 wants · ")
    assert line(ARRIVING).startswith("1,234 of 2,188 wants arrived · ")
    assert line(SHELF, total=2_000).startswith("2,000 wants · ")
    assert line(EMPTY, SyncProgress(Phase.PROBING)).endswith("asking for the newest wants…")


def test_a_sync_of_the_shelf_that_is_not_looked_at_says_which_it_is() -> None:
    read = SyncProgress(page=1, pages=3, seen=100, told=261)
    line = status(SHELF, SYNCED, read, NOW, synced=Shelf.WANTLIST)
    assert " · wantlist: ━" in line.plain
    assert line.fit(60).plain.endswith("wantlist: page 1 of 3")
    assert " · ━" in status(SHELF, SYNCED, read, NOW, shelf=Shelf.WANTLIST, synced=Shelf.WANTLIST).plain


def test_a_sync_that_was_not_begun_here_is_shown_all_the_same() -> None:
    budget = under_way(38.0)
    assert status(SHELF, SYNCED, None, NOW, budget=budget).plain.endswith("1,100 of 2,188, 40 s left")
    wants = replace(budget, running=(on_wantlist(budget.running[0]), *budget.running))
    assert status(SHELF, SYNCED, None, NOW, budget=wants).plain.endswith("1,100 of 2,188, 40 s left")
    only = replace(budget, running=wants.running[:1])
    assert " · wantlist: ━" in status(SHELF, SYNCED, None, NOW, budget=only).plain
    assert "page" not in status(SHELF, make_account(2), None, NOW, budget=budget).plain


def test_what_is_left_of_another_shelf_is_not_told_of_this_one() -> None:
    budget = under_way(38.0)
    wants = replace(budget, running=(on_wantlist(budget.running[0]),))
    assert " left" not in status(SHELF, SYNCED, READING, NOW, budget=wants).plain


def test_original_years_stand_there_where_there_is_room_and_give_way_first() -> None:
    line = status(SHELF, SYNCED, None, NOW, order="artist", originals=ORIGINALS)
    kept = "1,234 of 1,234 copies · collector_a · synced 5 min ago"
    assert line.plain == f"{kept} · original year known for 3 of 9 · by artist"
    assert line.fit(len(line.plain) - 1).plain == f"{kept} · original year of 3 of 9 · by artist"
    assert line.fit(78).plain == f"{kept} · by artist"


def test_nobody_waits_for_what_is_read_in_the_background() -> None:
    budget = spent(waiting=(WaitingRequests(Lane.BACKGROUND, None, 9), *PEOPLE))
    assert status(SHELF, SYNCED, None, NOW, budget=budget).plain.endswith(" · 3 requests waiting")
    only = replace(budget, waiting=budget.waiting[:1])
    assert "waiting" not in status(SHELF, SYNCED, None, NOW, budget=only).plain


def test_the_order_comes_last_and_goes_first() -> None:
    line = status(SHELF, SYNCED, None, NOW, order="-added,artist")
    assert line.plain.endswith(" · by -added,artist")
    assert line.fit(60).plain == "1,234 of 1,234 copies · collector_a · synced 5 min ago"


def test_on_a_small_screen_a_sync_keeps_its_bar_and_its_time() -> None:
    line = status(SHELF, SYNCED, READING, NOW, budget=under_way(38.0), order="-added")
    assert line.fit(78).plain == "1,234 of 1,234 copies · 5 min ago · ━━━━━━━━╌╌╌╌╌╌╌╌ page 11 of 22, 40 s left"
    assert line.fit(160).plain == line.plain


def test_parts_give_way_in_the_order_that_is_stated() -> None:
    line = status(
        ARRIVING.filtered("year:1800", TODAY),
        replace(SYNCED, refused_at=NOW, username="a collector with a long name"),
        READING,
        NOW,
        budget=replace(under_way(38.0), waiting=PEOPLE),
        order="artist",
        originals=ORIGINALS,
    )
    forms = {name: 0 for name, _ in line.parts}
    seen = [line.plain]
    for name in GIVING_WAY:
        forms[name] = min(forms[name] + 1, len(dict(line.parts)[name].forms) - 1)
        seen.append(" · ".join(filter(None, (part.forms[forms[name]] for name, part in line.parts))))
    widths = sorted({cell_len(text) for text in seen}, reverse=True)
    assert [line.fit(width).plain for width in widths] == list(dict.fromkeys(seen))
    assert seen[-1] == "0/1,234 · page 11/22"


def fitting(width: int, line: StatusText) -> str:
    return line.fit(width).plain


@given(
    st.integers(0, 200),
    st.sampled_from([EMPTY, SHELF, NONE_LEFT, ARRIVING]),
    st.sampled_from([None, SYNCED, NEW, replace(SYNCED, refused_at=NOW), replace(NEW, username="鹿" * 40)]),
    st.sampled_from([None, SyncStarted(), READING, Waiting(48.0, WaitReason.REFUSED), replace(READING, page=22)]),
    st.sampled_from([None, BUDGET, under_way(38.0), spent(closed_for=5.0), spent(waiting=PEOPLE)]),
    st.sampled_from(["", "-added,artist"]),
)
def test_a_line_is_never_cut_in_the_middle_of_what_it_says(
    width: int, view: View, account: Account | None, running: SyncEvent | None, budget: BudgetStatus | None, order: str
) -> None:
    line = status(view, account, running, NOW, budget=budget, order=order)
    said = fitting(width, line)
    whole = {form for _name, part in line.parts for form in part.forms}
    assert set(said.split(" · ")) <= whole
    assert cell_len(said) <= max(width, 34)
    assert said == fitting(cell_len(said), line)


@pytest.mark.parametrize("username", ["a\nb\x1b[31m\u202ec [b]", "[/]", "x" * 300])
def test_the_line_stays_one_line(username: str) -> None:
    line = status(EMPTY, make_account(1, username=username), None, NOW)
    assert line.plain.count("\n") == 0
    assert "\x1b" not in line.plain
    assert line.fit().no_wrap


def test_a_foreign_name_is_shown_as_it_is() -> None:
    odd = make_account(1, username="a\nb\x1b[31m\u202ec [b]")
    assert status(EMPTY, odd, None, NOW).plain == "0 of 0 copies · a b[31mc [b] · never synced"


class Bottom(Bare):
    def compose(self) -> ComposeResult:
        yield StatusLine(id="status")


async def test_the_widget_says_more_when_there_is_more_room() -> None:
    app = Bottom()
    async with app.run_test(size=SMALL) as pilot:
        line = app.query_one(StatusLine)
        line.show(status(SHELF, SYNCED, READING, NOW, budget=under_way(38.0)))
        await pilot.pause()
        assert shown(app).startswith(" 1,234 of 1,234 copies · 5 min ago · ━")
        assert style_of(app, "1,234 of").bold
        assert not style_of(app, "5 min").bold
        await pilot.resize_terminal(140, 24)
        await pilot.pause()
        assert "collector_a · synced 5 min ago · ━" in shown(app)
        await pilot.resize_terminal(30, 24)
        await pilot.pause()
        assert shown(app).split("\n")[0].strip() == "1,234/1,234 · page 11/22"
        await pilot.resize_terminal(3, 2)
        line.show(StatusText((("shown", Part(("[/] [bold]x",))),)))
        await pilot.resize_terminal(30, 2)
        await pilot.pause()
        assert shown(app).split("\n")[0].strip() == "[/] [bold]x"
