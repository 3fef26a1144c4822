"""The published copy of a shelf, read as it is at one moment, on a connection of its own."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Final

from core.domain.apart import GIVE_WAY
from core.domain.collection import Collection, Field, Folder
from core.domain.ids import AccountId, FolderId, MasterId, ReleaseId, Shelf
from core.domain.master import Master
from core.domain.overlaying import of_masters, overlaid, told_in
from core.domain.plays import Played
from core.store.database import Row
from core.store.facts import ON_SHELF, facts_of
from core.store.local import FROM_FILES, TEXTS_OF_OURS, texts_of
from core.store.masters import OF
from core.store.rows import Maker, left_alone

import msgspec
from msgspec.structs import replace

COPIES: Final = (
    "SELECT instance_id, folder_id, rating, added, fields, release_id, body FROM items JOIN releases USING (release_id)"
    " WHERE account_id = ? AND shelf = ?"
)
COUNT: Final = "SELECT count(*) FROM items WHERE account_id = ? AND shelf = ?"
FOLDERS: Final = "SELECT folder_id, name, count FROM folders WHERE account_id = ? ORDER BY folder_id"
FIELDS: Final = "SELECT body FROM fields WHERE account_id = ? ORDER BY field_id"
PLAYS: Final = "SELECT release_id, count(*), max(played_at) FROM plays WHERE account_id = ? GROUP BY release_id"
_WANTED: Final = "SELECT release_id FROM items WHERE account_id = ? AND shelf = 'wantlist'"

_AT_ONCE: Final = 50
"""Rows between two looks at whether anybody still wants them, or presses a key: less than a millisecond."""

_MANY: Final = 10_000
"""Copies that are worth being kept from the garbage collector."""

_FIELD: Final = msgspec.json.Decoder(Field)
_TEXTS: Final = msgspec.json.Decoder(tuple[str, ...])
_ENCODE: Final = msgspec.json.encode


def load(path: Path, account: AccountId, shelf: Shelf, gone: threading.Event, *, facts: bool) -> Collection:
    """All of a shelf; with what is known of its masters, releases and plays, if those are wanted.

    What is read when nobody waits for it any more is not whole. Raises sqlite3.Error, msgspec.MsgspecError, ValueError.
    """
    # On a connection of its own the rows become copies as they come: all at once weigh as much as those.
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA query_only = on")
        connection.execute("BEGIN")
        folders, fields = (connection.execute(sql, (account,)).fetchall() for sql in (FOLDERS, FIELDS))
        ((number,),) = connection.execute(COUNT, (account, shelf))

        def rows(sql: str, *values: str) -> Iterator[Row]:
            return _while_wanted(connection.execute(sql, values), gone)

        with left_alone() if number >= _MANY else contextlib.nullcontext():
            found = collection_of(maker := Maker(), rows(COPIES, account, shelf), folders, fields)
            if not facts:
                return found
            found = replace(
                found,
                masters=masters_of(maker, rows(OF, in_json(maker.numbers))),
                facts=facts_of(rows(ON_SHELF, account, shelf)),
                wanted=frozenset(ReleaseId(row[0]) for row in rows(_WANTED, account)),
                plays=plays_of(rows(PLAYS, account)),
            )
            return _with_its_file(found, account, shelf, rows)


def collection_of(maker: Maker, rows: Iterable[Row], folders: Iterable[Row], fields: Iterable[Row]) -> Collection:
    """Rows of `COPIES`, `FOLDERS` and `FIELDS` as a collection."""
    make = maker.copy
    return Collection(
        copies=tuple([make(*row) for row in rows]),
        folders=tuple(Folder(id=FolderId(number), name=name, count=count) for number, name, count in folders),
        fields=tuple(_FIELD.decode(body) for (body,) in fields),
    )


def _with_its_file(
    collection: Collection, account: AccountId, shelf: Shelf, rows: Callable[..., Iterator[Row]]
) -> Collection:
    """A collection that came from a file of ours says what that file said, as far as nobody knows better."""
    told = told_in(texts_of(rows(TEXTS_OF_OURS, account)))
    if not told:
        return collection
    found = overlaid(collection, told, frozenset(ReleaseId(row[0]) for row in rows(FROM_FILES, account, shelf)))
    said = of_masters(found, told)
    known = {
        MasterId(number): Master(MasterId(number), year, _TEXTS.decode(genres), _TEXTS.decode(styles))
        for number, year, genres, styles in rows(OF, in_json(sorted(found.master_ids)))
    }
    return replace(found, masters={**said, **known})


def masters_of(maker: Maker, rows: Iterable[Row]) -> dict[MasterId, Master]:
    """Rows of `core.store.masters.OF`, of the releases that were made."""
    make = maker.master
    return {(master := make(*row)).id: master for row in rows}


def plays_of(rows: Iterable[Row]) -> dict[ReleaseId, Played]:
    """Rows of `PLAYS`."""
    return {ReleaseId(release): Played(count, datetime.fromisoformat(last)) for release, count, last in rows}


def in_json(numbers: Sequence[int]) -> str:
    """Many numbers as one value of a statement, for `json_each`."""
    return _ENCODE(numbers).decode()


def _while_wanted(rows: sqlite3.Cursor, gone: threading.Event) -> Iterator[Row]:
    give_way = GIVE_WAY.get()
    while not gone.is_set() and (some := rows.fetchmany(_AT_ONCE)):
        yield from some
        give_way()
