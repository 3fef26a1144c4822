"""How old each shelf is, when the schedule has to look at it, and how often something was published on it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from core.domain.account import Access
from core.domain.ids import AccountId, Shelf
from core.domain.schedule import MANY_PRESSED, PRESSED, Every, ShelfState, due
from core.domain.standing import ShelfAge
from core.store.database import Database, Row, Tx

_STATE: Final = (
    "SELECT active_at, access, refused_at, sync_every, walked_at, checked_at, tried_at, failures, private_since, shelf"
    " FROM accounts JOIN shelves USING (account_id) WHERE account_id = ?"
)


class ShelfRepository:
    """Ages and turns by account and shelf."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def state(self, account: AccountId, shelf: Shelf) -> ShelfState | None:
        """What the schedule has to know; None when the account is gone."""
        rows = await self._database.fetch(f"{_STATE} AND shelf = ?", (account, shelf))
        return _state(rows[0]) if rows else None

    async def due(self, now: datetime, limit: int) -> tuple[tuple[AccountId, Shelf], ...]:
        """The shelves whose turn has come, the longest overdue first."""
        rows = await self._database.fetch(
            "SELECT account_id, shelf FROM shelves WHERE due_at <= ? ORDER BY due_at LIMIT ?", (now.isoformat(), limit)
        )
        return tuple((AccountId(account), Shelf(shelf)) for account, shelf in rows)

    async def is_due(self, tx: Tx, account: AccountId, shelf: Shelf, now: datetime) -> bool:
        """Whether a shelf has its turn, as things are when nobody else writes."""
        rows = await tx.fetch(f"{_STATE} AND shelf = ?", (account, shelf))
        turn = due(_state(rows[0]), now) if rows else None
        return turn is not None and turn.at <= now

    async def ages(self, account: AccountId) -> dict[Shelf, ShelfAge]:
        """How old the shelves of an account are, and when they have their next turn."""
        rows = await self._database.fetch(
            "SELECT shelf, walked_at, checked_at, due_at, failures, private_since FROM shelves"
            " WHERE account_id = ? ORDER BY shelf",
            (account,),
        )
        return {
            Shelf(shelf): ShelfAge(_moment(walked_at), _moment(checked_at), _moment(due_at), failures, _moment(private))
            for shelf, walked_at, checked_at, due_at, failures, private in rows
        }

    async def requests_due(self, until: datetime) -> int:
        """How many requests the turns until then take at most, when each of them is a walk."""
        rows = await self._database.fetch_many(
            "SELECT coalesce(sum(4 + coalesce((SELECT copies FROM sync_runs WHERE sync_runs.account_id ="
            " shelves.account_id AND sync_runs.shelf = shelves.shelf AND copies IS NOT NULL"
            " ORDER BY started_at DESC LIMIT 1), 0) / 100), 0) FROM shelves WHERE due_at <= ?",
            (until.isoformat(),),
        )
        return int(rows[0][0])

    async def in_use(self, since: datetime) -> tuple[tuple[AccountId, Every, Shelf, int], ...]:
        """The shelves of everybody who was there since, if they can be read, with how many copies each of them has."""
        rows = await self._database.fetch_many(
            "SELECT account_id, sync_every, shelf, coalesce((SELECT copies FROM sync_runs WHERE sync_runs.account_id ="
            " shelves.account_id AND sync_runs.shelf = shelves.shelf AND copies IS NOT NULL"
            " ORDER BY started_at DESC LIMIT 1), 0) FROM accounts JOIN shelves USING (account_id)"
            " WHERE active_at >= ? AND due_at IS NOT NULL",
            (since.isoformat(),),
        )
        known = frozenset(map(str, Every))
        return tuple(
            (AccountId(one), Every(every), Shelf(shelf), copies) for one, every, shelf, copies in rows if every in known
        )

    async def late(self, moment: datetime) -> tuple[int, datetime | None]:
        """How many shelves were due before a moment, and when the first of them was."""
        rows = await self._database.fetch(
            "SELECT count(*), min(due_at) FROM shelves WHERE due_at <= ?", (moment.isoformat(),)
        )
        return int(rows[0][0]), _moment(rows[0][1])

    async def are_pressed(self, now: datetime) -> bool:
        """Whether so many are late that what can wait has to wait."""
        return (await self.late(now - PRESSED))[0] >= MANY_PRESSED

    async def asked_at(self, account: AccountId, shelf: Shelf) -> datetime | None:
        """When a person last asked for a run and got it."""
        rows = await self._database.fetch(
            "SELECT asked_at FROM shelves WHERE account_id = ? AND shelf = ?", (account, shelf)
        )
        return datetime.fromisoformat(rows[0][0]) if rows and rows[0][0] else None

    async def revision(self, account: AccountId) -> tuple[int, ...]:
        """A number for each shelf that grows with everything that is published on it."""
        rows = await self._database.fetch(
            "SELECT revision FROM shelves WHERE account_id = ? ORDER BY shelf", (account,)
        )
        return tuple(int(row[0]) for row in rows)

    async def begin(self, tx: Tx, account: AccountId, now: datetime) -> None:
        """The account has shelves from now on, and they are due."""
        await tx.execute_many(
            "INSERT INTO shelves (account_id, shelf, due_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            [(account, shelf, now.isoformat()) for shelf in Shelf],
        )
        # Whoever connects anew may see more than before.
        await tx.execute("UPDATE shelves SET private_since = NULL, failures = 0 WHERE account_id = ?", (account,))
        await self.set_due(tx, account, now)

    async def mark_published(
        self, tx: Tx, account: AccountId, shelf: Shelf, *, checked: datetime | None, walked: datetime | None
    ) -> None:
        """What is published is as it was at these moments, for what is known of them."""
        await tx.execute(
            "UPDATE shelves SET private_since = NULL, walked_at = coalesce(?, walked_at),"
            " checked_at = coalesce(?, checked_at) WHERE account_id = ? AND shelf = ?",
            (_text(walked), _text(checked), account, shelf),
        )

    async def mark_asked(self, tx: Tx, account: AccountId, shelf: Shelf, now: datetime) -> None:
        """A person has asked for a run and got it."""
        await tx.execute(
            "UPDATE shelves SET asked_at = ? WHERE account_id = ? AND shelf = ?", (now.isoformat(), account, shelf)
        )

    async def mark_tried(self, tx: Tx, account: AccountId, shelf: Shelf, now: datetime, *, failed: bool) -> None:
        """A run is over. Those that brought nothing are counted, for they are tried again ever more seldom."""
        await tx.execute(
            "UPDATE shelves SET tried_at = ?, failures = iif(?, failures + 1, 0) WHERE account_id = ? AND shelf = ?",
            (now.isoformat(), failed, account, shelf),
        )
        await self.set_due(tx, account, now)

    async def mark_private(self, tx: Tx, account: AccountId, shelf: Shelf, now: datetime) -> None:
        """Discogs shows it to nobody but its owner: that is asked again, but seldom."""
        await tx.execute(
            "UPDATE shelves SET private_since = coalesce(private_since, ?) WHERE account_id = ? AND shelf = ?",
            (now.isoformat(), account, shelf),
        )

    async def mark_edited(self, tx: Tx, shelves: Iterable[tuple[AccountId, Shelf]]) -> None:
        """Something else is to be shown on these shelves than before."""
        await tx.execute_many("UPDATE shelves SET revision = revision + 1 WHERE account_id = ? AND shelf = ?", shelves)

    async def touch(self, tx: Tx, account: AccountId, now: datetime) -> None:
        """Somebody uses the account; whoever comes back after long is caught up with."""
        await tx.execute("UPDATE accounts SET active_at = ? WHERE account_id = ?", (now.isoformat(), account))
        await self.set_due(tx, account, now)

    async def active_at(self, account: AccountId) -> datetime | None:
        """When somebody last used the account."""
        rows = await self._database.fetch("SELECT active_at FROM accounts WHERE account_id = ?", (account,))
        return datetime.fromisoformat(rows[0][0]) if rows else None

    async def every(self, account: AccountId) -> Every:
        """How often its owner wants the account to be looked at."""
        rows = await self._database.fetch("SELECT sync_every FROM accounts WHERE account_id = ?", (account,))
        return Every(rows[0][0]) if rows else Every.SIX_HOURS

    async def set_every(self, tx: Tx, account: AccountId, every: Every, now: datetime) -> None:
        """Look at the account so often from now on."""
        await tx.execute("UPDATE accounts SET sync_every = ? WHERE account_id = ?", (every, account))
        await self.set_due(tx, account, now)

    async def set_due(self, tx: Tx, account: AccountId, now: datetime) -> None:
        """Work out when the shelves of an account have their next turn: after everything that bears on it."""
        turns = [(_state(row), row[-1]) for row in await tx.fetch(_STATE, (account,))]
        next_ones = [(due(state, now), shelf) for state, shelf in turns]
        await tx.execute_many(
            "UPDATE shelves SET due_at = ? WHERE account_id = ? AND shelf = ?",
            [(_text(turn.at) if turn else None, account, shelf) for turn, shelf in next_ones],
        )


def _state(row: Row) -> ShelfState:
    active_at, access, refused_at, every, walked_at, checked_at, tried_at, failures, private_since, _ = row
    return ShelfState(
        active_at=datetime.fromisoformat(active_at),
        is_readable=Access(access).is_open and refused_at is None,
        every=Every(every),
        walked_at=_moment(walked_at),
        checked_at=_moment(checked_at),
        tried_at=_moment(tried_at),
        failures=failures,
        is_private=private_since is not None,
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
