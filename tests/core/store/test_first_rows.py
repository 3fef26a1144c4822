"""The rows that are shown before a collection has been read: the same that come first when it has been."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

from core.domain.account import Account
from core.domain.changes import Changes
from core.domain.collection import Collection, Copy, Field, Folder
from core.domain.ids import FieldId, FolderId, InstanceId
from core.domain.index import Index
from core.domain.release import Artist
from core.domain.sorting import DEFAULT, in_order
from core.store.collections import CollectionRepository
from core.store.database import Database
from core.store.migrate import migrations
from tests.core.domain.strategies import collections
from tests.factories import make_account, make_copy, make_release

import pytest
from hypothesis import HealthCheck, given, settings

NUMBERS = itertools.count(500)
REALLY_ALL = 1_000

on_one_file = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def repository(database: Database) -> CollectionRepository:
    return CollectionRepository(database)


async def owner_of(database: Database, *copies: Copy) -> Account:
    """A new account with these copies."""
    account = make_account(next(NUMBERS))
    async with database.tx() as tx:
        await tx.execute(
            "INSERT INTO accounts (account_id, discogs_id, username, connected_at, active_at) VALUES (?, ?, ?, '', '')",
            (account.id, account.discogs_id, account.username),
        )
        await CollectionRepository(database).apply(tx, account.id, Changes(added=copies))
    return account


async def numbers(repository: CollectionRepository, account: Account, number: int = REALLY_ALL) -> list[InstanceId]:
    return [copy.instance_id for copy in (await repository.first(account.id, number)).copies]


@on_one_file
@given(owned=collections())
async def test_the_first_rows_stand_as_they_do_when_all_have_been_read(
    database: Database, owned: Mapping[InstanceId, Copy]
) -> None:
    repository = CollectionRepository(database)
    account = await owner_of(database, *owned.values())

    collection = Collection(tuple(owned.values()))
    expected = [collection.copies[position].instance_id for position in in_order(Index(collection), DEFAULT)]

    assert await numbers(repository, account) == expected
    assert await numbers(repository, account, 2) == expected[:2]


async def test_they_stand_by_artist_title_year_and_number_and_what_is_not_known_comes_last(
    database: Database, repository: CollectionRepository
) -> None:
    nobody = make_release(1, "A", artists=())
    untitled = make_release(2, "", artist="Abba")
    punctuation = make_release(3, "Louden Up Now", artist="!!!")
    early, late = (make_release(number, "Arrival", artist="ABBA", year=year) for number, year in ((4, 1976), (5, 2011)))
    undated = make_release(6, "Arrival", artist="Abba", year=None)
    longer = make_release(7, "A", artist="Abba Teens")
    copies = [
        make_copy(release.id, release) for release in (nobody, untitled, late, early, undated, longer, punctuation)
    ]
    account = await owner_of(database, *copies, make_copy(40, early))

    assert await numbers(repository, account) == [3, 4, 40, 5, 6, 2, 7, 1]


async def test_no_more_is_read_than_was_asked_for(database: Database, repository: CollectionRepository) -> None:
    account = await owner_of(database, *map(make_copy, range(1, 200)))

    assert len((await repository.first(account.id, 50)).copies) == 50
    assert await repository.count(account.id) == 199


async def test_those_of_others_are_neither_shown_nor_counted(
    database: Database, repository: CollectionRepository
) -> None:
    account = await owner_of(database, make_copy(1))
    other = await owner_of(database, make_copy(1, rating=5), make_copy(2))
    nobody = await owner_of(database)

    assert await numbers(repository, account) == [1]
    assert (await repository.first(account.id, 50)).copies[0].rating is None
    assert [await repository.count(one.id) for one in (account, other, nobody)] == [1, 2, 0]
    assert (await repository.first(nobody.id, 50)).copies == ()


async def test_a_release_that_somebody_else_s_sync_renames_moves_in_every_collection(
    database: Database, repository: CollectionRepository
) -> None:
    before, after = make_release(1, artist="Zappa"), make_release(1, artist="Abba")
    account = await owner_of(database, make_copy(1, before), make_copy(2, make_release(2, artist="Marley")))
    assert await numbers(repository, account) == [2, 1]

    await owner_of(database, make_copy(9, after))

    assert await numbers(repository, account) == [1, 2]
    assert (await repository.load(account.id)).copies[0].release.artist == "Abba"


async def test_copies_are_found_by_number_in_the_order_that_is_asked_for(
    database: Database, repository: CollectionRepository
) -> None:
    copies = {number: make_copy(number, rating=number) for number in range(1, 10)}
    account = await owner_of(database, *copies.values())
    await owner_of(database, make_copy(77))

    asked = [InstanceId(number) for number in (7, 2, 77, 400, 9)]
    found = await repository.some(account.id, asked)

    assert found.copies == (copies[7], copies[2], copies[9])
    assert (await repository.some(account.id, [])).copies == ()


async def test_the_names_of_folders_and_fields_come_along(database: Database, repository: CollectionRepository) -> None:
    account = await owner_of(database, make_copy(1, folder_id=5))
    folders, fields = (Folder(FolderId(5), "Jamaica", 1),), (Field(FieldId(1), "Media"),)
    async with database.tx() as tx:
        await repository.replace_folders(tx, account.id, folders)
        await repository.replace_fields(tx, account.id, fields)

    for found in (await repository.first(account.id, 50), await repository.some(account.id, [InstanceId(1)])):
        assert (found.folders, found.fields) == (folders, fields)
        assert found.folder_of(found.copies[0]) == "Jamaica"


UPGRADE = next(text for text in migrations()[4].split(";\n") if "UPDATE items" in text)


def is_plain(copy: Copy) -> bool:
    """Names without control characters, which Discogs has none of."""
    release = copy.release
    names = (release.title, *(text for artist in release.artists for text in (artist.name, artist.variation)))
    return all(char >= " " for name in names for char in name)


def is_told_by_the_migration(copy: Copy) -> bool:
    """What is folded, and one artist's name: of a joint credit of nothing but punctuation it takes the first."""
    artist, title, *_ = (*copy.release.folded.split("\n"), "", "")
    names = [name.shown for name in copy.release.artists]
    plain = is_plain(copy) and all(text.isascii() for text in (copy.release.title, *names))
    return plain and bool(artist or len(names) < 2) and bool(title or copy.release.title.strip() == copy.release.title)


