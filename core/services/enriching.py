"""One turn of reading facts in the background: what is wanted most first, until nothing is left or the time is up."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import Final

from core.clock import Clock
from core.discogs.client import Session
from core.domain.enrichment import Pending, What, failed, put_off
from core.domain.ids import AccountId, Shelf
from core.domain.ledger import Work
from core.errors import (
    ApplicationRefused,
    ClockWrong,
    DiscogsError,
    NotAuthorised,
    NotFound,
    RateLimited,
    RunoutError,
)
from core.services.reading import Reader
from core.services.walk import together
from core.store.repositories import Repositories
from core.text import counted

AT_ONCE: Final = 3
"""Requests under way: an answer that takes long holds up no other. How many there are a minute, the budget says."""

BATCH: Final = 200
"""What comes next is looked up for so many; whatever changes meanwhile changes their order."""

OUT_AFTER: Final = 3
"""Failures in a row after which it is Discogs that fails, and nothing more is tried."""

_SHOWN: Final = 60.0
"""Seconds after which those who show a collection are told that its rows say more: each time they read it anew."""


@dataclass(slots=True)
class _Luck:
    """How it goes with one of the two limits."""

    good: int = 0
    bad: list[tuple[Pending, RunoutError]] = field(default_factory=list)
    """The failures since something went well."""
    out: RunoutError | None = None
    """Why nothing more is tried."""


class Turn:
    """Begins with its `run`. `account`: only what this one has. `until`: by the clock's monotonic seconds."""

    def __init__(
        self,
        reader: Reader,
        stores: Repositories,
        clock: Clock,
        *,
        details: bool,
        account: AccountId | None = None,
        until: float | None = None,
    ) -> None:
        self._reader = reader
        self._stores = stores
        self._clock = clock
        self._works = (Work.ENRICHMENT, Work.DETAILS) if details else (Work.ENRICHMENT,)
        self._account = account
        self._until = until
        self._as_application = reader.has_application
        self._refusal: ApplicationRefused | None = None
        self._is_handed_on = False
        """Whether something changed hands while it was read: whoever has it now may have come to an end before."""
        self._revision: tuple[int, ...] | None = None
        self._order = 0
        """Grows when what comes next has to be looked up anew."""
        self._edited: dict[tuple[AccountId, Shelf], None] = {}
        self._shown_at = clock.monotonic()
        self._count = dict.fromkeys(What, 0)
        self._vain = 0

    async def run(self) -> str:
        """Read; how much that was. Raises the RunoutError because of which nothing more could be asked for."""
        limits = (None,) if self._as_application else (True, False)
        lucks = [_Luck() for _ in limits]
        try:
            await self._fill()
            is_first = True
            while is_first or self._is_handed_on:
                is_first = self._is_handed_on = False
                async with together() as group:
                    for luck, signed_in in zip(lucks, limits, strict=True):
                        group.create_task(self._read_all(luck, signed_in=signed_in))
        finally:
            await asyncio.shield(self._show())
        for luck in lucks:
            if luck.out is not None:
                raise luck.out
        return self.said

    @property
    def said(self) -> str:
        """What was done so far, in a few words."""
        masters, releases = counted(self._count[What.MASTER], "master"), counted(self._count[What.RELEASE], "release")
        return f"{masters}, {releases}" + (f", {self._vain} in vain" if self._vain else "")

    async def nudge(self) -> None:
        """Look again what comes first, if anything was published or opened meanwhile."""
        before, self._revision = self._revision, await self._stores.enrichment.revision()
        self._order += before not in (None, self._revision)

    async def _fill(self) -> None:
        """What is here already need not be asked for."""
        if await self._stores.details.can_fill():
            async with self._stores.database.tx() as tx:
                shelves = await self._stores.details.fill(tx)
            await self._reader.mark_edited(shelves)

    async def _read_all(self, luck: _Luck, *, signed_in: bool | None) -> None:
        """Everything that is to be read within one of the limits."""
        while not self._is_over(luck):
            order = self._order
            # An application that is refused leaves it to those who have signed in.
            work, batch = await self._next(signed_in=True if self._refusal else signed_in)
            if not batch:
                if self._refusal and (await self._next(signed_in=False))[1]:
                    luck.out = self._refusal
                break
            left = deque(batch)

            async def read_some(left: deque[Pending] = left, work: Work = work, order: int = order) -> None:
                while left and order == self._order and not self._is_over(luck):
                    await self._one(left.popleft(), work, luck)

            try:
                async with together() as group:
                    for _ in range(min(AT_ONCE, len(batch))):
                        group.create_task(read_some())
            except RateLimited as error:
                luck.out = error  # What else is under way would only be refused, too.
        if luck.out is None:
            await self._count_failures(luck)

    def _is_over(self, luck: _Luck) -> bool:
        return luck.out is not None or (self._until is not None and self._clock.monotonic() >= self._until)

    async def _next(self, *, signed_in: bool | None) -> tuple[Work, tuple[Pending, ...]]:
        for work in self._works:
            found = await self._stores.enrichment.pending(
                self._clock.now(),
                BATCH,
                details=work is Work.DETAILS,
                signed_in=signed_in,
                account=self._account,
            )
            if found:
                return work, found
        return Work.DETAILS, ()

    async def _one(self, pending: Pending, work: Work, luck: _Luck) -> None:
        if await self._stores.enrichment.is_here(pending):
            return  # Somebody has opened it meanwhile.
        session = await self._reader.for_nobody(pending.holder, work, as_application=self._as_application)
        try:
            self._edited |= dict.fromkeys(await self._reader.read(pending, session))
        except NotFound:
            self._vain += 1
        except RateLimited:
            raise
        except DiscogsError as error:
            await self._failed(pending, error, session, luck)
            return
        else:
            self._count[pending.what] += 1
        luck.good += 1
        await self._count_failures(luck)
        if self._clock.monotonic() - self._shown_at >= _SHOWN:
            await self._show()

    async def _failed(self, pending: Pending, error: DiscogsError, session: Session, luck: _Luck) -> None:
        """It may be its own fault, or its reader's, or Discogs fails whatever it is asked for."""
        meaning = await self._reader.meaning(error, session) if isinstance(error, NotAuthorised) else error
        match meaning:
            case ClockWrong():
                luck.out = meaning
            case ApplicationRefused():
                self._as_application, self._refusal = False, meaning
                self._order += 1
            case NotAuthorised() if session.token is not None:
                # It is marked as refused: others who have the same are asked in its place, or nobody.
                self._order += 1
                self._is_handed_on = True
            case _:
                await self._put_off(pending, meaning, luck)

    async def _put_off(self, pending: Pending, error: RunoutError, luck: _Luck) -> None:
        self._vain += 1
        luck.bad.append((pending, error))
        before = await self._stores.readings.of(pending.what, pending.number)
        await self._reader.note(pending, put_off(before, self._clock.now()), error)
        if len(luck.bad) >= OUT_AFTER and luck.out is None:
            luck.out = error
            if luck.good:
                await self._count_failures(luck)

    async def _count_failures(self, luck: _Luck) -> None:
        """Others could be read: what could not has failed by itself."""
        failures, luck.bad = luck.bad, []
        for pending, error in failures:
            before = await self._stores.readings.of(pending.what, pending.number)
            await self._reader.note(pending, failed(before, self._clock.now()), error)

    async def _show(self) -> None:
        self._shown_at = self._clock.monotonic()
        shelves, self._edited = tuple(self._edited), {}
        await self._reader.mark_edited(shelves)
