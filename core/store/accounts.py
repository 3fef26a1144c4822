"""Accounts and their sealed credentials."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from core.domain.account import Account, Credential
from core.domain.ids import AccountId, DiscogsUserId
from core.errors import NotConnected, SealBroken
from core.store.cipher import Cipher, SealDoesNotOpen
from core.store.database import Database, Row, Tx

_COLUMNS: Final = "account_id, discogs_id, username, connected_at, currency, last_sync_at"


class AccountRepository:
    """Who is connected, and with what."""

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._database = database
        self._cipher = cipher

    async def by_discogs_id(self, discogs_id: DiscogsUserId) -> Account | None:
        """The account of a Discogs identity."""
        rows = await self._database.fetch(f"SELECT {_COLUMNS} FROM accounts WHERE discogs_id = ?", (discogs_id,))
        return _account(rows[0]) if rows else None

    async def last_used(self) -> Account | None:
        """The account that was connected last."""
        rows = await self._database.fetch(f"SELECT {_COLUMNS} FROM accounts ORDER BY used_at DESC LIMIT 1")
        return _account(rows[0]) if rows else None

    async def save(self, tx: Tx, account: Account, credential: Credential, now: datetime) -> Account:
        """Keep an account and seal its credential; a known identity keeps its id and the time it was connected.

        The account as it is kept: another process may have connected the same identity a moment ago.
        """
        rows = await tx.fetch(
            "INSERT INTO accounts (account_id, discogs_id, username, currency, connected_at, used_at)"
            " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (discogs_id) DO UPDATE SET"
            " username = excluded.username, currency = excluded.currency, used_at = excluded.used_at"
            f" RETURNING {_COLUMNS}",
            (
                account.id,
                account.discogs_id,
                account.username,
                account.currency,
                account.connected_at.isoformat(),
                now.isoformat(),
            ),
        )
        kept = _account(rows[0])
        await tx.execute(
            "INSERT INTO credentials (account_id, sealed) VALUES (?, ?)"
            " ON CONFLICT (account_id) DO UPDATE SET sealed = excluded.sealed",
            (kept.id, self._cipher.seal(kept.id, credential)),
        )
        return kept

    async def token(self, account: Account) -> Credential:
        """The account's credential. Raises NotConnected when it has none, SealBroken when it does not open."""
        rows = await self._database.fetch("SELECT sealed FROM credentials WHERE account_id = ?", (account.id,))
        if not rows:
            raise NotConnected
        try:
            return self._cipher.open(account.id, rows[0][0])
        except SealDoesNotOpen:
            raise SealBroken(username=account.username) from None

    async def mark_synced(self, tx: Tx, account: AccountId, now: datetime) -> None:
        """A complete copy has been published."""
        await tx.execute("UPDATE accounts SET last_sync_at = ? WHERE account_id = ?", (now.isoformat(), account))


def _account(row: Row) -> Account:
    account_id, discogs_id, username, connected_at, currency, last_sync_at = row
    return Account(
        id=AccountId(account_id),
        discogs_id=DiscogsUserId(discogs_id),
        username=username,
        connected_at=datetime.fromisoformat(connected_at),
        currency=currency,
        last_sync_at=datetime.fromisoformat(last_sync_at) if last_sync_at else None,
    )
