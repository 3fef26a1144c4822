"""Somebody wants to know what has happened: to the records, to the syncs, and how things stand."""

from __future__ import annotations

import asyncio
import json
import signal
from pathlib import Path
from typing import Any

from core.sandbox.server import serve
from core.sandbox.world import World
from tests.journeys.terminal import in_terminal
from tests.processes import Done, runout, start
from tests.stand_in import many


def objects(done: Done) -> list[dict[str, Any]]:
    assert (done.code, done.err) == (0, "")
    return [json.loads(line) for line in done.out.splitlines()]


async def test_what_was_done_on_the_website_is_told_with_before_and_after(tmp_path: Path) -> None:
    async with serve(World(many(120))) as sandbox:
        await runout(tmp_path, sandbox, "connect", "--token-stdin", given=sandbox.token)
        nothing = await runout(tmp_path, sandbox, "changes")
        assert (nothing.code, nothing.out, nothing.err) == (0, "", "Nothing has happened yet.\n")
        assert (await runout(tmp_path, sandbox, "sync")).code == 0
        website = sandbox.world.website
        website.add(count=2)
        website.rate(7, 5)
        website.remove(9)
        assert (await runout(tmp_path, sandbox, "sync")).code == 0

        found = objects(await runout(tmp_path, None, "changes", "--json", "--only", "collection"))
        assert sorted(one["action"] for one in found) == ["added", "added", "first", "rated", "removed"]
        rated = next(one for one in found if one["action"] == "rated")
        assert (rated["instance_id"], rated["before"], rated["after"]) == (7, {"rating": None}, {"rating": 5})
        assert rated["title"] == "Version 7"
        gone = next(one for one in found if one["action"] == "removed")
        assert gone["before"]["release"]["title"] == "Version 9"
        in_words = await runout(tmp_path, None, "changes", "--since", "1h")
        assert "Somebody - Version 7: rating: none → 5\n" in in_words.out
        assert "Somebody - Version 9: gone\n" in in_words.out

        runs = objects(await runout(tmp_path, None, "history", "--json"))
        assert [(one["shelf"], one["outcome"]) for one in runs] == [("wantlist", "done"), ("collection", "done")] * 2
        assert next(one["run"] for one in runs if one["shelf"] == "collection") == rated["run"]
        assert (runs[1]["added"], runs[1]["changed"], runs[1]["removed"], runs[1]["copies"]) == (2, 1, 1, 121)

        standing = (await runout(tmp_path, None, "status", "--json")).result
        shelf = standing["collection"]
        assert isinstance(shelf, dict)
        assert (shelf["copies"], shelf["failures"], shelf["membership"]) == (121, 0, shelf["details"])
        assert "121 copies" in (await runout(tmp_path, None, "status")).out


async def test_syncs_that_were_stopped_or_killed_are_told_as_what_they_were(tmp_path: Path) -> None:
    async with serve(World(many(250))) as sandbox:
        await runout(tmp_path, sandbox, "connect", "--token-stdin", given=sandbox.token)
        for end in (signal.SIGINT, signal.SIGKILL):
            before = sandbox.world.counts.total
            sandbox.world.faults.add("hang", route="collection", page=2)
            process = await start(tmp_path, sandbox, "sync")
            while sandbox.world.counts.total < before + 3:
                await asyncio.sleep(0.02)
            if end is signal.SIGKILL:
                going_on = objects(await runout(tmp_path, None, "history", "--json", "--limit", "1"))
                assert [(one["outcome"], one["finished"], one["added"]) for one in going_on] == [
                    ("running", None, None)
                ]
            process.send_signal(end)
            await process.communicate()
            sandbox.world.faults.release()
            sandbox.world.faults.clear()
        runs = objects(await runout(tmp_path, None, "history", "--json"))
        assert [(one["outcome"], one["seconds"] is None) for one in runs] == [("crashed", True), ("cancelled", False)]
        assert "crashed" in (await runout(tmp_path, None, "history")).out.splitlines()[0]


async def test_in_the_terminal_one_key_tells_what_happened_and_another_begins_a_sync(tmp_path: Path) -> None:
    async with serve(World(many(12))) as sandbox:
        await runout(tmp_path, sandbox, "connect", "--token-stdin", given=sandbox.token)
        await runout(tmp_path, sandbox, "sync")
        sandbox.world.website.rate(7, 5)
        async with in_terminal(tmp_path, sandbox) as person:
            await person.until("12 of 12 copies")
            person.type("r")
            await person.until("collection, all")
            person.type("s")
            await person.until("~1")
            person.type("q")
            person.type("v")
            await person.until("rating: none → 5")
            person.type("qq")
            assert await person.end() == 0
