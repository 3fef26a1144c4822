"""`runout import` and `runout pair`, as somebody types them: real processes, real files, and files that are none."""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import signal
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from core.sandbox.readers import read_collection
from core.sandbox.server import serve
from core.sandbox.world import World
from tests.exports import HEADER, csv_of, row
from tests.journeys.terminal import in_terminal
from tests.processes import ROOT, Done, runout
from tests.stand_in import SAMPLES

import pytest

COLLECTIONS = SAMPLES / "collections"
OLDER, NEWER = (COLLECTIONS / "collector_c" / f"collection-2016-{day}.csv.gz" for day in ("03-22", "05-21"))
MEGABYTE = 2**20


def file_of(directory: Path, content: bytes, name: str = "mine.csv") -> Path:
    path = directory / name
    path.write_bytes(content)
    return path


async def listed(data: Path, name: str) -> list[dict[str, Any]]:
    done = await runout(data, None, "list", "--json", "--account", name)
    assert done.code == 0, done.err
    return [json.loads(line) for line in done.out.splitlines()]


async def brought(data: Path, path: Path, *options: str) -> Done:
    return await runout(data, None, "import", str(path), *options)


async def test_the_two_exports_of_a_real_collection_one_over_the_other(tmp_path: Path) -> None:
    first = await brought(tmp_path, OLDER, "--as", "c", "--yes")
    second = await brought(tmp_path, NEWER, "--as", "c", "--yes", "--json")
    feed = await runout(tmp_path, None, "changes", "--account", "c", "--json")

    assert first.code == 0
    assert first.out.splitlines()[-1] == "c: 2,188 copies: 2,188 added, 0 changed, 0 removed."
    assert second.code == 0
    found = second.result
    assert {name: found[name] for name in ("added", "removed", "changed", "gone", "unreadable", "copies")} == {
        "added": 9,
        "removed": 0,
        "changed": 22,
        "gone": 0,
        "unreadable": 0,
        "copies": 2_197,
    }
    differing = found["differing"]
    assert isinstance(differing, list)
    assert len(differing) == 22
    actions = [json.loads(line)["action"] for line in feed.out.splitlines()]
    assert sorted(set(actions)) == ["added", "edited", "first"]
    assert (actions.count("added"), actions.count("edited")) == (9, 22)


async def test_it_is_browsed_like_any_other(tmp_path: Path) -> None:
    await brought(tmp_path / "data", file_of(tmp_path, csv_of(row(7, artist="Crosby, Stills, Nash & Young"))), "--yes")

    (copy,) = await listed(tmp_path / "data", "mine")
    status = await runout(tmp_path / "data", None, "status")
    filtered = await runout(tmp_path / "data", None, "list", "artist:crosby", "format:lp", "year:1976", "--json")

    assert (copy["artist"], copy["release_id"]) == ("Crosby, Stills, Nash & Young", 7)
    assert len(filtered.out.splitlines()) == 1
    assert status.out.splitlines()[:2] == [
        "mine, from a file; `runout import` brings a newer one",
        "  collection: 1 copy, just now",
    ]


async def test_a_dry_run_says_everything_and_does_nothing(tmp_path: Path) -> None:
    rows = [row(1), row("x"), row(3, rating="9")]
    path = file_of(tmp_path, csv_of(*rows, header=(*HEADER, "Price")))

    done = await brought(tmp_path / "data", path, "--dry-run")
    accounts = await runout(tmp_path / "data", None, "status", "--json")

    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines() == [
        "mine.csv: 3 rows for the new collection mine",
        "          1  new",
        "          2  unreadable",
        "Unreadable:",
        "  line 3: release_id should be the number of a release, not x",
        "  line 4: Rating should be 1 to 5 or empty, not 9",
        "Columns that say nothing to Runout: Price.",
    ]
    assert accounts.result["account"] is None


async def test_without_a_terminal_and_without_a_word_nothing_is_done(tmp_path: Path) -> None:
    path = file_of(tmp_path, csv_of(row(1)))

    done = await brought(tmp_path / "data", path)
    as_json = await brought(tmp_path / "data", path, "--json")

    assert (done.code, as_json.code) == (1, 1)
    assert done.err == "Nothing was imported: add --yes, there is no terminal to ask in.\n"
    assert (as_json.result["imported"], as_json.result["new"]) == (False, 1)
    assert (await runout(tmp_path / "data", None, "status", "--json")).result["account"] is None


async def test_a_file_without_a_row_is_an_empty_collection_and_says_so(tmp_path: Path) -> None:
    done = await brought(tmp_path / "data", file_of(tmp_path, csv_of()), "--yes")

    assert done.code == 0
    assert "It is an empty collection" in done.out
    assert await listed(tmp_path / "data", "mine") == []


