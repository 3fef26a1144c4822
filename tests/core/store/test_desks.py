"""How the terminal was left: kept for each account, and never in the way."""

from __future__ import annotations

from pathlib import Path

from core.domain.account import PersonalToken
from core.domain.desk import Desk
from core.domain.ids import InstanceId
from core.store.accounts import AccountRepository
from core.store.cipher import Cipher
from core.store.database import Database
from core.store.desk import DeskRepository
from tests.factories import ADDED, make_account

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

ME, YOU, GONE = make_account(1), make_account(2), make_account(3)
INSTANCES = st.integers(1, 2**63 - 1).map(InstanceId)
NAMES = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=8), max_size=4).map(tuple)
DESKS = st.builds(
    Desk,
    text=st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    order=st.sampled_from(["artist", "-added,artist", ""]),
    columns=NAMES,
    instance=st.none() | INSTANCES,
    offset=st.integers(0, 500),
    screen=st.lists(INSTANCES, max_size=5).map(tuple),
    facets_open=NAMES,
    shows_facets=st.booleans(),
    shows_detail=st.booleans(),
    theme=st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
)


@pytest.fixture
async def desks(database: Database, tmp_path: Path) -> DeskRepository:
    """Two accounts, nothing kept of either."""
    accounts = AccountRepository(database, Cipher(tmp_path / "runout.key"))
    async with database.tx() as tx:
        for account in (ME, YOU):
            await accounts.save(tx, account, PersonalToken("a token"), ADDED)
    return DeskRepository(database)


async def save(desks: DeskRepository, desk: Desk, account: str = ME.id) -> None:
    async with desks._database.tx() as tx:
        await desks.save(tx, type(ME.id)(account), desk, ADDED)


async def test_before_anybody_has_left_there_is_none(desks: DeskRepository) -> None:
    assert await desks.of(ME.id) is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=DESKS, second=DESKS)
async def test_what_was_left_last_is_found_again_and_each_account_has_its_own(
    desks: DeskRepository, first: Desk, second: Desk
) -> None:
    await save(desks, second)
    await save(desks, first)
    await save(desks, second, YOU.id)

    assert (await desks.of(ME.id), await desks.of(YOU.id)) == (first, second)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff\xfe", b'{"text":7}', b'{"columns":"artist"}', b"null"])
async def test_one_that_cannot_be_read_is_as_good_as_none_and_is_replaced(desks: DeskRepository, body: bytes) -> None:
    await save(desks, Desk(text="dub"))
    async with desks._database.tx() as tx:
        await tx.execute("UPDATE terminal_desks SET body = ?", (body,))
    assert await desks.of(ME.id) is None

    await save(desks, Desk(text="ska"))

    assert await desks.of(ME.id) == Desk(text="ska")


async def test_what_a_later_version_adds_is_passed_over_and_what_an_earlier_one_lacked_is_as_at_first(
    desks: DeskRepository,
) -> None:
    await save(desks, Desk())
    async with desks._database.tx() as tx:
        body = msgspec.json.encode({"text": "dub", "zoom": 3})
        await tx.execute("UPDATE terminal_desks SET body = ?", (body,))

    assert await desks.of(ME.id) == Desk(text="dub")


async def test_half_a_character_in_the_filter_does_not_keep_the_rest_from_being_kept(desks: DeskRepository) -> None:
    await save(desks, Desk(text="dub \ud83c", order="-added"))

    assert await desks.of(ME.id) == Desk(text="dub ?", order="-added")


async def test_of_an_account_that_was_deleted_meanwhile_nothing_is_kept(
    desks: DeskRepository, database: Database
) -> None:
    await save(desks, Desk(text="dub"), GONE.id)

    assert await desks.of(GONE.id) is None
    assert await database.fetch("SELECT count(*) FROM terminal_desks") == [(0,)]
