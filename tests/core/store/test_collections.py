"""The published copy: what goes in comes out, every copy for itself and every account for itself."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Mapping

from core.domain.account import Account
from core.domain.changes import Changes, diff
from core.domain.collection import Collection, Copy, Field, Folder
from core.domain.ids import FieldId, FolderId, InstanceId
from core.store.collections import CollectionRepository
from core.store.database import Database
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
            "INSERT INTO accounts (account_id, discogs_id, username, connected_at, used_at) VALUES (?, ?, ?, '', '')",
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
