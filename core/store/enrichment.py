"""What is still to be read of all that anybody has, what comes first, and how much of a shelf is known.

There is no list of it: whatever has a master or details that are not here, and does not rest after failures, waits.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from core.domain.enrichment import REST, Left, Pending, What
from core.domain.ids import AccountId, Shelf
from core.domain.master import Coverage
from core.store.database import Database, Tx, Value

_HOLDERS: Final = """
WITH holders AS MATERIALIZED (
    SELECT account_id, iif(
        access = 'owner' AND refused_at IS NULL
        AND EXISTS (SELECT 1 FROM credentials WHERE credentials.account_id = accounts.account_id), account_id, NULL
    ) AS holder
    FROM accounts WHERE access <> 'none' AND (?1 IS NULL OR account_id = ?1)
)
"""
"""Whose records count: not those of who has disconnected. ?1 is the account when only one counts."""

_RESTS: Final = (
    "EXISTS (SELECT 1 FROM readings WHERE kind = '{kind}' AND number = {number}"
    " AND (state = 'none' OR (next_at > ?2 AND next_at <= ?3)))"
)
"""?2 is now, ?3 is as far from it as a rest can be."""

_OF_ALL: Final = "releases INDEXED BY {index}"
_OF_ONE: Final = (
    "(SELECT DISTINCT release_id FROM items WHERE account_id = ?1) AS mine"
    " CROSS JOIN releases INDEXED BY releases_in_short ON releases.release_id = mine.release_id"
)
"""Where rows are looked for: among all releases, and among those of one account."""

_HAD: Final = "FROM items JOIN holders USING (account_id) WHERE items.release_id = releases.release_id"
_HOLDER: Final = f"(SELECT holder {_HAD} AND holder IS NOT NULL LIMIT 1) AS holder"
_ORDER: Final = """
, coalesce((SELECT looks FROM readings WHERE kind = 'release' AND number = releases.release_id), 0) AS looks,
(SELECT max(added) FROM items WHERE items.release_id = releases.release_id) AS added
"""
"""What tells which of them comes first."""

_MASTERS: Final = f"""
SELECT 'master' AS kind, releases.master_id AS number, {_HOLDER} {{order}} FROM {{rows}}
WHERE releases.master_id > 0
AND NOT EXISTS (SELECT 1 FROM masters WHERE masters.master_id = releases.master_id)
AND NOT {_RESTS.format(kind="master", number="releases.master_id")}
AND EXISTS (SELECT 1 {_HAD})
"""

_FROM_FILES: Final = f"""
SELECT 'release' AS kind, releases.release_id AS number, {_HOLDER} {{order}} FROM {{rows}}
WHERE releases.source = 'file' AND releases.master_id IS NULL AND releases.release_id > 0
AND NOT EXISTS (SELECT 1 FROM release_details WHERE release_details.release_id = releases.release_id)
AND NOT {_RESTS.format(kind="release", number="releases.release_id")}
AND EXISTS (SELECT 1 {_HAD})
"""

_DETAILS: Final = f"""
SELECT 'release' AS kind, releases.release_id AS number, {_HOLDER} {{order}} FROM {{rows}}
WHERE releases.release_id > 0
AND NOT EXISTS (SELECT 1 FROM release_details WHERE release_details.release_id = releases.release_id)
AND NOT {_RESTS.format(kind="release", number="releases.release_id")}
AND EXISTS (SELECT 1 {_HAD} AND items.shelf = 'collection')
"""

_QUEUE: Final = (
    "SELECT kind, number, holder FROM (SELECT kind, number, max(holder) AS holder, max(looks) AS looks,"
    " max(added) AS added FROM ({rows}) GROUP BY kind, number) {whose} ORDER BY looks DESC, added DESC, number LIMIT ?4"
)
_COUNT: Final = "SELECT count(holder), count(*) FROM (SELECT max(holder) AS holder FROM ({rows}) GROUP BY kind, number)"

_DONE: Final = (
    "SELECT count(DISTINCT releases.master_id) FROM releases INDEXED BY releases_by_master"
    " JOIN masters ON masters.master_id = releases.master_id WHERE releases.master_id > 0"
)
_DONE_OF_ONE: Final = (
    "SELECT count(DISTINCT releases.master_id) FROM items JOIN releases INDEXED BY releases_in_short USING (release_id)"
    " JOIN masters ON masters.master_id = releases.master_id WHERE account_id = ?"
)
_DETAILS_OF_ONE: Final = (
    "SELECT count(DISTINCT release_id) FROM items JOIN release_details USING (release_id)"
    " WHERE account_id = ? AND shelf = 'collection'"
)

_KNOWN_RELEASES: Final = "(SELECT release_id FROM releases)"
_KNOWN_MASTERS: Final = "(SELECT master_id FROM releases WHERE master_id IS NOT NULL)"

_NO_INDEX: Final = "NOT EXISTS (SELECT 1 FROM dumps WHERE everything AND published_at IS NOT NULL)"

FORGET: Final = (
    f"DELETE FROM release_details WHERE release_id NOT IN {_KNOWN_RELEASES}",
    f"DELETE FROM readings WHERE kind = 'release' AND number NOT IN {_KNOWN_RELEASES}",
    f"DELETE FROM readings WHERE kind = 'master' AND number NOT IN {_KNOWN_MASTERS}",
    f"DELETE FROM masters WHERE master_id NOT IN {_KNOWN_MASTERS} AND (source = 'api' OR {_NO_INDEX})",
)
"""What is known of releases that nobody has or had: it would tell what somebody had. A whole dump tells nothing."""

_COVERAGE: Final = """
SELECT
    CASE
        WHEN masters.year IS NOT NULL THEN 'known'
        WHEN masters.gone THEN 'failed'
        WHEN masters.master_id IS NOT NULL THEN 'no_year'
        WHEN releases.master_id IS NULL AND releases.source <> 'file' THEN 'no_master'
        WHEN EXISTS (
            SELECT 1 FROM readings WHERE state IS NOT NULL
            AND kind = iif(releases.master_id IS NULL, 'release', 'master')
            AND number = coalesce(releases.master_id, releases.release_id)
        ) THEN 'failed'
        ELSE 'pending'
    END, count(*)
