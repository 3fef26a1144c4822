"""The application of the settings: what is signed with it is the owner's."""

from __future__ import annotations

from pathlib import Path

from core import config as settings
from core.app import open_core
from core.domain.account import AccessToken, Account
from core.domain.ids import AccountId, DiscogsUserId
from core.domain.progress import SyncOutcome
from core.sandbox.generate import generated
from core.sandbox.server import serve
from core.sandbox.world import World
from core.store.accounts import AccountRepository
from core.store.cipher import Cipher
from core.store.database import open_database
from tests.factories import ADDED
from tests.fakes import FakeClock


async def test_who_signed_in_through_the_application_is_synced_as_the_owner(tmp_path: Path, clock: FakeClock) -> None:
    world = World(generated(250, 1))
    access = world.grant()
    async with serve(world) as sandbox:
        config = settings.load(
            {
                "RUNOUT_DATA_DIR": str(tmp_path),
                "RUNOUT_DISCOGS__API_URL": sandbox.url,
                "RUNOUT_DISCOGS__CONSUMER_KEY": world.application.key,
                "RUNOUT_DISCOGS__CONSUMER_SECRET": world.application.secret,
            }
        )
        me = Account(AccountId("me"), DiscogsUserId(sandbox.user_id), sandbox.username, ADDED)
        async with open_database(config.paths.database) as database, database.tx() as tx:
            accounts = AccountRepository(database, Cipher(config.paths.key))
            await accounts.save(tx, me, AccessToken(access.token, access.secret), ADDED)
        async with open_core(config, clock=clock) as core:
            report = await core.sync.run(me, lambda event: None)
            collection = await core.library.collection(me)

    assert report.outcome is SyncOutcome.DONE
    assert len(collection.copies) == 250
    assert all(copy.folder_id for copy in collection.copies)
    assert set(world.counts.callers) == {sandbox.username}
