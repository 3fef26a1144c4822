"""A collection from a file: looked at first, then imported as a whole or not at all."""

from __future__ import annotations

import asyncio
import re
import uuid
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Final

from core.clock import Clock
from core.domain.account import Access, Account
from core.domain.changes import Action, Change, Changes, Who, told
from core.domain.collection import Collection
from core.domain.deciding import Import, Said, decided, in_known_texts
from core.domain.export_file import Export, retold
from core.domain.ids import AccountId, InstanceId, Shelf
from core.domain.importing import Held, Preview, State, compare, local_member
from core.domain.numbering import numbers_of
from core.domain.pairing import paired
from core.errors import ChangedMeanwhile, NameTaken, NameUnusable
from core.services.export_reading import read_file
from core.store.database import Tx
from core.store.repositories import Repositories
from core.store.rows import left_alone
from core.text import printable

import msgspec
from msgspec import Raw, Struct
from msgspec.structs import replace

LONGEST_NAME: Final = 100
_ENDS: Final = re.compile(r"(\.csv)?(\.gz)?$", re.IGNORECASE)


class Elsewhere(Struct, frozen=True):
    """An account that has most of the releases of a file already."""

    account: Account
    releases: int


class Looked(Struct, frozen=True):
    """A file, and what importing it would do."""

    name: str
    """What the collection is called, or will be."""
    file: str
    account: Account | None
    """None when there is no collection of that name yet."""
    held: Held
    export: Export
    preview: Preview
    revision: int | None
    elsewhere: tuple[Elsewhere, ...] = ()
    paired: int = 0
    """Rows that are copies of the account with which the collection was paired."""

    def __repr__(self) -> str:
        return f"Looked({self.preview!r})"


class Imported(Struct, frozen=True):
    """What was done."""

    account: Account
    copies: int
    """That are here now."""
    added: int
    changed: int
    """Rows that say something else than before."""
    removed: int
    kept: int
    """Copies that are not in the file, and stay because nobody has said that they may go."""


