"""What happened: the runs of an account, and the changes that they found."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from core.clock import Clock
from core.domain.account import Account
from core.domain.changes import Action, Entry
from core.domain.ids import AccountId, Shelf
from core.domain.progress import PastRun
from core.domain.standing import Standing
from core.store.repositories import Repositories

_DAY: Final = timedelta(days=1)


class HistoryService:
    """Tells of the past; nothing of this module waits for Discogs."""

    def __init__(self, stores: Repositories, clock: Clock) -> None:
        self._stores = stores
        self._clock = clock

    async def runs(self, account: Account, number: int = 100) -> tuple[PastRun, ...]:
        """The last runs, the newest first. None of them seems to go on that does not."""
        await self.mark_crashed()
        return await self._stores.runs.past(account.id, number)

    async def changes(
        self,
        account: Account,
        since: datetime | None = None,
        *,
        shelf: Shelf | None = None,
        limit: int = -1,
        older_than: int | None = None,
        actions: Collection[Action] = (),
    ) -> tuple[Entry, ...]:
        """What happened to the copies, the newest first; the newest of it when that is more than the limit.

        `older_than`: the number of an entry, of which only what came before it is wanted. `actions`: these alone.
        """
        return await self._stores.changes.since(
            account.id, since, shelf=shelf, limit=limit, older_than=older_than, actions=actions
        )

    async def standing(self, account: Account) -> Standing:
        """How things stand now."""
        scheduled, succeeded = await self._stores.runs.scheduled_since(self._clock.now() - _DAY)
        return Standing(
            ages=await self._stores.shelves.ages(account.id),
            copies={shelf: await self._stores.collections.count(account.id, shelf) for shelf in Shelf},
            asked={shelf: len(await self._stores.doubts.asked(account.id, shelf)) for shelf in Shelf},
            scheduled=scheduled,
            succeeded=succeeded,
        )

    async def revision(self, account: AccountId) -> tuple[int, ...]:
        """What differs as soon as any process has published something on a shelf of the account. Takes no time."""
        return await self._stores.shelves.revision(account)

    async def mark_crashed(self) -> None:
        """Runs that were open when their process died are over."""
        open_ones = await self._stores.runs.open_ones()
        if not open_ones - frozenset(await self._stores.leases.living()):
            return
        async with self._stores.database.tx() as tx:
            # Looked at again: what began meanwhile has its lease by now.
            await self._stores.runs.mark_crashed(tx, self._clock.now(), await self._stores.leases.living())
