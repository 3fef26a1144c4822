"""Everything that is kept in one database."""

from __future__ import annotations

from dataclasses import dataclass

from core.store.accounts import AccountRepository
from core.store.cipher import Cipher
from core.store.collections import CollectionRepository
from core.store.database import Database
from core.store.desk import DeskRepository
from core.store.doubts import DoubtRepository
from core.store.leases import LeaseRepository
from core.store.personal import PersonalRepository
from core.store.runs import RunRepository


@dataclass(frozen=True, slots=True)
class Repositories:
    """The open database and its repositories."""

    database: Database
    accounts: AccountRepository
    collections: CollectionRepository
    runs: RunRepository
    leases: LeaseRepository
    doubts: DoubtRepository
    desks: DeskRepository
    personal: PersonalRepository

    @classmethod
    def of(cls, database: Database, cipher: Cipher) -> Repositories:
        """All of an open database."""
        return cls(
            database=database,
            accounts=AccountRepository(database, cipher),
            collections=CollectionRepository(database),
            runs=RunRepository(database),
            leases=LeaseRepository(database),
            doubts=DoubtRepository(database),
            desks=DeskRepository(database),
            personal=PersonalRepository(database),
        )
