"""Read one master or one release, with the best eyes that there are for it, and keep what comes of it."""

from __future__ import annotations

import contextlib

from core.clock import Clock
from core.discogs.client import Discogs, Session
from core.domain.account import Account, Credential
from core.domain.details import KnownDetails
from core.domain.enrichment import Pending, Reading, What, missing
from core.domain.ids import AccountId, MasterId, ReleaseId, Shelf
from core.domain.ledger import Lane, Work
from core.domain.master import Told
from core.errors import (
    ApplicationRefused,
    Disconnected,
    FromFile,
    KeyDamaged,
    NotAuthorised,
    NotConnected,
    NotFound,
    RunoutError,
    SealBroken,
)
from core.services.eyes import by_whose_eyes
from core.store.database import Tx
from core.store.repositories import Repositories

from msgspec.structs import replace

Shelves = tuple[tuple[AccountId, Shelf], ...]


class Reader:
    """Every answer is kept at once, in one transaction: whoever is killed loses what was under way and no more."""

    def __init__(self, discogs: Discogs, stores: Repositories, clock: Clock) -> None:
        self._discogs = discogs
        self._stores = stores
        self._clock = clock

    @property
    def has_application(self) -> bool:
        """Whether an application vouches for whatever nobody is signed in for."""
        return self._discogs.consumer is not None

    async def for_person(self, account: Account | None) -> Session:
        """For somebody who waits: with their own credential, if there is one that is good."""
        credential = await self._credential(account.id) if account is not None else None
        return self._discogs.session(credential, account=account.id if account and credential else None)

    async def for_nobody(self, holder: AccountId | None, work: Work, *, as_application: bool) -> Session:
        """For the background: as the application, else as whoever has it, else as anybody."""
        credential = await self._credential(holder) if holder is not None and not as_application else None
        account = holder if credential else None
        return self._discogs.session(credential, account=account, lane=Lane.BACKGROUND, work=work)

    async def meaning(self, error: NotAuthorised, session: Session) -> RunoutError:
        """What the refusal of a credential really means. One that is no good any more is marked so."""
        if session.account is None or session.token is None:
            return ApplicationRefused(said=error.said) if self.has_application else error
        try:
            account = await self._stores.accounts.by_id(session.account)
        except NotConnected:
            return error  # They have left meanwhile.
        return await by_whose_eyes(error, session, account, Shelf.COLLECTION, self._stores, self._clock)

    async def read(self, pending: Pending, session: Session) -> Shelves:
        """Read whatever it is; on which shelves other rows are to be shown now.

        Raises NotFound, which is written down, and any other DiscogsError, which is not.
        """
        if pending.what is What.MASTER:
            await self.master(MasterId(pending.number), session)
            return ()
        return (await self.release(ReleaseId(pending.number), session))[1]

    async def master(self, master: MasterId, session: Session) -> None:
        """Read a master. Of one that was merged into another, both numbers are known then."""
        try:
            told = await session.master(master)
        except NotFound as error:
            await self._note_missing(What.MASTER, master, error, session)
            raise
        same: tuple[Told, ...] = (told,)
        if told.master.id != master:
            same = (told, replace(told, master=replace(told.master, id=master)))
        async with self._stores.database.tx() as tx:
            if await self._is_wanted(tx, What.MASTER, master, session):
                await self._stores.masters.write(tx, same, self._clock.now())
                await self._stores.readings.clear(tx, What.MASTER, master)

    async def release(self, release: ReleaseId, session: Session) -> tuple[KnownDetails, Shelves]:
        """Read a release; what is known now, and on which shelves other rows are to be shown."""
        try:
            told = await session.release(release)
        except NotFound as error:
            await self._note_missing(What.RELEASE, release, error, session)
            raise
        known = await self._with_pictures(replace(told, details=replace(told.details, id=release)), session)
        same = (known,) if told.details.id == release else (known, await self._with_pictures(told, session))
        async with self._stores.database.tx() as tx:
            if not await self._is_wanted(tx, What.RELEASE, release, session):
                return known, ()
            await self._stores.details.write(tx, same)
            await self._stores.readings.clear(tx, What.RELEASE, release)
            return known, await self._stores.details.fill(tx, release)

    async def note(self, pending: Pending, reading: Reading, error: RunoutError) -> None:
        """Write down that a try of the background has brought nothing."""
        async with self._stores.database.tx() as tx:
            if await self._stores.enrichment.is_had(tx, pending.what, pending.number):
                now = self._clock.now()
                await self._stores.readings.note(tx, pending.what, pending.number, reading, repr(error), now)

    async def mark_edited(self, shelves: Shelves) -> None:
        """Let whoever shows these shelves know that rows of them say something else now."""
        if shelves:
            async with self._stores.database.tx() as tx:
                await self._stores.shelves.mark_edited(tx, shelves)

    async def _with_pictures(self, told: KnownDetails, session: Session) -> KnownDetails:
        """Strangers may be shown no pictures, which does not mean that there are none."""
        is_stranger = session.token is None and not session.has_application
        if told.details.pictures or not is_stranger:
            return told
        before = await self._stores.details.known(told.details.id)
        if before is None:
            return told
        return replace(told, details=replace(told.details, pictures=before.details.pictures))

    async def _is_wanted(self, tx: Tx, what: What, number: int, session: Session) -> bool:
        """Whether anybody still has what was read for nobody: it would tell what somebody had who has left since."""
        return session.lane is not Lane.BACKGROUND or await self._stores.enrichment.is_had(tx, what, number)

    async def _note_missing(self, what: What, number: int, error: NotFound, session: Session) -> None:
        now = self._clock.now()
        before = await self._stores.readings.of(what, number)
        async with self._stores.database.tx() as tx:
            if not await self._is_wanted(tx, what, number, session):
                return
            if what is What.MASTER:
                await self._stores.masters.mark_gone(tx, MasterId(number), now)
            await self._stores.readings.note(tx, what, number, missing(before, now), repr(error), now)

    async def _credential(self, account: AccountId) -> Credential | None:
        with contextlib.suppress(NotConnected, Disconnected, FromFile, SealBroken, KeyDamaged):
            found = await self._stores.accounts.by_id(account)
            return None if found.refused_at is not None else await self._stores.accounts.credential(found)
        return None
