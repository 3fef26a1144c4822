"""The published copy of each collection."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from core.domain.changes import Changes
from core.domain.collection import Collection, Copy, Field, FieldValue, Folder
from core.domain.ids import AccountId, FolderId, InstanceId
from core.domain.release import Release
from core.errors import DatabaseUnusable
from core.store.database import Database, Row, Tx

import msgspec

_RELEASE: Final = msgspec.json.Decoder(Release)
_FIELD: Final = msgspec.json.Decoder(Field)
_VALUES: Final = msgspec.json.Decoder(tuple[FieldValue, ...])
_ENCODE: Final = msgspec.json.encode


class CollectionRepository:
    """Copies, folders and fields by account; releases for everybody."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self, account: AccountId) -> Collection:
        """The whole published copy."""
        items = await self._database.fetch_many(
            "SELECT instance_id, folder_id, rating, added, fields, release_id, body"
            " FROM items JOIN releases USING (release_id) WHERE account_id = ?",
            (account,),
        )
        folders = await self._database.fetch(
            "SELECT folder_id, name, count FROM folders WHERE account_id = ? ORDER BY folder_id", (account,)
        )
        fields = await self._database.fetch(
            "SELECT body FROM fields WHERE account_id = ? ORDER BY field_id", (account,)
        )
        try:
            return Collection(
                copies=await asyncio.to_thread(_copies, items),
                folders=tuple(Folder(id=FolderId(row[0]), name=row[1], count=row[2]) for row in folders),
                fields=tuple(_FIELD.decode(row[0]) for row in fields),
            )
        except (msgspec.MsgspecError, ValueError) as error:
            raise DatabaseUnusable(path=str(self._database.path), reason=f"a damaged row ({error})") from error

    async def apply(self, tx: Tx, account: AccountId, changes: Changes) -> None:
        """Make the published copy what the changes say. Releases are kept even when nobody owns them any more."""
        copies = (*changes.added, *changes.changed)
        releases = {copy.release.id: copy.release for copy in copies}
        await tx.execute_many(
            "INSERT INTO releases (release_id, master_id, body) VALUES (?, ?, ?) ON CONFLICT (release_id)"
            " DO UPDATE SET master_id = excluded.master_id, body = excluded.body WHERE body <> excluded.body",
            ((release.id, release.master_id, _ENCODE(release)) for release in releases.values()),
        )
        await tx.execute_many(
            "INSERT INTO items (account_id, instance_id, release_id, folder_id, rating, added, fields)"
            " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (account_id, instance_id) DO UPDATE SET"
            " release_id = excluded.release_id, folder_id = excluded.folder_id, rating = excluded.rating,"
            " added = excluded.added, fields = excluded.fields",
            (_item(account, copy) for copy in copies),
        )
        await tx.execute_many(
            "DELETE FROM items WHERE account_id = ? AND instance_id = ?",
            ((account, instance) for instance in changes.removed),
        )

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


def _item(account: AccountId, copy: Copy) -> tuple[str | int | bytes | None, ...]:
    return (
        account,
        copy.instance_id,
        copy.release.id,
        copy.folder_id,
        copy.rating,
        copy.added.isoformat() if copy.added else None,
        _ENCODE(copy.fields) if copy.fields else None,
    )


def _copies(rows: Sequence[Row]) -> tuple[Copy, ...]:
    """Copies of one release share its value."""
    releases: dict[int, Release] = {}
    copies: list[Copy] = []
    for instance, folder, rating, added, fields, release_id, body in rows:
        release = releases.get(release_id)
        if release is None:
            release = releases[release_id] = _RELEASE.decode(body)
        copies.append(
            Copy(
                instance_id=InstanceId(instance),
                release=release,
                folder_id=None if folder is None else FolderId(folder),
                rating=rating,
                added=datetime.fromisoformat(added) if added else None,
                fields=_VALUES.decode(fields) if fields else (),
            )
        )
    return tuple(copies)
