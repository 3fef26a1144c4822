"""`runout dump`, as somebody types it: what is said on which stream, how it is stopped, and how a file is refused."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
from asyncio.subprocess import PIPE
from contextlib import closing
from pathlib import Path

from core.errors import Instead, NotMasters
from tests.monthly_dump import NAME, dump_of, list_beside, make_master, packed, some_masters, write
from tests.processes import runout, start
from tui.dump_words import dump_words

import pytest

MASTERS = some_masters(30)


def known(data: Path) -> int:
    with closing(sqlite3.connect(data / "runout.db")) as connection:
        return int(connection.execute("SELECT count(*) FROM masters").fetchone()[0])


async def test_an_import_says_what_it_brought_and_status_remembers_it(tmp_path: Path) -> None:
    file = write(tmp_path, packed(dump_of(MASTERS)))
    list_beside(file)
    done = await runout(tmp_path, None, "dump", "import", str(file), "--all")
    again = await runout(tmp_path, None, "dump", "import", str(file), "--all")
    status = await runout(tmp_path, None, "dump", "status")

    assert done.code == again.code == status.code == 0
    assert done.out.startswith("1 August 2026: 30 masters of 30 entries: 30 new, 0 changed, 0 as before (")
    assert "Its SHA-256 is the one that is listed.\n" in done.err
    assert again.out.startswith("1 August 2026: 30 masters of 30 entries: 0 new, 0 changed, 30 as before (")
    assert "This dump was imported before, on " in again.err
    assert status.out == f"1 August 2026  imported just now: 30 of 30 entries, all masters ({NAME})\n"
    assert not {"\x1b", "\r"} & set(done.out + done.err)
    assert known(tmp_path) == 30


async def test_entries_without_a_number_are_counted_in_a_sentence(tmp_path: Path) -> None:
    file = write(tmp_path, dump_of(MASTERS).replace(b"</masters>", b"<master/></masters>"))
    done = await runout(tmp_path, None, "dump", "import", str(file), "--all")

    assert done.code == 0
    assert "Passed over: 1 entry without a usable number.\n" in done.err
    assert known(tmp_path) == 30


async def test_json_is_one_object_on_stdout(tmp_path: Path) -> None:
    file = write(tmp_path, dump_of(MASTERS), "discogs_20260801_masters.xml")
    done = await runout(tmp_path, None, "dump", "import", str(file), "--all", "--json")
    refused = await runout(tmp_path, None, "dump", "import", str(tmp_path), "--json")
    status = await runout(tmp_path, None, "dump", "status", "--json")

    assert done.code == 0
    assert {"seconds", "publishing"} <= done.result.keys()
    assert {key: value for key, value in done.result.items() if key not in ("seconds", "publishing")} == {
        "name": "discogs_20260801_masters.xml",
        "day": "2026-08-01",
        "dated_by": "name",
        "everything": True,
        "entries": 30,
        "unnumbered": 0,
        "kept": 30,
        "added": 30,
        "changed": 0,
        "same": 0,
        "newer": 0,
        "checked": "no list",
        "before": None,
        "latest": None,
        "resumed_at": 0,
        "releases": 0,
        "known": 0,
        "errors": [],
    }
    assert refused.code == 1
    assert refused.result == {"errors": [refused.err.strip()]}
    assert json.loads(status.out)["kept"] == 30


async def test_without_any_record_here_it_says_what_to_do(tmp_path: Path) -> None:
    file = write(tmp_path, packed(dump_of(MASTERS)))
    done = await runout(tmp_path, None, "dump", "import", str(file))
    quiet = await runout(tmp_path, None, "-q", "dump", "import", str(file))
    nothing = await runout(tmp_path / "other", None, "dump", "status")

    assert "Sync first, or keep all of it with --all." in done.err
    assert (quiet.code, quiet.err) == (0, "")
    assert (nothing.code, nothing.out) == (0, "")
    assert "No dump was imported yet." in nothing.err


@pytest.mark.parametrize("plain", [False, True], ids=["packed", "plain"])
@pytest.mark.parametrize("more", [(), ("--date", "20260701")], ids=["no day", "a day"])
async def test_a_pipe_is_read(tmp_path: Path, more: tuple[str, ...], *, plain: bool) -> None:
    content = dump_of(MASTERS) if plain else packed(dump_of(MASTERS))
    process = await start(tmp_path, None, "dump", "import", "-", "--all", *more)
    out, err = await process.communicate(content)

    assert process.returncode == 0
    assert b"30 masters of 30 entries" in out
    assert (b"A pipe does not say its day, so it is taken to be of 1 " in err) is (not more)
    assert out.startswith(b"1 July 2026: ") is bool(more)
    assert known(tmp_path) == 30


async def test_nothing_piped_in_is_refused(tmp_path: Path) -> None:
    empty = await runout(tmp_path, None, "dump", "import", "-")
    ours, theirs = os.openpty()
    process = await start(tmp_path, None, "dump", "import", "-", streams=(theirs, PIPE, PIPE))
    _, err = await process.communicate()
    os.close(ours)
    os.close(theirs)

    assert empty.code == process.returncode == 1
    assert empty.err.startswith("What is piped in is empty. Expected is discogs_YYYYMMDD_masters.xml.gz")
    assert err.decode().startswith("What is piped in is only a keyboard")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_who_stops_it_is_told_how_far_it_is_and_the_same_command_goes_on(
    tmp_path: Path, number: signal.Signals
) -> None:
    masters = [make_master(number, 1970 + number % 50) for number in range(1, 40_001)]
    file = write(tmp_path, dump_of(masters), "discogs_20260801_masters.xml")
    process = await start(tmp_path, None, "dump", "import", str(file), "--all")
    assert process.stderr is not None
    first = await process.stderr.readline()
    process.send_signal(number)
    rest = (await process.communicate())[1].decode()

    assert (process.returncode, known(tmp_path)) == (130, 0)
    assert b" kept" in first
    assert "Stopped after " in rest
    assert "Nothing was published; the same command goes on from there." in rest
    assert "Traceback" not in rest
    status = await runout(tmp_path, None, "dump", "status")
    assert "1 August 2026  stopped at " in status.out
    done = await runout(tmp_path, None, "dump", "import", str(file), "--all", "--json")

    resumed_at = done.result["resumed_at"]
    assert isinstance(resumed_at, int)
    assert resumed_at > 0
    assert "Looking for where it was stopped\n" in done.err
    assert (done.result["entries"], done.result["added"], known(tmp_path)) == (40_000, 40_000, 40_000)


async def test_a_pipe_that_is_stopped_begins_anew(tmp_path: Path) -> None:
    process = await start(tmp_path, None, "dump", "import", "-", "--all")
    assert process.stdin is not None
    process.stdin.write(dump_of(some_masters(9_000))[:-20])
    await process.stdin.drain()
    while not (tmp_path / "runout.db").exists() or not await asyncio.to_thread(staged, tmp_path):
        await asyncio.sleep(0.05)
    process.send_signal(signal.SIGINT)
    assert process.stderr is not None
    err = (await asyncio.wait_for(process.stderr.read(), 20)).decode()

    assert await process.wait() == 130
    assert "a pipe begins anew" in err
    assert (await runout(tmp_path, None, "dump", "status")).out == ""


def staged(data: Path) -> int:
    with closing(sqlite3.connect(data / "runout.db")) as connection:
        try:
            return int(connection.execute("SELECT count(*) FROM staged_masters").fetchone()[0])
        except sqlite3.OperationalError:
            return 0


async def test_a_file_that_is_no_good_is_refused_in_a_sentence(tmp_path: Path) -> None:
    text = dump_of(MASTERS)
    said = {
        "missing.gz": "missing.gz cannot be read: No such file or directory. Nothing was changed.",
        write(
            tmp_path, b"<releases><release/></releases>", "r.xml"
        ).name: "r.xml is the dump of releases, not the one of masters. Expected is",
        write(tmp_path, b"<!doctype html><p>", "h.gz").name: "h.gz is a web page",
        write(tmp_path, b"PK\3\4", "z.zip").name: "z.zip is a zip archive",
        write(
            tmp_path, text[:-40], "c.xml"
        ).name: f"c.xml is cut off at byte {len(text) - 40:,}, line 31, after master ",
        write(tmp_path, text.replace(b"</masters>", b"</x>"), "b.xml").name: "b.xml is broken at byte ",
        write(tmp_path, packed(text)[:-8] + b"x" * 8, "d.gz").name: "d.gz is damaged within its first ",
    }
    for name, sentence in said.items():
        done = await runout(tmp_path, None, "dump", "import", str(tmp_path / name), "--all")
        assert (done.code, done.out) == (1, "")
        assert done.err.startswith(str(tmp_path / sentence)), done.err
        assert done.err.count("\n") == 1
    assert known(tmp_path) == 0


@pytest.mark.parametrize("found", Instead)
def test_there_are_words_for_whatever_is_found_instead(found: Instead) -> None:
    said = dump_words(NotMasters(path="a.gz", found=found, name="xz"))
    assert said.startswith(("a.gz is ", "a.gz has "))
    assert "something else" not in said


@pytest.mark.parametrize("day", ["2026", "20261301", "tomorrow", "２０２６０８０１"])
async def test_a_day_that_is_none_is_a_mistake_in_typing(tmp_path: Path, day: str) -> None:
    done = await runout(tmp_path, None, "dump", "import", "x.gz", "--date", day)

    assert done.code == 2
    assert "is no day as in 20260801" in done.err
