"""Pictures are fetched at the lane's pace, kept within their limit, and asked for no more often than that helps."""

from __future__ import annotations

import asyncio
import errno
import os
import shutil
import struct
import zlib
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path

from core.domain.account import Access
from core.domain.covers import CoverProgress, CoverReport, Kind, Refusal, Size, State
from core.domain.image_lane import PACE
from core.domain.progress import Waiting
from core.errors import CoverNotWritten, CoversOff, Unavailable
from tests.cabinet import Cabinet, cabinet
from tests.fakes import FakeClock
from tests.picture_host import Given, Host, moving, picture, serving

import pytest
from msgspec.structs import replace

HOUR, DAY = 3_600.0, 86_400.0


@pytest.fixture
async def host() -> AsyncIterator[Host]:
    async with serving() as running:
        yield running


@pytest.fixture
async def here(tmp_path: Path, host: Host, clock: FakeClock) -> AsyncIterator[Cabinet]:
    async with cabinet(tmp_path, host, clock) as opened:
        yield opened


async def test_what_is_fetched_is_here_at_once_and_is_not_asked_for_again(here: Cabinet) -> None:
    releases = await here.said(1, 2, 3)
    assert here.path(2) is None

    first = await here.fetch(releases, *Size)
    second = await here.fetch(releases, *Size)

    assert first == CoverReport(fetched=6)
    assert second == CoverReport(here=6)
    assert sorted(here.host.names) == ["1-large", "1-small", "2-large", "2-small", "3-large", "3-small"]
    path = here.path(2)
    assert path is not None
    assert path.read_bytes() == picture(colour=2)
    row = await here.row(2)
    assert row is not None
    assert (row.state, row.kind, row.bytes, row.width, row.height) == (
        State.HERE,
        Kind.JPEG,
        len(picture(colour=2)),
        60,
        40,
    )


async def test_the_pace_is_even_and_told(here: Cabinet, clock: FakeClock) -> None:
    seen: list[CoverProgress | Waiting] = []
    await here.fetch(await here.said(*range(1, 7)), seen=seen)

    assert 5 * PACE <= clock.monotonic() < 6 * PACE
    told = [event for event in seen if isinstance(event, CoverProgress)]
    assert [event.done for event in told] == list(range(7))
    assert (told[0].seconds_left, told[-1].seconds_left) == (6 * PACE, 0.0)
    assert all(earlier.seconds_left >= later.seconds_left for earlier, later in pairwise(told))


async def test_no_more_than_two_are_under_way(here: Cabinet) -> None:
    here.host.gate = lambda: asyncio.sleep(0.05)
    await here.fetch(await here.said(*range(1, 9)))
    assert here.host.most_at_once <= 2
    assert len(here.host.asked) == 8


async def test_nothing_signed_is_sent_and_the_program_says_its_name(here: Cabinet) -> None:
    await here.fetch(await here.said(1, 2))
    for headers in here.host.headers:
        assert headers.keys() <= {"Host", "Accept", "Accept-Encoding", "Connection", "User-Agent"}
        assert headers["User-Agent"] == here.config.discogs.user_agent


