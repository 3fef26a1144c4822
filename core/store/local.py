"""Collections that came from a file: where from, what the file said, and with whose copies they were compared."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import chain, count
from typing import Final

from core.domain.export_file import DISCOGS_TEXTS, Written
from core.domain.ids import AccountId, ReleaseId, RunId
from core.domain.importing import LocalCollection
from core.errors import RunoutError, facts
from core.store.database import Database, Row, Tx

import msgspec
from msgspec import Raw

_MANY: Final = 10_000
_WRITING, _USUAL = 20_000, 2_000
"""KiB of the file that are held in memory: SQLite's own measure, and ten times that."""

TEXTS: Final = "SELECT texts FROM local_collections WHERE account_id = ?"
TEXTS_OF_OURS: Final = f"{TEXTS} AND instr(texts, x'227b5c22765c223a')"
"""The same of a file that `runout export` has written: only there a text begins with `{"v":`."""

FROM_FILES: Final = (
    "SELECT release_id FROM releases WHERE source = 'file'"
    " AND release_id IN (SELECT release_id FROM items WHERE account_id = ? AND shelf = ?)"
)
"""The releases of a shelf that nothing but files has told of."""

_COLUMNS: Final = "account_id, file, imported_at, numbered, paired_with, paired_at"
_TEXTS: Final = msgspec.json.Decoder(dict[ReleaseId, Raw])
_WRITTEN: Final = msgspec.json.Decoder(Written)
_ENCODE: Final = msgspec.json.encode