class ImportService:
    """Files in, collections out. Nothing is asked of Discogs."""

    def __init__(self, stores: Repositories, clock: Clock) -> None:
        self._stores = stores
        self._clock = clock

    async def look(self, path: Path, name: str = "") -> Looked:
        """What importing a file as this name (the file's own, when none is given) would do. Changes nothing.

        Raises FileUnreadable, NotAnExport, NameUnusable, or NameTaken when a connected account is called so.
        """
        stores = self._stores
        named = _checked(name or _ENDS.sub("", path.name))
        account = await self._known(named)
        local = await stores.local.of(account.id) if account else None
        export = await asyncio.to_thread(_read, path)
        held, revision, others = Held(), None, 0
        if account is not None and local is not None:
            (revision,) = await stores.shelves.revision(account.id)
            held = Held(await stores.collections.load(account.id), await stores.local.texts(account.id), local.numbered)
            export = await asyncio.to_thread(retold, export, held.texts)
            if local.paired_with is not None:
                export, others = await self._without_theirs(export, local.paired_with)
        preview = await asyncio.to_thread(compare, held, export)
        return Looked(
            name=account.username if account else named,
            file=path.name,
            account=account,
            held=held,
            export=export,
            preview=preview,
            revision=revision,
            elsewhere=await self._elsewhere(export, account),
            paired=others,
        )

    async def carry_out(self, looked: Looked, said: Said) -> Imported:
        """Import what was looked at, in one transaction. Raises ChangedMeanwhile when it is no longer as it was."""
        stores, now = self._stores, self._clock.now()
        result = await asyncio.to_thread(decided, looked.held, looked.export, looked.preview, said)
        async with stores.database.tx() as tx:
            await self._refuse_changed(tx, looked)
            account = looked.account or await self._begun(tx, looked.name, now)
            await stores.local.expect(tx, len(result.changes.added) + len(result.changes.changed))
            changes = await self._publish(tx, account, looked, result)
            await stores.local.note_import(tx, account.id, looked.file, now, result.texts, result.numbered)
            await stores.shelves.mark_published(tx, account.id, Shelf.COLLECTION, checked=now, walked=now)
            await stores.shelves.mark_edited(tx, [(account.id, Shelf.COLLECTION)])
            await stores.local.expect(tx, 0)
        counts = looked.preview.counts
        return Imported(
            account=replace(account, last_sync_at=now, checked_at=now),
            copies=looked.preview.here + len(changes.added) - len(changes.removed),
            added=len(changes.added),
            changed=counts[State.CHANGED] + len(said.same),
            removed=len(changes.removed),
            kept=result.kept,
        )

    async def _publish(self, tx: Tx, account: Account, looked: Looked, result: Import) -> Changes:
        stores, now, shelf = self._stores, self._clock.now(), Shelf.COLLECTION
        before = {copy.instance_id: copy for copy in looked.held.collection.copies}
        written = {copy.release.id for copy in (*result.changes.added, *result.changes.changed)}
        known = await stores.releases.told_by_api(tx, tuple(written))
        changes = in_known_texts(result.changes, known, before)
        edited = await stores.collections.apply(tx, account.id, changes, shelf, source="file")
        rows: Iterable[Change]
        if looked.account is None:
            rows = [Change(Action.FIRST, after=Raw(msgspec.json.encode({"copies": len(changes.added)})))]
        else:
            rows = told(before, changes, who=Who.PERSON, texts=False)
        await stores.changes.record(tx, account.id, shelf, None, now, rows)
        for (holder, where), edits in edited.items():
            await stores.changes.record(tx, holder, where, None, now, edits)
        await stores.shelves.mark_edited(tx, edited.keys() - {(account.id, shelf)})
        await stores.collections.replace_folders(tx, account.id, result.folders)
        await stores.collections.replace_fields(tx, account.id, result.fields)
        return changes

    async def _known(self, name: str) -> Account | None:
        """The collection of that name. Raises NameTaken."""
        accounts = await self._stores.accounts.of_terminal()
        found = [one for one in accounts if one.username.casefold() == name.casefold()]
        if found and found[0].access is not Access.LOCAL:
            raise NameTaken(found[0].username)
        return found[0] if found else None

    async def _begun(self, tx: Tx, name: str, now: datetime) -> Account:
        """An account for a collection that there was none of, the one that the terminal opens next."""
        stores, number = self._stores, AccountId(str(uuid.uuid4()))
        others = [one.id for one in await stores.accounts.of_terminal() if one.access.is_open and one.last_sync_at]
        account = Account(number, local_member(number), name, now, access=Access.LOCAL)
        account = await stores.accounts.save(tx, account, None, now)
        await stores.accounts.use_in_terminal(tx, account.id, now)
        await stores.local.begin(tx, account.id)
        # Whoever imports beside a collection that is here wants it so, unless they say otherwise.
        await stores.local.mark_compared(tx, account.id, others)
        return account

    async def _refuse_changed(self, tx: Tx, looked: Looked) -> None:
        if looked.account is None:
            names = await self._stores.local.names(tx)
            is_as_it_was = looked.name.casefold() not in map(str.casefold, names.values())
        else:
            is_as_it_was = await self._stores.local.revision(tx, looked.account.id) == looked.revision
        if not is_as_it_was:
            raise ChangedMeanwhile(looked.name)

    async def _without_theirs(self, export: Export, account: AccountId) -> tuple[Export, int]:
        """A file without the rows that are copies of an account, and how many these are."""
        theirs = await self._stores.collections.load(account)

        def rest() -> tuple[Export, int]:
            numbers = numbers_of(Collection(), export)
            copies = tuple(numbers.copy(row, InstanceId(row.line)) for row in export.rows)
            found = paired(Collection(copies, numbers.folders(copies), numbers.fields(copies)), theirs)
            lines = {pair.ours.instance_id for pair in found.pairs}
            return replace(export, rows=tuple(row for row in export.rows if row.line not in lines)), len(lines)

        return await asyncio.to_thread(rest)

    async def _elsewhere(self, export: Export, own: Account | None) -> tuple[Elsewhere, ...]:
        """Other accounts of the terminal that have at least half of the releases."""
        accounts = [one for one in await self._stores.accounts.of_terminal() if own is None or one.id != own.id]
        releases = {row.release.id for row in export.rows}
        if not (accounts and releases):
            return ()
        found = await self._stores.local.holders(releases)
        return tuple(Elsewhere(one, found[one.id]) for one in accounts if 2 * found.get(one.id, 0) >= len(releases))


def _read(path: Path) -> Export:
    with left_alone():
        return read_file(path)


def _checked(name: str) -> str:
    shown = printable(name)
    if not shown or len(shown) > LONGEST_NAME:
        raise NameUnusable(name[:LONGEST_NAME])
    return shown
