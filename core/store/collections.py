"""The published copy of each shelf."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain
from typing import Final

from core.domain.changes import Change, Changes, edited
from core.domain.collection import Collection, Copy, Field, Folder, Owned
from core.domain.ids import AccountId, InstanceId, ReleaseId, Shelf
from core.domain.release import Release
from core.errors import DatabaseUnusable
from core.store.bulk import unindexed
from core.store.database import Database, Row, Tx
from core.store.loading import COPIES, COUNT, FIELDS, FOLDERS, collection_of, in_json, load, masters_of
from core.store.masters import OF
from core.store.releases import ReleaseRepository, Source
from core.store.rows import Maker

import msgspec
from msgspec.structs import replace

_INSERT: Final = (
    "INSERT INTO items (account_id, shelf, instance_id, release_id, folder_id, rating, added, fields, sorted_as)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_UPSERT: Final = (
    f"{_INSERT} ON CONFLICT (account_id, shelf, instance_id) DO UPDATE SET"
    " release_id = excluded.release_id, folder_id = excluded.folder_id, rating = excluded.rating,"
    " added = excluded.added, fields = excluded.fields, sorted_as = excluded.sorted_as"
)

_OWNED: Final = """
SELECT instance_id, is_this FROM (
    SELECT
        wants.instance_id,
        EXISTS (SELECT 1 FROM items WHERE items.release_id = wants.release_id
                AND items.account_id = wants.account_id AND items.shelf = 'collection') AS is_this,
        EXISTS (SELECT 1 FROM releases AS others JOIN items ON items.release_id = others.release_id
                WHERE others.master_id = releases.master_id
                AND items.account_id = wants.account_id AND items.shelf = 'collection') AS is_other
    FROM items AS wants JOIN releases ON releases.release_id = wants.release_id
    WHERE wants.account_id = ? AND wants.shelf = 'wantlist'
) WHERE is_this OR is_other
"""

_LAST: Final = "\U0010ffff"
"""What is not known comes last."""

_NOT_COMPARED: Final = dict.fromkeys((*range(ord(" ")), ord(_LAST)))

_ENCODE: Final = msgspec.json.encode


class CollectionRepository:
    """Copies by account and shelf, folders and fields by account."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._releases = ReleaseRepository()

    async def load(self, account: AccountId, shelf: Shelf = Shelf.COLLECTION, *, facts: bool = False) -> Collection:
        """The whole published copy, as it is at one moment; with what is known of its releases, if that is wanted."""
        gone = threading.Event()
        reading = asyncio.ensure_future(asyncio.to_thread(self._read, account, shelf, gone, facts=facts))
        try:
            return await asyncio.shield(reading)
        except asyncio.CancelledError:
            gone.set()
            await asyncio.gather(reading, return_exceptions=True)
            raise

    async def count(self, account: AccountId, shelf: Shelf = Shelf.COLLECTION) -> int:
        """How many copies are published. Of 100,000 that takes longer than to read a screenful of them."""
        return int((await self._database.fetch_many(COUNT, (account, shelf)))[0][0])

    async def release_count(self, account: AccountId, shelf: Shelf = Shelf.COLLECTION) -> int:
        """How many different releases the published copies are of."""
        rows = await self._database.fetch_many(
            "SELECT count(DISTINCT release_id) FROM items WHERE account_id = ? AND shelf = ?", (account, shelf)
        )
        return int(rows[0][0])

    async def names(self, account: AccountId) -> tuple[frozenset[int], frozenset[int]]:
        """The numbers of the folders and of the fields that are known by name."""
        folders = await self._database.fetch("SELECT folder_id FROM folders WHERE account_id = ?", (account,))
        fields = await self._database.fetch("SELECT field_id FROM fields WHERE account_id = ?", (account,))
        return frozenset(row[0] for row in folders), frozenset(row[0] for row in fields)

    async def owned_of_wanted(self, account: AccountId) -> dict[InstanceId, Owned]:
        """The wants of an account of which it owns a pressing."""
        rows = await self._database.fetch_many(_OWNED, (account,))
        return {InstanceId(want): Owned.THIS if is_this else Owned.OTHER for want, is_this in rows}

    async def newer(self, account: AccountId, shelf: Shelf, moment: datetime | None) -> frozenset[InstanceId]:
        """The published copies that were added later; all of them when no moment is given."""
        sql, values = "SELECT instance_id FROM items WHERE account_id = ? AND shelf = ?", (account, shelf)
        if moment is None:
            rows = await self._database.fetch_many(sql, values)
        else:
            rows = await self._database.fetch_many(f"{sql} AND added > ?", (*values, moment.isoformat()))
        return frozenset(InstanceId(row[0]) for row in rows)

    async def some(
        self, account: AccountId, instances: Sequence[InstanceId], shelf: Shelf = Shelf.COLLECTION
    ) -> Collection:
        """A few published copies, in this order; those that are not here are left out."""
        marks = ", ".join("?" * len(instances))
        found = await self._database.fetch(f"{COPIES} AND instance_id IN ({marks})", (account, shelf, *instances))
        rows = {row[0]: row for row in found}
        return await self._few(account, [rows[instance] for instance in instances if instance in rows])

    async def first(self, account: AccountId, number: int, shelf: Shelf = Shelf.COLLECTION) -> Collection:
        """The first published copies by artist, title and year."""
        ordered = f"{COPIES} ORDER BY sorted_as, instance_id LIMIT ?"
        return await self._few(account, await self._database.fetch(ordered, (account, shelf, number)))

    async def _few(self, account: AccountId, rows: Iterable[Row]) -> Collection:
        folders = await self._database.fetch(FOLDERS, (account,))
        fields = await self._database.fetch(FIELDS, (account,))
        with self._damage_told():
            found = collection_of(maker := Maker(), rows, folders, fields)
        told = await self._database.fetch(OF, (in_json(numbers),)) if (numbers := maker.numbers) else []
        with self._damage_told():
            return replace(found, masters=masters_of(maker, told)) if told else found

    def _read(self, account: AccountId, shelf: Shelf, gone: threading.Event, *, facts: bool) -> Collection:
        with self._damage_told():
            return load(self._database.path, account, shelf, gone, facts=facts)

    @contextlib.contextmanager
    def _damage_told(self) -> Iterator[None]:
        path = str(self._database.path)
        try:
            yield
        except sqlite3.Error as error:
            raise DatabaseUnusable(path=path, reason=str(error)) from error
        except (msgspec.MsgspecError, ValueError) as error:
            raise DatabaseUnusable(path=path, reason=f"a damaged row ({error})") from error

    async def apply(
        self,
        tx: Tx,
        account: AccountId,
        changes: Changes,
        shelf: Shelf = Shelf.COLLECTION,
        source: Source = "api",
    ) -> dict[tuple[AccountId, Shelf], list[Change]]:
        """Make the published copy what the changes say; `source` is who says it of releases.

        What is said of releases now, told of each copy of them that was here before, whosever it is: by then it may
        have been another text than whoever made the changes knew of.
        """
        edited_ones = await self._releases.write(tx, await asyncio.to_thread(_releases, changes), source)
        # Copies of a file were numbered by us: that none is here already need not be looked for, which takes a while.
        added_as = _INSERT if source == "file" else _UPSERT
        async with unindexed(tx, "items", len(changes.added)):
            await tx.execute_many(added_as, (_item(account, shelf, copy) for copy in changes.added))
        await tx.execute_many(_UPSERT, (_item(account, shelf, copy) for copy in changes.changed))
        # Others have the release too, and theirs are sorted by what it is called now.
        await tx.execute_many(
            "UPDATE items SET sorted_as = ?1 WHERE release_id = ?2 AND sorted_as <> ?1",
            ((sorted_as(after), release) for release, (_, after) in edited_ones.items()),
        )
        await tx.execute_many(
            "DELETE FROM items WHERE account_id = ? AND shelf = ? AND instance_id = ?",
            ((account, shelf, instance) for instance in changes.removed),
        )
        added = {(account, shelf, copy.instance_id) for copy in changes.added} if edited_ones else set()
        edits: dict[tuple[AccountId, Shelf], list[Change]] = {}
        for holder, where, instance, release in await self._releases.holders(tx, tuple(edited_ones)):
            is_new = (holder, where, instance) in added
            if not is_new and (change := edited(instance, *edited_ones[release])) is not None:
                edits.setdefault((holder, where), []).append(change)
        return edits

    async def replace_folders(self, tx: Tx, account: AccountId, folders: Iterable[Folder]) -> None:
        """Folders as Discogs has them now."""
        await tx.execute("DELETE FROM folders WHERE account_id = ?", (account,))
        await tx.execute_many(
            "INSERT INTO folders (account_id, folder_id, name, count) VALUES (?, ?, ?, ?)",
            [(account, folder.id, folder.name, folder.count) for folder in folders],
        )

    async def replace_fields(self, tx: Tx, account: AccountId, fields: Iterable[Field]) -> None:
        """Fields as Discogs has them now."""
        await tx.execute("DELETE FROM fields WHERE account_id = ?", (account,))
        await tx.execute_many(
            "INSERT INTO fields (account_id, field_id, body) VALUES (?, ?, ?)",
            [(account, field.id, _ENCODE(field)) for field in fields],
        )


def _releases(changes: Changes) -> dict[ReleaseId, Release]:
    return {copy.release.id: copy.release for copy in chain(changes.added, changes.changed)}


def _item(account: AccountId, shelf: Shelf, copy: Copy) -> tuple[str | int | bytes | None, ...]:
    return (
        account,
        shelf,
        copy.instance_id,
        copy.release.id,
        copy.folder_id,
        copy.rating,
        copy.added.isoformat() if copy.added else None,
        _ENCODE(copy.fields) if copy.fields else None,
        sorted_as(copy.release),
    )


def sorted_as(release: Release) -> str:
    """Artist, title and year, a line each: as `core.domain.sorting` has them when no other order is asked for.

    Migration 0004 says the same in SQL.
    """
    artist, title, *_ = *release.folded.split("\n", 2), "", ""
    return "\n".join(
        (
            artist or _as_written(release.artist) or _LAST,
            title or _as_written(release.title) or _LAST,
            f"{release.year:04}" if release.year and 0 < release.year < 10_000 else _LAST,
        )
    )


def _as_written(name: str) -> str:
    return name.strip().casefold().translate(_NOT_COMPARED)
