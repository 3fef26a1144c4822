"""Keep copies up to date: one run at a time for a shelf, across processes, and whoever asks meanwhile joins it."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from core.clock import Clock
from core.discogs.client import Discogs
from core.domain.account import Account
from core.domain.eta import HEAD_START
from core.domain.ids import AccountId, ReleaseId, RunId, Shelf
from core.domain.ledger import Lane
from core.domain.progress import (
    AskedBy,
    Kind,
    SyncEvent,
    SyncFinished,
    SyncOutcome,
    SyncProgress,
    SyncReport,
    SyncStarted,
    Word,
    brings,
)
from core.domain.walk import Newest
from core.errors import (
    ApplicationRefused,
    ClockWrong,
    CollectionPrivate,
    ConfigInvalid,
    DiscogsError,
    NeedsYourWord,
    RunoutError,
    TooSoon,
    WalkError,
    WantlistPrivate,
)
from core.services.apart import Apart, ordered
from core.services.beacon import GLANCE, Beacon
from core.services.reporting import GOOD
from core.services.run import Run, let_go
from core.services.staging import Errand
from core.store.repositories import Repositories
from core.store.slots import SlotStore

from msgspec.structs import replace

T = TypeVar("T")

OnProgress = Callable[[SyncEvent], None]

_WHY_FAILED: Final = (
    DiscogsError,
    WalkError,
    ClockWrong,
    CollectionPrivate,
    WantlistPrivate,
    ApplicationRefused,
    ConfigInvalid,
)
"""Errors that are the outcome of a run. All others are raised: nothing could be kept, or nobody foresaw them."""

_Shelf = tuple[AccountId, Shelf]


class NotDue(Exception):
    """A turn of the schedule that somebody else has had since it was seen to be due."""


@dataclass(eq=False, slots=True)
class _Underway:
    """A run of this process, and everybody who waits for it."""

    word: Word
    kind: Kind
    by: AskedBy
    listeners: list[OnProgress] = field(default_factory=list)
    progress: SyncProgress = field(default_factory=SyncProgress)
    is_stopping: bool = False
    task: asyncio.Task[SyncReport] = field(init=False)

    def tell(self, event: SyncEvent) -> None:
        if isinstance(event, SyncProgress):
            self.progress = event
        for listener in tuple(self.listeners):
            listener(event)


class SyncService:
    """Walks over collections and publishes what it found; in a process of their own those that `apart` takes."""

    def __init__(
        self, discogs: Discogs, stores: Repositories, slots: SlotStore, clock: Clock, apart: Apart | None = None
    ) -> None:
        self._discogs = discogs
        self._stores = stores
        self._slots = slots
        self._clock = clock
        self._apart = apart
        self._underway: dict[_Shelf, _Underway] = {}
        self._unfinished: set[asyncio.Task[Any]] = set()
        self._beacon = Beacon(stores, slots, clock, self._unfinished_task)

    async def run(
        self,
        account: Account,
        on_progress: OnProgress,
        word: Word = Word.ASK,
        *,
        shelf: Shelf = Shelf.COLLECTION,
        kind: Kind = Kind.WALK,
        by: AskedBy = AskedBy.PERSON,
        releases: Sequence[ReleaseId] = (),
        cooldown: timedelta = timedelta(0),
    ) -> SyncReport:
        """One look at a shelf, or the rest of one that is under way; how it ended stands in the report.

        A probe becomes a walk when it cannot explain what it sees; `releases` are those that are read when it is for a
        few only. `word` answers for copies that Discogs no longer shows; a run that does not know it, or looks at less,
        is waited for, not joined.
        Raises TooSoon within the cooldown, Disconnected or SealBroken when there is no credential to read with,
        StoreError when nothing can be kept, NotDue when somebody else has had the turn, SyncEnded when it died.
        """
        key = account.id, shelf
        while True:
            underway = self._underway.get(key)
            if underway is not None and underway.is_stopping:
                await asyncio.wait((underway.task,))
                continue
            if underway is None and word is Word.ASK:  # Whoever answers was asked.
                await self._refuse_too_soon(key, cooldown)
            underway = self._underway.get(key)
            if is_mine := underway is None:
                underway = self._underway[key] = _Underway(word, kind, by)
                underway.task = self._unfinished_task(self._run(account, shelf, underway, tuple(releases)))
                underway.task.add_done_callback(lambda _task: self._underway.pop(key, None))
            try:
                report = await self._joined(underway, on_progress)
            except NotDue:
                if is_mine:
                    raise
                continue
            if is_mine or (word in (Word.ASK, underway.word) and brings(report.kind, kind)):
                return report

    async def may_ask_at(self, account: AccountId, shelf: Shelf, cooldown: timedelta) -> datetime | None:
        """When a person may ask for the next run; None when that is now."""
        asked_at = await self._stores.shelves.asked_at(account, shelf)
        until = asked_at + cooldown if asked_at else None
        return until if until and self._clock.now() < until <= self._clock.now() + cooldown else None

    async def _refuse_too_soon(self, key: _Shelf, cooldown: timedelta) -> None:
        if cooldown and (until := await self.may_ask_at(*key, cooldown)) is not None:
            raise TooSoon(until=until)

    async def close(self) -> None:
        """Stop what runs, and wait until each run is closed in the database."""
        for underway in self._underway.values():
            underway.is_stopping = True
            underway.task.cancel()
        while self._unfinished:
            await asyncio.gather(*self._unfinished, return_exceptions=True)

    async def stop(self, account: Account) -> None:
        """Stop what runs for an account in this process, and wait until it is closed in the database."""
        tasks = [one.task for (whose, _), one in self._underway.items() if whose == account.id]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _joined(self, underway: _Underway, on_progress: OnProgress) -> SyncReport:
        """Wait with the others; who leaves last stops the run."""
        underway.listeners.append(on_progress)
        try:
            return await asyncio.shield(underway.task)
        except asyncio.CancelledError:
            underway.listeners.remove(on_progress)
            if not underway.listeners and not underway.task.done():
                underway.is_stopping = True
                underway.task.cancel()
                await asyncio.wait((underway.task,))
            raise

    def _unfinished_task(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Work that `close` waits for."""
        task = asyncio.create_task(work)
        self._unfinished.add(task)
        task.add_done_callback(self._unfinished.discard)
        return task

    async def _run(
        self, account: Account, shelf: Shelf, underway: _Underway, releases: tuple[ReleaseId, ...]
    ) -> SyncReport:
        if self._apart is not None and underway.kind is not Kind.READ:
            underway.tell(SyncStarted())
            order = await ordered(self._stores, account, shelf, underway.word, underway.kind, underway.by)
            if (report := await self._apart(order, underway.tell)) is not None:
                underway.tell(SyncFinished(report))
                return report
        return await self._run_here(account, shelf, underway, releases)

    async def _run_here(
        self, account: Account, shelf: Shelf, underway: _Underway, releases: tuple[ReleaseId, ...]
    ) -> SyncReport:
        # As it is now: whoever asks may hold it as it was before somebody connected it otherwise.
        account = await self._stores.accounts.by_id(account.id)
        credential = await self._stores.accounts.credential(account)
        is_waited_for = underway.by in (AskedBy.PERSON, AskedBy.CONNECT)
        session = self._discogs.session(
            credential,
            account=account.id,
            lane=Lane.SYNC,
            head_start=HEAD_START if is_waited_for else 0,
            on_wait=underway.tell,
        )
        errand = Errand(RunId(str(uuid.uuid4())), account, shelf, underway.kind, underway.by, releases)
        work = Run(errand, session, self._stores, self._clock, underway.tell)
        underway.tell(SyncStarted())
        try:
            report = await self._followed_or_worked(errand, work, underway)
        except _WHY_FAILED as error:
            report = await work.close(SyncOutcome.FAILED, error)
        except asyncio.CancelledError:
            await asyncio.shield(self._unfinished_task(work.close(SyncOutcome.CANCELLED)))
            raise
        except NotDue:
            raise  # There was no run.
        except Exception as error:
            problems = (error,) if isinstance(error, RunoutError) else ()
            with contextlib.suppress(RunoutError):
                await work.close(SyncOutcome.FAILED, *problems)
            raise
        finally:
            self._stores.leases.forget(errand.id)
            self._unfinished_task(let_go(work.held))
        underway.tell(SyncFinished(report))
        return report

    async def _followed_or_worked(self, errand: Errand, work: Run, underway: _Underway) -> SyncReport:
        """The report of the run that another process has under way, when that will do; else of our own."""
        elsewhere, stopped = await self._begin(errand)
        while elsewhere is not None:
            report = await self._followed(elsewhere, errand, underway)
            if report is not None and underway.word is Word.ASK and brings(report.kind, underway.kind):
                return report
            elsewhere, stopped = await self._begin(errand)
        async with self._beacon.seen_alive(errand, lambda: underway.progress):
            return await work.sync(underway.word, stopped)

    async def _begin(self, errand: Errand) -> tuple[RunId | None, Newest | None]:
        """Take the lease and begin; the run that has it elsewhere, or the newest copies of the run that was stopped.

        Raises NotDue, before anything is begun.
        """
        stores, account, shelf = self._stores, errand.account.id, errand.shelf
        async with stores.database.tx() as tx:
            now = self._clock.now()
            # It was due when it was looked at; another process may have been quicker.
            if errand.by is AskedBy.SCHEDULE and not await stores.shelves.is_due(tx, account, shelf, now):
                raise NotDue
            elsewhere = await stores.leases.take(tx, account, errand.id, shelf)
            if elsewhere is not None:
                return elsewhere, None
            await stores.runs.start(tx, errand.id, account, now, shelf, errand.kind, errand.by)
            if errand.kind is not Kind.WALK:
                return None, None
            return None, await stores.runs.adopt(tx, errand.id, account, shelf)

    async def _followed(self, run: RunId, errand: Errand, underway: _Underway) -> SyncReport | None:
        """Wait for a run of another process and show its progress; its report, if it brought what was asked for."""
        account, shelf, stores = errand.account.id, errand.shelf, self._stores
        started = self._clock.monotonic()
        while await stores.leases.holder(account, shelf) == run:
            for sync in await self._slots.running():
                if sync.run == run and sync.progress != underway.progress:
                    underway.tell(sync.progress)
            await asyncio.sleep(GLANCE)
        report = await stores.runs.ended(run)
        if report is None or report.outcome not in GOOD:
            return None
        here = await stores.collections.count(account, shelf)
        missing = len(await stores.doubts.asked(account, shelf))
        return replace(
            report,
            copies=here,
            releases=await stores.collections.release_count(account, shelf),
            unseen=missing,
            queued=(await stores.enrichment.coverage(account, shelf)).pending,
            seconds=self._clock.monotonic() - started,
            problems=(NeedsYourWord(missing=missing, here=here),) if missing else (),
        )
