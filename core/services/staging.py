"""What a run writes: the pages that it has so far, what it publishes, and that it is over."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from core.clock import Clock
from core.domain.account import Account
from core.domain.changes import Change, Changes
from core.domain.ids import ReleaseId, RunId, Shelf
from core.domain.progress import AskedBy, Kind, SyncOutcome, SyncReport
from core.domain.walk import CollectionPage, Newest, Order
from core.errors import CollectionPrivate, TakenOver, WantlistPrivate
from core.services.names import Names
from core.services.reporting import GOOD, Findings
from core.store.database import Tx
from core.store.repositories import Repositories
from core.store.runs import Pages

from msgspec import Struct
from msgspec.structs import replace


class Errand(Struct, frozen=True):
    """What a run is for."""

    id: RunId
    account: Account
    shelf: Shelf
    kind: Kind
    by: AskedBy
    releases: tuple[ReleaseId, ...] = ()
    """Those whose copies are read, when it is for a few only."""


class Staging:
    """Writes for one run, for as long as it holds the lease of its shelf."""

    def __init__(self, errand: Errand, stores: Repositories, clock: Clock) -> None:
        self._errand = errand
        self._stores = stores
        self._clock = clock
        self._as_of: datetime | None = None
        """When the pages began to be read, by this run or by the stopped one whose pages it has."""

    async def keep(self, order: Order, number: int, page: CollectionPage) -> None:
        """Stage a page. Raises TakenOver."""
        async with self._stores.database.tx() as tx:
            await self._refuse_taken_over(tx)
            await self._stores.runs.stage(tx, self._errand.id, order, number, page, self._clock.now())

    async def forget(self) -> None:
        """Let go of all pages."""
        self._as_of = None
        async with self._stores.database.tx() as tx:
            await self._stores.runs.unstage(tx, self._errand.id)

    async def pages(self, stopped: Newest) -> Pages:
        """The pages of the run that was stopped, to go on from. Nothing tells what was edited on them since."""
        self._as_of = stopped.since
        return await self._stores.runs.staged(self._errand.id)

    async def note_newest(self, newest: Newest | None) -> None:
        """The pages begin to be read: keep what tells whether they can be gone on with."""
        self._as_of = self._as_of or self._clock.now()
        if newest is not None:
            begun = replace(newest, since=self._as_of)
            async with self._stores.database.tx() as tx:
                await self._stores.runs.note_newest(tx, self._errand.id, begun)

    async def note_names(self, names: Names) -> None:
        """Write the names of folders and fields before the copies come."""
        async with self._stores.database.tx() as tx:
            await self._write_names(tx, names)

    async def publish(
        self,
        changes: Changes,
        rows: Iterable[Change],
        names: Names,
        report: SyncReport,
        findings: Findings | None = None,
    ) -> None:
        """Make it the copy that is shown, with the rows of the feed; `findings` are those of a walk.

        Raises TakenOver.
        """
        run, account, shelf = self._errand.id, self._errand.account.id, self._errand.shelf
        stores, now = self._stores, self._clock.now()
        async with stores.database.tx() as tx:
            await self._refuse_taken_over(tx)
            edited = await stores.collections.apply(tx, account, changes, shelf)
            await stores.changes.record(tx, account, shelf, run, now, rows)
            for (holder, where), edits in edited.items():
                by = run if (holder, where) == (account, shelf) else None
                await stores.changes.record(tx, holder, where, by, now, edits)
            await stores.shelves.mark_edited(tx, edited.keys() - {(account, shelf)})
            await self._write_names(tx, names)
            if findings is not None:
                walk, absence, whole = findings.walk, findings.absence, not findings.verdict.reasons
                await stores.doubts.replace_missing(tx, account, shelf, absence.asked, absence.kept, now)
                await stores.doubts.note_unreadable(tx, account, shelf, walk.unreadable.values(), now, whole=whole)
            await self._mark(tx, report, now, walked=findings is not None)
            await stores.runs.unstage(tx, run)
            await stores.runs.close(tx, run, report, now)
            await stores.leases.release(tx, run)

    async def close(self, report: SyncReport) -> None:
        """The run is over and has published nothing; its pages stay for the next one."""
        run, account, shelf = self._errand.id, self._errand.account.id, self._errand.shelf
        now = self._clock.now()
        async with self._stores.database.tx() as tx:
            await self._stores.runs.close(tx, run, report, now)
            if any(isinstance(problem, CollectionPrivate | WantlistPrivate) for problem in report.problems):
                await self._stores.shelves.mark_private(tx, account, shelf, now)
            if report.outcome is SyncOutcome.FAILED and report.kind is not Kind.READ:
                await self._stores.shelves.mark_tried(tx, account, shelf, now, failed=True)
            await self._stores.leases.release(tx, run)

    async def _mark(self, tx: Tx, report: SyncReport, now: datetime, *, walked: bool) -> None:
        """How old the shelf is now, and when it is due again."""
        account, shelf, shelves = self._errand.account.id, self._errand.shelf, self._stores.shelves
        if report.kind is Kind.READ:
            # Of all others it says nothing.
            if report.changed:
                await shelves.mark_edited(tx, [(account, shelf)])
            return
        is_good = report.outcome in GOOD
        as_of = (self._as_of or now) if is_good else None
        await shelves.mark_published(tx, account, shelf, checked=as_of, walked=as_of if walked else None)
        if walked or report.added or report.changed:
            await shelves.mark_edited(tx, [(account, shelf)])
        if is_good:
            await self._stores.accounts.mark_good(tx, account)
            if self._errand.by is AskedBy.PERSON:
                await shelves.mark_asked(tx, account, shelf, now)
        await shelves.mark_tried(tx, account, shelf, now, failed=not is_good)

    async def _refuse_taken_over(self, tx: Tx) -> None:
        if not await self._stores.leases.is_held(tx, self._errand.id):
            raise TakenOver

    async def _write_names(self, tx: Tx, names: Names) -> None:
        folders, fields = names
        if isinstance(folders, tuple):
            await self._stores.collections.replace_folders(tx, self._errand.account.id, folders)
        if isinstance(fields, tuple):
            await self._stores.collections.replace_fields(tx, self._errand.account.id, fields)
