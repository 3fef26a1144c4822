"""Accounts with copies, as far as facts care."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Final

from core.domain.account import Account
from core.domain.changes import Changes
from core.domain.collection import Copy
from core.domain.ids import MasterId, ReleaseId, Shelf
from core.domain.master import Master, Source, Told
from core.store.collections import CollectionRepository
from core.store.database import Database
from core.store.masters import MasterRepository
from tests.factories import make_account, make_copy, make_release

NOW: Final = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)
_NUMBERS: Final = itertools.count(700)


async def owner_of(
    database: Database, *copies: Copy, wants: tuple[Copy, ...] = (), access: str = "owner", signed_in: bool = True
) -> Account:
    """A new account with these copies and wants."""
    account = make_account(next(_NUMBERS))
    async with database.tx() as tx:
        await tx.execute(
            "INSERT INTO accounts (account_id, discogs_id, username, connected_at, active_at, access)"
            " VALUES (?, ?, ?, '', '', ?)",
            (account.id, account.discogs_id, account.username, access),
        )
        if signed_in:
            await tx.execute("INSERT INTO credentials (account_id, sealed) VALUES (?, x'00')", (account.id,))
        for shelf, rows in ((Shelf.COLLECTION, copies), (Shelf.WANTLIST, wants)):
            await CollectionRepository(database).apply(tx, account.id, Changes(added=rows), shelf)
    return account


async def from_file(database: Database, *releases: int) -> None:
    """The rows of these releases came from a file, which knows no master."""
    async with database.tx() as tx:
        for release in releases:
            await tx.execute("UPDATE releases SET source = 'file', master_id = NULL WHERE release_id = ?", (release,))


def copy_of(release: int, master: int | None = None, *, days: int = 0, instance: int = 0) -> Copy:
    """A copy of a release, added so many days before the others."""
    made = make_release(release, f"Record {release}", master_id=master)
    return make_copy(instance or release, made, added=NOW - timedelta(days=days))


def told(
    number: int,
    year: int | None = 1970,
    *,
    by: Source = Source.API,
    as_of: datetime = NOW,
    genres: tuple[str, ...] = (),
    main: int | None = None,
) -> Told:
    """What somebody says of a master."""
    return Told(Master(MasterId(number), year, genres, (), None if main is None else ReleaseId(main)), by, as_of)


async def know(database: Database, *masters: Told, now: datetime = NOW) -> None:
    """These masters have been read."""
    async with database.tx() as tx:
        await MasterRepository(database).write(tx, masters, now)
