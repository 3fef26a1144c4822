"""Data directories in the states in which every command has something to say and something to do."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from core.config import Config
from core.domain.account import PersonalToken
from core.domain.collection import Copy
from core.domain.ids import RunId
from core.domain.walk import CollectionPage, Newest, Order
from core.store.cipher import Cipher
from core.store.database import Tx, open_database
from core.store.repositories import Repositories
from tests.factories import ADDED, make_account
from tests.tui.test_listing import SHELF, filled

ME: Final = make_account(1)


def half_arrived(data: Path) -> Config:
    """The first sync has brought 4 of 250 copies."""
    page = CollectionPage(number=1, told=250, rows=SHELF)

    async def arrive(stores: Repositories, tx: Tx) -> None:
        await stores.runs.start(tx, RunId("first"), ME.id, ADDED)
        await stores.runs.note_newest(tx, RunId("first"), Newest.of(page))
        await stores.runs.stage(tx, RunId("first"), Order.ADDED, 1, page, ADDED)

    return _changed(filled(data, ()), arrive)


def synced(data: Path, ago: timedelta, copies: Iterable[Copy] = SHELF) -> Config:
    """All copies are here, as they were some time ago."""
    moment = (datetime.now(UTC) - ago).isoformat()

    async def age(_stores: Repositories, tx: Tx) -> None:
        await tx.execute(
            "INSERT INTO shelves (account_id, shelf, walked_at, checked_at) VALUES (?, 'collection', ?, ?)"
            " ON CONFLICT (account_id, shelf) DO UPDATE SET walked_at = excluded.walked_at,"
            " checked_at = excluded.checked_at",
            (ME.id, moment, moment),
        )

    return _changed(filled(data, copies), age)


def refused(data: Path) -> Config:
    """Discogs no longer accepts the token, as of an hour ago."""
    then = datetime.now(UTC) - timedelta(hours=1)

    async def refuse(stores: Repositories, tx: Tx) -> None:
        await stores.accounts.mark_refused(tx, ME.id, PersonalToken("a token of somebody"), then)

    return _changed(synced(data, timedelta(hours=2)), refuse)


def disconnected(data: Path) -> Config:
    """Nothing reads the account any more."""

    async def disconnect(stores: Repositories, tx: Tx) -> None:
        await stores.accounts.disconnect(tx, ME.id)

    return _changed(synced(data, timedelta(hours=2)), disconnect)


def _changed(config: Config, change: Callable[[Repositories, Tx], Awaitable[None]]) -> Config:
    async def act() -> None:
        async with open_database(config.paths.database) as database:
            stores = Repositories.of(database, Cipher(config.paths.key))
            async with database.tx() as tx:
                await change(stores, tx)

    asyncio.run(act())
    return config
