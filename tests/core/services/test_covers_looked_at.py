"""Behind what is looked at pictures are fetched: the newest look first, nobody waits, and nothing piles up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from core.domain.covers import CoverReport, Size
from core.domain.ids import ReleaseId
from core.services.covers import MOST_WANTED
from tests.cabinet import Cabinet, cabinet
from tests.fakes import FakeClock
from tests.picture_host import Given, Host, picture, serving

import pytest

HOUR = 3_600.0


@pytest.fixture
async def host() -> AsyncIterator[Host]:
    async with serving() as running:
        yield running


@pytest.fixture
async def here(tmp_path: Path, host: Host, clock: FakeClock) -> AsyncIterator[Cabinet]:
    async with cabinet(tmp_path, host, clock) as opened:
        yield opened


def want(here: Cabinet, *releases: int) -> None:
    for number in releases:
        here.core.covers.want(here.account, ReleaseId(number), Size.LARGE)


async def come(here: Cabinet, number: int) -> list[tuple[ReleaseId, Size, Path]]:
    """So many pictures that were wanted, as they come."""
    told: list[tuple[ReleaseId, Size, Path]] = []
    enough = asyncio.Event()

    def heard(release: ReleaseId, size: Size, path: Path) -> None:
        told.append((release, size, path))
        if len(told) >= number:
            enough.set()

    here.core.covers.listen(heard)
    async with asyncio.timeout(30):
        await enough.wait()
    return told


async def test_what_is_looked_at_comes_and_is_told_the_newest_look_first(here: Cabinet) -> None:
    await here.said(1, 2, 3)
    want(here, 1, 2, 3)
    told = await come(here, 3)
    assert [release for release, _, _ in told] == [3, 2, 1]
    assert all(path == here.path(release) for release, _, path in told)


async def test_a_look_at_what_is_here_asks_nobody(here: Cabinet) -> None:
    await here.fetch(await here.said(1, 2))
    want(here, 1, 2)
    await here.said(3)
    want(here, 3)
    await come(here, 1)
    assert sorted(here.host.names) == ["1-large", "2-large", "3-large"]


async def test_a_second_look_makes_it_the_newest_and_asks_once(here: Cabinet) -> None:
    await here.said(1, 2, 3)
    want(here, 1, 2, 3, 1)
    told = await come(here, 3)
    assert [release for release, _, _ in told] == [1, 3, 2]
    assert len(here.host.asked) == 3


async def test_of_too_many_looks_the_oldest_are_let_go_of(here: Cabinet) -> None:
    releases = await here.said(*range(1, MOST_WANTED + 11))
    want(here, *releases)
    await come(here, MOST_WANTED)
    assert set(here.host.names) == {f"{number}-large" for number in range(11, MOST_WANTED + 11)}


async def test_looks_fetch_nothing_when_that_is_switched_off(tmp_path: Path, host: Host, clock: FakeClock) -> None:
    async with cabinet(tmp_path, host, clock, RUNOUT_COVERS__FETCH="false") as here:
        releases = await here.said(1)
        want(here, 1)
        assert not (await here.core.covers.status()).fills
        await asyncio.sleep(0.05)
        assert host.asked == []
        assert await here.fetch(releases) == CoverReport(fetched=1)


async def test_a_refusal_for_being_too_fast_is_waited_out(here: Cabinet, clock: FakeClock) -> None:
    here.host.says("1-large", Given(429), picture())
    await here.said(1)
    want(here, 1)
    await come(here, 1)
    assert clock.monotonic() >= 60


async def test_what_cannot_be_had_keeps_nothing_else_from_coming(here: Cabinet) -> None:
    here.host.says("3-large", b"<html>")
    here.host.says("4-large", Given(404))
    here.host.says("5-large", Given(503))
    await here.said(1, 2, 3, 4, 5)
    await here.said(6, address="https://evil.test/x")
    want(here, 1, 2, 3, 4, 5, 6, 999)
    assert {release for release, _, _ in await come(here, 2)} == {1, 2}


async def test_a_host_that_is_down_is_left_alone_ever_longer(here: Cabinet, clock: FakeClock) -> None:
    releases = await here.said(*range(1, 9))
    for number in releases:
        here.host.says(f"{number}-large", Given(503))
    want(here, *releases)
    while len(here.host.asked) < 6:
        await asyncio.sleep(0.01)
    assert clock.monotonic() >= 60 + 120 + 240


async def test_a_full_disk_stops_it_quietly_until_somebody_looks_again(
    here: Cabinet, caplog: pytest.LogCaptureFixture
) -> None:
    releases = await here.said(1, 2)
    here.config.paths.covers.write_text("no directory")
    want(here, *releases)
    while "no picture can be kept" not in caplog.text:
        await asyncio.sleep(0.01)
    assert len(here.host.asked) == 1
    here.config.paths.covers.unlink()
    want(here, 1)
    await come(here, 1)


async def test_whoever_closes_the_program_waits_for_no_picture(tmp_path: Path, host: Host, clock: FakeClock) -> None:
    never, asked = asyncio.Event(), asyncio.Event()

    async def gate() -> None:
        asked.set()
        await never.wait()

    host.gate = gate
    async with asyncio.timeout(20), cabinet(tmp_path, host, clock) as here:
        await here.said(1)
        want(here, 1)
        await asked.wait()
    assert here.files() == []


async def test_that_a_picture_was_used_is_written_down_once_in_a_while_and_at_the_end(
    tmp_path: Path, host: Host, clock: FakeClock
) -> None:
    async with cabinet(tmp_path, host, clock) as here:
        await here.fetch(await here.said(1, 2))
        clock.advance(HOUR)
        used = clock.now()
        for _ in range(1_000):
            here.path(1)
        await here.core.covers.clean(clock.now())
        row, other = await here.row(1), await here.row(2)
        assert row is not None
        assert other is not None
        assert row.used_at == used
        assert other.used_at is not None
        assert other.used_at < used
        clock.advance(HOUR)
        here.path(2)
        last = clock.now()
    async with cabinet(tmp_path, host, clock) as here:
        row = await here.row(2)
        assert row is not None
        assert row.used_at == last
