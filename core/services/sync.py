"""Keep copies up to date: one run at a time for an account, across processes, and whoever asks meanwhile joins it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
import uuid
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from core.clock import Clock
from core.discogs.client import Discogs
from core.domain.account import Account
from core.domain.eta import HEAD_START
from core.domain.ids import AccountId, RunId
from core.domain.ledger import Lane
from core.domain.progress import (
    RunningSync,
    SyncEvent,
    SyncFinished,
    SyncOutcome,
    SyncProgress,
    SyncReport,
    SyncStarted,
    Word,
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
    WalkError,
)
from core.services.run import Run
from core.store.leases import RENEWED
from core.store.repositories import Repositories
from core.store.slots import SlotStore

from msgspec.structs import replace

T = TypeVar("T")

OnProgress = Callable[[SyncEvent], None]

_WHY_FAILED: Final = (DiscogsError, WalkError, ClockWrong, CollectionPrivate, ApplicationRefused, ConfigInvalid)
"""Errors that are the outcome of a run. All others are raised: nothing could be kept, or nobody foresaw them."""

_GLANCE: Final = 0.25
"""Seconds of the machine's time after which processes look at each other."""

_SHOWN: Final = 2.0
"""Seconds after which a run says again that it goes on, when nothing new has happened."""


@dataclass(eq=False, slots=True)
class _Underway:
    """A run of this process, and everybody who waits for it."""

    word: Word
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
    """Walks over collections and publishes what it found."""

    def __init__(self, discogs: Discogs, stores: Repositories, slots: SlotStore, clock: Clock) -> None:
        self._discogs = discogs
        self._stores = stores
        self._slots = slots
        self._clock = clock
        self._underway: dict[AccountId, _Underway] = {}
        self._unfinished: set[asyncio.Task[Any]] = set()

    async def run(self, account: Account, on_progress: OnProgress, word: Word = Word.ASK) -> SyncReport:
        """One whole walk, or the rest of one that is under way; how it ended stands in the report.

        `word` answers for copies that Discogs no longer shows; a run that does not know it is waited for, not joined.
        Raises Disconnected or SealBroken when there is no credential to read with, StoreError when nothing can be kept.
        """
        while True:
            underway = self._underway.get(account.id)
            if underway is not None and underway.is_stopping:
                await asyncio.wait((underway.task,))
                continue
            if underway is None:
                underway = self._underway[account.id] = _Underway(word)
                underway.task = self._unfinished_task(self._run(account, underway))
                underway.task.add_done_callback(lambda _task: self._underway.pop(account.id, None))
            report = await self._joined(underway, on_progress)
            if word in (Word.ASK, underway.word):
                return report

    async def close(self) -> None:
        """Stop what runs, and wait until each run is closed in the database."""
        for underway in self._underway.values():
            underway.is_stopping = True
            underway.task.cancel()
        while self._unfinished:
            await asyncio.gather(*self._unfinished, return_exceptions=True)

    async def stop(self, account: Account) -> None:
        """Stop what runs for an account in this process, and wait until it is closed in the database."""
        underway = self._underway.get(account.id)
        if underway is not None and underway.task is not None:
            underway.task.cancel()
            await asyncio.gather(underway.task, return_exceptions=True)

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

    async def _run(self, account: Account, underway: _Underway) -> SyncReport:
        # As it is now: whoever asks may hold it as it was before somebody connected it otherwise.
        account = await self._stores.accounts.by_id(account.id)
        credential = await self._stores.accounts.credential(account)
        session = self._discogs.session(
            credential, account=account.id, lane=Lane.SYNC, head_start=HEAD_START, on_wait=underway.tell
        )
        run = RunId(str(uuid.uuid4()))
        work = Run(run, account, session, self._stores, self._clock, underway.tell)
        underway.tell(SyncStarted())
        try:
            report = await self._followed_or_worked(run, work, account, underway)
        except _WHY_FAILED as error:
            report = await work.close(SyncOutcome.FAILED, error)
        except asyncio.CancelledError:
            await asyncio.shield(self._unfinished_task(work.close(SyncOutcome.CANCELLED)))
            raise
        except Exception as error:
            problems = (error,) if isinstance(error, RunoutError) else ()
            with contextlib.suppress(RunoutError):
                await work.close(SyncOutcome.FAILED, *problems)
            raise
        finally:
            self._stores.leases.forget(run)
        underway.tell(SyncFinished(report))
        return report

    async def _followed_or_worked(self, run: RunId, work: Run, account: Account, underway: _Underway) -> SyncReport:
        """The report of the run that another process has under way, when that will do; else of our own."""
        elsewhere, stopped = await self._begin(run, account)
        while elsewhere is not None:
            report = await self._followed(elsewhere, account, underway)
            if report is not None and underway.word is Word.ASK:
                return report
            elsewhere, stopped = await self._begin(run, account)
        async with self._seen_alive(run, account, underway):
            return await work.sync(underway.word, stopped)

    async def _begin(self, run: RunId, account: Account) -> tuple[RunId | None, Newest | None]:
        """Take the lease and begin; the run that has it elsewhere, or the newest copies of the run that was stopped."""
        stores = self._stores
        async with stores.database.tx() as tx:
            elsewhere = await stores.leases.take(tx, account.id, run)
            if elsewhere is not None:
                return elsewhere, None
            await stores.runs.start(tx, run, account.id, self._clock.now())
            return None, await stores.runs.adopt(tx, run, account.id)

    async def _followed(self, run: RunId, account: Account, underway: _Underway) -> SyncReport | None:
        """Wait for a run of another process and show its progress; its report, if it brought what was asked for."""
        started = self._clock.monotonic()
        while await self._stores.leases.holder(account.id) == run:
            for sync in await self._slots.running():
                if sync.run == run and sync.progress != underway.progress:
                    underway.tell(sync.progress)
            await asyncio.sleep(_GLANCE)
        report = await self._stores.runs.ended(run)
        if report is None or report.outcome not in (SyncOutcome.DONE, SyncOutcome.NEEDS_WORD):
            return None
        here = await self._stores.collections.load(account.id)
        missing = len(await self._stores.doubts.asked(account.id))
        return replace(
            report,
            copies=len(here.copies),
            releases=here.release_count,
            unseen=missing,
            seconds=self._clock.monotonic() - started,
            problems=(NeedsYourWord(missing=missing, here=len(here.copies)),) if missing else (),
        )

    @asynccontextmanager
    async def _seen_alive(self, run: RunId, account: Account, underway: _Underway) -> AsyncIterator[None]:
        """Let other processes see how far the run is, and that it goes on."""
        showing = asyncio.create_task(self._show(run, account, underway))
        try:
            yield
        finally:
            showing.cancel()
            await asyncio.gather(showing, return_exceptions=True)
            with contextlib.suppress(RunoutError):
                await asyncio.shield(self._unfinished_task(self._slots.forget_running(run)))

    async def _show(self, run: RunId, account: Account, underway: _Underway) -> None:
        began = self._clock.now().timestamp()
        shown_at = renewed_at = time.monotonic()
        shown: SyncProgress | None = None
        while True:
            try:
                if underway.progress != shown or time.monotonic() - shown_at >= _SHOWN:
                    shown, shown_at = underway.progress, time.monotonic()
                    await self._slots.note_running(RunningSync(run, account.id, began, shown))
                if time.monotonic() - renewed_at >= RENEWED:
                    renewed_at = time.monotonic()
                    async with self._stores.database.tx() as tx:
                        await self._stores.leases.renew(tx, run)
            except RunoutError as error:
                # The publish looks whether the lease is still this run's, so nothing is lost.
                logging.getLogger(__name__).warning("a run cannot say that it goes on: %r", error)
            await asyncio.sleep(_GLANCE)
