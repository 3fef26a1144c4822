"""Which syncs run, as every process of the machine sees it."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from core.domain.ids import AccountId, RunId
from core.domain.ledger import SIGNED_IN, Ledger
from core.domain.progress import Phase, RunningSync, SyncProgress
from core.errors import DatabaseUnusable
from core.store.slots import open_slots
from tests.core.store.elsewhere import at_once

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

COUNTS = st.integers(0, 2**40)
SYNCS = st.builds(
    RunningSync,
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8).map(RunId),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8).map(AccountId),
    st.floats(allow_nan=False, allow_infinity=False),
    st.builds(SyncProgress, st.sampled_from(Phase), page=COUNTS, pages=COUNTS, seen=COUNTS, told=COUNTS, errors=COUNTS),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "budget.db"


def sync(name: str = "one", page: int = 3) -> RunningSync:
    progress = SyncProgress(page=page, pages=104, seen=page * 100, told=10_312)
    return RunningSync(RunId(name), AccountId("ann"), 1_000_000.0, progress)


def note_one(path: Path, name: str) -> None:
    async def run() -> None:
        async with open_slots(path) as slots:
            await slots.note_running(sync(name))

    asyncio.run(run())


def age(path: Path, seconds: float) -> None:
    """Let it be that long ago that everybody was seen."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("UPDATE running_syncs SET seen_at = seen_at - ?", (seconds,))


def rows(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT count(*) FROM running_syncs").fetchone()[0])


async def test_everybody_sees_the_syncs_of_everybody(path: Path) -> None:
    async with open_slots(path) as slots, open_slots(path) as others:
        await slots.note_running(sync("one"))
        await others.note_running(sync("two"))

        assert set(await slots.running()) == {sync("one"), sync("two")}
        assert await slots.running() == await others.running()


def test_what_another_process_noted_is_seen_after_it(path: Path) -> None:
    at_once(1, note_one, path, "elsewhere")

    async def run() -> tuple[RunningSync, ...]:
        async with open_slots(path) as slots:
            return await slots.running()

    assert asyncio.run(run()) == (sync("elsewhere"),)


async def test_a_run_is_seen_as_it_was_noted_last(path: Path) -> None:
    async with open_slots(path) as slots:
        await slots.note_running(sync(page=3))
        await slots.note_running(sync(page=4))

        assert await slots.running() == (sync(page=4),)


async def test_a_run_that_is_over_is_seen_no_more_and_the_others_are(path: Path) -> None:
    async with open_slots(path) as slots, open_slots(path) as others:
        await slots.note_running(sync("one"))
        await slots.note_running(sync("two"))
        await slots.forget_running(RunId("one"))
        await slots.forget_running(RunId("unheard of"))

        assert await others.running() == (sync("two"),)


@pytest.mark.parametrize("seconds", [11, -3600], ids=["its process is gone", "the machine's clock was set back"])
async def test_who_says_nothing_for_ten_seconds_is_gone(path: Path, seconds: float) -> None:
    async with open_slots(path) as slots, open_slots(path) as others:
        await slots.note_running(sync("gone"))
        age(path, seconds)
        await slots.note_running(sync("here"))

        assert await others.running() == (sync("here"),)
        assert rows(path) == 1


async def test_who_says_again_that_it_goes_on_stays(path: Path) -> None:
    async with open_slots(path) as slots:
        await slots.note_running(sync())
        age(path, 6)
        assert await slots.running() == (sync(),)
        await slots.note_running(sync())
        age(path, 6)

        assert await slots.running() == (sync(),)


async def test_the_programs_own_time_is_nothing_to_it(path: Path) -> None:
    """That clock may run faster than the machine's."""
    async with open_slots(path) as slots:
        for hours in (-5, 0, 5):
            await slots.note_running(replace(sync(str(hours)), started_at=1_000_000.0 + hours * 3600))

        assert len(await slots.running()) == 3


async def test_a_file_of_the_version_before_goes_on(path: Path) -> None:
    async with open_slots(path) as slots:
        await slots.update(SIGNED_IN, lambda ledger: (replace(ledger, foreign=3.0), None))
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("DROP TABLE running_syncs")

    async with open_slots(path) as slots:
        assert await slots.running() == ()
        await slots.note_running(sync())
        assert await slots.running() == (sync(),)
        assert await slots.ledger(SIGNED_IN) == Ledger(foreign=3.0)


@settings(max_examples=40)
@given(st.lists(SYNCS, max_size=4, unique_by=lambda sync: sync.run))
def test_what_is_noted_is_what_is_seen(tmp_path_factory: pytest.TempPathFactory, syncs: list[RunningSync]) -> None:
    path = tmp_path_factory.getbasetemp() / "running.db"

    async def run() -> None:
        async with open_slots(path) as slots:
            for one in syncs:
                await slots.note_running(one)
            seen = await slots.running()
            assert sorted(seen, key=lambda one: one.run) == sorted(syncs, key=lambda one: one.run)
            for one in seen:
                await slots.forget_running(one.run)
            assert await slots.running() == ()

    asyncio.run(run())


async def test_a_file_that_no_longer_works_is_said_to_be_unusable(path: Path) -> None:
    async with open_slots(path) as slots:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("DROP TABLE running_syncs")
        for call in (slots.note_running(sync()), slots.forget_running(RunId("one")), slots.running()):
            with pytest.raises(DatabaseUnusable):
                await call
