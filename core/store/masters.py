"""What is known of masters, from the API and from monthly dumps: facts that everybody shares."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from core.domain.ids import MasterId, ReleaseId
from core.domain.master import Master, Source, Told
from core.store.database import Database, Row, Tx

import msgspec

OF: Final = "SELECT master_id, year, genres, styles FROM masters WHERE master_id IN (SELECT value FROM json_each(?))"
"""The facts of many, of which the numbers are given as JSON: what a collection shows of them."""

_ALL: Final = "SELECT master_id, year, genres, styles, main_release, source, as_of FROM masters"
_WRITE: Final = """
INSERT INTO masters (master_id, main_release, year, genres, styles, source, as_of, stored_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (master_id) DO UPDATE SET
    main_release = coalesce(excluded.main_release, main_release),
    stored_at = iif(
        year IS excluded.year AND genres = excluded.genres AND styles = excluded.styles, stored_at, excluded.stored_at
    ),
    year = excluded.year, genres = excluded.genres, styles = excluded.styles,
    source = excluded.source, as_of = excluded.as_of, gone = 0
WHERE excluded.as_of > as_of OR (excluded.as_of = as_of AND (excluded.source = 'api' OR source <> 'api'))
"""

_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
_TICK: Final = timedelta(microseconds=1)

_ENCODE: Final = msgspec.json.encode
_TEXTS: Final = msgspec.json.Decoder(tuple[str, ...])


class MasterRepository:
    """Masters by number. None is ever forgotten because it is old, or because Discogs has it no longer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def write(self, tx: Tx, told: Iterable[Told], now: datetime) -> None:
        """Keep what was told last of each; of two that were told at one moment, what the API says."""
        moment = (await stamp(tx, now)).isoformat()
        await tx.execute_many(_WRITE, (_values(one, moment) for one in told))

    async def mark_gone(self, tx: Tx, master: MasterId, now: datetime) -> None:
        """Discogs has it no longer, and that is the newest that is known of it; what it was stays."""
        await tx.execute("UPDATE masters SET gone = 1, as_of = ? WHERE master_id = ?", (now.isoformat(), master))

    async def told(self, master: MasterId) -> Told | None:
        """What was told of one, and when; None when it was never read."""
        rows = await self._database.fetch(f"{_ALL} WHERE master_id = ?", (master,))
        return _told(rows[0]) if rows else None

    async def known(self, masters: Iterable[MasterId]) -> frozenset[MasterId]:
        """Those that were read."""
        rows = await self._database.fetch_many(
            "SELECT master_id FROM masters WHERE master_id IN (SELECT value FROM json_each(?))",
            (_ENCODE(list(masters)).decode(),),
        )
        return frozenset(MasterId(row[0]) for row in rows)

    async def learned(self, since: datetime | None) -> tuple[datetime, Mapping[MasterId, Master]]:
        """The masters of known releases that were stored after a moment, and the moment up to which that is.

        Without a moment none, only from when on to ask.
        """
        rows = await self._database.fetch("SELECT max(stored_at) FROM masters")
        mark = datetime.fromisoformat(rows[0][0]) if rows[0][0] else _NEVER
        if since is None or mark <= since:
            return mark, {}
        found = await self._database.fetch_many(
            f"{_ALL} WHERE stored_at > ? AND stored_at <= ?"
            " AND EXISTS (SELECT 1 FROM releases WHERE releases.master_id = masters.master_id)",
            (since.isoformat(), mark.isoformat()),
        )
        # A dump brings very many at once, to whoever looks at their records.
        return mark, await asyncio.to_thread(_by_number, found)


async def stamp(tx: Tx, now: datetime) -> datetime:
    """The moment under which masters are stored: after all that were stored before, however clocks were set."""
    rows = await tx.fetch("SELECT max(stored_at) FROM masters")
    return max(now, datetime.fromisoformat(rows[0][0]) + _TICK) if rows[0][0] else now


def _values(told: Told, moment: str) -> tuple[str | int | bytes | None, ...]:
    master = told.master
    return (
        master.id,
        master.main_release,
        master.year,
        _ENCODE(master.genres),
        _ENCODE(master.styles),
        told.source,
        told.as_of.astimezone(UTC).isoformat(),
        moment,
    )


def _by_number(rows: Iterable[Row]) -> dict[MasterId, Master]:
    return {one.master.id: one.master for one in map(_told, rows)}


def _told(row: Row) -> Told:
    number, year, genres, styles, main_release, source, as_of = row
    master = Master(
        id=MasterId(number),
        year=year,
        genres=_TEXTS.decode(genres),
        styles=_TEXTS.decode(styles),
        main_release=None if main_release is None else ReleaseId(main_release),
    )
    return Told(master, Source(source), datetime.fromisoformat(as_of))
