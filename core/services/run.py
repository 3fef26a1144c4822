"""One run of a sync, from the first request to the publish. What it is sure of it publishes, in one transaction."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import datetime
from typing import TypeVar

from core.clock import Clock
from core.discogs.client import Session
from core.domain.account import TOLERATED, AccessToken, Account
from core.domain.changes import Changes, diff
from core.domain.collection import Copy, Field, Folder
from core.domain.ids import InstanceId, RunId
from core.domain.progress import Phase, SyncOutcome, SyncProgress, SyncReport, Word
from core.domain.walk import CollectionPage, Newest, Order, Verdict, Walk, judge, unchanged
from core.errors import (
    ApplicationRefused,
    Blocked,
    BrokenAnswer,
    ClockWrong,
    CollectionPrivate,
    CopiesKept,
    CopiesUnconfirmed,
    DiscogsError,
    NeedsYourWord,
    NotAuthorised,
    NotFound,
    NotYours,
    ReadAsStranger,
    Rejected,
    RowsSkipped,
    RunoutError,
    TakenOver,
)
from core.services.absence import Absence, settle
from core.services.walk import REREADS, Walker, together
from core.store.database import Tx
from core.store.repositories import Repositories

from msgspec.structs import replace

T = TypeVar("T")

Names = tuple[tuple[Folder, ...] | RunoutError, tuple[Field, ...] | RunoutError]
"""Folders and fields, or why they could not be had."""


class Run:
    """Made by whoever holds the account's lease for it."""

    def __init__(
        self,
        run: RunId,
        account: Account,
        session: Session,
        stores: Repositories,
        clock: Clock,
        tell: Callable[[SyncProgress], None],
    ) -> None:
        self._id = run
        self._account = account
        self._session = session
        self._stores = stores
        self._clock = clock
        self._tell = tell
        self._started = clock.monotonic()
        self._is_owner = session.token is not None
        self._as_of: datetime | None = None

    async def sync(self, word: Word, stopped: Newest | None) -> SyncReport:
        """Read, judge, publish. `stopped`: what the newest copies were for the stopped run whose pages this one has.

        Raises ReadAsStranger, TakenOver, or the DiscogsError of what could not be had; nothing is published then.
        """
        here = await self._stores.collections.load(self._account.id)
        before = await asyncio.to_thread(lambda: {copy.instance_id: copy for copy in here.copies})
        walker = Walker(
            self._session,
            self._account.username,
            before,
            self._keep,
            self._forget,
            self._note_newest,
            self._tell,
            is_owner=self._is_owner,
        )
        try:
            async with together() as group:
                names = group.create_task(self._names(walker, at_once=not before))
                reading = group.create_task(self._read(walker, stopped))
            walk = reading.result()
            verdict = await asyncio.to_thread(judge, walk, before)
            absence = await self._absence(walk, verdict, word, walker)
        except (NotAuthorised, NotYours, ReadAsStranger) as error:
            raise await self._by_whose_eyes(error) from error
        changes = await asyncio.to_thread(_changes, before, walk, absence)
        walker.say(Phase.PUBLISHING, new=len(changes.added), changed=len(changes.changed), gone=len(changes.removed))
        report = await asyncio.to_thread(self._report, before, walk, verdict, absence, changes, names.result())
        await self._publish(walk, absence, changes, names.result(), report, whole=not verdict.reasons)
        walker.say(Phase.DONE, requests=report.requests, queued=report.queued)
        return report

    async def close(self, outcome: SyncOutcome, *problems: RunoutError) -> SyncReport:
        """End a run that published nothing. Its pages stay for the next one."""
        here = await self._stores.collections.load(self._account.id)
        report = SyncReport(
            outcome=outcome,
            copies=len(here.copies),
            releases=here.release_count,
            requests=self._session.requests,
            seconds=self._clock.monotonic() - self._started,
            problems=problems,
        )
        async with self._stores.database.tx() as tx:
            await self._stores.runs.close(tx, self._id, report, self._clock.now())
            await self._stores.leases.release(tx, self._id)
        return report

    async def _keep(self, order: Order, number: int, page: CollectionPage) -> None:
        async with self._stores.database.tx() as tx:
            if not await self._stores.leases.is_held(tx, self._id):
                raise TakenOver
            await self._stores.runs.stage(tx, self._id, order, number, page, self._clock.now())

    async def _forget(self) -> None:
        self._as_of = None
        async with self._stores.database.tx() as tx:
            await self._stores.runs.unstage(tx, self._id)

    async def _note_newest(self, newest: Newest | None) -> None:
        if newest is not None:
            begun = replace(newest, since=self._as_of or self._clock.now())
            async with self._stores.database.tx() as tx:
                await self._stores.runs.note_newest(tx, self._id, begun)

    async def _names(self, walker: Walker, *, at_once: bool) -> Names:
        """Folders and fields. During a first walk rows can be browsed, so they are written at once."""
        username = self._account.username
        async with together() as group:
            folders = group.create_task(_or_refusal("folders", walker, lambda: self._session.folders(username)))
            fields = group.create_task(_or_refusal("fields", walker, lambda: self._session.fields(username)))
        names = folders.result(), fields.result()
        if at_once:
            async with self._stores.database.tx() as tx:
                await self._write_names(tx, names)
        return names

    async def _read(self, walker: Walker, stopped: Newest | None) -> Walk:
        await walker.begin()
        if stopped is not None and walker.newest is not None and unchanged(stopped, walker.newest):
            walker.resume(await self._stores.runs.staged(self._id))
            # Nothing tells what was edited on those pages since, so the whole is as old as they are.
            self._as_of = stopped.since
        elif stopped is not None:
            await self._forget()
        await self._note_newest(walker.newest)
        return await walker.read()

    async def _absence(self, walk: Walk, verdict: Verdict, word: Word, walker: Walker) -> Absence:
        kept = await self._stores.doubts.kept(self._account.id)
        if verdict.reasons:
            # Absence proves nothing now. What was in doubt before stays so, unless it was seen.
            asked = await self._stores.doubts.asked(self._account.id)
            return Absence(asked=asked - walk.instances, kept=kept - walk.instances)
        return await settle(verdict.suspects, walk.told, word, walker, kept=kept)

    async def _by_whose_eyes(self, error: DiscogsError | ReadAsStranger) -> RunoutError:
        """Whether the credential is good, when the owner was refused or served as a stranger."""
        skew, credential = self._session.skew, self._session.token
        if isinstance(credential, AccessToken) and skew is not None and abs(skew) > TOLERATED:
            # Nothing that is signed by such a clock is understood.
            return ClockWrong(seconds=skew)
        if credential is None and isinstance(error, NotAuthorised) and self._session.has_application:
            return ApplicationRefused(said=error.said)
        if credential is None:
            return CollectionPrivate(username=self._account.username)
        try:
            await self._session.identity()
        except NotAuthorised as refused:
            async with self._stores.database.tx() as tx:
                await self._stores.accounts.mark_refused(tx, self._account.id, credential, self._clock.now())
            return refused
        except DiscogsError:
            pass  # Nobody knows, then; an outage is no reason to connect again.
        return Rejected(status=401, said=error.said) if isinstance(error, NotAuthorised) else error

    async def _publish(
        self, walk: Walk, absence: Absence, changes: Changes, names: Names, report: SyncReport, *, whole: bool
    ) -> None:
        now, account, stores = self._clock.now(), self._account.id, self._stores
        async with stores.database.tx() as tx:
            if not await stores.leases.is_held(tx, self._id):
                raise TakenOver
            await stores.collections.apply(tx, account, changes)
            await self._write_names(tx, names)
            await stores.doubts.replace_missing(tx, account, absence.asked, absence.kept, now)
            await stores.doubts.note_unreadable(tx, account, walk.unreadable.values(), now, whole=whole)
            if report.outcome in (SyncOutcome.DONE, SyncOutcome.NEEDS_WORD):
                await stores.accounts.mark_synced(tx, account, self._as_of or now)
            await stores.runs.unstage(tx, self._id)
            await stores.runs.close(tx, self._id, report, now)
            await stores.leases.release(tx, self._id)

    async def _write_names(self, tx: Tx, names: Names) -> None:
        folders, fields = names
        if not isinstance(folders, RunoutError):
            await self._stores.collections.replace_folders(tx, self._account.id, folders)
        if not isinstance(fields, RunoutError):
            await self._stores.collections.replace_fields(tx, self._account.id, fields)

    def _report(
        self,
        before: Mapping[InstanceId, Copy],
        walk: Walk,
        verdict: Verdict,
        absence: Absence,
        changes: Changes,
        names: Names,
    ) -> SyncReport:
        gone = set(changes.removed)
        after = {instance: copy for instance, copy in before.items() if instance not in gone} | dict(walk.copies)
        releases = {copy.release.id: copy.release for copy in after.values()}
        doubtful = tuple(_doubts(verdict, absence, here=len(after)))
        refusals = tuple(name for name in names if isinstance(name, RunoutError) and self._is_owner)
        return SyncReport(
            outcome=_outcome(verdict, absence),
            copies=len(after),
            releases=len(releases),
            added=len(changes.added),
            changed=len(changes.changed),
            removed=len(gone),
            skipped=len(walk.unreadable) + walk.nameless,
            unseen=max(0, walk.told - walk.seen - walk.nameless) + len(absence.asked) + len(absence.unconfirmed),
            queued=sum(release.master_id is not None for release in releases.values()),
            requests=self._session.requests,
            seconds=self._clock.monotonic() - self._started,
            problems=(*doubtful, *_skipped(walk, before), *refusals),
        )


