"""Pictures of releases: what is here at once, many for whoever asks, and behind what is looked at."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from core.clock import Clock
from core.domain.account import Account
from core.domain.cover_steps import Step
from core.domain.covers import CoverReport, CoverStatus, Key, Size
from core.domain.ids import ReleaseId
from core.domain.image_lane import PACE
from core.errors import CoverNotWritten, CoversOff, RunoutError
from core.services.cover_bringing import Brought, CoverBringer, Outcome
from core.services.cover_keeping import CoverKeeper
from core.services.cover_run import CoverRun, OnCover
from core.services.finishing import finished

OnPicture = Callable[[ReleaseId, Size, Path], None]

MOST_WANTED: Final = 200
"""Pictures that wait to be fetched behind what is looked at; of more, the oldest are let go of."""

_NOTED_AFTER: Final = 30.0
"""Seconds after which it is written down which pictures were used."""

_USED_AGAIN: Final = timedelta(minutes=10)
"""A picture that is used all the time is written down that seldom."""

_TROUBLES: Final = 3
_REST: Final = 60.0
_LONGEST_REST: Final = 3_600.0


class CoverService:
    """The picture cache, for every front end."""

    def __init__(self, bringer: CoverBringer, keeper: CoverKeeper, clock: Clock, *, fills: bool) -> None:
        self._bringer = bringer
        self._keeper = keeper
        self._clock = clock
        self._fills = fills and keeper.limit > 0
        self._used: dict[Key, datetime] = {}
        self._noted: dict[Key, datetime] = {}
        self._wanted: dict[Key, Account | None] = {}
        self._noting: asyncio.Task[None] | None = None
        self._filling: asyncio.Task[None] | None = None
        self._listeners: list[OnPicture] = []
        self._troubles = 0
        self._is_closed = False

    def path(self, release: ReleaseId, size: Size) -> Path | None:
        """The file of a picture that is here, and None when it is not. At once; nobody is asked."""
        if not self._keeper.limit:
            return None
        key = Key(release, size)
        found = self._keeper.files.find(key)
        if found is not None:
            self._note_use(key)
        return found

    def listen(self, listener: OnPicture) -> None:
        """Be told of every picture that was wanted, when it is here."""
        self._listeners.append(listener)

    def want(self, account: Account | None, release: ReleaseId, size: Size) -> None:
        """Somebody looks at this release: fetch its picture behind that, before those that were wanted earlier."""
        if not self._fills or self._is_closed:
            return
        key = Key(release, size)
        self._wanted.pop(key, None)
        self._wanted[key] = account
        while len(self._wanted) > MOST_WANTED:
            del self._wanted[next(iter(self._wanted))]
        if self._filling is None or self._filling.done():
            self._filling = asyncio.create_task(self._fill(), name="pictures that are looked at")

    async def fetch(
        self,
        account: Account | None,
        releases: Iterable[ReleaseId],
        on_progress: OnCover,
        sizes: Sequence[Size] = (Size.SMALL,),
    ) -> CoverReport:
        """Fetch the pictures of these releases, in that order, as far as they are not here.

        Whoever stops it loses nothing of what has come. Raises CoversOff, CoverNotWritten, StoreError, and the last of
        many failures of the image host in a row.
        """
        if not self._keeper.limit:
            raise CoversOff
        keys = [Key(release, size) for release in dict.fromkeys(releases) for size in dict.fromkeys(sizes)]
        plan = await self._bringer.plan(account, keys)
        run = CoverRun(self._bringer, account, plan, self._clock, on_progress)
        # Those of them that are here are not to make room for the others.
        now = self._clock.now()
        await self._keeper.use({one.key: now for one in plan if one.step is Step.HERE})
        return await run.run()

    async def status(self) -> CoverStatus:
        """What the cache holds."""
        return await self._keeper.status(fills=self._fills, rests_for=await self._bringer.turns.rests_for())

    async def clear(self) -> tuple[int, int]:
        """Let go of every picture; how many and how many bytes those were."""
        self._wanted.clear()
        self._used.clear()
        return await self._keeper.clear()

    async def clean(self, now: datetime) -> str:  # noqa: ARG002 - a job is told the time
        """Keep to the limit and put right what is not; what that was, in a few words."""
        await self._note_uses()
        return await self._keeper.clean()

    async def forget_strangers(self) -> None:
        """Let go of pictures of what nobody has or had any more."""
        await self._keeper.forget_strangers()

    async def close(self) -> None:
        """Stop what goes on behind, and write down what was used."""
        self._is_closed = True
        tasks = [task for task in (self._filling, self._noting) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        with contextlib.suppress(RunoutError):
            await self._note_uses()

    def _note_use(self, key: Key) -> None:
        now = self._clock.now()
        last = self._noted.get(key)
        if last is not None and now - last < _USED_AGAIN:
            return
        self._noted[key] = self._used[key] = now
        if self._noting is None or self._noting.done():
            with contextlib.suppress(RuntimeError):  # Nobody waits for anything here: it is written down at the end.
                self._noting = asyncio.get_running_loop().create_task(
                    self._note_later(), name="pictures that were used"
                )

    async def _note_later(self) -> None:
        await self._clock.sleep(_NOTED_AFTER)
        try:
            await self._note_uses()
        except RunoutError as error:
            logging.getLogger(__name__).info("which pictures were used is not written down: %r", error)

    async def _note_uses(self) -> None:
        uses, self._used = self._used, {}
        now = self._clock.now()
        self._noted = {key: moment for key, moment in self._noted.items() if now - moment < _USED_AGAIN}
        await finished(self._keeper.use(uses))

    async def _fill(self) -> None:
        """Fetch what is wanted, the newest first, until nothing is."""
        while self._wanted:
            key, account = self._wanted.popitem()
            try:
                brought = await self._bring(account, key)
            except CoverNotWritten as error:
                logging.getLogger(__name__).warning("no picture can be kept: %r", error)
                self._wanted.clear()
                return
            except RunoutError as error:
                logging.getLogger(__name__).info("a picture was not fetched: %r", error)
                return
            await self._after(key, account, brought)

    async def _bring(self, account: Account | None, key: Key) -> Brought | None:
        (wanted,) = await self._bringer.plan(account, [key])
        return await self._bringer.bring(account, wanted) if wanted.step is Step.ASK else None

    async def _after(self, key: Key, account: Account | None, brought: Brought | None) -> None:
        if brought is None:
            return
        if brought.outcome in (Outcome.FETCHED, Outcome.HERE):
            if (path := self._keeper.files.find(key)) is not None:
                for listener in self._listeners:
                    listener(key.release, key.size, path)
        elif brought.outcome is Outcome.LATER and key not in self._wanted:
            self._wanted = {key: account, **self._wanted}
            await self._clock.sleep(PACE)
        self._troubles = self._troubles + 1 if brought.error is not None else 0
        if self._troubles >= _TROUBLES:
            await self._clock.sleep(min(_REST * 2.0 ** (self._troubles - _TROUBLES), _LONGEST_REST))
