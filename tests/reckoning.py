"""What must hold when a town has come to rest: nothing twice, nothing lost, nothing untrue."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from math import inf
from typing import Final, NamedTuple

from core.app import Core
from core.domain.account import Account
from core.domain.changes import replayed
from core.domain.collection import Copy
from core.domain.ids import NOTES_FIELD, InstanceId, Shelf
from core.domain.progress import SyncOutcome, Word
from core.domain.schedule import Every, backoff
from core.sandbox.accounts import Account as Owner
from core.sandbox.limits import AUTHENTICATED
from tests import witness
from tests.core.services import truth
from tests.crowd import HOUR
from tests.town import Town
from tests.witness import GOOD, Run, Span

JOBS: Final = {"cleaning": HOUR, "optimise": 24 * HOUR, "backup": 24 * HOUR}

PROMISED: Final = 6 * HOUR
_SAMPLE: Final = HOUR / 12
_EXACT: Final = 0.005
"""Seconds of the machine's to which a note tells the moment."""


class Turn(NamedTuple):
    """A run and when it was, in seconds of the stand-in's clock since the beginning."""

    run: Run
    began: float
    ended: float

    @property
    def is_good(self) -> bool:
        return self.run.outcome in GOOD and self.run.kind != "read"


class Last(NamedTuple):
    """What came before a turn, in seconds since the beginning."""

    good: float = -inf
    """As of when the shelf was known: pages that a run brought that was stopped may be its successor's."""
    bad: float = -inf
    failures: int = 0
    stopped: float = inf

    def then(self, turn: Turn) -> Last:
        """After one more turn."""
        if turn.is_good:
            return Last(good=min(turn.began, self.stopped))
        stopped = min(turn.began, self.stopped)
        if turn.run.outcome in ("failed", "incomplete") and turn.run.kind != "read":
            return Last(self.good, turn.began, self.failures + 1, stopped)
        return Last(self.good, self.bad, self.failures, stopped)


Turns = dict[tuple[str, str], list[Turn]]


async def reckoned(here: Town) -> tuple[list[str], list[str]]:
    """What was found, and what is wrong of that."""
    seen = witness.spans(here.database)
    wrong = [*witness.overlaps(seen), *witness.robberies(seen, here.killed)]
    wrong += witness.repeated(seen, JOBS, here.set_back_at)
    wrong += [f"a program ended with {code}" for code in here.codes if code != 0]
    if "Traceback" in here.said:
        wrong.append("a daemon spoke of a traceback")
    found = figures(here, seen)
    async with here.core() as core:
        known = witness.runs(here.database)
        wrong += witness.unexplained(seen, known, here.killed)
        turns = turns_of(here, seen, known)
        wrong += [*too_early(here, turns), *too_often_after_sleep(here, turns)]
        found += ages(here, turns)
        for account in here.accounts:
            for shelf in Shelf:
                wrong += [line async for line in untrue(here, core, account, shelf)]
    if witness.read(here.database, "SELECT 1 FROM leases"):
        wrong.append("a lease is left over")
    counts = here.sandbox.world.counts
    if counts.refusals or counts.busiest_minute > AUTHENTICATED:
        wrong.append(f"{counts.refusals} refusals, {counts.busiest_minute} requests in the busiest minute")
    return found, wrong


def figures(here: Town, seen: list[Span]) -> list[str]:
    """How much there was of everything."""
    counts, known = here.sandbox.world.counts, witness.runs(here.database)
    workers = {span.process for span in seen if span.run in known}
    runs = Counter((run.by, run.kind, str(run.outcome)) for run in known.values())
    jobs = Counter(span.what for span in seen if span.outcome == "done")
    robbed = sum(span.robbed is not None for span in seen)
    return [
        f"{len(known)} runs of {len(workers)} processes, {len(here.killed)} of them killed, {here.edits} edits",
        *(f"  {number:5} {by} {kind} {outcome}" for (by, kind, outcome), number in sorted(runs.items())),
        "jobs done: " + ", ".join(f"{name} {number}" for name, number in sorted(jobs.items())),
        f"{robbed} leases taken over; every program ended within {here.longest_end:.1f} s",
        f"{counts.total} requests, {counts.refusals} refused, {counts.busiest_minute} in the busiest minute",
    ]


def turns_of(here: Town, seen: list[Span], known: dict[str, Run]) -> Turns:
    """The runs of each shelf, in their order."""
    found: Turns = defaultdict(list)
    for span in seen:
        run = known.get(span.run)
        if run is not None:
            began = here.true_time(span.began)
            found[run.account, run.shelf].append(Turn(run, began, here.true_time(span.ended or span.began)))
    return found


