"""How the terminal was left, by account."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from core.domain.desk import Desk
from core.domain.ids import AccountId, Shelf
from core.store.database import Database, Tx

import msgspec
from msgspec.structs import replace

_DESK: Final = msgspec.json.Decoder(Desk)
_BEFORE: Final = timedelta(seconds=1)


class DeskRepository:
    """One desk a shelf. Losing it loses nothing that matters, so what cannot be read is as good as none."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, account: AccountId, shelf: Shelf = Shelf.COLLECTION) -> Desk | None:
        """The desk of a shelf; None if there is none that can be read: a later version may write others."""
        rows = await self._database.fetch(
            "SELECT body FROM terminal_desks WHERE account_id = ? AND shelf = ?", (account, shelf)
        )
        try:
            return _DESK.decode(rows[0][0]) if rows else None
        except msgspec.MsgspecError:
            return None

    async def last(self, account: AccountId) -> Shelf:
        """The shelf whose desk was kept last; the collection when none was."""
        rows = await self._database.fetch(
            "SELECT shelf FROM terminal_desks WHERE account_id = ? ORDER BY saved_at DESC LIMIT 1", (account,)
        )
        return Shelf(rows[0][0]) if rows and rows[0][0] in frozenset(Shelf) else Shelf.COLLECTION

    async def save(
        self, tx: Tx, account: AccountId, desk: Desk, now: datetime, shelf: Shelf = Shelf.COLLECTION
    ) -> None:
        """Keep it in place of the one before; nothing, when the account has been deleted meanwhile."""
        await tx.execute(
            "INSERT OR REPLACE INTO terminal_desks (account_id, shelf, body, saved_at)"
            " SELECT account_id, ?, ?, ? FROM accounts WHERE account_id = ?",
            (shelf, msgspec.json.encode(_writable(desk)), now.isoformat(), account),
        )
        # Under a clock that was set back, too, the one that is kept last is the latest.
        await tx.execute(
            "UPDATE terminal_desks SET saved_at = ? WHERE account_id = ? AND shelf <> ? AND saved_at >= ?",
            ((now - _BEFORE).isoformat(), account, shelf, now.isoformat()),
        )


def _writable(desk: Desk) -> Desk:
    """Half a character, as a terminal may send it, cannot be written."""
    return replace(desk, text=desk.text.encode("utf-8", "replace").decode("utf-8"))
