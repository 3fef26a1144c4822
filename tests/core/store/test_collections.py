"""The published copy: what goes in comes out, every copy for itself and every account for itself."""

from __future__ import annotations

import asyncio
import gc
import itertools
from collections.abc import Mapping

from core.domain.account import Account
from core.domain.changes import Changes, diff
from core.domain.collection import Collection, Copy, Field, Folder
from core.domain.ids import FieldId, FolderId, InstanceId
from core.domain.release import Artist, Format, Release
from core.errors import DatabaseUnusable
from core.store.collections import CollectionRepository
from core.store.database import Database
from core.store.rows import Body
from tests.core.domain.strategies import collections
from tests.factories import make_account, make_copy, make_release

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings

NUMBERS = itertools.count(100)


@pytest.fixture
def repository(database: Database) -> CollectionRepository:
    return CollectionRepository(database)


@pytest.fixture
async def account(database: Database) -> Account:
    return await connected(database)


async def connected(database: Database) -> Account:
    """A new account, as far as collections care."""
    account = make_account(next(NUMBERS))
    async with database.tx() as tx:
        await tx.execute(
            "INSERT INTO accounts (account_id, discogs_id, username, connected_at, active_at) VALUES (?, ?, ?, '', '')",
            (account.id, account.discogs_id, account.username),
        )
    return account


async def apply(repository: CollectionRepository, account: Account, changes: Changes) -> None:
    async with repository._database.tx() as tx:
        await repository.apply(tx, account.id, changes)


async def loaded(repository: CollectionRepository, account: Account) -> dict[InstanceId, Copy]:
    copies = (await repository.load(account.id)).copies
    by_number = {copy.instance_id: copy for copy in copies}
    assert len(by_number) == len(copies)
    return by_number


def by_number(*copies: Copy) -> dict[InstanceId, Copy]:
    return {copy.instance_id: copy for copy in copies}


async def test_before_the_first_publish_there_is_nothing(repository: CollectionRepository, account: Account) -> None:
    assert await repository.load(account.id) == Collection()


async def test_three_copies_of_one_release_stay_three(repository: CollectionRepository, account: Account) -> None:
    release = make_release(7)
    copies = [
        make_copy(1, release, fields={1: "Mint (M)"}),
        make_copy(2, release, fields={1: "Very Good (VG)"}),
        make_copy(3, release, rating=5),
    ]
    await apply(repository, account, Changes(added=tuple(copies)))

    collection = await repository.load(account.id)

    assert by_number(*collection.copies) == by_number(*copies)
    assert collection.release_count == 1


async def test_copies_of_one_release_share_its_value(repository: CollectionRepository, account: Account) -> None:
    release = make_release(7)
    await apply(repository, account, Changes(added=(make_copy(1, release), make_copy(2, release))))

    first, second = (await repository.load(account.id)).copies

    assert first.release is second.release


async def test_what_is_the_same_in_many_releases_is_kept_once(
    repository: CollectionRepository, account: Account
) -> None:
    """Of 100,000 copies it would be most of the memory."""
    credit = [Artist("The Gunmen (2)", "Gunmen", "&", 9), Artist("Łona")]
    copies = [
        make_copy(
            number,
            make_release(number, f"Side {number}", artists=credit, catno=f"HM {number}", formats=[Format("CD")]),
            fields={1: "Mint (M)", 3: "From a fair"},
            folder_id=70_000,
        )
        for number in (1, 2)
    ]
    await apply(repository, account, Changes(added=tuple(copies)))

    first, second = (await repository.load(account.id)).copies

    assert (first, second) == tuple(copies)
    for name in ("artists", "formats", "genres", "styles", "year"):
        assert getattr(first.release, name) is getattr(second.release, name), name
    assert first.release.labels[0].name is second.release.labels[0].name
    assert (first.fields, first.added, first.folder_id) == (second.fields, second.added, second.folder_id)
    assert first.fields is second.fields
    assert first.added is second.added
    assert first.folder_id is second.folder_id


def test_a_release_is_read_with_every_field_that_it_has() -> None:
    assert Body.__struct_fields__ == Release.__struct_fields__


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE releases SET body = x'7b22'",
        "UPDATE releases SET body = CAST(replace(body, '[\"Reggae\"]', '[7]') AS BLOB)",
        "UPDATE releases SET body = CAST(replace(body, '[\"Reggae\"]', '[\"Reg') AS BLOB)",
        "UPDATE releases SET body = CAST(replace(body, 'Gunmen', CAST(x'ff' AS TEXT)) AS BLOB)",
        "UPDATE items SET fields = x'5b5d5d'",
        "UPDATE items SET added = 'yesterday'",
        "DROP TABLE folders",
    ],
)
async def test_damage_is_told_of(
    repository: CollectionRepository, database: Database, account: Account, damage: str
) -> None:
    await apply(repository, account, Changes(added=(make_copy(1, fields={3: "a"}),)))
    async with database.tx() as tx:
        await tx.execute(damage)

    for read in (repository.load(account.id), repository.first(account.id, 50)):
        with pytest.raises(DatabaseUnusable) as told:
            await read
        assert told.value.path == str(database.path)


async def test_who_no_longer_waits_for_a_collection_leaves_nothing_open(
    repository: CollectionRepository, database: Database, account: Account
) -> None:
    await apply(repository, account, Changes(added=tuple(map(make_copy, range(1, 3_000)))))
    for _ in range(5):
        reading = asyncio.create_task(repository.load(account.id))
        await asyncio.sleep(0)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading

    # Not while anybody reads.
    assert await database.compact()
    assert len((await repository.load(account.id)).copies) == 2_999