async def test_a_file_of_which_no_row_can_be_read_is_not_imported(tmp_path: Path) -> None:
    done = await brought(tmp_path / "data", file_of(tmp_path, csv_of(row("?"), row("!"))), "--yes")

    assert done.code == 1
    assert done.err == "No row of it can be read, so nothing was imported.\n"
    assert (await runout(tmp_path / "data", None, "status", "--json")).result["account"] is None


async def test_that_most_is_gone_needs_another_word(tmp_path: Path) -> None:
    many, few = (
        file_of(tmp_path, csv_of(*(row(at, title=f"T {at}") for at in range(1, number))), f"{number}.csv")
        for number in (12, 4)
    )
    await brought(tmp_path / "data", many, "--as", "mine", "--yes")

    kept = await brought(tmp_path / "data", few, "--as", "mine", "--yes")
    here = len(await listed(tmp_path / "data", "mine"))
    gone = await brought(tmp_path / "data", few, "--as", "mine", "--yes", "--accept-removals")

    assert (kept.code, here) == (4, 11)
    assert kept.err == "8 copies of mine that are not in the file stay; with --accept-removals they go.\n"
    assert gone.code == 0
    assert len(await listed(tmp_path / "data", "mine")) == 3


BOMBS: dict[str, tuple[Callable[[], bytes], str]] = {
    "a field of 50 MB": (
        lambda: csv_of(row(1)) + b'"' + b"x" * (50 * MEGABYTE) + b'"',
        "the row that begins in line 3 has more than 100,000 characters; a quote may be missing",
    ),
    "NUL bytes": (lambda: b"\0" * 10_000, "line 1 holds a NUL byte, which is in no text"),
    "a NUL byte in a cell": (lambda: csv_of(row(1, notes="a\0b")), "line 2 holds a NUL byte, which is in no text"),
    "UTF-16": (lambda: csv_of(row(1)).decode().encode("utf-16"), "it is text in UTF-16 or UTF-32, not in UTF-8"),
    "Latin-1": (lambda: "é".encode("latin-1") + csv_of(row(1)), "line 1 holds the byte 0xE9, which is no UTF-8"),
    "semicolons": (lambda: csv_of(row(1)).replace(b",", b";"), "its cells are separated by semicolons, not by commas"),
    "tabs": (lambda: csv_of(row(1)).replace(b",", b"\t"), "its cells are separated by tabs, not by commas"),
    "a web page": (lambda: b"<!DOCTYPE html><html>", "it is a web page"),
    "a workbook": (lambda: b"PK\x03\x04" + b"\x14\0" * 50, "it is a workbook or an archive and no text"),
    "JSON": (lambda: b'{"releases": []}', "it is JSON"),
    "an inventory": (
        lambda: b"listing_id,artist,title,label,catno,format,release_id\r\n",
        "it is the export of an inventory, with a column listing_id",
    ),
    "a wantlist": (
        lambda: b"Catalog#,Artist,Title,Label,Format,Rating,Released,release_id,Notes\r\n",
        "it is the export of a wantlist, without folders and dates",
    ),
    "nothing": (lambda: b"", "it is empty"),
    "a quote that is never closed": (
        lambda: csv_of(row(1)) + b'"x,y\r\nz',
        "a quote in the row that begins in line 3 is never closed",
    ),
    "a column twice": (lambda: csv_of(row(1), header=(*HEADER, "Title")), "the column Title is in it twice"),
    "another table": (lambda: b"name,price\r\nx,1\r\n", "it has no column release_id, only name, price"),
    "ten million lines": (
        lambda: b"release_id,Artist,Title,CollectionFolder\r\n" + b"\n" * 10_000_000,
        "it has more than 1,000,000 lines",
    ),
    "a million rows in a small file": (
        lambda: gzip.compress(b"release_id,Artist,Title,CollectionFolder\r\n" + b"x\n" * 1_000_001, 1),
        "it has more than 1,000,000 lines",
    ),
    "half a packed file": (
        lambda: OLDER.read_bytes()[:-2_000],
        "it is compressed, and damaged or cut off",
    ),
}


async def refused(directory: Path, path: Path, said: str) -> None:
    """One sentence, an exit code, and nothing that was not there before."""
    done = await brought(directory / "data", path, "--yes")

    expected = "Expected was Discogs' own export of a collection: CSV, or that in gz."
    assert (done.code, done.out) == (1, "")
    assert done.err == f"{path.name} cannot be imported: {said}. {expected}\n"
    with closing(sqlite3.connect(directory / "data" / "runout.db")) as database:
        assert database.execute("SELECT count(*) FROM accounts").fetchone() == (0,)


@pytest.mark.parametrize("bomb", BOMBS)
async def test_what_is_no_export_is_one_sentence(tmp_path: Path, bomb: str) -> None:
    content, said = BOMBS[bomb]

    await refused(tmp_path, file_of(tmp_path, content(), "bomb.csv"), said)


