"""How the terminal was left, by account."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from core.domain.desk import Desk
from core.domain.ids import AccountId
from core.store.database import Database, Tx

import msgspec
from msgspec.structs import replace

_DESK: Final = msgspec.json.Decoder(Desk)


class DeskRepository:
    """One desk an account. Losing it loses nothing that matters, so what cannot be read is as good as none."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, account: AccountId) -> Desk | None:
        """The desk of an account; None if there is none that can be read: a later version may write others."""
        rows = await self._database.fetch("SELECT body FROM terminal_desks WHERE account_id = ?", (account,))
        try:
            return _DESK.decode(rows[0][0]) if rows else None
        except msgspec.MsgspecError:
            return None

    async def save(self, tx: Tx, account: AccountId, desk: Desk, now: datetime) -> None:
        """Keep it in place of the one before; nothing, when the account has been deleted meanwhile."""
        await tx.execute(
            "INSERT OR REPLACE INTO terminal_desks (account_id, body, saved_at)"
            " SELECT account_id, ?, ? FROM accounts WHERE account_id = ?",
            (msgspec.json.encode(_writable(desk)), now.isoformat(), account),
        )


def _writable(desk: Desk) -> Desk:
    """Half a character, as a terminal may send it, cannot be written."""
    return replace(desk, text=desk.text.encode("utf-8", "replace").decode("utf-8"))
