"""How things stand, in a few lines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from core.domain.account import Access, Account
from core.domain.enrichment import EnrichProgress, Facts
from core.domain.ids import Shelf
from core.domain.schedule import Load
from core.domain.spending import BudgetStatus
from core.domain.standing import ShelfAge, Standing
from core.text import ago, count, counted, duration, printable
from tui.render.budget import budget_lines
from tui.render.coverage import coverage_forms, coverage_lines

_THINGS: Final = {Shelf.COLLECTION: ("copy", "copies"), Shelf.WANTLIST: ("want", "wants")}


def standing_lines(
    account: Account | None,
    standing: Standing | None,
    budget: BudgetStatus,
    now: datetime,
    load: Load | None = None,
    facts: Facts | None = None,
) -> Iterator[str]:
    """Whose records they are and how old, what is due, how much is known, how the schedule does, and the budget."""
    if account is None or standing is None:
        yield "No account is connected. Run `runout connect`, or look around with `runout demo`."
    else:
        yield from _of_account(account, now)
        for shelf in Shelf:
            if (age := standing.ages.get(shelf)) is not None:
                yield from _of_shelf(shelf, age, standing.copies[shelf], now)
                yield from _asked(shelf, standing.asked.get(shelf, 0))
            if facts is not None:
                yield from (f"    {line}" for line in coverage_lines(facts.coverage[shelf]))
        if facts is not None and facts.progress is not None:
            yield _enriching(facts.progress)
        if standing.scheduled:
            share = 100 * standing.succeeded // standing.scheduled
            yield (
                f"{count(standing.succeeded)} of {counted(standing.scheduled, 'sync')} that were due in the last day"
                f" succeeded ({share} %)"
            )
    if load is not None and load.is_too_much:
        by = f", the longest by {duration(load.longest.total_seconds())}" if load.late else ""
        yield (
            f"{counted(load.accounts, 'account')} in use need about {count(round(load.needed))} requests a day, and"
            f" about {count(round(load.granted))} can be had for them;"
            f" {counted(load.late, 'shelf', 'shelves')} late{by}"
        )
    if busy := busy_line(budget, now):
        yield busy
    yield from budget_lines(budget, now)


def _enriching(progress: EnrichProgress) -> str:
    """How far the reading of original years is, or who would do it."""
    if progress.is_underway:
        return coverage_forms(None, progress)[0]
    waiting = f"{counted(progress.left, 'original year')} still to be read"
    return f"{waiting}: an open terminal, `runout daemon` or `runout enrich` does it"


def busy_line(budget: BudgetStatus, now: datetime) -> str:
    """That Discogs takes no requests now and when it is asked again, with how far is what waits; empty when it does."""
    if not (budget.closed_for or budget.tripped):
        return ""
    on = f"{(now + timedelta(seconds=budget.closed_for)).astimezone():%H:%M}"
    done = next((f", {count(one.seen)} of {count(one.told)} done" for one in budget.running if one.told), "")
    return f"Discogs is busy; going on at {on}{done}"


def _of_account(account: Account, now: datetime) -> Iterator[str]:
    name = printable(account.username)
    if account.refused_at is not None:
        yield f"{name}: Discogs refused the token {ago(account.refused_at, now)}; run `runout connect`"
    elif account.access is Access.LOCAL:
        yield f"{name}, from a file; `runout import` brings a newer one"
    elif account.access is Access.NONE:
        yield f"{name}: disconnected; what is here stays as it is"
    else:
        yield f"{name}{', read as anybody' if account.access is Access.PUBLIC else ''}"


def _of_shelf(shelf: Shelf, age: ShelfAge, copies: int, now: datetime) -> Iterator[str]:
    yield f"  {shelf}: {_here(shelf, age, copies, now)}{_turn(age, now)}"


def _asked(shelf: Shelf, number: int) -> Iterator[str]:
    if number:
        them = counted(number, *_THINGS[shelf])
        only = "" if shelf is Shelf.COLLECTION else f" --only {shelf}"
        yield (
            f"  {them} of it Discogs no longer shows: run `runout sync{only} --accept-removals` if that is right, else"
            f" `runout sync{only} --keep`"
        )


def _here(shelf: Shelf, age: ShelfAge, copies: int, now: datetime) -> str:
    if age.private_since is not None:
        return "private: Discogs shows it to its owner only"
    if age.walked_at is None:
        return "never synced"
    details = ago(age.walked_at, now)
    members = ago(age.checked_at or age.walked_at, now)
    old = details if details == members else f"checked {members}, details {details}"
    return f"{counted(copies, *_THINGS[shelf])}, {old}"


def _turn(age: ShelfAge, now: datetime) -> str:
    """When the schedule looks at it next, and how it did last."""
    failed = f", failed {counted(age.failures, 'time')} in a row" if age.failures else ""
    if age.due_at is None:
        return failed
    left = (age.due_at - now).total_seconds()
    return (f"; next look in {duration(left)}" if left > 0 else "; due now") + failed