HOSTILE: dict[str, tuple[Given, Refusal]] = {
    "html": (Given(body=b"<html>no</html>", headers={"Content-Type": "image/jpeg"}), Refusal.KIND),
    "svg": (Given(body=b"<svg/>"), Refusal.KIND),
    "empty": (Given(), Refusal.EMPTY),
    "truncated": (Given(body=picture()[:-30]), Refusal.BROKEN),
    "moving": (Given(body=moving("WEBP")), Refusal.ANIMATED),
    "too large": (Given(body=b"\xff\xd8\xff" + bytes(5_000_000)), Refusal.TOO_LARGE),
    "redirect": (Given(301, headers={"Location": "http://127.0.0.1:1/"}), Refusal.REDIRECT),
    "status": (Given(418), Refusal.STATUS),
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_what_is_refused_is_remembered_until_its_address_changes(name: str, here: Cabinet) -> None:
    given, why = HOSTILE[name]
    here.host.says("7-large", given, picture())
    releases = await here.said(7)

    assert await here.fetch(releases) == CoverReport(refused=1)
    row = await here.row(7)
    assert row is not None
    assert (row.state, row.reason) == (State.REFUSED, why)
    assert here.path(7) is None
    assert here.files() == []

    assert await here.fetch(releases) == CoverReport(refused=1)
    assert len(here.host.asked) == 1
    here.host.signature = "another"
    assert await here.fetch(await here.said(7)) == CoverReport(fetched=1)


@pytest.mark.parametrize(
    "address", ["https://evil.test/7.jpeg", "file:///etc/passwd", "http://user:pass@127.0.0.1/7.jpeg", "data:,x"]
)
async def test_nobody_is_asked_at_an_address_that_is_not_allowed(address: str, here: Cabinet) -> None:
    releases = await here.said(7, address=address)
    assert await here.fetch(releases) == CoverReport(refused=1)
    row = await here.row(7)
    assert row is not None
    assert row.reason == Refusal.ADDRESS
    assert await here.fetch(releases) == CoverReport(refused=1)
    assert here.host.asked == []


@pytest.mark.parametrize("status", [404, 410])
async def test_what_the_host_does_not_have_is_not_asked_for_within_a_week(
    status: int, here: Cabinet, clock: FakeClock
) -> None:
    here.host.says("7-large", Given(status), picture())
    releases = await here.said(7)
    assert await here.fetch(releases) == CoverReport(none=1)
    clock.advance(6 * DAY)
    assert await here.fetch(releases) == CoverReport(none=1)
    assert len(here.host.asked) == 1
    clock.advance(2 * DAY)
    assert await here.fetch(releases) == CoverReport(fetched=1)


async def test_a_failure_is_tried_three_times_in_a_run_and_then_after_a_day(here: Cabinet, clock: FakeClock) -> None:
    here.host.says("7-large", Given(503))
    releases = await here.said(7)
    assert await here.fetch(releases) == CoverReport(failed=1)
    assert len(here.host.asked) == 3
    assert await here.fetch(releases) == CoverReport(waiting=1)
    assert len(here.host.asked) == 3
    here.host.says("7-large", picture())
    clock.advance(DAY + 1)
    assert await here.fetch(releases) == CoverReport(fetched=1)


async def test_a_failure_that_passes_is_no_hole(here: Cabinet) -> None:
    here.host.says("2-large", Given(502), picture())
    assert await here.fetch(await here.said(1, 2, 3)) == CoverReport(fetched=3)


async def test_a_host_that_is_down_ends_the_run_and_no_picture_rests_for_long(here: Cabinet, clock: FakeClock) -> None:
    releases = await here.said(*range(1, 31))
    for number in releases:
        here.host.says(f"{number}-large", Given(503))
    with pytest.raises(Unavailable):
        await here.fetch(releases)
    assert len(here.host.asked) <= 6

    here.host.answers.clear()
    clock.advance(HOUR)
    assert await here.fetch(releases) == CoverReport(fetched=30)


async def test_a_refusal_for_being_too_fast_rests_the_whole_lane(here: Cabinet, clock: FakeClock) -> None:
    at: list[float] = []
    here.host.gate = lambda: at.append(clock.monotonic())
    here.host.says("1-large", Given(429), Given(429), picture())
    seen: list[CoverProgress | Waiting] = []

    assert await here.fetch(await here.said(1), seen=seen) == CoverReport(fetched=1)

    assert at[1] - at[0] >= 60
    assert at[2] - at[1] >= 120
    assert [event.seconds > 50 for event in seen if isinstance(event, Waiting)] == [True, True]
    status = await here.core.covers.status()
    assert status.failed == 0


async def test_the_host_may_say_how_long_it_is_left_alone(here: Cabinet, clock: FakeClock) -> None:
    at: list[float] = []
    here.host.gate = lambda: at.append(clock.monotonic())
    here.host.says("1-large", Given(429, headers={"Retry-After": "1800"}), picture())
    assert await here.fetch(await here.said(1)) == CoverReport(fetched=1)
    assert at[1] - at[0] >= 1_800


async def test_a_rest_holds_for_whoever_comes_next(tmp_path: Path, host: Host, clock: FakeClock) -> None:
    async with cabinet(tmp_path, host, clock) as here:
        host.says("1-large", Given(429, headers={"Retry-After": "3000"}))
        fetching = asyncio.create_task(here.fetch(await here.said(1)))
        while not (await here.core.covers.status()).rests_for:
            await asyncio.sleep(0.01)
        fetching.cancel()
        await asyncio.gather(fetching, return_exceptions=True)
        before, asked = clock.monotonic(), len(host.asked)
        host.says("1-large", picture())
    async with cabinet(tmp_path, host, clock) as here:
        left = (await here.core.covers.status()).rests_for
        await here.fetch([1])
        assert len(host.asked) == asked + 1
        assert clock.monotonic() - before >= left


async def test_without_a_picture_there_is_nothing_to_ask_for(here: Cabinet) -> None:
    releases = await here.said(7, address="")
    stranger = replace(here.account, access=Access.PUBLIC)
    assert await here.fetch(releases) == CoverReport(none=1)
    assert await here.fetch(releases, account=stranger) == CoverReport(unknown=1)
    assert await here.fetch([999]) == CoverReport(unknown=1)
    assert here.host.asked == []


async def test_another_picture_under_a_new_address_replaces_the_old_one(here: Cabinet) -> None:
    await here.fetch(await here.said(7))
    here.host.says("8-large", picture("PNG"))
    other = here.host.address(8)
    releases = await here.said(7, address=other)
    assert here.path(7) is not None

    assert await here.fetch(releases) == CoverReport(fetched=1)
    assert here.files() == ["7-large.png"]


async def test_a_renewed_signature_is_no_other_picture(here: Cabinet) -> None:
    await here.fetch(await here.said(7))
    assert await here.fetch(await here.said(7, signature="renewed")) == CoverReport(here=1)
    assert len(here.host.asked) == 1


async def test_what_is_here_stays_when_its_successor_cannot_be_had(here: Cabinet, clock: FakeClock) -> None:
    await here.fetch(await here.said(7))
    here.host.says("8-large", b"<html>", picture())
    releases = await here.said(7, address=here.host.address(8))
    assert await here.fetch(releases) == CoverReport(refused=1)
    assert here.path(7) is not None
    assert await here.fetch(releases) == CoverReport(here=1)
    clock.advance(DAY + 1)
    assert await here.fetch(releases) == CoverReport(fetched=1)


async def test_a_stop_loses_nothing_of_what_has_come_and_leaves_nothing_half(here: Cabinet, clock: FakeClock) -> None:
    reached, never = asyncio.Event(), asyncio.Event()

    async def gate() -> None:
        if len(here.host.asked) >= 4:
            reached.set()
            await never.wait()

    here.host.gate = gate
    releases = await here.said(*range(1, 11))
    fetching = asyncio.create_task(here.fetch(releases))
    await reached.wait()
    fetching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await fetching

    kept = len(here.files())
    assert here.files() == [f"{number}-large.jpg" for number in range(1, kept + 1)]
    assert kept in (2, 3)
    assert (await here.stores.covers.lane()).flights == ()
    here.host.gate = None
    assert await here.fetch(releases) == CoverReport(here=kept, fetched=10 - kept)


async def test_a_cache_that_was_deleted_by_hand_is_fetched_anew(here: Cabinet) -> None:
    releases = await here.said(1, 2)
    await here.fetch(releases)
    shutil.rmtree(here.config.paths.covers)
    assert here.path(1) is None
    assert await here.fetch(releases) == CoverReport(fetched=2)
    assert here.path(1) is not None


async def test_a_full_disk_is_told_and_leaves_nothing_half(here: Cabinet, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    releases = await here.said(1)
    with monkeypatch.context() as context:
        context.setattr(os, "fsync", full)
        with pytest.raises(CoverNotWritten) as told:
            await here.fetch(releases)
    assert told.value == CoverNotWritten(path=str(here.config.paths.covers), reason="No space left on device")
    assert here.files() == []
    assert await here.row(1) is None
    assert await here.fetch(releases) == CoverReport(fetched=1)


async def test_a_directory_that_is_none_is_told(here: Cabinet) -> None:
    here.config.paths.covers.write_text("not a directory")
    with pytest.raises(CoverNotWritten):
        await here.fetch(await here.said(1))
    assert here.path(1) is None
    assert await here.core.covers.clean(here.core.jobs.now()) == ""


async def test_with_a_limit_of_nothing_nothing_is_asked_for(tmp_path: Path, host: Host, clock: FakeClock) -> None:
    async with cabinet(tmp_path, host, clock) as here:
        await here.fetch(await here.said(1))
    async with cabinet(tmp_path, host, clock, RUNOUT_COVERS__LIMIT_MB="0") as here:
        assert here.path(1) is None
        with pytest.raises(CoversOff):
            await here.fetch([1])
        here.core.covers.want(here.account, (await here.said(2))[0], Size.LARGE)
        assert await here.core.covers.clean(here.core.jobs.now()) == "over the limit: 1"
        assert here.files() == []
    assert host.names == ["1-large"]


def noise(megabytes: float) -> bytes:
    """A picture of about that size: what cannot be packed."""
    body = picture("PNG", (64, 64))
    end = body.index(b"IDAT") - 4
    length = int(megabytes * 1_000_000)
    text = b"teXt" + os.urandom(length)
    return body[:end] + struct.pack(">I", len(text) - 4) + text + struct.pack(">I", zlib.crc32(text)) + body[end:]


async def test_what_was_not_used_for_longest_makes_room(tmp_path: Path, host: Host, clock: FakeClock) -> None:
    for number in range(1, 7):
        host.says(f"{number}-large", noise(0.9))
    async with cabinet(tmp_path, host, clock, RUNOUT_COVERS__LIMIT_MB="3") as here:
        await here.fetch(await here.said(1, 2, 3))
        clock.advance(HOUR)
        assert here.path(1) is not None
        await here.core.covers.clean(here.core.jobs.now())
        clock.advance(HOUR)
        await here.fetch(await here.said(4))
        assert here.files() == ["1-large.png", "3-large.png", "4-large.png"]
        clock.advance(HOUR)
        await here.fetch(await here.said(5))
        assert here.files() == ["1-large.png", "4-large.png", "5-large.png"]
        status = await here.core.covers.status()
        assert status.bytes <= status.limit == 3_000_000


async def test_one_run_never_lets_go_of_its_own(tmp_path: Path, host: Host, clock: FakeClock) -> None:
    """Else a collection that is larger than its limit would be fetched for ever."""
    for number in range(1, 11):
        host.says(f"{number}-large", noise(0.9))
    async with cabinet(tmp_path, host, clock, RUNOUT_COVERS__LIMIT_MB="3") as here:
        await here.fetch(await here.said(9))
        clock.advance(HOUR)
        releases = await here.said(*range(1, 7))
        first = await here.fetch(releases)
        assert (first.fetched, first.left) == (3, 3)
        assert here.files() == ["1-large.png", "2-large.png", "3-large.png"]
        asked = len(host.asked)
        clock.advance(HOUR)
        second = await here.fetch(releases)
        assert (second.here, second.fetched, second.left) == (3, 0, 3)
        assert len(host.asked) - asked <= 2


async def test_a_smaller_limit_holds_after_the_next_cleaning(tmp_path: Path, host: Host, clock: FakeClock) -> None:
    for number in range(1, 4):
        host.says(f"{number}-large", noise(0.9))
    async with cabinet(tmp_path, host, clock) as here:
        await here.fetch(await here.said(1, 2, 3))
    async with cabinet(tmp_path, host, clock, RUNOUT_COVERS__LIMIT_MB="1") as here:
        reports = await here.core.jobs.beat(clock.now())
        assert {report.job: report.said for report in reports}["covers"] == "over the limit: 2"
        assert here.files() == ["3-large.png"]


async def test_clear_takes_everything_of_ours_and_nothing_else(here: Cabinet) -> None:
    here.host.says("3-large", b"<html>", picture())
    releases = await here.said(1, 2, 3)
    await here.fetch(releases)
    mine = here.config.paths.covers / "my own.jpg"
    mine.write_bytes(b"x")
    (here.config.paths.covers / "001" / "notes.txt").write_bytes(b"x")

    number, length = await here.core.covers.clear()

    assert number == 2
    assert length == 2 * len(picture(colour=1))
    assert here.files() == ["my own.jpg", "notes.txt"]
    assert (await here.core.covers.status()).bytes == 0
    assert await here.fetch(releases) == CoverReport(fetched=3)
