"""The listening log, and what was offered for listening; by account and release."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from core.domain.ids import AccountId, ReleaseId
from core.domain.picking import Offer
from core.domain.plays import Play, Played
from core.domain.release import Release
from core.store.database import Database, Row, Tx
from core.store.loading import PLAYS, in_json, plays_of

import msgspec

_PLAY: Final = (
    "SELECT play_id, plays.release_id, played_at, logged_at, releases.body"
    " FROM plays LEFT JOIN releases ON releases.release_id = plays.release_id WHERE plays.account_id = ?"
)
_HERE: Final = """
SELECT EXISTS (SELECT 1 FROM items WHERE account_id = ?1 AND release_id = ?2)
OR EXISTS (SELECT 1 FROM changes WHERE account_id = ?1 AND release_id = ?2)
OR EXISTS (SELECT 1 FROM plays WHERE account_id = ?1 AND release_id = ?2)
OR EXISTS (SELECT 1 FROM offers WHERE account_id = ?1 AND release_id = ?2)
"""
_RELEASE: Final = msgspec.json.Decoder(Release)
_TICK: Final = timedelta(microseconds=1)


class PlayRepository:
    """Rows are of releases, so no sync touches them, whichever copies come and go."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def was_here(self, account: AccountId, release: ReleaseId) -> bool:
        """Whether a release is, or ever was, among the records or the wants of an account."""
        return bool((await self._database.fetch(_HERE, (account, release)))[0][0])

    async def release(self, release: ReleaseId) -> Release | None:
        """What is known of a release; None when nothing is."""
        rows = await self._database.fetch("SELECT body FROM releases WHERE release_id = ?", (release,))
        return _release(rows[0][0]) if rows else None

    async def log(self, tx: Tx, account: AccountId, release: ReleaseId, at: datetime, now: datetime) -> Play | None:
        """Add a play, in UTC; None, and nothing, when the account has been deleted meanwhile."""
        rows = await tx.fetch(
            "INSERT INTO plays (account_id, release_id, played_at, logged_at)"
            " SELECT account_id, ?, ?, ? FROM accounts WHERE account_id = ? RETURNING play_id",
            (release, _text(at), _text(now), account),
        )
        return Play(rows[0][0], release, at, now) if rows else None

    async def find(self, account: AccountId, number: int | None = None) -> Play | None:
        """The play of that number, or the one that was logged last; None when the account has no such play."""
        if number is None:
            rows = await self._database.fetch(f"{_PLAY} ORDER BY logged_at DESC, play_id DESC LIMIT 1", (account,))
        else:
            rows = await self._database.fetch(f"{_PLAY} AND play_id = ?", (account, number))
        return _play(rows[0]) if rows else None

    async def remove(self, tx: Tx, account: AccountId, number: int) -> bool:
        """Take a play away; whether it was still there."""
        return bool(await tx.execute("DELETE FROM plays WHERE account_id = ? AND play_id = ?", (account, number)))

    async def of(self, account: AccountId) -> Mapping[ReleaseId, Played]:
        """How often each release was played, and when last."""
        return plays_of(await self._database.fetch_many(PLAYS, (account,)))

    async def listed(
        self, account: AccountId, since: datetime | None = None, limit: int = -1, before: Play | None = None
    ) -> tuple[Play, ...]:
        """Plays by when they were heard, the last first: from a moment on, below a play that was told already."""
        sql = f"{_PLAY} AND played_at >= ?"
        values: tuple[str | int, ...] = (account, _text(since) if since else "")
        if before is not None:
            sql, values = f"{sql} AND (played_at, play_id) < (?, ?)", (*values, _text(before.at), before.number)
        given = (*values, limit)
        rows = await self._database.fetch_many(f"{sql} ORDER BY played_at DESC, play_id DESC LIMIT ?", given)
        return tuple(map(_play, rows))

    async def offers(self, account: AccountId) -> Mapping[ReleaseId, Offer]:
        """What was offered, each as of the last time."""
        rows = await self._database.fetch_many(
            "SELECT release_id, offered_at, declined_at FROM offers WHERE account_id = ?", (account,)
        )
        return {ReleaseId(release): Offer(_moment(at), _moment(no) if no else None) for release, at, no in rows}

    async def offer(self, tx: Tx, account: AccountId, release: ReleaseId, now: datetime) -> None:
        """Remember that a release was offered, later than any other; nothing, when the account is gone."""
        rows = await tx.fetch("SELECT max(offered_at) FROM offers WHERE account_id = ?", (account,))
        # After the one before, however clocks were set, or nobody could tell which of them was the last.
        moment = max(now, _moment(rows[0][0]) + _TICK) if rows[0][0] else now
        await tx.execute(
            "INSERT OR REPLACE INTO offers (account_id, release_id, offered_at, declined_at)"
            " SELECT account_id, ?, ?, NULL FROM accounts WHERE account_id = ?",
            (release, _text(moment), account),
        )

    async def decline(self, tx: Tx, account: AccountId, release: ReleaseId, now: datetime) -> None:
        """Remember that what was offered was not wanted."""
        await tx.execute(
            "UPDATE offers SET declined_at = ? WHERE account_id = ? AND release_id = ?", (_text(now), account, release)
        )

    async def hand_over(
        self, tx: Tx, account: AccountId, other: AccountId, kept: Collection[ReleaseId] | None = None
    ) -> None:
        """Give plays and offers of an account to another one; those of some releases stay where they are.

        Of two offers of one release the later one counts.
        """
        stays = in_json(sorted(kept or ()))
        where = "account_id = ?2 AND release_id NOT IN (SELECT value FROM json_each(?3))"
        await tx.execute(f"UPDATE plays SET account_id = ?1 WHERE {where}", (other, account, stays))
        await tx.execute(
            "INSERT INTO offers (account_id, release_id, offered_at, declined_at)"
            f" SELECT ?1, release_id, offered_at, declined_at FROM offers WHERE {where}"
            " ON CONFLICT (account_id, release_id) DO UPDATE SET"
            " offered_at = excluded.offered_at, declined_at = excluded.declined_at"
            " WHERE excluded.offered_at > offers.offered_at",
            (other, account, stays),
        )
        await tx.execute(
            "DELETE FROM offers WHERE account_id = ? AND release_id NOT IN (SELECT value FROM json_each(?))",
            (account, stays),
        )


def _play(row: Row) -> Play:
    number, release, at, logged_at, body = row
    return Play(number, ReleaseId(release), _moment(at), _moment(logged_at), _release(body))


def _release(body: bytes | None) -> Release | None:
    """A release that is damaged is as good as none: the play is what counts."""
    with contextlib.suppress(msgspec.MsgspecError, ValueError):
        return _RELEASE.decode(body) if body else None
    return None


def _text(moment: datetime) -> str:
    """Sorted as texts, all of them stand in the order of time."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
