"""Pictures of the stand-in: beside its API and never at its cost, and again by a new address when its keys changed."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

from core.app import open_core
from core.domain.covers import CoverReport, Size
from core.domain.ids import ReleaseId
from core.domain.image_lane import AT_ONCE
from core.errors import DiscogsError, Unavailable
from core.sandbox.holding import Holding
from core.sandbox.server import serve
from core.sandbox.world import World
from tests.fakes import FakeClock
from tests.stand_in import Evening, config_for, evening, holding_of, owned

import pytest

DAY = 86_400.0
NAME = "s3://discogs-database-images/R-{}.jpeg"


def pictured(*releases: int) -> Holding:
    return holding_of(*(owned(one, thumb=NAME.format(one), cover_image=NAME.format(one)) for one in releases))


@pytest.fixture
async def tonight(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Evening]:
    async with evening(tmp_path, pictured(*range(1, 9)), clock=clock) as opened:
        await opened.sync()
        opened.sandbox.world.counts.reset()
        yield opened


async def fetch(tonight: Evening, *sizes: Size, releases: tuple[int, ...] = tuple(range(1, 9))) -> CoverReport:
    wanted = [ReleaseId(one) for one in releases]
    return await tonight.core.covers.fetch(tonight.account, wanted, lambda _: None, sizes or (Size.LARGE,))


async def test_pictures_cost_nothing_of_the_api_and_nobody_signs_in_for_them(tonight: Evening) -> None:
    before = await tonight.core.budget.status()
    report = await fetch(tonight, *Size)
    after = await tonight.core.budget.status()

    world = tonight.sandbox.world
    assert report == CoverReport(fetched=16)
    assert world.counts.total == 0
    assert sum(after.taken.values()) <= sum(before.taken.values())
    assert world.pictures.counts.total == 16
    assert world.pictures.counts.refusals == 0
    assert world.pictures.counts.most_in_flight <= AT_ONCE
    assert {entry["note"] for entry in world.pictures.counts.log()} == {""}


async def test_both_sizes_are_what_they_say(tonight: Evening) -> None:
    await fetch(tonight, *Size, releases=(1,))
    small, large = (tonight.core.covers.path(ReleaseId(1), size) for size in Size)
    assert small is not None
    assert large is not None
    from PIL import Image

    with Image.open(small) as one, Image.open(large) as other:
        assert (max(one.size), max(other.size)) == (150, 600)


async def test_after_a_change_of_keys_each_release_is_read_again_once(tonight: Evening) -> None:
    """Both of its pictures have new addresses then."""
    world = tonight.sandbox.world
    world.pictures.rotate()

    assert await fetch(tonight, *Size, releases=(1, 2)) == CoverReport(fetched=4)

    assert world.counts.requests["release"] == 2
    statuses = [entry["status"] for entry in world.pictures.counts.log()]
    assert sorted(statuses) == [200] * 4 + [403] * 4
    assert await fetch(tonight, *Size, releases=(1, 2)) == CoverReport(here=4)


async def test_an_address_that_is_refused_though_it_is_new_rests_a_day(tonight: Evening, clock: FakeClock) -> None:
    world = tonight.sandbox.world
    world.pictures.rotate()
    world.faults.add("403", times=1)

    assert await fetch(tonight, releases=(1,)) == CoverReport(failed=1)
    assert [entry["status"] for entry in world.pictures.counts.log()] == [403, 403]
    assert world.counts.requests["release"] == 1

    assert await fetch(tonight, releases=(1,)) == CoverReport(waiting=1)
    assert world.counts.requests["release"] == 1
    clock.advance(DAY + 1)
    assert await fetch(tonight, releases=(1,)) == CoverReport(fetched=1)


async def test_a_host_that_refuses_everything_does_not_cost_the_api_a_call_for_each_picture(tonight: Evening) -> None:
    """The lane rests after three new addresses in a row that were refused, too."""
    world = tonight.sandbox.world
    world.pictures.rotate()
    world.faults.add("403", times=1_000)
    fetching = asyncio.create_task(fetch(tonight))
    while not (await tonight.core.covers.status()).rests_for:
        await asyncio.sleep(0)
    fetching.cancel()
    await asyncio.gather(fetching, return_exceptions=True)
    assert world.counts.requests["release"] <= 5


async def test_a_release_that_discogs_has_no_longer_is_not_asked_for_again_and_again(tonight: Evening) -> None:
    world = tonight.sandbox.world
    world.pictures.rotate()
    world.catalogue.delete(3)
    assert await fetch(tonight, releases=(3,)) == CoverReport(failed=1)
    assert await fetch(tonight, releases=(3,)) == CoverReport(waiting=1)
    assert world.counts.requests["release"] == 1


@pytest.mark.parametrize(
    ("fault", "parameters", "report"),
    [
        ("429", {}, CoverReport(fetched=1)),
        ("500", {}, CoverReport(fetched=1)),
        ("502", {}, CoverReport(fetched=1)),
        ("reset", {}, CoverReport(fetched=1)),
        ("404", {}, CoverReport(none=1)),
        ("truncated", {}, CoverReport(refused=1)),
        ("html", {}, CoverReport(refused=1)),
        ("huge body", {"announced": True}, CoverReport(refused=1)),
        ("huge body", {"announced": False}, CoverReport(refused=1)),
        ("giant picture", {}, CoverReport(refused=1)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_whatever_befalls_a_picture(
    fault: str, parameters: dict[str, Any], report: CoverReport, tonight: Evening
) -> None:
    tonight.sandbox.world.faults.add(fault, route="picture", **parameters)
    assert await fetch(tonight, releases=(1,)) == report
    assert tonight.sandbox.world.counts.total == 0


async def test_an_outage_ends_a_run_and_the_next_goes_on(tonight: Evening, clock: FakeClock) -> None:
    world = tonight.sandbox.world
    await fetch(tonight, releases=(1, 2))
    world.faults.add("outage", seconds=1e9)
    with pytest.raises(DiscogsError) as failed:
        await fetch(tonight)
    assert failed.value == Unavailable(status=503)
    world.faults.clear()
    clock.advance(300)
    assert await fetch(tonight) == CoverReport(here=2, fetched=6)


async def test_who_reads_as_anybody_is_told_that_the_places_are_not_known(tmp_path: Path, clock: FakeClock) -> None:
    async with serve(World(pictured(1, 2))) as sandbox, open_core(config_for(tmp_path, sandbox), clock=clock) as core:
        account = await core.connect.join(await core.connect.by_public_name(sandbox.username))
        await core.sync.run(account, lambda _: None)
        report = await core.covers.fetch(account, [ReleaseId(1), ReleaseId(2)], lambda _: None)
        assert report == CoverReport(unknown=2)


async def test_details_that_were_read_tell_where_a_picture_is(tmp_path: Path, clock: FakeClock) -> None:
    async with serve(World(pictured(1, 2))) as sandbox, open_core(config_for(tmp_path, sandbox), clock=clock) as core:
        account = await core.connect.join(await core.connect.by_public_name(sandbox.username))
        await core.sync.run(account, lambda _: None)
        await core.enrich.refresh(account, ReleaseId(1))
        report = await core.covers.fetch(account, [ReleaseId(1), ReleaseId(2)], lambda _: None)
        assert report == CoverReport(fetched=1, unknown=1)


async def test_pictures_of_what_nobody_has_any_more_go_with_who_had_it(tonight: Evening) -> None:
    await fetch(tonight)
    covers = tonight.config.paths.covers
    assert list(covers.rglob("*.jpg"))
    await tonight.core.leaving.delete(tonight.account)
    assert [path for path in covers.rglob("*") if path.is_file()] == []
    status = await tonight.core.covers.status()
    assert (status.large, status.bytes) == (0, 0)


async def test_a_backup_that_others_share_tells_of_their_pictures_only(tonight: Evening, tmp_path: Path) -> None:
    other = tonight.sandbox.world.open_account("somebody_else", pictured(8, 9))
    theirs = await tonight.core.connect.with_token(other.token)
    await tonight.core.sync.run(theirs, lambda _: None)
    await fetch(tonight, releases=(1, 8, 9))
    backup = await tonight.core.backup.make()

    await tonight.core.leaving.delete(tonight.account)

    with closing(sqlite3.connect(backup.path)) as connection:
        assert connection.execute("SELECT release_id FROM covers ORDER BY 1").fetchall() == [(8,), (9,)]
    left = sorted(path.name for path in tonight.config.paths.covers.rglob("*.jpg"))
    assert left == ["8-large.jpg", "9-large.jpg"]
