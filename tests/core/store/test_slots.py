"""The budget's file: one change at a time among all processes, and nothing that was written is lost."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from core.domain.budget import Granted, request_slot
from core.domain.ids import AccountId
from core.domain.ledger import SIGNED_IN, Candidate, Lane, Ledger, Queue, Slot, Terms, Work, taken
from core.errors import DatabaseUnusable
from core.store.slots import SlotStore, open_slots
from tests.core.store.elsewhere import at_once
from tests.core.store.test_unusable import without_privileges

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

NOW = 1_000_000.0
TERMS = Terms(per_minute=60, time_out=30.0)

FINITE = st.floats(allow_nan=False, allow_infinity=False)
TEXTS = st.text(max_size=8)
CANDIDATES = st.builds(
    Candidate,
    st.sampled_from(Lane),
    FINITE,
    st.none() | TEXTS.map(AccountId),
    st.none() | st.sampled_from(Work),
    st.booleans(),
)
SLOTS = st.builds(
    Slot,
    st.integers(1, 2**40),
    st.sampled_from(Lane),
    FINITE,
    FINITE,
    st.none() | TEXTS.map(AccountId),
    st.none() | st.sampled_from(Work),
)
LEDGERS = st.builds(
    Ledger,
    slots=st.lists(SLOTS, max_size=5, unique_by=lambda slot: slot.number).map(
        lambda slots: tuple(sorted(slots, key=lambda slot: slot.number))
    ),
    queues=st.lists(st.builds(Queue, TEXTS, FINITE, st.lists(CANDIDATES, max_size=3).map(tuple)), max_size=3).map(
        tuple
    ),
    next_number=st.integers(1, 2**40),
    foreign=FINITE,
    closed_until=FINITE,
    careful_until=FINITE,
    closings=st.integers(0, 99),
    tripped=st.booleans(),
    probe=st.none() | st.integers(1, 99),
    asked_at=st.none() | FINITE,
    answered_at=st.none() | FINITE,
    said=st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "budget.db"


@pytest.fixture
def open_place() -> Iterator[Path]:
    """A directory that everybody may enter, which those of the tests are not."""
    directory = Path(tempfile.mkdtemp())
    directory.chmod(0o755)
    yield directory
    directory.chmod(0o755)
    shutil.rmtree(directory)


async def write(slots: SlotStore, ledger: Ledger, window: str = SIGNED_IN) -> None:
    await slots.update(window, lambda _: (ledger, None))


async def take(slots: SlotStore, name: str, now: float) -> bool:
    waiting = (Candidate(Lane.PEOPLE, now),)
    found = await slots.update(SIGNED_IN, lambda ledger: request_slot(ledger, name, waiting, now, TERMS))
    return isinstance(found, Granted)


def take_all(path: Path, tries: int) -> None:
    """Ask for slots as fast as possible, and write down how many were given."""

    async def run() -> int:
        name = str(os.getpid())
        async with open_slots(path) as slots:
            return sum([await take(slots, name, NOW) for _ in range(tries)])

    (path.parent / f"{os.getpid()}.given").write_text(str(asyncio.run(run())))


def take_and_hang(path: Path, count: int) -> None:
    """Take slots and never answer them."""

    async def run() -> None:
        async with open_slots(path) as slots:
            for _ in range(count):
                await take(slots, "hanging", NOW)
            (path.parent / "taken").touch()
            time.sleep(600)

    asyncio.run(run())


def test_processes_that_ask_at_once_are_given_the_limit_and_no_more(path: Path) -> None:
    at_once(2, take_all, path, 50)

    given = [int(found.read_text()) for found in path.parent.glob("*.given")]
    assert len(given) == 2
    assert sum(given) == TERMS.per_minute
    assert taken(asyncio.run(_ledger(path)), NOW) == TERMS.per_minute


def test_many_processes_open_a_new_file_at_once(path: Path) -> None:
    at_once(4, take_all, path, 1)

    assert [found.read_text() for found in path.parent.glob("*.given")] == ["1"] * 4


async def _ledger(path: Path) -> Ledger:
    async with open_slots(path) as slots:
        return await slots.ledger(SIGNED_IN)


def test_the_bookings_of_a_process_that_is_killed_come_back(path: Path) -> None:
    process = multiprocessing.get_context("spawn").Process(target=take_and_hang, args=(path, 60))
    process.start()
    while not (path.parent / "taken").exists():
        assert process.is_alive()
        time.sleep(0.02)
    process.kill()
    process.join()

    async def run() -> list[bool]:
        async with open_slots(path) as slots:
            return [await take(slots, "next", NOW + later) for later in (1, 89.9, 90.1)]

    assert asyncio.run(run()) == [False, False, True]


async def test_a_restart_forgets_nothing(path: Path) -> None:
    async with open_slots(path) as slots:
        for _ in range(60):
            await take(slots, "before", NOW)
        await slots.update(SIGNED_IN, lambda ledger: (replace(ledger, foreign=7.0, closings=2), None))
        before = await slots.ledger(SIGNED_IN)

    async with open_slots(path) as slots:
        assert await slots.ledger(SIGNED_IN) == before
        assert not await take(slots, "after", NOW + 1)


@settings(max_examples=40)
@given(st.lists(LEDGERS, min_size=1, max_size=4))
def test_what_is_written_is_what_is_read(tmp_path_factory: pytest.TempPathFactory, ledgers: list[Ledger]) -> None:
    path = tmp_path_factory.getbasetemp() / "round trip.db"

    async def run() -> None:
        async with open_slots(path) as slots:
            for ledger in ledgers:
                await write(slots, ledger)
                assert await slots.ledger(SIGNED_IN) == ledger

    asyncio.run(run())


async def test_windows_know_nothing_of_each_other(path: Path) -> None:
    async with open_slots(path) as slots:
        await take(slots, "me", NOW)

        assert await slots.ledger("anonymous") == Ledger()


class Breaks(Exception):
    """The change went wrong."""


async def test_a_change_that_fails_changes_nothing_and_blocks_nobody(path: Path) -> None:
    def fails(ledger: Ledger) -> tuple[Ledger, None]:
        raise Breaks

    async with open_slots(path) as slots, open_slots(path) as others:
        await take(slots, "me", NOW)
        before = await slots.ledger(SIGNED_IN)
        with pytest.raises(Breaks):
            await slots.update(SIGNED_IN, fails)

        assert await others.ledger(SIGNED_IN) == before
        assert await take(others, "other", NOW)


async def test_a_change_that_cannot_be_written_whole_is_not_written_at_all(path: Path) -> None:
    twice = Slot(1, Lane.SYNC, NOW, NOW + 60)
    async with open_slots(path) as slots:
        with pytest.raises(DatabaseUnusable):
            await write(slots, Ledger(slots=(twice, replace(twice, until=NOW)), foreign=5.0))

        assert await slots.ledger(SIGNED_IN) == Ledger()


def no_database(path: Path) -> None:
    path.write_bytes(b"Ceci n'est pas une base. " * 400)


def damaged(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


@pytest.mark.parametrize("spoil", [no_database, damaged, cut])
async def test_a_file_that_is_spoilt_is_made_anew(path: Path, spoil: Callable[[Path], None]) -> None:
    async with open_slots(path) as slots:
        await take(slots, "before", NOW)
    spoil(path)

    async with open_slots(path) as slots:
        assert await slots.ledger(SIGNED_IN) == Ledger()
        assert await take(slots, "after", NOW)


async def test_a_directory_that_takes_no_file_is_unusable(open_place: Path) -> None:
    open_place.chmod(0o555)

    with without_privileges(), pytest.raises(DatabaseUnusable) as refused:
        async with open_slots(open_place / "budget.db"):
            pass

    assert refused.value.path == str(open_place / "budget.db")


async def test_a_directory_in_place_of_the_file_is_unusable(path: Path) -> None:
    path.mkdir()

    with pytest.raises(DatabaseUnusable):
        async with open_slots(path):
            pass


async def test_a_read_only_file_is_unusable(open_place: Path) -> None:
    path = open_place / "budget.db"
    async with open_slots(path):
        pass
    path.chmod(0o444)
    open_place.chmod(0o555)

    with without_privileges(), pytest.raises(DatabaseUnusable):
        async with open_slots(path) as slots:
            await take(slots, "me", NOW)