async def test_a_small_file_that_unpacks_to_a_whole_disk_is_left_where_it_is(tmp_path: Path) -> None:
    path = tmp_path / "bomb.csv.gz"
    lines = (b"x" * 65_535 + b"\n") * 16
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(csv_of())
        for _ in range(300):
            file.write(lines)
    assert path.stat().st_size < 3 * MEGABYTE

    await refused(tmp_path, path, "it has more than 256 MB")


async def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    for path, why in ((tmp_path / "nothing.csv", "No such file or directory"), (tmp_path, "Is a directory")):
        done = await brought(tmp_path / "data", path, "--yes")
        assert (done.code, done.err) == (1, f"{path} cannot be read ({why}).\n")
    as_json = await brought(tmp_path / "data", tmp_path / "nothing.csv", "--json")
    assert as_json.result["errors"] == [f"{tmp_path / 'nothing.csv'} cannot be read (No such file or directory)."]


async def test_at_a_terminal_it_is_asked_first(tmp_path: Path) -> None:
    path, data = file_of(tmp_path, csv_of(row(1))), tmp_path / "data"
    async with in_terminal(data, None, "import", str(path)) as screen:
        await screen.until("Import? [y/N]")
        screen.type("\n")
        assert await screen.end() == 0
        assert "Nothing was imported." in screen.seen
    async with in_terminal(data, None, "import", str(path)) as screen:
        await screen.until("Import? [y/N]")
        screen.type("y\n")
        assert await screen.end() == 0
    assert len(await listed(data, "mine")) == 1


async def test_at_a_terminal_each_other_pressing_is_asked_about(tmp_path: Path) -> None:
    data, older = tmp_path / "data", [row(at, title=f"T {at}") for at in range(1, 30)]
    newer = [*older[4:], *(row(100 + at, title=f"T {at}") for at in range(1, 5))]
    await brought(data, file_of(tmp_path, csv_of(*older)), "--yes")
    numbers = {copy["title"]: copy["instance_id"] for copy in await listed(data, "mine")}
    async with in_terminal(data, None, "import", str(file_of(tmp_path, csv_of(*newer)))) as screen:
        await screen.until("Is it the same copy? [y]es, [n]o, [a]ll of them, n[o]ne")
        assert "The Gunmen – T 1 (1976), Hall Of Mirrors HM 001 [r101]; here Hall Of Mirrors HM 001 [r1]" in " ".join(
            screen.seen.split()
        )
        screen.type("n\n")
        await screen.until("[r102]")
        screen.type("a\n")
        await screen.until("Import? [y/N]")
        screen.type("yes\n")
        assert await screen.end() == 0
        assert "mine: 29 copies: 1 added, 3 changed, 1 removed." in screen.seen
    after = {copy["title"]: copy["instance_id"] for copy in await listed(data, "mine")}
    assert {title for title in after if after[title] != numbers[title]} == {"T 1"}


async def test_at_a_terminal_many_that_are_gone_are_asked_about(tmp_path: Path) -> None:
    data = tmp_path / "data"
    await brought(data, file_of(tmp_path, csv_of(*(row(at, title=f"T {at}") for at in range(1, 101)))), "--yes")
    newer = file_of(tmp_path, csv_of(*(row(at, title=f"T {at}") for at in range(1, 76))))
    for answer, here in (("n", 100), ("y", 75)):
        async with in_terminal(data, None, "import", str(newer)) as screen:
            await screen.until("Let 25 copies go that are not in the file? [y/N]")
            screen.type(f"{answer}\n")
            await screen.until("Import? [y/N]")
            screen.type("y\n")
            assert await screen.end() == 0
        assert len(await listed(data, "mine")) == here


async def test_ctrl_c_at_the_question_leaves_everything_as_it_was(tmp_path: Path) -> None:
    path = file_of(tmp_path, csv_of(row(1)))
    async with in_terminal(tmp_path / "data", None, "import", str(path)) as screen:
        await screen.until("Import? [y/N]")
        await screen.interrupt()
        assert await screen.end() == 130
    assert (await runout(tmp_path / "data", None, "status", "--json")).result["account"] is None


async def test_it_is_put_together_with_the_account_that_is_connected_over_it(tmp_path: Path) -> None:
    real = COLLECTIONS / "collector_a" / "collection.csv"
    data = tmp_path / "data"
    async with serve(World(read_collection(real))) as sandbox:
        await brought(data, real, "--as", "files", "--yes")
        connected = await runout(data, sandbox, "connect", "--token-stdin", given=sandbox.token)
        synced = await runout(data, sandbox, "sync")
        here = await listed(data, sandbox.username)
        gone = await runout(data, sandbox, "list", "--account", "files")

    assert (connected.code, synced.code, len(here)) == (0, 0, 316)
    paired = "316 copies from the file files were found again among those of"
    assert (
        f"{paired} {sandbox.username}: the fetched ones took their place. Nothing is left of it, so it is gone.\n"
        in (synced.err)
    )
    assert gone.code == 2


