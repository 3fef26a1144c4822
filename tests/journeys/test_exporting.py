"""`runout export` and `runout views`, as somebody types them: real processes, real files, and the way back in."""

from __future__ import annotations

import asyncio
import csv
import json
import signal
from pathlib import Path

from core.sandbox.readers import read_collection
from core.sandbox.server import serve
from core.sandbox.world import World
from tests.exports import csv_of, row
from tests.journeys.terminal import in_terminal
from tests.processes import runout, start
from tests.stand_in import SAMPLES

COLLECTIONS = SAMPLES / "collections"


async def test_a_connected_collection_goes_out_comes_in_elsewhere_and_goes_out_as_the_same_bytes(
    tmp_path: Path,
) -> None:
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    async with serve(World(read_collection(COLLECTIONS / "collector_b" / "collection.json.gz"))) as sandbox:
        await runout(tmp_path / "a", sandbox, "connect", "--token-stdin", given=sandbox.token)
        await runout(tmp_path / "a", sandbox, "sync")
        done = await runout(tmp_path / "a", sandbox, "export", "--output", str(first))
        wants = await runout(tmp_path / "a", sandbox, "export", "--wants", "--format", "jsonl")
    brought = await runout(tmp_path / "b", None, "import", str(first), "--as", "b", "--yes", "--json")
    again = await runout(tmp_path / "b", None, "export", "--output", str(second))

    assert (done.code, brought.code, again.code) == (0, 0, 0)
    assert brought.result["unreadable"] == 0
    assert first.read_bytes() == second.read_bytes()
    with first.open(newline="", encoding="utf-8") as file:
        assert len(list(csv.reader(file))) == 622
    assert json.loads(wants.out.splitlines()[0])["shelf"] == "wantlist"


async def test_ctrl_c_in_the_middle_leaves_what_was_there_and_nothing_else(tmp_path: Path) -> None:
    data, place = tmp_path / "data", tmp_path / "place"
    place.mkdir()
    target = place / "mine.csv"
    target.write_text("precious")
    many = tmp_path / "many.csv"
    many.write_bytes(csv_of(*(row(at, title=f"T {at}") for at in range(1, 60_001))))
    await runout(data, None, "import", str(many), "--yes")

    process = await start(data, None, "export", "--output", str(target), "--force")
    while not any(one.suffix == ".part" for one in place.iterdir()):
        await asyncio.sleep(0.005)
        assert process.returncode is None
    process.send_signal(signal.SIGINT)
    _, said = await process.communicate()

    assert process.returncode == 130
    assert said.decode() == "Interrupted. What was here before is still here.\n"
    assert {one.name: one.read_text() for one in place.iterdir()} == {"mine.csv": "precious"}


async def test_at_a_terminal_it_is_shown_how_far_a_long_one_is(tmp_path: Path) -> None:
    data, many = tmp_path / "data", tmp_path / "many.csv"
    many.write_bytes(csv_of(*(row(at, title=f"T {at}") for at in range(1, 10_001))))
    await runout(data, None, "import", str(many), "--yes")

    async with in_terminal(data, None, "export", "--output", str(tmp_path / "mine.csv")) as screen:
        assert await screen.end() == 0
        assert "10000/10000" in screen.seen
        assert "10,000 copies written to" in screen.seen
    piped = await runout(data, None, "export", "--output", str(tmp_path / "other.csv"))

    assert "Writing" not in piped.err
    assert (tmp_path / "mine.csv").read_bytes() == (tmp_path / "other.csv").read_bytes()


async def test_a_view_goes_from_one_machine_to_another_as_a_line(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    for data in (one, other):
        await runout(data, None, "import", str(COLLECTIONS / "collector_a" / "collection.csv"), "--as", "a", "--yes")
    await runout(one, None, "views", "save", "Dub", "label:dub", "-format:cd", "--sort", "-added")
    text = (await runout(one, None, "views", "share", "dub")).out.strip()
    await runout(other, None, "views", "import", text)

    shown = [(await runout(data, None, "views", "show", "Dub", "--json")).out for data in (one, other)]
    cut = await runout(other, None, "views", "import", text[:-4])

    assert shown[0] == shown[1] != ""
    assert cut.code == 2
    assert cut.err == "A part of that view is missing, or something was put in. Copy the whole line once more.\n"


async def test_a_collection_from_a_file_has_no_wantlist_to_be_exported_or_viewed(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(csv_of(row(1)))
    await runout(tmp_path, None, "import", str(file), "--yes")
    await runout(tmp_path, None, "views", "save", "Dear", "--wants")

    done = [await runout(tmp_path, None, *words) for words in (("export", "--wants"), ("views", "show", "Dear"))]

    assert [one.code for one in done] == [3, 3]
    assert all("a came from a file" in one.err and not one.out for one in done)
