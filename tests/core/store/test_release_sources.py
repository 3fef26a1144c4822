"""Who has said what a release is called: what the API has said stands, whatever a file says later."""

from __future__ import annotations

from core.domain.ids import ReleaseId
from core.domain.release import Release
from core.store.database import Database
from core.store.releases import ReleaseRepository, Source
from tests.factories import make_release

import pytest

ONE = ReleaseId(1)
OLD, NEW = make_release(1, "Old"), make_release(1, "New", master_id=7)


async def write(database: Database, release: Release, source: Source) -> dict[ReleaseId, tuple[Release, Release]]:
    async with database.tx() as tx:
        return await ReleaseRepository().write(tx, {release.id: release}, source)


async def kept(database: Database) -> tuple[str, str, int | None]:
    ((body, source, master),) = await database.fetch("SELECT body, source, master_id FROM releases")
    return ("New" if b'"New"' in body else "Old"), source, master


@pytest.mark.parametrize(
    ("first", "second", "edited", "left"),
    [
        ("api", "api", True, ("New", "api", 7)),
        ("file", "file", True, ("New", "file", 7)),
        ("file", "api", True, ("New", "api", 7)),
        ("api", "file", False, ("Old", "api", None)),
    ],
)
async def test_a_text_takes_the_place_of_one_that_is_worth_no_more(
    database: Database, first: Source, second: Source, edited: bool, left: tuple[str, str, int | None]
) -> None:
    assert await write(database, OLD, first) == {}

    assert await write(database, NEW, second) == ({ONE: (OLD, NEW)} if edited else {})
    assert await kept(database) == left


async def test_the_same_text_from_the_api_is_no_edit_and_the_api_s_from_then_on(database: Database) -> None:
    await write(database, OLD, "file")

    assert await write(database, OLD, "api") == {}
    assert await kept(database) == ("Old", "api", None)
    assert await write(database, NEW, "file") == {}
    assert await kept(database) == ("Old", "api", None)


async def test_only_what_the_api_has_said_is_told_as_that(database: Database) -> None:
    await write(database, OLD, "file")
    await write(database, make_release(2), "api")

    async with database.tx() as tx:
        told = await ReleaseRepository().told_by_api(tx, [ONE, ReleaseId(2), ReleaseId(3)])

    assert told == {ReleaseId(2): make_release(2)}
