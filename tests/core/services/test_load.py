"""What an operator is told who has more accounts than Discogs lets anybody keep fresh."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

from core import config as settings
from core.app import Core, open_core
from core.domain.account import PersonalToken
from core.domain.ids import RunId, Shelf
from core.domain.progress import AskedBy, Kind, SyncOutcome, SyncReport
from core.store.cipher import Cipher
from core.store.database import open_database
from core.store.repositories import Repositories
from tests.factories import make_account
from tests.fakes import START, FakeClock

import pytest

DAY = timedelta(days=1)


async def collectors(directory: Path, number: int, copies: int) -> None:
    """So many that were synced a moment ago."""
    async with open_database(directory / "runout.db") as database, database.tx() as tx:
        stores = Repositories.of(database, Cipher(directory / "secret.key"))
        for one in range(1, number + 1):
            account = await stores.accounts.save(tx, make_account(one), PersonalToken("a-token"), START)
            await stores.shelves.begin(tx, account.id, START)
            for shelf in Shelf:
                run = RunId(f"{one} {shelf}")
                await stores.runs.start(tx, run, account.id, START, shelf, Kind.WALK, AskedBy.CONNECT)
                await stores.runs.close(tx, run, SyncReport(SyncOutcome.DONE, copies=copies, releases=copies), START)
                await stores.shelves.mark_published(tx, account.id, shelf, checked=START, walked=START)
                await stores.shelves.mark_tried(tx, account.id, shelf, START, failed=False)


@pytest.fixture
async def core(tmp_path: Path) -> AsyncIterator[Core]:
    """Two accounts in use, on an address that may ask once a minute."""
    await collectors(tmp_path, 2, 100_000)
    given = {"RUNOUT_DATA_DIR": str(tmp_path), "RUNOUT_DISCOGS__REQUESTS_PER_MINUTE": "1"}
    async with open_core(settings.load(given), clock=FakeClock()) as opened:
        yield opened


async def test_what_accounts_need_is_told_beside_what_there_is(core: Core) -> None:
    load = await core.schedule.load(START)

    assert load.accounts == 2
    # Three probes and a walk in 22 hours, of each shelf; names are those of the collection.
    assert load.needed == pytest.approx(2 * (2 * (3 + 1001) + 2) * 24 / 22)
    assert load.granted == 1440


async def test_who_was_not_there_for_a_week_needs_next_to_nothing(core: Core) -> None:
    assert (await core.schedule.load(START + 8 * DAY)).accounts == 0


async def test_too_many_accounts_are_told_of_in_the_log_once_an_hour(
    core: Core, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        await core.schedule.run_due(START)
        for minutes in (1, 30, 59):
            await core.schedule.nudge(START + timedelta(minutes=minutes))
    assert len(caplog.records) == 1
    assert "2 accounts in use need about 4385 requests a day, and about 1440 can be had" in caplog.text


async def test_nothing_is_told_of_as_many_as_can_be_kept_fresh(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await collectors(tmp_path, 2, 600)
    async with open_core(settings.load({"RUNOUT_DATA_DIR": str(tmp_path)}), clock=FakeClock()) as core:
        with caplog.at_level(logging.WARNING):
            await core.schedule.run_due(START)
    assert not caplog.records


async def test_many_that_are_late_are_told_of_though_a_day_would_be_long_enough(tmp_path: Path) -> None:
    await collectors(tmp_path, 10, 60)
    async with open_core(settings.load({"RUNOUT_DATA_DIR": str(tmp_path)}), clock=FakeClock()) as core:
        in_time = await core.schedule.load(START + timedelta(hours=5, minutes=59))
        late = await core.schedule.load(START + timedelta(hours=7))

    assert not in_time.is_too_much
    assert (in_time.late, in_time.longest) == (0, timedelta())
    assert late.is_too_much
    assert late.needed < late.granted
    assert (late.late, late.longest) == (20, timedelta(hours=1, minutes=30))
