"""What is kept of pictures: rows and files together, within the limit, and put right where they differ."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from core.clock import Clock
from core.discogs.pictures import Picture
from core.domain.cover_steps import failed, kept
from core.domain.covers import Cover, CoverStatus, Key, Refusal, Size, State
from core.errors import CoverNotWritten
from core.services.finishing import finished
from core.store.cover_files import CoverFiles
from core.store.repositories import Repositories

_SETTLED: Final = timedelta(minutes=10)
"""After that nobody is between writing a file and noting it."""

_TRIED_KEPT: Final = timedelta(days=30)


class CoverKeeper:
    """The only one that writes rows and files of pictures."""

    def __init__(self, stores: Repositories, files: CoverFiles, clock: Clock, limit: int) -> None:
        self._database = stores.database
        self._covers = stores.covers
        self._clock = clock
        self.files = files
        self.limit = limit
        """Bytes."""

    async def keep(self, key: Key, address: str, picture: Picture, spared: datetime | None) -> bool:
        """Put a picture into the cache; whether there is room for it. Once begun, it is not stopped half-way.

        Others go, the longest unused first, but none that was used since `spared`. Raises CoverNotWritten.
        """
        return await finished(self._keep(key, address, picture, spared))

    async def _keep(self, key: Key, address: str, picture: Picture, spared: datetime | None) -> bool:
        now, length = self._clock.now(), len(picture.body)
        cover = Cover(
            key=key,
            address=address,
            state=State.HERE,
            kind=picture.kind,
            bytes=length,
            width=picture.width,
            height=picture.height,
            fetched_at=now,
            used_at=now,
        )
        async with self._database.tx() as tx:
            too_much = await self._covers.held(tx) + length - self.limit
            others = await self._covers.longest_unused(tx, spared, too_much) if too_much > 0 else []
            if too_much > sum(size for _, size in others):
                return False
            gone = [other for other, _ in others]
            await self._covers.forget(tx, gone)
            # Before its file, so that nobody else takes the room that it has.
            await self._covers.write(tx, cover)
        try:
            await asyncio.to_thread(self._written, key, picture, gone)
        except CoverNotWritten:
            async with self._database.tx() as tx:
                await self._covers.forget(tx, [key])
            raise
        return True

    def _written(self, key: Key, picture: Picture, gone: list[Key]) -> None:
        self.files.delete(gone)
        self.files.write(key, picture.kind, picture.body)

    async def note(self, *covers: Cover) -> None:
        """Remember that pictures could not be had. One that is here stays, until there is something better."""
        if not covers:
            return
        now = self._clock.now()
        async with self._database.tx() as tx:
            for cover in covers:
                before = await self._covers.one(tx, cover.key)
                stays = before is not None and before.state is State.HERE and self.files.find(cover.key) is not None
                await self._covers.write(tx, kept(before, cover, now) if before is not None and stays else cover)

    async def fail(self, key: Key, address: str, reason: str, *, for_long: bool) -> datetime | None:
        """Remember that a picture could not be had this time; when the next try is, None after the last of them."""
        async with self._database.tx() as tx:
            before = await self._covers.one(tx, key)
        cover = failed(before, key, address, reason, self._clock.now(), for_long=for_long)
        await self.note(cover)
        return cover.next_at if cover.tries else None

    async def refuse(self, refused: Iterable[tuple[Key, str]], why: Refusal) -> None:
        """Remember what is not kept, and why."""
        now = self._clock.now()
        await self.note(*(Cover(key, one, State.REFUSED, fetched_at=now, reason=why) for key, one in refused))

    async def use(self, uses: Mapping[Key, datetime]) -> None:
        """Note when pictures were used last."""
        if uses:
            async with self._database.tx() as tx:
                await self._covers.used(tx, uses.items())

    async def clean(self) -> str:
        """Keep to the limit, and put right what rows and files say differently; what was done, in a few words."""
        now = self._clock.now()
        async with self._database.tx() as tx:
            too_much = await self._covers.held(tx) - self.limit
            gone = [key for key, _ in await self._covers.longest_unused(tx, None, too_much)] if too_much > 0 else []
            await self._covers.forget(tx, gone)
            tried = await self._covers.forget_tried(tx, now - _TRIED_KEPT)
        await asyncio.to_thread(self.files.delete, gone)
        stray = await asyncio.to_thread(self.files.compare, await self._covers.here())
        async with self._database.tx() as tx:
            lost = await self._covers.forget_settled(tx, stray.rows, now - _SETTLED)
        done = {"over the limit": len(gone), "files of no row": stray.files, "rows of no file": lost, "tries": tried}
        return ", ".join(f"{what}: {number}" for what, number in done.items() if number)

    async def clear(self) -> tuple[int, int]:
        """Let go of everything; how many pictures and bytes those were."""
        async with self._database.tx() as tx:
            held = await self._covers.held(tx)
            await self._covers.forget_all(tx)
        return await asyncio.to_thread(self.files.clear), held

    async def forget_strangers(self) -> None:
        """Let go of pictures of what nobody has or had."""
        async with self._database.tx() as tx:
            gone = await self._covers.forget_strangers(tx)
        await asyncio.to_thread(self.files.delete, gone)

    async def status(self, *, fills: bool, rests_for: float) -> CoverStatus:
        """What the cache holds."""
        counts = await self._covers.counts()
        return CoverStatus(
            directory=str(self.files.directory),
            limit=self.limit,
            fills=fills,
            small=counts.get((Size.SMALL, State.HERE), (0, 0))[0],
            large=counts.get((Size.LARGE, State.HERE), (0, 0))[0],
            bytes=sum(length for (_, state), (_, length) in counts.items() if state == State.HERE),
            none=sum(number for (_, state), (number, _) in counts.items() if state == State.NONE),
            failed=sum(number for (_, state), (number, _) in counts.items() if state == State.FAILED),
            refused=await self._covers.refused(),
            rests_for=rests_for,
        )
