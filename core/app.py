"""The composition root: opens the store and the door to Discogs, builds the services, closes in reverse order."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.clock import Clock, SystemClock, clock_at
from core.config import Config
from core.discogs.client import Carrier, Discogs
from core.discogs.pictures import Pictures
from core.discogs.throttle import TokenBucket
from core.domain.cover_addresses import is_near
from core.domain.ledger import ANONYMOUS_PER_MINUTE, NOT_SIGNED_IN, SIGNED_IN, Terms
from core.errors import DiscogsError, StoreError
from core.jobs import Jobs, job_table
from core.services.apart import Apart
from core.services.backup import BackupService, RestoreService
from core.services.budget import BudgetService
from core.services.connect import ConnectService
from core.services.cover_bringing import CoverBringer, Details
from core.services.cover_keeping import CoverKeeper
from core.services.covers import CoverService
from core.services.desk import DeskService
from core.services.doctor import DoctorService
from core.services.dump import DumpService
from core.services.enrich import EnrichService
from core.services.export import ExportService
from core.services.have import HaveService
from core.services.history import HistoryService
from core.services.importing import ImportService
from core.services.keys import KeyService
from core.services.leaving import LeavingService
from core.services.library import LibraryService
from core.services.looking import LookService
from core.services.pairing import PairService
from core.services.plays import PlayService
from core.services.schedule import ScheduleService
from core.services.sync import SyncService
from core.services.upkeep import UpkeepService
from core.services.views import ViewService
from core.store.cipher import Cipher
from core.store.cover_files import CoverFiles
from core.store.database import open_database
from core.store.repositories import Repositories
from core.store.slots import open_slots

if TYPE_CHECKING:
    import httpx


@dataclass(frozen=True, slots=True)
class Core:
    """What a front end may call."""

    connect: ConnectService
    sync: SyncService
    library: LibraryService
    history: HistoryService
    look: LookService
    enrich: EnrichService
    budget: BudgetService
    leaving: LeavingService
    doctor: DoctorService
    keys: KeyService
    desk: DeskService
    backup: BackupService
    schedule: ScheduleService
    covers: CoverService
    dump: DumpService
    importing: ImportService
    pairing: PairService
    have: HaveService
    export: ExportService
    views: ViewService
    plays: PlayService
    jobs: Jobs


@asynccontextmanager
async def open_core(
    config: Config,
    *,
    clock: Clock | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
    rng: random.Random | None = None,
    apart: Apart | None = None,
) -> AsyncIterator[Core]:
    """Everything, ready to use. `apart` does syncs in a process of their own.

    Raises StoreError when the database cannot be used.
    """
    scale = config.time.factor
    clock = clock or clock_at(scale, config.time.epoch)
    rng = rng or random.Random()  # noqa: S311 - it spreads waits, it guards nothing
    async with contextlib.AsyncExitStack() as stack:
        database = await stack.enter_async_context(open_database(config.paths.database))
        door = _Door(config.discogs.api_url, transport, scale)
        stack.push_async_callback(door.close)
        slots = await stack.enter_async_context(open_slots(config.paths.budget))
        terms = Terms(per_minute=config.discogs.requests_per_minute)
        bucket = TokenBucket(slots, clock, rng, window=SIGNED_IN, terms=terms)
        stack.push_async_callback(bucket.close)
        few = Terms(per_minute=min(ANONYMOUS_PER_MINUTE, terms.per_minute))
        anonymous = TokenBucket(slots, clock, rng, window=NOT_SIGNED_IN, terms=few)
        stack.push_async_callback(anonymous.close)
        discogs = Discogs(
            door.open,
            bucket,
            clock,
            rng,
            user_agent=config.discogs.user_agent,
            consumer=config.discogs.consumer,
            anonymous=anonymous,
        )
        cipher = Cipher(config.paths.key, config.secrets.key)
        stores = Repositories.of(database, cipher)
        sync = SyncService(discogs, stores, slots, clock, apart)
        stack.push_async_callback(sync.close)
        look = LookService(stores, sync, terms, clock)
        stack.push_async_callback(look.close)
        history = HistoryService(stores, clock)
        with contextlib.suppress(StoreError):  # Whatever keeps it from being written is told by whoever writes next.
            await history.mark_crashed()
        backup, library = BackupService(stores, clock), LibraryService(stores, clock)
        schedule = ScheduleService(stores, sync, terms, clock)
        enrich = EnrichService(discogs, stores, slots, terms, clock)
        covers = _open_covers(stack, config, stores, clock, transport, Details(enrich.known, enrich.refresh))
        table = job_table(schedule, UpkeepService(database), enrich, backup.daily, covers.clean)
        jobs = Jobs(database, clock, table)
        stack.push_async_callback(jobs.close)
        yield Core(
            connect=ConnectService(discogs, stores, clock, site_url=config.discogs.site_url),
            sync=sync,
            library=library,
            history=history,
            look=look,
            enrich=enrich,
            budget=BudgetService(slots, terms, clock),
            leaving=LeavingService(stores, slots, sync, covers.forget_strangers),
            doctor=DoctorService(discogs, stores),
            keys=KeyService(stores, cipher),
            desk=DeskService(stores, clock),
            backup=backup,
            schedule=schedule,
            covers=covers,
            dump=DumpService(stores, clock),
            importing=ImportService(stores, clock),
            pairing=PairService(stores, clock),
            have=HaveService(discogs, stores, library),
            export=ExportService(library, clock),
            views=ViewService(stores, clock),
            plays=PlayService(stores, clock, rng),
            jobs=jobs,
        )


def _open_covers(
    stack: contextlib.AsyncExitStack,
    config: Config,
    stores: Repositories,
    clock: Clock,
    transport: httpx.AsyncBaseTransport | None,
    details: Details,
) -> CoverService:
    """The picture cache, with a line of its own to the image host."""
    near = is_near(config.discogs.api_url)
    agent, scale = config.discogs.user_agent, config.time.factor
    pictures = Pictures(user_agent=agent, near=near, transport=transport, time_scale=scale)
    stack.push_async_callback(pictures.close)
    keeper = CoverKeeper(stores, CoverFiles(config.paths.covers), clock, config.covers.limit_mb * 1_000_000)
    covers = CoverService(
        CoverBringer(stores, keeper, pictures, clock, details), keeper, clock, fills=config.covers.fetch
    )
    stack.push_async_callback(covers.close)
    return covers


def restoring(config: Config, clock: Clock | None = None) -> RestoreService:
    """What puts a backup in the database's place; apart, because the database must not be open meanwhile."""
    cipher = Cipher(config.paths.key, config.secrets.key)
    return RestoreService(config.paths.database, cipher, clock or SystemClock())


class _Door:
    """Opens the connection to Discogs with the first request: what only reads the local copy never loads httpx."""

    def __init__(self, api_url: str, transport: httpx.AsyncBaseTransport | None, scale: float) -> None:
        self._api_url = api_url
        self._scale = scale
        self._transport = transport
        self._opening: asyncio.Task[Carrier] | None = None

    async def open(self) -> Carrier:
        if self._opening is None or (self._opening.done() and self._opening.exception()):
            self._opening = asyncio.create_task(self._open(), name="open Discogs")
        return await asyncio.shield(self._opening)

    async def close(self) -> None:
        if self._opening is not None:
            with contextlib.suppress(DiscogsError):
                await (await self._opening).close()

    async def _open(self) -> Carrier:
        return await asyncio.to_thread(_connection_pool, self._api_url, self._transport, self._scale)


def _connection_pool(api_url: str, transport: httpx.AsyncBaseTransport | None, scale: float) -> Carrier:
    from core.discogs.http import Http  # noqa: PLC0415 - see `_Door`

    return Http(api_url, transport=transport, time_scale=scale)
