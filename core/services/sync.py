"""Bring the local copy of a collection up to date, or leave it exactly as it was."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from core.clock import Clock
from core.discogs.client import Discogs, Session
from core.domain.account import Account
from core.domain.changes import Changes, diff
from core.domain.collection import Copy, Field, Folder
from core.domain.ids import InstanceId, RunId
from core.domain.ledger import Lane
from core.domain.progress import PageFetched, SyncEvent, SyncFinished, SyncOutcome, SyncReport, SyncStarted
from core.domain.walk import CollectionPage, Walk, gather, objection
from core.errors import (
    Blocked,
    BrokenAnswer,
    DiscogsError,
    NotFound,
    NotYours,
    Rejected,
    RowsSkipped,
    RunoutError,
    WalkError,
)
from core.store.accounts import AccountRepository
from core.store.collections import CollectionRepository
from core.store.database import Database
from core.store.runs import RunRepository

from msgspec.structs import replace

T = TypeVar("T")

OnProgress = Callable[[SyncEvent], None]

IN_FLIGHT = 8
"""Most pages asked for at a time."""

HEAD_START = 5
"""Requests that a sync somebody waits for sends in the people's lane."""


class SyncService:
    """Walks over a collection and publishes what it found."""

    def __init__(
        self,
        discogs: Discogs,
        database: Database,
        accounts: AccountRepository,
        collections: CollectionRepository,
        runs: RunRepository,
        clock: Clock,
    ) -> None:
        self._discogs = discogs
        self._database = database
        self._accounts = accounts
        self._collections = collections
        self._runs = runs
        self._clock = clock
        self._walking: set[asyncio.Task[SyncReport]] = set()
        self._unfinished: set[asyncio.Task[SyncReport]] = set()

    async def run(self, account: Account, on_progress: OnProgress) -> SyncReport:
        """One whole walk. How it ended stands in the report; until it is published the old copy stays.

        Raises NotConnected or SealBroken when there is no credential to read with, StoreError when nothing can be kept.
        """
        task = self._unfinished_task(self._run(account, on_progress))
        self._walking.add(task)
        task.add_done_callback(self._walking.discard)
        return await task

    async def close(self) -> None:
        """Stop what runs, and wait until each run is closed in the database."""
        for task in self._walking:
            task.cancel()
        while self._unfinished:
            await asyncio.gather(*self._unfinished, return_exceptions=True)

    def _unfinished_task(self, work: Coroutine[Any, Any, SyncReport]) -> asyncio.Task[SyncReport]:
        """Work that `close` waits for."""
        task = asyncio.create_task(work)
        self._unfinished.add(task)
        task.add_done_callback(self._unfinished.discard)
        return task

    async def _run(self, account: Account, on_progress: OnProgress) -> SyncReport:
        token = await self._accounts.token(account)
        session = self._discogs.session(
            token, account=account.id, lane=Lane.SYNC, head_start=HEAD_START, on_wait=on_progress
        )
        run = RunId(str(uuid.uuid4()))
        started = self._clock.monotonic()
        async with self._database.tx() as tx:
            await self._runs.start(tx, run, account.id, self._clock.now())
        on_progress(SyncStarted())
        try:
            report = await self._walk(run, account, session, started, on_progress)
        except (DiscogsError, WalkError) as error:
            outcome = SyncOutcome.INCOMPLETE if isinstance(error, WalkError) else SyncOutcome.FAILED
            report = await self._close(run, account, session, started, outcome, error)
        except asyncio.CancelledError:
            closing = self._close(run, account, session, started, SyncOutcome.CANCELLED)
            await asyncio.shield(self._unfinished_task(closing))
            raise
        except Exception as error:
            problems = (error,) if isinstance(error, RunoutError) else ()
            with contextlib.suppress(RunoutError):
                await self._close(run, account, session, started, SyncOutcome.FAILED, *problems)
            raise
        on_progress(SyncFinished(report))
        return report

    async def _walk(
        self, run: RunId, account: Account, session: Session, started: float, on_progress: OnProgress
    ) -> SyncReport:
        """Read everything, judge it, publish it."""
        async with _together() as together:
            folders = together.create_task(_or_refusal(session.folders(account.username)))
            fields = together.create_task(_or_refusal(session.fields(account.username)))
            together.create_task(self._read_pages(run, account, session, on_progress))
        published = await self._collections.load(account.id)
        before = {copy.instance_id: copy for copy in published.copies}
        pages = await self._runs.staged(run)
        walk, changes = await asyncio.to_thread(_judged, pages, before)
        names = folders.result(), fields.result()
        report = self._report(before, walk, changes, session, started)
        refusals = tuple(name for name in names if isinstance(name, DiscogsError))
        report = replace(report, problems=(*report.problems, *refusals))
        await self._publish(run, account, changes, names, report)
        return report

    async def _read_pages(self, run: RunId, account: Account, session: Session, on_progress: OnProgress) -> None:
        """Page 1 tells how many there are; the others come several at a time. Each is kept as it arrives."""
        arrived = seen = 0

        async def read(number: int) -> CollectionPage:
            nonlocal arrived, seen
            page = await session.collection_page(account.username, number)
            async with self._database.tx() as tx:
                await self._runs.stage(tx, run, number, page)
            arrived += 1
            seen += len(page.rows) + len(page.unreadable)
            on_progress(PageFetched(page=arrived, pages=page.pages, seen=seen, told=page.told))
            return page

        async def read_in_turn(numbers: Iterator[int]) -> None:
            for number in numbers:
                try:
                    await read(number)
                except NotFound:
                    # The collection has become shorter meanwhile; that the walk is short is noticed when it is judged.
                    return

        first = await read(1)
        others = iter(range(2, first.pages + 1))
        async with _together() as together:
            for _ in range(min(IN_FLIGHT, first.pages - 1)):
                together.create_task(read_in_turn(others))

    async def _publish(
        self,
        run: RunId,
        account: Account,
        changes: Changes,
        names: tuple[tuple[Folder, ...] | DiscogsError, tuple[Field, ...] | DiscogsError],
        report: SyncReport,
    ) -> None:
        now = self._clock.now()
        async with self._database.tx() as tx:
            await self._collections.apply(tx, account.id, changes)
            folders, fields = names
            if not isinstance(folders, DiscogsError):
                await self._collections.replace_folders(tx, account.id, folders)
            if not isinstance(fields, DiscogsError):
                await self._collections.replace_fields(tx, account.id, fields)
            await self._accounts.mark_synced(tx, account.id, now)
            await self._runs.close(tx, run, report, now)

    async def _close(
        self,
        run: RunId,
        account: Account,
        session: Session,
        started: float,
        outcome: SyncOutcome,
        *problems: RunoutError,
    ) -> SyncReport:
        """End a run that published nothing."""
        here = await self._collections.load(account.id)
        report = SyncReport(
            outcome=outcome,
            copies=len(here.copies),
            releases=here.release_count,
            requests=session.requests,
            seconds=self._clock.monotonic() - started,
            problems=problems,
        )
        async with self._database.tx() as tx:
            await self._runs.close(tx, run, report, self._clock.now())
        return report

    def _report(
        self, before: Mapping[InstanceId, Copy], walk: Walk, changes: Changes, session: Session, started: float
    ) -> SyncReport:
        gone = set(changes.removed)
        kept = {instance: copy for instance, copy in before.items() if instance not in gone}
        after = {**kept, **walk.copies}
        return SyncReport(
            outcome=SyncOutcome.DONE,
            copies=len(after),
            releases=len({copy.release.id for copy in after.values()}),
            added=len(changes.added),
            changed=len(changes.changed),
            removed=len(changes.removed),
            skipped=len(walk.unreadable),
            requests=session.requests,
            seconds=self._clock.monotonic() - started,
            problems=_skipped(walk, before),
        )


