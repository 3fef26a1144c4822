"""What was listened to, and what could be."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterable
from datetime import UTC, datetime

from core.clock import Clock
from core.domain.account import Account
from core.domain.ids import ReleaseId
from core.domain.picking import Memory, Pick, pick
from core.domain.plays import Play, Played, check
from core.domain.release import Release
from core.errors import NeverHere, NoSuchPlay, NotConnected, NothingOffered
from core.store.repositories import Repositories

from msgspec.structs import replace


class PlayService:
    """The listening log, and records that are picked at random with a memory for what was played and offered."""

    def __init__(self, stores: Repositories, clock: Clock, rng: random.Random) -> None:
        self._stores = stores
        self._clock = clock
        self._rng = rng

    async def release(self, account: Account, number: ReleaseId) -> Release | None:
        """What is known of a release that is, or ever was, among an account's records or wants.

        None when nothing is known of it any more. Raises NeverHere.
        """
        if not await self._stores.plays.was_here(account.id, number):
            raise NeverHere(number, account.username)
        return await self._stores.plays.release(number)

    async def log(self, account: Account, release: ReleaseId, at: datetime | None = None) -> Play:
        """Remember that a release was played, now or at another moment.

        It is asked nowhere whether the release is here: see `release`. Raises PlayAhead, PlayTooEarly or NotConnected.
        """
        now = self._clock.now()
        at = now if at is None else at
        check(at, now)
        async with self._stores.database.tx() as tx:
            play = await self._stores.plays.log(tx, account.id, release, at.astimezone(UTC), now)
        if play is None:
            raise NotConnected
        return replace(play, release=await self._stores.plays.release(release))

    async def undo(self, account: Account, number: int | None = None) -> Play:
        """Take back the play of that number, or the one that was logged last. Raises NoSuchPlay."""
        play = await self._stores.plays.find(account.id, number)
        if play is not None:
            async with self._stores.database.tx() as tx:
                if await self._stores.plays.remove(tx, account.id, play.number):
                    return play
        raise NoSuchPlay(number)

    async def listed(
        self, account: Account, since: datetime | None = None, limit: int | None = None, before: Play | None = None
    ) -> tuple[Play, ...]:
        """Plays by when they were heard, the last first; below `before`, if that is given."""
        return await self._stores.plays.listed(account.id, since, -1 if limit is None else limit, before)

    async def played(self, account: Account) -> dict[ReleaseId, Played]:
        """How often each release was played, and when last."""
        return dict(await self._stores.plays.of(account.id))

    async def pick(self, account: Account, releases: Iterable[ReleaseId]) -> Pick | None:
        """Offer one of some releases, and remember that; None of none. See `core.domain.picking` for the odds."""
        memory = await self._memory(account)
        found = await asyncio.to_thread(pick, releases, memory, self._clock.now(), self._rng.random())
        if found is not None:
            async with self._stores.database.tx() as tx:
                await self._stores.plays.offer(tx, account.id, found.release_id, self._clock.now())
        return found

    async def pick_seeded(self, account: Account, releases: Iterable[ReleaseId], seed: int) -> Pick | None:
        """One of some releases, all of them as likely: the same one for the same seed and releases.

        Nothing is remembered of it, and nothing that is remembered counts.
        """
        chance = random.Random(seed).random()  # noqa: S311 - it guards nothing
        found = pick(releases, Memory(), self._clock.now(), chance)
        return replace(found, played=(await self._stores.plays.of(account.id)).get(found.release_id)) if found else None

    async def decline(self, account: Account, release: ReleaseId | None = None) -> ReleaseId:
        """Remember that a release that was offered is not wanted for a while: this one, or the last; which one it is.

        Raises NothingOffered.
        """
        declined = await self.offered(account) if release is None else release
        async with self._stores.database.tx() as tx:
            await self._stores.plays.decline(tx, account.id, declined, self._clock.now())
        return declined

    async def offered(self, account: Account) -> ReleaseId:
        """The release that was offered last. Raises NothingOffered."""
        last = Memory(offers=await self._stores.plays.offers(account.id)).last
        if last is None:
            raise NothingOffered
        return last

    async def _memory(self, account: Account) -> Memory:
        return Memory(await self._stores.plays.of(account.id), await self._stores.plays.offers(account.id))
