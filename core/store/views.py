"""Saved views, by account and folded name."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from core.domain.ids import AccountId, Shelf
from core.domain.views import SavedView
from core.store.database import Database, Row, Tx

import msgspec

_COLUMNS: Final = "name, shelf, text, sort_order, columns, saved_at"
_NAMES: Final = msgspec.json.Decoder(tuple[str, ...])


class ViewRepository:
    """They go with the account."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, account: AccountId) -> tuple[SavedView, ...]:
        """All of an account, in no particular order."""
        rows = await self._database.fetch(f"SELECT {_COLUMNS} FROM views WHERE account_id = ?", (account,))
        return tuple(map(_view, rows))

    async def names(self, tx: Tx, account: AccountId) -> dict[str, str]:
        """What they are called, by key, as things are when nobody else writes."""
        rows = await tx.fetch("SELECT key, name FROM views WHERE account_id = ?", (account,))
        return dict(rows)

    async def write(self, tx: Tx, account: AccountId, view: SavedView, now: datetime) -> None:
        """Keep a view, in the place of one of the same key; nothing, when the account has been deleted."""
        await tx.execute(
            "INSERT OR REPLACE INTO views (account_id, key, name, shelf, text, sort_order, columns, saved_at)"
            " SELECT account_id, ?, ?, ?, ?, ?, ?, ? FROM accounts WHERE account_id = ?",
            (
                view.key,
                view.name,
                view.shelf,
                view.text,
                view.order,
                msgspec.json.encode(view.columns),
                now.isoformat(),
                account,
            ),
        )

    async def delete(self, tx: Tx, account: AccountId, key: str) -> None:
        """Forget one."""
        await tx.execute("DELETE FROM views WHERE account_id = ? AND key = ?", (account, key))


def _view(row: Row) -> SavedView:
    """What is damaged, or of a later version, is as it is at first."""
    name, shelf, text, order, columns, saved_at = row
    try:
        names = _NAMES.decode(columns)
    except msgspec.MsgspecError:
        names = ()
    where = Shelf(shelf) if shelf in frozenset(Shelf) else Shelf.COLLECTION
    return SavedView(name, text, order, names, where, datetime.fromisoformat(saved_at))
