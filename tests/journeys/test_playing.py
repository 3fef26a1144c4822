"""An evening with records: one is offered, another is played, and the log outlives what happens to the copies."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

from core.sandbox.server import serve
from core.sandbox.world import World
from tests.journeys.installed import Installed, installation, unchanged
from tests.journeys.terminal import in_terminal
from tests.processes import Done, runout
from tests.stand_in import many

import pytest


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return installation(tmp_path_factory.mktemp("playing") / "data")


@pytest.fixture
def data(installed: Installed, tmp_path: Path) -> Path:
    return installed.copied(tmp_path / "data")


def objects(done: Done) -> list[dict[str, Any]]:
    assert done.code == 0, done.err
    return [json.loads(line) for line in done.out.splitlines()]


async def log(data: Path) -> list[dict[str, Any]]:
    return objects(await runout(data, None, "played", "--list", "--json"))


async def test_an_evening_of_offers_declines_and_plays(data: Path) -> None:
    first = (await runout(data, None, "random", "--json")).result
    second = await runout(data, None, "random", "--not-tonight", "--json")
    assert second.err.startswith(f"Not tonight: Somebody - {first['title']} (")
    assert second.result["release_id"] != first["release_id"]
    done = await runout(data, None, "random", "--played")
    assert (done.code, done.out) == (0, "")
    assert f"Logged: Somebody - {second.result['title']} (" in done.err
    assert [one["release_id"] for one in await log(data)] == [second.result["release_id"]]
    for _ in range(5):
        again = (await runout(data, None, "random", "--json")).result
        assert again["release_id"] != first["release_id"]

    never = objects(await runout(data, None, "list", "played:never", "--json"))
    assert len(never) == 11
    assert second.result["release_id"] not in {one["release_id"] for one in never}


async def test_the_same_seed_offers_the_same_and_changes_nothing(data: Path) -> None:
    with unchanged(data):
        found = [(await runout(data, None, "random", "--seed", "7")).out for _ in range(2)]
    assert found[0] == found[1] != ""
    assert "\n  never played\n" in found[0]


async def test_plays_survive_a_copy_that_goes_and_comes_back(installed: Installed, data: Path) -> None:
    async with serve(installed.world()) as sandbox:
        assert (await runout(data, sandbox, "played", "r7", "--at", "yesterday")).code == 0
        sandbox.world.website.remove(7)
        assert (await runout(data, sandbox, "sync", "--accept-removals")).code == 0
        assert (await runout(data, sandbox, "list", '"version 7"', "--json")).out == ""
        # It is gone, but it was here: what was heard of it can still be said.
        assert (await runout(data, sandbox, "played", "7", "--at", "2d")).code == 0
        assert (await runout(data, sandbox, "played", "r99")).code == 2

        (instance,) = sandbox.world.website.add(7)
        assert (await runout(data, sandbox, "sync")).code == 0
        (copy,) = objects(await runout(data, sandbox, "list", "-played:never", "--json"))
        assert (copy["release_id"], copy["instance_id"]) == (7, instance)
        assert instance != 7
        assert [one["release_id"] for one in await log(data)] == [7, 7]
        offered = (await runout(data, None, "random", "release:7", "--json")).result
        assert offered["plays"] == 2


async def test_a_query_has_to_leave_one_record(data: Path) -> None:
    several = await runout(data, None, "played", "somebody")
    assert (several.code, several.out) == (4, "")
    assert several.err.startswith("12 records match. Say more, or name one by its number:\n  r")
    nothing = await runout(data, None, "played", "nobody")
    assert (nothing.code, nothing.err) == (1, "Nothing matches: none of 12 copies.\n")
    one = await runout(data, None, "played", "https://www.discogs.com/release/12-Somebody-Version-12", "--json")
    assert (one.code, one.result["release_id"]) == (0, 12)
    ahead = await runout(data, None, "played", "r12", "--at", "2999-01-01")
    assert (ahead.code, ahead.out) == (2, "")
    assert "yet to come" in ahead.err


async def test_what_was_logged_can_be_taken_back_and_carried_away(data: Path, tmp_path: Path) -> None:
    for number, when in ((1, "3d"), (2, "2d"), (3, "1d")):
        assert (await runout(data, None, "played", f"r{number}", "--at", when)).code == 0
    assert (await runout(data, None, "played", "--undo")).err.startswith("Taken back: Somebody - Version 3 (")
    file = tmp_path / "plays.csv"
    assert (await runout(data, None, "played", "--export", str(file))).code == 0
    rows = list(csv.DictReader(io.StringIO(file.read_text("utf-8"), newline="")))
    assert [row["title"] for row in rows] == ["Version 1", "Version 2"]
    refused = await runout(data, None, "played", "--export", str(tmp_path / "nowhere" / "plays.csv"))
    assert refused.code == 1
    assert refused.err.count("\n") == 1
    assert sorted(one.name for one in tmp_path.iterdir()) == ["data", "plays.csv"]


async def test_before_and_without_records_each_command_says_what_to_do(tmp_path: Path) -> None:
    for words in (("random",), ("random", "--played"), ("played",), ("played", "dub"), ("played", "--undo")):
        done = await runout(tmp_path, None, *words)
        assert (done.code, done.out) == (3, "")
        assert done.err.startswith("No account is connected.")
    async with serve(World(many(3))) as sandbox:
        assert (await runout(tmp_path, sandbox, "connect", "--token-stdin", given=sandbox.token)).code == 0
        for words in (("random",), ("played", "dub")):
            done = await runout(tmp_path, sandbox, *words)
            assert (done.code, done.out) == (1, "")
            assert done.err.endswith("Run `runout sync`.\n")
        assert (await runout(tmp_path, sandbox, "random", "--not-tonight")).code == 1
        assert (await runout(tmp_path, sandbox, "played")).code == 0


async def test_who_has_to_connect_again_is_still_offered_records(installed: Installed, data: Path) -> None:
    assert (await runout(data, None, "disconnect", "--yes")).code == 0
    done = await runout(data, None, "random")
    assert (done.code, done.out == "") == (0, False)
    assert "is disconnected. What is here is from" in done.err
    quiet = await runout(data, None, "random", "--quiet")
    assert (quiet.code, quiet.err) == (0, "")


async def test_in_a_terminal_a_record_fits_its_width(data: Path) -> None:
    async with in_terminal(data, None, "random") as terminal:
        assert await terminal.end() == 0
    assert "https://www.discogs.com/release/" in terminal.seen
    assert "\x1b" not in terminal.seen
