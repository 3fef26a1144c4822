"""What Discogs' database says beyond a list row: read in the background, and when somebody opens a record."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Final, TypeVar

from core.clock import Clock
from core.discogs.client import Discogs, Session
from core.discogs.flights import Flights
from core.domain.account import Account
from core.domain.details import InShort, KnownDetails
from core.domain.enrichment import (
    OLD_DETAILS,
    OLD_MASTER,
    EnrichProgress,
    Facts,
    Left,
    What,
    seconds_left,
)
from core.domain.ids import MasterId, ReleaseId, Shelf
from core.domain.ledger import ANONYMOUS_PER_MINUTE, NOT_SIGNED_IN, SIGNED_IN, Terms, Work
from core.domain.master import Coverage, Master
from core.errors import NotAuthorised
from core.services.enriching import Turn
from core.services.reading import Reader
from core.store.jobs import JobRepository
from core.store.repositories import Repositories
from core.store.slots import SlotStore

from msgspec.structs import replace

T = TypeVar("T")

JOB: Final = "enrichment"
"""Whose turn it is to read in the background, across processes."""

_TURN: Final = 600.0
"""Seconds of one turn by itself: what comes first is looked up anew by the next, and `once` comes to an end."""


class EnrichService:
    """Facts that everybody shares; each is asked for once, for all accounts."""

    def __init__(self, discogs: Discogs, stores: Repositories, slots: SlotStore, terms: Terms, clock: Clock) -> None:
        self._stores = stores
        self._slots = slots
        self._terms = (terms, replace(terms, per_minute=min(ANONYMOUS_PER_MINUTE, terms.per_minute)))
        self._clock = clock
        self._reader = Reader(discogs, stores, clock)
        self._jobs = JobRepository(stores.database)
        self._looks = Flights()
        self._turn: Turn | None = None

    async def known(self, release: ReleaseId) -> KnownDetails | None:
        """What is here of a release. Takes no time."""
        return await self._stores.details.known(release)

    async def look(self, account: Account | None, release: ReleaseId) -> KnownDetails | None:
        """Somebody has opened a record: what is known of it now, if that is news; read again what has become old.

        Nothing is asked for that failed again and again lately. Raises RunoutError; what was known stays.
        """
        async with self._stores.database.tx() as tx:
            await self._stores.readings.look(tx, release, self._clock.now())
        return await self._looks.join(("look", release), self._looked(account, release))

    async def refresh(self, account: Account | None, release: ReleaseId) -> KnownDetails:
        """Read a release and its master now, whatever is known of them. Raises RunoutError; what was known stays."""
        return await self._looks.join(("refresh", release), self._refreshed(account, release))

    async def coverage(self, account: Account, shelf: Shelf = Shelf.COLLECTION) -> Coverage:
        """Of how many releases of a shelf the original year is known, and what is with the others."""
        return await self._stores.enrichment.coverage(account.id, shelf)

    async def facts(self, account: Account) -> Facts:
        """How much is known of both shelves of an account, and how far the reading is of everybody's records."""
        coverage = {shelf: await self._stores.enrichment.coverage(account.id, shelf) for shelf in Shelf}
        return Facts(coverage, await self.progress())

    async def learned(self, since: datetime | None) -> tuple[datetime | None, Mapping[MasterId, Master]]:
        """The masters that were stored since such a mark, by any process, with the mark for the next time.

        Without one none: whoever asks so before a collection is loaded misses nothing afterwards.
        """
        return await self._stores.masters.learned(since)

    async def told(self, since: datetime | None) -> tuple[datetime | None, Mapping[ReleaseId, InShort]]:
        """The same of the details of releases: what queries ask of them."""
        return await self._stores.facts.learned(since)

    async def progress(self) -> EnrichProgress | None:
        """How far the masters of all records are, by whichever process; None when nothing is to be read."""
        return await self._progress(await self._stores.enrichment.left(self._clock.now()), Work.ENRICHMENT)

    async def progress_of(self, account: Account, *, details: bool) -> EnrichProgress | None:
        """The same of the records of one account alone, or of their details."""
        left = await self.left(account, details=details)
        return await self._progress(left, Work.DETAILS if details else Work.ENRICHMENT)

    async def left(self, account: Account, *, details: bool) -> Left:
        """How many masters of an account's records are known and still to be read; or how many details."""
        return await self._stores.enrichment.left(self._clock.now(), details=details, account=account.id)

    async def is_anything_left(self, now: datetime) -> bool:
        """Whether the background has anything to read."""
        return await self._stores.enrichment.is_any(now)

    async def run_due(self, now: datetime) -> str:  # noqa: ARG002 - a job is told the time
        """Read for some minutes what is to be read, what is wanted most first; how much that was."""
        self._turn = Turn(self._reader, self._stores, self._clock, details=True, until=self._clock.monotonic() + _TURN)
        try:
            return await self._turn.run()
        finally:
            self._turn = None

    async def nudge(self, now: datetime) -> None:  # noqa: ARG002 - a job is told the time
        """Time has passed: what was published or opened meanwhile may come first."""
        if self._turn is not None:
            await self._turn.nudge()

    async def work_down(self, account: Account, *, details: bool) -> str:
        """Read all that is to be read of one account's records; how much that was."""
        return await Turn(self._reader, self._stores, self._clock, details=details, account=account.id).run()

    async def _looked(self, account: Account | None, release: ReleaseId) -> KnownDetails | None:
        async def look(session: Session) -> KnownDetails | None:
            master = await self._stores.details.master_of(release)
            found, *others = await asyncio.gather(
                self._look_at_release(session, release),
                self._look_at_master(session, master),
                return_exceptions=True,
            )
            for one in (found, *others):
                if isinstance(one, BaseException):
                    raise one
            if isinstance(found, KnownDetails) and (now := await self._stores.details.master_of(release)) != master:
                # Of a release that was never seen before only the answer tells whose it is.
                await self._look_at_master(session, now)
            return found if isinstance(found, KnownDetails) else None

        return await self._for_person(account, look)

    async def _for_person(self, account: Account | None, act: Callable[[Session], Awaitable[T]]) -> T:
        """As whoever waits for it; as anybody, when Discogs no longer knows them."""
        session = await self._reader.for_person(account)
        try:
            return await act(session)
        except NotAuthorised as error:
            meaning = await self._reader.meaning(error, session)
            if session.token is None or not isinstance(meaning, NotAuthorised):
                raise meaning from error
        return await act(await self._reader.for_person(None))

    async def _look_at_release(self, session: Session, release: ReleaseId) -> KnownDetails | None:
        known = await self._stores.details.known(release)
        if known is not None and self._is_young(known.as_of, OLD_DETAILS):
            return None
        if (await self._stores.readings.of(What.RELEASE, release)).rests(self._clock.now()):
            return None
        return await self._read_release(session, release)

    async def _look_at_master(self, session: Session, master: MasterId | None) -> None:
        if master is None:
            return
        told = await self._stores.masters.told(master)
        if told is not None and self._is_young(told.as_of, OLD_MASTER):
            return
        if not (await self._stores.readings.of(What.MASTER, master)).rests(self._clock.now()):
            await self._reader.master(master, session)

    async def _refreshed(self, account: Account | None, release: ReleaseId) -> KnownDetails:
        async def read(session: Session) -> KnownDetails:
            known = await self._read_release(session, release)
            master = await self._stores.details.master_of(release)
            if master is not None:
                await self._reader.master(master, session)
            return known

        return await self._for_person(account, read)

    async def _read_release(self, session: Session, release: ReleaseId) -> KnownDetails:
        known, shelves = await self._reader.release(release, session)
        await self._reader.mark_edited(shelves)
        return known

    async def _progress(self, left: Left, work: Work) -> EnrichProgress | None:
        if not left.pending:
            return None
        row = (await self._jobs.all()).get(JOB)
        is_underway = row is not None and row.is_underway
        seconds: float | None = None
        if is_underway:
            if self._reader.has_application:
                left = Left(left.done, left.pending)
            ledgers = (await self._slots.ledger(SIGNED_IN), await self._slots.ledger(NOT_SIGNED_IN))
            seconds = seconds_left(ledgers, left, self._clock.now().timestamp(), self._terms, work)
        return EnrichProgress(left.done, left.pending, seconds, is_underway)

    def _is_young(self, moment: datetime, age: timedelta) -> bool:
        """Something that was told by a clock that was ahead is read again, too."""
        return timedelta() <= self._clock.now() - moment <= age