def too_early(here: Town, turns: Turns) -> Iterator[str]:
    """Turns by the clock that came before the schedule allows: work that was done twice."""
    for (account, shelf), some in turns.items():
        every = here.paces.get(account, Every.SIX_HOURS)
        interval, slack = every.interval, _EXACT * here.plan.pace
        last = Last()
        for turn in some:
            if turn.run.by == "schedule":
                since_good, since_bad = turn.began - last.good, turn.began - last.bad
                if interval is None:
                    yield f"{account} {shelf} had a turn, and wants none"
                elif since_good < interval.total_seconds() - slack:
                    yield f"{account} {shelf} had a turn {since_good:.0f} s after the last good one"
                elif last.failures and since_bad < backoff(last.failures).total_seconds() - slack:
                    yield f"{account} {shelf} was tried again {since_bad:.0f} s after failure {last.failures}"
            last = last.then(turn)


def too_often_after_sleep(here: Town, turns: Turns) -> Iterator[str]:
    """Shelves that were not caught up with by one turn."""
    if here.slept is None:
        return
    woken = here.true_time(here.slept[1])
    for account in here.accounts:
        every = here.paces.get(account.id, Every.SIX_HOURS)
        if every in (Every.WEEKLY, Every.OFF):
            continue
        for shelf in Shelf:
            after = [turn for turn in turns[account.id, str(shelf)] if woken <= turn.ended < woken + 5 * HOUR]
            caught = sum(turn.is_good and turn.run.by == "schedule" for turn in after)
            if caught > 1 or not any(turn.is_good for turn in after):
                yield f"{account.username} {shelf} had {caught} turns by the clock after the sleep"


def ages(here: Town, turns: Turns) -> list[str]:
    """How old what is known of membership was, but for when nobody could help it."""
    end, pardons = here.true_time(here.ended_at), _pardons(here)
    found: list[float] = []
    for (account, _), some in turns.items():
        good = [turn for turn in some if turn.is_good]
        if account in here.paces or not good:
            continue
        place, moment = 0, good[0].ended
        while (moment := moment + _SAMPLE) < end:
            while place + 1 < len(good) and good[place + 1].ended <= moment:
                place += 1
            if not any(begins <= moment < ends for begins, ends in pardons):
                found.append(moment - good[place].began)
    if not found:
        return []
    found.sort()
    middle, most = found[len(found) // 2], found[int(len(found) * 0.99)]
    late = sum(age > PROMISED for age in found)
    return [
        f"age of membership in hours: p50 {middle / HOUR:.2f}, p99 {most / HOUR:.2f}, most {found[-1] / HOUR:.2f}",
        f"  above {PROMISED / HOUR:g} in {late} of {len(found)} samples",
    ]


def _pardons(here: Town) -> list[tuple[float, float]]:
    """While everything sleeps and for an hour after; and a turn long when a clock is set back by an hour."""
    found = []
    if here.slept is not None:
        found.append((here.true_time(here.slept[0]), here.true_time(here.slept[1]) + HOUR))
    if here.set_back_at is not None:
        found.append((here.true_time(here.set_back_at), here.true_time(here.set_back_at) + 7 * HOUR))
    return found


async def untrue(here: Town, core: Core, account: Account, shelf: Shelf) -> AsyncIterator[str]:
    """What a last walk, with nothing else going on, leaves that is not so on the website, or that the feed lacks."""
    whose = f"{account.username} {shelf}"
    report = await core.sync.run(account, lambda _event: None, Word.ACCEPT, shelf=shelf)
    published = await core.library.collection(account, shelf)
    copies = {copy.instance_id: copy for copy in published.copies}
    if report.outcome is not SyncOutcome.DONE:
        yield f"{whose}: the last walk ended {report.outcome}: {report.problems}"
    owner = here.sandbox.world.accounts.named(account.username)
    assert owner is not None
    if shelf is Shelf.COLLECTION and truth.of_published(published) != truth.of_website(owner.shelf):
        yield f"{whose}: what is here is not what the website has"
    if shelf is Shelf.WANTLIST and _wanted_here(copies) != _wanted_there(owner):
        yield f"{whose}: what is here is not what the website has"
    if (account.id, shelf) in here.firsts:
        number, first = here.firsts[account.id, shelf]
        entries = [one for one in await core.history.changes(account, shelf=shelf) if one.number > number]
        if replayed(first, (one.change for one in reversed(entries))) != copies:
            yield f"{whose}: the feed does not lead to what is here"


def _wanted_here(copies: dict[InstanceId, Copy]) -> dict[int, tuple[object, ...]]:
    found: dict[int, tuple[object, ...]] = {}
    for number, copy in copies.items():
        notes = next((field.value for field in copy.fields if field.field_id == NOTES_FIELD), "")
        found[int(number)] = copy.release.title, copy.rating or 0, copy.added, notes
    return found


def _wanted_there(owner: Owner) -> dict[int, tuple[object, ...]]:
    return {
        want.release["id"]: (
            want.release["title"],
            want.rating,
            datetime.fromisoformat(want.date_added).astimezone(UTC),
            want.notes,
        )
        for want in owner.wants
    }
