"""Facts of releases in short, with real SQLite files: beside the details, as the migration and as we write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from core.domain.details import Identifier, InShort, KnownDetails, ReleaseDetails, Track, in_short
from core.domain.ids import ReleaseId
from core.domain.release import Artist
from core.store.cipher import Cipher
from core.store.database import Database, open_database
from core.store.repositories import Repositories
from tests.core.store.older import restored
from tests.core.store.owners import copy_of, owner_of

import pytest

NOW = datetime(2026, 11, 20, 20, 15, tzinfo=UTC)


async def told(database: Database, *details: ReleaseDetails, as_of: datetime = NOW) -> None:
    async with database.tx() as tx:
        await Repositories.of(database, Cipher(Path("unused"))).details.write(
            tx, [KnownDetails(one, as_of) for one in details]
        )


def stores_of(database: Database) -> Repositories:
    return Repositories.of(database, Cipher(Path("unused")))


async def test_what_was_read_before_there_were_facts_in_short_is_in_them(tmp_path: Path) -> None:
    """The migration says in SQL what `in_short` says."""
    restored(7, tmp_path / "runout.db", tmp_path / "secret.key")
    async with open_database(tmp_path / "runout.db") as database:
        stores = Repositories.of(database, Cipher(tmp_path / "secret.key"))
        known = await stores.details.known(ReleaseId(101))
        _, facts = await stores.facts.learned(datetime(2000, 1, 1, tzinfo=UTC))

    assert known is not None
    assert facts == {101: in_short(known.details)}
    assert facts[ReleaseId(101)] == InShort(
        country="Jamaica",
        barcodes=("5012345678900",),
        tracks="side a\nechoes of lodz\ndub crew\nthe dub crew\nsuite\npart one\npart two",
    )


async def test_they_change_with_the_details(database: Database) -> None:
    record = ReleaseDetails(ReleaseId(1), "A", country="UK", tracks=(Track("First"),))
    account = await owner_of(database, copy_of(1), copy_of(2))
    await told(database, record)
    await told(database, ReleaseDetails(ReleaseId(1), "A", tracks=(Track("Second"),)), as_of=NOW + timedelta(days=1))

    collection = await stores_of(database).collections.load(account.id, facts=True)

    assert collection.facts == {1: InShort(None, (), "second")}


async def test_whoever_asks_again_is_told_what_is_new(database: Database) -> None:
    facts = stores_of(database).facts
    mark, nothing = await facts.learned(None)
    await told(database, ReleaseDetails(ReleaseId(1), "A"))
    second, first_ones = await facts.learned(mark)
    # A clock that was set back hides nothing.
    await told(database, ReleaseDetails(ReleaseId(2), "B", country="Japan"), as_of=NOW - timedelta(days=9))
    _, others = await facts.learned(second)

    assert (nothing, first_ones) == ({}, {1: InShort()})
    assert others == {2: InShort("Japan")}


@pytest.mark.parametrize(
    ("written", "barcodes"),
    [
        (("0 12345-67890 5", "012345678905"), ("12345678905",)),
        (("5012394144777",), ("5012394144777",)),
        (("", " - "), ()),
        (("ABC-1", "abc 1"), ("abc1",)),
    ],
)
def test_a_barcode_is_one_however_it_is_written(written: tuple[str, ...], barcodes: tuple[str, ...]) -> None:
    record = ReleaseDetails(ReleaseId(1), "A", identifiers=tuple(Identifier("Barcode", text) for text in written))

    assert in_short(record).barcodes == barcodes


def test_other_identifiers_are_no_barcodes_and_credits_no_tracks() -> None:
    record = ReleaseDetails(
        ReleaseId(1),
        "A",
        identifiers=(Identifier("Matrix / Runout", "12345678"),),
        tracks=(Track("Song", artists=(Artist("Gunmen (2)", variation="The Gunmen"),)), Track("Song")),
    )

    assert in_short(record) == InShort(None, (), "song\ngunmen\nthe gunmen")