@on_one_file
@given(owned=collections())
async def test_an_upgrade_sorts_as_a_publish_does(database: Database, owned: Mapping[InstanceId, Copy]) -> None:
    repository = CollectionRepository(database)
    some = [copy for copy in owned.values() if is_told_by_the_migration(copy)]
    account = await owner_of(database, *some)
    select = "SELECT instance_id, sorted_as FROM items WHERE account_id = ? ORDER BY instance_id"
    published = await database.fetch(select, (account.id,))

    async with database.tx() as tx:
        await tx.execute("UPDATE items SET sorted_as = ''")
        await tx.execute(UPGRADE)

    assert await database.fetch(select, (account.id,)) == published
    assert len(await numbers(repository, account)) == len(some)


async def test_an_upgrade_takes_names_of_nothing_but_punctuation_as_they_are_written(
    database: Database, repository: CollectionRepository
) -> None:
    printed = make_release(1, "", artists=[Artist("Somebody (2)", variation="?")])
    account = await owner_of(database, make_copy(1, printed), make_copy(2, make_release(2, "...", artist="!!!")))
    before = await numbers(repository, account)

    async with database.tx() as tx:
        await tx.execute("UPDATE items SET sorted_as = ''")
        await tx.execute(UPGRADE)

    assert await numbers(repository, account) == before == [2, 1]
