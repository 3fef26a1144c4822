"""Connect a Discogs account."""

from __future__ import annotations

import uuid

from core.clock import Clock
from core.discogs.client import Discogs
from core.domain.account import Account, PersonalToken
from core.domain.ids import AccountId
from core.errors import TokenMalformed
from core.store.accounts import AccountRepository
from core.store.database import Database

_LONGEST_TOKEN = 200


class ConnectService:
    """Who may read which collection."""

    def __init__(self, discogs: Discogs, database: Database, accounts: AccountRepository, clock: Clock) -> None:
        self._discogs = discogs
        self._database = database
        self._accounts = accounts
        self._clock = clock

    async def with_token(self, text: str) -> Account:
        """Connect the account that a personal access token belongs to; one that is known is joined.

        Raises TokenMalformed before anything is sent, NotAuthorised when Discogs does not know the token.
        """
        token = PersonalToken(_checked(text))
        session = self._discogs.session(token)
        identity = await session.identity()
        profile = await session.profile(identity.username)
        now = self._clock.now()
        known = await self._accounts.by_discogs_id(identity.id)
        account = Account(
            id=known.id if known else AccountId(str(uuid.uuid4())),
            discogs_id=identity.id,
            username=identity.username,
            connected_at=known.connected_at if known else now,
            currency=profile.currency,
            last_sync_at=known.last_sync_at if known else None,
        )
        async with self._database.tx() as tx:
            return await self._accounts.save(tx, account, token, now)


def _checked(text: str) -> str:
    """A token that can stand in a header. What was typed is never repeated."""
    token = text.strip()
    if not token:
        raise TokenMalformed(reason="it is empty")
    if len(token) > _LONGEST_TOKEN:
        raise TokenMalformed(reason="it is too long")
    if not (token.isascii() and token.isprintable()) or " " in token:
        raise TokenMalformed(reason="it holds characters that no token has")
    return token
