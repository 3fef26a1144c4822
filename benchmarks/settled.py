"""A database of thousands of accounts that were all synced before, each at a moment of its own."""

from __future__ import annotations

import random
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from benchmarks.collectors import Collector, Pressed
from core import config as settings
from core.config import Config
from core.discogs import parse
from core.domain.account import Account, PersonalToken
from core.domain.changes import Changes
from core.domain.collection import Copy
from core.domain.details import KnownDetails, ReleaseDetails
from core.domain.ids import AccountId, DiscogsUserId, MasterId, ReleaseId, RunId, Shelf
from core.domain.master import Master, Source, Told
from core.domain.progress import AskedBy, Kind, SyncOutcome, SyncReport
from core.store.cipher import Cipher
from core.store.database import Tx, open_database
from core.store.repositories import Repositories

_TURN: Final = timedelta(hours=5, minutes=30)
_WALKS: Final = 4
"""Every fourth turn of an account that is looked at every six hours is a walk."""


def config_of(directory: Path) -> Config:
    """Settings with everything in this directory, and nothing of whoever runs this."""
    nowhere = {"RUNOUT_CONFIG": str(directory / "config.toml"), "RUNOUT_DATA_DIR": str(directory)}
    (directory / "config.toml").touch()
    return settings.load(nowhere)


async def settle(
    config: Config, collectors: Sequence[Collector], now: datetime, *, known: bool = True
) -> dict[int, Account]:
    """Let them all be connected and synced, their turns spread over the time to come; their accounts by number.

    `known`: everything has been read that is to be read of their records.
    """
    chance = random.Random(2)  # noqa: S311 - it draws moments
    accounts: dict[int, Account] = {}
    async with open_database(config.paths.database) as database:
        stores = Repositories.of(database, Cipher(config.paths.key, config.secrets.key))
        for collector in collectors:
            walked = now - chance.random() * _WALKS * _TURN
            async with database.tx() as tx:
                accounts[collector.number] = await _one(tx, stores, collector, walked, now)
        if known and collectors:
            async with database.tx() as tx:
                await _know(tx, stores, collectors[0].piles[Shelf.COLLECTION].pressed, now)
    return accounts


async def _know(tx: Tx, stores: Repositories, pressed: Pressed, now: datetime) -> None:
    masters = (Told(Master(MasterId(number), 1970), Source.API, now) for number in sorted(pressed.masters))
    await stores.masters.write(tx, masters, now)
    details = (ReleaseDetails(ReleaseId(number), "Version") for number, _ in pressed.bodies)
    await stores.details.write(tx, (KnownDetails(one, now) for one in details))


async def _one(tx: Tx, stores: Repositories, collector: Collector, walked: datetime, now: datetime) -> Account:
    account = Account(
        id=AccountId(str(uuid.UUID(int=collector.number))),
        discogs_id=DiscogsUserId(collector.number),
        username=collector.username,
        connected_at=walked,
        currency="EUR",
    )
    account = await stores.accounts.save(tx, account, PersonalToken(collector.token), now)
    await stores.shelves.begin(tx, account.id, now)
    await stores.collections.replace_folders(tx, account.id, parse.folders(collector.names("folders")))
    await stores.collections.replace_fields(tx, account.id, parse.fields(collector.names("fields")))
    checked = walked + (now - walked) // _TURN * _TURN
    for shelf in Shelf:
        copies = _copies(collector, shelf)
        await stores.collections.apply(tx, account.id, Changes(added=copies), shelf)
        await stores.shelves.mark_published(tx, account.id, shelf, checked=checked, walked=walked)
        await stores.shelves.mark_tried(tx, account.id, shelf, checked, failed=False)
        run, report = RunId(str(uuid.uuid4())), SyncReport(SyncOutcome.DONE, copies=len(copies), releases=len(copies))
        await stores.runs.start(tx, run, account.id, checked, shelf, Kind.WALK, AskedBy.CONNECT)
        await stores.runs.close(tx, run, report, checked)
    return account


def _copies(collector: Collector, shelf: Shelf) -> tuple[Copy, ...]:
    """What is on a shelf, read as the program reads it."""
    pile = collector.piles[shelf]
    read = parse.wantlist_page if shelf is Shelf.WANTLIST else parse.collection_page
    bodies = [
        pile.body(number, pile.page(number), len(pile.rows)) for number in range(1, -(-len(pile.rows) // 100) + 1)
    ]
    return tuple(copy for body in bodies for copy in read(body).rows)
