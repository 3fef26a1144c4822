"""Details of releases, and rows of files that become what the API says."""

from __future__ import annotations

from datetime import timedelta

from core.domain.account import Account
from core.domain.collection import Copy
from core.domain.details import Credit, Identifier, KnownDetails, Picture, ReleaseDetails, Track, TrackKind
from core.domain.ids import MasterId, ReleaseId, Shelf
from core.domain.release import Artist, LabelNumber
from core.store.collections import CollectionRepository
from core.store.database import Database
from core.store.details import DetailRepository
from tests.core.store.owners import NOW, copy_of, from_file, know, owner_of, told

import pytest

DETAILS = ReleaseDetails(
    id=ReleaseId(7),
    title="Dub [/] \x00",
    master_id=MasterId(3),
    year=1976,
    artists=(Artist("Aba Shanti"),),
    labels=(LabelNumber("One", "1"), LabelNumber("Two, Three", "2")),
    genres=("Reggae",),
    styles=("Dub",),
    tracks=(Track("Suite", TrackKind.INDEX, parts=(Track("a", position="A1"),)),),
    credits=(Credit(Artist("Mad"), "Mixed By"),),
    identifiers=(Identifier("Barcode", "123"),),
    pictures=(Picture("https://i/2"), Picture("https://i/1", "https://i/s", is_primary=True)),
    rating=4.5,
    ratings=3,
)


@pytest.fixture
def details(database: Database) -> DetailRepository:
    return DetailRepository(database)


async def write(database: Database, *told_of: KnownDetails) -> None:
    async with database.tx() as tx:
        await DetailRepository(database).write(tx, told_of)


async def fill(database: Database, only: ReleaseId | None = None) -> tuple[object, ...]:
    async with database.tx() as tx:
        return await DetailRepository(database).fill(tx, only)


async def shown(database: Database, account: Account) -> dict[int, Copy]:
    found = await CollectionRepository(database).load(account.id)
    return {copy.release.id: copy for copy in found.copies}


async def test_what_goes_in_comes_out_and_the_last_word_counts(database: Database, details: DetailRepository) -> None:
    first, second = KnownDetails(DETAILS, NOW), KnownDetails(ReleaseDetails(ReleaseId(7), "x"), NOW + timedelta(days=1))
    await write(database, first)
    assert await details.known(ReleaseId(7)) == first

    await write(database, second)
    assert await details.known(ReleaseId(7)) == second
    assert await details.known(ReleaseId(8)) is None


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff", b'{"id":"x","title":4}'], ids=repr)
async def test_what_is_damaged_is_as_if_it_had_never_been_read(
    database: Database, details: DetailRepository, body: bytes
) -> None:
    async with database.tx() as tx:
        await tx.execute("INSERT INTO release_details VALUES (7, NULL, ?, ?)", (body, NOW.isoformat()))

    assert await details.known(ReleaseId(7)) is None


async def test_a_row_of_a_file_becomes_what_the_api_says_wherever_it_stands(database: Database) -> None:
    account = await owner_of(database, copy_of(7), copy_of(8), wants=(copy_of(7),), access="local")
    await from_file(database, 7, 8)
    await write(database, KnownDetails(DETAILS, NOW))

    assert set(await fill(database)) == {(account.id, Shelf.COLLECTION), (account.id, Shelf.WANTLIST)}

    row = (await shown(database, account))[7].release
    assert (row.title, row.master_id, row.genres) == (DETAILS.title, 3, ("Reggae",))
    assert (row.thumb, row.cover_image) == ("https://i/s", "https://i/1")
    first = await CollectionRepository(database).first(account.id, 1)
    assert first.copies[0].release.id == 7
    assert await database.fetch("SELECT release_id, source, master_id FROM releases ORDER BY 1") == [
        (7, "api", 3),
        (8, "file", None),
    ]
    assert await fill(database) == ()


async def test_a_row_of_the_api_says_itself_what_it_is(database: Database, details: DetailRepository) -> None:
    """The next sync would only bring it back, and tell of an edit that nobody has made."""
    account = await owner_of(database, copy_of(7))
    await write(database, KnownDetails(DETAILS, NOW))

    assert not await details.can_fill()
    assert await fill(database, ReleaseId(7)) == ()
    assert (await shown(database, account))[7].release.title == "Record 7"
    assert await details.master_of(ReleaseId(7)) is None


async def test_a_dump_tells_the_master_of_a_row_of_a_file_by_its_main_release(
    database: Database, details: DetailRepository
) -> None:
    account = await owner_of(database, copy_of(7), copy_of(8), copy_of(9), access="local")
    await from_file(database, 7, 8)
    await know(database, told(3, main=7), told(4, main=9))

    assert await details.can_fill()
    await fill(database)

    rows = await shown(database, account)
    assert {number: copy.release.master_id for number, copy in rows.items()} == {7: 3, 8: None, 9: None}
    assert await database.fetch(
        "SELECT release_id, source, master_id FROM releases WHERE release_id < 9 ORDER BY 1"
    ) == [
        (7, "file", 3),
        (8, "file", None),
    ]
    assert not await details.can_fill()


async def test_whose_release_it_is_says_the_row_and_else_what_was_read(
    database: Database, details: DetailRepository
) -> None:
    await owner_of(database, copy_of(7, 70), copy_of(8))
    await from_file(database, 8)
    others = [ReleaseDetails(ReleaseId(number), "x", master_id=MasterId(3)) for number in (7, 8, 9)]
    await write(database, *(KnownDetails(one, NOW) for one in others))

    assert [await details.master_of(ReleaseId(number)) for number in (7, 8, 9, 10)] == [70, 3, 3, None]
