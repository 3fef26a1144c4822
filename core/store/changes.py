"""The feed: what happened to the copies of each shelf, never rewritten."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from typing import Final

from core.domain.changes import Action, Change, Entry, Result, Who
from core.domain.ids import AccountId, InstanceId, ReleaseId, RunId, Shelf
from core.domain.release import Release
from core.store.database import Database, Row, Tx

import msgspec
from msgspec import Raw

_RELEASE: Final = msgspec.json.Decoder(Release)
_COLUMNS: Final = "at, shelf, run_id, who, action, release_id, instance_id, before, after, result, reason"
_LAST: Final = 2**63 - 1
"""Higher than the number of any entry."""


class ChangeRepository:
    """Rows by account, in the order in which they happened."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def record(
        self, tx: Tx, account: AccountId, shelf: Shelf, run: RunId | None, now: datetime, changes: Iterable[Change]
    ) -> None:
        """Add what happened, in the transaction in which it happens."""
        await tx.execute_many(
            f"INSERT INTO changes (account_id, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    account,
                    now.isoformat(),
                    shelf,
                    run,
                    change.who,
                    change.action,
                    change.release_id,
                    change.instance_id,
                    bytes(change.before) if change.before else None,
                    bytes(change.after) if change.after else None,
                    change.result,
                    change.reason or None,
                )
                for change in changes
            ),
        )

    async def since(
        self,
        account: AccountId,
        moment: datetime | None = None,
        *,
        shelf: Shelf | None = None,
        limit: int = -1,
        older_than: int | None = None,
        actions: Collection[Action] = (),
    ) -> tuple[Entry, ...]:
        """What happened since a moment, the newest first; the newest of it when that is more than the limit.

        `older_than`: the number of an entry, of which only what came before it is wanted. `actions`: these alone.
        """
        rows = await self._database.fetch_many(
            f"SELECT change_id, {_COLUMNS}, body FROM changes LEFT JOIN releases USING (release_id)"
            " WHERE account_id = ? AND change_id < ? AND at >= ? AND shelf = coalesce(?, shelf)"
            " AND (? OR action IN (SELECT value FROM json_each(?))) ORDER BY change_id DESC LIMIT ?",
            (
                account,
                _LAST if older_than is None else older_than,
                moment.astimezone(UTC).isoformat() if moment else "",
                shelf,
                not actions,
                msgspec.json.encode(sorted(actions)).decode(),
                limit,
            ),
        )
        return tuple(map(_entry, rows))


def _entry(row: Row) -> Entry:
    number, at, shelf, run, who, action, release, instance, before, after, result, reason, body = row
    return Entry(
        number=number,
        at=datetime.fromisoformat(at),
        shelf=Shelf(shelf),
        run=None if run is None else RunId(run),
        change=Change(
            action=Action(action),
            instance_id=None if instance is None else InstanceId(instance),
            release_id=None if release is None else ReleaseId(release),
            before=None if before is None else Raw(before),
            after=None if after is None else Raw(after),
            who=Who(who),
            result=Result(result),
            reason=reason or "",
        ),
        release=None if body is None else _RELEASE.decode(body),
    )
