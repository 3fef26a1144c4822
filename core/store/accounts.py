"""Accounts, their sealed credentials, and sign-ins that wait for their member."""

from __future__ import annotations

import contextlib
import hashlib
from datetime import datetime, timedelta
from typing import Final

from core.domain.account import Access, AccessToken, Account, Credential, RequestToken
from core.domain.ids import AccountId, DiscogsUserId
from core.errors import Disconnected, FromFile, NotConnected, SealBroken, SignInExpired, SignInUsed
from core.store.cipher import Cipher, SealDoesNotOpen
from core.store.database import Database, Row, Tx
from core.store.enrichment import FORGET

SIGN_IN_LIVES: Final = timedelta(minutes=15)
"""As long as Discogs' own request token. Source: developer documentation."""

_REMEMBERED: Final = timedelta(days=1)
"""How long a sign-in that is over is told from one that never was."""

_FORGET_RELEASES: Final = (
    "DELETE FROM releases WHERE release_id NOT IN (SELECT release_id FROM items)"
    " AND release_id NOT IN (SELECT release_id FROM changes WHERE release_id IS NOT NULL)"
    " AND release_id NOT IN (SELECT release_id FROM plays)"
)
"""Those that nobody has or had: they would tell what somebody who has left had."""

FORGET_FACTS: Final = "DELETE FROM release_facts WHERE release_id NOT IN (SELECT release_id FROM releases)"
"""The same of what queries ask of them."""

_SHELF: Final = "FROM shelves WHERE shelves.account_id = accounts.account_id AND shelf = 'collection'"
_COLUMNS: Final = (
    "accounts.account_id, discogs_id, username, connected_at, currency, access, refused_at,"
    f" (SELECT walked_at {_SHELF}), (SELECT checked_at {_SHELF})"
)