def _changes(before: Mapping[InstanceId, Copy], walk: Walk, absence: Absence) -> Changes:
    return diff(before, walk.copies, kept=before.keys() - absence.gone)


def _outcome(verdict: Verdict, absence: Absence) -> SyncOutcome:
    if verdict.reasons or absence.unconfirmed:
        return SyncOutcome.INCOMPLETE
    return SyncOutcome.NEEDS_WORD if absence.asked else SyncOutcome.DONE


def _doubts(verdict: Verdict, absence: Absence, *, here: int) -> Iterator[RunoutError]:
    yield from verdict.reasons
    if absence.unconfirmed:
        yield CopiesUnconfirmed(count=len(absence.unconfirmed))
    if absence.asked and not verdict.reasons:
        yield NeedsYourWord(missing=len(absence.asked), here=here)
    if absence.kept:
        yield CopiesKept(count=len(absence.kept))


def _skipped(walk: Walk, before: Mapping[InstanceId, Copy]) -> tuple[RunoutError, ...]:
    if not walk.unreadable or not walk.copies:
        return ()
    unknown = len(walk.unreadable.keys() - before.keys())
    return (RowsSkipped(instances=tuple(sorted(walk.unreadable)), missing=unknown),)


async def _or_refusal(what: str, walker: Walker, ask: Callable[[], Awaitable[T]]) -> T | RunoutError:
    """An answer, or why it is refused: names can be done without when the copies come."""
    for _ in range(REREADS):
        with contextlib.suppress(ReadAsStranger):
            return await _once_or_refusal(walker, ask)
    try:
        return await _once_or_refusal(walker, ask)
    except ReadAsStranger:
        return ReadAsStranger(what=what)


async def _once_or_refusal(walker: Walker, ask: Callable[[], Awaitable[T]]) -> T | RunoutError:
    try:
        return await walker.in_turn(ask)
    except (BrokenAnswer, NotFound, NotYours, Rejected, Blocked) as error:
        return error
    except NotAuthorised as error:
        if walker.is_owner:
            raise
        return error
