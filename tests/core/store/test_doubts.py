"""Doubts are kept by account: what is missing, with the owner's word, and rows that cannot be read."""

from __future__ import annotations

from datetime import timedelta

from core.domain.ids import AccountId, InstanceId, Shelf
from core.domain.walk import UnreadableRow
from core.store.database import Database
from core.store.doubts import DoubtRepository
from tests.factories import ADDED, make_account

import pytest

ME, OTHER = make_account(1).id, make_account(2).id


@pytest.fixture
async def doubts(database: Database) -> DoubtRepository:
    """Two accounts without any doubts."""
    async with database.tx() as tx:
        for number, account in enumerate((ME, OTHER), start=1):
            await tx.execute(
                "INSERT INTO accounts (account_id, discogs_id, username, connected_at, active_at)"
                " VALUES (?, ?, 'me', '', '')",
                (account, number),
            )
    return DoubtRepository(database)


def some(*numbers: int) -> frozenset[InstanceId]:
    return frozenset(InstanceId(number) for number in numbers)


def row(number: int, reason: str = "year as text", raw: bytes = b'{"\xff\x00') -> UnreadableRow:
    return UnreadableRow(reason, InstanceId(number), raw)


async def unreadable(database: Database, account: AccountId = ME) -> list[tuple[int, str, bytes]]:
    return [
        (number, reason, body)
        for number, reason, body in await database.fetch(
            "SELECT instance_id, reason, body FROM unreadable_items WHERE account_id = ? ORDER BY 1", (account,)
        )
    ]


async def test_at_first_nothing_is_in_doubt(doubts: DoubtRepository) -> None:
    assert (await doubts.asked(ME), await doubts.kept(ME)) == (some(), some())


async def test_what_is_asked_about_and_what_was_kept_are_told_apart(
    doubts: DoubtRepository, database: Database
) -> None:
    async with database.tx() as tx:
        await doubts.replace_missing(tx, ME, Shelf.COLLECTION, some(1, 2), some(3), ADDED)

    assert (await doubts.asked(ME), await doubts.kept(ME)) == (some(1, 2), some(3))
    assert (await doubts.asked(OTHER), await doubts.kept(OTHER)) == (some(), some())


async def test_what_came_back_is_asked_about_no_longer_and_others_doubts_stay(
    doubts: DoubtRepository, database: Database
) -> None:
    async with database.tx() as tx:
        await doubts.replace_missing(tx, OTHER, Shelf.COLLECTION, some(1), some(2), ADDED)
        await doubts.replace_missing(tx, ME, Shelf.COLLECTION, some(1, 2), some(3), ADDED)
        await doubts.replace_missing(tx, ME, Shelf.COLLECTION, some(2), some(), ADDED + timedelta(hours=1))

    assert (await doubts.asked(ME), await doubts.kept(ME)) == (some(2), some())
    assert (await doubts.asked(OTHER), await doubts.kept(OTHER)) == (some(1), some(2))


async def test_a_row_that_cannot_be_read_is_kept_byte_by_byte_with_the_reason_it_had_last(
    doubts: DoubtRepository, database: Database
) -> None:
    async with database.tx() as tx:
        await doubts.note_unreadable(tx, ME, Shelf.COLLECTION, [row(7), row(8)], ADDED, whole=True)
        await doubts.note_unreadable(tx, ME, Shelf.COLLECTION, [row(8, "no title", b"{}")], ADDED, whole=False)

    assert await unreadable(database) == [(7, "year as text", b'{"\xff\x00'), (8, "no title", b"{}")]


async def test_after_a_whole_walk_only_what_could_not_be_read_then_is_left(
    doubts: DoubtRepository, database: Database
) -> None:
    async with database.tx() as tx:
        await doubts.note_unreadable(tx, OTHER, Shelf.COLLECTION, [row(7)], ADDED, whole=True)
        await doubts.note_unreadable(tx, ME, Shelf.COLLECTION, [row(7), row(8)], ADDED, whole=True)
        await doubts.note_unreadable(tx, ME, Shelf.COLLECTION, [row(9)], ADDED, whole=True)

    assert [number for number, *_ in await unreadable(database)] == [9]
    assert [number for number, *_ in await unreadable(database, OTHER)] == [7]


async def test_doubts_go_with_their_account(doubts: DoubtRepository, database: Database) -> None:
    async with database.tx() as tx:
        await doubts.replace_missing(tx, ME, Shelf.COLLECTION, some(1), some(2), ADDED)
        await doubts.note_unreadable(tx, ME, Shelf.COLLECTION, [row(7)], ADDED, whole=True)
        await tx.execute("DELETE FROM accounts WHERE account_id = ?", (ME,))

    assert (await doubts.asked(ME), await doubts.kept(ME), await unreadable(database)) == (some(), some(), [])