@asynccontextmanager
async def _together() -> AsyncIterator[asyncio.TaskGroup]:
    """A task group that fails with the first error itself, not with a group of them."""
    try:
        async with asyncio.TaskGroup() as group:
            yield group
    except BaseExceptionGroup as errors:
        raise _first(errors) from None


def _first(errors: BaseExceptionGroup[BaseException]) -> BaseException:
    first = errors.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first


def _skipped(walk: Walk, before: Mapping[InstanceId, Copy]) -> tuple[RunoutError, ...]:
    if not walk.unreadable:
        return ()
    unknown = len(walk.unreadable - before.keys())
    return (RowsSkipped(instances=tuple(sorted(walk.unreadable)), missing=unknown),)


async def _or_refusal(asked: Awaitable[T]) -> T | DiscogsError:
    """An answer, or why it is refused: names of folders and fields are not worth failing for when the copies came."""
    try:
        return await asked
    except (BrokenAnswer, NotFound, NotYours, Rejected, Blocked) as error:
        return error


def _judged(pages: list[CollectionPage], before: Mapping[InstanceId, Copy]) -> tuple[Walk, Changes]:
    walk = gather(pages)
    error = objection(walk, before)
    if error is not None:
        raise error
    return walk, diff(before, walk.copies, kept=walk.unreadable)
