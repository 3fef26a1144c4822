"""One run of a sync, from the first request to the publish. What it is sure of it publishes, in one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from core.clock import Clock
from core.discogs.client import Session
from core.domain.changes import Change, Changes, told
from core.domain.collection import Collection, Copy
from core.domain.ids import InstanceId, Shelf
from core.domain.probe import Doubt, Here, compared, doubtful, oldest
from core.domain.progress import Kind, Phase, SyncOutcome, SyncProgress, SyncReport, Word
from core.domain.walk import CollectionPage, Newest, Verdict, Walk, for_a_stranger, judge, unchanged
from core.errors import NeedsYourWord, NotAuthorised, NotYours, ReadAsStranger, RunoutError
from core.services.absence import Absence, Instances, settle
from core.services.eyes import by_whose_eyes, with_pictures
from core.services.names import NO_NAMES, Names, names_of
from core.services.pairing import PairService
from core.services.reporting import Findings, feed
from core.services.staging import Errand, Staging
from core.services.walk import Walker, together
from core.store.repositories import Repositories

from msgspec.structs import replace

_AT_ONCE: Final = 500
"""Copies that are freed between two looks at what else is to be done: about a millisecond."""


class Run:
    """Made by whoever holds the shelf's lease for it."""

    def __init__(
        self,
        errand: Errand,
        session: Session,
        stores: Repositories,
        clock: Clock,
        tell: Callable[[SyncProgress], None],
    ) -> None:
        self._id, self._account, self._shelf = errand.id, errand.account, errand.shelf
        self._kind = errand.kind
        self._releases = errand.releases
        self._staging = Staging(errand, stores, clock)
        self._session = session
        self._stores = stores
        self._clock = clock
        self._tell = tell
        self._started = clock.monotonic()
        self._is_owner = session.token is not None
        self.held: list[Copy] = []
        """What was compared, for whoever lets go of it: see `let_go`."""

    async def sync(self, word: Word, stopped: Newest | None) -> SyncReport:
        """Read, judge, publish. `stopped`: what the newest copies were for the stopped run whose pages this one has.

        Raises ReadAsStranger, TakenOver, or the DiscogsError of what could not be had; nothing is published then.
        """
        newest: CollectionPage | None = None
        try:
            if self._kind is Kind.READ:
                return await self._read_a_few()
            if self._kind is Kind.PROBE:
                looked = await self._probe()
                if isinstance(looked, SyncReport):
                    return looked
                newest = looked
            return await self._walk(word, stopped, newest)
        except (NotAuthorised, NotYours, ReadAsStranger) as error:
            raise await by_whose_eyes(
                error, self._session, self._account, self._shelf, self._stores, self._clock
            ) from error

    async def close(self, outcome: SyncOutcome, *problems: RunoutError) -> SyncReport:
        """End a run that published nothing. Its pages stay for the next one."""
        collections, account, shelf = self._stores.collections, self._account.id, self._shelf
        report = SyncReport(
            outcome=outcome,
            copies=await collections.count(account, shelf),
            releases=await collections.release_count(account, shelf),
            problems=problems,
        )
        report = self._with_costs(report)
        await self._staging.close(report)
        return report

    async def _probe(self) -> SyncReport | CollectionPage | None:
        """Publish what the newest copies tell; the page, when they do not tell enough, if there is one."""
        account, shelf, stores = self._account.id, self._shelf, self._stores
        state = await stores.shelves.state(account, shelf)
        if state is None or state.walked_at is None:
            return None
        self._tell(SyncProgress(phase=Phase.PROBING))
        page = await self._session.newest_page(self._account.username, shelf)
        if not self._is_owner:
            page = replace(page, rows=await with_pictures(page.rows, stores))
        here = await self._here(page)
        had_folders = any(copy.folder_id is not None for copy in here.known.values())
        if self._is_owner and for_a_stranger(page, had_folders=had_folders):
            raise ReadAsStranger
        found = compared(page, here)
        if isinstance(found, Doubt):
            return None if doubtful(page) is Doubt.SPOILED else page
        changes = Changes(added=found.added, changed=found.changed)
        if not changes:
            return await self._publish_probe(changes, (), NO_NAMES)
        names = NO_NAMES if await self._names_all((*found.added, *found.changed)) else await names_of(self._walker({}))
        return await self._publish_probe(changes, tuple(told(here.known, changes, texts=False)), names)

    async def _read_a_few(self) -> SyncReport:
        """Publish how the copies of a few releases are now. None is added or removed: that takes a look at the rest."""
        account, shelf, stores = self._account.id, self._shelf, self._stores
        walker = self._walker({})
        seen: dict[InstanceId, Copy] = {}
        for release in self._releases:
            page = await walker.copies_of(release)
            if self._is_owner and for_a_stranger(page, had_folders=True):
                raise ReadAsStranger
            seen |= {copy.instance_id: copy for copy in page.rows}
        known = {copy.instance_id: copy for copy in (await stores.collections.some(account, tuple(seen), shelf)).copies}
        changes = Changes(changed=tuple(seen[instance] for instance, copy in known.items() if seen[instance] != copy))
        names = NO_NAMES if await self._names_all(changes.changed) else await names_of(walker)
        report = SyncReport(
            outcome=SyncOutcome.DONE,
            copies=await stores.collections.count(account, shelf),
            releases=await stores.collections.release_count(account, shelf),
            changed=len(changes.changed),
        )
        report = self._with_costs(report)
        await self._staging.publish(changes, tuple(told(known, changes, texts=False)), names, report)
        return report

    async def _here(self, page: CollectionPage) -> Here:
        account, shelf, stores = self._account.id, self._shelf, self._stores
        missing = await stores.doubts.asked(account, shelf) | await stores.doubts.kept(account, shelf)
        known = await stores.collections.some(account, tuple(page.instances), shelf)
        published, unread = await stores.collections.count(account, shelf), await stores.doubts.unread(account, shelf)
        return Here(
            total=published - len(missing) + unread,
            known={copy.instance_id: copy for copy in known.copies},
            newer=await stores.collections.newer(account, shelf, oldest(page)) - missing,
            missing=missing,
        )

    async def _names_all(self, copies: Sequence[Copy]) -> bool:
        """Whether every folder and field on these copies is known by name."""
        if self._shelf is not Shelf.COLLECTION:
            return True
        folders, fields = await self._stores.collections.names(self._account.id)
        return folders.issuperset(
            copy.folder_id for copy in copies if copy.folder_id is not None
        ) and fields.issuperset(value.field_id for copy in copies for value in copy.fields)

    async def _publish_probe(self, changes: Changes, rows: Sequence[Change], names: Names) -> SyncReport:
        account, shelf, stores = self._account.id, self._shelf, self._stores
        asked = len(await stores.doubts.asked(account, shelf))
        copies = await stores.collections.count(account, shelf) + len(changes.added)
        report = SyncReport(
            outcome=SyncOutcome.NEEDS_WORD if asked else SyncOutcome.DONE,
            copies=copies,
            releases=0,
            added=len(changes.added),
            changed=len(changes.changed),
            unseen=asked,
            problems=(NeedsYourWord(missing=asked, here=copies),) if asked else (),
        )
        await self._staging.publish(changes, rows, names, self._with_costs(report))
        here = await stores.collections.release_count(account, shelf)
        return self._with_costs(replace(report, releases=here, queued=await self._queued()))

    async def _queued(self) -> int:
        """How many releases of what is published wait for their master."""
        return (await self._stores.enrichment.coverage(self._account.id, self._shelf)).pending

    async def _walk(self, word: Word, stopped: Newest | None, newest: CollectionPage | None) -> SyncReport:
        account, shelf, stores = self._account.id, self._shelf, self._stores
        if self._kind is Kind.PROBE:
            self._kind = Kind.WALK
            async with stores.database.tx() as tx:
                await stores.runs.become(tx, self._id, Kind.WALK)
                stopped = await stores.runs.adopt(tx, self._id, account, shelf)
        state = await stores.shelves.state(account, shelf)
        before = await asyncio.to_thread(_by_instance, await stores.collections.load(account, shelf))
        walker = self._walker(before)
        async with together() as group:
            naming = group.create_task(self._names(walker, at_once=not before))
            reading = group.create_task(self._read(walker, stopped, newest))
        walk, names = reading.result(), naming.result()
        if not self._is_owner:
            seen = await with_pictures(walk.copies.values(), stores)
            walk = replace(walk, copies={copy.instance_id: copy for copy in seen})
        verdict = await asyncio.to_thread(judge, walk, before)
        asked, kept = await stores.doubts.asked(account, shelf), await stores.doubts.kept(account, shelf)
        absence = await self._absence(walk, verdict, word, walker, asked, kept)
        refusals = tuple(name for name in names if isinstance(name, RunoutError) and self._is_owner)
        findings = Findings(before, walk, verdict, absence, refusals)
        changes = await asyncio.to_thread(lambda: findings.changes)
        walker.say(Phase.PUBLISHING, new=len(changes.added), changed=len(changes.changed), gone=len(changes.removed))
        report = self._with_costs(await asyncio.to_thread(findings.report, changes))
        is_first = not before and (state is None or state.walked_at is None)
        rows = feed(findings, changes, word, is_first=is_first, asked=asked, kept=kept)
        await self._staging.publish(changes, rows, names, report, findings)
        report = await PairService(stores, self._clock).after_walk(self._account, self._id, report)
        report = replace(report, queued=await self._queued())
        walker.say(Phase.DONE, requests=report.requests, queued=report.queued)
        self.held += before.values()
        self.held += walk.copies.values()
        return report

    def _walker(self, before: Mapping[InstanceId, Copy]) -> Walker:
        staging = self._staging
        return Walker(
            self._session,
            self._account.username,
            before,
            staging.keep,
            staging.forget,
            staging.note_newest,
            self._tell,
            shelf=self._shelf,
            is_owner=self._is_owner,
        )

    async def _names(self, walker: Walker, *, at_once: bool) -> Names:
        """Folders and fields. During a first walk rows can be browsed, so they are written at once."""
        if self._shelf is not Shelf.COLLECTION:
            return NO_NAMES
        names = await names_of(walker)
        if at_once:
            await self._staging.note_names(names)
        return names

    async def _read(self, walker: Walker, stopped: Newest | None, newest: CollectionPage | None) -> Walk:
        await walker.begin(newest)
        if stopped is not None and walker.newest is not None and unchanged(stopped, walker.newest):
            walker.resume(await self._staging.pages(stopped))
        elif stopped is not None:
            await self._staging.forget()
        await self._staging.note_newest(walker.newest)
        return await walker.read()

    async def _absence(
        self, walk: Walk, verdict: Verdict, word: Word, walker: Walker, asked: Instances, kept: Instances
    ) -> Absence:
        if verdict.reasons:
            # Absence proves nothing now. What was in doubt before stays so, unless it was seen.
            return Absence(asked=asked - walk.instances, kept=kept - walk.instances)
        return await settle(verdict.suspects, walk.told, word, walker, kept=kept)

    def _with_costs(self, report: SyncReport) -> SyncReport:
        return replace(
            report,
            requests=self._session.requests,
            seconds=self._clock.monotonic() - self._started,
            shelf=self._shelf,
            kind=self._kind,
        )


async def let_go(held: list[Copy]) -> None:
    """Empty a list, a few at a time: freed in one go, 200,000 copies would hold up a key for a fifth of a second."""
    while held:
        del held[-_AT_ONCE:]
        await asyncio.sleep(0)


def _by_instance(collection: Collection) -> dict[InstanceId, Copy]:
    return {copy.instance_id: copy for copy in collection.copies}
