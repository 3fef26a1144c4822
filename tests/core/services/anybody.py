"""Somebody who reads the collection of another member, and knows nothing of them but the name."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from core.app import Core, open_core
from core.config import Config
from core.domain.account import Account
from core.domain.progress import SyncReport, Word
from core.sandbox.holding import Holding
from core.sandbox.server import Running, serve
from core.sandbox.shelf import Shelf
from core.sandbox.world import World
from tests.fakes import FakeClock
from tests.stand_in import config_for

FOR_EVER: Final = 1_000_000


@dataclass(frozen=True)
class Evening:
    """Somebody who reads the collection of another member, whose name is all that they know."""

    sandbox: Running
    core: Core
    config: Config
    clock: FakeClock

    async def joined(self, name: str = "collector") -> Account:
        return await self.core.connect.join(await self.core.connect.by_public_name(name))

    async def sync(self, account: Account, word: Word = Word.ASK) -> SyncReport:
        return await self.core.sync.run(account, lambda _event: None, word)

    async def here(self, account: Account) -> set[int]:
        return {int(copy.instance_id) for copy in (await self.core.library.collection(account)).copies}

    def own(self, holding: Holding) -> None:
        self.sandbox.world.account.shelf = Shelf(holding)

    def asked(self, route: str) -> int:
        return self.sandbox.world.counts.requests[route]


@asynccontextmanager
async def evening(directory: Path, holding: Holding) -> AsyncIterator[Evening]:
    clock = FakeClock(datetime.now(UTC))
    async with serve(World(holding, clock=lambda: clock.now().timestamp())) as sandbox:
        config = config_for(directory, sandbox)
        async with open_core(config, clock=clock) as core:
            yield Evening(sandbox, core, config, clock)
