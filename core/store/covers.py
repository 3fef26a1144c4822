"""What is known of pictures: which are here, what came of those that were asked for, and the lane to where they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final, TypeVar

from core.domain.cover_addresses import of_row
from core.domain.covers import Cover, Key, Kind, Size, State
from core.domain.ids import ReleaseId
from core.domain.image_lane import ImageLane
from core.store.database import Database, Row, Tx

import msgspec

T = TypeVar("T")

_AT_ONCE: Final = 500
_COLUMNS: Final = (
    "release_id, size, address, state, kind, bytes, width, height, fetched_at, used_at, next_at, reason, tries"
)
_THESE: Final = "(SELECT value FROM json_each(?))"
_TOLD: Final = (
    "coalesce(json_extract(body, '$.thumb'), ''), coalesce(json_extract(body, '$.cover_image'), ''), source"
    " FROM (SELECT release_id, CAST(body AS TEXT) AS body, source FROM releases"
    f" WHERE release_id IN {_THESE}) WHERE json_valid(body)"
)
_FORGET: Final = (
    " FROM covers WHERE release_id NOT IN (SELECT release_id FROM items)"
    " AND release_id NOT IN (SELECT release_id FROM changes WHERE release_id IS NOT NULL)"
)
"""Those of what nobody has or had: they would tell what somebody who has left had."""

_LANE: Final = msgspec.json.Decoder(ImageLane)


class CoverRepository:
    """One row for each picture that was asked for."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, releases: Sequence[ReleaseId]) -> dict[Key, Cover]:
        """What is known of the pictures of these releases."""
        found: dict[Key, Cover] = {}
        for some in _parts(releases):
            rows = await self._database.fetch_many(
                f"SELECT {_COLUMNS} FROM covers WHERE release_id IN {_THESE}", (_json(some),)
            )
            covers = (_cover(row) for row in rows)
            found |= {cover.key: cover for cover in covers if cover is not None}
        return found

    async def one(self, tx: Tx, key: Key) -> Cover | None:
        """What is known of a picture."""
        rows = await tx.fetch(
            f"SELECT {_COLUMNS} FROM covers WHERE release_id = ? AND size = ?", (key.release, key.size)
        )
        return _cover(rows[0]) if rows else None

    async def told(self, releases: Sequence[ReleaseId]) -> dict[ReleaseId, tuple[dict[Size, str], bool]]:
        """The addresses that rows of collections say, by size; and whether Discogs said them, or a file."""
        found: dict[ReleaseId, tuple[dict[Size, str], bool]] = {}
        for some in _parts(releases):
            rows = await self._database.fetch_many(f"SELECT release_id, {_TOLD}", (_json(some),))
            for release, thumb, cover_image, source in rows:
                found[ReleaseId(release)] = {size: of_row(size, thumb, cover_image) for size in Size}, source == "api"
        return found

    async def write(self, tx: Tx, cover: Cover) -> None:
        """Keep what is known of a picture now."""
        moments = (_text(moment) for moment in (cover.fetched_at, cover.used_at, cover.next_at))
        await tx.execute(
            f"INSERT OR REPLACE INTO covers ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                cover.key.release,
                cover.key.size,
                cover.address,
                cover.state,
                cover.kind,
                cover.bytes,
                cover.width,
                cover.height,
                *moments,
                cover.reason,
                cover.tries,
            ),
        )

    async def used(self, tx: Tx, uses: Iterable[tuple[Key, datetime]]) -> None:
        """Note when pictures were used last."""
        await tx.execute_many(
            "UPDATE covers SET used_at = ?1 WHERE release_id = ?2 AND size = ?3 AND state = 'here'"
            " AND (used_at IS NULL OR used_at < ?1)",
            [(moment.isoformat(), key.release, key.size) for key, moment in uses],
        )

    async def held(self, tx: Tx) -> int:
        """Bytes of all pictures that are here."""
        return int((await tx.fetch("SELECT coalesce(sum(bytes), 0) FROM covers WHERE state = 'here'"))[0][0])

    async def longest_unused(self, tx: Tx, before: datetime | None, too_much: int) -> list[tuple[Key, int]]:
        """Pictures and their bytes, those first that were used longest ago; of those that were used `before` only.

        As many as make `too_much` bytes, or all.
        """
        rows = await tx.fetch(
            "SELECT release_id, size, bytes FROM (SELECT release_id, size, bytes, used_at,"
            " sum(bytes) OVER (ORDER BY used_at, release_id, size ROWS UNBOUNDED PRECEDING) - bytes AS earlier"
            " FROM covers WHERE state = 'here' AND (?1 IS NULL OR used_at < ?1))"
            " WHERE earlier < ?2 ORDER BY used_at, release_id, size",
            (_text(before), too_much),
        )
        return [(Key(ReleaseId(release), Size(size)), length) for release, size, length in rows]

    async def forget(self, tx: Tx, keys: Iterable[Key]) -> None:
        """Know nothing of these any more."""
        await tx.execute_many(
            "DELETE FROM covers WHERE release_id = ? AND size = ?", [(key.release, key.size) for key in keys]
        )

    async def forget_settled(self, tx: Tx, keys: Iterable[Key], before: datetime) -> int:
        """The same of those that were fetched before that; whoever fetches one now may not have noted it yet."""
        return sum(
            [
                await tx.execute(
                    "DELETE FROM covers WHERE release_id = ? AND size = ? AND state = 'here' AND fetched_at < ?",
                    (key.release, key.size, _text(before)),
                )
                for key in keys
            ]
        )

    async def forget_all(self, tx: Tx) -> None:
        """Know nothing of any."""
        await tx.execute("DELETE FROM covers")

    async def forget_strangers(self, tx: Tx) -> list[Key]:
        """Know nothing of pictures of what nobody has or had; which they were."""
        rows = await tx.fetch(f"SELECT release_id, size{_FORGET}")
        await tx.execute(f"DELETE{_FORGET}")
        return [Key(ReleaseId(release), Size(size)) for release, size in rows]

    async def forget_tried(self, tx: Tx, before: datetime) -> int:
        """Know nothing of those that could be asked for again since then, and were not."""
        return await tx.execute(
            "DELETE FROM covers WHERE state IN ('none', 'failed') AND next_at < ?", (_text(before),)
        )

    async def here(self) -> dict[Key, tuple[Kind | None, int]]:
        """All that are here by the rows, each with its kind and bytes."""
        rows = await self._database.fetch_many("SELECT release_id, size, kind, bytes FROM covers WHERE state = 'here'")
        known = frozenset(Kind)
        return {
            Key(ReleaseId(release), Size(size)): (Kind(kind) if kind in known else None, length)
            for release, size, kind, length in rows
            if size in frozenset(Size)
        }

    async def counts(self) -> dict[tuple[str, str], tuple[int, int]]:
        """How many there are and how many bytes they have, by size and state."""
        rows = await self._database.fetch_many(
            "SELECT size, state, count(*), coalesce(sum(bytes), 0) FROM covers GROUP BY size, state"
        )
        return {(size, state): (number, length) for size, state, number, length in rows}

    async def refused(self) -> dict[str, int]:
        """How many were refused, by reason."""
        rows = await self._database.fetch_many(
            "SELECT reason, count(*) FROM covers WHERE state = 'refused' GROUP BY reason ORDER BY count(*) DESC, reason"
        )
        return {reason or "": number for reason, number in rows}

    async def lane(self) -> ImageLane:
        """How the lane stands."""
        return _lane(await self._database.fetch("SELECT body FROM image_lane"))

    async def change_lane(self, tx: Tx, change: Callable[[ImageLane], tuple[ImageLane, T]]) -> T:
        """Apply a pure change to the lane, alone among all processes; what the change returns besides."""
        before = _lane(await tx.fetch("SELECT body FROM image_lane"))
        after, result = change(before)
        if after != before:
            await tx.execute(
                "INSERT OR REPLACE INTO image_lane (lane, body) VALUES (1, ?)", (msgspec.json.encode(after),)
            )
        return result


def _lane(rows: list[Row]) -> ImageLane:
    """What cannot be read, because a later version wrote it, is as good as nothing."""
    try:
        return _LANE.decode(rows[0][0]) if rows else ImageLane()
    except msgspec.MsgspecError:
        return ImageLane()


def _cover(row: Row) -> Cover | None:
    release, size, address, state, kind, length, width, height, fetched_at, used_at, next_at, reason, tries = row
    try:
        return Cover(
            key=Key(ReleaseId(release), Size(size)),
            address=address,
            state=State(state),
            kind=Kind(kind) if kind else None,
            bytes=length or 0,
            width=width or 0,
            height=height or 0,
            fetched_at=_moment(fetched_at),
            used_at=_moment(used_at),
            next_at=_moment(next_at),
            reason=reason or "",
            tries=tries,
        )
    except ValueError:
        return None  # A later version knows more of them; for this one it is asked for anew.


def _parts(releases: Sequence[ReleaseId]) -> Iterator[Sequence[ReleaseId]]:
    return (releases[start : start + _AT_ONCE] for start in range(0, len(releases), _AT_ONCE))


def _json(releases: Sequence[ReleaseId]) -> str:
    return msgspec.json.encode(releases).decode()


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