class LocalRepository:
    """What stands beside the account, its copies and its one shelf."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, account: AccountId) -> LocalCollection | None:
        """Where a collection came from; None when it did not come from a file."""
        rows = await self._database.fetch(f"SELECT {_COLUMNS} FROM local_collections WHERE account_id = ?", (account,))
        return _local(rows[0]) if rows else None

    async def texts(self, account: AccountId) -> Mapping[ReleaseId, Written]:
        """What the last file said of each release; nothing when that cannot be read any more."""
        return texts_of(await self._database.fetch_many(TEXTS, (account,)))

    async def expect(self, tx: Tx, rows: int) -> None:
        """So many rows are written now, or no more of them: filled in any order, indexes are quick in memory."""
        await tx.execute(f"PRAGMA cache_size = {-_WRITING if rows >= _MANY else -_USUAL}")

    async def begin(self, tx: Tx, account: AccountId) -> None:
        """The account has a collection from now on, and no wantlist; nothing is ever due on it."""
        await tx.execute("INSERT INTO shelves (account_id, shelf) VALUES (?, 'collection')", (account,))

    async def note_import(
        self, tx: Tx, account: AccountId, file: str, now: datetime, texts: Mapping[ReleaseId, Written], numbered: int
    ) -> None:
        """A file was imported, and this is what it said."""
        await tx.execute(
            "INSERT INTO local_collections (account_id, file, imported_at, numbered, texts) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (account_id) DO UPDATE SET file = excluded.file, imported_at = excluded.imported_at,"
            " numbered = excluded.numbered, texts = excluded.texts",
            (account, file, now.isoformat(), numbered, _ENCODE(dict(texts))),
        )

    async def note_pairing(
        self, tx: Tx, account: AccountId, other: AccountId, now: datetime, texts: Mapping[ReleaseId, Written]
    ) -> None:
        """Copies of another account took the place of some; `texts` are those of the copies that are left."""
        await tx.execute(
            "UPDATE local_collections SET paired_with = ?, paired_at = ?, texts = ? WHERE account_id = ?",
            (other, now.isoformat(), _ENCODE(dict(texts)), account),
        )

    async def not_compared(self, account: AccountId) -> tuple[AccountId, ...]:
        """The terminal's local collections that were never compared with an account of the terminal's."""
        rows = await self._database.fetch(
            "SELECT account_id FROM local_collections JOIN terminal_accounts USING (account_id)"
            " WHERE EXISTS (SELECT 1 FROM terminal_accounts AS theirs WHERE theirs.account_id = ?1)"
            " AND NOT EXISTS (SELECT 1 FROM compared_collections AS done"
            " WHERE done.account_id = local_collections.account_id AND done.compared_with = ?1)"
            " ORDER BY imported_at, account_id",
            (account,),
        )
        return tuple(AccountId(row[0]) for row in rows)

    async def mark_compared(self, tx: Tx, account: AccountId, others: Collection[AccountId]) -> None:
        """Nobody need look again by themselves whether it is the same collection as these."""
        await tx.execute_many(
            "INSERT INTO compared_collections (account_id, compared_with) VALUES (?, ?) ON CONFLICT DO NOTHING",
            [(account, other) for other in others],
        )

    async def revision(self, tx: Tx, account: AccountId) -> int | None:
        """How often its copies were changed, as things are when nobody else writes; None when it is gone."""
        rows = await tx.fetch("SELECT revision FROM shelves WHERE account_id = ? AND shelf = 'collection'", (account,))
        return int(rows[0][0]) if rows else None

    async def holders(self, releases: Collection[ReleaseId]) -> dict[AccountId, int]:
        """How many of some releases each account of the terminal has in its collection."""
        rows = await self._database.fetch_many(
            "SELECT account_id, count(DISTINCT release_id) FROM items JOIN terminal_accounts USING (account_id)"
            " WHERE shelf = 'collection' AND release_id IN (SELECT value FROM json_each(?)) GROUP BY account_id",
            (_ENCODE(list(releases)).decode(),),
        )
        return {AccountId(account): int(number) for account, number in rows}

    async def names(self, tx: Tx) -> dict[AccountId, str]:
        """What the accounts of the terminal are called, as things are when nobody else writes."""
        rows = await tx.fetch("SELECT account_id, username FROM accounts JOIN terminal_accounts USING (account_id)")
        return {AccountId(account): name for account, name in rows}

    async def note_told(self, tx: Tx, run: RunId, problems: Iterable[RunoutError]) -> None:
        """What a run that is over had to tell, once it has done all that it brings with it."""
        await tx.execute("UPDATE sync_runs SET reason = ? WHERE run_id = ?", (facts.written(problems).decode(), run))

    async def make_room(self, tx: Tx, name: str) -> None:
        """Somebody called so connects: a collection that came from a file under the same name gets another one."""
        names = await self.names(tx)
        rows = await tx.fetch("SELECT account_id, username FROM accounts WHERE access = 'local'")
        for account, called in rows:
            if called.casefold() == name.casefold():
                taken = {one.casefold() for one in names.values()}
                free = (f"{called} ({word})" for word in chain(("file",), map("file {}".format, count(2))))
                names[account] = next(one for one in free if one.casefold() not in taken)
                await tx.execute("UPDATE accounts SET username = ? WHERE account_id = ?", (names[account], account))


def texts_of(rows: Iterable[Row]) -> Mapping[ReleaseId, Written]:
    """The one row of `TEXTS`, or none; nothing when it cannot be read."""
    try:
        return next((_Texts(_TEXTS.decode(row[0])) for row in rows), {})
    except msgspec.MsgspecError:
        return {}


class _Texts(Mapping[ReleaseId, Written]):
    """What a file said, still as it is kept: read, the texts of 100,000 releases weigh 50 MB, for one look at each.

    One that is damaged is as good as none.
    """

    def __init__(self, kept: dict[ReleaseId, Raw]) -> None:
        self._kept = kept

    def __getitem__(self, release: ReleaseId) -> Written:
        try:
            written: Written = _WRITTEN.decode(self._kept[release])
        except msgspec.MsgspecError:
            raise KeyError(release) from None
        if len(written) < DISCOGS_TEXTS:
            raise KeyError(release)
        return written

    def __iter__(self) -> Iterator[ReleaseId]:
        return iter(self._kept)

    def __len__(self) -> int:
        return len(self._kept)


def _local(row: Row) -> LocalCollection:
    account, file, imported_at, numbered, paired_with, paired_at = row
    return LocalCollection(
        account=AccountId(account),
        file=file,
        imported_at=datetime.fromisoformat(imported_at),
        numbered=numbered,
        paired_with=AccountId(paired_with) if paired_with else None,
        paired_at=datetime.fromisoformat(paired_at) if paired_at else None,
    )
