"""A collection that came from a file, once its owner has connected: fetched copies take the place of its own.

Nothing appears twice then; what finds no pair stays where it is.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator

from core.clock import Clock
from core.domain.account import Access, Account
from core.domain.changes import Change, Changes, Who, told
from core.domain.collection import Collection, Folder
from core.domain.ids import AccountId, RunId, Shelf
from core.domain.pairing import Pairing, paired
from core.domain.progress import SyncReport
from core.errors import (
    BothFromFiles,
    ChangedMeanwhile,
    LocalNotPaired,
    LocalPaired,
    NoSuchLocal,
    NotSyncedYet,
    RunoutError,
)
from core.services.reporting import GOOD
from core.store.database import Tx
from core.store.repositories import Repositories

from msgspec import Struct
from msgspec.structs import replace

_OWN = Shelf.COLLECTION


class Proposal(Struct, frozen=True):
    """Which copies of a collection that came from a file are an account's."""

    local: Account
    account: Account
    collection: Collection
    fetched: Collection
    pairing: Pairing
    revisions: tuple[int | None, int | None]
    """Of both, when they were looked at."""

    def __repr__(self) -> str:
        return f"Proposal({self.pairing!r})"


class PairService:
    """Pairs by itself after the first complete walk of an account's owner, else when it is asked to."""

    def __init__(self, stores: Repositories, clock: Clock) -> None:
        self._stores = stores
        self._clock = clock

    async def look(self, name: str, account: Account) -> Proposal:
        """What would be paired. Changes nothing.

        Raises NoSuchLocal when no collection of that name came from a file, BothFromFiles when the account did, too,
        NotSyncedYet when the account has no complete copy here.
        """
        accounts = await self._stores.accounts.of_terminal()
        known = [one for one in accounts if one.access is Access.LOCAL]
        local = next((one for one in known if one.username.casefold() == name.casefold()), None)
        if local is None:
            raise NoSuchLocal(name, tuple(one.username for one in known))
        return await self._proposed(local, account)

    async def carry_out(self, proposal: Proposal, who: Who = Who.PERSON) -> LocalPaired:
        """Let go of the copies that were found again; of the whole collection, when these were all.

        Raises ChangedMeanwhile when either of the two is no longer as it was looked at.
        """
        local, account, pairing, now = proposal.local, proposal.account, proposal.pairing, self._clock.now()
        texts = await self._stores.local.texts(local.id)
        left = {copy.release.id for copy in pairing.rest}
        found = {pair.ours.release.id for pair in pairing.pairs}
        async with self._stores.database.tx() as tx:
            await self._refuse_changed(tx, proposal)
            # What was heard of it was heard of the records that are the account's now.
            await self._stores.plays.hand_over(tx, local.id, account.id, left - found)
            if pairing.rest:
                await self._let_go(tx, proposal, who)
                kept = {release: texts[release] for release in left & texts.keys()}
                await self._stores.local.note_pairing(tx, local.id, account.id, now, kept)
                await self._stores.local.mark_compared(tx, local.id, [account.id])
            else:
                await self._stores.accounts.delete(tx, local.id)
        return LocalPaired(local.username, account.username, len(pairing.pairs), len(pairing.rest))

    async def after_walk(self, account: Account, run: RunId, report: SyncReport) -> SyncReport:
        """The report of a walk with what came of it: a collection from a file that is its owner's is paired, once.

        Nothing of it is a failure of the walk.
        """
        if account.access is not Access.OWNER or report.shelf is not _OWN or report.outcome not in GOOD:
            return report
        said: list[RunoutError] = []
        for number in await self._stores.local.not_compared(account.id):
            with contextlib.suppress(
                RunoutError
            ):  # It was changed or deleted meanwhile; else the next walk looks again.
                said += await self._compared(number, account)
        if said:
            report = replace(report, problems=(*report.problems, *said))
            async with self._stores.database.tx() as tx:
                await self._stores.local.note_told(tx, run, report.problems)
        return report

    async def _compared(self, number: AccountId, account: Account) -> list[RunoutError]:
        """Pair them if they are the same collection, and remember if not; what is to be said of it."""
        proposal = await self._proposed(await self._stores.accounts.by_id(number), account)
        pairing = proposal.pairing
        if pairing.is_the_same_collection:
            return [await self.carry_out(proposal, Who.JOB)]
        async with self._stores.database.tx() as tx:
            await self._stores.local.mark_compared(tx, number, [account.id])
        if not pairing.pairs:
            return []
        rows = len(proposal.collection.copies)
        return [LocalNotPaired(proposal.local.username, account.username, len(pairing.pairs), rows)]

    async def _proposed(self, local: Account, account: Account) -> Proposal:
        revisions = await self._revision(local.id), await self._revision(account.id)
        account = await self._stores.accounts.by_id(account.id)
        if account.access is Access.LOCAL:
            raise BothFromFiles(account.username)
        if account.last_sync_at is None:
            raise NotSyncedYet(account.username)
        collection = await self._stores.collections.load(local.id)
        fetched = await self._stores.collections.load(account.id)
        pairing = await asyncio.to_thread(paired, collection, fetched)
        return Proposal(local, account, collection, fetched, pairing, revisions)

    async def _revision(self, account: AccountId) -> int | None:
        return next(iter(await self._stores.shelves.revision(account)), None)

    async def _let_go(self, tx: Tx, proposal: Proposal, who: Who) -> None:
        """Take the copies away that were found again; the others stay, in their folders."""
        stores, local, now = self._stores, proposal.local.id, self._clock.now()
        before = {copy.instance_id: copy for copy in proposal.collection.copies}
        changes = Changes(removed=tuple(pair.ours.instance_id for pair in proposal.pairing.pairs))
        await stores.collections.apply(tx, local, changes, _OWN, source="file")
        rows = _because(told(before, changes, who=who), proposal.account.username)
        await stores.changes.record(tx, local, _OWN, None, now, rows)
        await stores.collections.replace_folders(tx, local, _folders(proposal))
        await stores.shelves.mark_edited(tx, [(local, _OWN)])

    async def _refuse_changed(self, tx: Tx, proposal: Proposal) -> None:
        now = [await self._stores.local.revision(tx, one.id) for one in (proposal.local, proposal.account)]
        if tuple(now) != proposal.revisions:
            raise ChangedMeanwhile(proposal.local.username)


def _because(changes: Iterator[Change], username: str) -> Iterator[Change]:
    return (replace(change, reason=f"found again among the copies of {username}") for change in changes)


def _folders(proposal: Proposal) -> Iterator[Folder]:
    """Those in which anything is left."""
    for folder in proposal.collection.folders:
        number = sum(copy.folder_id == folder.id for copy in proposal.pairing.rest)
        if number:
            yield replace(folder, count=number)
