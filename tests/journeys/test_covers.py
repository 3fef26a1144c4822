"""`runout covers`, as somebody types it: processes of their own, the stand-in's pictures, a clock that runs faster."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from core.app import open_core
from core.sandbox.server import Running, serve
from core.sandbox.world import World
from tests.processes import Done, runout, start
from tests.stand_in import config_for, holding_of, owned

import pytest

NAME = "s3://discogs-database-images/R-{}.jpeg"
SCALE = 60.0
MOST_IN_A_MINUTE = 15 + 5
"""Their pace is even where they are sent; at this speed a delay on the way is some seconds."""


@dataclass(frozen=True, slots=True)
class Home:
    """A collection that was synced, and nobody has it open."""

    data: Path
    sandbox: Running
    time: dict[str, str]

    async def covers(self, *arguments: str, **more: str) -> Done:
        return await runout(self.data, self.sandbox, "covers", *arguments, **self.time, **more)

    def files(self) -> list[str]:
        return sorted(path.name for path in (self.data / "covers").rglob("*") if path.is_file())


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[Home]:
    copies = [owned(one, thumb=NAME.format(one), cover_image=NAME.format(one)) for one in range(1, 13)]
    world = World(holding_of(*copies, owned(13)), time_scale=SCALE)
    time = {"RUNOUT_TIME_SCALE": str(SCALE), "RUNOUT_TIME_EPOCH": str(world.epoch)}
    async with serve(world) as sandbox:
        async with open_core(config_for(tmp_path, sandbox, **time)) as core:
            await core.sync.run(await core.connect.with_token(sandbox.token), lambda _: None)
        world.counts.reset()
        yield Home(tmp_path, sandbox, time)


async def test_the_pictures_of_a_query_come_with_lines_on_the_way_and_a_line_at_the_end(home: Home) -> None:
    done = await home.covers("fetch", "-title:zzz", "--size", "both")

    assert done.code == 0
    assert done.out == "26 pictures: 24 fetched, 2 not there.\n"
    lines = done.err.splitlines()
    assert lines[0] == "2 of 26 pictures, 1 min 36 s left"
    assert lines[-1] == "26 of 26 pictures"
    assert len(home.files()) == 24
    assert home.sandbox.world.counts.total == 0
    assert home.sandbox.world.pictures.counts.busiest_minute <= MOST_IN_A_MINUTE
    assert home.sandbox.world.pictures.counts.refusals == 0

    again = await home.covers("fetch", "--json", "--quiet")
    assert again.err == ""
    assert again.result == {
        "here": 12,
        "fetched": 0,
        "none": 1,
        "refused": 0,
        "failed": 0,
        "waiting": 0,
        "unknown": 0,
        "left": 0,
        "errors": [],
    }


async def test_a_query_and_a_number_say_which(home: Home) -> None:
    done = await home.covers("fetch", "year:1971..1975", "--limit", "2", "--size", "small")
    assert done.out == "2 pictures: 2 fetched.\n"
    assert home.files() == ["1-small.jpg", "2-small.jpg"]


@pytest.mark.parametrize(("query", "said"), [("shade:red", "did you mean added:?"), ("year:x", "Expected")])
async def test_a_query_that_is_not_understood_is_told_with_its_place(query: str, said: str, home: Home) -> None:
    done = await home.covers("fetch", query)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert "^" in done.err


async def test_nothing_to_fetch_is_told(home: Home) -> None:
    done = await home.covers("fetch", "artist:nobody")
    assert done.code == 0
    assert "Nothing matches" in done.err
    assert done.out == "No pictures to fetch.\n"


async def test_without_an_account_there_is_nothing_to_fetch(tmp_path: Path) -> None:
    done = await runout(tmp_path, None, "covers", "fetch")
    assert done.code == 3
    assert "No account is connected" in done.err


async def test_two_processes_at_once_ask_for_each_picture_once_and_share_the_pace(home: Home) -> None:
    """With a pace of its own for each, all of them would come within a minute."""
    both = ("fetch", "--json", "--size", "both")
    one, other = await asyncio.gather(home.covers(*both), home.covers(*both))

    assert (one.code, other.code) == (0, 0)
    numbers = [(int(str(done.result["fetched"])), int(str(done.result["here"]))) for done in (one, other)]
    assert sum(fetched for fetched, _ in numbers) == 24
    assert all(fetched + here == 24 for fetched, here in numbers)
    counts = home.sandbox.world.pictures.counts
    assert counts.total == 24
    assert counts.most_in_flight <= 2
    assert counts.busiest_minute <= MOST_IN_A_MINUTE
    assert len(home.files()) == 24


async def test_ctrl_c_says_what_is_here_and_the_next_run_goes_on(home: Home) -> None:
    process = await start(home.data, home.sandbox, "covers", "fetch", "--json", more=home.time)
    while home.sandbox.world.pictures.counts.total < 4:
        await asyncio.sleep(0.01)
    process.send_signal(signal.SIGINT)
    out, err = (text.decode() for text in await process.communicate())

    assert process.returncode == 130
    told = json.loads(out)
    here = len(home.files())
    assert told["errors"] == ["Interrupted."]
    assert 2 <= here <= told["fetched"] + 2
    assert f"Stopped: {told['fetched']} of 13 pictures are here. Run it again to go on." in err
    assert not [name for name in home.files() if name.endswith(".part")]
    again = await home.covers("fetch", "--json")
    assert again.result["here"] == here
    assert again.result["fetched"] == 12 - here


async def test_what_is_here_is_told_and_let_go_of(home: Home) -> None:
    home.sandbox.world.faults.add("html")
    await home.covers("fetch", "year:1971..1973")
    status = await home.covers("status")
    as_json = (await home.covers("status", "--json")).result

    lines = status.out.splitlines()
    assert lines[0] == f"2 pictures (0 small, 2 large) in {home.data / 'covers'}"
    assert lines[1].endswith("of 500.0 MB")
    assert lines[2:] == ["1 refused: 1 no picture", "what you look at is fetched by itself"]
    assert (as_json["large"], as_json["limit"], as_json["refused"]) == (2, 500_000_000, {"kind": 1})

    cleared = await home.covers("clear", "--json")
    assert cleared.result == {"pictures": 2, "bytes": as_json["bytes"]}
    assert home.files() == []
    assert (await home.covers("clear")).out == "0 pictures deleted, 0.0 MB.\n"


async def test_a_host_that_is_down_is_told_and_what_has_come_stays(home: Home) -> None:
    await home.covers("fetch", "--limit", "2")
    home.sandbox.world.faults.add("502", route="picture", times=100)
    done = await home.covers("fetch", "--json")
    assert done.code == 1
    assert done.result["here"] == 2
    assert "Discogs is having trouble (status 502)" in str(done.result["errors"])
    assert "Stopped: 2 of 13 pictures are here. Run it again to go on." in done.err


async def test_a_limit_of_nothing_is_told(home: Home) -> None:
    done = await home.covers("fetch", RUNOUT_COVERS__LIMIT_MB="0")
    assert done.code == 1
    assert "limit_mb of [covers] is 0" in done.err
    assert home.sandbox.world.pictures.counts.total == 0


async def test_where_the_pictures_are_is_among_the_paths(home: Home) -> None:
    done = await runout(home.data, home.sandbox, "paths", "--json")
    assert done.result["covers"] == str(home.data / "covers")
