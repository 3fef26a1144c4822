"""A collector with a connected account: the real core on a real file, and the stand-in Discogs on a real socket."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from core import config as settings
from core.app import Core, open_core
from core.clock import Clock
from core.config import Config
from core.domain.account import Account
from core.domain.collection import Collection
from core.domain.progress import SyncEvent, SyncReport, Word
from core.sandbox.holding import Copy, Holding
from core.sandbox.server import Running, serve
from core.sandbox.shelf import Shelf
from core.sandbox.world import World

SAMPLES = Path(__file__).parent / "samples"


def owned(instance_id: int, release_id: int = 0, **changes: Any) -> Copy:
    """One copy of the stand-in's; `changes` to what its row says of the release, or to the copy itself."""
    release_id = release_id or instance_id
    mine = {name: changes.pop(name) for name in ("folder_id", "rating", "date_added", "notes") if name in changes}
    release = {
        "id": release_id,
        "master_id": 0,
        "master_url": None,
        "resource_url": f"https://api.discogs.com/releases/{release_id}",
        "thumb": "",
        "cover_image": "",
        "title": f"Version {release_id}",
        "year": 1970 + release_id % 50,
        "formats": [{"name": "Vinyl", "qty": "1", "descriptions": ['7"']}],
        "labels": [
            {
                "name": f"Label {release_id % 7}",
                "catno": f"N {release_id}",
                "entity_type": "1",
                "entity_type_name": "Label",
                "id": 1 + release_id % 7,
                "resource_url": "",
            }
        ],
        "artists": [{"name": "Somebody", "anv": "", "join": "", "role": "", "tracks": "", "id": 5, "resource_url": ""}],
        "genres": ["Reggae"],
        "styles": ["Dub"],
        **changes,
    }
    copy = Copy(instance_id, 1, 0, "2022-05-11T18:29:49-07:00", (), release)
    return replace(copy, **mine)


def holding_of(*copies: Copy) -> Holding:
    """A collection of these copies."""
    return Holding(copies, (), ())


def many(number: int) -> Holding:
    """A collection of that many copies, each of a release of its own."""
    return holding_of(*(owned(instance) for instance in range(1, number + 1)))


@dataclass(frozen=True, slots=True)
class Evening:
    """Everything that one collector has before them."""

    sandbox: Running
    core: Core
    account: Account
    config: Config

    async def sync(self, seen: list[SyncEvent] | None = None, word: Word = Word.ASK) -> SyncReport:
        """One sync; what it said on the way lands in `seen`."""
        return await self.core.sync.run(self.account, (seen if seen is not None else []).append, word)

    async def collection(self) -> Collection:
        """The published copy."""
        return await self.core.library.collection(self.account)

    def own(self, holding: Holding) -> None:
        """Change the collection, as its owner would on the website."""
        self.sandbox.world.account.shelf = Shelf(holding)


@asynccontextmanager
async def evening(directory: Path, holding: Holding, *, clock: Clock | None = None) -> AsyncIterator[Evening]:
    """A connected account, not synced yet."""
    async with serve(World(holding)) as sandbox:
        config = config_for(directory, sandbox)
        async with open_core(config, clock=clock) as core:
            yield Evening(sandbox, core, await core.connect.with_token(sandbox.token), config)


def config_for(directory: Path, sandbox: Running, **more: str) -> Config:
    """Settings that lead to the stand-in and to a directory of the test's; `more` stands in the environment too."""
    return settings.load({"RUNOUT_DATA_DIR": str(directory), "RUNOUT_DISCOGS__API_URL": sandbox.url, **more})
