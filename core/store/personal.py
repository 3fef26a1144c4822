"""Everything that is kept about an account: to be shown to its owner, and to go when they leave."""

from __future__ import annotations

from typing import Final

from core.domain.ids import AccountId
from core.store.database import Database

import msgspec

_BY_RUN: Final = "run_id IN (SELECT run_id FROM sync_runs WHERE account_id = ?)"
_BY_ACCOUNT: Final = "account_id = ?"
_BY_EITHER: Final = "? IN (account_id, compared_with)"

TABLES: Final[dict[str, str]] = {
    "accounts": _BY_ACCOUNT,
    "credentials": _BY_ACCOUNT,
    "terminal_accounts": _BY_ACCOUNT,
    "terminal_desks": _BY_ACCOUNT,
    "shelves": _BY_ACCOUNT,
    "folders": _BY_ACCOUNT,
    "fields": _BY_ACCOUNT,
    "items": _BY_ACCOUNT,
    "missing_items": _BY_ACCOUNT,
    "unreadable_items": _BY_ACCOUNT,
    "changes": _BY_ACCOUNT,
    "sync_runs": _BY_ACCOUNT,
    "staged_pages": _BY_RUN,
    "leases": _BY_ACCOUNT,
    "local_collections": _BY_ACCOUNT,
    "compared_collections": _BY_EITHER,
    "plays": _BY_ACCOUNT,
    "offers": _BY_ACCOUNT,
    "views": _BY_ACCOUNT,
}
"""Each table that names an account, and how. All of them go with the account, by cascade."""

Cell = str | int | float | bool | None | dict[str, object] | list[object]
Rows = list[dict[str, Cell]]


class PersonalRepository:
    """Reads what is kept; nothing of it is ever shown to anybody else."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def counts(self, account: AccountId) -> dict[str, int]:
        """How many rows each table has of an account."""
        return {
            table: (await self._database.fetch(f"SELECT count(*) FROM {table} WHERE {where}", (account,)))[0][0]
            for table, where in TABLES.items()
        }

    async def rows(self, account: AccountId) -> dict[str, Rows]:
        """Every row of an account by table. A sealed credential stays sealed; only its length is told."""
        return {table: await self._rows(table, where, account) for table, where in TABLES.items()}

    async def _rows(self, table: str, where: str, account: AccountId) -> Rows:
        columns = [row[1] for row in await self._database.fetch(f"PRAGMA table_info({table})")]
        rows = await self._database.fetch_many(f"SELECT * FROM {table} WHERE {where}", (account,))
        return [{name: _shown(name, value) for name, value in zip(columns, row, strict=True)} for row in rows]


def _shown(name: str, value: str | float | bytes | None) -> Cell:
    """A value as JSON has it; what is kept as JSON is shown as that."""
    if not isinstance(value, bytes):
        return value
    if name == "sealed":
        return f"sealed, {len(value)} bytes"
    try:
        found: Cell = msgspec.json.decode(value)
    except (msgspec.DecodeError, UnicodeError):
        return value.decode("utf-8", "replace")
    return found