class AccountRepository:
    """Who is connected, and with what."""

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._database = database
        self._cipher = cipher

    async def by_discogs_id(self, discogs_id: DiscogsUserId) -> Account | None:
        """The account of a Discogs identity."""
        rows = await self._database.fetch(f"SELECT {_COLUMNS} FROM accounts WHERE discogs_id = ?", (discogs_id,))
        return _account(rows[0]) if rows else None

    async def by_id(self, account: AccountId) -> Account:
        """An account as it is now. Raises NotConnected when it has been deleted."""
        rows = await self._database.fetch(f"SELECT {_COLUMNS} FROM accounts WHERE account_id = ?", (account,))
        if not rows:
            raise NotConnected
        return _account(rows[0])

    async def holds_owners_copy(self, account: AccountId) -> bool:
        """Whether the copies here were read by their owner, and name their folders."""
        return bool(
            await self._database.fetch(
                "SELECT 1 FROM items WHERE account_id = ? AND folder_id IS NOT NULL LIMIT 1", (account,)
            )
        )

    async def of_terminal(self) -> tuple[Account, ...]:
        """The accounts that the terminal may open, the one that was used last first."""
        rows = await self._database.fetch(
            f"SELECT {_COLUMNS} FROM accounts JOIN terminal_accounts USING (account_id)"
            " ORDER BY terminal_accounts.used_at DESC"
        )
        return tuple(_account(row) for row in rows)

    async def use_in_terminal(self, tx: Tx, account: AccountId, now: datetime) -> None:
        """The terminal may open an account, and opens it next time when no other is asked for."""
        await tx.execute(
            "INSERT OR REPLACE INTO terminal_accounts (account_id, used_at) VALUES (?, ?)", (account, now.isoformat())
        )

    async def save(self, tx: Tx, account: Account, credential: Credential | None, now: datetime) -> Account:
        """Keep an account and seal its credential, if there is one; a known identity keeps its id and when it began.

        The account as it is kept: another process may have connected the same identity a moment ago.
        """
        rows = await tx.fetch(
            "INSERT INTO accounts (account_id, discogs_id, username, currency, connected_at, active_at, access)"
            " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (discogs_id) DO UPDATE SET"
            " username = excluded.username, currency = excluded.currency, active_at = excluded.active_at,"
            # Whoever joins as anybody while the owner connects does not take their place.
            " access = iif(excluded.access = 'public' AND accounts.access = 'owner', 'owner', excluded.access),"
            " refused_at = iif(excluded.access = 'public', accounts.refused_at, NULL),"
            " connected_at = iif(accounts.access = 'none', excluded.connected_at, accounts.connected_at)"
            f" RETURNING {_COLUMNS}",
            (
                account.id,
                account.discogs_id,
                account.username,
                account.currency,
                account.connected_at.isoformat(),
                now.isoformat(),
                account.access,
            ),
        )
        kept = _account(rows[0])
        if credential is not None:
            await self._seal(tx, kept.id, credential)
        return kept

    async def credential(self, account: Account) -> Credential | None:
        """What reads the account's collection; None for a public one.

        Raises FromFile when nothing ever did, Disconnected when nothing does any more, SealBroken when it does not
        open.
        """
        if account.access is Access.LOCAL:
            raise FromFile(username=account.username)
        if account.access is Access.PUBLIC:
            return None
        rows = await self._database.fetch("SELECT sealed FROM credentials WHERE account_id = ?", (account.id,))
        if not rows:
            raise Disconnected(username=account.username)
        try:
            return self._cipher.open(account.id, rows[0][0])
        except SealDoesNotOpen:
            raise SealBroken(username=account.username) from None

    async def disconnect(self, tx: Tx, account: AccountId) -> None:
        """Forget what reads the account's collection; the collection stays. One from a file stays what it is."""
        await tx.execute("DELETE FROM credentials WHERE account_id = ?", (account,))
        await tx.execute(
            "UPDATE accounts SET access = 'none', refused_at = NULL WHERE account_id = ? AND access <> 'local'",
            (account,),
        )
        await tx.execute("UPDATE shelves SET due_at = NULL WHERE account_id = ?", (account,))

    async def delete(self, tx: Tx, account: AccountId) -> None:
        """Everything that names the account goes along, by cascade, and the releases that nobody else has."""
        await tx.execute("DELETE FROM accounts WHERE account_id = ?", (account,))
        for sql in (_FORGET_RELEASES, *FORGET, FORGET_FACTS):
            await tx.execute(sql)

    async def reseal(self, tx: Tx) -> tuple[int, int]:
        """Seal every credential with the newest key: how many were, and how many do not open and stay as they are."""
        rows = await tx.fetch("SELECT account_id, sealed FROM credentials")
        # Sign-ins that wait are nobody's yet, and begun again in a moment.
        await tx.execute("DELETE FROM pending_connections")
        sealed = 0
        for account, old in rows:
            with contextlib.suppress(SealDoesNotOpen):
                await self._seal(tx, AccountId(account), self._cipher.open(AccountId(account), old))
                sealed += 1
        return sealed, len(rows) - sealed

    async def mark_good(self, tx: Tx, account: AccountId) -> None:
        """Discogs has shown what only the credential opens, or what everybody may see."""
        await tx.execute(
            "UPDATE accounts SET refused_at = NULL WHERE account_id = ? AND refused_at IS NOT NULL", (account,)
        )

    async def mark_refused(self, tx: Tx, account: AccountId, credential: Credential | None, now: datetime) -> None:
        """Discogs no longer accepts the credential, and has said so when it was asked whose it is.

        Nothing, when the account has another one by now.
        """
        rows = await tx.fetch("SELECT sealed FROM credentials WHERE account_id = ?", (account,))
        if not rows or self._cipher.open(account, rows[0][0]) != credential:
            return
        await tx.execute(
            "UPDATE accounts SET refused_at = coalesce(refused_at, ?) WHERE account_id = ?", (now.isoformat(), account)
        )
        await tx.execute("UPDATE shelves SET due_at = NULL WHERE account_id = ?", (account,))

    async def begin_sign_in(self, tx: Tx, token: RequestToken, now: datetime) -> None:
        """Keep the secret half of a request token until its member has decided."""
        await tx.execute("DELETE FROM pending_connections WHERE began_at < ?", ((now - _REMEMBERED).isoformat(),))
        request = _request_id(token.key)
        await tx.execute(
            "INSERT OR REPLACE INTO pending_connections (request_id, sealed, began_at) VALUES (?, ?, ?)",
            (request, self._cipher.seal(AccountId(request), AccessToken(token.key, token.reveal())), now.isoformat()),
        )

    async def take_sign_in(self, tx: Tx, key: str, now: datetime) -> RequestToken:
        """The request token of a key. Raises SignInUsed the second time, SignInExpired after a quarter of an hour."""
        request = _request_id(key)
        rows = await tx.fetch("SELECT sealed, began_at FROM pending_connections WHERE request_id = ?", (request,))
        if not rows or now - datetime.fromisoformat(rows[0][1]) > SIGN_IN_LIVES:
            raise SignInExpired
        if rows[0][0] is None:
            raise SignInUsed
        await tx.execute("UPDATE pending_connections SET sealed = NULL WHERE request_id = ?", (request,))
        try:
            found = self._cipher.open(AccountId(request), rows[0][0])
        except SealDoesNotOpen:
            raise SignInExpired from None
        return RequestToken(key, found.reveal())

    async def _seal(self, tx: Tx, account: AccountId, credential: Credential) -> None:
        await tx.execute(
            "INSERT INTO credentials (account_id, sealed) VALUES (?, ?)"
            " ON CONFLICT (account_id) DO UPDATE SET sealed = excluded.sealed",
            (account, self._cipher.seal(account, credential)),
        )


def _request_id(key: str) -> str:
    """What a sign-in is found by: the key itself is half of a secret, and comes back in an address."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def _account(row: Row) -> Account:
    account_id, discogs_id, username, connected_at, currency, access, refused_at, walked_at, checked_at = row
    return Account(
        id=AccountId(account_id),
        discogs_id=DiscogsUserId(discogs_id),
        username=username,
        connected_at=datetime.fromisoformat(connected_at),
        currency=currency,
        last_sync_at=datetime.fromisoformat(walked_at) if walked_at else None,
        checked_at=datetime.fromisoformat(checked_at) if checked_at else None,
        access=Access(access),
        refused_at=datetime.fromisoformat(refused_at) if refused_at else None,
    )
