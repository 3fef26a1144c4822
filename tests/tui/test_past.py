"""`runout changes` and `runout history`: what has happened, in words and for scripts."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from core.domain.changes import Action, Change
from core.domain.ids import Shelf
from core.domain.progress import AskedBy, SyncOutcome
from core.errors import Unavailable
from tests.factories import ADDED, make_copy, make_release
from tests.processes import ROOT, runout, start
from tests.tui.hostile import HOSTILE, harms
from tests.tui.past_rows import Row, edit_of, filled, row, run
from tui.arguments import parse
from tui.past import Options, changes, history

import pytest

Captured = pytest.CaptureFixture[str]
NOW: Final = datetime.now(UTC)

ALL: Final = (
    row(Action.FIRST),
    row(Action.FIRST, 1, shelf=Shelf.WANTLIST),
    row(Action.ADDED, 2, number=2),
    row(Action.RATED, 3, number=2),
    row(Action.PICTURED, 4, number=2),
    row(Action.REMOVED, 5, number=3),
    row(Action.MISSED, 6, number=2),
    row(Action.ADDED, 7, shelf=Shelf.WANTLIST, number=4),
)
COPIES: Final = (make_copy(2), make_copy(3))


def given(*words: str) -> Options:
    return Options.of(parse(words))


def told(data: Path, capsys: Captured, *words: str, rows: tuple[Row, ...] = ALL) -> list[dict[str, Any]]:
    assert changes(filled(data, rows, COPIES), given("changes", "--json", *words)) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return [json.loads(line) for line in out.splitlines()]


def test_the_newest_comes_first_by_the_clock_of_whoever_reads_it(tmp_path: Path, capsys: Captured) -> None:
    assert changes(filled(tmp_path, ALL, COPIES), given("changes")) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert out.splitlines() == [
        "2024-05-12 07:14  The Gunmen - Kingston Echoes (wantlist): wanted",
        "2024-05-12 06:14  The Gunmen - Kingston Echoes: no longer shown by Discogs; waits for your word",
        "2024-05-12 05:14  The Gunmen - Kingston Echoes: gone",
        "2024-05-12 03:14  The Gunmen - Kingston Echoes: rating: none → 4",
        "2024-05-12 02:14  The Gunmen - Kingston Echoes: added",
        "2024-05-12 01:14  the first 12 wants arrived",
        "2024-05-12 00:14  the first 12 copies arrived",
    ]


def test_an_object_of_a_change_has_everything(tmp_path: Path, capsys: Captured) -> None:
    rated = next(one for one in told(tmp_path, capsys) if one["action"] == "rated")
    assert rated == {
        "number": 4,
        "when": (ADDED + timedelta(hours=3)).isoformat(),
        "run": None,
        "who": "discogs",
        "shelf": "collection",
        "action": "rated",
        "release_id": 2,
        "instance_id": 2,
        "artist": "The Gunmen",
        "title": "Kingston Echoes",
        "what": "rating: none → 4",
        "before": {"rating": None},
        "after": {"rating": 4},
        "result": "done",
        "reason": None,
    }


def test_what_is_not_known_is_null(tmp_path: Path, capsys: Captured) -> None:
    nameless = make_copy(2, make_release(2, "", artists=()))
    change = edit_of(nameless, make_copy(2, make_release(2, "", artists=()), rating=1))
    filled_rows = ((ADDED, Shelf.COLLECTION, change), row(Action.FIRST))
    assert changes(filled(tmp_path, filled_rows, (nameless,)), given("changes", "--json")) == 0
    first, rated = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (rated["artist"], rated["title"]) == (None, None)
    assert (first["release_id"], first["title"], first["before"]) == (None, None, None)


@pytest.mark.parametrize(
    ("words", "actions"),
    [
        ("", "added missed removed rated added first first"),
        ("--all", "added missed removed pictured rated added first first"),
        ("--only wantlist", "added first"),
        ("--only collection --limit 2", "missed removed"),
        ("--limit 4 --all", "added missed removed pictured"),
        ("--limit 4", "added missed removed rated"),
        ("--limit 0", ""),
        ("--limit 1,000", "added missed removed rated added first first"),
        ("--since 2024-05-12T06:00", "added missed"),
        ("--since 2024-05-12T00:29:49Z", "added missed"),
        ("--since 2024-05-12T02:29:49+02:00", "added missed"),
        ("--since 2024-05-13", ""),
        ("--since 2024-05-12", "added missed removed rated added first first"),
        ("--since 9999-12-31", ""),
        ("--since 0001-01-01", "added missed removed rated added first first"),
        ("--since 99999y", "added missed removed rated added first first"),
        ("--since 99999Y --limit 1", "added"),
    ],
)
def test_what_is_asked_for_is_told(tmp_path: Path, capsys: Captured, words: str, actions: str) -> None:
    assert changes(filled(tmp_path, ALL, COPIES), given("changes", "--json", *words.split())) == 0
    assert [json.loads(line)["action"] for line in capsys.readouterr().out.splitlines()] == actions.split()


@pytest.mark.parametrize(("age", "number"), [("2h", 1), ("36h", 2), ("3d", 3), ("2w", 4), ("2m", 5), ("1y", 6)])
def test_an_age_is_counted_from_now(tmp_path: Path, capsys: Captured, age: str, number: int) -> None:
    ago = (timedelta(hours=1), *(timedelta(days=days) for days in (1, 2, 13, 50, 300, 400)))
    rows = tuple((NOW - one, Shelf.COLLECTION, Change(Action.FIRST)) for one in reversed(ago))
    assert len(told(tmp_path, capsys, "--since", age, rows=rows)) == number


@pytest.mark.parametrize("age", ["bogus", "-1d", "7", "d", "1d2h", "2024-13-01", "now", " ", "\x1b[31m7d", "7 d"])
def test_what_is_no_age_is_refused_with_an_example(tmp_path: Path, capsys: Captured, age: str) -> None:
    assert changes(filled(tmp_path, ALL), Options(since=age)) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "is no age and no day. Say it as in 36h, 7d" in err
    assert err.rstrip("\n").isprintable()


def test_every_change_of_a_long_feed_is_told_once(tmp_path: Path, capsys: Captured) -> None:
    rows = tuple(row(Action.PICTURED if number % 3 == 0 else Action.RATED, number / 60) for number in range(3_004))
    found = [one["number"] for one in told(tmp_path, capsys, rows=rows)]
    assert found == [number for number in range(3_004, 0, -1) if number % 3 != 1]
    assert [one["number"] for one in told(tmp_path / "b", capsys, "--limit", "1001", rows=rows)] == found[:1_001]


def test_nothing_is_said_to_be_nothing(tmp_path: Path, capsys: Captured) -> None:
    config = filled(tmp_path)
    assert changes(config, given("changes")) == 0
    assert capsys.readouterr() == ("", "Nothing has happened yet.\n")
    assert changes(config, given("changes", "--since", "1d", "--json")) == 0
    assert capsys.readouterr() == ("", "Nothing has happened since then.\n")
    assert changes(filled(tmp_path, ALL), given("changes", "--limit", "0")) == 0
    assert history(config, given("history")) == 0
    assert capsys.readouterr() == ("", "There has been no sync yet. Run `runout sync`.\n")
    assert history(config, given("history", "--limit", "0")) == 0
    assert capsys.readouterr() == ("", "")


def test_hostile_texts_are_escaped_for_scripts_and_harmless_for_people(tmp_path: Path, capsys: Captured) -> None:
    rows, copies = [], []
    for number, text in enumerate(HOSTILE, 1):
        copies.append(make_copy(number, make_release(number, text, artist=text)))
        noted = make_copy(number, copies[-1].release, fields={3: text})
        rows.append((ADDED, Shelf.COLLECTION, edit_of(copies[-1], noted)))
    config = filled(tmp_path, rows, copies)
    assert changes(config, given("changes", "--json")) == 0
    lines = capsys.readouterr().out.split("\n")[:-1]
    assert all(line.isprintable() for line in lines)
    notes = [one["after"]["fields"][0]["value"] for one in map(json.loads, lines)]
    assert notes == list(reversed(HOSTILE))
    assert changes(config, given("changes")) == 0
    out = capsys.readouterr().out
    assert out.count("\n") == len(HOSTILE)
    assert not {char for char in out.replace("\n", "") if harms(char)}


def test_the_history_tells_how_each_run_went(tmp_path: Path, capsys: Captured) -> None:
    runs = (
        run(0, outcome=SyncOutcome.DONE, added=3, requests=4, copies=3),
        run(1, by=AskedBy.SCHEDULE, outcome=SyncOutcome.FAILED, requests=3, problems=(Unavailable(status=502),)),
        run(2, outcome=SyncOutcome.CANCELLED, requests=2),
        run(3),
    )
    config = filled(tmp_path, runs=runs)
    assert history(config, given("history")) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert out.splitlines() == [
        # Nobody goes on with it, so it is over.
        "2024-05-12 03:14  read the collection (you); crashed",
        "2024-05-12 02:14  read the collection (you); cancelled; 2 requests in 1 min 5 s",
        "2024-05-12 01:14  read the collection (schedule); failed; 3 requests in 1 min 5 s",
        "                  Discogs is having trouble (status 502). What you have is kept; try again later.",
        "2024-05-12 00:14  read the collection (you); done; 3 added; 4 requests in 1 min 5 s",
    ]
    assert history(config, given("history", "--limit", "2", "--json")) == 0
    crashed, cancelled = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert crashed.pop("finished") is not None
    assert crashed == {
        "run": "00000000-0000-4000-8000-000000000180",
        "started": (ADDED + timedelta(hours=3)).isoformat(),
        "seconds": None,
        "shelf": "collection",
        "kind": "walk",
        "asked_by": "person",
        "outcome": "crashed",
        "reasons": [],
        **dict.fromkeys(("requests", "added", "changed", "removed", "skipped", "unseen", "copies")),
    }
    assert (cancelled["seconds"], cancelled["requests"], cancelled["added"]) == (65.0, 2, 0)


@pytest.mark.parametrize("command", ["changes", "history"])
async def test_nobody_is_said_to_be_nobody(tmp_path: Path, command: str) -> None:
    done = await runout(tmp_path, None, command, "--json")
    assert (done.code, done.out) == (3, "")
    assert "No account is connected" in done.err
    await asyncio.to_thread(filled, tmp_path / "b", ALL)
    named = await runout(tmp_path / "b", None, command, "--account", "nobody[/]")
    assert (named.code, named.out) == (2, "")
    assert "There is no account nobody[/] here, only collector_1" in named.err


@pytest.mark.parametrize(
    "words", [("changes", "--limit", "x"), ("history", "--limit", "-1"), ("changes", "--only", "x")]
)
async def test_what_cannot_be_meant_is_a_matter_of_usage(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = await runout(tmp_path, None, *words)
    assert (done.code, done.out) == (2, "")
    assert words[1] in done.err


async def test_letters_that_the_terminal_does_not_have_are_no_trouble(tmp_path: Path) -> None:
    await asyncio.to_thread(filled, tmp_path, ALL, COPIES)
    done = await runout(tmp_path, None, "changes", PYTHONIOENCODING="ascii")
    assert done.code == 0
    assert "rating: none ? 4" in done.out
    as_json = await runout(tmp_path, None, "changes", "--json", PYTHONIOENCODING="ascii")
    assert "rating: none → 4" in as_json.out


async def test_a_reader_who_has_enough_is_no_trouble(tmp_path: Path) -> None:
    rows = tuple(row(Action.ADDED, number / 60) for number in range(3_000))
    await asyncio.to_thread(filled, tmp_path, rows)
    for words in (("changes",), ("changes", "--json")):
        reading, writing = os.pipe()
        process = await start(tmp_path, None, *words, streams=(PIPE, writing, PIPE))
        os.close(writing)
        with os.fdopen(reading, "rb") as first:
            line = await asyncio.to_thread(first.readline)
        _, err = await process.communicate()
        assert (process.returncode, err) == (1, b"")
        assert b"Kingston Echoes" in line


async def test_a_long_feed_takes_no_more_room_than_a_short_one(tmp_path: Path) -> None:
    def most(data: Path, number: int) -> int:
        """Kilobytes that were held at once while so many changes were printed, each with a long note."""
        noted = make_copy(1, fields={3: "word " * 200})
        rows = [(ADDED, Shelf.COLLECTION, edit_of(make_copy(1), noted))] * number
        filled(data, rows)
        environment = {**os.environ, "RUNOUT_DATA_DIR": str(data), "PYTHONPATH": str(ROOT)}
        reading, writing = os.pipe()
        child = os.posix_spawn(
            sys.executable,
            [sys.executable, "-m", "tui", "changes", "--json"],
            environment,
            file_actions=[(os.POSIX_SPAWN_DUP2, writing, 1)],
        )
        os.close(writing)
        with os.fdopen(reading, "rb") as out:
            lines = sum(1 for _ in out)
        _, code, used = os.wait4(child, 0)
        assert (lines, code) == (number, 0)
        return used.ru_maxrss

    short, long = [await asyncio.to_thread(most, tmp_path / str(number), number) for number in (1_000, 21_000)]
    assert long - short < 10_000
