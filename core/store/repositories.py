"""Everything that is kept in one database."""

from __future__ import annotations

from dataclasses import dataclass

from core.store.accounts import AccountRepository
from core.store.changes import ChangeRepository
from core.store.cipher import Cipher
from core.store.collections import CollectionRepository
from core.store.covers import CoverRepository
from core.store.database import Database
from core.store.desk import DeskRepository
from core.store.details import DetailRepository
from core.store.doubts import DoubtRepository
from core.store.enrichment import EnrichmentRepository
from core.store.facts import FactRepository
from core.store.leases import LeaseRepository
from core.store.local import LocalRepository
from core.store.masters import MasterRepository
from core.store.personal import PersonalRepository
from core.store.plays import PlayRepository
from core.store.readings import ReadingRepository
from core.store.releases import ReleaseRepository
from core.store.runs import RunRepository
from core.store.shelves import ShelfRepository
from core.store.views import ViewRepository


@dataclass(frozen=True, slots=True)
class Repositories:
    """The open database and its repositories."""

    database: Database
    accounts: AccountRepository
    shelves: ShelfRepository
    collections: CollectionRepository
    releases: ReleaseRepository
    changes: ChangeRepository
    runs: RunRepository
    leases: LeaseRepository
    doubts: DoubtRepository
    desks: DeskRepository
    personal: PersonalRepository
    covers: CoverRepository
    local: LocalRepository
    masters: MasterRepository
    details: DetailRepository
    facts: FactRepository
    readings: ReadingRepository
    enrichment: EnrichmentRepository
    views: ViewRepository
    plays: PlayRepository

    @classmethod
    def of(cls, database: Database, cipher: Cipher) -> Repositories:
        """All of an open database."""
        return cls(
            database=database,
            accounts=AccountRepository(database, cipher),
            shelves=ShelfRepository(database),
            collections=CollectionRepository(database),
            releases=ReleaseRepository(),
            changes=ChangeRepository(database),
            runs=RunRepository(database),
            leases=LeaseRepository(database),
            doubts=DoubtRepository(database),
            desks=DeskRepository(database),
            personal=PersonalRepository(database),
            covers=CoverRepository(database),
            local=LocalRepository(database),
            masters=MasterRepository(database),
            details=DetailRepository(database),
            facts=FactRepository(database),
            readings=ReadingRepository(database),
            enrichment=EnrichmentRepository(database),
            views=ViewRepository(database),
            plays=PlayRepository(database),
        )
