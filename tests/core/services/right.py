"""What a right state is, however a sync has ended."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from core.domain.collection import Field, Folder
from core.domain.progress import SyncReport
from core.errors import RowsSkipped
from core.store.database import Database
from tests.core.services.bad_days import BadDay, Row
from tests.core.services.matrix import Cell

_SENTENCE: Final = re.compile(r"[A-Z127/].*\.", re.DOTALL)
"""A sentence may begin with a number, an address or a path, too."""


@dataclass
class Happened:
    """What became of a cell."""

    outcome: str
    reason: str = ""
    added: int = 0
    removed: int = 0
    requests: int = 0
    wrong: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class State:
    """All that a sync may change."""

    rows: dict[int, Row]
    folders: tuple[Folder, ...]
    fields: tuple[Field, ...]
    synced_at: Any


def database_of(day: BadDay) -> Database:
    return day.core.sync._stores.database


async def state_of(day: BadDay) -> State:
    here, account = await day.collection(), await day.core.library.account()
    assert account is not None
    return State(await day.here(), here.folders, here.fields, account.last_sync_at)


def wrong_end(cell: Cell, happened: Happened) -> Iterator[str]:
    """The outcome or its reason."""
    if not any(end.meets(happened.outcome, happened.reason) for end in cell.ends):
        right = " or ".join(f"{end.outcome} ({end.said})" if end.said else end.outcome for end in cell.ends)
        yield f"it ended {happened.outcome} ({happened.reason}), not {right}"
    if happened.reason and not _SENTENCE.fullmatch(happened.reason):
        yield f"that is no sentence: {happened.reason}"
    if (happened.added or happened.removed) and "stays as it was" in happened.reason:
        yield f"the copy did not stay as it was: {happened.reason}"
    if happened.removed and "nothing was removed" in happened.reason:
        yield f"something was removed: {happened.reason}"


def wrong_names(before: State, after: State) -> Iterator[str]:
    """Nobody takes a folder or a field away."""
    for what, had, has in (("folders", before.folders, after.folders), ("fields", before.fields, after.fields)):
        lost = {one.id for one in had} - {one.id for one in has}
        if lost:
            yield f"{what} are lost: {sorted(lost)}"


def wrong_rows(
    happened: Happened,
    report: SyncReport | None,
    before: State,
    after: State,
    truth: Mapping[int, Row],
    truth_now: Mapping[int, Row],
) -> Iterator[str]:
    """Nothing that exists is dropped, nothing untrue is written, and what is called done is whole."""
    there = {**truth, **truth_now}
    lost = (before.rows.keys() & truth.keys() & truth_now.keys()) - after.rows.keys()
    if lost:
        yield f"copies are lost: {sorted(lost)}"
    untrue = [one for one, row in after.rows.items() if row not in (before.rows.get(one), there.get(one))]
    if untrue:
        yield f"these are not what Discogs has, nor what was here: {sorted(untrue)}"
    if happened.outcome in ("failed", "cancelled") and after != before:
        yield f"it {happened.outcome}, and the copy is not as before"
    elif happened.outcome == "done":
        # Those that came and went while it ran may be there or not.
        differing = _differing(report, before, after, there) - (truth.keys() ^ truth_now.keys())
        if differing:
            yield f"it is called done, and these are not as Discogs has them: {sorted(differing)}"
        if after.synced_at == before.synced_at:
            yield "it is called done, and the age of the copy does not say so"
    elif before.rows.keys() - after.rows.keys():
        yield "something was removed without certainty"
    elif happened.outcome == "incomplete" and after.synced_at != before.synced_at:
        yield "it is not whole, and the age of the copy says that it is"


def wrong_figures(report: SyncReport | None, before: State, after: State) -> Iterator[str]:
    """What the report counts is what came of it."""
    if report is None:
        return
    found = {
        "copies": (report.copies, len(after.rows)),
        "added": (report.added, len(after.rows.keys() - before.rows.keys())),
        "removed": (report.removed, len(before.rows.keys() - after.rows.keys())),
        "changed": (report.changed, sum(after.rows.get(one, row) != row for one, row in before.rows.items())),
    }
    for what, (told, true) in found.items():
        if told != true:
            yield f"the report tells of {told} {what}, and there are {true}"


def _differing(report: SyncReport | None, before: State, after: State, there: Mapping[int, Row]) -> set[int]:
    """The copies that are not as Discogs has them, but for rows that could not be read and are as they were."""
    problems = report.problems if report else ()
    skipped = {number for one in problems if isinstance(one, RowsSkipped) for number in one.instances}
    as_before = {one for one in skipped if after.rows.get(one) == before.rows.get(one)}
    return {one for one in there.keys() | after.rows.keys() if there.get(one) != after.rows.get(one)} - as_before


async def left_over(day: BadDay, *, is_over: bool) -> list[str]:
    """What nobody has put away; the pages of a run that was stopped stay for the next one."""
    database = database_of(day)
    checks = {
        "a lease is left over": "SELECT count(*) FROM leases WHERE run_id <> 'another'",
        "a run is left open": "SELECT count(*) FROM sync_runs WHERE outcome IS NULL",
        "a page is left over": "SELECT count(*) FROM staged_pages" if is_over else "SELECT 0",
    }
    wrong = [what for what, sql in checks.items() if (await database.fetch(sql))[0][0]]
    if await day.core.sync._slots.running():
        wrong.append("a run that is over is shown as running")
    return wrong


async def wrongly_kept(day: BadDay, happened: Happened) -> list[str]:
    """Whether the run is kept as it ended. A cancellation can come too late: then it is what is kept that counts."""
    [(kept,)] = await database_of(day).fetch("SELECT outcome FROM sync_runs ORDER BY rowid DESC LIMIT 1")
    said, happened.outcome = happened.outcome, kept
    return [] if kept == said or (said, kept) == ("cancelled", "done") else [f"it ended {said}, and is kept as {kept}"]


async def not_mended(day: BadDay) -> list[str]:
    """What a sync without faults leaves to wish for."""
    report = await day.sync()
    wrong = await left_over(day, is_over=True)
    if str(report.outcome) != "done" or report.problems:
        wrong.append(f"the sync after it ended {report.outcome} {report.problems}")
    here, truth = await day.here(), day.truth()
    differing = {one for one in here.keys() | truth.keys() if here.get(one) != truth.get(one)}
    if differing:
        wrong.append(f"the sync after it left these different: {sorted(differing)}")
    return wrong
