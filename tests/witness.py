"""Who had whose turn, noted by the database itself while any number of processes write it, and what must hold of that.

Leases are taken, let go of and taken over in transactions, and so is a witness's note of it: nothing can be missed, and
nothing is taken from what a program says of itself. Moments are seconds of the machine's clock.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NamedTuple

from core.store.leases import EXPIRES

GOOD: Final = ("done", "needs your word")
"""Outcomes after which what is known is as old as the run."""

_NOW: Final = "(julianday('now') - 2440587.5) * 86400.0"
_NOTES: Final = f"""
CREATE TABLE witnessed (
    at REAL NOT NULL, what TEXT NOT NULL, run TEXT NOT NULL, holder TEXT, before TEXT, renewed_at REAL, started_at TEXT
);
CREATE TRIGGER lease_taken BEFORE INSERT ON leases BEGIN
    INSERT INTO witnessed VALUES ({_NOW}, NEW.account_id || ' ' || NEW.shelf, NEW.run_id, NEW.holder,
        (SELECT holder FROM leases WHERE account_id = NEW.account_id AND shelf = NEW.shelf),
        (SELECT renewed_at FROM leases WHERE account_id = NEW.account_id AND shelf = NEW.shelf), NULL);
END;
CREATE TRIGGER lease_left AFTER DELETE ON leases BEGIN
    INSERT INTO witnessed VALUES ({_NOW}, OLD.account_id || ' ' || OLD.shelf, OLD.run_id, NULL, NULL, NULL, NULL);
END;
CREATE TRIGGER job_first AFTER INSERT ON job_runs BEGIN
    INSERT INTO witnessed VALUES ({_NOW}, NEW.job, NEW.turn_id, NEW.holder, NULL, NULL, NEW.started_at);
END;
CREATE TRIGGER job_taken AFTER UPDATE ON job_runs WHEN NEW.turn_id IS NOT OLD.turn_id AND NEW.turn_id IS NOT NULL BEGIN
    INSERT INTO witnessed
    VALUES ({_NOW}, NEW.job, NEW.turn_id, NEW.holder, OLD.holder, OLD.renewed_at, NEW.started_at);
END;
CREATE TRIGGER job_left AFTER UPDATE ON job_runs WHEN NEW.turn_id IS NULL AND OLD.turn_id IS NOT NULL BEGIN
    INSERT INTO witnessed VALUES ({_NOW}, NEW.job, OLD.turn_id, NULL, NEW.outcome, NULL, NULL);
END;
"""


class Span(NamedTuple):
    """One turn of a job, or one run on a shelf."""

    what: str
    """A job, or an account and a shelf."""
    run: str
    process: int
    began: float
    ended: float | None
    """None when nobody let go of it."""
    outcome: str | None
    """Of a job that was ended."""
    robbed: int | None
    """The process that had not let go of it before."""
    renewed_at: float | None
    """When that one had last said that it goes on."""
    started_at: str | None
    """Of a job: the time by the program's clock for which it was due."""


class Run(NamedTuple):
    """What the program has written down of a run."""

    run: str
    account: str
    shelf: str
    kind: str
    by: str
    outcome: str | None


def call(database: Path) -> None:
    """Let the database note from now on who takes what."""
    with contextlib.closing(sqlite3.connect(database, timeout=30)) as connection:
        connection.executescript(_NOTES)


def holders(database: Path) -> list[int]:
    """The processes that are at a run right now."""
    return [_process(row[0]) for row in read(database, "SELECT holder FROM leases")]


def read(database: Path, statement: str, *values: object) -> list[Any]:
    """What the database says, whoever else has it open."""
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=30)) as connection:
        return connection.execute(statement, values).fetchall()


def spans(database: Path) -> list[Span]:
    """Everything that was seen, in the order in which it began."""
    open_ones: dict[str, Span] = {}
    found: list[Span] = []
    for at, what, run, holder, before, renewed_at, started_at in read(
        database, "SELECT * FROM witnessed ORDER BY rowid"
    ):
        last = open_ones.pop(what, None)
        if holder is not None:
            if last is not None:
                found.append(last)
            robbed = _process(before) if before else None
            open_ones[what] = Span(what, run, _process(holder), at, None, None, robbed, renewed_at, started_at)
        elif last is not None and last.run == run:
            found.append(last._replace(ended=at, outcome=before))
    return sorted((*found, *open_ones.values()), key=lambda span: span.began)


def runs(database: Path) -> dict[str, Run]:
    """Every run, by its name."""
    rows = read(database, "SELECT run_id, account_id, shelf, kind, asked_by, outcome FROM sync_runs")
    return {row[0]: Run(*row) for row in rows}


def robberies(seen: Iterable[Span], killed: dict[int, float]) -> Iterator[str]:
    """What was taken from somebody who lived, and had not overslept."""
    for span in seen:
        if span.robbed is None or killed.get(span.robbed, span.began + 1) <= span.began:
            continue
        if span.renewed_at is None or abs(span.began - span.renewed_at) <= EXPIRES:
            yield f"{span.what} was taken from process {span.robbed}, which lived"


def overlaps(seen: Iterable[Span]) -> Iterator[str]:
    """What two had at once, one of them having taken it from nobody."""
    last: dict[str, Span] = {}
    for span in seen:
        before = last.get(span.what)
        last[span.what] = span
        if before is not None and span.robbed is None and (before.ended is None or before.ended > span.began):
            yield f"{span.what} was had twice at once, from {before.began} and from {span.began}"


def unexplained(seen: Iterable[Span], known: dict[str, Run], killed: dict[int, float]) -> Iterator[str]:
    """Runs that are said to have crashed, and whose process neither was killed nor overslept."""
    of_run, robbed = {span.run: span for span in seen}, {span.robbed for span in seen if span.robbed is not None}
    for name, run in known.items():
        if run.outcome == "crashed":
            process = of_run[name].process if name in of_run else 0
            if process not in killed and process not in robbed:
                yield f"run {name} is said to have crashed in process {process}, which lived"
        elif run.outcome is None:
            yield f"run {name} is still open"


def repeated(seen: Iterable[Span], every: dict[str, float], changed_at: float | None) -> Iterator[str]:
    """Jobs that were done again before their time: `every` in seconds. When the clock is changed, they may be."""
    from datetime import datetime

    done: dict[str, list[Span]] = {}
    for span in seen:
        if span.what in every and span.outcome == "done" and span.started_at is not None:
            done.setdefault(span.what, []).append(span)
    for what, turns in done.items():
        for before, after in pairwise(turns):
            if changed_at is not None and before.began <= changed_at <= after.began:
                continue
            first, second = (datetime.fromisoformat(turn.started_at or "") for turn in (before, after))
            if (second - first).total_seconds() < every[what]:
                yield f"{what} was done twice: {first} and {second}"


def _process(holder: str) -> int:
    return int(holder.split()[2])
