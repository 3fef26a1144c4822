"""Lines of a list of what has happened, and its columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Final

from core.domain.changes import Entry
from core.domain.collection import Collection
from core.domain.ids import Shelf
from core.domain.progress import Kind, PastRun, SyncOutcome
from core.domain.spending import SyncUnderWay
from core.text import count
from tui.render.list_lines import ListColumn
from tui.render.past import BY, ended, what, whose

from msgspec import Struct


class PastLine(Struct, frozen=True, gc=False):
    """Something that happened, as a line tells it."""

    key: int | str
    """What tells it from the others."""
    at: datetime
    """By the clock of whoever reads it."""
    cells: tuple[str, ...]
    """One for each column."""

    @property
    def heading(self) -> date:
        """The day on which it happened, there where it is read."""
        return self.at.date()


CHANGE_COLUMNS: Final = (
    ListColumn("Time", 5),
    ListColumn("", 4),
    ListColumn("Record", 16, 3),
    ListColumn("What happened", 16, 2),
)

RUN_COLUMNS: Final = (
    ListColumn("Time", 5),
    ListColumn("What", 15),
    ListColumn("Asked by", 10),
    ListColumn("Outcome", 15),
    ListColumn("Changes", 9, 1),
    ListColumn("Req.", 4, is_number=True),
    ListColumn("Took", 7, is_number=True),
)

_LOOKED: Final = {Kind.PROBE: "new", Kind.READ: "few", Kind.WALK: "all"}


def change_lines(entries: Iterable[Entry], names: Collection) -> list[PastLine]:
    """Changes in as many lines."""
    return [_change_line(entry, names) for entry in entries]


def run_lines(runs: Iterable[PastRun], under_way: Sequence[SyncUnderWay] = ()) -> list[PastLine]:
    """Runs in as many lines; of one that goes on it is told how far it is."""
    far = {one.run: f"{count(one.seen)} of {count(one.told)}" for one in under_way if one.told}
    return [_run_line(run, far.get(run.run, "")) for run in runs]


def day_words(day: date, today: date) -> str:
    """A day as a heading says it."""
    near = {0: " · today", 1: " · yesterday"}.get((today - day).days, "")
    return f"{day:%A} {day.day} {day:%B %Y}{near}"


def _change_line(entry: Entry, names: Collection) -> PastLine:
    at = entry.at.astimezone()
    mark = "" if entry.shelf is Shelf.COLLECTION else "want"
    record = whose(entry) or f"The {entry.shelf}"
    return PastLine(entry.number, at, (f"{at:%H:%M}", mark, record, what(entry, names)))


def _run_line(run: PastRun, far: str) -> PastLine:
    at = run.started_at.astimezone()
    is_over = run.finished_at is not None and not run.crashed
    requests = str(run.requests) if is_over else ""
    cells = (f"{run.shelf}, {_LOOKED[run.kind]}", BY[run.by], ended(run), _counts(run) if is_over else far)
    return PastLine(run.run, at, (f"{at:%H:%M}", *cells, requests, _took(run) if is_over else ""))


def _counts(run: PastRun) -> str:
    """`+12 ~3 −1 ?2`: added, changed, removed, and what was not seen or not understood."""
    numbers = (("+", run.added), ("~", run.changed), ("−", run.removed), ("?", run.unseen + run.skipped))
    found = " ".join(f"{sign}{count(number)}" for sign, number in numbers if number)
    return found or ("nothing" if run.outcome is SyncOutcome.DONE else "")


def _took(run: PastRun) -> str:
    """`0.3 s`, `48 s`, `1:02`, `1:02:30`."""
    if run.finished_at is None:
        return ""
    seconds = max(0.0, (run.finished_at - run.started_at).total_seconds())
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    minutes, rest = divmod(whole, 60)
    if whole < 60:
        return f"{whole} s"
    return f"{minutes}:{rest:02}" if minutes < 60 else f"{minutes // 60}:{minutes % 60:02}:{rest:02}"
