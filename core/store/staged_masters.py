"""Masters of a dump that are staged: kept out of sight, then let be known all at once, or let go of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Final

from core.domain.dump import Published
from core.domain.master import Master
from core.store.database import Tx, Value

import msgspec

_PART: Final = 50_000
"""Masters published by one statement: what it could have to undo is kept in memory."""

_CLEANED: Final = 100_000
"""Masters let go of in one go: some tenths of a second."""

_CACHE: Final = -16_000
"""Kilobytes of the file in memory, below 0 as SQLite has it: the index by main release is filled in no order at all."""

_STAGED: Final = "FROM staged_masters AS staged WHERE dump_id = ?1 AND master_id > ?2 AND master_id <= ?3"
_SAME: Final = (
    "masters.year IS staged.year AND masters.genres = staged.genres AND masters.styles = staged.styles"
    " AND (staged.main_release IS NULL OR masters.main_release IS staged.main_release)"
)
_LATER: Final = "(masters.as_of > ?4 OR (masters.as_of = ?4 AND masters.source = 'api'))"
_COUNT: Final = f"""
SELECT count(*), coalesce(sum(masters.master_id IS NULL), 0), coalesce(sum({_LATER}), 0),
    coalesce(sum(NOT {_LATER} AND {_SAME} AND masters.gone = 0), 0)
FROM staged_masters AS staged LEFT JOIN masters USING (master_id)
WHERE dump_id = ?1 AND staged.master_id > ?2 AND staged.master_id <= ?3
"""
_INSERT: Final = f"""
INSERT INTO masters (master_id, main_release, year, genres, styles, source, as_of, stored_at)
SELECT master_id, main_release, year, genres, styles, 'dump', ?4, ?5 {_STAGED} ORDER BY master_id
"""
_AGREED: Final = f"""
{_INSERT} ON CONFLICT (master_id) DO UPDATE SET source = excluded.source, as_of = excluded.as_of, gone = 0
WHERE masters.as_of < excluded.as_of AND {_SAME.replace("staged.", "excluded.")}
"""
"""What is new, and what is said again: no index is touched for that."""
_DIFFERED: Final = f"""
{_INSERT} ON CONFLICT (master_id) DO UPDATE SET
    main_release = coalesce(excluded.main_release, main_release),
    stored_at = iif(
        year IS excluded.year AND genres = excluded.genres AND styles = excluded.styles, stored_at, excluded.stored_at
    ),
    year = excluded.year, genres = excluded.genres, styles = excluded.styles,
    source = excluded.source, as_of = excluded.as_of, gone = 0
WHERE (masters.as_of < excluded.as_of OR (masters.as_of = excluded.as_of AND masters.source <> 'api'))
    AND NOT (masters.as_of = excluded.as_of AND masters.gone = 0 AND {_SAME.replace("staged.", "excluded.")})
"""
"""What is said otherwise. With the other it means the same as `core.store.masters` does of single ones."""


def rows_of(dump: str, masters: Iterable[Master]) -> list[tuple[Value, ...]]:
    """What is staged of masters."""
    return [
        (dump, master.id, master.main_release, master.year, _json(master.genres), _json(master.styles))
        for master in masters
    ]


async def publish_staged(tx: Tx, dump: str, as_of: datetime, stored_at: datetime) -> Published:
    """Let everything that is staged of a dump be known, where nothing newer is."""
    (size,) = (await tx.fetch("PRAGMA cache_size"))[0]
    await tx.execute(f"PRAGMA cache_size = {_CACHE}")
    try:
        return await _published(tx, dump, as_of.isoformat(), stored_at.isoformat())
    finally:
        await tx.execute(f"PRAGMA cache_size = {int(size)}")


async def _published(tx: Tx, dump: str, day: str, moment: str) -> Published:
    kept = added = newer = same = last = 0
    while True:
        rows = await tx.fetch(
            "SELECT max(master_id) FROM (SELECT master_id FROM staged_masters WHERE dump_id = ? AND master_id > ?"
            " ORDER BY master_id LIMIT ?)",
            (dump, last, _PART),
        )
        if rows[0][0] is None:
            return Published(kept, added, kept - added - newer - same, same, newer)
        part: tuple[Value, ...] = (dump, last, rows[0][0])
        counts = (await tx.fetch(_COUNT, (*part, day)))[0]
        kept, added, newer, same = kept + counts[0], added + counts[1], newer + counts[2], same + counts[3]
        for sql in (_AGREED, _DIFFERED):
            await tx.execute(sql, (*part, day, moment))
        last = rows[0][0]


async def let_go_of(tx: Tx, dumps: Sequence[str]) -> int:
    """Let go of some masters that are staged of dumps; how many, 0 when nothing is left."""
    return await tx.execute(
        "DELETE FROM staged_masters WHERE (dump_id, master_id) IN (SELECT dump_id, master_id FROM staged_masters"
        " WHERE dump_id IN (SELECT value FROM json_each(?)) LIMIT ?)",
        (_listed(dumps), _CLEANED),
    )


async def forget_given_up(tx: Tx, dumps: Sequence[str]) -> int:
    """Forget those of these imports that were not published, once nothing is staged of them; how many."""
    return await tx.execute(
        "DELETE FROM dumps WHERE dump_id IN (SELECT value FROM json_each(?)) AND published_at IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM staged_masters WHERE staged_masters.dump_id = dumps.dump_id)",
        (_listed(dumps),),
    )


@lru_cache(maxsize=512)
def _json(texts: tuple[str, ...]) -> bytes:
    """Most are the same as those of others."""
    return msgspec.json.encode(texts)


def _listed(dumps: Sequence[str]) -> str:
    return msgspec.json.encode(list(dumps)).decode()
