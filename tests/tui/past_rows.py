"""A member to whom things have happened: rows of the feed and runs, written as the core writes them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from core import config as settings
from core.config import Config
from core.domain.account import PersonalToken
from core.domain.changes import Action, Change, Changes, Result, told
from core.domain.collection import Copy, Field, Folder
from core.domain.ids import FieldId, FolderId, RunId, Shelf
from core.domain.progress import AskedBy, Kind, PastRun, SyncReport
from core.store.cipher import Cipher
from core.store.database import open_database
from core.store.repositories import Repositories
from tests.factories import ADDED, make_account, make_copy, make_release

from msgspec import Raw

Row = tuple[datetime, Shelf, Change]

FOLDERS: Final = (Folder(FolderId(1), "Uncategorized"), Folder(FolderId(3), "[/] Jazz & \x1b[31mDub"))
FIELDS: Final = (Field(FieldId(1), "Media Condition"), Field(FieldId(7), "Bought\u202e at"))


def filled(
    data: Path, rows: Iterable[Row] = (), copies: Iterable[Copy] = (), runs: Iterable[PastRun] = (), *, number: int = 1
) -> Config:
    """Settings of somebody with these copies, of whom the feed and the history tell this, in this order."""
    config = settings.load({"RUNOUT_DATA_DIR": str(data)})

    async def fill() -> None:
        account = make_account(number)
        async with open_database(config.paths.database) as database:
            stores = Repositories.of(database, Cipher(config.paths.key))
            async with database.tx() as tx:
                await stores.accounts.save(tx, account, PersonalToken("a token of somebody"), ADDED)
                await stores.accounts.use_in_terminal(tx, account.id, ADDED)
                await stores.shelves.begin(tx, account.id, ADDED)
                await stores.collections.apply(tx, account.id, Changes(added=tuple(copies)))
                await stores.collections.replace_folders(tx, account.id, FOLDERS)
                await stores.collections.replace_fields(tx, account.id, FIELDS)
                for at, shelf, change in rows:
                    await stores.changes.record(tx, account.id, shelf, None, at, (change,))
                for run in runs:
                    await stores.runs.start(tx, run.run, account.id, run.started_at, run.shelf, run.kind, run.by)
                    if run.finished_at is not None and run.outcome is not None:
                        await stores.runs.close(tx, run.run, _report(run), run.finished_at)

    asyncio.run(fill())
    return config


def _report(run: PastRun) -> SyncReport:
    assert run.outcome is not None
    return SyncReport(
        outcome=run.outcome,
        copies=run.copies or 0,
        releases=0,
        added=run.added,
        changed=run.changed,
        removed=run.removed,
        skipped=run.skipped,
        unseen=run.unseen,
        requests=run.requests,
        problems=run.problems,
    )


def row(action: Action, hours: float = 0.0, *, shelf: Shelf = Shelf.COLLECTION, number: int = 1) -> Row:
    """A row so many hours after the first, of a copy by its number."""
    change = Change(action, make_copy(number).instance_id, make_release(number).id)
    if action is Action.ADDED:
        change = next(told({}, Changes(added=(make_copy(number),))))
    if action is Action.REMOVED:
        copy = make_copy(number)
        change = next(told({copy.instance_id: copy}, Changes(removed=(copy.instance_id,))))
    if action is Action.FIRST:
        change = Change(Action.FIRST, after=Raw(b'{"copies": 12}'))
    if action is Action.MISSED:
        change = Change(action, make_copy(number).instance_id, make_release(number).id, result=Result.SKIPPED)
    if action is Action.RATED:
        change = edit(number, rating=4)
    return ADDED + timedelta(hours=hours), shelf, change


def edit(number: int = 1, **after: object) -> Change:
    """What is told when a copy is edited to be this."""
    before = make_copy(number)
    return edit_of(before, make_copy(number, **after))  # type: ignore[arg-type]


def edit_of(before: Copy, after: Copy) -> Change:
    """What is told when a copy becomes another one."""
    return next(told({before.instance_id: before}, Changes(changed=(after,))))


def run(at: float = 0.0, *, by: AskedBy = AskedBy.PERSON, kind: Kind = Kind.WALK, **facts: object) -> PastRun:
    """A run that began so many hours after the first and took a minute and five seconds, if it is over."""
    started = ADDED + timedelta(hours=at)
    is_over = "outcome" in facts
    return PastRun(
        **{  # type: ignore[arg-type]
            "run": RunId(f"00000000-0000-4000-8000-{int(at * 60):012d}"),
            "shelf": Shelf.COLLECTION,
            "kind": kind,
            "by": by,
            "started_at": started,
            "finished_at": started + timedelta(seconds=65) if is_over else None,
            "outcome": None,
            **facts,
        }
    )
