"""One picture: what is to be done about it, asking for it, and reading its release again when its address is old."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final

from core.clock import Clock
from core.discogs.pictures import Came, Missing, OldAddress, Picture, Pictures, Refused, TooFast, Trouble
from core.domain.account import Access, Account
from core.domain.cover_addresses import Known, is_allowed, of_details
from core.domain.cover_steps import NONE_FOR, RESTS, Step, step
from core.domain.covers import Cover, Key, Refusal, Size, State
from core.domain.details import KnownDetails
from core.domain.ids import ReleaseId
from core.domain.image_lane import Elsewhere
from core.errors import BrokenAnswer, RateLimited, RunoutError, Unavailable, Unreachable
from core.services.cover_keeping import CoverKeeper
from core.services.finishing import finished
from core.services.image_lane import OnWait, PictureTurns
from core.store.database import Tx
from core.store.repositories import Repositories

from msgspec import Struct


async def _nothing_known(_release: ReleaseId) -> KnownDetails | None:
    return None


async def _nothing_read(_account: Account | None, _release: ReleaseId) -> KnownDetails | None:
    return None


class Details(Struct, frozen=True):
    """Who knows where the pictures of a release are besides the rows of collections."""

    known: Callable[[ReleaseId], Awaitable[KnownDetails | None]] = _nothing_known
    """What is here; nobody is asked."""
    read_again: Callable[[Account | None, ReleaseId], Awaitable[KnownDetails | None]] = _nothing_read
    """After Discogs was asked. Raises RunoutError."""


_AT_ONCE: Final = 500
_OLD: Final = "old address"


class Wanted(Struct, frozen=True):
    """A picture that somebody wants, and what is to be done about it."""

    key: Key
    known: Known
    step: Step


class Outcome(StrEnum):
    """What came of asking for a picture."""

    HERE = "here"
    """Somebody else has fetched it meanwhile."""
    FETCHED = "fetched"
    NONE = "none"
    REFUSED = "refused"
    FAILED = "failed"
    LATER = "later"
    """The host wants to be asked later, or somebody else is at it."""
    FULL = "full"
    """There is no room for it."""


class Brought(Struct, frozen=True):
    """What came of it, and when it is asked for again."""

    outcome: Outcome
    next_at: datetime | None = None
    error: RunoutError | None = None
    """The failure of the host or the line."""


_BY_OTHERS: Final = {Step.HERE: Outcome.HERE, Step.NONE: Outcome.NONE, Step.REFUSED: Outcome.REFUSED}


class CoverBringer:
    """Knows what is kept, the lane, the host, and who reads a release again."""

    def __init__(
        self,
        stores: Repositories,
        keeper: CoverKeeper,
        pictures: Pictures,
        clock: Clock,
        details: Details,
    ) -> None:
        self._covers = stores.covers
        self._keeper = keeper
        self._pictures = pictures
        self._clock = clock
        self._details = details
        self.turns = PictureTurns(stores.database, stores.covers, clock)

    async def plan(self, account: Account | None, keys: Sequence[Key]) -> list[Wanted]:
        """What is to be done about each of these pictures. Nobody is asked."""
        releases = tuple(dict.fromkeys(key.release for key in keys))
        covers, told = await self._covers.of(releases), await self._covers.told(releases)
        here = [key for key in keys if key in covers and covers[key].state is State.HERE]
        missing = await asyncio.to_thread(self._keeper.files.are_missing, here)
        now, plan = self._clock.now(), []
        for number, key in enumerate(keys):
            if number % _AT_ONCE == 0:
                await asyncio.sleep(0)
            known = _as_told(account, told.get(key.release), key.size)
            if not known.address and not known.is_told:
                known = await self._of_details(key)
            todo = step(known, covers.get(key), now, has_file=key not in missing, near=self._pictures.near)
            plan.append(Wanted(key, known, todo))
        refused = [(one.key, one.known.address) for one in plan if one.step is Step.REFUSED and one.key not in covers]
        await self._keeper.refuse(refused, Refusal.ADDRESS)
        return plan

    async def bring(
        self, account: Account | None, wanted: Wanted, *, spared: datetime | None = None, on_wait: OnWait | None = None
    ) -> Brought:
        """Ask for a picture that is to be asked for; by another address, when the one that is known is old.

        Room for it is made at the cost of others, but not of those that were used since `spared`. Raises
        CoverNotWritten or StoreError; whatever Discogs does is an outcome.
        """
        known, tried = wanted.known, {""}
        finders: list[Callable[[Account | None, Key], Awaitable[Known]]] = [self._known_too, self._read_anew]
        while True:
            brought = await self._try(wanted, known.address, spared, on_wait)
            if brought is not None:
                return brought
            tried.add(known.address)
            while finders and known.address in tried:
                try:
                    known = await finders.pop(0)(account, wanted.key)
                except RunoutError as error:
                    return await self._not_read(wanted, error)
            if known.is_told:
                return await self._settle(wanted, Missing(), spared)
            if known.address in tried:
                await self.turns.denied()
                return await self._failed(wanted, _OLD, for_long=True)

    async def _try(
        self, wanted: Wanted, address: str, spared: datetime | None, on_wait: OnWait | None
    ) -> Brought | None:
        """One request, or none; None when the address is old."""
        if not is_allowed(address, near=self._pictures.near):
            return await self._settle(wanted, Refused(Refusal.ADDRESS), spared)
        turn = await self.turns.take(wanted.key, lambda tx: self._todo(tx, wanted), on_wait)
        if isinstance(turn, Elsewhere):
            return Brought(Outcome.LATER)
        if turn is not Step.ASK:
            return Brought(_BY_OTHERS.get(turn, Outcome.FAILED))
        came: Came | None = None
        try:
            came = await self._pictures.fetch(address)
            # Before the turn ends: whoever waits for that very picture finds it then.
            return None if isinstance(came, OldAddress) else await self._settle(wanted, came, spared)
        finally:
            await finished(self.turns.landed(wanted.key, came))

    async def _todo(self, tx: Tx, wanted: Wanted) -> Step:
        """What is to be done when it is its turn: another process may have been at it since."""
        cover, has_file = await self._covers.one(tx, wanted.key), self._keeper.files.find(wanted.key) is not None
        return step(wanted.known, cover, self._clock.now(), has_file=has_file, near=self._pictures.near)

    async def _settle(self, wanted: Wanted, came: Came, spared: datetime | None) -> Brought:
        key, address = wanted.key, wanted.known.address
        match came:
            case Picture():
                is_kept = await self._keeper.keep(key, address, came, spared)
                return Brought(Outcome.FETCHED if is_kept else Outcome.FULL)
            case Refused(why):
                _log(key, f"refused: {why}")
                await self._keeper.refuse([(key, address)], why)
                return Brought(Outcome.REFUSED)
            case Missing():
                now = self._clock.now()
                await self._keeper.note(Cover(key, address, State.NONE, fetched_at=now, next_at=now + NONE_FOR))
                return Brought(Outcome.NONE)
            case Trouble(error):
                _log(key, f"failed: {error!r}")
                if isinstance(error, Unreachable) and not error.timed_out:
                    # The line's fault, and none of the picture's: nothing is remembered.
                    return Brought(Outcome.FAILED, self._clock.now() + RESTS[0], error)
                return await self._failed(wanted, type(error).__name__, error=error)
            case TooFast():
                return Brought(Outcome.LATER)
            case OldAddress():
                return await self._failed(wanted, _OLD, for_long=True)

    async def _failed(
        self, wanted: Wanted, reason: str, *, for_long: bool = False, error: RunoutError | None = None
    ) -> Brought:
        next_at = await self._keeper.fail(wanted.key, wanted.known.address, reason, for_long=for_long)
        return Brought(Outcome.FAILED, next_at, error)

    async def _not_read(self, wanted: Wanted, error: RunoutError) -> Brought:
        """The release could not be read again, so there is no other address."""
        _log(wanted.key, f"its release cannot be read again: {error!r}")
        may_pass = isinstance(error, Unavailable | BrokenAnswer | Unreachable | RateLimited)
        return await self._failed(wanted, type(error).__name__, for_long=not may_pass)

    async def _of_details(self, key: Key) -> Known:
        found = await self._details.known(key.release)
        return of_details(key.size, found.details) if found is not None else Known()

    async def _known_too(self, _account: Account | None, key: Key) -> Known:
        # That there is none is believed when it is told anew.
        return Known((await self._of_details(key)).address)

    async def _read_anew(self, account: Account | None, key: Key) -> Known:
        found = await self._details.read_again(account, key.release)
        return of_details(key.size, found.details) if found is not None else Known()


def _as_told(account: Account | None, told: tuple[dict[Size, str], bool] | None, size: Size) -> Known:
    """What a row of a collection says. That there is no picture is told to those only who are signed in."""
    if told is None:
        return Known()
    addresses, is_discogs = told
    sees = account is not None and account.access is Access.OWNER
    return Known(addresses[size], is_told=not addresses[size] and is_discogs and sees)


def _log(key: Key, what: str) -> None:
    logging.getLogger(__name__).info("%s picture of release %s: %s", key.size, key.release, what)
