"""A picture cache before an image host of the test's own: the real core, real files, releases that are just said."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from core import config as settings
from core.app import Core, open_core
from core.clock import Clock
from core.config import Config
from core.domain.account import Account
from core.domain.covers import Cover, CoverProgress, CoverReport, Key, Size
from core.domain.ids import ReleaseId
from core.domain.progress import Waiting
from core.store.cipher import Cipher
from core.store.database import open_database
from core.store.repositories import Repositories
from tests.factories import make_account, make_release
from tests.picture_host import Host


@dataclass(frozen=True, slots=True)
class Cabinet:
    """What a test of pictures has before it."""

    core: Core
    stores: Repositories
    config: Config
    host: Host
    account: Account

    async def said(self, *releases: int, signature: str = "", address: str | None = None) -> list[ReleaseId]:
        """Rows of a collection have said of these releases where their pictures are; `address`: there, both of them."""
        rows = {}
        for number in releases:
            thumb, cover = (
                self.host.address(number, size, signature) if address is None else address
                for size in ("small", "large")
            )
            rows[ReleaseId(number)] = make_release(number, thumb=thumb, cover_image=cover)
        async with self.stores.database.tx() as tx:
            await self.stores.releases.write(tx, rows)
        return list(rows)

    async def fetch(
        self,
        releases: Sequence[int],
        *sizes: Size,
        seen: list[CoverProgress | Waiting] | None = None,
        account: Account | None = None,
    ) -> CoverReport:
        """Fetch the large pictures, or those of other sizes."""
        told = [] if seen is None else seen
        wanted = [ReleaseId(number) for number in releases]
        return await self.core.covers.fetch(account or self.account, wanted, told.append, sizes or (Size.LARGE,))

    def path(self, release: int, size: Size = Size.LARGE) -> Path | None:
        """The file of a picture."""
        return self.core.covers.path(ReleaseId(release), size)

    def files(self) -> list[str]:
        """Every file of the cache by name."""
        return sorted(path.name for path in self.config.paths.covers.rglob("*") if path.is_file())

    async def row(self, release: int, size: Size = Size.LARGE) -> Cover | None:
        """What is noted of a picture."""
        async with self.stores.database.tx() as tx:
            return await self.stores.covers.one(tx, Key(ReleaseId(release), size))


@asynccontextmanager
async def cabinet(directory: Path, host: Host, clock: Clock | None = None, **more: str) -> AsyncIterator[Cabinet]:
    """The cache of a core that takes the test's image host for a stand-in; `more` stands in the environment."""
    config = settings.load({"RUNOUT_DATA_DIR": str(directory), "RUNOUT_DISCOGS__API_URL": host.url, **more})
    async with open_core(config, clock=clock) as core, open_database(config.paths.database) as database:
        stores = Repositories.of(database, Cipher(config.paths.key))
        yield Cabinet(core, stores, config, host, make_account())
