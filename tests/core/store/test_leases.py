"""Who holds a lease, and until when a holder is believed to live."""

from __future__ import annotations

import subprocess
import sys
import time

from core.domain.ids import AccountId, RunId
from core.store import leases as module
from core.store.database import Database
from core.store.leases import EXPIRES, LeaseRepository, is_alive, this_process
from tests.factories import make_account

import pytest

ME, OTHER = make_account(1).id, make_account(2).id
OURS, THEIRS, LATER = RunId("ours"), RunId("theirs"), RunId("later")


@pytest.fixture
async def leases(database: Database) -> LeaseRepository:
    """Two accounts, and nobody syncs them."""
    async with database.tx() as tx:
        for number, account in enumerate((ME, OTHER), start=1):
            await tx.execute(
                "INSERT INTO accounts (account_id, discogs_id, username, connected_at, active_at)"
                " VALUES (?, ?, 'me', '', '')",
                (account, number),
            )
    return LeaseRepository(database)


async def take(database: Database, leases: LeaseRepository, run: RunId, account: AccountId = ME) -> RunId | None:
    async with database.tx() as tx:
        return await leases.take(tx, account, run)


async def held_by(database: Database, holder: str) -> None:
    """Another process's lease."""
    async with database.tx() as tx:
        await tx.execute("DELETE FROM leases")
        await tx.execute("INSERT INTO leases VALUES (?, 'collection', ?, ?, ?)", (ME, THEIRS, holder, time.time()))


def dead_process() -> str:
    """A process that has ended, as it would have named itself."""
    ended = subprocess.Popen([sys.executable, "-c", "pass"])
    name = module._process(ended.pid)
    assert name is not None
    ended.wait()
    return name


async def test_a_free_lease_is_taken(leases: LeaseRepository, database: Database) -> None:
    assert await leases.holder(ME) is None
    assert await take(database, leases, OURS) is None
    assert await leases.holder(ME) == OURS


async def test_a_lease_of_the_living_is_not_taken_and_names_their_run(
    leases: LeaseRepository, database: Database
) -> None:
    await take(database, leases, THEIRS)

    assert await take(database, leases, OURS) == THEIRS
    assert await leases.holder(ME) == THEIRS


async def test_each_account_has_a_lease_of_its_own(leases: LeaseRepository, database: Database) -> None:
    await take(database, leases, THEIRS, OTHER)

    assert await take(database, leases, OURS) is None
    assert (await leases.holder(ME), await leases.holder(OTHER)) == (OURS, THEIRS)


async def test_a_lease_that_was_given_back_is_free(leases: LeaseRepository, database: Database) -> None:
    await take(database, leases, OURS)
    async with database.tx() as tx:
        await leases.release(tx, OURS)

    assert await leases.holder(ME) is None
    assert await take(database, leases, LATER) is None


async def test_the_lease_of_the_dead_is_taken_over_and_no_longer_theirs(
    leases: LeaseRepository, database: Database
) -> None:
    await held_by(database, dead_process())

    assert await leases.holder(ME) is None
    assert await take(database, leases, OURS) is None
    async with database.tx() as tx:
        assert (await leases.is_held(tx, OURS), await leases.is_held(tx, THEIRS)) == (True, False)


async def test_who_was_replaced_cannot_give_back_or_renew_what_is_not_theirs(
    leases: LeaseRepository, database: Database
) -> None:
    await held_by(database, dead_process())
    await take(database, leases, OURS)
    before = await database.fetch("SELECT * FROM leases")
    async with database.tx() as tx:
        await leases.renew(tx, THEIRS)
        await leases.release(tx, THEIRS)

    assert await database.fetch("SELECT * FROM leases") == before


async def test_a_lease_that_is_renewed_does_not_expire(leases: LeaseRepository, database: Database) -> None:
    await take(database, leases, OURS)
    async with database.tx() as tx:
        await tx.execute("UPDATE leases SET renewed_at = renewed_at - ?", (EXPIRES + 1,))
    assert await leases.holder(ME) is None

    async with database.tx() as tx:
        await leases.renew(tx, OURS)

    assert await leases.holder(ME) == OURS


async def test_a_lease_goes_with_its_account(leases: LeaseRepository, database: Database) -> None:
    await take(database, leases, OURS)
    async with database.tx() as tx:
        await tx.execute("DELETE FROM accounts WHERE account_id = ?", (ME,))

    assert await database.fetch("SELECT * FROM leases") == []


async def test_a_run_of_this_process_that_is_over_holds_no_lease(leases: LeaseRepository, database: Database) -> None:
    """It could not let go of it when it ended: the disk was full."""
    await take(database, leases, OURS)
    leases.forget(OURS)

    assert await leases.holder(ME) is None
    assert await take(database, leases, LATER) is None


def with_word(place: int, word: str) -> str:
    """This process, but for one word of its name: boot, name space, number or start."""
    words = this_process().split()
    words[place] = word
    return " ".join(words)


@pytest.mark.parametrize(
    ("holder", "lives"),
    [
        pytest.param(this_process(), True, id="this process"),
        pytest.param(with_word(0, "00000000-0000-0000-0000-000000000000"), False, id="before the machine was started"),
        pytest.param(with_word(1, "pid:[1]"), True, id="in another container, which nobody can look into"),
        pytest.param(with_word(2, "4194305"), False, id="a number nobody has"),
        pytest.param(with_word(3, "1"), False, id="a number that another process has now"),
        pytest.param("a name of a system without proc", True, id="where the system cannot tell"),
    ],
)
def test_who_is_taken_to_live(holder: str, *, lives: bool) -> None:
    assert is_alive(holder, time.time()) is lives


@pytest.mark.parametrize(
    "holder", [this_process(), with_word(1, "pid:[1]"), "somewhere:17"], ids=["here", "in a container", "no proc"]
)
def test_nobody_lives_longer_than_their_lease(holder: str) -> None:
    assert is_alive(holder, time.time() - EXPIRES + 5)
    assert not is_alive(holder, time.time() - EXPIRES - 5)
    # The clock of the machine was set back.
    assert not is_alive(holder, time.time() + EXPIRES + 5)


def test_a_process_that_has_ended_and_was_not_waited_for_is_dead() -> None:
    zombie = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    name = module._process(zombie.pid)
    assert name is not None
    assert is_alive(name, time.time())
    assert zombie.stdin is not None
    zombie.stdin.close()
    while module._process(zombie.pid) is not None:
        time.sleep(0.01)
    assert not is_alive(name, time.time())
    zombie.wait()
