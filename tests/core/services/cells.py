"""Runs a cell of the fault matrix and says what is not right about how it ended."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from core.domain.account import Account
from core.domain.progress import Phase, SyncEvent, SyncProgress, SyncReport
from core.errors import RunoutError
from core.sandbox.faults import Target
from core.sandbox.holding import Holding
from core.store.leases import this_process
from tests.core.services.bad_days import FOR_EVER, LATER, BadDay, Stage, bad_day, collection
from tests.core.services.matrix import Cell
from tests.core.services.right import (
    Happened,
    database_of,
    left_over,
    not_mended,
    state_of,
    wrong_end,
    wrong_figures,
    wrong_names,
    wrong_rows,
    wrongly_kept,
)
from tests.core.store.gate import Gate
from tests.fakes import START
from tui.wording import describe

COPIES, PER_PAGE = 75, 30
"""Three pages, the last of them half full."""

_TRIGGER: Final = "CREATE TRIGGER full BEFORE {what} BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
_FULL: Final = {
    Stage.FIRST: "INSERT ON staged_pages WHEN NEW.page = 1 AND NEW.sort = 'added'",
    Stage.MIDDLE: "INSERT ON staged_pages WHEN NEW.page = 2 AND NEW.sort = 'added'",
    Stage.LAST: "INSERT ON staged_pages WHEN NEW.page = 3 AND NEW.sort = 'added'",
    Stage.SECOND: "INSERT ON staged_pages WHEN NEW.page = 2 AND NEW.sort = 'label'",
    Stage.PUBLISH: "DELETE ON items",
}


@dataclass(frozen=True)
class Published:
    """A copy that was published in the morning, to be taken from for each cell."""

    directory: Path
    token: str
    account: Account


@cache
def _holding() -> Holding:
    return collection(COPIES, PER_PAGE)


async def published(directory: Path) -> Published:
    """Publish the copy that all cells begin with."""
    async with bad_day(directory, _holding(), per_page=PER_PAGE) as day:
        await day.sync()
        account = await day.core.library.account()
        assert account is not None
        assert account.last_sync_at is not None
        return Published(directory, day.sandbox.token, account)


async def run(cell: Cell, morning: Published, directory: Path) -> Happened:
    """The owner changes a few things, the fault strikes a sync; then one without faults, if that left a wish."""
    # Not the budget of the morning: its minutes are over.
    shutil.copytree(morning.directory, directory, ignore=shutil.ignore_patterns("budget*"), dirs_exist_ok=True)
    async with bad_day(directory, _holding(), morning.token, morning.account, START + LATER, PER_PAGE) as day:
        _edit(day)
        before, truth = await state_of(day), day.truth()
        with _striking(cell, day) as has_struck:
            happened, report = await _ended(cell, day)
            if not has_struck():
                happened.wrong.append("the fault never struck")
        after = await state_of(day)
        if cell.stage is Stage.CONNECTING:
            happened.wrong += ["connecting changed the copy"] if after != before else []
        else:
            happened.wrong += await wrongly_kept(day, happened)
            happened.wrong += wrong_names(before, after)
            happened.wrong += wrong_rows(happened, report, before, after, truth, day.truth())
            happened.wrong += wrong_figures(report, before, after)
        happened.wrong += wrong_end(cell, happened)
        happened.wrong += await left_over(day, is_over=happened.outcome not in ("failed", "cancelled"))
        if after.rows != day.truth():
            await day.calm()
            happened.wrong += await not_mended(day)
        return happened


def _edit(day: BadDay) -> None:
    """What the owner did since the morning: additions, edits, and a removal of one of two copies of a release."""
    website = day.world.website
    website.add(count=2)
    website.remove(10)
    website.rate(25, 5)
    website.move(52, 2)
    website.set_field(COPIES + 1, 3, "Brand new")
    website.rename(72, "Another name")


@contextmanager
def _striking(cell: Cell, day: BadDay) -> Iterator[Callable[[], bool]]:
    """The fault is ordered; what is given tells whether it has struck."""
    row, stage, faults = cell.row, cell.stage, day.faults
    if stage is Stage.SECOND:
        # The first order comes short, so that there is a second look.
        faults.add("short page", times=FOR_EVER, **Stage.MIDDLE.selectors)
    with closing(sqlite3.connect(day.config.paths.database, isolation_level=None)) as elsewhere:
        if row.name == "disk full":
            elsewhere.execute(_TRIGGER.format(what=_FULL[stage]))
        if row.fault == "outage":
            yield _at_first_request(cell, day, lambda: faults.add("outage", **row.parameters))
        elif row.fault and stage is not Stage.PUBLISH:
            fault = faults.add(row.fault, times=row.times, **stage.selectors, **row.parameters)
            for route in row.also:
                faults.add(row.fault, times=row.times, route=route)
            yield lambda: fault.times < row.times
        else:
            yield lambda: True
        if row.name == "disk full":
            elsewhere.execute("DROP TRIGGER full")
        elsewhere.execute("DELETE FROM leases WHERE run_id = 'another'")


def _at_first_request(cell: Cell, day: BadDay, act: Callable[[], object]) -> Callable[[], bool]:
    """Act when the first request of the stage has arrived; what is given tells whether it has."""
    came: list[Target] = []

    def listen(target: Target) -> None:
        if cell.stage.meets(target) and not came:
            came.append(target)
            act()

    day.faults.on_request.append(listen)
    return lambda: bool(came)


async def _ended(cell: Cell, day: BadDay) -> tuple[Happened, SyncReport | None]:
    """How a sync ended, or connecting; errors that are raised end it as well."""
    try:
        if cell.stage is Stage.CONNECTING:
            await _stopped(cell, day, asyncio.ensure_future(day.core.connect.with_token(day.sandbox.token)))
            return Happened("done", requests=day.world.counts.total), None
        if cell.stage is Stage.PUBLISH:
            report = await _at_publish(cell, day)
        else:
            report = await _stopped(cell, day, asyncio.ensure_future(day.sync()))
    except asyncio.CancelledError:
        return Happened("cancelled"), None
    except RunoutError as error:
        return Happened("failed", describe(error), requests=day.world.counts.total), None
    reason = describe(report.problems[0]) if report.problems else ""
    return Happened(str(report.outcome), reason, report.added, report.removed, report.requests), report


async def _stopped(cell: Cell, day: BadDay, task: asyncio.Future[Any]) -> Any:
    """Wait, and cancel when the request arrives, if that is what the cell is about."""
    if cell.row.name == "stopped by hand":
        _at_first_request(cell, day, task.cancel)
    return await task


class _Held(Gate):
    """Holds the writer once the publish has begun."""

    begun = False

    def _pass(self, sql: str) -> None:
        if self.begun:
            super()._pass(sql)


async def _at_publish(cell: Cell, day: BadDay) -> SyncReport:
    """A sync to which something happens while it publishes."""
    name, database = cell.row.name, database_of(day)
    held = await _Held.on(database._writer, "COMMIT" if name.endswith("commits") else "DELETE FROM items", held=True)
    assert isinstance(held, _Held)
    with closing(sqlite3.connect(database.path, isolation_level=None, timeout=30)) as elsewhere:

        def hear(event: SyncEvent) -> None:
            if not (isinstance(event, SyncProgress) and event.phase is Phase.PUBLISHING):
                return
            held.begun = name.startswith("stopped")
            if name == "lease taken over":
                elsewhere.execute("UPDATE leases SET run_id = 'another', holder = ?", (this_process(),))
            if name.startswith("another process"):
                elsewhere.execute("BEGIN IMMEDIATE")
                asyncio.get_running_loop().call_later(0.05, elsewhere.execute, "ROLLBACK")

        syncing = asyncio.create_task(day.core.sync.run(day.account, hear))
        if held_back := name.startswith("stopped"):
            await held.reached()
            syncing.cancel()
            for _ in range(10):
                await asyncio.sleep(0)
        held.open()
        assert held.begun == held_back
        return await syncing
