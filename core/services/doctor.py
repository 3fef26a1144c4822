"""Look whether everything that Runout stands on is well. Words for what is found belong to the front ends."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator

from core.discogs.client import Discogs
from core.domain.account import TOLERATED, Access, AccessToken, Account
from core.domain.health import Check, Health
from core.errors import (
    BrokenAnswer,
    DiscogsError,
    Disconnected,
    FromFile,
    NoSuchAccount,
    NotAuthorised,
    RunoutError,
    Unreachable,
)
from core.store.database import is_new_enough, sqlite_version
from core.store.leases import processes_with
from core.store.repositories import Repositories

_LITTLE_ROOM = 200_000_000
"""Bytes free below which a large sync may not find room."""


def sqlite() -> Check:
    """Whether the SQLite that Python brought along is new enough."""
    return Check("sqlite", Health.WELL if is_new_enough() else Health.BROKEN, {"version": sqlite_version()})


class DoctorService:
    """Examines; mends nothing, and prints no secret."""

    def __init__(self, discogs: Discogs, stores: Repositories) -> None:
        self._discogs = discogs
        self._stores = stores

    async def examine(self, name: str = "", *, ask: bool = True) -> AsyncIterator[Check]:
        """One thing after the other, the local ones first; of the accounts the named one, or all.

        Unless `ask`, Discogs is not asked: nobody knows which one was meant, when the settings cannot be read.
        """
        yield await self._database()
        yield await self._room()
        if not ask:
            return
        try:
            known = await self._stores.accounts.of_terminal()
        except RunoutError as error:
            yield Check("accounts", Health.BROKEN, error=error)
            known = ()
        accounts = [one for one in known if name.casefold() in ("", one.username.casefold())]
        reached = await self._reach()
        yield reached
        if reached.health is not Health.BROKEN:
            yield self._clock()
        for account in accounts:
            yield await self._account(account, reachable=reached.health is not Health.BROKEN)
        if name and known and not accounts:
            missing = NoSuchAccount(name=name, known=tuple(one.username for one in known))
            yield Check("accounts", Health.BROKEN, error=missing)
        elif not known:
            yield Check("accounts", Health.NOTE)
        yield self._limit()

    async def lacking(self, account: Account | None) -> tuple[Check, ...]:
        """What is not well and is no matter of Discogs, which is not asked; the gravest first."""
        checks = () if account is None else (await self._credential(account),)
        return tuple(check for check in (*checks, await self._room()) if check.health is not Health.WELL)

    async def _credential(self, account: Account) -> Check:
        """Whether what reads the collection can be used here; that an account was disconnected is told by itself."""
        facts = {"username": account.username}
        if account.access is not Access.OWNER:
            return Check("account", Health.WELL, facts)
        try:
            credential = await self._stores.accounts.credential(account)
        except Disconnected:
            return Check("account", Health.WELL, facts)
        except RunoutError as error:
            return Check("account", Health.BROKEN, facts, error)
        is_missed = isinstance(credential, AccessToken) and self._discogs.consumer is None
        return Check("application", Health.BROKEN if is_missed else Health.WELL, facts)

    async def _database(self) -> Check:
        database = self._stores.database
        found = await database.damage()
        facts = {
            "path": str(database.path),
            "schema": await database.schema(),
            "bytes": database.path.stat().st_size,
            "processes": await asyncio.to_thread(processes_with, database.path),
        }
        return Check("database", Health.BROKEN if found else Health.WELL, facts | {"damage": found})

    async def _room(self) -> Check:
        free = shutil.disk_usage(self._stores.database.path.parent).free
        return Check("disk", Health.NOTE if free < _LITTLE_ROOM else Health.WELL, {"free": free})

    async def _reach(self) -> Check:
        """Any answer will do, a refusal too: this asks as nobody."""
        try:
            await self._discogs.session(None).identity()
        except NotAuthorised:
            return Check("discogs", Health.WELL)
        except (Unreachable, BrokenAnswer) as error:
            return Check("discogs", Health.BROKEN, error=error)
        except DiscogsError as error:
            return Check("discogs", Health.NOTE, error=error)
        return Check("discogs", Health.WELL)

    def _clock(self) -> Check:
        skew = self._discogs.skew
        far_off = skew is not None and abs(skew) > TOLERATED
        return Check("clock", Health.BROKEN if far_off else Health.WELL, {"seconds": skew})

    async def _account(self, account: Account, *, reachable: bool) -> Check:
        facts = {
            "username": account.username,
            "access": str(account.access),
            "connected_at": account.connected_at,
            "last_sync_at": account.last_sync_at,
        }
        try:
            credential = await self._stores.accounts.credential(account)
            if reachable and account.access is Access.OWNER:
                await self._discogs.session(credential, account=account.id).identity()
        except NotAuthorised as error:
            return Check("account", Health.BROKEN, facts, error)
        except FromFile:
            return Check("account", Health.WELL, facts)
        except (Disconnected, DiscogsError) as error:
            return Check("account", Health.NOTE, facts, error)
        except RunoutError as error:
            return Check("account", Health.BROKEN, facts, error)
        return Check("account", Health.WELL, facts)

    def _limit(self) -> Check:
        limit = self._discogs.limit
        return Check("limit", Health.NOTE if limit is None else Health.WELL, {"per_minute": limit})