async def test_a_large_collection_is_kept_from_the_garbage_collector_and_a_small_one_is_not(
    repository: CollectionRepository, database: Database, account: Account
) -> None:
    """A look through 100,000 copies would stop a terminal for the time of several key presses."""
    other = await connected(database)
    await apply(repository, account, Changes(added=tuple(map(make_copy, range(1, 10_001)))))
    await apply(repository, other, Changes(added=(make_copy(1),)))
    frozen = gc.get_freeze_count()
    try:
        await repository.load(other.id)
        assert (gc.isenabled(), gc.get_freeze_count()) == (True, frozen)
        large = await repository.load(account.id)
        watched = {id(found) for found in gc.get_objects()}
        assert gc.isenabled()
        assert not {id(copy) for copy in large.copies} & watched
    finally:
        gc.unfreeze()


async def test_changes_and_removals_are_applied_together(repository: CollectionRepository, account: Account) -> None:
    first, second, third = make_copy(1), make_copy(2), make_copy(3)
    await apply(repository, account, Changes(added=(first, second)))
    graded = msgspec.structs.replace(first, rating=4, folder_id=FolderId(9), fields=())

    await apply(repository, account, Changes(added=(third,), changed=(graded,), removed=(second.instance_id,)))

    assert await loaded(repository, account) == by_number(graded, third)


async def test_texts_of_a_release_that_changed_at_discogs_are_taken_over(
    repository: CollectionRepository, account: Account
) -> None:
    before = make_copy(1, make_release(7, title="Kingston Ecoes", master_id=3))
    after = make_copy(1, make_release(7, title="Kingston Echoes"))
    await apply(repository, account, Changes(added=(before,)))

    await apply(repository, account, Changes(changed=(after,)))

    assert await loaded(repository, account) == by_number(after)


async def test_a_copy_may_become_one_of_another_release(repository: CollectionRepository, account: Account) -> None:
    """Discogs merges duplicate releases: the copy stays, its release goes."""
    await apply(repository, account, Changes(added=(make_copy(1, make_release(7)),)))
    merged = make_copy(1, make_release(8))

    await apply(repository, account, Changes(changed=(merged,)))

    assert await loaded(repository, account) == by_number(merged)


async def test_other_accounts_keep_what_they_have(
    repository: CollectionRepository, database: Database, account: Account
) -> None:
    other = await connected(database)
    release = make_release(7)
    mine, theirs = make_copy(1, release, rating=1), make_copy(1, release, rating=5)
    await apply(repository, account, Changes(added=(mine,)))
    await apply(repository, other, Changes(added=(theirs,)))

    await apply(repository, account, Changes(removed=(mine.instance_id,)))

    assert await loaded(repository, account) == {}
    assert await loaded(repository, other) == by_number(theirs)


async def test_a_publish_that_fails_changes_nothing(repository: CollectionRepository, account: Account) -> None:
    await apply(repository, account, Changes(added=(make_copy(1),)))

    async def fail() -> None:
        async with repository._database.tx() as tx:
            await repository.apply(tx, account.id, Changes(added=(make_copy(2),), removed=(InstanceId(1),)))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()

    assert await loaded(repository, account) == by_number(make_copy(1))


async def test_names_of_folders_and_fields_are_replaced(
    repository: CollectionRepository, database: Database, account: Account
) -> None:
    other = await connected(database)
    older = ([Folder(FolderId(0), "All", 3), Folder(FolderId(5), "Jamaica", 3)], [Field(FieldId(1), "Media")])
    newer = (
        [Folder(FolderId(0), "All", 4), Folder(FolderId(6), "Jamaica", 4)],
        [Field(FieldId(1), "Media Condition", "dropdown", 1, public=True, options=("Mint (M)", "Vinyl 7\n"))],
    )
    async with database.tx() as tx:
        for whose, (folders, fields) in ((account, older), (other, older), (account, newer)):
            await repository.replace_folders(tx, whose.id, folders)
            await repository.replace_fields(tx, whose.id, fields)

    collection = await repository.load(account.id)
    assert (list(collection.folders), list(collection.fields)) == newer
    assert list((await repository.load(other.id)).folders) == older[0]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=collections(), second=collections())
async def test_what_is_applied_is_what_is_loaded(
    database: Database, first: Mapping[InstanceId, Copy], second: Mapping[InstanceId, Copy]
) -> None:
    repository = CollectionRepository(database)
    account = await connected(database)
    for arrived in (first, second):
        await apply(repository, account, diff(await loaded(repository, account), arrived))

        assert await loaded(repository, account) == arrived


async def test_a_load_while_somebody_publishes_sees_one_state_or_the_other(
    repository: CollectionRepository, account: Account
) -> None:
    even = by_number(*(make_copy(number, make_release(number, title="even")) for number in range(0, 400, 2)))
    odd = by_number(*(make_copy(number, make_release(number, title="odd")) for number in range(1, 400, 3)))

    async def publish() -> None:
        for before, after in [({}, even), (even, odd), (odd, even)] + [(even, odd), (odd, even)] * 5:
            await apply(repository, account, diff(before, after))

    publishing = asyncio.create_task(publish())
    states = []
    while not publishing.done():
        states.append(await loaded(repository, account))
    await publishing

    assert all(state in ({}, even, odd) for state in states)
    assert await loaded(repository, account) == even
