"""Somebody stands in a shop and asks whether they have it: by the command, with Discogs on the line and without."""

from __future__ import annotations

from pathlib import Path

from core.sandbox.readers import read_collection
from core.sandbox.server import Running, serve
from core.sandbox.world import World
from tests.processes import Done, runout
from tests.shop import CODE, coded, owned_by_another, record, wants_of
from tests.stand_in import SAMPLES, holding_of, many

import pytest

COLLECTOR = SAMPLES / "collections" / "collector_b"


async def connected(data: Path, sandbox: Running) -> None:
    assert (await runout(data, sandbox, "connect", "--token-stdin", given=sandbox.token)).code == 0
    assert (await runout(data, sandbox, "sync")).code == 0


async def test_each_answer_has_an_exit_code_and_is_told_without_a_line(tmp_path: Path) -> None:
    world = World(holding_of(record(1, master_id=7), record(2, master_id=8)))
    world.account.wants = wants_of(record(3, master_id=7), record(4, master_id=9))
    async with serve(world) as sandbox:
        await connected(tmp_path, sandbox)
    # Nobody listens at that address any more.
    for what, expected in (("nw-1", 0), ("NW 3", 10), ("r4", 11), ("NW 99", 12), (CODE, 13)):
        done = await runout(tmp_path, sandbox, "have", *what.split())
        assert (done.code, "Traceback" in done.err) == (expected, False)
        assert done.out
    offline = await runout(tmp_path, sandbox, "have", CODE, "--ask", "--json")
    assert (offline.code, offline.result["answer"], offline.result["exit_code"]) == (13, "cannot tell", 13)
    assert "cannot be reached" in str(offline.result["error"])
    assert "cannot be reached" in offline.err


async def test_one_request_settles_it(tmp_path: Path) -> None:
    world = World(holding_of(record(1, master_id=7, catno="ONE 1")))
    owned_by_another(world, record(3, master_id=7), record(5, catno="XL 5"))
    async with serve(world) as sandbox:
        await connected(tmp_path, sandbox)
        coded(world, 3)
        world.counts.reset()
        other = await runout(tmp_path, sandbox, "have", "5", "012394", "144777", "--ask")
        assert (other.code, other.out.splitlines()[0]) == (
            10,
            "You own another pressing of it, found by its barcode.",
        )
        none = await runout(tmp_path, sandbox, "have", "xl5", "--ask", "--json")
        assert (none.code, none.result["answer"], none.result["asked"]) == (12, "not owned", True)
        assert dict(world.counts.requests) == {"search": 2}
        world.revoke()
        refused = await runout(tmp_path, sandbox, "have", "xl5", "--ask")
        assert (refused.code, refused.out.splitlines()[0]) == (
            13,
            "You do not own it, and it is not on your wantlist.",
        )
        assert "Discogs does not accept the token" in refused.err
        assert dict(world.counts.requests) == {"search": 3}
        # What the copy has told stands.
        mine = await runout(tmp_path, sandbox, "have", "one-1", "--ask")
        assert (mine.code, mine.out.splitlines()[0].startswith("You own")) == (0, True)


@pytest.mark.parametrize("fault", ["429", "500", "reset"])
async def test_what_goes_wrong_is_one_request_and_a_sentence(tmp_path: Path, fault: str) -> None:
    world = World(many(3))
    async with serve(world) as sandbox:
        await connected(tmp_path, sandbox)
        world.counts.reset()
        world.faults.add(fault, route="search", times=100)
        done: Done = await runout(tmp_path, sandbox, "have", CODE, "--ask")
        assert (done.code, world.counts.total) == (13, 1)
        assert done.out.startswith("Cannot tell whether you own it: barcodes are known for 0 of 3.")
        assert done.err.strip()


async def test_whoever_is_read_as_anybody_is_told_what_is_not_known(tmp_path: Path) -> None:
    world = World(many(3))
    async with serve(world) as sandbox:
        assert (await runout(tmp_path, sandbox, "connect", "--public", sandbox.username)).code == 0
        assert (await runout(tmp_path, sandbox, "sync")).code == 0
        world.counts.reset()
        done = await runout(tmp_path, sandbox, "have", "r1")
        assert (done.code, "folders" in done.err) == (0, True)
        asked = await runout(tmp_path, sandbox, "have", CODE, "--ask")
        assert (asked.code, world.counts.total) == (13, 0)
        assert "Discogs lets only those search who are signed in" in asked.err


async def test_nobody_and_nothing_are_sentences(tmp_path: Path) -> None:
    nobody = await runout(tmp_path, None, "have", "r1")
    assert (nobody.code, nobody.out) == (3, "")
    assert "No account is connected." in nobody.err
    assert (await runout(tmp_path, None, "have")).code == 2
    nothing = await runout(tmp_path, None, "have", "https://www.discogs.com/label/5")
    assert (nothing.code, nothing.out) == (2, "")


async def test_a_real_collection_knows_its_own_records_by_everything_that_they_say(tmp_path: Path) -> None:
    world = World(read_collection(COLLECTOR))
    async with serve(world) as sandbox:
        await connected(tmp_path, sandbox)
        release = world.account.shelf.copies[100].release
        link = f"https://www.discogs.com/release/{release['id']}-Whatever"
        assert (await runout(tmp_path, sandbox, "have", link)).code == 0
        words = f"{release['artists'][0]['name']} {release['title']}"
        assert (await runout(tmp_path, sandbox, "have", words)).code in (10, 13)
        wanted = world.account.wants[0].release
        assert (await runout(tmp_path, sandbox, "have", f"r{wanted['id']}")).code in (0, 10, 11)
        assert (await runout(tmp_path, sandbox, "have", "zzzzzz", "qqqqqq")).code == 12
