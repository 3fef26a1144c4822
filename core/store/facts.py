"""What queries ask of the details of releases, for whole collections at once: in rows beside those of the details."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from core.domain.details import InShort, KnownDetails, in_short
from core.domain.ids import ReleaseId
from core.store.database import Database, Row, Tx

import msgspec

ON_SHELF: Final = (
    "SELECT release_id, country, barcodes, tracks FROM release_facts"
    " WHERE release_id IN (SELECT release_id FROM items WHERE account_id = ? AND shelf = ?)"
)

_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
_TICK: Final = timedelta(microseconds=1)

_ENCODE: Final = msgspec.json.encode
_TEXTS: Final = msgspec.json.Decoder(tuple[str, ...])


class FactRepository:
    """Facts in short by release; written with the details that they are from."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def write(self, tx: Tx, told: Iterable[KnownDetails]) -> None:
        """Keep what was told of releases, in the place of what was told before."""
        some = list(told)
        if not some:
            return
        rows = await tx.fetch("SELECT max(stored_at) FROM release_facts")
        latest = max(one.as_of for one in some)
        # After all that were stored before, however clocks were set: whoever shows them asks from there on.
        moment = max(latest, datetime.fromisoformat(rows[0][0]) + _TICK) if rows[0][0] else latest
        await tx.execute_many(
            "INSERT OR REPLACE INTO release_facts (release_id, country, barcodes, tracks, stored_at)"
            " VALUES (?, ?, ?, ?, ?)",
            [_values(one, moment.astimezone(UTC).isoformat()) for one in some],
        )

    async def learned(self, since: datetime | None) -> tuple[datetime, Mapping[ReleaseId, InShort]]:
        """The facts that were stored after a moment, and the moment up to which that is.

        Without a moment none, only from when on to ask.
        """
        rows = await self._database.fetch("SELECT max(stored_at) FROM release_facts")
        mark = datetime.fromisoformat(rows[0][0]) if rows[0][0] else _NEVER
        if since is None or mark <= since:
            return mark, {}
        found = await self._database.fetch_many(
            "SELECT release_id, country, barcodes, tracks FROM release_facts WHERE stored_at > ? AND stored_at <= ?",
            (since.isoformat(), mark.isoformat()),
        )
        return mark, await asyncio.to_thread(facts_of, found)


def facts_of(rows: Iterable[Row]) -> dict[ReleaseId, InShort]:
    """Rows as values. Raises msgspec.MsgspecError for one that is damaged."""
    countries: dict[str, str] = {}
    return {
        ReleaseId(number): InShort(country and countries.setdefault(country, country), _TEXTS.decode(barcodes), tracks)
        for number, country, barcodes, tracks in rows
    }


def _values(told: KnownDetails, moment: str) -> tuple[str | int | bytes | None, ...]:
    short = in_short(told.details)
    return told.details.id, short.country, _ENCODE(short.barcodes), short.tracks, moment
