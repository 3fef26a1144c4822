"""Lines of a list of what has happened: what stands in them, and the columns that fit a width."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Final

from core.domain.changes import Entry
from core.domain.collection import Collection
from core.domain.ids import Shelf
from core.domain.progress import Kind, PastRun, SyncOutcome
from core.domain.spending import SyncUnderWay
from core.text import count
from tui.render.past import BY, ended, what, whose
from tui.render.rows import GAP, cell

from msgspec import Struct
from rich.cells import cell_len


class PastColumn(Struct, frozen=True):
    """A column of such a list."""

    title: str
    least: int
    share: int = 0
    """Its part of the room that is left; 0 stays at its least."""
    is_number: bool = False


class PastLine(Struct, frozen=True, gc=False):
    """Something that happened, as a line tells it."""

    key: int | str
    """What tells it from the others."""
    at: datetime
    """By the clock of whoever reads it."""
    cells: tuple[str, ...]
    """One for each column."""

    @property
    def day(self) -> date:
        """The day on which it happened, there where it is read."""
        return self.at.date()


CHANGE_COLUMNS: Final = (
    PastColumn("Time", 5),
    PastColumn("", 4),
    PastColumn("Record", 16, 3),
    PastColumn("What happened", 16, 2),
)

RUN_COLUMNS: Final = (
    PastColumn("Time", 5),
    PastColumn("What", 15),
    PastColumn("Asked by", 10),
    PastColumn("Outcome", 15),
    PastColumn("Changes", 9, 1),
    PastColumn("Req.", 4, is_number=True),
    PastColumn("Took", 7, is_number=True),
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


def heading_of(columns: Sequence[PastColumn], width: int) -> str:
    """The titles of the columns."""
    return laid_out([column.title for column in columns], columns, width)


def laid_out(texts: Sequence[str], columns: Sequence[PastColumn], width: int) -> str:
    """Texts in their columns; those at the end are cut off where there is no room."""
    return cell_line((" " * GAP).join(_cells(texts, columns, width)), width)


def cell_line(text: str, width: int) -> str:
    """A line that is exactly so wide; blanks in it stay as they are."""
    while cell_len(text) > width:
        text = text[:-1]
    return text + " " * (width - cell_len(text))


def _cells(texts: Sequence[str], columns: Sequence[PastColumn], width: int) -> Iterator[str]:
    spare = max(0, width - sum(column.least for column in columns) - GAP * (len(columns) - 1))
    shares = sum(column.share for column in columns)
    for text, column in zip(texts, columns, strict=True):
        room = column.least + spare * column.share // shares
        yield cell(text, room).strip().rjust(room) if column.is_number else cell(text, room)


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