FROM (SELECT DISTINCT release_id FROM items WHERE account_id = ? AND shelf = ?)
JOIN releases INDEXED BY releases_in_short USING (release_id)
LEFT JOIN masters ON masters.master_id = releases.master_id GROUP BY 1
"""


class EnrichmentRepository:
    """The queue, which is in the tables of facts and records themselves."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def pending(
        self,
        now: datetime,
        limit: int,
        *,
        details: bool = False,
        signed_in: bool | None = None,
        account: AccountId | None = None,
    ) -> tuple[Pending, ...]:
        """What is to be read next: what was opened most often, then what was added last, each once.

        Masters, and releases from files of which nobody knows the master; or owned releases that were never read.
        `signed_in`: only what somebody has who is signed in, or only the rest. `account`: only what this one has.
        """
        whose = {None: "", True: "WHERE holder IS NOT NULL", False: "WHERE holder IS NULL"}[signed_in]
        queue = _QUEUE.format(rows=_waiting(account, _ORDER, details=details), whose=whose)
        rows = await self._database.fetch_many(f"{_HOLDERS} {queue}", (*_values(now, account), limit))
        return tuple(
            Pending(What(kind), number, None if holder is None else AccountId(holder)) for kind, number, holder in rows
        )

    async def is_any(self, now: datetime) -> bool:
        """Whether anything is to be read, details too."""
        for rows in (*_kinds(None), _details(None)):
            if await self._database.fetch_many(f"{_HOLDERS} {rows} LIMIT 1", _values(now, None)):
                return True
        return False

    async def is_here(self, pending: Pending) -> bool:
        """Whether somebody has read it meanwhile."""
        table, key = ("masters", "master_id") if pending.what is What.MASTER else ("release_details", "release_id")
        return bool(await self._database.fetch(f"SELECT 1 FROM {table} WHERE {key} = ?", (pending.number,)))

    async def is_had(self, tx: Tx, what: What, number: int) -> bool:
        """Whether any release that is known here has this number, or this master."""
        key = "master_id" if what is What.MASTER else "release_id"
        return bool(await tx.fetch(f"SELECT 1 FROM releases WHERE {key} = ? LIMIT 1", (number,)))

    async def left(self, now: datetime, *, details: bool = False, account: AccountId | None = None) -> Left:
        """How much of it there is, and how much is known."""
        count = _COUNT.format(rows=_waiting(account, details=details))
        ((signed_in, every),) = await self._database.fetch_many(f"{_HOLDERS} {count}", _values(now, account))
        return Left(await self._done(account, details=details), signed_in, every - signed_in)

    async def _done(self, account: AccountId | None, *, details: bool) -> int:
        if account is None:
            rows = await self._database.fetch_many("SELECT count(*) FROM release_details" if details else _DONE)
        else:
            rows = await self._database.fetch_many(_DETAILS_OF_ONE if details else _DONE_OF_ONE, (account,))
        return int(rows[0][0])

    async def coverage(self, account: AccountId, shelf: Shelf) -> Coverage:
        """Of how many releases of a shelf the original year is known, and what is with the others."""
        found = {
            str(state): int(number) for state, number in await self._database.fetch_many(_COVERAGE, (account, shelf))
        }
        return Coverage(sum(found.values()), **found)

    async def revision(self) -> tuple[int, int]:
        """What differs as soon as something is published on any shelf, or a record is opened."""
        rows = await self._database.fetch(
            "SELECT (SELECT coalesce(sum(revision), 0) FROM shelves), (SELECT coalesce(sum(looks), 0) FROM readings)"
        )
        return int(rows[0][0]), int(rows[0][1])


def _waiting(account: AccountId | None, order: str = "", *, details: bool) -> str:
    return _details(account, order) if details else " UNION ALL ".join(_kinds(account, order))


def _kinds(account: AccountId | None, order: str = "") -> tuple[str, str]:
    """Masters, and releases from files."""
    return (
        _MASTERS.format(rows=_rows(account, "releases_by_master"), order=order),
        _FROM_FILES.format(rows=_rows(account, "releases_from_files"), order=order),
    )


def _details(account: AccountId | None, order: str = "") -> str:
    return _DETAILS.format(rows=_rows(account, "releases_in_short"), order=order)


def _rows(account: AccountId | None, index: str) -> str:
    return _OF_ONE if account else _OF_ALL.format(index=index)


def _values(now: datetime, account: AccountId | None) -> tuple[Value, ...]:
    return account, now.isoformat(), (now + REST).isoformat()
