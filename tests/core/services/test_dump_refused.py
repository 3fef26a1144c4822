"""Files that are imported as of which day, and not at all: cut off, broken, or not what was published. Pipes, too."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from core.domain.dump import Checked, DatedBy, DumpProgress
from core.errors import (
    ChecksumUnusable,
    ChecksumWrong,
    DumpAhead,
    DumpBroken,
    DumpCutOff,
    DumpError,
    DumpUnreadable,
    NotMasters,
)
from tests.core.services.importer import NOW, Importer, importer, rows_of
from tests.monthly_dump import NAME, dump_of, list_beside, make_master, packed, some_masters, write

import pytest

MASTERS = some_masters(60)
DAY_OF_IT = datetime(2026, 8, 1, tzinfo=UTC)


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Importer]:
    async with importer(tmp_path) as one:
        yield one


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write(tmp_path, packed(dump_of(MASTERS)))


CUTS = 1_000


@pytest.mark.parametrize("everything", [False, True], ids=["wanted", "all"])
@pytest.mark.parametrize("plain", [False, True], ids=["packed", "plain"])
async def test_a_dump_that_is_cut_off_anywhere_is_never_half_believed(
    tmp_path: Path, *, plain: bool, everything: bool
) -> None:
    chance = random.Random(f"{plain}{everything}")
    masters = some_masters(40)
    text = dump_of(masters)
    whole = text if plain else packed(text)
    async with importer(tmp_path) as here:
        await here.has_releases(*(one.id for one in masters))
        # Without its last line feed it is whole.
        for size in chance.sample(range(len(whole) - plain), min(CUTS // 4, len(whole) - plain)):
            with pytest.raises((DumpCutOff, NotMasters)) as refused:
                await here.bring(write(tmp_path, whole[:size]), everything=everything)
            if isinstance(refused.value, DumpCutOff):
                assert refused.value.byte <= size if plain else refused.value.byte <= len(text)
        assert (await here.masters(), await here.is_clean()) == ({}, True)
        await here.bring(write(tmp_path, whole), everything=everything)

        assert await here.masters() == rows_of(masters)


async def test_a_file_that_is_broken_changes_nothing_and_leaves_nothing(here: Importer, tmp_path: Path) -> None:
    await here.is_told(make_master(1, 1900), as_of=DAY_OF_IT - timedelta(days=3))
    before = await here.masters()
    text = dump_of(some_masters(300))
    for wrong in (text[:-12] + b"<x></masters>", text + b"x", b"<releases/>", packed(text)[:-5], b""):
        with pytest.raises(DumpError):
            await here.bring(write(tmp_path, wrong), everything=True)
        assert await here.masters() == before
        assert await here.is_clean()


async def test_the_day_is_the_names_else_what_is_said_else_the_files_own(here: Importer, tmp_path: Path) -> None:
    content = dump_of(MASTERS)
    odd = write(tmp_path, content, "masters.xml")
    os.utime(odd, (0, datetime(2026, 9, 17, 23, tzinfo=UTC).timestamp()))
    ahead = write(tmp_path, content, "ahead.xml")
    os.utime(ahead, (0, datetime(2031, 1, 1, tzinfo=UTC).timestamp()))
    found = [
        await here.bring(write(tmp_path, content, "discogs_20260701_masters.xml")),
        await here.bring(write(tmp_path, content, "discogs_20260701_masters.xml"), day=date(2026, 7, 2)),
        await here.bring(write(tmp_path, content, "discogs_20269901_masters.xml"), day=date(2026, 7, 3)),
        await here.bring(odd),
        await here.bring(ahead),
    ]

    assert [(one.day, one.dated_by) for one in found] == [
        (date(2026, 7, 1), DatedBy.NAME),
        (date(2026, 7, 2), DatedBy.GIVEN),
        (date(2026, 7, 3), DatedBy.GIVEN),
        (date(2026, 9, 17), DatedBy.FILE),
        (NOW.date(), DatedBy.FILE),
    ]


async def test_a_dump_of_a_day_to_come_is_refused(here: Importer, tmp_path: Path) -> None:
    """It would win over what the API says until then."""
    file = write(tmp_path, dump_of(MASTERS), "discogs_20261201_masters.xml")
    with pytest.raises(DumpAhead) as refused:
        await here.bring(file)
    assert refused.value.day == date(2026, 12, 1)
    assert (await here.bring(file, day=date(2026, 10, 1))).day == date(2026, 10, 1)


@pytest.mark.parametrize("between", [" ", "  ", " *", "\t"])
async def test_the_sum_that_is_listed_beside_it_has_to_agree(here: Importer, file: Path, between: str) -> None:
    list_beside(file, between=between)
    assert (await here.bring(file)).checked is Checked.AGREES
    list_beside(file, "0" * 64, between=between)
    with pytest.raises(ChecksumWrong) as refused:
        await here.bring(file, everything=True)

    assert refused.value == ChecksumWrong(path=str(file), listed="0" * 64, found=sha256(file.read_bytes()).hexdigest())
    assert (await here.masters(), await here.is_clean()) == ({}, True)


async def test_a_flipped_byte_is_never_believed_when_the_sum_is_listed(here: Importer, tmp_path: Path) -> None:
    whole = dump_of(MASTERS)
    list_beside(write(tmp_path, whole))
    for place in random.Random(4).sample(range(len(whole)), 60):
        spoiled = bytearray(whole)
        spoiled[place] ^= 4
        with pytest.raises(DumpError):
            await here.bring(write(tmp_path, bytes(spoiled)), everything=True)
    assert (await here.masters(), await here.is_clean()) == ({}, True)


async def test_a_list_that_says_nothing_of_the_file_is_told_unless_it_was_named(
    here: Importer, file: Path, tmp_path: Path
) -> None:
    assert (await here.bring(file)).checked is Checked.NO_LIST
    listing = list_beside(file, name="discogs_20260801_releases.xml.gz")
    assert (await here.bring(file)).checked is Checked.NOT_LISTED
    assert (await here.bring(file.rename(tmp_path / "a.gz"), day=date(2026, 8, 1))).checked is Checked.NOT_LISTED
    file = write(tmp_path, packed(dump_of(MASTERS)))
    with pytest.raises(ChecksumUnusable, match=NAME):
        await here.bring(file, checksum=listing)
    with pytest.raises(ChecksumUnusable, match="No such file"):
        await here.bring(file, checksum=tmp_path / "missing.txt")
    listing.write_bytes(b"<html>\xff\xfe Too many requests")
    assert (await here.bring(file)).checked is Checked.NOT_LISTED
    elsewhere = list_beside(file).rename(tmp_path / "sums.txt")
    assert (await here.bring(file, checksum=elsewhere)).checked is Checked.AGREES


async def test_what_cannot_be_read_is_refused_and_leaves_nothing(here: Importer, tmp_path: Path) -> None:
    for path in (tmp_path / "missing.xml.gz", tmp_path, Path("/dev/null"), Path("a\0b")):
        with pytest.raises((DumpUnreadable, NotMasters)):
            await here.bring(path)
    assert await here.is_clean()


async def test_a_pipe_is_read_like_a_file_and_begins_anew(here: Importer, tmp_path: Path) -> None:
    pipe = tmp_path / NAME
    os.mkfifo(pipe)
    whole = packed(dump_of(some_masters(2_000)))
    seen: list[DumpProgress] = []

    async def bring(content: bytes) -> int:
        bringing = asyncio.create_task(here.bring(pipe, everything=True, progress=seen.append))
        await asyncio.to_thread(pipe.write_bytes, content)
        return (await bringing).resumed_at

    with pytest.raises(DumpCutOff):
        await bring(whole[: len(whole) // 2])
    assert await bring(whole) == 0
    assert await here.masters() == rows_of(some_masters(2_000))
    assert {(one.total, one.seconds_left) for one in seen} == {(None, None)}


async def test_a_pipe_that_is_silent_can_be_stopped(here: Importer, tmp_path: Path) -> None:
    pipe = tmp_path / NAME
    os.mkfifo(pipe)
    bringing = asyncio.create_task(here.bring(pipe))
    while not await here.count("dumps"):
        await asyncio.sleep(0.01)
    bringing.cancel()
    async with asyncio.timeout(10):
        with pytest.raises(asyncio.CancelledError):
            await bringing


async def test_a_pipe_that_is_silent_after_something_wrong_is_not_waited_for(here: Importer, tmp_path: Path) -> None:
    pipe = tmp_path / NAME
    os.mkfifo(pipe)
    bringing = asyncio.create_task(here.bring(pipe))
    writing = await asyncio.to_thread(os.open, pipe, os.O_WRONLY)
    try:
        for _ in range(9):
            await asyncio.to_thread(os.write, writing, b"<masters>" + b"<master id='1'><x></master>" * 300)
        async with asyncio.timeout(10):
            with pytest.raises(DumpBroken):
                await bringing
    finally:
        os.close(writing)
