"""Very many rows at once: filled in any order, indexes take longer than the rows; made anew afterwards, they do not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from core.store.database import Tx

_MANY: Final = 10_000
"""Rows from which on it is worth it."""


@asynccontextmanager
async def unindexed(tx: Tx, table: str, rows: int) -> AsyncIterator[None]:
    """So many rows are added in the block: without the table's indexes, if that is more than there are.

    Others see the table as it was until the transaction is over; if it fails, the indexes were never gone.
    """
    is_mostly_new = rows >= _MANY and await _has_fewer(tx, table, rows)
    indexes = await _indexes(tx, table) if is_mostly_new else {}
    for name in indexes:
        await tx.execute(f"DROP INDEX {name}")
    yield
    for definition in indexes.values():
        await tx.execute(definition)


async def _has_fewer(tx: Tx, table: str, rows: int) -> bool:
    found = await tx.fetch(f"SELECT count(*) FROM (SELECT 1 FROM {table} LIMIT ?)", (rows,))
    return bool(found[0][0] < rows)


async def _indexes(tx: Tx, table: str) -> dict[str, str]:
    """Those that were made, with the statements that made them; not those of keys, which belong to the table."""
    rows = await tx.fetch(
        "SELECT name, sql FROM sqlite_schema WHERE tbl_name = ? AND type = 'index' AND sql > ''", (table,)
    )
    return {str(name): str(sql) for name, sql in rows}