async def test_by_hand_the_pairs_and_the_rest_are_listed_first(tmp_path: Path) -> None:
    real = COLLECTIONS / "collector_a" / "collection.csv"
    data, mine = (
        tmp_path / "data",
        file_of(tmp_path, real.read_bytes().replace(b"\n", b"\r\n") + csv_of(row(7)).split(b"\r\n")[1]),
    )
    async with serve(World(read_collection(real))) as sandbox:
        await runout(data, sandbox, "connect", "--token-stdin", given=sandbox.token)
        await runout(data, sandbox, "sync")
        hinted = await brought(data, mine, "--yes")
        asked = await runout(data, sandbox, "pair", "mine")
        told = await runout(data, sandbox, "pair", "mine", "--json")
        done = await runout(data, sandbox, "pair", "mine", "--yes")
        nobody = await runout(data, sandbox, "pair", "nobody", "--yes")

    assert (
        f"Afterwards `runout pair mine --account {sandbox.username}` takes out what would be here twice." in hinted.err
    )
    assert (asked.code, told.code, done.code, nobody.code) == (1, 1, 0, 2)
    assert asked.err == "Nothing was paired: add --yes, there is no terminal to ask in.\n"
    assert asked.out.splitlines()[-2:] == ["Not found:", "  The Gunmen – Kingston Echoes (1976)"]
    pairs, rest = told.result["pairs"], told.result["rest"]
    assert isinstance(pairs, list)
    assert isinstance(rest, list)
    assert (len(pairs), len(rest), told.result["paired"]) == (316, 1, False)
    assert "In all, 1 copy found no pair and stays there." in done.err
    assert [copy["title"] for copy in await listed(data, "mine")] == ["Kingston Echoes"]


@pytest.mark.parametrize("when", ["Tx.execute_many", "CollectionRepository.apply", "LocalRepository.note_import"])
@pytest.mark.parametrize("over", [False, True], ids=["first", "over an older one"])
async def test_an_import_that_is_killed_leaves_all_or_nothing(tmp_path: Path, when: str, over: bool) -> None:
    data = tmp_path / "data"
    if over:
        await brought(data, OLDER, "--as", "mine", "--yes")
    before = len(await listed(data, "mine")) if over else 0
    code = await killed(data, when, "import", str(NEWER), "--as", "mine", "--yes")

    assert code == -signal.SIGKILL
    if over:
        assert len(await listed(data, "mine")) == before == 2_188
    else:
        assert (await runout(data, None, "status", "--json")).result["account"] is None
    done = await brought(data, NEWER, "--as", "mine", "--yes")
    assert (done.code, len(await listed(data, "mine"))) == (0, 2_197)


async def test_a_sync_that_is_killed_before_it_could_pair_is_made_up_for_by_the_next(tmp_path: Path) -> None:
    data = tmp_path / "data"
    async with serve(World(read_collection(COLLECTIONS / "collector_a" / "collection.csv"))) as sandbox:
        await brought(data, COLLECTIONS / "collector_a" / "collection.csv", "--as", "files", "--yes")
        await runout(data, sandbox, "connect", "--token-stdin", given=sandbox.token)
        code = await killed(data, "Staging.publish", "sync", RUNOUT_DISCOGS__API_URL=sandbox.url)
        both = len(await listed(data, "files")), len(await listed(data, sandbox.username))
        done = await runout(data, sandbox, "sync")

    assert (code, both) == (-signal.SIGKILL, (316, 316))
    assert "316 copies from the file files were found again" in done.err
    assert (await runout(data, None, "list", "--account", "files")).code == 2


_KILLED = """
import os, signal, sys
from core.services.staging import Staging
from core.store.collections import CollectionRepository
from core.store.database import Tx
from core.store.local import LocalRepository

owner, name = sys.argv.pop(1).split(".")
owner = {kind.__name__: kind for kind in (Tx, CollectionRepository, LocalRepository, Staging)}[owner]
whole = getattr(owner, name)

async def and_die(*arguments, **options):
    await whole(*arguments, **options)
    os.kill(os.getpid(), signal.SIGKILL)

setattr(owner, name, and_die)
from tui.__main__ import main
main()
"""
"""A process that does not live to see what comes after a step."""


async def killed(data: Path, when: str, *arguments: str, **more: str) -> int:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _KILLED, when, *arguments),
        env={**os.environ, "PYTHONPATH": str(ROOT), "RUNOUT_DATA_DIR": str(data), **more},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
    )
    return await process.wait()
